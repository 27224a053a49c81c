"""What each party does in a backing: its tiers, the places where it performs, the items and payments it answers for.

Whatever a law makes of a backing it makes of one party at a time. Backings that differ in one party share the others.
"""

from collections import defaultdict
from dataclasses import dataclass, field

from auditor.model.report import SUBJECT
from auditor.model.vocabulary import Role
from auditor.resolve import Backing, Item, Place, Tier

_OPERATOR = (Role.OPERATING, Role.CONTRACTING, Role.RESELLING)


@dataclass(frozen=True, slots=True)
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


@dataclass(slots=True)
class Division:
    """Divides the backings of one resolution among their parties. Told apart by identity: the resolution keeps them."""

    _operators: dict[int, str] = field(default_factory=dict)
    _tiers: dict[int, dict[str, tuple[Tier, ...]]] = field(default_factory=dict)
    _places: dict[tuple[int, str], dict[str, tuple[Place, ...]]] = field(default_factory=dict)
    _some_tiers: dict[tuple[int, ...], tuple[Tier, ...]] = field(default_factory=dict)
    _some_places: dict[tuple[int, ...], tuple[Place, ...]] = field(default_factory=dict)

    def parts(self, backing: Backing, ours: tuple[str, ...] = ()) -> tuple[Part, ...]:
        """The parts of a backing, one for each party, and for each of us who is named."""
        operator = self.operator(backing)
        tiers = self.tiers(backing.tiers)
        places = self.places(backing.places, operator)
        answers = backing.items or backing.currency is not None
        nodes = dict.fromkeys((*tiers, *places, *((operator,) if answers else ()), *ours))
        return tuple(
            Part(n, tiers.get(n, ()), places.get(n, ()), backing.items, backing.currency, n in ours)
            if n == operator
            else Part(n, tiers.get(n, ()), places.get(n, ()), ours=n in ours)
            for n in nodes
        )

    def operator(self, backing: Backing) -> str:
        """Who answers for what is not anybody's own: who operates it, else who sells it, else nobody known."""
        key = id(backing.tiers)
        if key not in self._operators:
            first = next((t for role in _OPERATOR if (t := backing.first(role)) is not None), None)
            self._operators[key] = first.node if first else SUBJECT
        return self._operators[key]

    def tiers(self, tiers: tuple[Tier, ...]) -> dict[str, tuple[Tier, ...]]:
        """The tiers of each party, in order."""
        if id(tiers) not in self._tiers:
            among: defaultdict[str, list[Tier]] = defaultdict(list)
            for t in tiers:
                among[t.node].append(t)
            some = self._some_tiers
            self._tiers[id(tiers)] = {n: some.setdefault(tuple(map(id, ts)), tuple(ts)) for n, ts in among.items()}
        return self._tiers[id(tiers)]

    def places(self, places: tuple[Place, ...], operator: str) -> dict[str, tuple[Place, ...]]:
        """The places of each party, in order; where nobody is said to perform, the operator does."""
        key = (id(places), operator)
        if key not in self._places:
            among: defaultdict[str, list[Place]] = defaultdict(list)
            for p in places:
                among[p.by or operator].append(p)
            some = self._some_places
            self._places[key] = {n: some.setdefault(tuple(map(id, ps)), tuple(ps)) for n, ps in among.items()}
        return self._places[key]
