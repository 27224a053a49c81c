"""What must hold of any outage: more ways out never hurt, more laws never help, order is nothing, bounds are bounds."""

from dataclasses import dataclass, replace
from math import inf

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from auditor.model.knowledge import Knowledge
from auditor.model.outage import Fate, FunctionFate, Outage
from auditor.model.scenarios import Act
from auditor.model.vocabulary import Outcome, Sureness
from auditor.outage.cascade import RANK

from .supposed import outage

LEVEL = {None: 0, Sureness.UNDETERMINED: 1, Sureness.MAY: 2, Sureness.OBLIGED: 3}
BACKED = (
    "product: microsoft-exchange-online, login_via: d0",
    "product: microsoft-azure",
    "product: aws, contract: dollars",
    "product: proton-mail",
    "product: scaleway, held_by: {payer: ada}",
    "product: mistral-open-weights, delivery: self_hosted, hosted_on: d0",
    "product: llama-open-weights, delivery: self_hosted",
    "product: digicert-certificates, clocks: {certificate_until: 2027-02-01}",
    "product: nobody-knows-this",
    "provider: hall, contract: k, delivery: managed",
    "provider: hall, contract: k, delivery: bank, held_by: {signatories: [ada, ben]}",
    "product: slack, used_by: [ada, ben], clocks: {prepaid_until: 2027-03-01}",
    "provider: bank, contract: b, delivery: bank, held_by: {holder: ada}",
)
ACTS = (
    Act("self", "US"),
    Act("self", "EU"),
    Act("person:ada", "US"),
    Act("owner:boss", "US"),
    Act("supplier:microsoft", "voluntary"),
    Act("country:US", "voluntary"),
    Act("delivery:certificate", "voluntary"),
    Act("supplier:hall", "EU"),
    Act("self", "cn-afsl"),
)
HEAD = """
auditor: inventory/1
organization: {id: o, name: Made Up Institute, seat: NL, owned_by: [{by: boss, percent: 30-60}]}
parties:
  - {id: hall, name: Made Up Hall BV, country: NL}
  - {id: bank, name: Made Up Bank, country: US}
  - {id: boss, name: Made Up Owner, country: RU}
people: [{id: ada, nationalities: [US]}, {id: ben, nationalities: [NL]}]
contracts:
  - {id: k, party: o, with: Made Up Hall BV, law: NL, currency: EUR}
  - {id: b, party: o, with: Made Up Bank}
  - {id: dollars, party: o, currency: USD}
"""
FUNCTIONS = ("f", "g")


@dataclass(frozen=True)
class Drawn:
    """A small organisation: what stands behind each dependency, what it needs, and what functions need."""

    backed: tuple[str, ...]
    needs: dict[str, tuple[str, ...]]

    def text(self, more: str = "", *, turned: bool = False) -> str:
        """The inventory; turned, everything stands in the opposite order."""
        rows = [
            f"  - {{id: d{i}, {b}, needs: [{', '.join(self.turn(self.needs[f'd{i}'], turned))}]}}"
            for i, b in enumerate(self.backed)
        ]
        functions = [
            f"  - {{id: {f}, criticality: high, needs: [{', '.join(self.turn(self.needs[f], turned))}]}}"
            for f in FUNCTIONS
        ]
        parts = (self.turn(functions, turned), self.turn([*rows, *([more] if more else [])], turned))
        return "\n".join((HEAD, "functions:", *parts[0], "dependencies:", *parts[1]))

    @staticmethod
    def turn(among: "list[str] | tuple[str, ...]", turned: bool) -> "list[str]":
        return list(reversed(among)) if turned else list(among)


@st.composite
def organisations(draw: st.DrawFn) -> Drawn:
    size = draw(st.integers(1, 5))
    backed = tuple(draw(st.sampled_from(BACKED)) for _ in range(size))
    ids = st.sampled_from([f"d{i}" for i in range(size)] + ["ada"])
    buffered = st.builds(lambda i, b: f"{{id: {i}, buffer: {b}}}", ids, st.sampled_from(["12h", "30d"]))
    either = st.builds(
        lambda members, b: f"{{any_of: [{', '.join(members)}]{b}}}",
        st.lists(ids | buffered, min_size=1, max_size=3),
        st.sampled_from(["", ", buffer: 2d"]),
    )
    need = ids | buffered | either
    named = [*(f"d{i}" for i in range(size)), *FUNCTIONS]
    few = {n: draw(st.lists(need, min_size=n in FUNCTIONS, max_size=2 if n in FUNCTIONS else 1)) for n in named}
    return Drawn(backed, {n: tuple(x for x in needs if x != n) for n, needs in few.items()})


PROPERTY = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
acts = st.lists(st.sampled_from(ACTS), min_size=1, max_size=2, unique=True)


def no_worse(after: FunctionFate, before: FunctionFate) -> None:
    """Not surer to stop, not in a graver state, not sooner."""
    a, b = after.fate, before.fate
    assert LEVEL[a.sureness] <= LEVEL[b.sureness], (a, b)
    if b.stops is None:
        assert RANK[a.worst] <= RANK[b.worst], (a, b)
    if a.stops is not None and b.stops is not None:
        assert a.stops.low >= b.stops.low
    if a.sureness is b.sureness is Sureness.OBLIGED:
        assert latest(a) >= latest(b)


def latest(f: Fate) -> float:
    return inf if f.stops is None or f.stops.high is None else f.stops.high


def each(found: Outage) -> dict[str, FunctionFate]:
    return {f.fate.node: f for f in found.functions}


@PROPERTY
@given(organisations(), acts, st.data())
def test_a_new_fallback_never_hurts(knowledge: Knowledge, drawn: Drawn, acted: list[Act], data: st.DataObject) -> None:
    """Beside any one need, something that shares no chain with it."""
    f = data.draw(st.sampled_from(FUNCTIONS))
    at = data.draw(st.integers(0, len(drawn.needs[f]) - 1))
    fresh = data.draw(
        st.sampled_from(
            ["provider: hall, contract: k, delivery: managed", "product: debian", "product: signal-messenger"]
        )
    )
    needs = list(drawn.needs[f])
    needs[at] = f"{{any_of: [{needs[at]}, fresh]}}"
    before = outage(drawn.text(f"  - {{id: fresh, {fresh}}}"), knowledge, *acted)
    wider = replace(drawn, needs={**drawn.needs, f: tuple(needs)})
    after = outage(wider.text(f"  - {{id: fresh, {fresh}}}"), knowledge, *acted)
    for name, now in each(after).items():
        no_worse(now, each(before)[name])


@PROPERTY
@given(organisations(), acts, st.sampled_from(ACTS))
def test_another_act_never_helps(knowledge: Knowledge, drawn: Drawn, acted: list[Act], more: Act) -> None:
    """What comes on top makes no function better, nor its stop later."""
    before, after = (outage(drawn.text(), knowledge, *some) for some in (acted, (*acted, more)))
    for name, now in each(before).items():
        no_worse(now, each(after)[name])


@PROPERTY
@given(organisations(), acts, st.data())
def test_another_law_never_helps(knowledge: Knowledge, drawn: Drawn, acted: list[Act], data: st.DataObject) -> None:
    """With one of the laws taken away nothing is worse than with it."""
    law = data.draw(st.sampled_from(sorted(set(knowledge.regimes) - {"cn-afsl"})))
    less = replace(knowledge, regimes={i: r for i, r in knowledge.regimes.items() if i != law})
    fewer, all_of_them = (outage(drawn.text(), k, *acted) for k in (less, knowledge))
    for name, now in each(fewer).items():
        no_worse(now, each(all_of_them)[name])


@PROPERTY
@given(organisations(), acts)
def test_order_is_nothing(knowledge: Knowledge, drawn: Drawn, acted: list[Act]) -> None:
    """Of dependencies, of functions, of needs, of acts."""
    one = outage(drawn.text(), knowledge, *acted)
    other = outage(drawn.text(turned=True), knowledge, *reversed(acted))
    said = [
        [(f.fate.node, f.fate.mildest, f.fate.worst, f.fate.sureness, f.fate.stops, f.back) for f in o.functions]
        for o in (one, other)
    ]
    assert said[0] == said[1]
    things = [[(f.node, f.mildest, f.worst, f.sureness, f.stops) for f in o.fates] for o in (one, other)]
    assert things[0] == things[1]


@PROPERTY
@given(organisations(), acts)
def test_bounds_are_bounds(knowledge: Knowledge, drawn: Drawn, acted: list[Act]) -> None:
    """Not before after not later; mildest no graver than worst; what must stop has somebody obliged at its root."""
    found = outage(drawn.text(), knowledge, *acted)
    by_node = {f.node: f for f in found.fates}
    for f in (*found.fates, *(x.fate for x in found.functions)):
        assert (f.stops is None) == (f.sureness is None)
        if f.stops is not None and f.stops.high is not None:
            assert f.stops.low <= f.stops.high
            assert f.sureness is Sureness.OBLIGED
        if f.sureness is Sureness.OBLIGED:
            assert f.mildest in (Outcome.STOPS, Outcome.UNREADABLE, Outcome.FROZEN_IN_PLACE, Outcome.RUNS_UNLICENSED)
            roots = [by_node[f.because[-1]]] if f.because else [f]
            assert any(found.cuts[i].sureness is not Sureness.UNDETERMINED for r in roots for i in r.cuts)
        if f.sureness is not Sureness.UNDETERMINED:
            assert RANK[f.mildest] <= RANK[f.worst]
    t = found.tally
    assert t.stop + t.may_stop + t.undetermined + t.weaker + t.go_on == len(FUNCTIONS)
    for name in found.unjudged:
        assert by_node[name].worst is not Outcome.SURVIVES
