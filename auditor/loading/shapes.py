"""The shape of documents, taken from the classes of the model, so that a field is written down once."""

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields
from datetime import date
from enum import StrEnum
from functools import cache
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from auditor.model.inventory import Need, Users
from auditor.model.knowledge import Offer, Performed
from auditor.model.record import record
from auditor.model.rules import All, Argument, Ask, Condition
from auditor.model.values import Duration, Key, Kind, Origin, Share
from auditor.model.vocabulary import Word


@record
class Leaf:
    """A text; `kind` checks its form; `words` are its only values or, for `until`, the words beside a date."""

    kind: str
    words: tuple[str, ...] = ()
    enum: type[StrEnum] | None = None


@record
class ListOf:
    """A list; `or_one` allows a single item without brackets."""

    item: "Shape"
    or_one: bool = False


@record
class MapOf:
    """A mapping from any key to one shape."""

    value: "Shape"


@record
class Special:
    """A shape with short forms of its own: `need`, `users`, `offer`, `performed`, `condition`, `document`, `prose`."""

    name: str


@record
class Record:
    """A mapping with named fields, read into one class."""

    of: type

    @property
    def fields(self) -> tuple["Field", ...]:
        """Its fields, in the order of the class."""
        return fields_of(self.of)

    def field(self, key: str) -> "Field | None":
        """The field that documents write under this key."""
        return next((f for f in self.fields if f.key == key), None)


@record
class Field:
    """One key of a record."""

    key: str
    attribute: str
    shape: "Shape"
    required: bool
    description: str


Shape = Leaf | ListOf | MapOf | Special | Record

_SPECIAL: Mapping[Any, Shape] = {
    Need: Special("need"),
    Users: Special("users"),
    Offer: Special("offer"),
    Performed: Special("performed"),
}
_PLAIN: Mapping[Any, Shape] = {
    str: Leaf("text"),
    int: Leaf("int"),
    bool: Leaf("bool", ("yes", "no", "true", "false")),
    date: Leaf("date"),
    Duration: Leaf("duration"),
    Share: Leaf("share"),
}


@cache
def fields_of(cls: type) -> tuple[Field, ...]:
    """The fields of a model class as documents write them; bookkeeping (`origin`) is left out."""
    hints = get_type_hints(cls, include_extras=True)
    found = []
    for f in fields(cls):
        hint = hints[f.name]
        if hint is Origin:
            continue
        notes = hint.__metadata__ if get_origin(hint) is Annotated else ()
        key = next((n.name for n in notes if isinstance(n, Key)), f.name)
        description = next((n for n in notes if isinstance(n, str)), "")
        required = f.default is MISSING and f.default_factory is MISSING
        found.append(Field(key, f.name, shape_of(hint), required, description))
    return tuple(found)


def shape_of(hint: Any) -> Shape:
    """The shape that a type hint of the model stands for. Raises TypeError for one that has no shape in documents."""
    if get_origin(hint) is Annotated:
        kind = next((n.name for n in hint.__metadata__ if isinstance(n, Kind)), None)
        return _of_kind(kind, hint.__origin__) if kind else shape_of(hint.__origin__)
    if hint in _SPECIAL:
        return _SPECIAL[hint]
    if hint == Condition or hint in (All, Ask):
        return Special("condition")
    if hint in _PLAIN:
        return _PLAIN[hint]
    origin, arguments = get_origin(hint), get_args(hint)
    if origin in (Union, types.UnionType):
        return _of_union(tuple(a for a in arguments if a is not type(None)))
    if origin is tuple:
        return ListOf(shape_of(arguments[0]))
    if origin is not None and issubclass(origin, Mapping):
        return MapOf(shape_of(arguments[1]))
    if isinstance(hint, type) and issubclass(hint, StrEnum):
        return Leaf("enum", tuple(str(m) for m in hint), hint)
    if isinstance(hint, type) and hasattr(hint, "__dataclass_fields__"):
        return Record(hint)
    if hint == Argument:
        return Special("argument")
    raise TypeError(f"no document shape for {hint!r}")


def _of_union(members: tuple[Any, ...]) -> Shape:
    if len(members) == 1:
        return shape_of(members[0])
    if set(members) == {date, Word}:
        return Leaf("until", tuple(str(w) for w in Word))
    raise TypeError(f"no document shape for a union of {members!r}")


_WORDS: Mapping[str, tuple[str, ...]] = {
    "operator": ("at_least", "more_than"),
    "aggregate": ("all", "joint", "none"),
    "cut_by": ("supplier", "customer_under_pressure", "intermediary", "nobody", "disputed"),
    "parts": ("people", "assets", "models", "contracts", "functions"),
}


def _of_kind(kind: str, inner: Any) -> Shape:
    if kind == "one_or_many":
        many = shape_of(inner)
        assert isinstance(many, ListOf)
        return ListOf(many.item, or_one=True)
    if kind == "parts":
        return ListOf(Leaf("enum", _WORDS[kind]))
    if kind in _WORDS:
        return Leaf("enum", _WORDS[kind])
    if kind in ("users", "offer", "performed", "condition", "document", "prose"):
        return Special(kind)
    return Leaf(kind)
