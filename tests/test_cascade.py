"""The cascade, the way back, cold starts and cut sets, each against the plainest way to work it out."""

from itertools import pairwise
from random import Random

import pytest

from auditor.causes import cut_sets
from auditor.causes.cut_sets import LARGEST
from auditor.outage.cascade import cascade, cold, recover, together
from auditor.outage.needs import Buffer, NeedGraph

from .needs_drawn import drawn, failing, returning, some_cut, starting, stopping

GRAPHS = 10_000
SHARES = 4
CUTTABLE = ("dependency:", "asset:", "person:")


@pytest.mark.parametrize("share", range(SHARES))
def test_cascade_is_the_least_fixpoint(share: int) -> None:
    """On ten thousand graphs with loops, alternatives and buffers; a way that leads to a cut is told for each."""
    failed = 0
    for seed in range(share, GRAPHS, SHARES):
        draw = Random(seed)
        graph = drawn(draw)
        cuts = some_cut(draw, graph)
        early, late = (cascade(graph, cuts, late=late) for late in (False, True))
        assert early.at == failing(graph, cuts), seed
        assert late.at == failing(graph, cuts, late=True), seed
        assert set(early.at) == set(late.at)
        assert all(early.at[n] <= late.at[n] for n in early.at)
        for n in early.at:
            path = early.because(n)
            assert path[-1] in cuts, seed
            assert all(b in {m for g in graph.groups[a] for m in graph.members[g]} for a, b in pairwise(path))
        failed += len(early.at) - len(cuts)
    assert failed > GRAPHS / SHARES / 2  # the draws are no trifles


@pytest.mark.parametrize("share", range(SHARES))
def test_all_at_once_is_one_by_one(share: int) -> None:
    """Many cuts in one pass fail what each of them fails alone."""
    for seed in range(share, GRAPHS // 2, SHARES):
        draw = Random(seed)
        graph = drawn(draw)
        cuts = [some_cut(draw, graph) for _ in range(5)]
        own: dict[int, int] = {}
        for bit, cut in enumerate(cuts):
            for n in cut:
                own[n] = own.get(n, 0) | 1 << bit
        masks = together(graph, own)
        for bit, cut in enumerate(cuts):
            assert {n for n, mask in enumerate(masks) if mask >> bit & 1} == set(failing(graph, cut)), seed


@pytest.mark.parametrize("share", range(SHARES))
def test_the_way_back(share: int) -> None:
    """What is back is back by an exit, or by all that it lost being back; who waits for itself never is."""
    returned = 0
    for seed in range(share, GRAPHS, SHARES):
        draw = Random(seed)
        graph = drawn(draw)
        cuts = some_cut(draw, graph)
        failures = cascade(graph, cuts)
        exits = {n: t + draw.choice((0, 10, 240)) for n, t in failures.at.items() if draw.random() < 0.4}
        back = recover(graph, failures, exits, cuts)
        assert back == returning(graph, dict(failures.at), exits, cuts), seed
        returned += len(set(back) - set(exits))
    assert returned


@pytest.mark.parametrize("share", range(SHARES))
def test_cold_starts(share: int) -> None:
    """Of the loops that go on, those members are told that nothing outside could start again."""
    stuck = 0
    for seed in range(share, GRAPHS // 2, SHARES):
        draw = Random(seed)
        graph = drawn(draw)
        gone = failing(graph, some_cut(draw, graph))
        up = starting(graph, gone)
        loops = graph.loops()
        wanted = [tuple(n for n in loop if n not in gone and n not in up) for loop in loops]
        assert cold(graph, gone, loops) == tuple(w for w in wanted if w), seed
        stuck += any(wanted)
        below = {
            n: graph.needed_by(m for g in graph.groups[n] for m in graph.members[g]) for n in range(len(graph.names))
        }
        assert {n for loop in loops for n in loop} == {n for n in below if n in below[n]}
        for loop in loops:
            assert all(a in below[b] for a in loop for b in loop)
    assert stuck


@pytest.mark.parametrize("share", range(SHARES))
def test_cut_sets_are_all_minimal_ones(share: int) -> None:
    """On graphs of up to fourteen nodes, with loops and alternatives in alternatives: what trying all sets finds."""
    sizes: dict[int, int] = {}
    for seed in range(share, 1_200, SHARES):
        graph = drawn(Random(seed), most=14)
        found = cut_sets(graph, graph.names[0])
        assert found.complete
        cuttable = {n for n, name in enumerate(graph.names) if name.startswith(CUTTABLE)}
        wanted = stopping(graph, 0, cuttable, LARGEST)
        assert {frozenset(graph.index[m] for m in s.members) for s in found.sets} == wanted, seed
        assert [s.members for s in found.sets] == sorted((s.members for s in found.sets), key=lambda m: (len(m), m))
        for s in wanted:
            sizes[len(s)] = sizes.get(len(s), 0) + 1
    assert sizes.keys() == {1, 2, 3}


def wide(alternatives: int, each: int) -> NeedGraph:
    """A function with some alternatives, each of which needs several things."""
    graph = NeedGraph()
    function = graph.node("function:f")
    ways = []
    for i in range(alternatives):
        way = graph.node(f"any:{i}")
        ways.append((way, Buffer()))
        for j in range(each):
            graph.require(way, [(graph.node(f"dependency:d{i}-{j}"), Buffer())])
    graph.require(function, ways)
    return graph


def test_what_is_left_out_is_told() -> None:
    """Twenty times twenty pairs are all there are and all are told; of twenty-one times twenty-one some are missing."""
    whole, capped = (cut_sets(wide(2, n), "function:f") for n in (20, 21))
    assert (len(whole.sets), whole.complete) == (400, True)
    assert (len(capped.sets), capped.complete) == (400, False)
    larger = cut_sets(wide(3, 9), "function:f")
    assert not larger.complete
    assert all(len(s.members) == 3 for s in larger.sets)
    four = cut_sets(wide(4, 2), "function:f")
    assert (four.sets, four.complete) == ((), True)  # sets of four are none up to three
