"""Any class of the model to plain JSON data and back, and its JSON Schema: one walk over type hints for all three."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, TypeVar, Union, get_args, get_origin, get_type_hints

T = TypeVar("T")


def to_data(value: object) -> Any:
    """Plain data of a model object; fields at their defaults are left out, so that absent stays absent."""
    kind = type(value)
    if kind in _AS_IT_IS:
        return value
    if kind is tuple or kind is list:
        return [to_data(v) for v in value]  # type: ignore[attr-defined]
    if kind in _FIELDS or is_dataclass(kind):
        data = {}
        for name, default in fields_written(kind):
            v = getattr(value, name)
            if v is not default and v != default:
                data[name] = v if type(v) in _AS_IT_IS else to_data(v)
        return data
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, Mapping):
        return {str(k): to_data(value[k]) for k in sorted(value)}
    return value


def fields_written(cls: type) -> tuple[tuple[str, object], ...]:
    """The fields of a class with the values at which they are left out; the head of a document is always written."""
    known = _FIELDS.get(cls)
    if known is None:
        known = _FIELDS[cls] = _fields(cls)
    return known


def from_data(cls: type[T], data: Any) -> T:
    """The model object of plain data. Raises TypeError, ValueError or KeyError where the data do not fit."""
    found: T = _read(cls, data)
    return found


def schema_of(cls: type) -> dict[str, Any]:
    """The draft-07 schema of the plain data of a model class."""
    definitions: dict[str, Any] = {}
    body = _schema(cls, definitions)
    return {"$schema": "http://json-schema.org/draft-07/schema#", **body, "definitions": definitions}


_AS_IT_IS = frozenset({str, int, bool, type(None)})
_FIELDS: dict[type, tuple[tuple[str, object], ...]] = {}

_ALWAYS = object()
"""Compares equal to nothing: a field that is always written."""


def _fields(cls: type) -> tuple[tuple[str, object], ...]:
    found: list[tuple[str, object]] = []
    for f in fields(cls):
        default: object = _ALWAYS
        if f.default is not MISSING and f.name != "auditor":
            default = f.default
        elif f.default_factory is not MISSING:
            default = f.default_factory()
        found.append((f.name, default))
    return tuple(found)


@cache
def _hints(cls: type) -> Mapping[str, Any]:
    return get_type_hints(cls, localns=_told_apart())


@cache
def _told_apart() -> dict[str, Any]:
    """Classes that a report names without importing them, as most reports have none of them."""
    from auditor.model.causes import Causes  # noqa: PLC0415
    from auditor.model.outage import Outage  # noqa: PLC0415

    return {"Causes": Causes, "Outage": Outage}


def _read(hint: Any, data: Any) -> Any:
    if get_origin(hint) is Annotated:
        hint = hint.__origin__
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _read_union(arguments, data)
    if origin is tuple:
        return tuple(_read(arguments[0], item) for item in _expect(data, list))
    if origin is not None and issubclass(origin, Mapping):
        return {k: _read(arguments[1], v) for k, v in _expect(data, dict).items()}
    if is_dataclass(hint):
        known = _hints(hint)  # type: ignore[arg-type]
        return hint(**{k: _read(known[k], v) for k, v in _expect(data, dict).items()})  # type: ignore[operator]
    if hint is date:
        return date.fromisoformat(data)
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return hint(data)
    return _expect(data, hint)


def _read_union(members: tuple[Any, ...], data: Any) -> Any:
    if data is None and type(None) in members:
        return None
    wrong: Exception | None = None
    for member in (m for m in members if m is not type(None)):
        try:
            return _read(member, data)
        except (TypeError, ValueError) as error:
            wrong = error
    raise wrong or TypeError(f"{data!r} fits none of {members!r}")


def _expect(data: Any, kind: type) -> Any:
    if type(data) is not kind:
        raise TypeError(f"expected {kind.__name__}, found {type(data).__name__}")
    return data


_PLAIN: Mapping[type, dict[str, Any]] = {
    str: {"type": "string"},
    int: {"type": "integer"},
    bool: {"type": "boolean"},
    date: {"type": "string", "description": "ISO 8601 date"},
}


def _schema(hint: Any, definitions: dict[str, Any]) -> dict[str, Any]:
    if get_origin(hint) is Annotated:
        hint = hint.__origin__
    if hint in _PLAIN:
        return dict(_PLAIN[hint])
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return {"anyOf": [{"type": "null"} if a is type(None) else _schema(a, definitions) for a in arguments]}
    if origin is tuple:
        return {"type": "array", "items": _schema(arguments[0], definitions)}
    if origin is not None and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(arguments[1], definitions)}
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return {"enum": [str(m) for m in hint]}
    if not is_dataclass(hint):
        raise TypeError(f"no schema for {hint!r}")
    name = hint.__name__  # type: ignore[union-attr]
    if name not in definitions:
        definitions[name] = {}
        known = fields(hint)
        definitions[name] = {
            "type": "object",
            "description": (hint.__doc__ or "").split("\n")[0],
            "properties": {f.name: _schema(_hints(hint)[f.name], definitions) for f in known},  # type: ignore[arg-type]
            "required": [f.name for f in known if f.default is MISSING and f.default_factory is MISSING],
            "additionalProperties": False,
        }
    return {"$ref": f"#/definitions/{name}"}
