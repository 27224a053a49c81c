"""What a report states beside its findings: what each dependency was taken to be, laws, precedents, what to confirm."""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from auditor.control import OwnershipGraph, ultimate_parents
from auditor.messages import Words, both
from auditor.model.causes import Causes
from auditor.model.inventory import Function
from auditor.model.knowledge import Knowledge
from auditor.model.outage import Outage
from auditor.model.report import SUBJECT, Assessment, Case, Chain, Finding, Fork, Hop, Law, Node, Reach, ToConfirm
from auditor.model.vocabulary import Criticality, FactStatus, Relation, Role
from auditor.reach.question import status_on
from auditor.resolve import Resolution, Supply


def assess(
    resolution: Resolution, graph: OwnershipGraph, functions_of: Mapping[str, tuple[Function, ...]]
) -> tuple[Assessment, ...]:
    """One assessment per dependency, by id."""
    return tuple(
        _assess(supply, resolution.nodes, graph, functions_of.get(named, ()))
        for named, supply in sorted(resolution.supplies.items())
    )


def _assess(
    supply: Supply, nodes: Mapping[str, Node], graph: OwnershipGraph, functions: tuple[Function, ...]
) -> Assessment:
    contracting, operating, reselling = (
        supply.backing.first(r) for r in (Role.CONTRACTING, Role.OPERATING, Role.RESELLING)
    )
    served_by = (operating or contracting or reselling) if supply.backing.known else None
    parents = ultimate_parents(graph, served_by.node) if served_by else ()
    ranks = [f.criticality for f in functions if f.criticality is not None]
    return Assessment(
        id=supply.dependency.id,
        name=nodes[supply.node].name,
        origin=supply.dependency.origin,
        product=supply.backing.product.id if supply.backing.product else None,
        delivery=supply.backing.delivery,
        layer=supply.dependency.layer or (supply.backing.product.layer if supply.backing.product else None),
        contracting=contracting.node if contracting else None,
        contracting_assumed=contracting is not None and any(h.assumed for h in contracting.hops),
        operating=operating.node if operating else None,
        reselling=reselling.node if reselling else None,
        parent=parents[0] if parents else served_by.node if served_by else None,
        unchecked=supply.backing.unchecked,
        functions=tuple(f"function:{f.id}" for f in functions),
        criticality=min(ranks, key=lambda c: c.rank, default=None),
        judged=supply.backing.known,
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
    found: defaultdict[Hop, set[str]] = defaultdict(set)
    for reach in reaches:
        for hop in reach.chain.hops:
            if (hop.status is FactStatus.UNVERIFIED or hop.assumed) and hop.relation is not Relation.BOUND_BY:
                found[_anywhere(hop, reach)].update(s.partition(":")[2] for s in reach.subjects)
    critical = {a.id: set(a.functions) for a in assessments if a.criticality is Criticality.CRITICAL}
    listed = []
    for hop, dependencies in found.items():
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
    outages: Sequence[Outage] = (),
    causes: Causes | None = None,
) -> Mapping[str, Node]:
    """Only those nodes that the report names."""
    named = set(_named(reaches, findings, forks, assessments))
    named.update(n for o in outages for n in _of_outage(o))
    named.update(_of_causes(causes) if causes is not None else ())
    return {n: nodes[n] for n in sorted(named) if n in nodes}


def _named(
    reaches: Sequence[Reach], findings: Sequence[Finding], forks: Sequence[Fork], assessments: Sequence[Assessment]
) -> Iterator[str]:
    for r in reaches:
        yield from (*r.subjects, r.party, r.parent, *((r.target,) if r.target else ()), f"regime:{r.regime}")
        yield from _of_chains((*r.chains, Chain(r.link)))
    for f in findings:
        yield from (f.cause, *(s.node for s in f.subjects), *f.critical_functions, *(f"regime:{i}" for i in f.laws))
        yield from _of_chains(f.chains)
    for fork in forks:
        yield from (fork.person, fork.party, *fork.dependencies)
    for a in assessments:
        yield f"dependency:{a.id}"
        yield from (n for n in (a.contracting, a.operating, a.reselling, a.parent) if n is not None)
        yield from a.functions


def _of_outage(outage: Outage) -> Iterator[str]:
    for cut in outage.cuts:
        yield from (*cut.subjects, cut.party, cut.parent, f"regime:{cut.regime}")
        yield from _of_chains((cut.chain, Chain(cut.link)))
    for fate in (*outage.fates, *(f.fate for f in outage.functions), *(e.fate for e in outage.exits if e.fate)):
        yield from (fate.node, *fate.because)
    for e in outage.exits:
        yield from (e.of, e.to, *e.shared)
    yield from (n for d in outage.data for n in d.where)
    for act in outage.acts:
        named = act.who.partition(":")[2]
        yield from (f"{k}:{named}" for k in ("entity", "party", "person", "unit", "country"))
        yield from (f"country:{act.country}", f"person:{act.person}")


def _of_causes(causes: Causes) -> Iterator[str]:
    for cuts in causes.cuts:
        yield from (cuts.function, *(m for s in cuts.sets for m in s.members))
    for cause in causes.common:
        yield from (cause.id, *cause.functions, *cause.dependencies)
    for cell in causes.matrix:
        yield from (cell.function, *cell.dependencies)
    for spread in causes.concentration:
        yield from (*(r.id for r in spread.rows), *spread.unknown)


def _of_chains(chains: Iterable[Chain]) -> Iterator[str]:
    for chain in chains:
        for hop in chain.hops:
            yield hop.start
            yield hop.end
