"""What fails with what: the least fixpoint over the AND/OR graph of needs, and the way back from it.

A node fails at the earliest of its own cut and, per group, the group's failure; a group fails at the latest of its
members, each with its buffer, plus its own. Both are superior functions, so that Knuth's generalisation of Dijkstra's
method settles every node once, cycles or not (Knuth, A Generalization of Dijkstra's Algorithm, 1977). Condensing the
cycles first would be wrong with alternatives.
"""

import heapq
from collections.abc import Iterable, Mapping
from dataclasses import field

from auditor.model.record import record
from auditor.model.vocabulary import Outcome
from auditor.outage.needs import NeedGraph

LATER = 10**8
"""Hours that stand for a time that will come and is not known; buffers only add to it."""

MILD_TO_WORST = (
    Outcome.SURVIVES,
    Outcome.AUTHORISED_MAY_REFUSE,
    Outcome.UNDETERMINED,
    Outcome.SEAT_ONLY,
    Outcome.RUNS_UNLICENSED,
    Outcome.DEGRADES,
    Outcome.FROZEN_IN_PLACE,
    Outcome.UNREADABLE,
    Outcome.STOPS,
)
RANK: Mapping[Outcome, int] = {outcome: i for i, outcome in enumerate(MILD_TO_WORST)}


@record
class Failures:
    """When each failing node fails, in hours, and the group and member by which; a cut node has none."""

    at: Mapping[int, int]
    by: Mapping[int, tuple[int, int]] = field(default_factory=dict)

    def because(self, node: int) -> tuple[int, ...]:
        """The way from a failing node down to the one that was cut."""
        path = [node]
        while path[-1] in self.by:
            path.append(self.by[path[-1]][1])
        return tuple(path)


def cascade(graph: NeedGraph, cuts: Mapping[int, int], *, late: bool = False) -> Failures:
    """What fails, and when, if these nodes are cut at these hours. `late` takes the long end of every buffer."""
    at: dict[int, int] = {}
    by: dict[int, tuple[int, int]] = {}
    best: dict[int, int] = dict(cuts)
    waiting: dict[int, int] = {}
    latest: dict[int, int] = {}
    heap = [(t, n) for n, t in cuts.items()]
    heapq.heapify(heap)
    while heap:
        now, node = heapq.heappop(heap)
        if node in at:
            continue
        at[node] = now
        for group, kept in graph.users[node]:
            lasted = now + (kept.high if late else kept.low)
            latest[group] = max(latest.get(group, 0), lasted)
            waiting[group] = waiting.get(group, len(graph.members[group])) - 1
            if waiting[group]:
                continue
            buffer = graph.buffers[group]
            then = latest[group] + (buffer.high if late else buffer.low)
            parent = graph.parent[group]
            if parent not in at and then < best.get(parent, then + 1):
                best[parent] = then
                by[parent] = (group, node)
                heapq.heappush(heap, (then, parent))
    return Failures(at, by)


def states(graph: NeedGraph, own: Mapping[int, int], failed: Iterable[int]) -> Mapping[int, int]:
    """The rank of each node's outcome where it is not 0: its own, and that of what it needs; alternatives by the best.

    The least fixpoint over a finite chain of outcomes, reached by a worklist.
    """
    stopped = RANK[Outcome.STOPS]
    state = dict(own)
    for node in failed:
        state[node] = own.get(node, stopped)
    gone = frozenset(failed)
    worklist = sorted(state)
    while worklist:
        node = worklist.pop()
        for group, _ in graph.users[node]:
            parent = graph.parent[group]
            if parent in gone:
                continue
            reached = min(stopped if m in gone else state.get(m, 0) for m in graph.members[group])
            reached = min(reached, stopped - 1)  # a group whose members are all gone has failed its parent already
            if reached > state.get(parent, 0):
                state[parent] = reached
                worklist.append(parent)
    return state


def together(graph: NeedGraph, own: Mapping[int, int]) -> list[int]:
    """Which of many cuts fail each node, all at once and without clocks: bit i of a number stands for cut i.

    `own[n]` has a bit for each cut that takes node n itself. Nodes are passed children first until nothing changes.
    """
    masks = [0] * len(graph.names)
    for node, mask in own.items():
        masks[node] = mask
    order = [n for n in graph.children_first() if graph.groups[n]]
    changed = True
    while changed:
        changed = False
        for node in order:
            mask = masks[node]
            for group in graph.groups[node]:
                members = graph.members[group]
                reached = masks[members[0]]
                for member in members[1:]:
                    reached &= masks[member]
                mask |= reached
            if mask != masks[node]:
                masks[node] = mask
                changed = True
    return masks


def recover(graph: NeedGraph, failures: Failures, exits: Mapping[int, int], cut: Iterable[int]) -> Mapping[int, int]:
    """When each failed node can be back, in hours after the act; those that cannot are left out.

    `exits[n]` is when an exit of node n has taken over. A node that was not cut itself is back when one member of
    each group that failed is back; who waits for each other in a loop is never back without an exit.
    """
    cut = frozenset(cut)
    lost = {
        n: {g for g in graph.groups[n] if all(m in failures.at for m in graph.members[g])}
        for n in failures.at
        if n not in cut
    }
    back: dict[int, int] = {}
    heap = [(t, n) for n, t in exits.items() if n in failures.at]
    heap += [(failures.at[n], n) for n, groups in lost.items() if not groups]
    heapq.heapify(heap)
    while heap:
        now, node = heapq.heappop(heap)
        if node in back:
            continue
        back[node] = now
        for group, _ in graph.users[node]:
            parent = graph.parent[group]
            if parent in lost and group in lost[parent]:
                lost[parent].discard(group)
                if not lost[parent] and parent not in back:
                    heapq.heappush(heap, (now, parent))
    return back


def cold(graph: NeedGraph, failed: Iterable[int], loops: Iterable[tuple[int, ...]]) -> tuple[tuple[int, ...], ...]:
    """Loops whose members keep each other running, but could not be started again if they all stood still."""
    gone = frozenset(failed)
    among = [loop for loop in loops if not gone.issuperset(loop)]
    if not among:
        return ()
    left = [len(groups) for groups in graph.groups]
    met: set[int] = set()
    up: set[int] = set()
    waiting = [n for n in range(len(graph.names)) if not left[n] and n not in gone]
    while waiting:
        node = waiting.pop()
        if node in up:
            continue
        up.add(node)
        for group, _ in graph.users[node]:
            if group not in met:
                met.add(group)
                parent = graph.parent[group]
                left[parent] -= 1
                if not left[parent] and parent not in gone:
                    waiting.append(parent)
    stuck = (tuple(n for n in loop if n not in gone and n not in up) for loop in among)
    return tuple(s for s in stuck if s)
