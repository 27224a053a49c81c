"""On what grounds the regimes in play get to one party's part in a backing, each by its firmest chains."""

from collections import defaultdict
from collections.abc import Callable, Container, Hashable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from operator import itemgetter
from typing import NamedTuple

from auditor.model.knowledge import Regime
from auditor.model.record import record
from auditor.model.report import SUBJECT, Chain, Hop
from auditor.model.vocabulary import Basis, BindTest, Concern, Doubt, FactStatus, LawCertainty, Relation, Role
from auditor.reach.binding import Bound, Laws, words_of
from auditor.reach.concern import Standings
from auditor.reach.parts import Part
from auditor.reach.question import VOLUNTARY
from auditor.resolve import Tier

SECOND_CHAINS = 2
"""How many further chains, each through another role, are kept beside the chosen one."""


@record(eq=False)
class Ground:
    """One regime (by its number) gets to a party on one basis, by the chosen chain and others through other roles.

    One search makes equal grounds, and equal chains, one object.
    """

    regime: int
    basis: Basis
    party: str
    certainty: LawCertainty
    text: str | None
    doubt: Doubt | None
    chains: tuple[Chain, ...]


class _Found(NamedTuple):
    """A chain to a law: over `hops` to the party, a place or an item, and from there `to_law`."""

    rank: int
    role: Role | None
    hops: tuple[Hop, ...]
    to_law: tuple[Hop, ...]
    certainty: LawCertainty
    text: str | None
    doubt: Doubt | None


_Lane = tuple[int, Basis]
_Lanes = Mapping[_Lane, tuple[_Found, ...]]
_NOTHING: _Lanes = {}
_NO_REGIMES: frozenset[int] = frozenset()


@record(eq=False)
class Obligation:
    """What regimes make of a part. Parts of which the same regimes make the same share one."""

    node: str
    law: tuple[_Lanes, ...]
    risk: _Lanes
    ours: bool


@dataclass(slots=True, eq=False, repr=False)
class Obliged:
    """Answers what the regimes of one question make of parts of backings; keeps what it has found."""

    regimes: Sequence[Regime]
    laws: Laws
    standings: Sequence[Standings]
    _testing: Mapping[BindTest, tuple[int, ...]] = field(init=False)
    _threatening: tuple[int, ...] = field(init=False)
    _choosing: frozenset[int] = field(init=False)
    _targets: Mapping[str, Container[int]] = field(init=False)
    _bound: dict[str, tuple[tuple[int, Bound], ...]] = field(default_factory=dict)
    _by_tiers: dict[int, tuple[_Lanes, _Lanes]] = field(default_factory=dict)
    _by_other: dict[Hashable, _Lanes] = field(default_factory=dict)
    _duties: dict[str, _Lanes] = field(default_factory=dict)
    _obligations: dict[tuple[object, ...], Obligation] = field(default_factory=dict)
    _chosen: dict[tuple[object, ...], Ground] = field(default_factory=dict)
    _grounds: dict[tuple[str | int, ...], list[Ground]] = field(default_factory=dict)
    _chains: dict[tuple[int, int], Chain] = field(default_factory=dict)
    _same_hops: dict[tuple[Hop, ...], tuple[Hop, ...]] = field(default_factory=dict)
    _lane: dict[_Lane, _Lane] = field(default_factory=dict)
    _same_lane: dict[tuple[object, ...], tuple[_Found, ...]] = field(default_factory=dict)
    _same_lanes: dict[tuple[object, ...], _Lanes] = field(default_factory=dict)
    _grades: dict[int, tuple[int, bool]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        numbered = [(n, {bind.test for bind in r.binds}) for n, r in enumerate(self.regimes)]
        self._testing = {test: tuple(n for n, tests in numbered if test in tests) for test in BindTest}
        self._threatening = tuple(
            n
            for n, r in enumerate(self.regimes)
            if r.authority != VOLUNTARY and r.reach_of_target and r.reach_of_target.support is Basis.DESIGNATION_RISK
        )
        targets: defaultdict[str, set[int]] = defaultdict(set)
        for n, standings in enumerate(self.standings):
            for node in standings:
                targets[node].add(n)
        self._targets = targets
        self._choosing = frozenset(n for n, r in enumerate(self.regimes) if r.authority == VOLUNTARY and not r.binds)

    def obligation(self, part: Part) -> Obligation | None:
        """What the regimes make of a part; None if nothing at all."""
        law, risk = self._of_tiers(part.tiers)
        lanes = (law, self._of_places(part), self._of_items(part), self._of_currency(part))
        law_at_all = tuple(x for x in lanes if x)
        if not law_at_all and not risk and not part.ours:
            return None
        key = (part.node, *map(id, law_at_all), id(risk), part.ours)
        if key not in self._obligations:
            self._obligations[key] = Obligation(part.node, law_at_all, risk, part.ours)
        return self._obligations[key]

    def grounds(self, obliged: Obligation, concern: Concern, among: Container[int]) -> Iterator[Ground]:
        """The grounds on which some regimes (by number) get to a part that is concerned in this way.

        A regime does not oblige its targets; that one may choose to stop holds for them, too.
        Who serves us without being bound could itself be listed for support, if the regime threatens that and there is
        somebody designated. Where it is the supplier, we may not pay or use it if we are bound ourselves.
        """
        lanes: dict[_Lane, tuple[tuple[_Found, ...], ...]] = {}
        if concern is Concern.SUPPLIER and obliged.ours:
            lanes |= {lane: (found,) for lane, found in self._duty(obliged.node).items() if lane[0] in among}
        targets = self._targets.get(obliged.node, _NO_REGIMES)
        for some in obliged.law:
            for lane, found in some.items():
                if lane[0] in among and (lane[0] not in targets or lane[0] in self._choosing):
                    lanes[lane] = (*lanes.get(lane, ()), found)
        if concern is not Concern.POTENTIAL and obliged.risk:
            bound = {n for some in obliged.law for n, basis in some if basis.decided_by == "law"}
            for lane, found in obliged.risk.items():
                if lane[0] in among and lane[0] not in bound and lane[0] not in targets:
                    lanes[lane] = (*lanes.get(lane, ()), found)
        for lane, founds in lanes.items():
            yield self._choose(lane, obliged.node, founds)

    def recusal(self, number: int, node: str, bounds: Iterable[Bound]) -> Ground | None:
        """The ground on which one of our people, bound as an individual, has to stand aside."""
        found = tuple(self._found(b, (), None) for b in bounds if b.bind.basis is Basis.RECUSAL)
        return self._choose((number, Basis.RECUSAL), node, [found]) if found else None

    # -- what each kind of thing adds ----------------------------------------------------------------------------

    def _of_tiers(self, tiers: tuple[Tier, ...]) -> tuple[_Lanes, _Lanes]:
        """What binds those who take part, or leaves them to choose; and what threatens those who serve."""
        if id(tiers) not in self._by_tiers:
            law = (found for t in tiers for found in self._of_tier(t))
            serving = [t for t in tiers if t.serves]
            risk = (
                (
                    (n, Basis.DESIGNATION_RISK),
                    self._may(t, n, Relation.BOUND_BY, FactStatus.STATUTE, "listed_for_support"),
                )
                for t in serving
                for n in self._threatening
            )
            self._by_tiers[id(tiers)] = self._lanes(law), self._lanes(risk)
        return self._by_tiers[id(tiers)]

    def _of_tier(self, tier: Tier) -> Iterator[tuple[_Lane, _Found]]:
        """Tiers that a regime's own text catches. Whoever serves us may choose to stop."""
        hops = self._one(tier.hops)
        for n, bound in self._who_is_bound(tier.node):
            if tier.role in bound.roles:
                yield (n, bound.bind.basis), self._found(bound, hops, tier.role)
        if tier.serves:
            for n in sorted(self._choosing):
                yield (n, Basis.CHOSE), self._may(tier, n, Relation.UNDER_TERMS_OF, FactStatus.PROVIDER)

    def _who_is_bound(self, node: str) -> tuple[tuple[int, Bound], ...]:
        """Which regimes bind a legal person: that depends on nothing but who it is."""
        if node not in self._bound:
            self._bound[node] = tuple(
                (n, bound) for n, r in enumerate(self.regimes) for bound in self.laws.who_is_bound(r, node)
            )
        return self._bound[node]

    def _may(
        self, tier: Tier, number: int, relation: Relation, status: FactStatus, detail: str | None = None
    ) -> _Found:
        hops, law = self._one(tier.hops), Hop(tier.node, relation, f"regime:{self.regimes[number].id}", status, detail)
        to_law = self._one((law,))
        certainty = LawCertainty.TEXT
        return _Found(self._rank(hops, to_law, certainty, None), tier.role, hops, to_law, certainty, None, None)

    def _of_places(self, part: Part) -> _Lanes:
        if not part.places:
            return _NOTHING
        return self._of_other(
            id(part.places), BindTest.LOCATED_IN, lambda r: self.laws.where_performed(r, part.node, part.places)
        )

    def _of_items(self, part: Part) -> _Lanes:
        if not part.items:
            return _NOTHING
        return self._of_other(
            id(part.items), BindTest.ITEM_OF_ORIGIN, lambda r: self.laws.what_is_built_in(r, part.node, part.items)
        )

    def _of_currency(self, part: Part) -> _Lanes:
        if part.currency is None:
            return _NOTHING
        return self._of_other(
            part.currency,
            BindTest.CLEARS_THROUGH,
            lambda r: self.laws.what_it_clears_through(r, part.node, part.currency),
        )

    def _of_other(
        self,
        what: Hashable,
        test: BindTest,
        asked: Callable[[Regime], Iterator[tuple[Bound, tuple[Hop, ...]]]],
    ) -> _Lanes:
        """Places, items and payments that a regime's own text catches, whoever's they are."""
        if what not in self._by_other:
            self._by_other[what] = self._lanes(
                ((n, bound.bind.basis), self._found(bound, self._one(hops), None))
                for n in self._testing[test]
                for bound, hops in asked(self.regimes[n])
            )
        return self._by_other[what]

    def _duty(self, node: str) -> _Lanes:
        """Under which regimes one of us is bound itself."""
        if node not in self._duties:
            hops = self._one((Hop(SUBJECT, Relation.USED_BY, node, FactStatus.FILING),))
            self._duties[node] = self._lanes(
                ((n, Basis.WE_ARE_BOUND), self._found(bound, hops, None))
                for n, bound in self._who_is_bound(node)
                if Role.CONTRACTING in bound.roles and bound.bind.basis is Basis.DIRECT
            )
        return self._duties[node]

    # -- choosing ------------------------------------------------------------------------------------------------

    def _choose(self, lane: _Lane, party: str, founds: Sequence[tuple[_Found, ...]]) -> Ground:
        """The best chain first, then others through other roles."""
        key = (lane, party, *map(id, founds))
        if key not in self._chosen:
            number, basis = lane
            ordered = founds[0] if len(founds) == 1 else _firmest_by_role([f for some in founds for f in some])
            first = ordered[0]
            others = sorted((f for f in ordered if f.role is not first.role), key=lambda f: str(f.role))
            chains = tuple(self._chain(f) for f in (first, *others[:SECOND_CHAINS]))
            self._chosen[key] = self._ground(
                Ground(number, basis, party, first.certainty, first.text, first.doubt, chains)
            )
        return self._chosen[key]

    def _ground(self, ground: Ground) -> Ground:
        """The ground that stands for its equals."""
        known = self._grounds.setdefault((ground.party, *map(id, ground.chains)), [])
        for same in known:
            if (same.regime, same.basis, same.certainty, same.text, same.doubt) == (
                (ground.regime, ground.basis, ground.certainty, ground.text, ground.doubt)
            ):
                return same
        known.append(ground)
        return ground

    def _chain(self, found: _Found) -> Chain:
        key = (id(found.hops), id(found.to_law))
        if key not in self._chains:
            self._chains[key] = Chain((*found.hops, *found.to_law))
        return self._chains[key]

    def _found(self, bound: Bound, hops: tuple[Hop, ...], role: Role | None) -> _Found:
        """`hops` is one of those that stand for their equals."""
        bind, to_law = bound.bind, self._one(bound.hops)
        rank = self._rank(hops, to_law, bind.law_certainty, bound.doubt)
        return _Found(rank, role, hops, to_law, bind.law_certainty, words_of(bind), bound.doubt)

    def _rank(
        self, hops: tuple[Hop, ...], to_law: tuple[Hop, ...], certainty: LawCertainty, doubt: Doubt | None
    ) -> int:
        """Doubt, firmness of law, surety of facts (as a chain's confidence has it), number of hops, in this order."""
        (status, assumed), (status_of_law, assumed_of_law) = self._grade(hops), self._grade(to_law)
        worst = max(status, status_of_law)
        unsure = 0
        if worst == FactStatus.UNVERIFIED.rank:
            unsure = 2
        elif worst == FactStatus.PRESS.rank or assumed or assumed_of_law:
            unsure = 1
        return (((doubt is not None) * 16 + certainty.rank) * 4 + unsure) * 1_000_000 + len(hops) + len(to_law)

    def _grade(self, hops: tuple[Hop, ...]) -> tuple[int, bool]:
        if id(hops) not in self._grades:
            worst = max((h.status.rank for h in hops), default=0)
            self._grades[id(hops)] = worst, any(h.assumed for h in hops)
        return self._grades[id(hops)]

    def _one(self, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
        """The very hops that stand for their equals."""
        return self._same_hops.setdefault(hops, hops)

    def _lanes(self, found: Iterable[tuple[_Lane, _Found]]) -> _Lanes:
        """Per regime and basis the firmest chain through each role, firmest first."""
        among: defaultdict[_Lane, list[_Found]] = defaultdict(list)
        for lane, f in found:
            among[lane].append(f)
        if not among:
            return _NOTHING
        lanes = {
            self._lane.setdefault(lane, lane): self._same(_firmest_by_role(founds)) for lane, founds in among.items()
        }
        return self._same_lanes.setdefault(tuple((lane, id(founds)) for lane, founds in lanes.items()), lanes)

    def _same(self, founds: tuple[_Found, ...]) -> tuple[_Found, ...]:
        key = tuple(x for f in founds for x in (f.rank, f.role, id(f.hops), id(f.to_law), f.certainty, f.text, f.doubt))
        return self._same_lane.setdefault(key, founds)


def path(hops: Iterable[Hop]) -> str:
    """What a chain says, to tell apart chains that are equally firm."""
    return " ".join(f"{h.relation.value} {h.end} {h.detail}" for h in hops)


def _firmest_by_role(founds: list[_Found]) -> tuple[_Found, ...]:
    """The firmest through each role, firmest first; among equals those whose chain comes first by what it says."""
    if len(founds) > 1:
        if len({f.rank for f in founds}) == len(founds):
            founds = sorted(founds, key=itemgetter(0))
        else:
            founds = sorted(founds, key=lambda f: (f.rank, path((*f.hops, *f.to_law))))
    best: dict[Role | None, _Found] = {}
    for f in founds:
        best.setdefault(f.role, f)
    return tuple(best.values())
