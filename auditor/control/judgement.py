"""Ownership tests: what a regime's own rule makes of those who are held, when somebody is listed.

Each judgement is a least fixpoint, so a further owner or a larger stake never takes anybody out of reach; cycles,
self-holdings and sums over 100 % need no special case.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from datetime import date
from heapq import heappop, heappush

from auditor.control.graph import HALF, NO_SHARE, Edge, OwnershipGraph, spread
from auditor.model.knowledge import OwnershipPeriod, OwnershipTest
from auditor.model.record import record
from auditor.model.values import Share
from auditor.model.vocabulary import ControlKind, FactStatus, Standing


@record
class Judgement:
    """What an ownership test says of one node, and why.

    share: the stakes that count towards this standing, added up; over `WHOLE` when the records are. Under a test that
        adds only one person's stakes, those of the person who reaches furthest; under one that adds nothing, the
        largest single holder's.
    proof: stakes in the order of derivation that alone lead to exactly this standing; empty for who is listed. Among
        several, the one whose weakest fact is firmest, and then with few steps and small ids first.
    controls: kinds of control that those in reach have over it, if the test looks at control at all; all of them,
        whether or not the proof needs them. For UNDETERMINED, those that would count.
    status: that of the weakest fact in the proof; STATUTE where it is empty.
    """

    standing: Standing
    share: Share
    proof: tuple[Edge, ...]
    controls: tuple[ControlKind, ...]
    status: FactStatus


def period_on(test: OwnershipTest, on: date) -> OwnershipPeriod | None:
    """The state of a test on a day, both ends included, in force or not (see its `status`); None in a gap.

    Where two states overlap, the one that began later.
    """
    held = [p for p in test.periods if (p.since or date.min) <= on <= (p.until or date.max)]
    return max(held, key=lambda p: p.since or date.min, default=None)


def judge(graph: OwnershipGraph, period: OwnershipPeriod, listed: Collection[str]) -> Mapping[str, Judgement]:
    """What a test says when `listed` are listed: every node in reach or undetermined, sorted; absent is NOT_REACHED.

    Whoever meets the test counts with the whole of its stakes, whoever does not counts for nothing; shares are never
    multiplied. OWNED rests on the low ends of shares and on ownership alone; PRESUMED_CONTROLLED rests somewhere on
    control (any kind, or over 50 % of the votes); UNDETERMINED needs the high ends. What others hold never narrows an
    unknown share. Votes are read stake by stake, never added up.

    `all` adds the stakes of everybody in reach: OFAC, Revised Guidance on Entities Owned by Persons Whose Property Is
    Blocked, 13 August 2014, and FAQ 398-402 (at least 50 %, control alone does not block); EU Best Practices for the
    effective implementation of restrictive measures, Council, 3 July 2024 (at least 50 %, more than 50 % before; or
    control). `joint` follows each listed person alone, through everything it reaches, and adds what partners of a
    joint arrangement hold in the same company, listed or not: UK regulations under SAMLA 2018, e.g. the Russia
    (Sanctions) (EU Exit) Regulations 2019, reg. 7 and schedule 1 (more than 50 %, or control). `none` adds nothing:
    one holder's stakes in a company must do.

    Raises ValueError for an operator or aggregate outside these words.
    """
    named = frozenset(listed)
    best: dict[str, tuple[int, int, int]] = {}
    cases: list[Case] = []
    for number, seeds in enumerate(_seeds(period, named)):
        case = Case.of(graph, period, seeds)
        cases.append(case)
        for node in case.possible.steps:
            # Who is listed is judged as that, whatever the others have in it.
            if node in seeds or node not in named:
                level = case.level(node)
                rank = (level, case.readings[level].steps[node].weakest, number)
                best[node] = min(best.get(node, rank), rank)
    return _Judgements({node: cases[number] for node, (_, _, number) in sorted(best.items())}, {})


def stands_behind(
    graph: OwnershipGraph, period: OwnershipPeriod, node: str, candidate: Callable[[str], bool]
) -> tuple[tuple[str, Judgement], ...]:
    """Those behind `node` who would bring it into reach, or perhaps would, if each alone were listed; sorted.

    Answers "is this supplier a subsidiary of a company of that country"; the judgement is that of `node`,
    which does not stand behind itself. Raises ValueError as `judge` does.
    """
    ancestors = graph.ancestors(node)
    cases = ((who, Case.of(graph, period, {who}, ancestors | {node})) for who in sorted(ancestors) if candidate(who))
    return tuple((who, case.judgement(node)) for who, case in cases if node in case.possible.steps)


@record(eq=False)
class _Judgements(Mapping[str, Judgement]):
    """Judgements made when they are asked for: the proofs of all nodes of a deep graph are quadratic in its size."""

    cases: Mapping[str, "Case"]
    made: dict[str, Judgement]

    def __getitem__(self, node: str) -> Judgement:
        if node not in self.made:
            self.made[node] = self.cases[node].judgement(node)
        return self.made[node]

    def __iter__(self) -> Iterator[str]:
        return iter(self.cases)

    def __len__(self) -> int:
        return len(self.cases)

    def __repr__(self) -> str:
        return repr(dict(self))


@record
class Reading:
    """One way to read the records: at the high ends or the low ones, with control or without."""

    least: int  # the smallest sum that meets the test: on integers, "more than t" is "at least t + 1"
    aggregate: str
    control: bool
    high: bool

    def units(self, edge: Edge) -> int:
        return edge.counted.high if self.high else edge.counted.low

    def kinds(self, edge: Edge) -> tuple[ControlKind, ...]:
        if not self.control:
            return ()
        majority = edge.voting is not None and (edge.voting.high if self.high else edge.voting.low) > HALF
        return (*edge.control, ControlKind.VOTING_MAJORITY) if majority else edge.control


@record
class _Step:
    """How a node first came into reach: by which stakes, after whom, on what weakest fact (its rank), in which turn.

    A partner in a joint arrangement has a stake here without being in reach, or is so only because of this node.
    """

    stakes: tuple[Edge, ...]
    after: tuple[str, ...]
    weakest: int
    turn: int


@record
class _Settled:
    """Who is in reach under one reading."""

    reading: Reading
    steps: Mapping[str, _Step]

    def proof(self, node: str) -> tuple[Edge, ...]:
        needed: set[str] = set()
        spread(node, lambda at: self.steps[at].after, needed)
        order = sorted(needed, key=lambda at: self.steps[at].turn)
        return tuple(edge for at in order for edge in self.steps[at].stakes)

    def counting(self, graph: OwnershipGraph, node: str) -> Share:
        edges = [edge for edge in graph.holders(node) if edge.holder != node]
        sums: dict[str, Share] = {}
        labels = {e.joint for e in edges if e.holder in self.steps and e.joint is not None}
        for edge in edges:
            partner = self.reading.aggregate == "joint" and edge.joint in labels
            if edge.holder in self.steps or partner:
                group = edge.holder if self.reading.aggregate == "none" else ""
                before = sums.get(group, NO_SHARE)
                sums[group] = Share(before.low + edge.counted.low, before.high + edge.counted.high)
        return max(sums.values(), key=lambda share: (share.low, share.high), default=NO_SHARE)

    def controls(self, graph: OwnershipGraph, node: str) -> tuple[ControlKind, ...]:
        stakes = (e for e in graph.holders(node) if e.holder != node and e.holder in self.steps)
        return tuple(sorted({kind for edge in stakes for kind in self.reading.kinds(edge)}))


def readings(period: OwnershipPeriod) -> tuple[Reading, Reading, Reading]:
    """Ownership at the low ends; the same with control; the high ends. Each reaches at least as far as the one before.

    Raises ValueError for an operator outside its words.
    """
    sure, perhaps = period.threshold.high, period.threshold.low
    match period.operator:
        case "at_least":
            more = 0
        case "more_than":
            more = 1
        case _:
            raise ValueError(f"unknown operator: {period.operator}")
    aggregate, control = period.aggregate, period.control
    return (
        Reading(sure + more, aggregate, control=False, high=False),
        Reading(sure + more, aggregate, control=control, high=False),
        Reading(perhaps + more, aggregate, control=control, high=True),
    )


@record
class Case:
    """The three readings of one set of listed persons, each reaching at least as far as the one before."""

    graph: OwnershipGraph
    seeds: Collection[str]
    readings: tuple[_Settled, _Settled, _Settled]

    @classmethod
    def of(
        cls,
        graph: OwnershipGraph,
        period: OwnershipPeriod,
        seeds: Collection[str],
        within: Collection[str] | None = None,
    ) -> "Case":
        reading = readings(period)
        owned = settle(graph, reading[0], seeds, within)
        controlled = settle(graph, reading[1], seeds, within) if period.control else owned
        return cls(graph, seeds, (owned, controlled, settle(graph, reading[2], seeds, within)))

    @property
    def possible(self) -> _Settled:
        return self.readings[2]

    def level(self, node: str) -> int:
        return next(level for level, settled in enumerate(self.readings) if node in settled.steps)

    def judgement(self, node: str) -> Judgement:
        level = self.level(node)
        settled = self.readings[level]
        standing = Standing.LISTED if node in self.seeds else _LEVELS[level]
        controls = self.readings[max(level, 1)].controls(self.graph, node)
        status = _STATUSES[settled.steps[node].weakest]
        return Judgement(standing, settled.counting(self.graph, node), settled.proof(node), controls, status)


_LEVELS = (Standing.OWNED, Standing.PRESUMED_CONTROLLED, Standing.UNDETERMINED)
_STATUSES = tuple(FactStatus)
_RANKS = {status: rank for rank, status in enumerate(_STATUSES)}


def _seeds(period: OwnershipPeriod, listed: frozenset[str]) -> Iterator[frozenset[str]]:
    """The sets of listed persons whose stakes a test adds up."""
    match period.aggregate:
        case "all" | "none":
            yield listed
        case "joint":
            yield from (frozenset({who}) for who in sorted(listed))
        case _:
            raise ValueError(f"unknown aggregate: {period.aggregate}")


def settle(graph: OwnershipGraph, reading: Reading, seeds: Collection[str], within: Collection[str] | None) -> _Settled:
    """The least fixpoint: stakes of those in reach come up by weakest fact, steps and place, until no more do.

    As in Knuth's generalisation of Dijkstra's method, what comes up later never rests on firmer facts: when a node
    first meets the test, the stakes at hand are its firmest proof.
    """
    steps = {seed: _Step((), (), 0, turn) for turn, seed in enumerate(sorted(seeds))}
    agenda: list[tuple[int, int, int]] = []
    pools: defaultdict[tuple[str, str], dict[int, Edge]] = defaultdict(dict)
    sums: defaultdict[tuple[str, str], int] = defaultdict(int)
    led: set[tuple[str, str]] = set()

    def bring_up(places: Iterable[int], weakest: int, depth: int) -> None:
        for place in places:
            edge = graph.edges[place]
            if edge.held not in steps and edge.held != edge.holder and (within is None or edge.held in within):
                heappush(agenda, (max(weakest, _RANKS[edge.status]), depth, place))

    for seed in sorted(seeds):
        bring_up(graph.places_from(seed), 0, 1)
    while agenda:
        weakest, depth, place = heappop(agenda)
        edge = graph.edges[place]
        if edge.held in steps:
            continue
        group = (edge.held, edge.holder if reading.aggregate == "none" else "")
        pool = pools[group]
        if place not in pool:
            pool[place] = edge
            sums[group] += reading.units(edge)
        if edge.holder in steps and reading.kinds(edge):
            stakes: tuple[Edge, ...] = (edge,)
        elif sums[group] >= reading.least:
            stakes = _enough(tuple(pool.values()), sums[group] - reading.least, reading, steps)
        else:
            # A partner's stake may come up again once the partner itself is in reach: then its control counts, too.
            if reading.aggregate == "joint" and edge.joint is not None and (edge.held, edge.joint) not in led:
                led.add((edge.held, edge.joint))
                bring_up(graph.places_joint(edge.held, edge.joint), weakest, depth)
            continue
        after = tuple(stake.holder for stake in stakes if stake.holder in steps)
        steps[edge.held] = _Step(stakes, after, weakest, len(steps))
        bring_up(graph.places_from(edge.held), weakest, depth + 1)
    return _Settled(reading, steps)


def _enough(pool: tuple[Edge, ...], spare: int, reading: Reading, reached: Collection[str]) -> tuple[Edge, ...]:
    """The stakes left when those that came up last are dropped first, as long as the sum lasts.

    The very last is always needed, or the test would have been met before. A stake that draws its partners' stakes
    into a joint arrangement stays while one of theirs does.
    """
    kept: list[Edge] = []
    drawn: set[str] = set()
    drawing: set[str] = set()
    for edge in reversed(pool):
        leads = edge.holder in reached
        draws = leads and edge.joint is not None and edge.joint in drawn - drawing
        if kept and reading.units(edge) <= spare and not draws:
            spare -= reading.units(edge)
            continue
        kept.append(edge)
        if edge.joint is not None:
            (drawing if leads else drawn).add(edge.joint)
    return tuple(reversed(kept))
