"""What a report states beside its findings: what each dependency was taken to be, laws, precedents, what to confirm."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING

from auditor.control import OwnershipGraph, ultimate_parents
from auditor.messages import Words, both
from auditor.model.inventory import Function
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.report import SUBJECT, Assessment, Case, Finding, Fork, Hop, Law, Node, Reach, ToConfirm
from auditor.model.vocabulary import Criticality, FactStatus, Relation, Role
from auditor.reach.question import status_on
from auditor.resolve import Backing, Resolution, Supply

if TYPE_CHECKING:
    from auditor.model.causes import Causes
    from auditor.model.outage import Outage


def assess(
    resolution: Resolution, graph: OwnershipGraph, functions_of: Mapping[str, tuple[Function, ...]]
) -> tuple[Assessment, ...]:
    """One assessment per dependency, by id."""
    shared = {id(functions): functions for functions in functions_of.values()}
    needs = {i: _needed(functions) for i, functions in shared.items()}
    needed = {named: needs[id(functions)] for named, functions in functions_of.items()}
    parents: dict[str, str] = {}
    backed: dict[int, _Backed] = {}  # by identity: the resolution keeps all backings
    found = []
    for named, supply in sorted(resolution.supplies.items()):
        if id(supply.backing) not in backed:
            backed[id(supply.backing)] = _Backed.of(supply.backing, graph, parents)
        found.append(_assess(supply, backed[id(supply.backing)], resolution.nodes, needed.get(named, _NOT_NEEDED)))
    return tuple(found)


@record
class _Backed:
    """What an assessment says of a backing."""

    contracting: str | None
    assumed: bool
    operating: str | None
    reselling: str | None
    parent: str | None
    known: bool

    @classmethod
    def of(cls, backing: Backing, graph: OwnershipGraph, parents: dict[str, str]) -> "_Backed":
        """`parents` are those already looked for."""
        contracting, operating, reselling = map(backing.first, (Role.CONTRACTING, Role.OPERATING, Role.RESELLING))
        served_by = (operating or contracting or reselling) if backing.known else None
        if served_by and served_by.node not in parents:
            parents[served_by.node] = next(iter(ultimate_parents(graph, served_by.node)), served_by.node)
        return cls(
            contracting.node if contracting else None,
            contracting is not None and any(h.assumed for h in contracting.hops),
            operating.node if operating else None,
            reselling.node if reselling else None,
            parents[served_by.node] if served_by else None,
            backing.known,
        )


_Needed = tuple[tuple[str, ...], Criticality | None]
_NOT_NEEDED: _Needed = ((), None)


def _needed(functions: Iterable[Function]) -> _Needed:
    """The nodes of functions, and how critical the most critical of them is."""
    ranks = [f.criticality for f in functions if f.criticality is not None]
    return tuple(f"function:{f.id}" for f in functions), min(ranks, key=lambda c: c.rank, default=None)


def _assess(supply: Supply, backed: _Backed, nodes: Mapping[str, Node], needed: _Needed) -> Assessment:
    d, product = supply.dependency, supply.backing.product
    return Assessment(
        id=d.id,
        name=nodes[supply.node].name,
        origin=d.origin,
        product=product.id if product else None,
        delivery=supply.backing.delivery,
        layer=d.layer or (product.layer if product else None),
        contracting=backed.contracting,
        contracting_assumed=backed.assumed,
        operating=backed.operating,
        reselling=backed.reselling,
        parent=backed.parent,
        unchecked=supply.backing.unchecked,
        functions=needed[0],
        criticality=needed[1],
        judged=backed.known,
    )


def laws(knowledge: Knowledge, ids: Iterable[str], on: date) -> Mapping[str, Law]:
    """What the report needs to say about the regimes it names."""
    return {
        i: Law(
            id=i,
            name=r.name,
            authority=r.authority,
            citation=r.citation,
            status=status_on(r, on),
            effects=r.effects,
            short=r.short,
            name_ko=r.name_ko,
            notice=r.notice,
            latency=r.latency,
            carve_outs=r.carve_outs,
            conflicts_with=r.conflicts_with,
            to_verify=r.to_verify,
            words=tuple(dict.fromkeys(b.text for b in r.binds if b.text)),
            sources=r.sources,
        )
        for i in sorted(set(ids))
        if (r := knowledge.regimes.get(i)) is not None
    }


def cases(knowledge: Knowledge, ids: Iterable[str]) -> Mapping[str, Case]:
    """What the report needs to say about the precedents it names."""
    return {
        i: Case(i, p.title, p.day, p.outcome, p.summary, p.claims, p.sources)
        for i in sorted(set(ids))
        if (p := knowledge.precedents.get(i)) is not None
    }


def confirm(
    reaches: Sequence[Reach], assessments: Sequence[Assessment], nodes: Mapping[str, Node]
) -> tuple[ToConfirm, ...]:
    """Unverified and assumed facts on the chains, those first on which most critical functions hang."""
    found: defaultdict[Hop, dict[int, tuple[str, ...]]] = defaultdict(dict)
    for reach in reaches:
        for hop in reach.chain.hops:
            if (hop.status is FactStatus.UNVERIFIED or hop.assumed) and hop.relation is not Relation.BOUND_BY:
                found[_anywhere(hop, reach)][id(reach.subjects)] = reach.subjects
    critical = {a.id: set(a.functions) for a in assessments if a.criticality is Criticality.CRITICAL}
    ids = {
        s: s.partition(":")[2] for s in dict.fromkeys(s for sets in found.values() for n in sets.values() for s in n)
    }
    listed = []
    for hop, sets in found.items():
        dependencies = {ids[s] for subjects in sets.values() for s in subjects}
        functions = {f for d in dependencies for f in critical.get(d, ())}
        start, end = (nodes[n].both if n in nodes else n.partition(":")[2] for n in (hop.start, hop.end))
        statement = both(f"confirm.{hop.relation}", start=start, end=end, detail=_detail(hop))
        listed.append(ToConfirm(statement, hop.end, tuple(sorted(dependencies)), len(functions)))
    return tuple(sorted(listed, key=lambda c: (-c.critical_functions, -len(c.dependencies), c.statement.en)))


def _detail(hop: Hop) -> object:
    """What a hop adds to its relation: a share, ways of control, or the part somebody takes."""
    if hop.detail is None:
        return Words("detail", ("unknown",))
    if hop.relation is Relation.CONTROLLED_BY:
        return Words("control", tuple(hop.detail.split(", ")))
    return Words("role", (hop.detail,)) if hop.relation is Relation.BUILT_ON else hop.detail


def _anywhere(hop: Hop, reach: Reach) -> Hop:
    """The same fact for every dependency on which it bears: who sells or operates a product is one fact to confirm."""
    if hop.start != SUBJECT:
        return hop
    named = hop.relation in (Relation.CONTRACTS_WITH, Relation.OPERATED_BY) and hop.detail
    return replace(hop, start=f"name:{hop.detail}" if named else reach.subjects[0])


def nodes_named(
    nodes: Mapping[str, Node],
    reaches: Sequence[Reach],
    findings: Sequence[Finding],
    forks: Sequence[Fork],
    assessments: Sequence[Assessment],
    outages: "Sequence[Outage]" = (),
    causes: "Causes | None" = None,
) -> Mapping[str, Node]:
    """Only those nodes that the report names."""
    named: set[str] = set()
    subjects = {id(r.subjects): r.subjects for r in reaches}
    for among in subjects.values():
        named.update(among)
    chains = {id(c): c.hops for r in reaches for c in r.chains} | {id(r.link): r.link for r in reaches}
    hops = {id(h): h for among in chains.values() for h in among}
    for h in hops.values():
        named.update((h.start, h.end))
    for r in reaches:
        named.update((r.party, r.parent, f"regime:{r.regime}", *((r.target,) if r.target else ())))
    for f in findings:
        named.update((f.cause, *f.critical_functions, *(f"regime:{i}" for i in f.laws)))
        named.update(s.node for s in f.subjects)
        named.update(n for c in f.chains for h in c.hops for n in (h.start, h.end))
    for fork in forks:
        named.update((fork.person, fork.party, *fork.dependencies))
    for a in assessments:
        named.update((f"dependency:{a.id}", *a.functions))
        named.update(n for n in (a.contracting, a.operating, a.reselling, a.parent) if n is not None)
    for outage in outages:
        named.update(_of_outage(outage))
    named.update(_of_causes(causes) if causes is not None else ())
    return {n: nodes[n] for n in sorted(named) if n in nodes}


def _of_outage(outage: "Outage") -> Iterator[str]:
    for cut in outage.cuts:
        yield from (*cut.subjects, cut.party, cut.parent, f"regime:{cut.regime}")
        yield from (n for hop in (*cut.chain.hops, *cut.link) for n in (hop.start, hop.end))
    for fate in (*outage.fates, *(f.fate for f in outage.functions), *(e.fate for e in outage.exits if e.fate)):
        yield from (fate.node, *fate.because)
    for e in outage.exits:
        yield from (e.of, e.to, *e.shared)
    yield from (n for d in outage.data for n in d.where)
    for act in outage.acts:
        named = act.who.partition(":")[2]
        yield from (f"{k}:{named}" for k in ("entity", "party", "person", "unit", "country"))
        yield from (f"country:{act.country}", f"person:{act.person}")


def _of_causes(causes: "Causes") -> Iterator[str]:
    for cuts in causes.cuts:
        yield from (cuts.function, *(m for s in cuts.sets for m in s.members))
    for cause in causes.common:
        yield from (cause.id, *cause.functions, *cause.dependencies)
    for cell in causes.matrix:
        yield from (cell.function, *cell.dependencies)
    for spread in causes.concentration:
        yield from (*(r.id for r in spread.rows), *spread.unknown)
