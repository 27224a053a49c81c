"""Common causes: who alone holds a whole cut set; every parent, country, law, reseller and person at once."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from auditor.model.causes import Cell, CommonCause
from auditor.model.report import Reach
from auditor.model.vocabulary import Basis, Criticality, Effect, GroupKind, LawCertainty, Relation, Role
from auditor.outage import World
from auditor.outage.cascade import together
from auditor.reach import HELD
from auditor.resolve import Backing

STOPPING = frozenset(
    {Effect.TERMINATION, Effect.ASSET_FREEZE, Effect.PAYMENT_BLOCK, Effect.REVOCATION, Effect.NEW_BUSINESS_BAN}
)
_LAW = frozenset({Basis.DIRECT, Basis.PERFORMED, Basis.FACILITATION})
_SETTLED = frozenset({LawCertainty.TEXT, LawCertainty.REGULATION, LawCertainty.COURT, LawCertainty.ENFORCEMENT})
_ESSENTIAL = (Role.OPERATING, Role.HOSTING, Role.IDENTITY, Role.MODEL, Role.ACCELERATOR)

_Group = tuple[GroupKind, str]


def common_causes(world: World, reaches: Sequence[Reach]) -> tuple[CommonCause, ...]:
    """Every common cause that alone stops at least one function, those first on which most important ones hang."""
    held = _held(world)
    for r in reaches:
        if _stops(r) and _firm(r):
            held[GroupKind.REGIME, f"regime:{r.regime}"].update(r.subjects)
    stopped = _stopped(world, held)
    critical = {f"function:{f.id}" for f in world.own.functions if f.criticality is Criticality.CRITICAL}
    found = [
        CommonCause(
            kind,
            node,
            functions,
            tuple(sorted(n for n in held[kind, node] if n.startswith(("dependency:", "asset:", "person:")))),
            len(critical & set(functions)),
        )
        for (kind, node), functions in stopped.items()
        if functions
    ]
    return tuple(sorted(found, key=lambda c: (-c.critical, -len(c.functions), c.kind, c.id)))


def matrix(world: World, reaches: Sequence[Reach]) -> tuple[Cell, ...]:
    """Functions against the authorities whose law reaches something they need."""
    firm: defaultdict[_Group, set[str]] = defaultdict(set)
    every: defaultdict[_Group, set[str]] = defaultdict(set)
    authority = {i: r.authority for i, r in world.knowledge.regimes.items()}
    for r in reaches:
        if _stops(r):
            every[GroupKind.JURISDICTION, authority[r.regime]].update(r.subjects)
            if _firm(r):
                firm[GroupKind.JURISDICTION, authority[r.regime]].update(r.subjects)
    surely, perhaps = _stopped(world, firm), _stopped(world, every)
    below = {f.id: world.needs.needed_by([world.needs.index[f"function:{f.id}"]]) for f in world.own.functions}
    cells = []
    for f in world.own.functions:
        names = {world.needs.names[n] for n in below[f.id]}
        for group, nodes in sorted(every.items()):
            reached = names & nodes
            if reached:
                node = f"function:{f.id}"
                stops = True if node in surely.get(group, ()) else None if node in perhaps[group] else False
                cells.append(Cell(node, group[1], stops, tuple(sorted(n for n in reached if n.startswith("dep")))))
    return tuple(cells)


def _stops(r: Reach) -> bool:
    return r.basis in _LAW and not STOPPING.isdisjoint(r.effects)


def _firm(r: Reach) -> bool:
    return r.law_certainty in _SETTLED and not r.undetermined


def _stopped(world: World, held: Mapping[_Group, set[str]]) -> Mapping[_Group, tuple[str, ...]]:
    """For each group the functions that it alone stops; all groups are worked out in one pass over the needs."""
    groups = sorted(held)
    index = world.needs.index
    own: defaultdict[int, int] = defaultdict(int)
    for bit, group in enumerate(groups):
        for node in held[group]:
            if node in index:
                own[index[node]] |= 1 << bit
    masks = together(world.needs, own)
    functions = [(f"function:{f.id}", masks[index[f"function:{f.id}"]]) for f in world.own.functions]
    return {g: tuple(name for name, mask in functions if mask >> bit & 1) for bit, g in enumerate(groups)}


def _held(world: World) -> defaultdict[_Group, set[str]]:
    """What each parent, country, reseller and person holds."""
    held: defaultdict[_Group, set[str]] = defaultdict(set)
    for d in world.own.dependencies:
        supply = world.resolution.supplies[d.id]
        for group in _behind(world, supply.backing):
            held[group].add(supply.node)
        for key, _ in HELD if d.held_by is not None else ():
            among = getattr(d.held_by, key)
            if len(set(among)) == 1:
                held[GroupKind.PERSON, f"person:{among[0]}"].add(supply.node)
    for a in world.own.assets:
        if len(set(a.held_by)) == 1:
            held[GroupKind.PERSON, f"person:{a.held_by[0]}"].add(f"asset:{a.id}")
    for p in world.own.people:
        held[GroupKind.PERSON, f"person:{p.id}"].add(f"person:{p.id}")
    people = {f"person:{p.id}" for p in world.own.people}
    for kind, node in [g for g in held if g[0] is GroupKind.PERSON and g[1] not in people]:
        del held[kind, node]
    return held


def _behind(world: World, backing: Backing) -> Iterator[_Group]:
    own = [t for t in backing.tiers if not any(h.relation is Relation.BUYS_THROUGH for h in t.hops)]
    operating = {t.node for t in own if t.role in _ESSENTIAL}
    if not any(t.role is Role.OPERATING for t in own):
        operating |= {t.node for t in own if t.role is Role.CONTRACTING}
    for node in operating:
        parent = world.cutter.parent(node)
        yield GroupKind.PARENT, parent
        for n in (node, parent):
            known = world.resolution.nodes.get(n)
            if known is not None and known.country is not None:
                yield GroupKind.JURISDICTION, f"country:{known.country}"
    for tier in backing.tiers:
        if tier.role is Role.RESELLING:
            yield GroupKind.RESELLER, tier.node
