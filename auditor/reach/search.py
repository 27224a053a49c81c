"""The search: party by party, every basis on which a regime in play gets to dependencies, assets and our own people.

For each regime, basis, concern and party the chain is chosen by firmness of law, then surety of facts, then fewest
hops, then ids. The search runs over tiers, not over one weighted graph: a single-label shortest path would drop the
second basis of a tier behind the first.

What a regime makes of a party's part in a backing is asked once for every such part; a dependency is a few parts and a
way of being concerned. Its reaches are those of its parts, so that only what differs is worked out anew.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from itertools import pairwise

from auditor.control import OwnershipGraph, ultimate_parents
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge, Regime
from auditor.model.record import record
from auditor.model.report import SUBJECT, Chain, Hop, Reach
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Delivery,
    Effect,
    FactStatus,
    Outcome,
    Relation,
)
from auditor.reach.binding import Laws
from auditor.reach.concern import Concerned, Concerns, Profile
from auditor.reach.obliged import Ground, Obligation, Obliged, path
from auditor.reach.parts import Division
from auditor.reach.question import Designation
from auditor.resolve import Backing, Resolution, Supply, seen_from

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


@dataclass(slots=True, eq=False, repr=False)
class _Slot:
    """A reach in the making: everything but its subjects, and the bundles that hold it."""

    ground: Ground
    outcome: Outcome
    concerned: Concerned
    bundles: list["_Bundle"]
    hop: Hop | None = None  # what leads from an asset to the dependency that this is about


@record(eq=False)
class _Bundle:
    """Reaches that always come together, and whom they reach so far."""

    slots: tuple[_Slot, ...]
    subjects: list[str]


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
    search.dependencies()
    search.assets()
    search.people()
    return _in_order(search.made())


def _in_order(found: list[Reach]) -> tuple[Reach, ...]:
    """By concern, regime, basis, party and subjects; only where these are equal, by what the chains say."""
    found.sort(key=_order)
    if any(_order(a) == _order(b) for a, b in pairwise(found)):
        found.sort(key=lambda r: (_order(r), " ".join(path(c.hops) for c in r.chains)))
    return tuple(found)


def _order(r: Reach) -> tuple[int, str, int, str, tuple[str, ...]]:
    return r.concern.rank, r.regime, r.basis.rank, r.party, r.subjects


@dataclass(slots=True, eq=False, repr=False)
class _Search:
    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    graph: OwnershipGraph
    question: Designation
    on: date
    regimes: tuple[Regime, ...] = field(init=False)
    obliged: Obliged = field(init=False)
    concerns: Concerns = field(init=False)
    outcomes: Mapping[tuple[Delivery, Effect, bool], Outcome] = field(init=False)
    division: Division = field(default_factory=Division)
    _parents: dict[str, str] = field(default_factory=dict)
    _bundle: dict[tuple[int, Delivery | None, bool, int], _Bundle] = field(default_factory=dict)
    _slots: dict[tuple[int, Outcome, int], _Slot] = field(default_factory=dict)
    _through: dict[tuple[int, str, Relation], _Bundle] = field(default_factory=dict)
    _behind: dict[tuple[int, str, Relation], _Slot] = field(default_factory=dict)
    _outcomes: dict[tuple[int, Delivery, bool], Outcome] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.regimes = self.question.regimes
        standings = [self.question.standings(r, self.graph, self.knowledge, self.on) for r in self.regimes]
        laws = Laws(self.inventory, self.knowledge, self.graph, self.on)
        self.obliged = Obliged(self.regimes, laws, standings)
        self.concerns = Concerns(self.inventory, self.question.target, self.regimes, standings)
        self.outcomes = {(e.delivery, e.effect, bool(e.open_source)): e.outcome for e in self.knowledge.effects}

    # -- subjects ------------------------------------------------------------------------------------------------

    def dependencies(self) -> None:
        """Every dependency: the reaches of its parts. Backing by backing, so that no more than one is kept in parts."""
        backed: defaultdict[Backing, list[Supply]] = defaultdict(list)
        for d in self.inventory.dependencies:
            supply = self.resolution.supplies[d.id]
            backed[supply.backing].append(supply)
        for backing, supplies in backed.items():
            bundles: dict[int, tuple[_Bundle, ...]] = {}
            for supply in supplies:
                profile = self.concerns.of_dependency(supply.dependency, backing)
                if id(profile) not in bundles:
                    bundles[id(profile)] = tuple(self.bundles(backing, profile))
                for bundle in bundles[id(profile)]:
                    bundle.subjects.append(supply.node)

    def assets(self) -> None:
        """Every asset: reaches come through the dependency it is kept at, or with which it is read."""
        for a in self.inventory.assets:
            profile = self.concerns.of_asset(a)
            kept = [(a.kept_at, Relation.KEPT_AT)] if a.kept_at else []
            for named, relation in (*kept, *((r, Relation.READABLE_WITH) for r in a.readable_with)):
                supply = self.resolution.supplies[named]
                for bundle in self.bundles(supply.backing, profile):
                    self.through(bundle, supply.node, relation).subjects.append(f"asset:{a.id}")

    def people(self) -> None:
        """Our own people whom a regime binds as individuals: they must stand aside."""
        target = self.question.target
        concerned = Concerned(Concern.POTENTIAL if target is None else Concern.OURS)
        stopping = [(n, r) for n, r in enumerate(self.regimes) if set(r.effects) & _INDIVIDUALS_STOP]
        for person in self.inventory.people:
            node = f"person:{person.id}"
            if target is None or target.node != node:
                for n, regime in stopping:
                    ground = self.obliged.recusal(n, node, self.obliged.laws.who_of_us(regime, person))
                    if ground is not None:
                        _bundle([self.slot(ground, self.outcome(None, ground, concerned.concern), concerned)], node)

    # -- reaches in the making -----------------------------------------------------------------------------------

    def bundles(self, backing: Backing, profile: Profile) -> Iterator[_Bundle]:
        """The reaches to everything with this backing that is concerned in these ways, part by part."""
        if profile.at_all:
            ours = self.of_us(backing) if profile.supplier else ()
            for part in self.division.parts(backing, ours):
                obliged = self.obliged.obligation(part)
                if obliged is not None:
                    bundle = self.bundle(obliged, backing, profile)
                    if bundle.slots:
                        yield bundle

    def of_us(self, backing: Backing) -> tuple[str, ...]:
        """Whoever of us may have to stop paying a designated supplier, or using what it supplies."""
        org, party = f"org:{self.inventory.organization.id}", f"unit:{backing.party}"
        return (party, org) if party in self.resolution.nodes else (org,)

    def bundle(self, obliged: Obligation, backing: Backing, profile: Profile) -> _Bundle:
        """The reaches of a part, for one way of delivery and one way of being concerned."""
        key = (id(obliged), backing.delivery, backing.irrevocable, id(profile))
        if key not in self._bundle:
            slots = [
                self.slot(ground, self.outcome(backing, ground, concern), concerned)
                for concern, ways in profile.by_concern.items()
                for ground in self.obliged.grounds(obliged, concern, ways)
                for concerned in ways[ground.regime]
            ]
            self._bundle[key] = _bundle(slots)
        return self._bundle[key]

    def slot(self, ground: Ground, outcome: Outcome, concerned: Concerned) -> _Slot:
        """The reach with these parts; equal ones are one object."""
        key = (id(ground), outcome, id(concerned))
        if key not in self._slots:
            self._slots[key] = _Slot(ground, outcome, concerned, [])
        return self._slots[key]

    def through(self, bundle: _Bundle, node: str, relation: Relation) -> _Bundle:
        """Reaches to what an asset is kept at or readable with, as reaches to the asset."""
        key = (id(bundle), node, relation)
        if key not in self._through:
            hop = Hop(SUBJECT, relation, node, FactStatus.FILING)
            self._through[key] = _bundle([self.behind(slot, hop) for slot in bundle.slots])
        return self._through[key]

    def behind(self, slot: _Slot, hop: Hop) -> _Slot:
        """One reach to what an asset is kept at or readable with, as a reach to the asset."""
        key = (id(slot), hop.end, hop.relation)
        if key not in self._behind:
            unreadable = hop.relation is Relation.READABLE_WITH and slot.outcome is Outcome.STOPS
            outcome = Outcome.UNREADABLE if unreadable else slot.outcome
            self._behind[key] = _Slot(slot.ground, outcome, slot.concerned, [], hop)
        return self._behind[key]

    # -- reaches -------------------------------------------------------------------------------------------------

    def made(self) -> list[Reach]:
        """The reaches that get to anything, each with all its subjects, sorted."""
        subjects: dict[tuple[int, ...], tuple[str, ...]] = {}
        found = []
        for slot in (*self._slots.values(), *self._behind.values()):
            key = tuple(id(b) for b in slot.bundles if b.subjects)
            if key:
                if key not in subjects:
                    subjects[key] = tuple(sorted(s for b in slot.bundles for s in b.subjects))
                found.append(self.reach(slot, subjects[key]))
            slot.bundles.clear()  # bundles know their slots: nobody would free what holds each other
        return found

    def reach(self, slot: _Slot, subjects: tuple[str, ...]) -> Reach:
        """A slot, filled."""
        ground, hop = slot.ground, slot.hop
        regime = self.regimes[ground.regime]
        chains = ground.chains
        if hop is not None:
            chains = tuple(Chain((hop, *seen_from(hop.end, c.hops))) for c in chains)
        doubts = (ground.doubt, slot.concerned.doubt, self.question.undecided.get(regime.id))
        return Reach(
            subjects=subjects,
            regime=regime.id,
            basis=ground.basis,
            law_certainty=ground.certainty,
            concern=slot.concerned.concern,
            party=ground.party,
            parent=self.parent(ground.party),
            effects=regime.effects,
            outcome=slot.outcome,
            chains=chains,
            target=self.question.target.node if self.question.target else None,
            link=slot.concerned.link,
            undetermined=tuple(dict.fromkeys(d for d in doubts if d)),
            text=ground.text,
        )

    def parent(self, node: str) -> str:
        """The last who stands behind a node; itself if nobody does."""
        if node not in self._parents:
            self._parents[node] = next(iter(ultimate_parents(self.graph, node)), node)
        return self._parents[node]

    def outcome(self, backing: Backing | None, ground: Ground, concern: Concern) -> Outcome:
        """What would become of the subject: the worst that the regime's effects do to this way of delivery."""
        if ground.basis is Basis.RECUSAL:
            return Outcome.DEGRADES
        if ground.basis.decided_by != "law":
            return Outcome.AUTHORISED_MAY_REFUSE
        if concern in _BY_CONCERN:
            return _BY_CONCERN[concern]
        if backing is None or backing.delivery is None:
            return Outcome.UNDETERMINED
        key = (ground.regime, backing.delivery, backing.irrevocable)
        if key not in self._outcomes:
            effects = self.regimes[ground.regime].effects
            rows = [self.effect_on(backing.delivery, effect, backing.irrevocable) for effect in effects]
            worst = min((row for row in rows if row is not None), key=_WORST.index, default=Outcome.UNDETERMINED)
            self._outcomes[key] = worst
        return self._outcomes[key]

    def effect_on(self, delivery: Delivery, effect: Effect, irrevocable: bool) -> Outcome | None:
        """What an effect does to a way of delivery; open source and open weights have rows of their own."""
        if irrevocable and (delivery, effect, True) in self.outcomes:
            return self.outcomes[delivery, effect, True]
        return self.outcomes.get((delivery, effect, False))


def _bundle(slots: Sequence[_Slot], *subjects: str) -> _Bundle:
    """A bundle of reaches, which know that they are in it."""
    bundle = _Bundle(tuple(slots), list(subjects))
    for slot in slots:
        slot.bundles.append(bundle)
    return bundle
