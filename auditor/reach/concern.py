"""How a designation concerns what is ours: theirs, held for us, shared, supplied by the one designated, or there."""

from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from auditor.control import Judgement
from auditor.model.inventory import Asset, Dependency, Inventory
from auditor.model.knowledge import Regime
from auditor.model.record import record
from auditor.model.report import SUBJECT, Hop
from auditor.model.vocabulary import Concern, Delivery, Doubt, FactStatus, Holding, Relation, Standing, UseStanding
from auditor.reach.question import Target, concerns_everyone, ownership_hops
from auditor.resolve import Backing, Tier

HELD = (
    ("holder", Holding.HOLDER),
    ("registrant", Holding.REGISTRANT),
    ("admins", Holding.ADMIN),
    ("second_factor", Holding.SECOND_FACTOR),
    ("signatories", Holding.SIGNATORY),
    ("payer", Holding.PAYER),
)
"""The keys of `held_by`, and the way of holding that each says, strongest first."""


WITH_SEATS = frozenset({Delivery.SAAS, Delivery.MANAGED, Delivery.API, Delivery.STORE, Delivery.TELEPHONY})
"""Ways of delivery in which a person has a seat of their own, so that they can be separated from the others."""


@record
class Concerned:
    """One way in which the designation concerns a subject, the hops that say why, and what is doubtful about it."""

    concern: Concern
    link: tuple[Hop, ...] = ()
    doubt: Doubt | None = None


POTENTIALLY = (Concerned(Concern.POTENTIAL),)
NOT_AT_ALL: tuple[Concerned, ...] = ()

Standings = Mapping[str, Judgement]


@record(eq=False)
class Profile:
    """All ways in which the designation concerns a subject, regime by regime. Subjects concerned alike share one."""

    by_concern: Mapping[Concern, Mapping[int, tuple[Concerned, ...]]]
    """Per kind of concern and number of the regime, which is left out where there is none."""

    @property
    def at_all(self) -> bool:
        """Whether it is concerned under any regime."""
        return bool(self.by_concern)

    @property
    def supplier(self) -> bool:
        """Whether its supplier is designated under any regime."""
        return Concern.SUPPLIER in self.by_concern


class _Use(NamedTuple):
    """What a designated person has to do with a dependency."""

    holding: Holding | None
    uses: bool = False
    detail: str | None = None
    shared: bool = False
    doubt: Doubt | None = None


@dataclass(slots=True, eq=False, repr=False)
class Concerns:
    """How the designation of one run concerns what is ours; without a target every law could bear on everything.

    First it is read what of a subject matters for the kind of target, then the profile is made of that alone: so what
    is read is the whole key of what is kept.
    """

    inventory: Inventory
    target: Target | None
    regimes: Sequence[Regime]
    standings: Sequence[Standings]
    _kept: dict[Hashable, Profile] = field(default_factory=dict)
    _one: dict[Concerned, Concerned] = field(default_factory=dict)
    _suppliers: dict[int, tuple[Tier, ...]] = field(default_factory=dict)
    _there: Mapping[str, str] = field(init=False)
    _org: str = field(init=False)
    _falls: frozenset[str] = field(init=False)
    _always: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        self._org = f"org:{self.inventory.organization.id}"
        self._there = self._users_there()
        known = [frozenset(s) for r, s in zip(self.regimes, self.standings, strict=True) if not concerns_everyone(r)]
        self._falls = frozenset[str]().union(*known)
        self._always = known[0].intersection(*known[1:]) if known else frozenset()

    def of_dependency(self, d: Dependency, backing: Backing) -> Profile:
        """All ways in which the designation concerns a dependency."""
        if self.target is None:
            return self._profile(None, lambda _: NOT_AT_ALL)
        match self.target.kind:
            case "person":
                use = self._use(d, backing.delivery)
                return self._profile(use, lambda n: tuple(self._person(use, n)))
            case "country":
                there = self._user_there(d)
                return self._profile(("country", there), lambda n: tuple(self._country(there, n)))
            case "supplier":
                tiers = self._tiers(backing)
                return self._profile(tuple(map(id, tiers)), lambda n: tuple(self._supplier(tiers, n)))
        nodes = self._ours(d, backing)
        return self._profile(nodes, lambda n: tuple(self._falling(nodes, n)))

    def of_asset(self, a: Asset) -> Profile:
        """All ways in which the designation concerns an asset."""
        if self.target is None:
            return self._profile(None, lambda _: NOT_AT_ALL)
        target = self.target
        person = target.kind == "person"
        held = person and target.node.partition(":")[2] in a.held_by
        org = self._org

        def way(n: int) -> tuple[Concerned, ...]:
            listed = _listed(target.node, self.regimes[n])
            if held:
                hop = Hop(SUBJECT, Relation.HELD_BY, target.node, FactStatus.FILING)
                return (Concerned(Concern.HELD_FOR_US, (hop, listed)),)
            if not person and org in self.standings[n]:
                return (Concerned(Concern.OURS, (listed,)),)
            return NOT_AT_ALL

        return self._profile(("asset", held), way)

    def _profile(self, read: Hashable, way: Callable[[int], tuple[Concerned, ...]]) -> Profile:
        if read not in self._kept:
            everyone = [self.target is None or concerns_everyone(r) for r in self.regimes]
            ways: dict[Concern, dict[int, tuple[Concerned, ...]]] = {}
            for n, e in enumerate(everyone):
                for c in POTENTIALLY if e else way(n):
                    # equal ways are one object, so that whoever holds them may tell them apart by identity
                    same = self._one.setdefault(c, c)
                    of_this = ways.setdefault(c.concern, {})
                    of_this[n] = (*of_this.get(n, ()), same)
            self._kept[read] = Profile(ways)
        return self._kept[read]

    # -- a person ------------------------------------------------------------------------------------------------

    def _use(self, d: Dependency, delivery: Delivery | None) -> _Use:
        named = self.target.node.partition(":")[2] if self.target else ""
        held = d.held_by
        holding = next((way for key, way in HELD if named in getattr(held, key)), None) if held is not None else None
        users = d.used_by
        if users is None:
            return _Use(holding)
        if users.everyone or named in users.ids:
            others = users.everyone or users.about or len(users.ids) > 1
            detail = None if named in users.ids else "everyone"
            return _Use(holding, uses=True, detail=detail, shared=bool(others) and delivery in WITH_SEATS)
        if users.about and delivery in WITH_SEATS:
            return _Use(holding, uses=True, detail=f"about {users.about}", doubt=Doubt.USE_NOT_STATED)
        return _Use(holding)

    def _person(self, use: _Use, n: int) -> Iterator[Concerned]:
        person = self.target.node if self.target else ""
        listed = _listed(person, self.regimes[n])
        if use.holding is not None:
            held = Hop(SUBJECT, Relation.HELD_BY, person, FactStatus.FILING, use.holding)
            yield Concerned(Concern.HELD_FOR_US, (held, listed))
        if use.uses:
            used = Hop(SUBJECT, Relation.USED_BY, person, FactStatus.FILING, use.detail)
            yield Concerned(Concern.THEIRS, (used, listed), use.doubt)
            if use.shared:
                yield Concerned(Concern.SHARED, (used, listed))

    # -- a country -----------------------------------------------------------------------------------------------

    def _users_there(self) -> Mapping[str, str]:
        if self.target is None or self.target.kind != "country":
            return {}
        organization = self.inventory.organization
        code = self.target.node.partition(":")[2]
        there = {u.id: f"unit:{u.id}" for u in organization.entities if u.country == code}
        there |= {p.id: f"person:{p.id}" for p in self.inventory.people if p.residence == code}
        if organization.seat == code:
            there[organization.id] = f"org:{organization.id}"
        return dict(sorted(there.items()))

    def _user_there(self, d: Dependency) -> tuple[str | None, Doubt | None]:
        """The first of its users who is in that country, and whether that is in doubt."""
        users = d.used_by
        us = f"org:{self.inventory.organization.id}"
        if (users is None or users.everyone) and us in self._there.values():
            return us, None  # what is used by us all is supplied to where we sit
        if users is None or users.everyone:
            first = next(iter(self._there.values()), None)
            return first, Doubt.USERS_NOT_STATED if users is None and first else None
        named = min((i for i in users.ids if i in self._there), default=None)
        return (None if named is None else self._there[named]), None

    def _country(self, there: tuple[str | None, Doubt | None], n: int) -> Iterator[Concerned]:
        node, doubt = there
        if node is not None and self.target is not None:
            country = self.target.node
            used = Hop(SUBJECT, Relation.USED_BY, node, FactStatus.FILING)
            at = Hop(node, Relation.LOCATED_IN, country, FactStatus.FILING)
            yield Concerned(Concern.COUNTRY, (used, at, _listed(country, self.regimes[n])), doubt)

    # -- a supplier, ourselves -----------------------------------------------------------------------------------

    def _tiers(self, backing: Backing) -> tuple[Tier, ...]:
        """Those who serve us in it and fall with the designated supplier, under whatever regime."""
        key = id(backing.tiers)
        if key not in self._suppliers:
            self._suppliers[key] = tuple(t for t in backing.tiers if t.serves and t.node in self._falls)
        return self._suppliers[key]

    def _supplier(self, tiers: tuple[Tier, ...], n: int) -> Iterator[Concerned]:
        for tier in tiers:
            judgement = self.standings[n].get(tier.node)
            if judgement is not None and self.target is not None:
                link = (*tier.hops, *ownership_hops(judgement), _listed(self.target.node, self.regimes[n]))
                yield Concerned(Concern.SUPPLIER, link, _doubt(judgement))
                return

    def _ours(self, d: Dependency, backing: Backing) -> tuple[str, ...]:
        """Who of us contracts for it or uses it, and falls with the designated one: the first under any regime do."""
        if d.standing is UseStanding.PRIVATE:
            return ()  # what is somebody's own falls with them, not with us
        if self._org in self._always:
            return (self._org,)
        units = [f"unit:{backing.party}"] if backing.party else []
        units += [f"unit:{u}" for u in d.used_by.ids] if d.used_by else []
        found = []
        for node in (self._org, *units):
            if node in self._falls:
                found.append(node)
            if node in self._always:
                break  # who comes later is asked under no regime
        return tuple(found)

    def _falling(self, nodes: tuple[str, ...], n: int) -> Iterator[Concerned]:
        """We, an entity of ours or our owner: whatever the designated one contracts for or uses."""
        for node in nodes:
            judgement = self.standings[n].get(node)
            if judgement is not None and self.target is not None:
                link = (*ownership_hops(judgement), _listed(self.target.node, self.regimes[n]))
                yield Concerned(Concern.OURS, link, _doubt(judgement))
                return


def _listed(node: str, regime: Regime) -> Hop:
    return Hop(node, Relation.DESIGNATED_BY, f"regime:{regime.id}", FactStatus.STATUTE, "supposed")


def _doubt(judgement: Judgement) -> Doubt | None:
    match judgement.standing:
        case Standing.UNDETERMINED:
            return Doubt.SHARES_UNKNOWN
        case Standing.PRESUMED_CONTROLLED:
            return Doubt.PRESUMED_CONTROL
    return None
