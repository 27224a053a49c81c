"""The packs over scenarios and causes: whole outputs on the shipped inventories, and the names of scenarios in rules."""

import re
from pathlib import Path

import pytest

from auditor.audit import Given, audit
from auditor.examples import try_examples
from auditor.loading import load_inventory, load_scenarios
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.report import Finding, Question, Report
from auditor.model.rules import Pack
from auditor.model.vocabulary import Profile, Severity
from auditor.verbs import _run
from tests.conftest import ON, ROOT, Auditing
from tests.runs import Within, within

NEW = ("concentration", "exit-readiness", "people-and-payments")

FOUND = {
    "inventories/icc-2025.yaml": (
        "medium concentration/alternatives-country country:US: hearings",
        "medium concentration/country country:IE: case-files mail",
        "medium concentration/country country:US: case-files hearings mail",
        "medium concentration/country-half country:US: icc",
        "low concentration/law org:icc: case-files hearings mail payroll",
        "medium concentration/parent entity:microsoft: case-files mail",
        "medium concentration/parent party:data-centre: case-files hearings",
        "medium concentration/parent party:record-maker: case-files hearings",
        "medium concentration/parent-third entity:microsoft: icc",
        "medium exit-readiness/data-return-short contract:microsoft: evidence exchange sharepoint",
        "medium exit-readiness/escrow org:icc: case-system",
        "medium exit-readiness/names org:icc: mail",
        "high exit-readiness/no-way-back entity:microsoft: mail office",
        "high exit-readiness/shared-chain org:icc: exchange",
        "high exit-readiness/too-late entity:cisco: hearings",
        "high exit-readiness/too-late entity:microsoft: case-files mail",
        "medium exit-readiness/unrehearsed org:icc: entra evidence sharepoint teams webex",
        "medium people-and-payments/one-holder-of-office person:it-head: it-head",
    ),
    "inventories/relief-organisation.yaml": (
        "medium concentration/alternatives-country country:IE: office",
        "medium concentration/alternatives-country country:US: cash-aid field-purchases office",
        "medium concentration/country country:IE: mail protection",
        "medium concentration/country country:US: cash-aid mail protection",
        "medium concentration/country-half country:US: cst",
        "low concentration/law org:cst: cash-aid mail protection",
        "medium concentration/parent entity:microsoft: mail protection",
        "medium concentration/reseller party:reseller: cash-aid mail protection",
        "medium exit-readiness/data-return-short contract:cloud: cloud-root",
        "medium exit-readiness/names org:cst: donations mail",
        "high exit-readiness/no-way-back entity:amazon: cash-aid",
        "high exit-readiness/no-way-back entity:crowdstrike-holdings: office",
        "high exit-readiness/no-way-back entity:icann: donations",
        "high exit-readiness/no-way-back entity:microsoft: mail office protection",
        "high exit-readiness/no-way-back party:sky-logistics: logistics",
        "high exit-readiness/no-way-back party:storm-pay-group: field-purchases",
        "medium exit-readiness/only-text org:cst: entra mobile-money sms",
        "high exit-readiness/shared-chain org:cst: exchange zoom",
        "high exit-readiness/too-late entity:microsoft: mail",
        "high exit-readiness/too-late entity:openai-foundation: case-search",
        "medium people-and-payments/card-holder person:p-finance: p-finance",
        "medium people-and-payments/card-holder person:p-ke: p-ke",
        "medium people-and-payments/card-holder person:p-ua: p-ua",
        "medium people-and-payments/dollars-stop org:cst: cash-aid logistics",
        "medium people-and-payments/one-holder-of-office person:p-prot: p-prot",
        "high people-and-payments/one-person person:p-admin: protection",
        "high people-and-payments/one-person person:p-prot: cash-aid donations mail protection",
        "low people-and-payments/prepaid-unknown org:cst: case-files cloud-root entra exchange",
        "medium people-and-payments/private-footing org:cst: signal slack",
        "high people-and-payments/stand-aside-alone person:p-admin: p-admin",
        "high people-and-payments/stand-aside-alone person:p-cloud: p-cloud",
    ),
    "inventories/auditor-self.yaml": (
        "high concentration/parent-half entity:python-software-foundation: auditor-project",
    ),
    "examples/minimal.yaml": (
        "medium exit-readiness/names org:harbour: mail",
        "high exit-readiness/no-way-back entity:hetzner: treatment",
        "high exit-readiness/too-late entity:microsoft: mail",
        "medium exit-readiness/unrehearsed org:harbour: exchange",
        "medium people-and-payments/one-bank party:bank: harbour",
        "high people-and-payments/one-person person:admin: treatment",
        "high people-and-payments/one-person person:director: salaries treatment",
    ),
}
"""Every finding of the three packs on what is shipped: severity, rule, cause, subjects."""


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> Within:
    return within(monkeypatch, knowledge)


def report_of(inventory: Inventory, question: Question, knowledge: Knowledge, packs: tuple[Pack, ...]) -> Report:
    given = Given(ON, ON, question, scenarios=load_scenarios())
    return audit(inventory, knowledge, packs, given)


def mine(report: Report) -> list[Finding]:
    return [f for f in report.findings if f.pack in NEW]


def shown(f: Finding) -> str:
    return f"{f.severity} {f.rule} {f.cause}: {' '.join(s.node.partition(':')[2] for s in f.subjects)}"


# -- what is shipped ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("file", FOUND)
def test_what_the_packs_find_in_the_shipped_inventories(
    file: str, knowledge: Knowledge, packs: tuple[Pack, ...]
) -> None:
    question = Question("US", "person:prosecutor") if "icc" in file else Question()
    report = report_of(load_inventory([ROOT / file]).inventory, question, knowledge, packs)
    assert tuple(map(shown, sorted(mine(report), key=lambda f: (f.rule, f.cause)))) == FOUND[file]
    for f in mine(report):
        for text in (f.title, f.message, f.remedy):
            assert "–" not in text.en, text.en  # an empty list in a sentence
            assert "–" not in text.ko, text.ko
            assert not re.search("sanctioned|blacklist", text.en, re.IGNORECASE), text.en


def test_the_demo_is_not_flooded(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    inventory = load_inventory([ROOT / "inventories/icc-2025.yaml"]).inventory
    report = report_of(inventory, Question("US", "person:prosecutor"), knowledge, packs)
    loud = [f for f in mine(report) if f.severity in (Severity.CRITICAL, Severity.HIGH)]
    assert len(loud) <= 5
    assert mine(report)[0].rule != report.findings[0].rule


def test_findings_of_scenarios_carry_the_chain_and_the_law(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    inventory = load_inventory([ROOT / "inventories/icc-2025.yaml"]).inventory
    report = report_of(inventory, Question(), knowledge, packs)
    found = next(f for f in mine(report) if f.rule == "exit-readiness/too-late" and f.cause == "entity:cisco")
    assert [h.end for h in found.chains[0].hops] == [
        "dependency:webex",
        "entity:cisco",
        "country:US",
        "regime:us-eo14203-icc",
    ]
    assert found.laws == ("us-eo14203-icc", "us-glomag", "us-sdgt")
    assert set(found.laws) <= set(report.laws)


def test_the_packs_never_run_in_a_build(packs: tuple[Pack, ...]) -> None:
    new = [p for p in packs if p.pack in NEW]
    assert [p.pack for p in new] == sorted(NEW)
    assert all(set(p.profiles) == {Profile.ORG, Profile.ALL} for p in new)


def test_a_gate_reads_no_scenario(command: Within, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []
    monkeypatch.setattr(_run, "scenarios_beside", lambda packs: asked.append(packs) or load_scenarios())
    command("gate", ROOT / "examples/minimal.yaml", "--as-of", str(ON))
    assert asked == []
    command("audit", ROOT / "examples/minimal.yaml", "--as-of", str(ON))
    assert asked == [[]]


# -- one thing changed, one finding changed -------------------------------------------------------------------------

CALLS = """
auditor: inventory/1
organization: {id: example, name: Example, seat: NL}
parties: [{id: telco, name: Kabel BV, country: NL}]
functions: [{id: calls, criticality: critical, tolerable_outage: 3d, needs: [zoom]}]
dependencies:
  - {id: zoom, product: zoom, exits: [EXIT]}
  - {id: phones, provider: telco, delivery: telephony}
"""
WAYS = {
    "{to: phones, lead_time: 1d, tested: 2026-05-01}": [],
    "{to: phones, lead_time: 4d, tested: 2026-05-01}": ["too-late"],
    "{to: phones, tested: 2026-05-01}": ["no-way-back"],
    "{to: phones, lead_time: 1d}": ["unrehearsed"],
    "{to: slack, lead_time: 1d, tested: 2026-05-01}": ["no-way-back", "shared-chain"],
    "{to: paper, lead_time: 1d, tested: 2026-05-01}": ["no-way-back", "only-text"],
    "": ["no-way-back"],
    "{to: slack}, {to: paper}": ["no-way-back", "only-text"],
    "{to: slack}, {to: paper}, {to: phones, lead_time: 1d, tested: 2026-05-01}": [],
}


@pytest.mark.parametrize("way", WAYS)
def test_each_state_of_the_ways_out_is_told_once(way: str, auditing: Auditing) -> None:
    report = auditing(CALLS.replace("EXIT", way), scenarios=load_scenarios(), by="US", who="self")
    told = sorted(f.rule.partition("/")[2] for f in report.findings if f.pack == "exit-readiness")
    assert told == WAYS[way]


# -- names of scenarios ---------------------------------------------------------------------------------------------

PACK = """
auditor: pack/1
pack: mine
title: {en: Mine, ko: 우리 규칙}
profiles: [org]
rules:
  - id: mine/stops
    title: {en: It stops, ko: 중단}
    subject: function
    severity: high
    when: {stops_under: {scenario: SCENARIO}}
    message: {en: "{subjects} stops.", ko: "{subjects} 중단."}
    remedy: {en: Prepare., ko: 준비하십시오.}
    examples:
      - name: {en: stops, ko: 중단}
        inventory: {functions: [{id: calls, needs: [zoom]}], dependencies: [{id: zoom, product: zoom}]}
        expect: [mine/stops]
      - name: {en: goes on, ko: 유지}
        inventory: {functions: [{id: files, needs: [vm]}], dependencies: [{id: vm, product: nextcloud}]}
"""
OWN = """
auditor: scenario/1
scenarios:
  - {id: mine-us, title: {en: Mine, ko: 우리 시나리오}, acts: [{by: US, who: self}]}
"""


@pytest.mark.parametrize("verb", ["audit", "gate", "whatif", "check"])
def test_a_scenario_that_nobody_knows(verb: str, command: Within, tmp_path: Path) -> None:
    pack = tmp_path / "p.yaml"
    pack.write_text(PACK.replace("SCENARIO", "us-lists-organization"))
    ran = command(verb, pack) if verb == "check" else command(verb, ROOT / "examples/minimal.yaml", "--rules", pack)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.err.splitlines() == [
        f"{pack}:11:11: E-DANGLING: scenario names `us-lists-organization`, which is not known",
        "hint: did you mean `us-lists-organisation`?",
    ]


def test_a_pack_may_bring_scenarios_of_its_own(command: Within, tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(PACK.replace("SCENARIO", "mine-us"))
    (tmp_path / "s.yaml").write_text(OWN)
    assert command("check", tmp_path).code == 0
    for verb in ("audit", "whatif"):
        ran = command(verb, ROOT / "examples/minimal.yaml", "--rules", tmp_path, "-f", "json")
        assert (ran.code, "mine/stops" in ran.out) == (0, True), ran.err
    (tmp_path / "s.yaml").write_text(OWN.replace("mine-us", "dollars-stop"))
    ran = command("audit", ROOT / "examples/minimal.yaml", "--rules", tmp_path)
    assert (ran.code, ran.codes) == (2, ["E-DUP-ID"])
    (tmp_path / "s.yaml").write_text(OWN.replace("by: US", "by: ZZ"))
    ran = command("audit", ROOT / "examples/minimal.yaml", "--rules", tmp_path)
    assert (ran.code, ran.codes) == (2, ["E-DANGLING"])


def test_explain_knows_a_finding_of_a_scenario_and_its_rule(command: Within) -> None:
    file = ROOT / "examples/minimal.yaml"
    rule = command("explain", "exit-readiness/too-late")
    assert rule.code == 0
    assert "stops_under(scenario: us-lists-organisation | top-parent-withdraws" in rule.out.replace("\n", " ")
    listed = command("audit", file, "--as-of", str(ON))
    mark = re.search(r"exit-readiness/too-late ([0-9a-f]{12})", listed.out)
    assert mark is not None
    told = command("explain", mark[1], file, "--as-of", str(ON))
    assert told.code == 0
    assert "stops_under" in told.out


def test_examples_pass_with_scenarios_and_fail_without(packs: tuple[Pack, ...], knowledge: Knowledge) -> None:
    of = {p.pack: p for p in packs if p.pack in NEW}
    for pack in of.values():
        assert [t for t in try_examples(pack, knowledge, ON) if not t.passed] == []
    without = {name: any(not t.passed for t in try_examples(of[name], knowledge, ON, ())) for name in NEW}
    assert without == {"concentration": False, "exit-readiness": True, "people-and-payments": True}


def test_examples_name_products_that_there_are(packs: tuple[Pack, ...], knowledge: Knowledge) -> None:
    """A product that nobody knows is an unknown, not an error: a slip in an example would go unseen."""
    named = [
        (e.name.en, product)
        for p in packs
        if p.pack in NEW
        for r in p.rules
        for e in r.examples
        for d in e.inventory.value.get("dependencies", ())  # type: ignore[attr-defined]
        if (product := d.get("product")) is not None
    ]
    assert len(named) > 100
    assert [(name, str(product)) for name, product in named if str(product) not in knowledge.products] == []
