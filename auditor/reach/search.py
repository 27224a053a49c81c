"""The search: tier by tier, every basis on which a regime in play gets to a dependency, an asset or one of our people.

For each subject, regime, basis and party the chain is chosen by firmness of law, then surety of facts, then fewest
hops, then ids. The search runs over tiers, not over one weighted graph: a single-label shortest path would drop the
second basis of a tier behind the first.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditor.control import Judgement, OwnershipGraph, ultimate_parents
from auditor.model.inventory import Asset, Dependency, Inventory
from auditor.model.knowledge import Knowledge, Regime
from auditor.model.report import Chain, Hop, Reach
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Delivery,
    Effect,
    FactStatus,
    Holding,
    LawCertainty,
    Outcome,
    Relation,
    Role,
    Standing,
)
from auditor.reach.binding import Bound, Laws
from auditor.reach.question import VOLUNTARY, Designation, ownership_hops
from auditor.resolve import Resolution, Supply

SECOND_CHAINS = 2
"""How many further chains, each through another role, are kept beside the chosen one."""

_HELD = (
    ("holder", Holding.HOLDER),
    ("registrant", Holding.REGISTRANT),
    ("admins", Holding.ADMIN),
    ("second_factor", Holding.SECOND_FACTOR),
    ("signatories", Holding.SIGNATORY),
    ("payer", Holding.PAYER),
)
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


@dataclass(frozen=True, slots=True)
class _Concerned:
    """One way in which the designation concerns a dependency, and the hops that say why."""

    concern: Concern
    link: tuple[Hop, ...] = ()
    doubt: str | None = None


@dataclass(frozen=True, slots=True)
class _Found:
    regime: Regime
    basis: Basis
    certainty: LawCertainty
    party: str
    role: Role | None
    chain: Chain
    concerned: _Concerned
    text: str | None = None
    doubt: str | None = None


def find_reaches(
    inventory: Inventory,
    knowledge: Knowledge,
    resolution: Resolution,
    graph: OwnershipGraph,
    question: Designation,
    on: date,
) -> tuple[Reach, ...]:
    """Every reach of the question's regimes, sorted by subject, regime, basis and party. Pure."""
    search = _Search(inventory, knowledge, resolution, graph, question, on)
    found = [*search.dependencies(), *search.assets(), *search.people()]
    return tuple(sorted(found, key=lambda r: (r.subject, r.concern.rank, r.regime, r.basis.rank, r.party)))


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
    outcomes: Mapping[tuple[Delivery, Effect], Outcome] = field(init=False)
    _parents: dict[str, str] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.laws = Laws(self.inventory, self.knowledge, self.graph, self.on)
        self.standings = {
            r.id: self.question.standings(r, self.graph, self.knowledge, self.on) for r in self.question.regimes
        }
        self.outcomes = {(e.delivery, e.effect): e.outcome for e in self.knowledge.effects if not e.open_source}

    # -- subjects ------------------------------------------------------------------------------------------------

    def dependencies(self) -> Iterator[Reach]:
        for d in self.inventory.dependencies:
            supply = self.resolution.supplies[d.id]
            for regime in self.question.regimes:
                found = [f for c in self.concerned(d, supply, regime) for f in self.reach(supply, regime, c)]
                yield from self.chosen(supply.node, supply, found)

    def assets(self) -> Iterator[Reach]:
        for a in self.inventory.assets:
            if a.kept_at is None:
                continue
            supply = self.resolution.supplies[a.kept_at]
            kept = Hop(f"asset:{a.id}", Relation.KEPT_AT, supply.node, FactStatus.PROVIDER)
            for regime in self.question.regimes:
                found = []
                for c in self.concerned_asset(a, regime):
                    for f in self.reach(supply, regime, c):
                        found.append(_after(kept, f))
                yield from self.chosen(f"asset:{a.id}", supply, found)

    def people(self) -> Iterator[Reach]:
        """Our own people whom a regime binds as individuals: they must stand aside."""
        target = self.question.target
        concern = Concern.POTENTIAL if target is None else Concern.OURS
        for person in self.inventory.people:
            node = f"person:{person.id}"
            if target is not None and target.node == node:
                continue
            for regime in self.question.regimes:
                if not set(regime.effects) & {Effect.TERMINATION, Effect.ASSET_FREEZE, Effect.PAYMENT_BLOCK}:
                    continue
                found = [
                    _Found(
                        regime,
                        b.bind.basis,
                        b.bind.law_certainty,
                        node,
                        None,
                        Chain(b.hops),
                        _Concerned(concern),
                        b.bind.text,
                    )
                    for b in self.laws.who_of_us(regime, person)
                    if b.bind.basis is Basis.RECUSAL
                ]
                yield from self.chosen(node, None, found)

    # -- how the designation concerns something ------------------------------------------------------------------

    def concerned(self, d: Dependency, supply: Supply, regime: Regime) -> Iterator[_Concerned]:
        target = self.question.target
        if target is None:
            yield _Concerned(Concern.POTENTIAL)
            return
        standings = self.standings[regime.id]
        match target.kind:
            case "person":
                yield from self.person_concerned(d, supply.node, target.node, regime)
            case "country":
                yield from self.country_concerned(d, supply, target.node, regime)
            case "supplier":
                for tier in supply.tiers:
                    judgement = standings.get(tier.node)
                    if judgement is not None and tier.serves:
                        link = (*tier.hops, *ownership_hops(judgement), _listed(target.node, regime))
                        yield _Concerned(Concern.SUPPLIER, link, _doubt(judgement))
                        return
            case _:
                yield from self.we_are_concerned(d, supply, standings, regime)

    def we_are_concerned(
        self, d: Dependency, supply: Supply, standings: Mapping[str, Judgement], regime: Regime
    ) -> Iterator[_Concerned]:
        """We, an entity of ours or our owner: what the designated one's own contracts and use depend on."""
        org = f"org:{self.inventory.organization.id}"
        party = f"unit:{supply.contract.party}" if supply.contract and supply.contract.party else org
        users = [f"unit:{u}" for u in d.used_by.ids] if d.used_by else []
        target = self.question.target
        for node in (org, party, *users):
            judgement = standings.get(node)
            if judgement is not None and target is not None:
                link = (*ownership_hops(judgement), _listed(target.node, regime))
                yield _Concerned(Concern.OURS, link, _doubt(judgement))
                return

    def person_concerned(self, d: Dependency, start: str, person: str, regime: Regime) -> Iterator[_Concerned]:
        named = person.partition(":")[2]
        listed = _listed(person, regime)
        for key, holding in _HELD:
            if d.held_by is not None and named in getattr(d.held_by, key):
                yield _Concerned(
                    Concern.HELD_FOR_US, (Hop(start, Relation.HELD_BY, person, FactStatus.FILING, holding), listed)
                )
                break
        users = d.used_by
        if users is None:
            return
        if users.everyone or named in users.ids:
            used = Hop(
                start, Relation.USED_BY, person, FactStatus.FILING, "everyone" if named not in users.ids else None
            )
            yield _Concerned(Concern.THEIRS, (used, listed))
            if users.everyone or users.about or len(users.ids) > 1:
                yield _Concerned(Concern.SHARED, (used, listed))

    def country_concerned(self, d: Dependency, supply: Supply, country: str, regime: Regime) -> Iterator[_Concerned]:
        code = country.partition(":")[2]
        there = {u.id: f"unit:{u.id}" for u in self.inventory.organization.entities if u.country == code}
        there |= {p.id: f"person:{p.id}" for p in self.inventory.people if p.residence == code}
        if self.inventory.organization.seat == code:
            there[self.inventory.organization.id] = f"org:{self.inventory.organization.id}"
        users = d.used_by
        named = sorted(there) if users is None or users.everyone else sorted(set(users.ids) & set(there))
        if named:
            node = there[named[0]]
            doubt = "who uses it is not stated" if users is None else None
            used = Hop(supply.node, Relation.USED_BY, node, FactStatus.FILING)
            at = Hop(node, Relation.LOCATED_IN, country, FactStatus.FILING)
            yield _Concerned(Concern.COUNTRY, (used, at, _listed(country, regime)), doubt)

    def concerned_asset(self, a: Asset, regime: Regime) -> Iterator[_Concerned]:
        target = self.question.target
        if target is None:
            yield _Concerned(Concern.POTENTIAL)
            return
        listed = _listed(target.node, regime)
        held = target.node.partition(":")[2] in a.held_by
        if held:
            yield _Concerned(
                Concern.HELD_FOR_US, (Hop(f"asset:{a.id}", Relation.HELD_BY, target.node, FactStatus.FILING), listed)
            )
        elif f"org:{self.inventory.organization.id}" in self.standings[regime.id] and target.kind != "person":
            yield _Concerned(Concern.OURS, (listed,))

    # -- whom that obliges ---------------------------------------------------------------------------------------

    def reach(self, supply: Supply, regime: Regime, concerned: _Concerned) -> Iterator[_Found]:
        if concerned.concern is Concern.SUPPLIER:
            yield from self.our_duty(supply, regime, concerned)
        designated = self.standings[regime.id]
        serving: list[_Found] = []
        for tier in supply.tiers:
            if tier.node in designated:
                continue
            for bound in self.laws.who_serves(regime, tier.node, tier.role):
                found = _found(regime, bound, tier.hops, tier.role, concerned)
                serving.append(found)
                yield found
        for bound, hops in (
            *self.laws.where_performed(regime, supply),
            *self.laws.what_is_built_in(regime, supply),
            *self.laws.what_it_clears_through(regime, supply),
        ):
            found = _found(regime, bound, hops, None, concerned)
            serving.append(found)
            yield found
        if regime.authority == VOLUNTARY and not regime.binds:
            yield from self.choosing(supply, regime, concerned)
        if concerned.concern is Concern.POTENTIAL or regime.authority == VOLUNTARY:
            return
        support = regime.reach_of_target.support if regime.reach_of_target else None
        bound_by_law = {f.party for f in serving if f.basis.decided_by == "law"}
        if support is Basis.DESIGNATION_RISK:
            for tier in supply.tiers:
                if tier.serves and tier.node not in bound_by_law and tier.node not in designated:
                    hop = Hop(
                        tier.node,
                        Relation.BOUND_BY,
                        f"regime:{regime.id}",
                        FactStatus.STATUTE,
                        "could itself be listed for support",
                    )
                    yield _Found(
                        regime,
                        support,
                        LawCertainty.TEXT,
                        tier.node,
                        tier.role,
                        Chain((*tier.hops, hop)),
                        concerned,
                        None,
                        concerned.doubt,
                    )

    def choosing(self, supply: Supply, regime: Regime, concerned: _Concerned) -> Iterator[_Found]:
        """Whoever serves us may stop without being obliged; it has happened."""
        for tier in supply.tiers:
            if tier.serves:
                hop = Hop(tier.node, Relation.UNDER_TERMS_OF, f"regime:{regime.id}", FactStatus.PROVIDER)
                yield _Found(
                    regime, Basis.CHOSE, LawCertainty.TEXT, tier.node, tier.role, Chain((*tier.hops, hop)), concerned
                )

    def our_duty(self, supply: Supply, regime: Regime, concerned: _Concerned) -> Iterator[_Found]:
        """Where a supplier is designated: are we bound, so that we may not pay or use it?"""
        org = f"org:{self.inventory.organization.id}"
        party = f"unit:{supply.contract.party}" if supply.contract and supply.contract.party else org
        for node in dict.fromkeys((party if party in self.resolution.nodes else org, org)):
            for bound in self.laws.who_serves(regime, node, Role.CONTRACTING):
                if bound.bind.basis is Basis.DIRECT:
                    chain = Chain((Hop(supply.node, Relation.USED_BY, node, FactStatus.FILING), *bound.hops))
                    yield _Found(
                        regime,
                        Basis.WE_ARE_BOUND,
                        bound.bind.law_certainty,
                        node,
                        None,
                        chain,
                        concerned,
                        bound.bind.text,
                        bound.doubt or concerned.doubt,
                    )

    # -- choosing ------------------------------------------------------------------------------------------------

    def chosen(self, subject: str, supply: Supply | None, found: Sequence[_Found]) -> Iterator[Reach]:
        """One reach per basis, concern and party: the best chain first, then others through other roles."""
        groups: defaultdict[tuple[Basis, Concern, str], list[_Found]] = defaultdict(list)
        for f in found:
            groups[f.basis, f.concerned.concern, f.party].append(f)
        for (basis, concern, party), among in sorted(
            groups.items(), key=lambda g: (g[0][0].rank, g[0][1].rank, g[0][2])
        ):
            ordered = sorted(among, key=_firmest)
            first = ordered[0]
            others = {f.role: f.chain for f in reversed(ordered) if f.role is not first.role}
            chains = (first.chain, *[c for _, c in sorted(others.items(), key=lambda o: str(o[0]))][:SECOND_CHAINS])
            regime = first.regime
            doubts = [d for d in (first.doubt, first.concerned.doubt, self.question.undecided.get(regime.id)) if d]
            yield Reach(
                subject=subject,
                regime=regime.id,
                basis=basis,
                law_certainty=first.certainty,
                concern=concern,
                party=party,
                parent=self.parent(party),
                effects=regime.effects,
                outcome=self.outcome(supply, basis, concern, regime),
                chains=chains,
                target=self.question.target.node if self.question.target else None,
                link=first.concerned.link,
                undetermined=tuple(dict.fromkeys(doubts)),
                text=first.text,
            )

    def parent(self, node: str) -> str:
        if node not in self._parents:
            self._parents[node] = next(iter(ultimate_parents(self.graph, node)), node)
        return self._parents[node]

    def outcome(self, supply: Supply | None, basis: Basis, concern: Concern, regime: Regime) -> Outcome:
        """What would become of the subject: the worst that the regime's effects do to this way of delivery."""
        if basis is Basis.RECUSAL:
            return Outcome.DEGRADES
        if basis.decided_by != "law":
            return Outcome.AUTHORISED_MAY_REFUSE
        if concern in _BY_CONCERN:
            return _BY_CONCERN[concern]
        if supply is None or supply.delivery is None:
            return Outcome.UNDETERMINED
        rows = [self.outcomes[supply.delivery, e] for e in regime.effects if (supply.delivery, e) in self.outcomes]
        return min(rows, key=_WORST.index, default=Outcome.UNDETERMINED)


def _found(regime: Regime, bound: Bound, hops: tuple[Hop, ...], role: Role | None, concerned: _Concerned) -> _Found:
    return _Found(
        regime,
        bound.bind.basis,
        bound.bind.law_certainty,
        bound.node,
        role,
        Chain((*hops, *bound.hops)),
        concerned,
        bound.bind.text,
        bound.doubt,
    )


def _after(hop: Hop, f: _Found) -> _Found:
    return _Found(
        f.regime, f.basis, f.certainty, f.party, f.role, Chain((hop, *f.chain.hops)), f.concerned, f.text, f.doubt
    )


def _firmest(f: _Found) -> tuple[bool, int, int, int, str]:
    ids = " ".join(f"{h.relation} {h.end}" for h in f.chain.hops)
    return f.doubt is not None, f.certainty.rank, f.chain.confidence.rank, len(f.chain.hops), ids


def _listed(node: str, regime: Regime) -> Hop:
    return Hop(node, Relation.DESIGNATED_BY, f"regime:{regime.id}", FactStatus.STATUTE, "supposed")


def _doubt(judgement: Judgement) -> str | None:
    match judgement.standing:
        case Standing.UNDETERMINED:
            return "the shares are not known well enough"
        case Standing.PRESUMED_CONTROLLED:
            return "by control that is presumed, not by shares"
    return None
