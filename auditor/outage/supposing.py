"""One scenario worked out: acts into cuts, cuts through the needs, what stops and when, and what is left to do."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date

from auditor.control import OwnershipGraph
from auditor.messages import both
from auditor.model.inventory import Dependency, Inventory
from auditor.model.knowledge import Knowledge, ReturnRow
from auditor.model.outage import Comeback, Cut, Fate, ForkFate, FunctionFate, Outage, Span
from auditor.model.report import Question, Reach
from auditor.model.scenarios import Act, Scenario
from auditor.model.vocabulary import Concern, Criticality, Outcome, Role, Scope, Sureness, UseStanding
from auditor.outage.cascade import LATER, MILD_TO_WORST, RANK, Failures, cascade, cold, recover, states, together
from auditor.outage.cuts import Cutter
from auditor.outage.exits import exits_judged, left_data, takeovers
from auditor.outage.needs import HYPOTHETICAL, NeedGraph, need_graph
from auditor.outage.scenario import Run, fits, runs
from auditor.reach import HELD, VOLUNTARY, BadQuestion, designation, find_reaches, forks
from auditor.resolve import Resolution, resolve

_UNTIL_THEN = frozenset({Outcome.STOPS, Outcome.UNREADABLE, Outcome.FROZEN_IN_PLACE, Outcome.RUNS_UNLICENSED})
"""Outcomes that say in what state a thing is until it stops."""
_NOT_OURS = ("exit:", "any:", "function:", HYPOTHETICAL)
_CHOICES = ("supplier", "country", "currency", "delivery")


@dataclass(slots=True, eq=False, repr=False)
class World:
    """One inventory on one day, ready to be asked what an act would stop; made once, asked for many scenarios."""

    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    ownership: OwnershipGraph
    on: date
    needs: NeedGraph = field(init=False)
    cutter: Cutter = field(init=False)
    targets: Mapping[tuple[str, int], str] = field(init=False)
    loops: tuple[tuple[int, ...], ...] = field(init=False)
    own: Inventory = field(init=False)

    def __post_init__(self) -> None:
        self.own = self.inventory
        added, self.targets = _hypothetical(self.inventory, self.knowledge)
        if added:
            self.inventory = replace(self.inventory, dependencies=(*self.inventory.dependencies, *added))
            more = resolve(replace(self.inventory, dependencies=added), self.knowledge, self.on)
            self.resolution = Resolution(
                {**self.resolution.supplies, **more.supplies}, {**self.resolution.nodes, **more.nodes}
            )
        self.needs = need_graph(self.inventory, self.targets)
        self.loops = self.needs.loops()
        self.cutter = Cutter(self.inventory, self.knowledge, self.resolution, self.ownership, self.on)

    def runs(self, scenario: Scenario) -> tuple[Run, ...]:
        """The definite runs of a scenario that fits; none if it does not."""
        if not fits(scenario.applies_to, self.own, self.resolution, self.knowledge, self.on):
            return ()
        return runs(scenario, self.own, self.owners, self.top)

    @property
    def owners(self) -> tuple[str, ...]:
        """Who stands behind the organisation, nearest first."""
        found: dict[str, None] = {}
        waiting = [f"org:{self.own.organization.id}"]
        while waiting:
            above = [e.holder for node in waiting for e in self.ownership.holders(node)]
            waiting = [n for n in dict.fromkeys(above) if n not in found and not n.startswith(("org:", "unit:"))]
            found.update(dict.fromkeys(waiting))
        return tuple(found)

    @property
    def top(self) -> str | None:
        """The ultimate parent that serves most of what important functions need; the first by id among equals."""
        wanted = (Criticality.CRITICAL, Criticality.HIGH)
        functions = [f for f in self.own.functions if f.criticality in wanted] or list(self.own.functions)
        needed = self.needs.needed_by(self.needs.index[f"function:{f.id}"] for f in functions)
        served: dict[str, int] = {}
        for d in self.own.dependencies:
            if self.needs.index[f"dependency:{d.id}"] in needed:
                backing = self.resolution.supplies[d.id].backing
                tier = backing.first(Role.OPERATING) or backing.first(Role.CONTRACTING)
                for parent in (self.cutter.parent(tier.node),) if tier is not None else ():
                    served[parent] = served.get(parent, 0) + 1
        foreign = {p: n for p, n in served.items() if p.startswith(("entity:", "party:"))}
        return min(foreign, key=lambda p: (-foreign[p], p), default=None)


def suppose(world: World, run: Run) -> Outage:
    """Work out one definite scenario. Raises BadQuestion if it names somebody who is not known."""
    cuts: list[Cut] = []
    reaches: list[Reach] = []
    for act in run.acts:
        if act.by == VOLUNTARY and act.who.partition(":")[0] in _CHOICES:
            _known(act, world)
            cuts.extend(world.cutter.by_choice(act))
        else:
            found = _reaches(world, act, _beside(run.acts, act))
            reaches.extend(found)
            cuts.extend(world.cutter.by_law(found, act))
    cuts.sort(key=_order)
    return _Working(world, run, tuple(cuts), tuple(reaches)).outage()


def _known(act: Act, world: World) -> None:
    """Whoever is supposed to choose has to exist."""
    kind, _, named = act.who.partition(":")
    among: Iterable[str] = {
        "supplier": (*world.knowledge.entities, *(p.id for p in world.own.parties)),
        "country": tuple(world.knowledge.jurisdictions),
        "currency": tuple(j.currency for j in world.knowledge.jurisdictions.values() if j.currency),
        "delivery": tuple(str(row.delivery) for row in world.knowledge.effects),
    }[kind]
    if named not in among:
        raise BadQuestion(both("question.who", given=act.who, name=named))


def _beside(acts: Sequence[Act], act: Act) -> tuple[str, ...]:
    """The other owners that the same authority designates at once: their stakes count together."""
    if not act.who.startswith("owner:"):
        return ()
    return tuple(a.who for a in acts if a.by == act.by and a.who != act.who and a.who.startswith("owner:"))


def _reaches(world: World, act: Act, beside: Sequence[str]) -> tuple[Reach, ...]:
    inventory = world.inventory
    if act.country is not None and act.person is not None:
        if act.person not in {p.id for p in inventory.people}:
            raise BadQuestion(both("question.who", given=act.person, name=act.person))
        there = tuple(replace(p, residence=act.country) if p.id == act.person else p for p in inventory.people)
        inventory = replace(inventory, people=there, dependencies=tuple(_of_person(inventory.dependencies, act.person)))
    asked = designation(Question(act.by, act.who), inventory, world.knowledge, world.on, beside)
    return find_reaches(inventory, world.knowledge, world.resolution, world.ownership, asked, world.on)


def _of_person(dependencies: Sequence[Dependency], person: str) -> Iterator[Dependency]:
    """What one person uses: a session elsewhere concerns nothing else."""
    for d in dependencies:
        if d.used_by is not None and (d.used_by.everyone or person in d.used_by.ids):
            yield replace(d, used_by=replace(d.used_by, ids=(person,), everyone=False, about=None))


def _order(c: Cut) -> tuple[object, ...]:
    return (c.sureness.rank, c.basis.rank, c.regime or "", c.party, c.scope.rank, c.subjects, c.stops is None)


@dataclass(slots=True, eq=False, repr=False)
class _Working:
    """The three readings of a scenario: what must stop at the latest, what may at the earliest, and what is unknown."""

    world: World
    run: Run
    cuts: tuple[Cut, ...]
    reaches: tuple[Reach, ...]
    must: Failures = field(init=False)
    may: Failures = field(init=False)
    all: Failures = field(init=False)
    cuts_of: Mapping[int, list[int]] = field(init=False)
    unjudged: tuple[str, ...] = field(init=False)
    cut: frozenset[int] = field(init=False)

    def __post_init__(self) -> None:
        index = self.world.needs.index
        found: dict[int, list[int]] = {}
        for i, cut in enumerate(self.cuts):
            for node in cut.subjects:
                if node in index:
                    found.setdefault(index[node], []).append(i)
        self.cuts_of = found
        self.unjudged = tuple(n for n in self.world.cutter.unjudged() if self._concerned(n))
        graph = self.world.needs
        obliged, chosen, every = (self._times(found, sureness) for sureness in Sureness)
        for unknown in self.unjudged:
            every[index[unknown]] = 0
        self.cut = frozenset(every)
        self.must = cascade(graph, obliged, late=True)
        self.may = cascade(graph, chosen)
        self.all = cascade(graph, every) if every != chosen else self.may

    def _times(
        self, of: Mapping[int, list[int]], weakest: Sureness, but: Callable[[Cut], bool] | None = None
    ) -> dict[int, int]:
        """Each cut node with its hour: the latest it must stop for `obliged`, else the earliest it may."""
        late = weakest is Sureness.OBLIGED
        times: dict[int, int] = {}
        for node, cuts in of.items():
            for cut in (self.cuts[i] for i in cuts):
                if cut.stops is None or cut.scope is not Scope.ALL or cut.sureness.rank > weakest.rank:
                    continue
                if (late and not cut.surely) or (but is not None and but(cut)):
                    continue
                then = (LATER if cut.stops.high is None else cut.stops.high) if late else cut.stops.low
                times[node] = min(then, times.get(node, then))
        return times

    def outage(self) -> Outage:
        """Everything the scenario does, sorted."""
        world, graph = self.world, self.world.needs
        mild = states(graph, self._own_states(only_obliged=True), self.must.at)
        worst = states(graph, self._own_states(only_obliged=False), self.all.at)
        loops = cold(graph, self.all.at, world.loops)
        stuck = {n for loop in loops for n in loop}
        fates = {n: self._fate(n, mild, worst, n not in stuck) for n in sorted(set(worst) | set(self.all.at))}
        judged = exits_judged(world.own, world.targets, graph, fates, self.cuts)
        back = recover(graph, self.all, takeovers(judged, graph, self.all, world.own), self.cut)
        functions = tuple(self._functions(fates, back))
        own = [f for n, f in fates.items() if not graph.names[n].startswith(_NOT_OURS)]
        scenario = self.run.scenario
        return Outage(
            scenario=self.run.id,
            title=self.run.title,
            acts=self.run.acts,
            stress=scenario.stress,
            cuts=self.cuts,
            fates=tuple(sorted(own, key=lambda f: f.node)),
            functions=functions,
            exits=tuple(judged),
            data=tuple(left_data(world.own, world.resolution, graph, fates)),
            forks=self._forks(),
            loops=tuple(tuple(sorted(graph.names[n] for n in loop)) for loop in loops),
            comebacks=tuple(self._comebacks(own)) if scenario.lifted else (),
            unjudged=self.unjudged,
            precedents=scenario.precedents,
            note=scenario.note,
        )

    def _own_states(self, *, only_obliged: bool) -> Mapping[int, int]:
        found: dict[int, int] = {}
        for node, cuts in self.cuts_of.items():
            for cut in (self.cuts[i] for i in cuts):
                if only_obliged and cut.sureness is not Sureness.OBLIGED:
                    continue
                outcome = cut.outcome
                if cut.scope is Scope.ENTITY and RANK[outcome] > RANK[Outcome.DEGRADES]:
                    outcome = Outcome.DEGRADES
                found[node] = max(found.get(node, 0), RANK[outcome])
        if not only_obliged:
            for unknown in self.unjudged:
                n = self.world.needs.index[unknown]
                found[n] = max(found.get(n, 0), RANK[Outcome.UNDETERMINED])
        return found

    def _concerned(self, node: str) -> bool:
        """Whether some act could concern a dependency at all: who is behind it matters to nobody else."""
        d = self.world.resolution.supplies[node.partition(":")[2]].dependency
        for act in self.run.acts:
            kind, _, named = act.who.partition(":")
            named = act.person or named
            if kind != "person" and act.person is None:
                if d.standing is not UseStanding.PRIVATE or kind not in ("self", "entity", "owner"):
                    return True
                continue
            users = d.used_by
            if users is not None and (users.everyone or users.about is not None or named in users.ids):
                return True
            if d.held_by is not None and any(named in getattr(d.held_by, key) for key, _ in HELD):
                return True
        return False

    def _fate(self, n: int, mild: Mapping[int, int], worst: Mapping[int, int], warm: bool) -> Fate:
        graph = self.world.needs
        cuts = tuple(self.cuts_of.get(n, ()))
        mildest = self._outcome(n, self.must, mild)
        if n not in self.all.at:
            return Fate(graph.names[n], mildest, MILD_TO_WORST[worst[n]], cuts=cuts, cold_start=warm)
        surely, maybe = n in self.must.at, n in self.may.at
        first = self.may if maybe else self.all
        high = self.must.at.get(n)
        path = first.because(n)
        gravest = self._outcome(n, self.all, worst) if maybe else Outcome.UNDETERMINED
        if surely:  # the sooner of two ends says in what state it is until then; the later one comes as well
            gravest = max(gravest, mildest, key=RANK.__getitem__)
        return Fate(
            node=graph.names[n],
            mildest=mildest,
            worst=gravest,
            sureness=Sureness.OBLIGED if surely else Sureness.MAY if maybe else Sureness.UNDETERMINED,
            stops=Span(self.all.at[n], high if high is not None and high < LATER else None),
            because=tuple(graph.names[m] for m in path[1:] if not graph.names[m].startswith("any:")),
            cuts=cuts,
            cold_start=warm,
        )

    def _outcome(self, n: int, failures: Failures, state: Mapping[int, int]) -> Outcome:
        if n in failures.by:
            group, _ = failures.by[n]
            return Outcome.UNREADABLE if self.world.needs.reading[group] else Outcome.STOPS
        if n in failures.at:
            stopping = [self.cuts[i].outcome for i in self.cuts_of.get(n, ()) if self.cuts[i].stops is not None]
            return max((o for o in stopping if o in _UNTIL_THEN), key=RANK.__getitem__, default=Outcome.STOPS)
        return MILD_TO_WORST[state.get(n, 0)]

    # -- functions ---------------------------------------------------------------------------------------------------

    def _functions(self, fates: Mapping[int, Fate], back: Mapping[int, int]) -> Iterator[FunctionFate]:
        index = self.world.needs.index
        for f in self.world.own.functions:
            n = index[f"function:{f.id}"]
            fate = fates.get(n) or Fate(f"function:{f.id}", Outcome.SURVIVES, Outcome.SURVIVES)
            tolerable = f.tolerable_outage.hours if f.tolerable_outage else None
            gone = max(0, back[n] - self.all.at[n]) if fate.stops is not None and n in back else None
            bearable = None
            if fate.stops is not None and tolerable is not None:
                bearable = gone is not None and gone <= tolerable
            yield FunctionFate(
                fate=fate,
                name=f.name or f.id,
                criticality=f.criticality,
                tolerable=tolerable,
                back=Span(gone, gone) if gone is not None else None,
                bearable=bearable,
            )

    # -- forks and what comes back -------------------------------------------------------------------------------------

    def _forks(self) -> tuple[ForkFate, ...]:
        """Each fork with the functions that keeping them puts at risk, and those that feel the separation.

        All forks are worked out at once: bit i stands for the i-th.
        """
        graph, world = self.world.needs, self.world
        found = forks(self.reaches, world.resolution.nodes, world.knowledge.precedents)
        if not found:
            return ()
        bits: dict[str, int] = {}
        for i, fork in enumerate(found):
            parent = world.cutter.parent(fork.party)
            bits[parent] = bits.get(parent, 0) | 1 << i
        without = self._times(self.cuts_of, Sureness.MAY, but=_of_shared)
        keep = dict.fromkeys(without, (1 << len(found)) - 1)
        separate: dict[int, int] = {}
        for n, cuts in self.cuts_of.items():
            for cut in (self.cuts[i] for i in cuts):
                if cut.concern is Concern.SHARED and cut.parent in bits:
                    keep[n] = keep.get(n, 0) | bits[cut.parent]
                elif cut.concern is Concern.THEIRS and cut.parent in bits:
                    separate[n] = separate.get(n, 0) | bits[cut.parent]
        kept, apart = together(graph, keep), together(graph, separate)
        gone = cascade(graph, without).at
        functions = [(name, graph.index[name]) for name in (f"function:{f.id}" for f in world.own.functions)]
        made = []
        for i, fork in enumerate(found):
            ours = tuple(d for d in fork.dependencies if not d.startswith(HYPOTHETICAL))
            if ours:
                at_risk = tuple(name for name, n in functions if kept[n] >> i & 1 and n not in gone)
                felt = tuple(name for name, n in functions if apart[n] >> i & 1)
                made.append(ForkFate(replace(fork, dependencies=ours), at_risk, felt))
        return tuple(made)

    def _comebacks(self, fates: Sequence[Fate]) -> Iterator[Comeback]:
        rows = {(r.outcome, r.delivery): r for r in self.world.knowledge.returns}
        grouped: dict[ReturnRow, list[str]] = {}
        for fate in fates:
            if not fate.cuts:
                continue
            thing = self.world.cutter.things.get(fate.node)
            row = rows.get((fate.worst, thing.delivery if thing else None)) or rows.get((fate.worst, None))
            if row is not None:
                grouped.setdefault(row, []).append(fate.node)
        for row, nodes in sorted(grouped.items(), key=lambda g: (-RANK[g[0].outcome], g[0].delivery or "", g[1])):
            yield Comeback(tuple(nodes), row.outcome, row.returns, row.note)


def _of_shared(cut: Cut) -> bool:
    """Whether a cut is of a service that a designated person shares with others."""
    return cut.concern is Concern.SHARED


def _hypothetical(
    inventory: Inventory, knowledge: Knowledge
) -> tuple[tuple[Dependency, ...], Mapping[tuple[str, int], str]]:
    """Exits to products as dependencies that the organisation would have, each used as what it replaces is.

    Returned with the node that stands for each exit; an exit that is only a text has none.
    """
    own = {d.id for d in inventory.dependencies}
    made: dict[object, Dependency] = {}
    of: Counter[str] = Counter()
    targets: dict[tuple[str, int], str] = {}
    for d in inventory.dependencies:
        for number, way in enumerate(d.exits):
            if way.to in own:
                targets[d.id, number] = f"dependency:{way.to}"
            elif way.to in knowledge.products:
                key = (way.to, d.used_by, d.standing)
                if key not in made:
                    of[way.to] += 1
                    named = f"exit/{way.to}/{of[way.to] - 1}"
                    made[key] = Dependency(named, product=way.to, used_by=d.used_by, standing=d.standing)
                targets[d.id, number] = f"dependency:{made[key].id}"
    return tuple(made.values()), targets
