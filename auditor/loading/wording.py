"""The validator's errors in our words: what is wrong, where, and what was probably meant."""

import json
from collections.abc import Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from auditor.documents import MAX_PROBLEMS, Document, Map
from auditor.errors import Problem
from auditor.loading.kinds import blank
from auditor.loading.lookalikes import looks_like
from auditor.loading.shapes import ListOf, MapOf, Record, Shape, Special
from auditor.messages import Words, one_of, sentence
from auditor.model.values import Origin

if TYPE_CHECKING:
    import jsonschema_rs

MOST_VALUES = 20_000
"""Largest entry, in values, whose mistakes are told one by one."""


def worded(
    document: Document, shape: Shape, judge: "jsonschema_rs.Draft7Validator", predicates: Mapping[str, str]
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
                said = sentence("E-TOO-MANY.values", name=key, n=MOST_VALUES)
                hint = sentence("E-TOO-MANY.values_hint")
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
            said = sentence("E-TOO-MANY.not_judged", n=MAX_PROBLEMS)
            problems.append(Problem(Origin(document.path), "E-TOO-MANY", said))
            break
    # nothing that was refused may go without a problem: it would be passed over
    return problems or [Problem(document.origin(""), "E-SHAPE", sentence("E-SHAPE.document"))]


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
    error: "jsonschema_rs.ValidationError",
    path: list[str | int],
    predicates: Mapping[str, str],
) -> list[Problem]:
    kind: Any = error.kind
    pointer = "".join(f"/{step(p)}" for p in path)
    name = called_by(path) or sentence("value.document")
    shape = _shape_at(top, path)
    match kind.name:
        case "additionalProperties":
            if shape is None and name in predicates:
                known = list(json.loads(predicates[name])["properties"])
            elif isinstance(shape, Record):
                known = [f.key for f in shape.fields]
            else:
                known = [*_special_keys(shape), *(predicates if shape == Special("condition") else ())]
            return [_unknown_key(document, f"{pointer}/{step(key)}", key, known) for key in kind.unexpected]
        case "required":
            return [
                Problem(
                    document.origin(pointer),
                    "E-MISSING",
                    sentence("E-MISSING.missing", key=str(kind.property)),
                    _every(shape),
                )
            ]
        case "enum" if isinstance(shape, ListOf) and not isinstance(error.instance, list):
            # the validator knows only the word `unknown` beside a list
            said = sentence("E-TYPE.expected", name=name, wanted=sentence("value.list"), found=_shown(error.instance))
            return [Problem(document.origin(pointer), "E-TYPE", said, sentence("E-TYPE.list_hint"))]
        case "enum" | "const":
            options = [str(o) for o in getattr(kind, "options", [])] or [str(getattr(kind, "expected_value", ""))]
            hint = _meant(str(error.instance), options)
            if isinstance(error.instance, str) and blank(error.instance):
                return [
                    Problem(document.origin(pointer), "E-EMPTY-VALUE", sentence("E-EMPTY-VALUE.value", name=name), hint)
                ]
            said = sentence("E-VALUE.not_here", name=name, found=_shown(error.instance))
            return [Problem(document.origin(pointer), "E-VALUE", said, hint)]
        case "type":
            types = [sentence(f"value.{_TYPE_WORDS[t]}") if t in _TYPE_WORDS else str(t) for t in kind.types]
            said = sentence("E-TYPE.expected", name=name, wanted=one_of(types), found=_shown(error.instance))
            return [Problem(document.origin(pointer), "E-TYPE", said)]
        case "minProperties" | "maxProperties":
            return [
                Problem(
                    document.origin(pointer),
                    "E-CONDITION",
                    sentence("E-CONDITION.one_key"),
                    sentence("E-CONDITION.one_key_hint"),
                )
            ]
        case "minItems":
            return [Problem(document.origin(pointer), "E-EMPTY-VALUE", sentence("E-EMPTY-VALUE.list", name=name))]
    return [
        Problem(document.origin(pointer), "E-SHAPE", sentence("E-SHAPE.other", name=name, what=error.message[:200]))
    ]


_TYPE_WORDS = {"string": "text", "object": "mapping", "array": "list"}


def _unknown_key(document: Document, pointer: str, key: str, known: list[str]) -> Problem:
    hint = _meant(key, known)
    if key in ("decisions", "waivers", "accept", "ignore"):
        hint = sentence("E-UNKNOWN-KEY.decisions_hint")
    alike = looks_like(key)
    said = (
        sentence("E-UNKNOWN-KEY.alike", key=_shown(key), alike=alike)
        if alike
        else sentence("E-UNKNOWN-KEY.unknown", key=_shown(key))
    )
    return Problem(document.key_origin(pointer), "E-UNKNOWN-KEY", said, hint)


def _meant(written: str, options: list[str]) -> str | None:
    """`did you mean …?`, or the whole choice where it is short."""
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    near = get_close_matches(written, options, 1, 0.6) or get_close_matches(written.lower(), options, 1, 0.6)
    if near:
        return sentence("meant.near", name=near[0])
    return sentence("meant.one_of", names=", ".join(options)) if 0 < len(options) <= 24 else None


def _shown(value: object) -> str:
    if isinstance(value, Mapping):
        return sentence("value.mapping")
    if isinstance(value, list):
        return sentence("value.list")
    text = str(value)
    return sentence("value.nothing") if not text else f"`{text[:80]}{'…' if len(text) > 80 else ''}`"


def _every(shape: Shape | None) -> str:
    """Which entries have what is missing here."""
    if not isinstance(shape, Record):
        return sentence("E-MISSING.such_hint")
    return sentence("E-MISSING.every_hint", what=Words("record", (record_key(shape.of),)))


def record_key(of: type) -> str:
    """The word of the catalogue for a record: `org_entity` for `OrgEntity`."""
    return "".join(f"_{c.lower()}" if c.isupper() else c for c in of.__name__).strip("_")


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
        case Special(name="prose"):
            return ["en", "ko"]
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


def called_by(path: Sequence[str | int]) -> str:
    """What a value is called in a message: its key; an entry of a list goes by the list's."""
    return next((str(step) for step in reversed(path) if not str(step).isdigit()), "")


def step(key: object) -> str:
    """A key as one step of a JSON pointer."""
    return str(key).replace("~", "~0").replace("/", "~1")
