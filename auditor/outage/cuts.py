"""From acts to initial cuts: what each law that gets there, or each choice, does to what, how surely, and when."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from auditor.control import Edge, OwnershipGraph, majority_line, ultimate_parents
from auditor.model.inventory import Asset, Dependency, Inventory
from auditor.model.knowledge import Clock, Knowledge, Regime, status_of
from auditor.model.outage import Clocks, Cut, Span
from auditor.model.record import record
from auditor.model.report import SUBJECT, Chain, Hop, Reach
from auditor.model.scenarios import Act
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
    Scope,
    Sureness,
)
from auditor.outage.cascade import RANK
from auditor.outage.clocks import Felt, Table, Thing, earliest, of_asset, of_dependency
from auditor.outage.needs import HYPOTHETICAL
from auditor.reach import HELD, VOLUNTARY
from auditor.reach.question import stake_hop
from auditor.resolve import ON_OWN_MACHINES, Backing, Resolution, Supply

_SETTLED = frozenset({LawCertainty.TEXT, LawCertainty.REGULATION, LawCertainty.COURT, LawCertainty.ENFORCEMENT})
_OBLIGES = frozenset({Basis.WE_ARE_BOUND, Basis.DIRECT, Basis.PERFORMED, Basis.ITEM, Basis.RECUSAL})
_STANDING_ON = frozenset({Role.HOSTING, Role.IDENTITY, Role.MODEL, Role.ACCELERATOR, Role.LICENCE})
"""Parts without which a service does not run, so that their withdrawal is felt."""
_RUNS_WITHOUT = frozenset({Role.UPDATES, Role.SUPPORT, Role.SUB_PROCESSOR, Role.PAYMENT})
"""Parts in software on one's own machines whose withdrawal is felt as no more updates."""
_NO_MORE_TO_BE_HAD = frozenset({Delivery.HARDWARE, Delivery.REGISTRY, Delivery.STORE})
"""Deliveries that go on for those who have them while nothing new is delivered."""


@record
class _Group:
    """What decides a cut beside the reach: everything of a thing that changes what is felt, and for whom."""

    thing: Thing
    scope: Scope
    held: tuple[tuple[Holding, bool], ...] = ()
    """In which ways a designated person holds it, each with whether nobody else does."""
    ours: bool = True
    """Whether we have it; else it is what an exit would make us depend on."""


@dataclass(slots=True, eq=False, repr=False)
class Cutter:
    """Makes cuts for the things of one inventory on one day; what decides when they are felt is worked out once."""

    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    graph: OwnershipGraph
    on: date
    table: Table = field(init=False)
    things: Mapping[str, Thing] = field(init=False)
    assets: Mapping[str, Asset] = field(init=False)
    _parents: dict[str, str] = field(default_factory=dict)
    _lines: dict[str, Mapping[str, tuple[Edge, ...]]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.table = Table.of(self.knowledge)
        self.assets = {f"asset:{a.id}": a for a in self.inventory.assets}
        shared: dict[Thing, Thing] = {}
        things = {s.node: self._thing(s) for s in self.resolution.supplies.values()}
        things |= {node: of_asset(a, self.on) for node, a in self.assets.items()}
        self.things = {node: shared.setdefault(t, t) for node, t in things.items()}

    def _thing(self, supply: Supply) -> Thing:
        backing = supply.backing
        licence = backing.product.licence if backing.product else None
        asks = licence.phones_home if licence else None
        return of_dependency(supply.dependency, backing.delivery, backing.irrevocable, asks, self.on)

    # -- by law ------------------------------------------------------------------------------------------------------

    def by_law(self, reaches: Sequence[Reach], act: Act) -> Iterator[Cut]:
        """The cuts of the reaches of one act, each with all the things that it does the same to."""
        named = act.by in self.knowledge.regimes
        for reach in reaches:
            if reach.concern is Concern.POTENTIAL:
                continue
            regime = self.knowledge.regimes[reach.regime]
            sureness = _sureness(reach, supposed=named and regime.authority == VOLUNTARY)
            groups: defaultdict[_Group, list[str]] = defaultdict(list)
            for node in reach.subjects:
                group = self._group(node, reach)
                if group is not None:
                    groups[group].append(node)
            for group, nodes in groups.items():
                cut = self._cut(reach, regime, act, group, tuple(nodes), sureness)
                if cut is not None:
                    yield cut

    def _group(self, node: str, reach: Reach) -> _Group | None:
        """How a thing is concerned; None for an asset that goes with what it is kept at: the cascade says that."""
        scope = _scope(reach, self.resolution, node)
        if node.startswith("asset:"):
            kept = reach.chain.hops[0].relation is Relation.KEPT_AT
            if not kept or (reach.concern is not Concern.HELD_FOR_US and self.things[node].delivery is None):
                return None
            held = ((Holding.HOLDER, len(set(self.assets[node].held_by)) < 2),)
            return _Group(self.things[node], scope, held if reach.concern is Concern.HELD_FOR_US else ())
        if reach.concern is not Concern.HELD_FOR_US:
            return _Group(self.things.get(node, Thing(None)), scope, ours=not node.startswith(HYPOTHETICAL))
        d = self.resolution.supplies[node.partition(":")[2]].dependency
        return _Group(self.things[node], scope, _held(d, reach))

    def _cut(
        self, reach: Reach, regime: Regime, act: Act, group: _Group, nodes: tuple[str, ...], sureness: Sureness
    ) -> Cut | None:
        """The cut of things that are concerned alike; None if another thing stands between, whose cut they feel."""
        effects = (act.effect,) if act.effect else reach.effects
        chosen = act.by == VOLUNTARY or (act.by == regime.id and regime.authority == VOLUNTARY)
        felt = self._felt(reach, group, effects, regime.latency, chosen=chosen)
        if felt is None:
            return None
        if felt.outcome is Outcome.UNDETERMINED:
            sureness = Sureness.UNDETERMINED
        return Cut(
            subjects=nodes,
            outcome=felt.outcome,
            sureness=sureness,
            scope=group.scope,
            concern=reach.concern,
            basis=reach.basis,
            party=reach.party,
            parent=reach.parent,
            stops=felt.stops,
            surely=felt.surely,
            regime=reach.regime,
            law_certainty=reach.law_certainty,
            effects=effects,
            clocks=Clocks(
                legal_from=Span(0, 0) if reach.basis.decided_by == "law" else None,
                licensed_until=Span(act.licensed_for.hours, act.licensed_for.hours) if act.licensed_for else None,
                notice=regime.notice,
                latency=regime.latency,
            ),
            chain=reach.chain,
            link=reach.link,
            undetermined=reach.undetermined,
        )

    def _felt(
        self, reach: Reach, group: _Group, effects: Sequence[Effect], latency: Clock | None, *, chosen: bool
    ) -> Felt | None:
        """What a thing feels; `chosen` where the scenario supposes that somebody acts without being obliged."""
        if reach.basis is Basis.RECUSAL:  # they stand aside from what is for the one designated: from all, if we are
            ours = (reach.target or "").partition(":")[0] in ("org", "unit")
            return Felt(Outcome.STOPS, Span(0, 0)) if ours else Felt(Outcome.DEGRADES)
        if reach.basis in (Basis.DESIGNATION_RISK, Basis.CHOSE) and not chosen:
            return Felt(Outcome.AUTHORISED_MAY_REFUSE)
        match reach.concern:
            case Concern.THEIRS | Concern.COUNTRY if group.scope is Scope.PERSON:
                return Felt(Outcome.SEAT_ONLY)
            case Concern.HELD_FOR_US:
                return self._held_felt(group, effects, latency)
            case Concern.SHARED:
                return Felt(Outcome.AUTHORISED_MAY_REFUSE, Span(0))
        ways = list(self._ways(reach, group.thing, effects))
        if not ways:
            return None
        felt = _together([self.table.felt(thing, by, latency) for thing, by in ways])
        return felt if group.ours else _anew(felt, group.thing)

    def _ways(self, reach: Reach, thing: Thing, effects: Sequence[Effect]) -> Iterator[tuple[Thing, Sequence[Effect]]]:
        """What is withdrawn, chain by chain.

        Software on one's own machines feels what stands behind it in its own ways: a host as a service; updates,
        support and what else only its maker uses, as no more updates. What is hosted or built on another dependency
        needs it, and the cascade says when that is felt.
        """
        if thing.delivery not in ON_OWN_MACHINES or reach.basis is Basis.ITEM:
            yield thing, effects
            return
        for chain in reach.chains:
            first = chain.hops[0]
            if first.relation not in (Relation.HOSTED_ON, Relation.BUILT_ON):
                yield thing, effects
            elif first.end.startswith("dependency:"):
                continue
            elif first.relation is Relation.HOSTED_ON or first.detail == Role.HOSTING:
                yield replace(thing, delivery=Delivery.MANAGED, irrevocable=False), effects
            else:
                yield thing, (Effect.UPDATE_DENIAL,) if first.detail in _RUNS_WITHOUT else effects

    def _held_felt(self, group: _Group, effects: Iterable[Effect], latency: Clock | None) -> Felt:
        """What stands in a designated person's name: frozen; it stops if that person alone could keep it going."""
        felt = [self._held_as(group.thing, way, alone, effects, latency) for way, alone in group.held]
        return _together(felt) if felt else Felt(Outcome.FROZEN_IN_PLACE)

    def _held_as(
        self, thing: Thing, way: Holding, alone: bool, effects: Iterable[Effect], latency: Clock | None
    ) -> Felt:
        if thing.delivery in (Delivery.BANK, Delivery.PAYMENT) and alone:
            # the balance is blocked if it is theirs; where they only sign, another could be appointed
            span = Span(0, latency.high if latency else None)
            return Felt(Outcome.FROZEN_IN_PLACE, span, surely=way is Holding.HOLDER)
        match way:
            case Holding.HOLDER | Holding.REGISTRANT:
                return Felt(Outcome.FROZEN_IN_PLACE, self.table.felt(thing, effects, latency).stops, surely=False)
            case Holding.PAYER if alone:
                felt = self.table.felt(thing, (Effect.PAYMENT_BLOCK,), latency)
                return Felt(Outcome.FROZEN_IN_PLACE, felt.stops, felt.surely)
            case Holding.SECOND_FACTOR if alone:
                return Felt(Outcome.FROZEN_IN_PLACE, Span(0), surely=False)
        return Felt(Outcome.FROZEN_IN_PLACE if alone else Outcome.DEGRADES)

    # -- by choice ---------------------------------------------------------------------------------------------------

    def by_choice(self, act: Act) -> Iterator[Cut]:
        """The cuts of somebody who stops serving us without being obliged: supposed, so they do happen."""
        kind, _, named = act.who.partition(":")
        effects = (act.effect or (Effect.PAYMENT_BLOCK if kind == "currency" else Effect.TERMINATION),)
        groups: dict[tuple[object, ...], tuple[Chain, str, bool, list[str]]] = {}
        for supply in self.resolution.supplies.values():
            stopping = self._stopping(supply.backing, kind, named)
            if stopping is None:
                continue
            party, hops, sure = stopping
            key = (hops, party, sure, self.things[supply.node], supply.node.startswith(HYPOTHETICAL))
            groups.setdefault(key, (Chain(hops), party, sure, []))[3].append(supply.node)
        for node, a in self.assets.items():
            if kind == "delivery" and self.things[node].delivery == named and a.revocable is not False:
                at = self.resolution.supplies[a.kept_at].node if a.kept_at else SUBJECT
                hops = (Hop(SUBJECT, Relation.KEPT_AT, at, FactStatus.FILING),) if a.kept_at else ()
                groups.setdefault((node,), (Chain(hops), node, True, []))[3].append(node)
        for chain, party, sure, nodes in groups.values():
            thing = self.things[nodes[0]]
            felt = self.table.felt(thing, effects, None)
            if nodes[0].startswith(HYPOTHETICAL):
                felt = _anew(felt, thing)
            known = Sureness.UNDETERMINED if felt.outcome is Outcome.UNDETERMINED else Sureness.OBLIGED
            yield Cut(
                subjects=tuple(sorted(nodes)),
                outcome=felt.outcome,
                sureness=known if sure else max(known, Sureness.MAY, key=lambda s: s.rank),
                scope=Scope.ALL,
                concern=Concern.OURS,
                basis=Basis.CHOSE,
                party=party,
                parent=self.parent(party),
                stops=felt.stops,
                surely=felt.surely,
                effects=effects,
                chain=chain,
            )

    def _stopping(self, backing: Backing, kind: str, named: str) -> tuple[str, tuple[Hop, ...], bool] | None:
        """By whom, over which hops and how surely a dependency is stopped; None if it is not."""
        if kind == "currency":
            bank = next((t for t in backing.tiers if t.serves), None)
            if backing.currency != named or bank is None:
                return None
            return bank.node, (Hop(SUBJECT, Relation.PAID_IN, f"currency:{named}", FactStatus.FILING),), True
        if kind == "delivery":
            first = next((t for t in backing.tiers if t.serves), None)
            return (first.node, first.hops, True) if backing.delivery == named and first else None
        for tier in sorted(backing.tiers, key=lambda t: (not t.serves, len(t.hops), t.node)):
            owners = self._belongs(tier.node, kind, named)
            bought = tier.role is not Role.RESELLING and any(h.relation is Relation.BUYS_THROUGH for h in tier.hops)
            if owners is not None and not bought and (tier.serves or tier.role in _STANDING_ON):
                return tier.node, (*tier.hops, *owners), tier.serves
        if kind == "country":
            for place in backing.places:
                if place.country == named:
                    return place.by or SUBJECT, place.hops, not place.possible
        return None

    def _belongs(self, node: str, kind: str, named: str) -> tuple[Hop, ...] | None:
        """The hops from a legal person to the one who chooses, or to the country; None if it is not theirs."""
        parent = self.parent(node)
        if kind == "country":
            for held in dict.fromkeys((node, parent)):
                known = self.resolution.nodes.get(held)
                if known is not None and known.country == named and held.partition(":")[0] in ("entity", "party"):
                    entity = self.knowledge.entities.get(held.partition(":")[2]) if held.startswith("entity:") else None
                    at = Hop(
                        held,
                        Relation.INCORPORATED_IN,
                        f"country:{named}",
                        status_of(entity) if entity else FactStatus.FILING,
                    )
                    return (*self._up(node, held), at)
            return None
        if node.partition(":")[2] == named:
            return ()
        above = next((a for a in sorted(self._line(node)) if a.partition(":")[2] == named), None)
        return self._up(node, above) if above is not None else None

    def _up(self, node: str, owner: str) -> tuple[Hop, ...]:
        """The stakes from a legal person up to one who has the majority of it; none if it is that one itself."""
        return tuple(stake_hop(e) for e in self._line(node).get(owner, ()))

    def _line(self, node: str) -> Mapping[str, tuple[Edge, ...]]:
        if node not in self._lines:
            self._lines[node] = majority_line(self.graph, node)
        return self._lines[node]

    def parent(self, node: str) -> str:
        """The last who stands behind a node; itself if nobody does."""
        if node not in self._parents:
            self._parents[node] = next(iter(ultimate_parents(self.graph, node)), node)
        return self._parents[node]

    # -- what cannot be judged -----------------------------------------------------------------------------------------

    def unjudged(self) -> tuple[str, ...]:
        """Dependencies behind which nobody is known: whether the act stops them cannot be said."""
        return tuple(s.node for s in self.resolution.supplies.values() if not s.backing.known)


def _sureness(reach: Reach, *, supposed: bool) -> Sureness:
    """The law obliges where its text is settled; what is untested, somebody's choice or discretion only may happen."""
    if reach.undetermined:
        return Sureness.UNDETERMINED
    if supposed:  # the scenario supposes that the supplier acts on its terms
        return Sureness.OBLIGED
    if reach.basis in _OBLIGES and reach.law_certainty in _SETTLED and reach.concern is not Concern.SHARED:
        return Sureness.OBLIGED
    return Sureness.MAY


def _together(felt: Sequence[Felt]) -> Felt:
    """What several withdrawals of one thing come to: the worst, as soon as any of them."""
    ending = [f for f in felt if f.stops is not None]
    return Felt(
        max((f.outcome for f in felt), key=RANK.__getitem__),
        earliest([f.stops for f in ending if f.stops]),
        any(f.surely for f in ending) or not ending,
    )


def _anew(felt: Felt, thing: Thing) -> Felt:
    """The same of something that is not had yet: whoever may not go on supplying it does not begin to."""
    goes_on = (Outcome.SURVIVES, Outcome.AUTHORISED_MAY_REFUSE, Outcome.UNDETERMINED)
    if felt.stops is not None or felt.outcome in goes_on:
        return felt
    if felt.outcome is Outcome.DEGRADES and thing.delivery not in _NO_MORE_TO_BE_HAD:
        return felt
    return Felt(felt.outcome, Span(0, 0))


def _scope(reach: Reach, resolution: Resolution, node: str) -> Scope:
    """Whom of us a cut concerns: all, if it concerns the only one who uses the thing or has the contract for it."""
    supply = resolution.supplies.get(node.partition(":")[2]) if node.startswith("dependency:") else None
    if supply is None or not reach.link:
        return Scope.ALL
    match reach.concern:
        case Concern.THEIRS | Concern.COUNTRY:
            kind, _, named = reach.link[0].end.partition(":")
            several = Scope.ENTITY if kind == "unit" else Scope.ALL if kind == "org" else Scope.PERSON
        case Concern.OURS:
            kind, _, named = reach.link[0].start.partition(":")
            several = Scope.ENTITY if kind == "unit" and supply.backing.party != named else Scope.ALL
        case _:
            return Scope.ALL
    users = supply.dependency.used_by
    sole = users is not None and not users.everyone and users.about is None and set(users.ids) == {named}
    return Scope.ALL if sole else several


def _held(d: Dependency, reach: Reach) -> tuple[tuple[Holding, bool], ...]:
    """In which ways the designated person holds a dependency, and whether nobody else does."""
    person = (reach.target or "").partition(":")[2]
    ways = ((holding, getattr(d.held_by, key) if d.held_by else ()) for key, holding in HELD)
    return tuple((holding, len(set(holders)) < 2) for holding, holders in ways if person in holders)
