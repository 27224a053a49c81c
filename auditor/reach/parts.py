"""What each party does in a backing: its tiers, the places where it performs, the items and payments it answers for.

Whatever a law makes of a backing it makes of one party at a time. Backings that differ in one party share the others.
"""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import TypeVar

from auditor.model.record import record
from auditor.model.report import SUBJECT
from auditor.model.vocabulary import Role
from auditor.resolve import Backing, Item, Place, Tier

_T = TypeVar("_T")
_OPERATOR = (Role.OPERATING, Role.CONTRACTING, Role.RESELLING)


@record
class Part:
    """What one party does in a backing; items and currency are those of the backing, where the party answers for it.

    `ours` says that it is one of us, who may have to stop paying for it.

    Parts of one `Division` that are made of the same tiers, places and items are made of the same tuples.
    """

    node: str
    tiers: tuple[Tier, ...] = ()
    places: tuple[Place, ...] = ()
    items: tuple[Item, ...] = ()
    currency: str | None = None
    ours: bool = False


@dataclass(slots=True, eq=False, repr=False)
class Division:
    """Divides backings among their parties. Tiers and places are told apart by identity: the resolution keeps them."""

    _tiers: dict[tuple[int, ...], tuple[Tier, ...]] = field(default_factory=dict)
    _places: dict[tuple[int, ...], tuple[Place, ...]] = field(default_factory=dict)

    def parts(self, backing: Backing, ours: tuple[str, ...] = ()) -> Iterator[Part]:
        """The parts of a backing, one for each party, and for each of us who is named.

        Where nobody is said to perform, and for items and payments, it is the operator who answers.
        """
        operator = _operator(backing)
        tiers: defaultdict[str, list[Tier]] = defaultdict(list)
        for t in backing.tiers:
            tiers[t.node].append(t)
        places: defaultdict[str, list[Place]] = defaultdict(list)
        for p in backing.places:
            places[p.by or operator].append(p)
        answers = bool(backing.items) or backing.currency is not None
        for node in dict.fromkeys((*tiers, *places, *((operator,) if answers else ()), *ours)):
            items, currency = (backing.items, backing.currency) if node == operator else ((), None)
            yield Part(
                node,
                _same(self._tiers, tiers[node]) if node in tiers else (),
                _same(self._places, places[node]) if node in places else (),
                items,
                currency,
                node in ours,
            )


def _operator(backing: Backing) -> str:
    """Who operates it, else who sells it, else nobody known."""
    first = next((t for role in _OPERATOR if (t := backing.first(role)) is not None), None)
    return first.node if first else SUBJECT


def _same(known: dict[tuple[int, ...], tuple[_T, ...]], found: list[_T]) -> tuple[_T, ...]:
    return known.setdefault(tuple(map(id, found)), tuple(found))
