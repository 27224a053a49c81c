"""Facts, packs and decisions: what is refused, with which exit code, and in which words."""

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from auditor.documents import read_text
from auditor.errors import AuditorError, Exit, UnusableData, WrongCall, describe
from auditor.loading import check_knowledge, knowledge_of, load_decisions, load_knowledge, load_packs
from auditor.loading import knowledge as knowledge_room
from auditor.loading import packs as packs_room
from auditor.loading.translated import untranslated
from auditor.model.decisions import Decision
from auditor.model.knowledge import Knowledge
from auditor.model.rules import Pack
from auditor.model.values import Text
from auditor.model.vocabulary import Do, FactStatus, SubjectKind
from auditor.verbs._run import predicate_schemas, predicate_subjects

TODAY = date(2026, 11, 23)
SOURCE = "sources: [{title: T, retrieved: 2026-01-01, status: filing}]"


def said(error: pytest.ExceptionInfo[AuditorError], folder: Path) -> list[str]:
    return describe(error.value.problems).replace(f"{folder}/", "").split("\n")


# -- knowledge ------------------------------------------------------------------------------------------------------


def overlay(folder: Path, text: str, name: str = "over.yaml") -> Path:
    (folder / name).write_text(f"auditor: knowledge/1\n{text}")
    return folder / name


def refused_overlay(folder: Path, text: str) -> list[str]:
    with pytest.raises(WrongCall) as caught:
        load_knowledge([overlay(folder, text)])
    assert caught.value.exit_code is Exit.CALL
    return said(caught, folder)


def test_an_overlay_replaces_a_whole_record(tmp_path: Path, knowledge: Knowledge) -> None:
    path = overlay(
        tmp_path,
        f"entities:\n  - {{id: microsoft, name: Mine Inc., incorporated_in: NL, {SOURCE}}}\n"
        f"  - {{id: new-one, name: New One BV, {SOURCE}}}\n",
    )
    found = load_knowledge([path])
    before, after = knowledge.entities["microsoft"], found.entities["microsoft"]
    assert before.aliases
    assert (after.name, after.incorporated_in, after.headquartered_in, after.aliases, after.ids) == (
        ("Mine Inc.", "NL", None, (), None)
    )
    assert found.entities["new-one"].name == "New One BV"
    assert {i: e for i, e in found.entities.items() if i not in ("microsoft", "new-one")} == {
        i: e for i, e in knowledge.entities.items() if i != "microsoft"
    }
    assert list(found.entities) == sorted(found.entities)
    assert found.overlays == (str(path),)
    assert knowledge.overlays == ()
    assert found.digest != knowledge.digest


def test_an_overlay_replaces_an_effect_row(tmp_path: Path, knowledge: Knowledge) -> None:
    row = knowledge.effects[0]
    text = f"effects:\n  - {{delivery: {row.delivery}, effect: {row.effect}, outcome: survives, note: {{en: N, ko: N}}"
    if row.open_source is not None:
        text += f", open_source: {'yes' if row.open_source else 'no'}"
    found = load_knowledge([overlay(tmp_path, text + "}\n")])
    assert len(found.effects) == len(knowledge.effects)
    assert [r.note.en for r in found.effects if r not in knowledge.effects] == ["N"]


TERMS = (
    "regimes:\n  - {{id: mine, name: My terms, authority: voluntary, citation: c. 1, power: [person], effects: [termination],"
    " periods: [{{status: in_force, note: since the start}}], binds: [{{test: terms_of, of: microsoft, basis: contract,"
    " law_certainty: text, text: {text}}}], carve_outs: [one text, {{en: two, ko: 둘}}], {source}}}\n"
)


def test_an_overlay_may_say_it_in_one_language_or_in_both(tmp_path: Path) -> None:
    found = load_knowledge([overlay(tmp_path, TERMS.format(text="{en: c. 2, ko: 제2조}", source=SOURCE))]).regimes[
        "mine"
    ]
    assert found.binds[0].text == Text("c. 2", "제2조")
    assert [t.in_("ko") for t in found.carve_outs] == ["one text", "둘"]
    assert [t.in_("en") for t in found.carve_outs] == ["one text", "two"]
    assert found.periods[0].note is not None
    assert found.periods[0].note.in_("ko") == "since the start"


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("{ko: 제2조}", "E-MISSING: en is missing"),
        ("{en: c. 2, kr: 제2조}", "E-UNKNOWN-KEY: unknown key `kr`"),
        ("[c. 2]", "E-TYPE: text: expected a text, found a list"),
        ('""', "E-EMPTY-VALUE: text: has no value"),
        ('{en: c. 2, ko: ""}', "E-EMPTY-VALUE: ko: has no value"),
        ("{en: [c. 2]}", "E-TYPE: en: expected a text, found a list"),
    ],
)
def test_a_text_in_two_languages_that_is_none(tmp_path: Path, text: str, wanted: str) -> None:
    (first, *_) = refused_overlay(tmp_path, TERMS.format(text=text, source=SOURCE))
    assert first.partition(": ")[2] == wanted


def test_everything_shipped_is_said_in_both_languages(knowledge: Knowledge) -> None:
    packs = load_packs([], predicate_schemas(), predicate_subjects(), examples=True)
    assert describe(untranslated(knowledge, packs)) == ""
    regime = next(iter(knowledge.regimes.values()))
    pack, rule = packs[0], packs[0].rules[0]
    worse = replace(regime, name_ko=None, to_verify=(Text("only English", ""), Text("both", "둘 다")))
    lone = replace(rule.examples[0], name=Text("alone", "alone"))
    fewer = replace(pack, rules=(replace(rule, examples=(lone,)),))
    said = untranslated(replace(knowledge, regimes={regime.id: worse}), [fewer])
    assert {(p.code, p.message) for p in said} == {
        ("E-NO-KOREAN", f"`{regime.name[:80]}` stands in English alone"),
        ("E-NO-KOREAN", "`only English` stands in English alone"),
        ("E-NO-KOREAN", "`alone` stands in English alone"),
    }
    assert all(p.origin.file and p.origin.line for p in said)


OVERLAYS = {
    "owner": (
        f"entities:\n  - {{id: a, name: A, owned_by: [{{by: microsfot}}], {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: owned_by of `a` names `microsfot`, which is not known",
         "hint: did you mean `microsoft`?"],
    ),
    "country": (
        f"entities:\n  - {{id: a, name: A, incorporated_in: ZZ, {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: a country of `a` names `ZZ`, which is not known"],
    ),
    "operator": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"operated_by: {{default: nobody-at-all}}, {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: operated_by or sold_by of `a` names `nobody-at-all`, which is not known"],
    ),
    "region of an operator": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"sold_by: {{ZZ: microsoft}}, {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: operated_by or sold_by of `a` names `ZZ`, which is not known"],
    ),
    "performed from": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"performed_from: {{value: [ZZ]}}, support_from: {{value: unknown}}, {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: performed_from or support_from of `a` names `ZZ`, which is not known"],
    ),
    "component": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"built_on: [{{as: hosting, product: zzzzzz}}], {SOURCE}}}\n",
        ["over.yaml:3:5: E-DANGLING: built_on of `a` names `zzzzzz`, which is not known"],
    ),
    "no source": (
        "entities:\n  - {id: a, name: A}\n",
        ["over.yaml:3:5: E-NO-SOURCE: `a` has no source", "hint: name one, with its date and status"],
    ),
    "empty sources": (
        "entities:\n  - {id: a, name: A, sources: []}\n",
        ["over.yaml:3:5: E-NO-SOURCE: `a` has no source", "hint: name one, with its date and status"],
    ),
    "twice": (
        f"entities:\n  - {{id: a, name: A, {SOURCE}}}\n  - {{id: a, name: B, {SOURCE}}}\n",
        ["over.yaml:4:5: E-DUP-ID: `a` stands twice among the entities", "also: over.yaml:3:5"],
    ),
    "status": (
        "entities:\n  - {id: a, name: A, sources: [{title: T, retrieved: 2026-01-01, status: filed}]}\n",
        ["over.yaml:3:74: E-VALUE: status: `filed` is not a value here", "hint: write one of statute, filing, provider, press, unverified"],
    ),
    "status of an offer": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"sold_by: {{default: microsoft, status: guess}}, {SOURCE}}}\n",
        ["over.yaml:3:105: E-VALUE: 'guess' is no status",
         "hint: write one of statute, filing, provider, press, unverified"],
    ),
    "performed nowhere": (
        "products:\n  - {id: a, name: A, category: mail, layer: data, delivery: saas, "
        f"performed_from: {{}}, {SOURCE}}}\n",
        ["over.yaml:3:83: E-MISSING: value is missing", "hint: every such entry has one"],
    ),
    "unknown key": (
        f"entities:\n  - {{id: a, name: A, incorporated: NL, {SOURCE}}}\n",
        ["over.yaml:3:22: E-UNKNOWN-KEY: unknown key `incorporated`", "hint: did you mean `incorporated_in`?"],
    ),
    "basis that never stands alone": (
        "regimes:\n  - {id: a, name: A, authority: US, citation: C, periods: [{status: in_force}], power: [person], "
        f"binds: [{{test: listed_on, of: US, basis: direct, law_certainty: text}}], effects: [termination], {SOURCE}}}\n",
        ["over.yaml:3:5: E-BASIS: `a`: listed_on never carries a basis alone"],
    ),
    "owned by without a test": (
        "regimes:\n  - {id: a, name: A, authority: US, citation: C, periods: [{status: in_force}], power: [person], "
        f"binds: [{{test: owned_by, of: US, basis: direct, law_certainty: text}}], effects: [termination], {SOURCE}}}\n",
        ["over.yaml:3:5: E-MISSING: `a`: owned_by needs an ownership test", "hint: name it under `ownership`"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", OVERLAYS)
def test_refused_overlays(tmp_path: Path, case: str) -> None:
    text, expected = OVERLAYS[case]
    assert refused_overlay(tmp_path, text) == expected


def test_a_record_twice_over_two_overlays(tmp_path: Path) -> None:
    one = overlay(tmp_path, f"entities:\n  - {{id: a, name: A, {SOURCE}}}\n", "one.yaml")
    two = overlay(tmp_path, f"entities:\n\n  - {{id: a, name: B, {SOURCE}}}\n", "two.yaml")
    with pytest.raises(WrongCall) as caught:
        load_knowledge([one, two])
    assert said(caught, tmp_path) == [
        "two.yaml:4:5: E-DUP-ID: `a` stands twice among the entities",
        "also: one.yaml:3:5",
    ]


def test_overlays_that_are_none(tmp_path: Path) -> None:
    (tmp_path / "pack.yaml").write_text("auditor: pack/1\n")
    (tmp_path / "empty").mkdir()
    for name, expected in (
        ("pack.yaml", ["pack.yaml:1:10: E-HEADER: the document is headed `pack/1`",
                       "hint: its first line should read `auditor: knowledge/1`"]),
        ("gone.yaml", ["gone.yaml: E-FILE-MISSING: no such file"]),
        ("empty", ["empty: E-EMPTY: no .yaml file in this folder"]),
    ):  # fmt: skip
        with pytest.raises(WrongCall) as caught:
            load_knowledge([tmp_path / name])
        assert said(caught, tmp_path) == expected


@pytest.mark.parametrize(
    "text",
    [
        "auditor: knowledge/1\nentities:\n  - {id: a, name: A}\n",
        "auditor: knowledge/1\nentities: [\n",
        "auditor: knowledge/2\n",
        f"auditor: knowledge/1\nentities: [{{id: a, name: A, {SOURCE}}}, {{id: a, name: A, {SOURCE}}}]\n",
        f"auditor: knowledge/1\nentities: [{{id: a, name: A, owned_by: [{{by: b}}], {SOURCE}}}]\n",
        None,
    ],
)
def test_damaged_shipped_facts_are_unusable_data(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, text: str | None
) -> None:
    folder = tmp_path / "knowledge"
    if text is not None:
        folder.mkdir()
        (folder / "facts.yaml").write_text(text)
    monkeypatch.setattr(knowledge_room, "knowledge_folder", lambda: folder)
    over = overlay(tmp_path, "entities: []\n")
    with pytest.raises(UnusableData) as caught:
        load_knowledge()
    assert caught.value.exit_code is Exit.DATA
    if text is None or ("by: b" not in text and "name: A}" not in text):  # an overlay could have mended those
        with pytest.raises(UnusableData):
            load_knowledge([over])


def test_the_shipped_facts_hold_together(knowledge: Knowledge) -> None:
    assert list(check_knowledge(knowledge)) == []
    assert min(knowledge.counts.values()) > 0


def test_a_performance_that_is_unknown_names_no_country() -> None:
    text = (
        "auditor: knowledge/1\nproducts: [{id: a, name: A, category: c, layer: data, delivery: saas, "
        f"performed_from: {{value: unknown, status: press}}, {SOURCE}}}]\n"
    )
    performed = knowledge_of([read_text(text, "k.yaml")]).products["a"].performed_from
    assert performed is not None
    assert (performed.value, performed.status) == ((), FactStatus.PRESS)


# -- packs ----------------------------------------------------------------------------------------------------------

RULE = """  - id: mine/one
    title: {en: T, ko: T}
    subject: dependency
    severity: high
    when: {delivery: {in: saas}}
    message: {en: "{cause}", ko: "{cause}"}
    remedy: {en: R, ko: R}
    examples:
      - {name: yes, inventory: {dependencies: [{id: x}]}, expect: [mine/one]}
      - {name: no, inventory: {dependencies: [{id: x}]}}
"""
PACK = f"""auditor: pack/1
pack: mine
title: {{en: T, ko: T}}
profiles: [all]
rules:
{RULE}"""


def packs(*paths: Path) -> tuple[Pack, ...]:
    return load_packs(paths, predicate_schemas(), predicate_subjects())


def refused_pack(folder: Path, text: str) -> list[str]:
    (folder / "p.yaml").write_text(text)
    with pytest.raises(WrongCall) as caught:
        packs(folder / "p.yaml")
    assert caught.value.exit_code is Exit.CALL
    return said(caught, folder)


def test_a_pack_loads_beside_the_shipped_ones(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(PACK)
    found = packs(tmp_path / "p.yaml")
    assert [p.pack for p in found] == sorted(p.pack for p in found)
    assert {p.pack for p in found} - {p.pack for p in packs()} == {"mine"}


PLACEHOLDERS = "hint: known: " + ", ".join(sorted(packs_room.PLACEHOLDERS))
PACKS = {
    "unknown predicate": (
        ("{delivery: {in: saas}}", "{delivry: {in: saas}}"),
        ["p.yaml:10:12: E-UNKNOWN-KEY: unknown key `delivry`", "hint: did you mean `delivery`?"],
    ),
    "unknown predicate below": (
        ("{delivery: {in: saas}}", "{all: [{not: {delivry: {in: saas}}}]}"),
        ["p.yaml:10:25: E-UNKNOWN-KEY: unknown key `delivry`", "hint: did you mean `delivery`?"],
    ),
    "wrong argument": (
        ("{delivery: {in: saas}}", "{reached: {effekt: termination}}"),
        ["p.yaml:10:22: E-UNKNOWN-KEY: unknown key `effekt`", "hint: did you mean `effect`?"],
    ),
    "missing argument": (
        ("{delivery: {in: saas}}", "{delivery: {}}"),
        ["p.yaml:10:22: E-MISSING: in is missing", "hint: every such entry has one"],
    ),
    "value of an argument": (
        ("{delivery: {in: saas}}", "{delivery: {in: sass}}"),
        ["p.yaml:10:27: E-VALUE: in: `sass` is not a value here", "hint: did you mean `saas`?"],
    ),
    "value in a list": (
        ("{delivery: {in: saas}}", "{delivery: {in: [saas, sass]}}"),
        ["p.yaml:10:34: E-VALUE: in: `sass` is not a value here", "hint: did you mean `saas`?"],
    ),
    "empty list of an argument": (
        ("{delivery: {in: saas}}", "{delivery: {in: []}}"),
        ["p.yaml:10:27: E-EMPTY-VALUE: in: the list is empty"],
    ),
    "arguments that are none": (
        ("{delivery: {in: saas}}", "{delivery: saas}"),
        ["p.yaml:10:22: E-TYPE: delivery: expected a mapping, found `saas`"],
    ),
    "two predicates": (
        ("{delivery: {in: saas}}", "{delivery: {in: saas}, category: {in: mail}}"),
        ["p.yaml:10:11: E-CONDITION: a condition has exactly one key",
         "hint: put several into all: [ … ] or any: [ … ]"],
    ),
    "no condition": (
        ("{delivery: {in: saas}}", "{}"),
        ["p.yaml:10:11: E-CONDITION: a condition has exactly one key",
         "hint: put several into all: [ … ] or any: [ … ]"],
    ),
    "nothing to hold": (
        ("{delivery: {in: saas}}", "{all: []}"),
        ["p.yaml:10:17: E-EMPTY-VALUE: all: the list is empty"],
    ),
    "an expression": (
        ("{delivery: {in: saas}}", '"().__class__"'),
        ["p.yaml:10:11: E-TYPE: when: expected a mapping, found `().__class__`"],
    ),
    "wrong subject for a predicate": (
        ("subject: dependency", "subject: contract"),
        ["p.yaml:10:11: E-SUBJECT: `delivery` cannot be asked of a contract",
         "hint: it can be asked of: dependency"],
    ),
    "unknown placeholder": (
        ('message: {en: "{cause}"', 'message: {en: "{casue} {cause}"'),
        ["p.yaml:6:5: E-PLACEHOLDER: `{casue}` stands for nothing", PLACEHOLDERS],
    ),
    "unknown placeholder in the Korean remedy": (
        ("remedy: {en: R, ko: R}", 'remedy: {en: R, ko: "{cause.__class__}"}'),
        ["p.yaml:6:5: E-PLACEHOLDER: `{cause.__class__}` stands for nothing", PLACEHOLDERS],
    ),
    "placeholder that is not closed": (
        ("remedy: {en: R,", 'remedy: {en: "R {cause",'),
        ["p.yaml:6:5: E-PLACEHOLDER: `{{}` stands for nothing", PLACEHOLDERS],
    ),
    "no example that passes": (
        ("      - {name: no, inventory: {dependencies: [{id: x}]}}\n", ""),
        ["p.yaml:6:5: E-EXAMPLES: the rule `mine/one` needs one example that sets it off and one that does not"],
    ),
    "no example that fires": (
        (", expect: [mine/one]", ""),
        ["p.yaml:6:5: E-EXAMPLES: the rule `mine/one` needs one example that sets it off and one that does not"],
    ),
    "name of another pack": (
        ("id: mine/one", "id: theirs/one"),
        ["p.yaml:6:5: E-EXAMPLES: the rule `theirs/one` needs one example that sets it off and one that does not",
         "p.yaml:6:5: E-RULE-ID: the rule `theirs/one` does not carry its pack's name", "hint: write `mine/one`"],
    ),
    "no rules": (
        (f"rules:\n{RULE}", "rules: []\n"),
        ["p.yaml:1:1: E-EMPTY: the pack `mine` has no rules"],
    ),
    "rule twice": (
        (RULE, RULE + RULE),
        ["p.yaml:16:5: E-DUP-ID: the rule `mine/one` stands twice", "also: p.yaml:6:5"],
    ),
    "code hook": (
        ("    severity: high\n", "    severity: high\n    run: touch somewhere\n"),
        ["p.yaml:10:5: E-UNKNOWN-KEY: unknown key `run`", "hint: write one of id, title, subject, severity, when, message, remedy, group_by, prohibition, law, "
         "references, examples"],
    ),
    "plug-in": (
        ("profiles: [all]\n", "profiles: [all]\nplugin: ./evil.py\n"),
        ["p.yaml:5:1: E-UNKNOWN-KEY: unknown key `plugin`", "hint: write one of pack, title, profiles, rules, applies_to, needs_lists, needs_question, from, until"],
    ),
    "include": (
        ("profiles: [all]\n", "profiles: [all]\ninclude: https://rules.example/p.yaml\n"),
        ["p.yaml:5:1: E-UNKNOWN-KEY: unknown key `include`",
         "hint: write one of pack, title, profiles, rules, applies_to, needs_lists, needs_question, from, until"],
    ),
    "severity": (
        ("severity: high", "severity: worst"),
        ["p.yaml:9:15: E-VALUE: severity: `worst` is not a value here", "hint: write one of critical, high, medium, low"],
    ),
    "one language": (
        ("remedy: {en: R, ko: R}", "remedy: {en: R}"),
        ["p.yaml:12:13: E-MISSING: ko is missing", "hint: every text has one"],
    ),
    "header": (
        ("auditor: pack/1", "auditor: pack/2"),
        ["p.yaml:1:10: E-HEADER: the document is headed `pack/2`",
         "hint: its first line should read `auditor: pack/1`"],
    ),
    "a scenario that was named": (
        ("auditor: pack/1", "auditor: scenario/1"),
        ["p.yaml:1:10: E-HEADER: the document is headed `scenario/1`",
         "hint: its first line should read `auditor: pack/1`"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", PACKS)
def test_refused_packs(tmp_path: Path, case: str) -> None:
    (old, new), expected = PACKS[case]
    assert PACK.count(old) == 1, case
    assert refused_pack(tmp_path, PACK.replace(old, new)) == expected


def test_a_pack_of_the_name_of_another(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(PACK)
    (tmp_path / "b.yaml").write_text("# again\n" + PACK)
    with pytest.raises(WrongCall) as caught:
        packs(tmp_path)
    assert said(caught, tmp_path) == [
        "b.yaml:2:1: E-DUP-PACK: a pack named `mine` is there already",
        "hint: give it a name of its own",
        "also: a.yaml:1:1",
    ]


def test_a_pack_cannot_take_the_place_of_a_shipped_one(tmp_path: Path, packs: tuple[Pack, ...]) -> None:
    shipped = packs[0].pack
    (tmp_path / "p.yaml").write_text(PACK.replace("pack: mine", f"pack: {shipped}").replace("mine/", f"{shipped}/"))
    with pytest.raises(WrongCall) as caught:
        load_packs([tmp_path / "p.yaml"], predicate_schemas(), predicate_subjects())
    assert [p.code for p in caught.value.problems] == ["E-DUP-PACK"]


def test_scenarios_may_lie_beside_packs(tmp_path: Path) -> None:
    (tmp_path / "p.yaml").write_text(PACK)
    (tmp_path / "s.yaml").write_text("auditor: scenario/1\n")
    assert "mine" in {p.pack for p in packs(tmp_path)}
    (tmp_path / "i.yaml").write_text("auditor: inventory/1\n")
    with pytest.raises(WrongCall) as caught:
        packs(tmp_path)
    assert said(caught, tmp_path)[0] == "i.yaml:1:10: E-HEADER: the document is headed `inventory/1`"


def test_paths_of_packs_that_lead_nowhere(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    for name in ("gone.yaml", "empty"):
        with pytest.raises(WrongCall):
            packs(tmp_path / name)


def test_no_shipped_rules_are_no_rules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(packs_room, "rules_folder", lambda: tmp_path)
    with pytest.raises(WrongCall) as caught:
        packs()
    assert [p.code for p in caught.value.problems] == ["E-EMPTY"]


def test_every_predicate_is_known_with_its_subjects() -> None:
    names = {name for name, _ in predicate_schemas()}
    assert names == set(predicate_subjects())
    assert all(kinds and set(kinds) <= set(SubjectKind) for kinds in predicate_subjects().values())


# -- decisions ------------------------------------------------------------------------------------------------------

FINDING = "0123456789abcdef" * 4
GIVEN = {
    "id": "d-1",
    "do": "accept",
    "finding": FINDING[:12],
    "reason": "moving away",
    "proposer": "anna",
    "approver": "ben",
    "created": "2026-11-01",
    "until": "2027-05-01",
}
CLOSED = {k: v for k, v in GIVEN.items() if k not in ("reason", "until")} | {"do": "close"}


def decided(folder: Path, *decisions: dict[str, str], today: date = TODAY) -> tuple[Decision, ...]:
    lines = ["auditor: decisions/1", "decisions:"]
    for given in decisions:
        lines.append("  - {" + ", ".join(f"{k}: {v}" for k, v in given.items()) + "}")
    (folder / "d.yaml").write_text("\n".join(lines) + "\n")
    return load_decisions([folder / "d.yaml"], today)


def refused_decision(folder: Path, *decisions: dict[str, str]) -> list[str]:
    with pytest.raises(WrongCall) as caught:
        decided(folder, *decisions)
    assert caught.value.exit_code is Exit.CALL
    return said(caught, folder)


def without(*keys: str) -> dict[str, str]:
    return {k: v for k, v in GIVEN.items() if k not in keys}


def test_a_decision(tmp_path: Path) -> None:
    (decision,) = decided(tmp_path, GIVEN)
    assert (decision.id, decision.do, decision.finding, decision.until) == (
        ("d-1", Do.ACCEPT, "0123456789ab", date(2027, 5, 1))
    )
    assert (decision.origin.line, decision.origin.pointer) == (3, "/decisions/0")


def test_decisions_are_sorted_by_id(tmp_path: Path) -> None:
    assert [d.id for d in decided(tmp_path, GIVEN | {"id": "z"}, GIVEN | {"id": "a"})] == ["a", "z"]


LICENCE = "{issuer: OFAC, number: N-1, scope: mail, until: 2027-01-01}"
NO_LICENCE = [
    "d.yaml:3:5: E-EVIDENCE: `d-1`: the licence lacks its number, scope or expiry",
    "hint: write number, scope, and until: with a date or perpetual",
]
EITHER = "hint: write either finding, or rule and subject"
NO_FINGERPRINT = "hint: copy at least 12 digits of it from the report"
ONE_THING = "hint: name the finding, or the rule and its subject"
ANOTHER = ["d.yaml:3:5: E-APPROVER: `d-1`: proposer and approver are the same", "hint: another person has to agree"]
DECISIONS = {
    # the kinds of the hostile corpus: no expiry, wildcards, a time zone, created in the future, one id twice
    "no expiry": (without("until"), ["d.yaml:3:5: E-EXPIRY: `d-1` has no last day", "hint: write until: and a date"]),
    "no expiry of a dismissal": (
        without("until") | {"do": "dismiss"},
        ["d.yaml:3:5: E-EXPIRY: `d-1` has no last day", "hint: write until: and a date"],
    ),
    "expiry never": (
        GIVEN | {"until": "perpetual"},
        ["d.yaml:3:130: E-DATE: until: 'perpetual' is not a date", "hint: write year-month-day, like 2026-11-23"],
    ),
    "expiry null": (
        GIVEN | {"until": "null"},
        ["d.yaml:3:130: E-DATE: until: 'null' is not a date", "hint: write year-month-day, like 2026-11-23"],
    ),
    "expiry with a time zone": (
        GIVEN | {"until": '"2026-11-23T23:30:00-10:00"'},
        ["d.yaml:3:130: E-DATE: until: '2026-11-23T23:30:00-10:00' is not a date",
         "hint: write year-month-day, like 2026-11-23"],
    ),
    "expiry that is no day": (
        GIVEN | {"until": "2027-02-29"},
        ["d.yaml:3:130: E-DATE: until: '2027-02-29' is not a date", "hint: write year-month-day, like 2026-11-23"],
    ),
    "everything": (
        GIVEN | {"finding": '"*"'},
        ["d.yaml:3:5: E-DECISION-WIDE: `d-1` is for `*`: a decision is for one thing", ONE_THING],
    ),
    "every rule": (
        without("finding") | {"rule": "us-termination/*", "subject": "m"},
        ["d.yaml:3:5: E-DECISION-WIDE: `d-1` is for `us-termination/*`: a decision is for one thing", ONE_THING],
    ),
    "every subject": (
        without("finding") | {"rule": "us-termination/bound", "subject": "ALL"},
        ["d.yaml:3:5: E-DECISION-WIDE: `d-1` is for `ALL`: a decision is for one thing", ONE_THING],
    ),
    "created in the future": (
        GIVEN | {"created": "2026-11-24"},
        ["d.yaml:3:5: E-CLOCK: `d-1` was created in the future (2026-11-24)",
         "hint: look at the date, and at the clock"],
    ),
    "ends before it begins": (
        GIVEN | {"until": "2026-10-31"},
        ["d.yaml:3:5: E-DECISION: `d-1` ends before it begins"],
    ),
    "short fingerprint": (
        GIVEN | {"finding": FINDING[:11]},
        [f"d.yaml:3:5: E-FINGERPRINT: `d-1`: `{FINDING[:11]}` is no fingerprint", NO_FINGERPRINT],
    ),
    "fingerprint of other characters": (
        GIVEN | {"finding": "0123456789aB"},
        ["d.yaml:3:5: E-FINGERPRINT: `d-1`: `0123456789aB` is no fingerprint", NO_FINGERPRINT],
    ),
    "nothing named": (without("finding"), ["d.yaml:3:5: E-DECISION: `d-1` names nothing", EITHER]),
    "rule alone": (
        without("finding") | {"rule": "a/b"},
        ["d.yaml:3:5: E-DECISION: `d-1` names rule", EITHER],
    ),
    "subject alone": (
        without("finding") | {"subject": "m"},
        ["d.yaml:3:5: E-DECISION: `d-1` names subject", EITHER],
    ),
    "finding and rule": (
        GIVEN | {"rule": "a/b"},
        ["d.yaml:3:5: E-DECISION: `d-1` names finding and rule", EITHER],
    ),
    "all three": (
        GIVEN | {"rule": "a/b", "subject": "m"},
        ["d.yaml:3:5: E-DECISION: `d-1` names finding and rule and subject", EITHER],
    ),
    "no reason": (without("reason"), ["d.yaml:3:5: E-DECISION: `d-1` has no reason", "hint: say why"]),
    "empty reason": (
        GIVEN | {"reason": '" "'},
        ["d.yaml:3:58: E-EMPTY-VALUE: reason: has no value", "hint: write a value, or remove the key"],
    ),
    "own approval": (GIVEN | {"approver": "anna"}, ANOTHER),
    "own approval in capitals": (GIVEN | {"approver": '" ANNA"'}, ANOTHER),
    "own approval in wide letters": (GIVEN | {"approver": "ａｎｎａ"}, ANOTHER),
    "own approval with a joiner": (GIVEN | {"approver": '"an\u200dna"'}, ANOTHER),
    "no approver": (
        without("approver"),
        ["d.yaml:3:5: E-MISSING: approver is missing", "hint: every decision has one"],
    ),
    "unknown deed": (
        GIVEN | {"do": "ignore"},
        ["d.yaml:3:19: E-VALUE: do: `ignore` is not a value here", "hint: write one of accept, dismiss, confirm, close"],
    ),
    "unknown key": (
        GIVEN | {"expires": "2027-01-01"},
        ["d.yaml:3:142: E-UNKNOWN-KEY: unknown key `expires`",
         "hint: write one of id, do, proposer, approver, created, finding, rule, subject, reason, evidence, until, scope"],
    ),
    # who closes a prohibition shows evidence
    "closed without evidence": (
        CLOSED,
        ["d.yaml:3:5: E-EVIDENCE: `d-1` closes without evidence", "hint: give identifiers, a licence, or an opinion"],
    ),
    "closed with empty evidence": (
        CLOSED | {"evidence": "{}"},
        ["d.yaml:3:5: E-EVIDENCE: `d-1` closes without evidence", "hint: give identifiers, a licence, or an opinion"],
    ),
    "licence without number": (CLOSED | {"evidence": "{licence: {issuer: O, scope: S, until: 2027-01-01}}"}, NO_LICENCE),
    "licence without scope": (CLOSED | {"evidence": "{licence: {issuer: O, number: N, until: 2027-01-01}}"}, NO_LICENCE),
    "licence without expiry": (CLOSED | {"evidence": "{licence: {issuer: O, number: N, scope: S}}"}, NO_LICENCE),
    "licence of unknown expiry": (
        CLOSED | {"evidence": "{licence: {issuer: O, number: N, scope: S, until: unknown}}"},
        NO_LICENCE,
    ),
    "licence that ends none": (
        CLOSED | {"evidence": "{licence: {issuer: O, number: N, scope: S, until: none}}"},
        NO_LICENCE,
    ),
    "opinion without a date": (
        CLOSED | {"evidence": "{opinion: {author: Counsel}}"},
        ["d.yaml:3:121: E-MISSING: date is missing", "hint: every opinion has one"],
    ),
}  # fmt: skip


@pytest.mark.parametrize("case", DECISIONS)
def test_refused_decisions(tmp_path: Path, case: str) -> None:
    given, expected = DECISIONS[case]
    assert refused_decision(tmp_path, given) == expected


@pytest.mark.parametrize(
    "given",
    [
        GIVEN | {"created": "2026-11-23"},
        GIVEN | {"until": "2026-11-01"},  # over since long: triage says so and the finding counts again
        GIVEN | {"do": "dismiss"},
        without("until") | {"do": "confirm"},
        without("finding") | {"rule": "us-termination/bound", "subject": "m"},
        GIVEN | {"finding": FINDING},
        CLOSED | {"evidence": "{identifiers: born in another year}"},
        CLOSED | {"evidence": f"{{licence: {LICENCE}}}"},
        CLOSED | {"evidence": f"{{licence: {LICENCE.replace('2027-01-01', 'perpetual')}}}"},
        CLOSED | {"evidence": "{opinion: {author: Counsel, date: 2026-10-01}}"},
    ],
)
def test_decisions_that_stand(tmp_path: Path, given: dict[str, str]) -> None:
    assert len(decided(tmp_path, given)) == 1


def test_two_decisions_with_one_id(tmp_path: Path) -> None:
    assert refused_decision(tmp_path, GIVEN, GIVEN | {"until": "2027-06-01"}) == [
        "d.yaml:4:5: E-DUP-ID: the decision `d-1` stands twice",
        "also: d.yaml:3:5",
    ]


def test_all_problems_of_decisions_are_told(tmp_path: Path) -> None:
    one = without("until", "reason") | {"approver": "anna"}
    two = GIVEN | {"id": "d-2", "finding": "x", "created": "2027-01-01"}
    assert [line for line in refused_decision(tmp_path, one, two) if not line.startswith("hint")] == [
        "d.yaml:3:5: E-APPROVER: `d-1`: proposer and approver are the same",
        "d.yaml:3:5: E-DECISION: `d-1` has no reason",
        "d.yaml:3:5: E-EXPIRY: `d-1` has no last day",
        "d.yaml:4:5: E-CLOCK: `d-2` was created in the future (2027-01-01)",
        "d.yaml:4:5: E-FINGERPRINT: `d-2`: `x` is no fingerprint",
    ]


@pytest.mark.parametrize("days", [-1, 0, 1])
def test_the_day_of_a_decision_is_a_day_everywhere(tmp_path: Path, days: int) -> None:
    given = GIVEN | {"created": (TODAY + timedelta(days=days)).isoformat()}
    if days > 0:
        assert "E-CLOCK" in refused_decision(tmp_path, given)[0]
    else:
        assert decided(tmp_path, given)


def test_a_decisions_file_is_one(tmp_path: Path) -> None:
    (tmp_path / "i.yaml").write_text("auditor: inventory/1\n")
    for path, code in ((tmp_path / "i.yaml", "E-HEADER"), (tmp_path / "gone.yaml", "E-FILE-MISSING")):
        with pytest.raises(WrongCall) as caught:
            load_decisions([path], TODAY)
        assert [p.code for p in caught.value.problems] == [code]
