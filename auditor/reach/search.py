"""The search: tier by tier, every basis on which a regime in play gets to a dependency, an asset or one of our people.

For each regime, basis, concern and party the chain is chosen by firmness of law, then surety of facts, then fewest
hops, then ids. The search runs over tiers, not over one weighted graph: a single-label shortest path would drop the
second basis of a tier behind the first. What shares a backing and is concerned alike is searched once.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from itertools import chain as chain_of

from auditor.control import Judgement, OwnershipGraph, ultimate_parents
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge, Regime
from auditor.model.report import SUBJECT, Chain, Hop, Reach
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Delivery,
    Doubt,
    Effect,
    FactStatus,
    LawCertainty,
    Outcome,
    Relation,
    Role,
)
from auditor.reach.binding import Bound, Laws
from auditor.reach.concern import Concerned, asset_concerned, dependency_concerned
from auditor.reach.question import VOLUNTARY, Designation
from auditor.resolve import Backing, Resolution, seen_from

SECOND_CHAINS = 2
"""How many further chains, each through another role, are kept beside the chosen one."""

_BY_CONCERN: Mapping[Concern, Outcome] = {
    Concern.THEIRS: Outcome.SEAT_ONLY,
    Concern.HELD_FOR_US: Outcome.FROZEN_IN_PLACE,
    Concern.SHARED: Outcome.AUTHORISED_MAY_REFUSE,
    Concern.COUNTRY: Outcome.SEAT_ONLY,
}
_WORST = (
    Outcome.STOPS,
    Outcome.UNREADABLE,
    Outcome.FROZEN_IN_PLACE,
    Outcome.DEGRADES,
    Outcome.RUNS_UNLICENSED,
    Outcome.SEAT_ONLY,
    Outcome.AUTHORISED_MAY_REFUSE,
    Outcome.UNDETERMINED,
    Outcome.SURVIVES,
)
_INDIVIDUALS_STOP = frozenset({Effect.TERMINATION, Effect.ASSET_FREEZE, Effect.PAYMENT_BLOCK})


@dataclass(frozen=True, slots=True)
class _Found:
    basis: Basis
    certainty: LawCertainty
    party: str
    role: Role | None
    chain: Chain
    concerned: Concerned
    text: str | None = None
    doubt: Doubt | None = None


def find_reaches(
    inventory: Inventory,
    knowledge: Knowledge,
    resolution: Resolution,
    graph: OwnershipGraph,
    question: Designation,
    on: date,
) -> tuple[Reach, ...]:
    """Every reach of the question's regimes, each once with all its subjects, in a fixed order. Pure."""
    search = _Search(inventory, knowledge, resolution, graph, question, on)
    seen: dict[int, tuple[Reach, list[str]]] = {}  # most are the very same object: comparing chains is dear
    for node, reaches in chain_of(search.dependencies(), search.assets(), search.people()):
        for reach in reaches:
            seen.setdefault(id(reach), (reach, []))[1].append(node)
    subjects: defaultdict[Reach, list[str]] = defaultdict(list)
    for reach, nodes in seen.values():
        subjects[reach].extend(nodes)
    found = [replace(reach, subjects=tuple(sorted(nodes))) for reach, nodes in subjects.items()]
    return tuple(sorted(found, key=_order))


def _order(r: Reach) -> tuple[int, str, int, str, tuple[str, ...], str]:
    return r.concern.rank, r.regime, r.basis.rank, r.party, r.subjects, " ".join(map(_path, r.chains))


@dataclass(slots=True)
class _Search:
    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    graph: OwnershipGraph
    question: Designation
    on: date
    laws: Laws = field(init=False)
    standings: Mapping[str, Mapping[str, Judgement]] = field(init=False)
    outcomes: Mapping[tuple[Delivery, Effect, bool], Outcome] = field(init=False)
    _parents: dict[str, str] = field(default_factory=dict)
    _kept: dict[tuple[int, str, tuple[Concerned, ...]], tuple[Reach, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.laws = Laws(self.inventory, self.knowledge, self.graph, self.on)
        self.standings = {
            r.id: self.question.standings(r, self.graph, self.knowledge, self.on) for r in self.question.regimes
        }
        self.outcomes = {(e.delivery, e.effect, bool(e.open_source)): e.outcome for e in self.knowledge.effects}

    # -- subjects ------------------------------------------------------------------------------------------------

    def dependencies(self) -> Iterator[tuple[str, tuple[Reach, ...]]]:
        """Every dependency with its reaches, whose subjects are still to be filled in."""
        target = self.question.target
        for d in self.inventory.dependencies:
            supply = self.resolution.supplies[d.id]
            for regime in self.question.regimes:
                standings = self.standings[regime.id]
                concerned = dependency_concerned(self.inventory, d, supply.backing, target, standings, regime)
                if concerned:
                    yield supply.node, self.reaches(supply.backing, regime, concerned)

    def assets(self) -> Iterator[tuple[str, tuple[Reach, ...]]]:
        """Every asset with its reaches: they come through the dependency it is kept at."""
        for a in self.inventory.assets:
            for regime in self.question.regimes:
                standings = self.standings[regime.id]
                concerned = asset_concerned(self.inventory, a, self.question.target, standings, regime)
                kept = [(a.kept_at, Relation.KEPT_AT)] if a.kept_at else []
                for named, relation in (*kept, *((r, Relation.READABLE_WITH) for r in a.readable_with)):
                    supply = self.resolution.supplies[named]
                    hop = Hop(SUBJECT, relation, supply.node, FactStatus.FILING)
                    through = self.reaches(supply.backing, regime, concerned)
                    yield f"asset:{a.id}", tuple(_through(hop, reach) for reach in through)

    def people(self) -> Iterator[tuple[str, tuple[Reach, ...]]]:
        """Our own people whom a regime binds as individuals: they must stand aside."""
        target = self.question.target
        concerned = Concerned(Concern.POTENTIAL if target is None else Concern.OURS)
        for person in self.inventory.people:
            node = f"person:{person.id}"
            if target is not None and target.node == node:
                continue
            for regime in self.question.regimes:
                if set(regime.effects) & _INDIVIDUALS_STOP:
                    found = [
                        _found(bound, (), None, concerned)
                        for bound in self.laws.who_of_us(regime, person)
                        if bound.bind.basis is Basis.RECUSAL
                    ]
                    yield node, tuple(self.chosen(regime, None, found))

    def reaches(self, backing: Backing, regime: Regime, concerned: tuple[Concerned, ...]) -> tuple[Reach, ...]:
        """The reaches of one regime to everything with this backing that is concerned in these ways."""
        key = (id(backing), regime.id, concerned)
        if key not in self._kept:
            found = [f for c in concerned for f in self.reach(backing, regime, c)]
            self._kept[key] = tuple(self.chosen(regime, backing, found))
        return self._kept[key]

    # -- whom that obliges ---------------------------------------------------------------------------------------

    def reach(self, backing: Backing, regime: Regime, concerned: Concerned) -> Iterator[_Found]:
        """Everything found for one regime and one way of being concerned, unchosen."""
        if concerned.concern is Concern.SUPPLIER:
            yield from self.our_duty(backing, regime, concerned)
        serving = [*self.bound_by_law(backing, regime, concerned)]
        yield from serving
        if regime.authority == VOLUNTARY:
            if not regime.binds:
                yield from self.choosing(backing, regime, concerned)
        elif concerned.concern is not Concern.POTENTIAL:
            yield from self.risking(
                backing, regime, concerned, {f.party for f in serving if f.basis.decided_by == "law"}
            )

    def bound_by_law(self, backing: Backing, regime: Regime, concerned: Concerned) -> Iterator[_Found]:
        """Tiers, places, items and payments that the regime's own text catches; the designated ones are its targets."""
        designated = self.standings[regime.id]
        for tier in backing.tiers:
            if tier.node not in designated:
                for bound in self.laws.who_serves(regime, tier.node, tier.role):
                    yield _found(bound, tier.hops, tier.role, concerned)
        for bound, hops in (
            *self.laws.where_performed(regime, backing),
            *self.laws.what_is_built_in(regime, backing),
            *self.laws.what_it_clears_through(regime, backing),
        ):
            if bound.node not in designated:
                yield _found(bound, hops, None, concerned)

    def risking(self, backing: Backing, regime: Regime, concerned: Concerned, bound: set[str]) -> Iterator[_Found]:
        """Whoever serves us without being bound could itself be listed for support, if the regime threatens that."""
        if not regime.reach_of_target or regime.reach_of_target.support is not Basis.DESIGNATION_RISK:
            return
        for tier in backing.tiers:
            if tier.serves and tier.node not in bound and tier.node not in self.standings[regime.id]:
                hop = Hop(tier.node, Relation.BOUND_BY, f"regime:{regime.id}", FactStatus.STATUTE, "listed_for_support")
                chain = Chain((*tier.hops, hop))
                yield _Found(Basis.DESIGNATION_RISK, LawCertainty.TEXT, tier.node, tier.role, chain, concerned)

    def choosing(self, backing: Backing, regime: Regime, concerned: Concerned) -> Iterator[_Found]:
        """Whoever serves us may stop without being obliged; it has happened."""
        for tier in backing.tiers:
            if tier.serves:
                hop = Hop(tier.node, Relation.UNDER_TERMS_OF, f"regime:{regime.id}", FactStatus.PROVIDER)
                chain = Chain((*tier.hops, hop))
                yield _Found(Basis.CHOSE, LawCertainty.TEXT, tier.node, tier.role, chain, concerned)

    def our_duty(self, backing: Backing, regime: Regime, concerned: Concerned) -> Iterator[_Found]:
        """Where a supplier is designated: are we bound, so that we may not pay or use it?"""
        org = f"org:{self.inventory.organization.id}"
        party = f"unit:{backing.party}"
        for node in (party, org) if party in self.resolution.nodes else (org,):
            for bound in self.laws.who_serves(regime, node, Role.CONTRACTING):
                if bound.bind.basis is Basis.DIRECT:
                    used = Hop(SUBJECT, Relation.USED_BY, node, FactStatus.FILING)
                    yield replace(_found(bound, (used,), None, concerned), basis=Basis.WE_ARE_BOUND)

    # -- choosing ------------------------------------------------------------------------------------------------

    def chosen(self, regime: Regime, backing: Backing | None, found: Sequence[_Found]) -> Iterator[Reach]:
        """One reach per basis, concern and party: the best chain first, then others through other roles."""
        groups: defaultdict[tuple[Basis, Concern, str], list[_Found]] = defaultdict(list)
        for f in found:
            groups[f.basis, f.concerned.concern, f.party].append(f)
        for (basis, concern, party), among in groups.items():
            ordered = sorted(among, key=_firmest) if len(among) > 1 else among
            first = ordered[0]
            others = {f.role: f.chain for f in reversed(ordered) if f.role is not first.role}
            further = [chain for _, chain in sorted(others.items(), key=lambda o: str(o[0]))]
            doubts = (first.doubt, first.concerned.doubt, self.question.undecided.get(regime.id))
            yield Reach(
                subjects=(),
                regime=regime.id,
                basis=basis,
                law_certainty=first.certainty,
                concern=concern,
                party=party,
                parent=self.parent(party),
                effects=regime.effects,
                outcome=self.outcome(backing, basis, concern, regime),
                chains=(first.chain, *further[:SECOND_CHAINS]),
                target=self.question.target.node if self.question.target else None,
                link=first.concerned.link,
                undetermined=tuple(dict.fromkeys(d for d in doubts if d)),
                text=first.text,
            )

    def parent(self, node: str) -> str:
        """The last who stands behind a node; itself if nobody does."""
        if node not in self._parents:
            self._parents[node] = next(iter(ultimate_parents(self.graph, node)), node)
        return self._parents[node]

    def outcome(self, backing: Backing | None, basis: Basis, concern: Concern, regime: Regime) -> Outcome:
        """What would become of the subject: the worst that the regime's effects do to this way of delivery."""
        if basis is Basis.RECUSAL:
            return Outcome.DEGRADES
        if basis.decided_by != "law":
            return Outcome.AUTHORISED_MAY_REFUSE
        if concern in _BY_CONCERN:
            return _BY_CONCERN[concern]
        if backing is None or backing.delivery is None:
            return Outcome.UNDETERMINED
        rows = [self.effect_on(backing.delivery, effect, backing.irrevocable) for effect in regime.effects]
        return min((row for row in rows if row is not None), key=_WORST.index, default=Outcome.UNDETERMINED)

    def effect_on(self, delivery: Delivery, effect: Effect, irrevocable: bool) -> Outcome | None:
        """What an effect does to a way of delivery; open source and open weights have rows of their own."""
        if irrevocable and (delivery, effect, True) in self.outcomes:
            return self.outcomes[delivery, effect, True]
        return self.outcomes.get((delivery, effect, False))


def _found(bound: Bound, hops: tuple[Hop, ...], role: Role | None, concerned: Concerned) -> _Found:
    bind, chain = bound.bind, Chain((*hops, *bound.hops))
    words = bind.text.en if bind.text else None
    return _Found(bind.basis, bind.law_certainty, bound.node, role, chain, concerned, words, bound.doubt)


def _through(hop: Hop, reach: Reach) -> Reach:
    """A reach to what an asset is kept at or readable with, as a reach to the asset."""
    if hop.relation is Relation.READABLE_WITH and reach.outcome is Outcome.STOPS:
        reach = replace(reach, outcome=Outcome.UNREADABLE)
    return replace(reach, chains=tuple(Chain((hop, *seen_from(hop.end, c.hops))) for c in reach.chains))


def _firmest(f: _Found) -> tuple[bool, int, int, int, str]:
    return f.doubt is not None, f.certainty.rank, f.chain.confidence.rank, len(f.chain.hops), _path(f.chain)


def _path(chain: Chain) -> str:
    return " ".join(f"{h.relation.value} {h.end} {h.detail}" for h in chain.hops)
