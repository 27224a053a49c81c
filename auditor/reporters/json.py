"""The whole report as JSON (`auditor: report/1`): all that other formats hold; it reads back the same."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import is_dataclass
from datetime import date
from enum import StrEnum
from json.encoder import encode_basestring
from operator import attrgetter
from typing import Any

from auditor.model.codec import fields_written
from auditor.model.report import Hop, Report, Subject
from auditor.model.values import Origin
from auditor.reporters import Style
from auditor.sinks import JsonText, Output, json_output, json_text, whole

SUFFIX = ".json"

_PIECE = 1 << 18
"""About how many characters are handed on at once: whole reports may be larger than memory."""

_MOST_KEPT = 20_000
"""Texts in JSON, and hops, that are kept because others will need them again."""


def render(report: Report, style: Style) -> Output:
    """UTF-8, one record to a line so that two reports can be compared, fields at their defaults left out."""
    return whole(pieces(report, style))


def pieces(report: Report, style: Style) -> Iterator[Output]:  # noqa: ARG001 - machine formats know one language
    """What `render` gives, a piece after the other, so that nobody has to hold it all."""
    kept: list[JsonText] = []
    size = 0
    for text in _texts(report):
        kept.append(text)
        size += len(text)
        if size >= _PIECE:
            yield json_output(kept)
            kept.clear()
            size = 0
    yield json_output(kept)


def _texts(report: Report) -> Iterator[JsonText]:
    """The report in pieces whose strings have gone through their sink, each on its own."""
    return (JsonText(text) for text in _parts(report))


def _parts(report: Report) -> Iterator[str]:
    writers = _Writers()
    between = "{\n"
    for name, default in sorted(fields_written(Report), key=lambda field: field[0] != "auditor"):
        value = getattr(report, name)
        if value is default or value == default:
            continue
        yield f"{between}{_text(name)}: "
        between = ",\n"
        if isinstance(value, tuple):
            yield "["
            yield from _lines((writers[type(item)](item) for item in value), "]")
        elif isinstance(value, Mapping):
            yield "{"
            entries = ((str(key), value[key]) for key in sorted(value))
            yield from _lines((f"{_text(key)}: {writers[type(item)](item)}" for key, item in entries), "}")
        elif is_dataclass(value):
            yield "{"
            yield from _lines(writers.fields(value), "}")
        else:
            yield writers[type(value)](value)
    yield "\n}\n"


def _lines(records: Iterator[str], end: str) -> Iterator[str]:
    before = "\n  "
    for record in records:
        yield before
        yield record
        before = ",\n  "
    yield end if before == "\n  " else f"\n{end}"


Write = Callable[[Any], str]


def _text(value: str) -> str:
    return json_text(encode_basestring(value))


class _Strings(dict[str, str]):
    """Strings in JSON, the latest kept: ids and names stand in many records."""

    def __missing__(self, value: str) -> str:
        if len(self) >= _MOST_KEPT:
            self.clear()
        found = self[value] = _text(value)
        return found


class _Writers(dict[type, Write]):
    """Compact JSON by the type of a value, as `json.dumps` of its plain data would have it."""

    def __init__(self) -> None:
        self._any_origin, self._any_subject = self._record(Origin), self._record(Subject)
        self[str] = _Strings().__getitem__
        self[int] = str
        self[bool] = {True: "true", False: "false"}.__getitem__
        self[type(None)] = {None: "null"}.__getitem__
        self[date] = lambda value: f'"{value.isoformat()}"'
        self[tuple] = self._list
        self[Hop] = self._hop()
        self[Origin] = self._origin
        self[Subject] = self._subject

    def __missing__(self, kind: type) -> Write:
        if is_dataclass(kind):
            write = self._record(kind)
        elif issubclass(kind, StrEnum):
            write = {member: _text(member.value) for member in kind}.__getitem__
        elif issubclass(kind, Mapping):
            write = self._mapping
        else:
            raise TypeError(f"{kind.__name__} has no place in a report")
        self[kind] = write
        return write

    def fields(self, value: Any) -> Iterator[str]:
        """The fields of a record that are not at their defaults, each `"name": value`."""
        for name, default in fields_written(type(value)):
            v = getattr(value, name)
            if v is not default and v != default:
                yield f"{_text(name)}: {self[type(v)](v)}"

    def _record(self, kind: type) -> Write:
        """As `fields`, in fewer steps: most of a report is made here."""
        names, defaults = zip(*fields_written(kind), strict=True)
        heads = [f"{_text(name)}: " for name in names]
        values_of = attrgetter(*names) if len(names) > 1 else lambda value: (getattr(value, names[0]),)

        def write(value: Any) -> str:
            written = [
                head + self[type(v)](v)
                for head, default, v in zip(heads, defaults, values_of(value), strict=True)
                if v is not default and v != default
            ]
            return "{" + ", ".join(written) + "}"

        return write

    def _origin(self, value: Origin) -> str:
        """As `_record` would write it; there are as many as subjects of findings, and no two pointers are alike."""
        if value.file and value.pointer and value.line and value.column:
            file, pointer = self[str](value.file), _text(value.pointer)
            return f'{{"file": {file}, "pointer": {pointer}, "line": {value.line}, "column": {value.column}}}'
        return self._any_origin(value)

    def _subject(self, value: Subject) -> str:
        if value.origin.file:
            return f'{{"node": {_text(value.node)}, "origin": {self._origin(value.origin)}}}'
        return self._any_subject(value)

    def _list(self, value: tuple[Any, ...]) -> str:
        if value and type(value[0]) is str:
            between = '", "'
            text = between.join(value)
            # nothing to escape in any of them, nor to be made safe: the lists of subjects are most of a large report
            if text.count('"') == 2 * len(value) - 2 and "\\" not in text and json_text(text) is text:
                return f'["{text}"]'
        return "[" + ", ".join([self[type(v)](v) for v in value]) + "]"

    def _mapping(self, value: Mapping[Any, Any]) -> str:
        return "{" + ", ".join([f"{_text(str(k))}: {self[type(value[k])](value[k])}" for k in sorted(value)]) + "}"

    def _hop(self) -> Write:
        """Chains share hops or have equal ones: known by identity, as they live as long as the report, or by value."""
        write = self._record(Hop)
        values_of = attrgetter(*(name for name, _ in fields_written(Hop)))
        by_identity: dict[int, str] = {}
        by_values: dict[object, str] = {}

        def of(hop: Hop) -> str:
            found = by_identity.get(id(hop))
            if found is None:
                values = values_of(hop)
                found = by_values.get(values)
                if found is None:
                    found = write(hop)
                    if len(by_values) >= _MOST_KEPT:
                        by_values.clear()
                    by_values[values] = found
                if len(by_identity) >= _MOST_KEPT:
                    by_identity.clear()
                by_identity[id(hop)] = found
            return found

        return of
