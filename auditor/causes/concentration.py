"""Concentration: how much hangs on each parent, country and reseller, as a range over what is not known."""

from collections import defaultdict
from collections.abc import Mapping

from auditor.model.causes import Concentration, Weight
from auditor.model.inventory import Dependency
from auditor.model.vocabulary import Criticality, GroupKind, Role, UseStanding
from auditor.outage import World

WEIGHTS: Mapping[Criticality | None, int] = {
    Criticality.CRITICAL: 4,
    Criticality.HIGH: 3,
    Criticality.MEDIUM: 2,
    Criticality.LOW: 1,
    None: 1,
}
_WHOLE = 10_000


def concentration(world: World) -> tuple[Concentration, ...]:
    """By operator's ultimate parent, by that parent's country, and by reseller; what is private is left out."""
    weights = criticalities(world)
    kinds = (GroupKind.PARENT, GroupKind.JURISDICTION, GroupKind.RESELLER)
    return tuple(c for kind in kinds if (c := _one(world, kind, weights)) is not None)


def criticalities(world: World) -> Mapping[str, Criticality]:
    """Each thing that functions need, with the criticality of the most important of them."""
    graph = world.needs
    found: dict[str, Criticality] = {}
    for rank in Criticality:
        starts = [graph.index[f"function:{f.id}"] for f in world.own.functions if f.criticality is rank]
        for n in graph.needed_by(starts):
            found.setdefault(graph.names[n], rank)
    return found


def _one(world: World, kind: GroupKind, critical: Mapping[str, Criticality]) -> Concentration | None:
    held: defaultdict[str, list[str]] = defaultdict(list)
    weight: defaultdict[str, int] = defaultdict(int)
    unknown: list[str] = []
    total = lost = 0
    for d in world.own.dependencies:
        if d.standing is UseStanding.PRIVATE:
            continue
        node = f"dependency:{d.id}"
        group = _group(world, d, kind)
        if group is None and kind is GroupKind.RESELLER and world.resolution.supplies[d.id].backing.known:
            continue
        counted = WEIGHTS[critical.get(node)]
        total += counted
        if group is None:
            unknown.append(node)
            lost += counted
        else:
            held[group].append(node)
            weight[group] += counted
    if not held:
        return None
    rows = [
        Weight(g, _WHOLE * weight[g] // total, _WHOLE * (weight[g] + lost) // total, tuple(sorted(held[g])))
        for g in sorted(held, key=lambda g: (-weight[g], g))
    ]
    squares = sum(w * w for w in weight.values())
    largest = max(weight.values())
    high = squares - largest**2 + (largest + lost) ** 2
    hhi_low, hhi_high = (_WHOLE * sum_of_squares // (total * total) for sum_of_squares in (squares, high))
    return Concentration(kind, tuple(rows), hhi_low, hhi_high, total, tuple(sorted(unknown)))


def _group(world: World, d: Dependency, kind: GroupKind) -> str | None:
    backing = world.resolution.supplies[d.id].backing
    if kind is GroupKind.RESELLER:
        tier = backing.first(Role.RESELLING)
        return tier.node if tier else None
    tier = backing.first(Role.OPERATING) or backing.first(Role.CONTRACTING)
    if tier is None:
        return None
    parent = world.cutter.parent(tier.node)
    if kind is GroupKind.PARENT:
        return parent
    known = world.resolution.nodes.get(parent)
    return f"country:{known.country}" if known is not None and known.country is not None else None
