"""The fork: a service that a designated person shares with others, kept with them or separated from them."""

from collections import defaultdict
from collections.abc import Mapping, Sequence

from auditor.messages import both
from auditor.model.knowledge import Precedent
from auditor.model.report import Fork, Node, Reach, Side
from auditor.model.vocabulary import Basis, Concern, Outcome

_SERVING = frozenset({Basis.DIRECT, Basis.PERFORMED, Basis.FACILITATION})


def forks(reaches: Sequence[Reach], nodes: Mapping[str, Node], precedents: Mapping[str, Precedent]) -> tuple[Fork, ...]:
    """One fork per designated person and supplier that is bound by law, sorted; both sides with law and outcome."""
    shared: defaultdict[tuple[str, str], list[Reach]] = defaultdict(list)
    for r in reaches:
        if r.concern is Concern.SHARED and r.target is not None and r.basis in _SERVING:
            shared[r.target, r.parent].append(r)
    return tuple(_fork(person, parent, among, nodes, precedents) for (person, parent), among in sorted(shared.items()))


def _fork(
    person: str, parent: str, among: Sequence[Reach], nodes: Mapping[str, Node], precedents: Mapping[str, Precedent]
) -> Fork:
    headline = min(among, key=lambda r: (r.basis.rank, r.law_certainty.rank, r.party))
    regimes = tuple(sorted({r.regime for r in among}))
    names = {
        "supplier": nodes[headline.party].name if headline.party in nodes else headline.party,
        "person": nodes[person].name if person in nodes else person,
    }
    supplier = {n.removeprefix("entity:") for n in (headline.party, parent)}
    same = [p.id for p in precedents.values() if set(p.regimes) & set(regimes) and supplier & set(p.suppliers)]
    return Fork(
        person=person,
        dependencies=tuple(sorted({s for r in among for s in r.subjects})),
        party=headline.party,
        keep=Side("keep", Outcome.AUTHORISED_MAY_REFUSE, headline.basis, regimes, both("fork.keep", **names)),
        separate=Side("separate", Outcome.SEAT_ONLY, Basis.CHOSE, (), both("fork.separate", **names)),
        precedents=tuple(sorted(same, key=lambda i: (precedents[i].day, i))),
    )
