"""Made-up graphs of needs, and the slowest way to say what fails with what: by the definition, until nothing changes."""

from collections.abc import Collection, Iterable, Mapping
from itertools import combinations
from math import inf
from random import Random

from auditor.outage.needs import Buffer, NeedGraph

Times = dict[int, float]


def drawn(draw: Random, most: int = 12) -> NeedGraph:
    """A graph with alternatives, loops, needs of oneself, members named twice, and buffers."""
    graph = NeedGraph()
    size = draw.randint(1, most)
    for n in range(size):
        kind = draw.choice(("dependency", "dependency", "asset", "person", "any"))
        graph.node(f"{kind}:{n}" if n else "function:0")
    for node in range(size):
        for _ in range(draw.choice((0, 0, 1, 1, 2, 3))):
            members = [(draw.randrange(size), buffer(draw)) for _ in range(draw.choice((1, 1, 2, 3)))]
            graph.require(node, members, buffer(draw), reading=draw.random() < 0.2)
    return graph


def buffer(draw: Random) -> Buffer:
    """None, an exact one, or one that is not known exactly."""
    low = draw.choice((0, 0, 0, 5, 24))
    return Buffer(low, low + draw.choice((0, 0, 7, 48)))


def some_cut(draw: Random, graph: NeedGraph) -> dict[int, int]:
    """A few nodes, each with the hour at which it is cut."""
    among = range(len(graph.names))
    return {
        n: draw.choice((0, 0, 3, 24, 100)) for n in draw.sample(among, min(draw.choice((0, 1, 2, 2, 3)), len(among)))
    }


def failing(graph: NeedGraph, cuts: Mapping[int, int], *, late: bool = False) -> Times:
    """When each node fails: from never on, the equations again and again."""

    def kept(b: Buffer) -> int:
        return b.high if late else b.low

    in_group = {(g, m): kept(b) for m, among in enumerate(graph.users) for g, b in among}
    for m, among in enumerate(graph.users):  # a member named twice: the longer lasting of the two
        for g, b in among:
            in_group[g, m] = max(in_group[g, m], kept(b))
    at: Times = {n: cuts.get(n, inf) for n in range(len(graph.names))}
    while True:
        then = dict(at)
        for n, groups in enumerate(graph.groups):
            for g in groups:
                failed = max(at[m] + in_group[g, m] for m in graph.members[g]) + kept(graph.buffers[g])
                then[n] = min(then[n], failed)
        if then == at:
            return {n: t for n, t in at.items() if t < inf}
        at = then


def returning(graph: NeedGraph, failed: Times, exits: Mapping[int, int], cut: Collection[int]) -> Times:
    """When each failed node is back: what was not cut, when one member of every lost group is; or by its exit."""
    back: Times = {n: exits.get(n, inf) for n in failed}
    while True:
        then = dict(back)
        for n in failed:
            lost = [g for g in graph.groups[n] if all(m in failed for m in graph.members[g])]
            if n not in cut:
                then[n] = min(then[n], max(min(back[m] for m in graph.members[g]) for g in lost))
        if then == back:
            return {n: t for n, t in back.items() if t < inf}
        back = then


def starting(graph: NeedGraph, gone: Collection[int]) -> set[int]:
    """What can be started if everything stands still."""
    up: set[int] = set()
    while True:
        more = {
            n
            for n, groups in enumerate(graph.groups)
            if n not in gone and all(any(m in up for m in graph.members[g]) for g in groups)
        }
        if more == up:
            return up
        up = more


def stopping(graph: NeedGraph, start: int, cuttable: Iterable[int], largest: int) -> set[frozenset[int]]:
    """Every minimal set of nodes that stops one node: all sets are tried."""
    found: set[frozenset[int]] = set()
    among = sorted(cuttable)
    for size in range(largest + 1):
        for some in map(frozenset, combinations(among, size)):
            if not any(f <= some for f in found) and start in failing(graph, dict.fromkeys(some, 0)):
                found.add(some)
    return found
