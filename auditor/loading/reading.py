"""Documents into records: the schema judges, the kinds of text are read, every problem is worded with its place."""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from functools import cache
from typing import Any, TypeVar

import jsonschema_rs

from auditor.documents import MAX_PROBLEMS, Document, Map, Seq, Value
from auditor.errors import Problem
from auditor.loading.kinds import READERS, SAYS_UNKNOWN, BadForm, blank
from auditor.loading.lookalikes import looks_like
from auditor.loading.schema import Schema, schema_of
from auditor.loading.shapes import Leaf, ListOf, MapOf, Record, Shape, Special
from auditor.model.inventory import Need, Users
from auditor.model.knowledge import Offer, Performed
from auditor.model.rules import All, Ask, Condition, Not
from auditor.model.rules import Any as AnyOf
from auditor.model.values import Country, Duration, Origin
from auditor.model.vocabulary import FactStatus

T = TypeVar("T")

MOST_VALUES = 20_000
"""Largest entry, in values, whose mistakes are told one by one."""


def header_of(document: Document) -> str | None:
    """What a document says it is: `inventory/1`, `pack/1`, …; None if it does not say."""
    header = document.value.get("auditor") if isinstance(document.value, Map) else None
    return header if isinstance(header, str) else None


@cache
def validator(
    record: Any,
    header: str,
    predicates: tuple[tuple[str, str], ...] = (),
) -> jsonschema_rs.Draft7Validator:
    """The judging validator of one kind of document; it fetches nothing."""
    schema = schema_of(record, header=header, predicates={name: json.loads(text) for name, text in predicates})
    return jsonschema_rs.Draft7Validator(schema, retriever=_refuse)


def _refuse(uri: str) -> Schema:
    raise ValueError(f"schemas fetch nothing, so not {uri}")


def read_record(
    document: Document,
    record: type[T],
    header: str,
    problems: list[Problem],
    predicates: tuple[tuple[str, str], ...] = (),
) -> T | None:
    """Read a whole document into one record. Problems are collected; None if the structure is wrong."""
    kind: Any = record
    judge = validator(kind, header, predicates)
    body = document.value
    if not judge.is_valid(body):
        problems.extend(_worded(document, Record(record), judge, dict(predicates)))
        return None
    reader = _Reader(document, problems)
    before = len(problems)
    found: Any = reader.record(record, body, "", skip=("auditor",))
    return found if len(problems) == before else None


@dataclass(slots=True)
class _Reader:
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def record(self, cls: Any, value: Any, pointer: str, skip: tuple[str, ...] = ()) -> Any:
        given: dict[str, object] = {}
        complete = True
        for f in Record(cls).fields:
            if f.key in value and f.key not in skip:
                found = self.of(f.shape, value[f.key], f"{pointer}/{f.key}", optional=not f.required)
                if found is not None:
                    given[f.attribute] = found
                elif f.required:
                    complete = False  # the other keys are still read, so that all their problems are told
        if not complete:
            return None
        if "origin" in cls.__dataclass_fields__:
            given["origin"] = Origin(self.document.path, pointer, value.line, value.column)
        return cls(**given)

    def of(self, shape: Shape, value: Any, pointer: str, *, optional: bool = False) -> Any:
        match shape:
            case Leaf():
                return self.leaf(shape, value, pointer, optional)
            case ListOf(item=item):
                if isinstance(value, str) and value == "unknown" and optional:
                    return ()
                if not isinstance(value, Seq):
                    found = self.of(item, value, pointer)
                    return () if found is None else (found,)
                read = (self.of(item, v, f"{pointer}/{i}") for i, v in enumerate(value))
                return tuple(found for found in read if found is not None)
            case MapOf(value=inner):
                return {k: self.of(inner, v, f"{pointer}/{_step(k)}") for k, v in value.items()}
            case Record(of=cls):
                return self.record(cls, value, pointer)
            case Special(name=name):
                return getattr(self, f"_{name}")(value, pointer)

    def leaf(self, leaf: Leaf, value: str, pointer: str, optional: bool) -> Any:
        if leaf.kind == "enum":
            if value == "unknown" and "unknown" not in leaf.words:
                return None
            return leaf.enum(value) if leaf.enum else value
        if value == "unknown" and optional and leaf.kind in SAYS_UNKNOWN:
            return None
        try:
            return READERS[leaf.kind](value)
        except BadForm as bad:
            name = _named(pointer.split("/"))
            code, said, hint = f"E-{leaf.kind.upper()}", str(bad.args[0]), bad.hint
            if blank(value):
                code, said, hint = "E-EMPTY-VALUE", "has no value", "write a value, or remove the key"
            self.problems.append(Problem(self.document.origin(pointer), code, f"{name}: {said}", hint))
            return None

    def _need(self, value: Value, pointer: str) -> Need | None:
        if isinstance(value, str):
            named = self.leaf(Leaf("ref"), value, pointer, False)
            return None if named is None else Need(named)
        assert isinstance(value, Map)
        if ("id" in value) == ("any_of" in value):
            hint = "write {id: …, buffer: …} or {any_of: [ … ], buffer: …}"
            self.problems.append(
                Problem(self.document.origin(pointer), "E-NEED", "a need names id or any_of, one of the two", hint)
            )
            return None
        buffer: Duration | None = None
        if "buffer" in value:
            buffer = self.leaf(Leaf("duration"), str(value["buffer"]), f"{pointer}/buffer", True)
        if "id" in value:
            return Need(self.leaf(Leaf("ref"), str(value["id"]), f"{pointer}/id", False), (), buffer)
        members = self.of(ListOf(Special("need")), value["any_of"], f"{pointer}/any_of")
        if not value["any_of"]:
            self.problems.append(Problem(self.document.origin(pointer), "E-NEED", "any_of names nothing"))
            return None
        return Need(None, members, buffer)

    def _users(self, value: Seq, pointer: str) -> Users:
        ids, everyone, about = [], False, None
        for i, user in enumerate(value):
            if isinstance(user, Map):
                about = self.leaf(Leaf("int"), str(user["about"]), f"{pointer}/{i}/about", False)
            elif user == "everyone":
                everyone = True
            else:
                ids.append(self.leaf(Leaf("ref"), str(user), f"{pointer}/{i}", False))
        return Users(tuple(i for i in ids if i is not None), everyone, about)

    def _offer(self, value: Map, pointer: str) -> Offer:
        by: dict[str, str] = {}
        status = None
        for key, named in value.items():
            if key == "status":
                status = self._status(str(named), f"{pointer}/{key}")
            elif (found := self.leaf(Leaf("ref"), str(named), f"{pointer}/{key}", False)) is not None:
                by[key] = found
        return Offer(by, status)

    def _performed(self, value: Map, pointer: str) -> Performed:
        where: tuple[Country, ...] = self.of(ListOf(Leaf("country")), value["value"], f"{pointer}/value", optional=True)
        return Performed(where, self._status(str(value["status"]), f"{pointer}/status") if "status" in value else None)

    def _status(self, value: str, pointer: str) -> FactStatus | None:
        try:
            return FactStatus(value)
        except ValueError:
            hint = "write one of " + ", ".join(FactStatus)
            self.problems.append(Problem(self.document.origin(pointer), "E-VALUE", f"{value!r} is no status", hint))
            return None

    def _condition(self, value: Map, pointer: str) -> Condition:
        ((name, inner),) = value.items()
        below = f"{pointer}/{name}"
        if name in ("all", "any"):
            parts = tuple(self._condition(v, f"{below}/{i}") for i, v in enumerate(inner))  # type: ignore[arg-type]
            return All(parts) if name == "all" else AnyOf(parts)
        if name == "not":
            return Not(self._condition(inner, below))  # type: ignore[arg-type]
        assert isinstance(inner, Map)
        arguments = {k: tuple(str(i) for i in v) if isinstance(v, Seq) else str(v) for k, v in inner.items()}
        return Ask(name, arguments, Origin(self.document.path, pointer, value.line, value.column))

    def _document(self, value: Map, pointer: str) -> Document:  # noqa: ARG002
        """A document within a document keeps the file's name and lines, so that its own problems have places."""
        return Document(self.document.path, value, self.document.digest, self.document.lines)


def _worded(
    document: Document, shape: Shape, judge: jsonschema_rs.Draft7Validator, predicates: Mapping[str, str]
) -> list[Problem]:
    """Our words for the errors of the validator, each with the place of what it is about; at most `MAX_PROBLEMS`.

    The validator makes all errors of a value at once, and each takes kilobytes: it is shown a part after the other.
    """
    body = document.value
    known = [f.key for f in shape.fields] if isinstance(shape, Record) else []
    head: dict[str, Any] = {
        k: [] if isinstance(v, list) else v
        for k, v in body.items()
        if isinstance(v, list) or _size(v, MOST_VALUES) <= MOST_VALUES
    }
    problems: list[Problem] = []
    for error in judge.iter_errors(head):
        path = list(error.instance_path)
        if not path or isinstance(body[str(path[0])], str):
            problems.extend(_word(document, shape, error, path, predicates))
    whole = judge.is_valid(head)
    lean = {k: v for k, v in head.items() if (k in known or k == "auditor") and isinstance(v, str | list)}
    for key, first, part in _parts(body, known):
        if _size(part, MOST_VALUES) > MOST_VALUES:
            if whole and not judge.is_valid({**head, key: part}):
                pointer = f"/{key}/{first}" if isinstance(part, list) else f"/{key}"
                said = f"{key}: more than {MOST_VALUES:,} values with mistakes among them"
                hint = "split it, so that each mistake can be named"
                problems.append(Problem(document.origin(pointer), "E-TOO-MANY", said, hint))
            continue
        for error in judge.iter_errors({**lean, key: part}):
            path = list(error.instance_path)
            if path[:1] != [key]:
                continue  # of another part
            if len(path) > 1 and isinstance(part, list):
                path[1] = int(path[1]) + first
            problems.extend(_word(document, shape, error, path, predicates))
        if len(problems) >= MAX_PROBLEMS:
            # without a line, so that it stands before those that are printed
            said = f"{MAX_PROBLEMS:,} problems; the rest was not judged"
            problems.append(Problem(Origin(document.path), "E-TOO-MANY", said))
            break
    # nothing that was refused may go without a problem: it would be passed over
    return problems or [Problem(document.origin(""), "E-SHAPE", "this is not the shape of such a document")]


def _parts(body: Map, known: Sequence[str]) -> Iterator[tuple[str, int, Any]]:
    """What the known keys of a document hold, lists in stretches: the key, the index of the first entry, the part."""
    for key, value in ((k, v) for k, v in body.items() if k in known):
        if isinstance(value, list):
            first = 0
            while first < len(value):
                end, room = first, MOST_VALUES // 10
                while end < len(value) and (end == first or room > 0):
                    room -= _size(value[end], room)
                    end += 1
                yield key, first, value[first:end]
                first = end
        elif not isinstance(value, str):
            yield key, 0, value


def _size(value: Any, enough: int) -> int:
    """How many values there are in one; no more are counted than `enough`."""
    size, agenda = 0, [value]
    while agenda and size <= enough:
        at = agenda.pop()
        size += 1
        if isinstance(at, dict):
            agenda.extend(at.values())
        elif isinstance(at, list):
            agenda.extend(at)
    return size


def _word(
    document: Document,
    top: Shape,
    error: jsonschema_rs.ValidationError,
    path: list[str | int],
    predicates: Mapping[str, str],
) -> list[Problem]:
    kind: Any = error.kind
    pointer = "".join(f"/{_step(p)}" for p in path)
    name = _named(path) or "the document"
    shape = _shape_at(top, path)
    match kind.name:
        case "additionalProperties":
            if shape is None and name in predicates:
                known = list(json.loads(predicates[name])["properties"])
            elif isinstance(shape, Record):
                known = [f.key for f in shape.fields]
            else:
                known = [*_special_keys(shape), *(predicates if shape == Special("condition") else ())]
            return [_unknown_key(document, f"{pointer}/{_step(key)}", key, known) for key in kind.unexpected]
        case "required":
            return [
                Problem(
                    document.origin(pointer),
                    "E-MISSING",
                    f"{kind.property} is missing",
                    f"every {_called(shape)} has one",
                )
            ]
        case "enum" if isinstance(shape, ListOf) and not isinstance(error.instance, list):
            # the validator knows only the word `unknown` beside a list
            said = f"{name}: expected a list, found {_shown(error.instance)}"
            return [Problem(document.origin(pointer), "E-TYPE", said, "write it in brackets: [ … ]")]
        case "enum" | "const":
            options = [str(o) for o in getattr(kind, "options", [])] or [str(getattr(kind, "expected_value", ""))]
            hint = _meant(str(error.instance), options)
            if isinstance(error.instance, str) and blank(error.instance):
                return [Problem(document.origin(pointer), "E-EMPTY-VALUE", f"{name}: has no value", hint)]
            said = f"{name}: {_shown(error.instance)} is not a value here"
            return [Problem(document.origin(pointer), "E-VALUE", said, hint)]
        case "type":
            wanted = " or ".join(_TYPE_WORDS.get(t, t) for t in kind.types)
            return [
                Problem(
                    document.origin(pointer), "E-TYPE", f"{name}: expected {wanted}, found {_shown(error.instance)}"
                )
            ]
        case "minProperties" | "maxProperties":
            return [
                Problem(
                    document.origin(pointer),
                    "E-CONDITION",
                    "a condition has exactly one key",
                    "put several into all: [ … ] or any: [ … ]",
                )
            ]
        case "minItems":
            return [Problem(document.origin(pointer), "E-EMPTY-VALUE", f"{name}: the list is empty")]
    return [Problem(document.origin(pointer), "E-SHAPE", f"{name}: {error.message[:200]}")]


_TYPE_WORDS = {"string": "a text", "object": "a mapping", "array": "a list"}


def _unknown_key(document: Document, pointer: str, key: str, known: list[str]) -> Problem:
    hint = _meant(key, known)
    if key in ("decisions", "waivers", "accept", "ignore"):
        hint = "a decision counts only in a file of its own, headed `auditor: decisions/1` and named with --decisions"
    alike = looks_like(key)
    said = f"unknown key {_shown(key)}" + (f": {alike}" if alike else "")
    return Problem(document.key_origin(pointer), "E-UNKNOWN-KEY", said, hint)


def _meant(written: str, options: list[str]) -> str | None:
    """`did you mean …?`, or the whole choice where it is short."""
    near = get_close_matches(written, options, 1, 0.6) or get_close_matches(written.lower(), options, 1, 0.6)
    if near:
        return f"did you mean `{near[0]}`?"
    return "write one of " + ", ".join(options) if 0 < len(options) <= 24 else None


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return "a mapping"
    if isinstance(value, list):
        return "a list"
    text = str(value)
    return "nothing" if not text else f"`{text[:80]}{'…' if len(text) > 80 else ''}`"


def _called(shape: Shape | None) -> str:
    if not isinstance(shape, Record):
        return "such entry"
    return "".join(f" {c.lower()}" if c.isupper() else c for c in shape.of.__name__).strip()


def _special_keys(shape: Shape | None) -> list[str]:
    match shape:
        case Special(name="need"):
            return ["id", "any_of", "buffer"]
        case Special(name="users"):
            return ["about"]
        case Special(name="performed"):
            return ["value", "status"]
        case Special(name="condition"):
            return ["all", "any", "not"]
    return []


def _shape_at(shape: Shape | None, path: list[str | int]) -> Shape | None:
    for step in path:
        match shape:
            case Record() if isinstance(step, str):
                found = shape.field(step)
                shape = found.shape if found else None
            case ListOf(item=item):
                shape = item if isinstance(step, int) else None
            case MapOf(value=value):
                shape = value
            case Special(name="need" | "users"):
                pass
            case Special(name="condition"):
                # what stands below a predicate's name are its arguments
                shape = shape if isinstance(step, int) or step in ("all", "any", "not") else None
            case _:
                return None
    return shape


def _named(path: Sequence[str | int]) -> str:
    """What a value is called in a message: its key; an entry of a list goes by the list's."""
    return next((str(step) for step in reversed(path) if not str(step).isdigit()), "")


def _step(key: object) -> str:
    return str(key).replace("~", "~0").replace("/", "~1")
