"""What every noun of the model is: a dataclass with slots, compared by its values and never changed once it is made."""

from collections.abc import Callable
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any, TypeVar, dataclass_transform

T = TypeVar("T")


@dataclass_transform(frozen_default=True, field_specifiers=(field,))
def record(cls: type[T]) -> type[T]:
    """`dataclass(frozen=True, slots=True)` for the type checker, which reads all of this product; cheaper when it runs.

    A start defines more than a hundred records, and an audit makes millions. `frozen` compiles two functions for each
    class and makes a record five times slower to make, so that only the type checker asks for it. What compares, hashes
    and shows a record is written once, below, where a dataclass compiles it for each class.
    """
    made: Any = dataclass(slots=True, eq=False, repr=False)(cls)
    made.__eq__, made.__hash__ = _comparing(attrgetter(*(f.name for f in fields(made) if f.compare)))
    made.__repr__ = _shown
    done: type[T] = made
    return done


@dataclass_transform(frozen_default=True, order_default=True, field_specifiers=(field,))
def ordered_record(cls: type[T]) -> type[T]:
    """A record that is sorted by its fields, in their order."""
    made: Any = record(cls)
    made.__lt__ = _before(attrgetter(*(f.name for f in fields(made) if f.compare)))
    done: type[T] = made
    return done


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


def _shown(self: Any) -> str:
    return f"{type(self).__qualname__}({', '.join(f'{f.name}={getattr(self, f.name)!r}' for f in fields(self))})"
