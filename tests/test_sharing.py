"""What is worked out once for many dependencies is for each of them what it would be if it stood alone."""

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from difflib import get_close_matches
from itertools import permutations
from typing import Any

from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditor.control import ownership_graph
from auditor.evaluate import evaluate
from auditor.evaluate.table import Table
from auditor.loading import inventory_of, scenarios_beside
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.report import Question, Reach
from auditor.model.rules import All, Ask, Condition, Not, Pack
from auditor.model.rules import Any as AnyOf
from auditor.model.vocabulary import Profile, SubjectKind
from auditor.predicates import PREDICATES, Facts, Subject
from auditor.predicates.supposed import Supposed
from auditor.reach import designation, find_reaches
from auditor.resolve import resolve
from auditor.resolve.names import NEAR, Nearest, name_index, normal_form

from .conftest import ON

Data = dict[str, Any]
PHASES = (Phase.explicit, Phase.reuse, Phase.generate)

QUESTIONS = (
    Question(),
    *(Question(None, who) for who in ("self", "person:ada", "entity:unit-us", "owner:top", "supplier:microsoft")),
    *(Question(None, who) for who in ("supplier:fjord", "country:US", "country:NL")),
    Question("voluntary", "self"),
    Question("US"),
)
REST: Data = {
    "auditor": "inventory/1",
    "organization": {
        "id": "o", "name": "O", "seat": "NL", "owned_by": [{"by": "top", "percent": "50"}],
        "entities": [{"id": "unit-us", "name": "A", "form": "subsidiary", "country": "US"},
                     {"id": "unit-kr", "name": "B", "form": "branch", "country": "KR"}],
    },
    "parties": [
        {"id": "top", "name": "Top Inc", "country": "US"},
        {"id": "fjord", "name": "Fjord BV", "country": "NL", "owned_by": [{"by": "top", "percent": "60"}]},
        {"id": "gable", "name": "Gable SAS", "country": "FR", "owned_by": [{"by": "fjord", "percent": "unknown"}]},
        {"id": "via", "name": "Reseller Ltd", "country": "GB", "owned_by": [{"by": "microsoft", "percent": "51"}]},
    ],
    "people": [{"id": "ada", "nationalities": ["US"], "residence": "NL"}, {"id": "ben", "residence": "US"}],
    "functions": [{"id": "f", "criticality": "critical", "needs": ["d0", "d3"]},
                  {"id": "g", "criticality": "high", "needs": [{"any_of": ["d1", "d2"]}]}],
    "contracts": [
        {"id": "k0", "party": "o", "with": "Microsoft Ireland Operations Limited", "currency": "USD"},
        {"id": "k1", "party": "unit-us", "with": "Fjord BV", "via": "Reseller Ltd", "currency": "EUR"},
        {"id": "k2", "party": "unit-kr", "with": "Gable SAS", "via": "Nobody Knows", "subcontractors": ["Top Inc"],
         "clauses": {"sanctions": "yes"}},
        {"id": "k3", "party": "unit-kr", "amount": {"value": 5, "currency": "USD", "per": "year"}},
    ],
}  # fmt: skip
SCENARIOS = {s.id: s for s in scenarios_beside([])}
IDS = tuple(f"d{i}" for i in range(6))


def up_to_two(*of: str) -> list[list[str]]:
    return [list(some) for size in range(3) for some in permutations(of, size)]


PEOPLE = st.sampled_from(up_to_two("ada", "ben", "unit-us", "top"))


def field(name: str, values: Any) -> st.SearchStrategy[Data]:
    return st.one_of(st.just({}), values.map(lambda v: {name: v}))


def fields(*found: st.SearchStrategy[Data]) -> st.SearchStrategy[Data]:
    return st.tuples(*found).map(lambda parts: {k: v for part in parts for k, v in part.items()})


OTHERS = st.sampled_from(up_to_two(*IDS))
KNOWN = ("microsoft-exchange-online", "postgresql", "zoom", "nextcloud", "llama-open-weights", "aws", "visa-card")
NAMED = st.one_of(
    st.sampled_from(KNOWN).map(lambda v: {"product": v}),
    st.sampled_from(["Fjord BV", "Gable", "Unheard Of", "Fjorb", "Slack"]).map(lambda v: {"provider": v}),
)
DEPENDENCY = fields(
    NAMED,
    field("contract", st.sampled_from(["k0", "k1", "k2", "k3"])),
    field("delivery", st.sampled_from(["saas", "self_hosted", "bank", "hardware"])),
    field("regions", st.sampled_from([{"processing": ["US", "NL"]}, {"processing": ["NL"], "support": ["US"]}])),
    field("performed_from", st.sampled_from([["US"], ["KR", "NL"]])),
    field("hosted_on", OTHERS),
    field("built_on", st.one_of(OTHERS, st.just(["aws"]), st.just(["Top Inc"]))),
    field("login_via", st.sampled_from(IDS)),
    field("used_by", st.sampled_from([*up_to_two("ada", "ben", "unit-us"), ["everyone"], [{"about": 600}]])),
    field("held_by", fields(field("admins", PEOPLE), field("holder", PEOPLE), field("payer", PEOPLE))),
    field("data", st.sampled_from([{"classes": ["personal"], "keys": "provider"}, {"classes": ["public"]}])),
    field("exits", st.sampled_from([[{"to": "nextcloud"}], [{"to": "x", "tested": "2026-01-01"}]])),
    field("layer", st.sampled_from(["model", "data"])),
    field("standing", st.sampled_from(["private", "official"])),
    field("part_of", st.sampled_from(IDS)),
)
ASSET = fields(
    st.sampled_from(["domain", "backup", "handle"]).map(lambda v: {"kind": v}),
    field("kept_at", st.sampled_from(IDS)),
    field("readable_with", OTHERS),
    field("held_by", PEOPLE),
)
CASES = st.tuples(
    st.tuples(*(DEPENDENCY for _ in IDS)).map(list),
    st.tuples(ASSET, ASSET, ASSET).map(list),
    st.sampled_from(QUESTIONS),
)


def inventory(dependencies: list[Data], assets: list[Data]) -> Inventory:
    parts = {
        **REST,
        "dependencies": [{"id": i, **d} for i, d in zip(IDS, dependencies, strict=True)],
        "assets": [{"id": f"a{i}", **a} for i, a in enumerate(assets)],
    }
    return inventory_of(json.dumps(parts), "inventory.yaml").inventory


def facts(of: Inventory, knowledge: Knowledge, question: Question) -> Facts:
    resolution, graph = resolve(of, knowledge, ON), ownership_graph(of, knowledge, ON)
    asked = designation(question, of, knowledge, ON)
    reaches = find_reaches(of, knowledge, resolution, graph, asked, ON)
    supposed = Supposed(of, knowledge, resolution, graph, ON, SCENARIOS)
    return Facts(of, knowledge, resolution, reaches, asked.target.node if asked.target else None, ON, supposed)


def of_subject(found: Facts, node: str) -> set[Reach]:
    return {replace(found.reaches[i], subjects=()) for i in found.reaches_of.get(node, ())}


def alone(of: Inventory, named: str) -> Inventory:
    """The same world with one dependency, and those that it runs on, is bundled with, or that these run on."""
    by_id = {d.id: d for d in of.dependencies}
    kept: set[str] = set()
    waiting = [named]
    while waiting:
        at = waiting.pop()
        if at in by_id and at not in kept:
            kept.add(at)
            d = by_id[at]
            waiting += [*d.hosted_on, *d.built_on, *(n for n in (d.login_via, d.part_of) if n)]
    return replace(of, dependencies=tuple(d for d in of.dependencies if d.id in kept), assets=(), functions=())


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(CASES)
def test_a_dependency_has_the_reaches_it_has_alone(
    knowledge: Knowledge, case: tuple[list[Data], list[Data], Question]
) -> None:
    dependencies, assets, question = case
    whole = inventory(dependencies, assets)
    together = facts(whole, knowledge, question)
    for named in IDS:
        node = f"dependency:{named}"
        apart = facts(alone(whole, named), knowledge, question)
        assert of_subject(together, node) == of_subject(apart, node)
        mine, its = (f.resolution.supplies[named].backing for f in (together, apart))
        assert (mine.tiers, mine.places, mine.items) == (its.tiers, its.places, its.items)
        assert (mine.unchecked, mine.gaps, mine.known) == (its.unchecked, its.gaps, its.known)


@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(CASES)
def test_reaches_are_told_apart_and_sorted(knowledge: Knowledge, case: tuple[list[Data], list[Data], Question]) -> None:
    found = facts(inventory(*case[:2]), knowledge, case[2])
    without = [replace(r, subjects=()) for r in found.reaches]
    assert len(set(without)) == len(without)
    keys = [(r.concern.rank, r.regime, r.basis.rank, r.party, r.subjects) for r in found.reaches]
    assert keys == sorted(keys)
    for r in found.reaches:
        assert list(r.subjects) == sorted(r.subjects)
        assert all(chain.hops[0].start in ("subject", r.party) for chain in r.chains)


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck), phases=PHASES)
@given(CASES)
def test_a_predicate_gives_everybody_the_answer_it_would_give_them_alone(
    knowledge: Knowledge, packs: tuple[Pack, ...], case: tuple[list[Data], list[Data], Question]
) -> None:
    found = facts(inventory(*case[:2]), knowledge, case[2])
    conditions: Mapping[SubjectKind, list[Condition]] = {
        kind: [r.when for p in packs for r in p.rules if r.subject is kind] for kind in SubjectKind
    }
    for kind, records in (
        (SubjectKind.DEPENDENCY, found.inventory.dependencies),
        (SubjectKind.ASSET, found.inventory.assets),
        (SubjectKind.PERSON, found.inventory.people),
        (SubjectKind.CONTRACT, found.inventory.contracts),
    ):
        subjects = [Subject(kind, f"{kind}:{r.id}", r) for r in records]
        table = Table(found, subjects)
        asked = [*{repr(a): a for c in conditions[kind] for a in asks(c)}.values()]
        asked += [Ask(n, {}) for n, p in PREDICATES.items() if kind in p.subjects and not p.required]
        for ask in asked:
            column = table.column(PREDICATES[ask.predicate])
            for i, subject in enumerate(subjects):
                answer = PREDICATES[ask.predicate].ask(found, subject, ask.arguments)
                assert table.ask(ask, column.of[i]) == answer, (ask, subject.node)
        for condition in conditions[kind]:
            held = [i for i, s in enumerate(subjects) if holds(condition, found, s)]
            assert list(table.who(condition)) == held
            assert sorted(i for _, among in table.classes(condition) for i in among) == held
            assert all(table.answer(condition, i).holds == (i in held) for i in range(len(subjects)))


def asks(condition: Condition) -> Iterator[Ask]:
    match condition:
        case All(of=parts) | AnyOf(of=parts):
            for part in parts:
                yield from asks(part)
        case Not(of=part):
            yield from asks(part)
        case Ask():
            yield condition


def holds(condition: Condition, found: Facts, subject: Subject) -> bool:
    match condition:
        case All(of=parts):
            return all(holds(p, found, subject) for p in parts)
        case AnyOf(of=parts):
            return any(holds(p, found, subject) for p in parts)
        case Not(of=part):
            return not holds(part, found, subject)
        case Ask(predicate=name, arguments=arguments):
            return PREDICATES[name].ask(found, subject, arguments) is not None


def test_many_alike_make_the_findings_of_few(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    """Twice the same dependencies: the same causes, each with both."""
    few = [
        {"product": "microsoft-exchange-online", "contract": "k0", "data": {"classes": ["personal"], "keys": "none"}},
        {"provider": "Fjord BV", "delivery": "saas", "held_by": {"admins": ["ada"]}},
        {"provider": "Unheard Of"},
    ]
    twice = facts(inventory([*few, *few], []), knowledge, Question(None, "self"))
    twins = {f"dependency:d{i}": f"dependency:d{(i + 3) % 6}" for i in range(6)}
    found = evaluate(packs, twice, Profile.ALL, Question(None, "self")).findings
    grouped = [f for f in found if f.cause not in twins]
    assert len(grouped) > 5
    for f in grouped:
        nodes = {s.node for s in f.subjects if s.node in twins}
        functions = {n: twice.functions_of.get(n.partition(":")[2]) for n in nodes}
        for n in nodes:
            needed_alike = twice.functions_of.get(twins[n].partition(":")[2]) == functions[n]
            assert twins[n] in nodes or not needed_alike


@settings(max_examples=150, deadline=None)
@given(st.lists(st.text("abcd gè가B.", max_size=14), max_size=30), st.text("abcd gè가B.", max_size=14))
def test_near_names_are_those_of_difflib(names: list[str], written: str) -> None:
    index = name_index((name, f"i{n % 7}") for n, name in enumerate(names))
    close = get_close_matches(normal_form(written), sorted(index.normal), 3, NEAR)
    expected = tuple(dict.fromkeys(i for n in close for i in index.normal[n]))
    nearest = Nearest((index,))
    assert nearest.near(written) == expected == nearest.near(written)


def test_near_names_with_letters_that_are_very_often_there() -> None:
    index = name_index(("a" * n + "b", f"i{n}") for n in range(10, 40))
    close = get_close_matches("a" * 30, sorted(index.normal), 3, NEAR)
    assert Nearest((index,)).near("a" * 30) == tuple(i for n in close for i in index.normal[n])
