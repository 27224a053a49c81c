"""Whether a small document fits its schema, without the validator, which takes longer to import than this to decide.

It knows the keywords that our schemas use, and says the same of a document as the validator: tests hold the two against
each other. It says nothing of what is wrong; mistakes, and large documents, are the validator's.
"""

from collections.abc import Callable, Mapping
from typing import Any

from auditor.loading.schema import Schema

SMALL = 100_000
"""Bytes of the largest document that is looked at here."""

_Named = Mapping[str, Schema]


def fits(schema: Schema, value: Any) -> bool | None:
    """Whether a document of texts, mappings and lists fits; None if the schema has a keyword that is not known here."""
    try:
        return _fits(schema, value, schema["definitions"])
    except KeyError:
        return None


def _fits(schema: Schema, value: Any, named: _Named) -> bool:
    for keyword, wanted in schema.items():  # noqa: SIM110 - documents nest, and `all` would take a frame more each time
        if not _KEYWORDS[keyword](wanted, value, schema, named):
            return False
    return True


def _reference(wanted: str, value: Any, _: Schema, named: _Named) -> bool:
    return _fits(named[wanted.removeprefix("#/definitions/")], value, named)


def _either(condition: Schema, value: Any, schema: Schema, named: _Named) -> bool:
    return _fits(schema["then" if _fits(condition, value, named) else "else"], value, named)


def _properties(known: Mapping[str, Schema], value: Any, _: Schema, named: _Named) -> bool:
    if isinstance(value, dict):
        for key, inner in value.items():
            if key in known and not _fits(known[key], inner, named):
                return False
    return True


def _others(wanted: Schema | bool, value: Any, schema: Schema, named: _Named) -> bool:
    if isinstance(value, dict):
        known = schema.get("properties", ())
        for key, inner in value.items():
            if key not in known and (isinstance(wanted, bool) or not _fits(wanted, inner, named)):
                return False
    return True


def _items(wanted: Schema, value: Any, _: Schema, named: _Named) -> bool:
    if isinstance(value, list):
        for inner in value:
            if not _fits(wanted, inner, named):
                return False
    return True


_TYPES: Mapping[str, type] = {"string": str, "array": list, "object": dict}
_KEYWORDS: Mapping[str, Callable[[Any, Any, Schema, _Named], bool]] = {
    "type": lambda wanted, value, *_: isinstance(value, _TYPES[wanted]),
    "enum": lambda wanted, value, *_: value in wanted,
    "const": lambda wanted, value, *_: value == wanted,
    "properties": _properties,
    "additionalProperties": _others,
    "required": lambda wanted, value, *_: not isinstance(value, dict) or all(key in value for key in wanted),
    "minProperties": lambda wanted, value, *_: not isinstance(value, dict) or len(value) >= wanted,
    "maxProperties": lambda wanted, value, *_: not isinstance(value, dict) or len(value) <= wanted,
    "items": _items,
    "minItems": lambda wanted, value, *_: not isinstance(value, list) or len(value) >= wanted,
    "$ref": _reference,
    "if": _either,
    **dict.fromkeys(("then", "else", "definitions", "$schema", "title", "description"), lambda *_: True),
}
"""What each keyword says of a value; `then` and `else` go with `if`. `additionalProperties` is False or a schema."""
