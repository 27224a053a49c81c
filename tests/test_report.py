"""The whole report as data: nothing is lost, nothing is made up, and the schema that is printed describes it."""

import json
from dataclasses import dataclass, field, fields, replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator

from auditor.audit import Given, audit
from auditor.loading import link, load_inventory
from auditor.loading.shipped import inventories_folder
from auditor.model.codec import from_data, schema_of, to_data
from auditor.model.decisions import Decision
from auditor.model.knowledge import Knowledge
from auditor.model.report import Finding, Ledger, Node, Question, Report, Subject
from auditor.model.rules import Pack
from auditor.model.values import Origin
from auditor.model.vocabulary import Bin, Do, Profile, Severity
from auditor.reporters import Style, formats, reporter
from auditor.reporters import json as json_reporter
from auditor.sinks import json_text
from auditor.triage import Policy

ON = date(2026, 11, 23)
RICH = Path(__file__).parent / "rich.yaml"
INVENTORIES = [RICH, *sorted(inventories_folder().glob("*.yaml"))]
QUESTIONS = {
    "nobody": Question(),
    "by": Question("US"),
    "self": Question("US", "self"),
    "any state": Question(None, "self"),
    "country": Question("EU", "country:US"),
    "person": Question("US", "person"),
    "voluntary": Question("voluntary", "self"),
}


@pytest.fixture(scope="module")
def validator() -> Draft7Validator:
    schema = schema_of(Report)
    Draft7Validator.check_schema(schema)
    return Draft7Validator(schema)


def made(path: Path, question: Question, knowledge: Knowledge, packs: tuple[Pack, ...], **given: Any) -> Report:
    found = load_inventory([path])
    assert link(found.inventory, knowledge) == []
    if question.who == "person":
        people = sorted(p.id for p in found.inventory.people)
        if not people:
            pytest.skip("it has no people")
        question = Question(question.by, f"person:{people[0]}")
    return audit(found.inventory, knowledge, packs, Given(ON, ON, question, Profile.ALL, inputs=found.inputs, **given))


def plainly(data: dict[str, Any]) -> bytes:
    """The bytes of a report in the shortest way: plain data, put into JSON a record to a line."""

    def compact(value: Any) -> str:
        return json_text(json.dumps(value, ensure_ascii=False))

    def part(value: Any) -> str:
        if not isinstance(value, (list, dict)):
            return compact(value)
        start, end = "[]" if isinstance(value, list) else "{}"
        records = value if isinstance(value, list) else [f"{compact(k)}: {compact(v)}" for k, v in value.items()]
        lines = ",".join(f"\n  {compact(r) if isinstance(value, list) else r}" for r in records)
        return start + lines + ("\n" if value else "") + end

    head = sorted(data, key=lambda name: name != "auditor")
    return ("{\n" + ",\n".join(f"{compact(name)}: {part(data[name])}" for name in head) + "\n}\n").encode()


@pytest.mark.parametrize("asked", QUESTIONS)
@pytest.mark.parametrize("path", INVENTORIES, ids=lambda p: p.stem)
def test_a_report_reads_back_the_same(
    path: Path, asked: str, knowledge: Knowledge, packs: tuple[Pack, ...], validator: Draft7Validator
) -> None:
    report = made(path, QUESTIONS[asked], knowledge, packs)
    data = to_data(report)
    assert from_data(Report, data) == report
    rendered = reporter("json").render(report, Style())
    assert rendered == plainly(data)
    written = json.loads(rendered)
    assert written == data
    assert from_data(Report, written) == report
    assert [f"{list(e.path)}: {e.message}" for e in validator.iter_errors(written)] == []
    assert report.assessments
    if path == RICH and asked in ("nobody", "self"):
        assert report.reaches
        assert report.findings
        assert report.unresolved


def test_hostile_texts_are_written_the_same_in_either_way(
    knowledge: Knowledge, packs: tuple[Pack, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_reporter, "_PIECE", 1000)
    monkeypatch.setattr(json_reporter, "_MOST_KEPT", 3)
    report = made(RICH, Question("US", "self"), knowledge, packs)
    texts = [
        '"',
        "\\",
        "a\nb",
        "\x1b[0m",
        "\u202e",
        "##[x]",
        "#",
        "[error]",
        "\u200d",
        "\U0001f468\u200d",
        "한글",
        "\ud800",
    ]
    for n, text in enumerate(texts):
        other = texts[n - 1]
        report = replace(
            report,
            about=replace(report.about, name=text, overlays=(text, other) * n),
            nodes={**report.nodes, f"x:{text}": Node(text, other, None, text)},
            assessments=tuple(replace(a, name=text, origin=Origin(other, text, n)) for a in report.assessments),
            findings=tuple(
                replace(f, subjects=(*f.subjects, Subject(text), Subject(other, Origin(text, other, n, 1))))
                for f in report.findings
            ),
        )
        pieces = list(json_reporter.pieces(report, Style()))
        assert len(pieces) > 10
        assert b"".join(pieces) == plainly(to_data(report)) == reporter("json").render(report, Style())


def test_a_judged_report_reads_back_the_same(
    knowledge: Knowledge, packs: tuple[Pack, ...], validator: Draft7Validator
) -> None:
    found = made(RICH, Question("US", "self"), knowledge, packs).findings[0]
    place = Origin("d.yaml", "/decisions/0", 3, 5)
    decisions = (
        Decision("d-1", Do.ACCEPT, "a", "b", ON, finding=found.fingerprint, reason="r", until=ON, origin=place),
        Decision("d-2", Do.ACCEPT, "a", "b", ON, finding="f" * 64, reason="r", until=ON),
    )
    report = made(
        RICH, Question("US", "self"), knowledge, packs, decisions=decisions, policy=Policy(Severity.MEDIUM, 9)
    )
    assert report.in_bin(Bin.ACCEPTED) or found.prohibition
    assert {n.code for n in report.notes} >= {"N-DECISION-UNUSED"}
    data = json.loads(json.dumps(to_data(report)))
    assert from_data(Report, data) == report
    assert list(validator.iter_errors(data)) == []


def test_defaults_are_left_out(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    data = to_data(made(RICH, Question(), knowledge, packs))
    assert data["auditor"] == "report/1"  # the head of the document always stands
    assert "question" in data["about"]
    assert data["about"]["question"] == {}
    assert "forks" not in data
    assert set(data["ledger"]) == {
        "inputs_given", "inputs_read", "dependencies", "judged", "unknown", "rules_loaded", "rules_evaluated"
    }  # fmt: skip
    for finding in data["findings"]:
        assert "bin" not in finding
        assert "decision" not in finding
        assert None not in finding.values()
    assert to_data(Ledger()) == {}
    assert from_data(Ledger, {}) == Ledger()


@dataclass(frozen=True)
class _Inner:
    count: int
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class _Outer:
    inner: _Inner
    other: _Inner | None = None
    bins: dict[str, Bin] = field(default_factory=dict)
    flag: bool = False
    day: date | None = None


VALUES = [
    (_Outer(_Inner(0)), {"inner": {"count": 0}}),
    (_Outer(_Inner(1, ("a",)), _Inner(2)), {"inner": {"count": 1, "words": ["a"]}, "other": {"count": 2}}),
    (_Outer(_Inner(0), None, {"b": Bin.OPEN, "a": Bin.ACCEPTED}, True, ON),
     {"inner": {"count": 0}, "bins": {"a": "accepted", "b": "open"}, "flag": True, "day": "2026-11-23"}),
]  # fmt: skip


@pytest.mark.parametrize(("value", "data"), VALUES)
def test_the_codec(value: _Outer, data: dict[str, Any]) -> None:
    assert to_data(value) == data
    assert list(to_data(value).get("bins", ())) == sorted(data.get("bins", ()))
    assert from_data(_Outer, data) == value
    assert Draft7Validator(schema_of(_Outer)).is_valid(data)


@pytest.mark.parametrize(
    "data",
    [
        {},
        {"inner": {}},
        {"inner": {"count": "1"}},
        {"inner": {"count": True}},
        {"inner": {"count": 1.0}},
        {"inner": {"count": 1, "words": "a"}},
        {"inner": {"count": 1, "words": [1]}},
        {"inner": {"count": 1, "colour": "red"}},
        {"inner": {"count": 1}, "other": {}},
        {"inner": {"count": 1}, "bins": {"a": "shut"}},
        {"inner": {"count": 1}, "bins": []},
        {"inner": {"count": 1}, "flag": 1},
        {"inner": {"count": 1}, "flag": None},
        {"inner": {"count": 1}, "day": "yesterday"},
        [],
        None,
    ],
)
def test_data_that_do_not_fit_are_refused(data: object) -> None:
    with pytest.raises((TypeError, ValueError, KeyError)):
        from_data(_Outer, data)
    # a schema has no words for dates, and JSON has one kind of number
    if json.dumps(data) not in ('{"inner": {"count": 1}, "day": "yesterday"}', '{"inner": {"count": 1.0}}'):
        assert not Draft7Validator(schema_of(_Outer)).is_valid(data)


def test_a_report_of_something_else_is_refused(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    data = to_data(made(RICH, Question(), knowledge, packs))
    for broken in ({**data, "colour": 1}, {k: v for k, v in data.items() if k != "about"}, {**data, "findings": {}}):
        with pytest.raises((TypeError, ValueError, KeyError)):
            from_data(Report, broken)


@pytest.mark.parametrize("name", formats())
def test_every_format_gives_the_same_bytes_twice(name: str, knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    report = made(RICH, Question("US", "self"), knowledge, packs)
    again = made(RICH, Question("US", "self"), knowledge, packs)
    for language in ("en", "ko"):
        assert reporter(name).render(report, Style(language)) == reporter(name).render(again, Style(language))


def test_everything_that_a_finding_names_is_in_the_report(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    for question in (Question(), Question("US", "self"), Question("EU", "country:US")):
        report = made(RICH, question, knowledge, packs)
        for found in report.findings:
            assert set(found.laws) & set(knowledge.regimes) <= set(report.laws)
            assert set(found.precedents) <= set(report.precedents)
            assert all(0 <= i < len(report.reaches) for i in found.reaches)
            assert {s.node for s in found.subjects} <= set(report.nodes)
        assert len({f.fingerprint for f in report.findings}) == len(report.findings)
        assert report.ledger.judged + report.ledger.unknown == len(report.assessments)


def test_every_field_of_a_finding_is_in_the_schema(validator: Draft7Validator) -> None:
    definitions = validator.schema["definitions"]  # type: ignore[index]
    assert set(definitions["Finding"]["properties"]) == {f.name for f in fields(Finding)}
    assert definitions["Finding"]["additionalProperties"] is False
