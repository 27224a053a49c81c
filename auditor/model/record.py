"""What every noun of the model is: a dataclass with slots, compared by its values and never changed once it is made."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform, overload

T = TypeVar("T")


@overload
def record(cls: type[T], /) -> type[T]: ...
@overload
def record(*, eq: bool = True, order: bool = False) -> Callable[[type[T]], type[T]]: ...
@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: Any = None, /, *, eq: bool = True, order: bool = False) -> Any:
    """`dataclass(frozen=True, slots=True)` for the type checker, which reads all of this product; cheaper when it runs.

    A start defines more than a hundred records, and an audit makes millions. `frozen` compiles two functions for each
    class and makes a record five times slower to make, so that only the type checker asks for it. What compares, hashes
    and shows a record is written once, below, where a dataclass compiles it for each class. Without `eq` a record is
    equal to itself alone; with `order` it is sorted by its fields.
    """
    if cls is None:
        return lambda later: _made(later, eq, order)
    return _made(cls, eq, order)


def _made(cls: Any, eq: bool, order: bool) -> Any:
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    made.__repr__ = _showing(tuple(f.name for f in fields(made) if f.repr))
    values = attrgetter(*(f.name for f in fields(made) if f.compare))
    if eq:
        made.__eq__, made.__hash__ = _comparing(values)
    if order:
        made.__lt__ = _before(values)
    return made


def _comparing(values: Callable[[Any], Any]) -> tuple[Callable[[Any, object], bool], Callable[[Any], int]]:
    def equal(self: Any, other: object) -> bool:
        return values(self) == values(other) if other.__class__ is self.__class__ else NotImplemented

    def hashed(self: Any) -> int:
        return hash(values(self))

    return equal, hashed


def _before(values: Callable[[Any], Any]) -> Callable[[Any, object], bool]:
    def before(self: Any, other: object) -> bool:
        return values(self) < values(other) if other.__class__ is self.__class__ else NotImplemented

    return before


def _showing(names: tuple[str, ...]) -> Callable[[Any], str]:
    def shown(self: Any) -> str:
        return f"{type(self).__qualname__}({', '.join([f'{name}={getattr(self, name)!r}' for name in names])})"

    return shown
