"""Minimal cut sets of a function: what, failing together and no fewer, makes it fail, whatever the clocks say.

Sets of one are found exactly, at any size of the graph. Sets of two and three are built from the alternatives
upwards (the method of obtaining cut sets, MOCUS, bottom up), without those of one, which they cannot contain.
"""

from collections.abc import Mapping, Sequence

from auditor.model.causes import CutSet, FunctionCuts
from auditor.outage.needs import NeedGraph

LARGEST = 3
MOST_SETS = 400
"""Sets kept of one node; what is beyond is told as not complete."""

_CUTTABLE = ("dependency:", "asset:", "person:")


def cut_sets(graph: NeedGraph, function: str) -> FunctionCuts:
    """The minimal cut sets of a function up to three members, by size and then by name."""
    start = graph.index[function]
    order = _below(graph, start)
    cuttable = [n for n in order if graph.names[n].startswith(_CUTTABLE)]
    singles = _singles(graph, order, start, cuttable)
    larger, complete = _larger(graph, order, start, frozenset(cuttable) - singles)
    named = [tuple(sorted(graph.names[n] for n in found)) for found in (*({n} for n in singles), *larger)]
    return FunctionCuts(function, tuple(CutSet(m) for m in sorted(named, key=lambda m: (len(m), m))), complete)


def _below(graph: NeedGraph, start: int) -> list[int]:
    """Everything that a node needs, itself last, children first as far as loops allow."""
    seen = {start}
    order: list[int] = []
    path = [(start, iter([m for g in graph.groups[start] for m in graph.members[g]]))]
    while path:
        node, further = path[-1]
        child = next((c for c in further if c not in seen), None)
        if child is None:
            order.append(node)
            path.pop()
        else:
            seen.add(child)
            path.append((child, iter([m for g in graph.groups[child] for m in graph.members[g]])))
    return order


def _singles(graph: NeedGraph, order: Sequence[int], start: int, cuttable: Sequence[int]) -> frozenset[int]:
    """Nodes each of which alone makes the start fail: bit i of a number stands for the i-th cuttable node."""
    masks = dict.fromkeys(order, 0)
    for i, node in enumerate(cuttable):
        masks[node] = 1 << i
    changed = True
    while changed:
        changed = False
        for node in order:
            mask = masks[node]
            for group in graph.groups[node]:
                reached = -1
                for member in graph.members[group]:
                    reached &= masks[member]
                mask |= reached
            if mask != masks[node]:
                masks[node] = mask
                changed = True
    return frozenset(node for i, node in enumerate(cuttable) if masks[start] >> i & 1)


_Family = frozenset[frozenset[int]]
_NONE: _Family = frozenset()


def _larger(graph: NeedGraph, order: Sequence[int], start: int, cuttable: frozenset[int]) -> tuple[_Family, bool]:
    families: dict[int, _Family] = {n: frozenset({frozenset({n})}) if n in cuttable else _NONE for n in order}
    complete = True
    changed = True
    while changed:
        changed = False
        for node in order:
            found = set(families[node])
            for group in graph.groups[node]:
                product, whole = _product([families[m] for m in dict.fromkeys(graph.members[group])])
                complete &= whole
                found |= product
            kept, whole = _minimal(found)
            complete &= whole
            if kept != families[node]:
                families[node] = kept
                changed = True
    return families[start], complete


def _product(families: Sequence[_Family]) -> tuple[set[frozenset[int]], bool]:
    """One set of each family joined, in every way, as far as the result stays small."""
    joined: set[frozenset[int]] = {frozenset()}
    complete = True
    for family in sorted(families, key=len):
        kept, whole = _minimal({a | b for a in joined for b in family if len(a | b) <= LARGEST})
        joined = set(kept)
        complete &= whole
    return joined, complete


def _minimal(found: set[frozenset[int]]) -> tuple[_Family, bool]:
    """Without those that contain another; the smallest, if they are too many, and whether all were kept."""
    kept: set[frozenset[int]] = set()
    for candidate in sorted(found, key=lambda s: (len(s), sorted(s))):
        if any(part in kept for part in _parts(candidate)):
            continue
        if len(kept) >= MOST_SETS:
            return frozenset(kept), False
        kept.add(candidate)
    return frozenset(kept), True


def _parts(of: frozenset[int]) -> Sequence[frozenset[int]]:
    """Every smaller part of a set of at most three, the empty one included."""
    members = sorted(of)
    parts: list[frozenset[int]] = [frozenset()]
    if len(members) > 1:
        parts += [frozenset({m}) for m in members]
    if len(members) == LARGEST:
        parts += [of - {m} for m in members]
    return parts


def sets_by_function(graph: NeedGraph, functions: Sequence[str]) -> Mapping[str, FunctionCuts]:
    """The cut sets of several functions."""
    return {f: cut_sets(graph, f) for f in functions}
