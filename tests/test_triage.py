"""What findings weigh: one bin each, decisions that count and those that do not, and the one way to exit 0."""

import ast
from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor.errors import Exit
from auditor.model.decisions import Decision, Evidence, Opinion
from auditor.model.inventory import Licence
from auditor.model.report import About, Finding, Ledger, Note, Question, Report, Subject, Verdict
from auditor.model.values import Origin, Text
from auditor.model.vocabulary import Bin, CauseKind, Confidence, Do, Profile, Severity, Word
from auditor.triage import WARNING_WINDOW, Policy, ending, exit_code, triage

TODAY = date(2026, 11, 23)
DAY = timedelta(days=1)
BALANCED = Ledger(1, 1, 3, 3, 0, 2, 2, 0, 0, 1, 1)
EVIDENCE = Evidence(opinion=Opinion("Counsel", TODAY))


def finding(
    severity: Severity = Severity.HIGH,
    prints: str = "a" * 64,
    subjects: Sequence[str] = ("m",),
    prohibition: bool = False,
) -> Finding:
    text = Text("en", "ko")
    return Finding(
        fingerprint=prints,
        pack="pack",
        rule="pack/rule",
        severity=severity,
        confidence=Confidence.HIGH,
        title=text,
        message=text,
        remedy=text,
        cause_kind=CauseKind.PARTY,
        cause="party:p",
        subjects=tuple(Subject(f"dependency:{s}") for s in subjects),
        prohibition=prohibition,
    )


def decision(**given: object) -> Decision:
    """Accepts `finding()` for a year, unless it says otherwise."""
    made = Decision("d-1", Do.ACCEPT, "anna", "ben", TODAY - DAY, finding="a" * 12, reason="r", until=date(2027, 11, 1))
    return replace(made, **given)  # type: ignore[arg-type]


def report(*findings: Finding, ledger: Ledger = BALANCED) -> Report:
    about = About("o", "O", "0", Question(), TODAY, TODAY, Profile.CI)
    return Report(about=about, findings=findings, ledger=ledger)


def judged(
    found: Finding, *decisions: Decision, fail_on: Severity | None = Severity.HIGH, today: date = TODAY
) -> tuple[Bin, bool, list[str]]:
    """The bin, whether it fails, and the codes of the notes."""
    result = triage(report(found), decisions, Policy(fail_on), today)
    (only,) = result.findings
    return only.bin, found.fingerprint in result.verdict.failing, [n.code for n in result.notes]


# -- bins and thresholds --------------------------------------------------------------------------------------------


@pytest.mark.parametrize("severity", Severity)
@pytest.mark.parametrize("fail_on", [None, *Severity])
def test_threshold(severity: Severity, fail_on: Severity | None) -> None:
    below = fail_on is not None and severity.rank > fail_on.rank
    expected = Bin.BELOW_THRESHOLD if below else Bin.OPEN
    assert judged(finding(severity), fail_on=fail_on) == (expected, fail_on is not None and not below, [])
    # what the law prohibits fails at any severity
    assert judged(finding(severity, prohibition=True), fail_on=fail_on) == (Bin.OPEN, fail_on is not None, [])


FINDINGS = st.builds(
    finding,
    st.sampled_from(list(Severity)),
    st.text("ab", min_size=3, max_size=3).map(lambda t: t + "c" * 61),
    st.lists(st.sampled_from(["m", "n", "o"]), min_size=1, max_size=3, unique=True),
    st.booleans(),
)
DECISIONS = st.lists(
    st.builds(
        decision,
        id=st.sampled_from(["d-1", "d-2", "d-3", "d-4"]),
        do=st.sampled_from(list(Do)),
        finding=st.none() | st.text("ab", min_size=3, max_size=3).map(lambda t: t + "c" * 9),
        rule=st.just("pack/rule"),
        subject=st.sampled_from(["m", "n", "o"]),
        evidence=st.just(EVIDENCE),
        until=st.none() | st.sampled_from([TODAY - DAY, TODAY, TODAY + DAY, TODAY + 90 * DAY]),
    ),
    max_size=4,
    unique_by=lambda d: d.id,
)
REPORTS = st.lists(FINDINGS, max_size=5, unique_by=lambda f: f.fingerprint).map(lambda fs: report(*fs))


@given(REPORTS, DECISIONS, st.none() | st.sampled_from(list(Severity)))
def test_bins_are_disjoint_and_all_findings_stay(
    given_: Report, decisions: list[Decision], fail_on: Severity | None
) -> None:
    result = triage(given_, decisions, Policy(fail_on), TODAY)
    assert [f.fingerprint for f in result.findings] == [f.fingerprint for f in given_.findings]
    assert sorted(f.fingerprint for b in Bin for f in result.in_bin(b)) == sorted(
        f.fingerprint for f in given_.findings
    )
    assert set(result.verdict.failing) <= {f.fingerprint for f in result.in_bin(Bin.OPEN)}
    for before, after in zip(given_.findings, result.findings, strict=True):
        assert replace(after, bin=before.bin, decision=before.decision) == before
    if fail_on is None:
        assert result.verdict.failing == ()
        assert result.in_bin(Bin.BELOW_THRESHOLD) == ()


@given(REPORTS, DECISIONS, st.sampled_from(list(Severity)), st.sampled_from(list(Severity)))
def test_a_higher_threshold_never_opens_a_finding(
    given_: Report, decisions: list[Decision], one: Severity, other: Severity
) -> None:
    higher, lower = sorted((one, other), key=lambda s: s.rank)
    strict, lax = (triage(given_, decisions, Policy(p), TODAY) for p in (lower, higher))
    assert {f.fingerprint for f in lax.in_bin(Bin.OPEN)} <= {f.fingerprint for f in strict.in_bin(Bin.OPEN)}
    assert set(lax.verdict.failing) <= set(strict.verdict.failing)
    assert lax.in_bin(Bin.ACCEPTED) == strict.in_bin(Bin.ACCEPTED)


@given(REPORTS, DECISIONS)
def test_no_prohibition_is_accepted(given_: Report, decisions: list[Decision]) -> None:
    result = triage(given_, decisions, Policy(Severity.CRITICAL), TODAY)
    known = {d.id: d for d in decisions}
    for found in result.findings:
        if found.prohibition and found.bin is not Bin.OPEN:
            assert found.decision is not None
            assert known[found.decision].do is Do.CLOSE
        elif found.prohibition:
            assert found.fingerprint in result.verdict.failing


@given(REPORTS, DECISIONS, st.randoms(use_true_random=False))
def test_the_order_of_decisions_does_not_matter_for_bins(
    given_: Report, decisions: list[Decision], random: object
) -> None:
    shuffled = list(decisions)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = (triage(given_, ds, Policy(Severity.HIGH), TODAY) for ds in (decisions, shuffled))
    assert [f.bin for f in one.findings] == [f.bin for f in other.findings]


# -- decisions ------------------------------------------------------------------------------------------------------

ACCEPTED, OPEN = (Bin.ACCEPTED, False), (Bin.OPEN, True)


@pytest.mark.parametrize(
    ("until", "expected", "notes"),
    [
        (TODAY - 300 * DAY, OPEN, ["N-DECISION-EXPIRED"]),
        (TODAY - DAY, OPEN, ["N-DECISION-EXPIRED"]),
        (TODAY, ACCEPTED, ["N-DECISION-ENDS"]),
        (TODAY + DAY, ACCEPTED, ["N-DECISION-ENDS"]),
        (TODAY + WARNING_WINDOW, ACCEPTED, ["N-DECISION-ENDS"]),
        (TODAY + WARNING_WINDOW + DAY, ACCEPTED, []),
        (None, ACCEPTED, []),
    ],
)
def test_expiry(until: date | None, expected: tuple[Bin, bool], notes: list[str]) -> None:
    assert judged(finding(), decision(until=until)) == (*expected, notes)


def test_the_warning_window_is_thirty_days() -> None:
    assert timedelta(days=30) == WARNING_WINDOW


def test_what_is_said_of_an_expired_decision() -> None:
    place = Origin("d.yaml", "/decisions/0", 3, 5)
    result = triage(report(finding()), [decision(until=TODAY - DAY, origin=place)], Policy(Severity.HIGH), TODAY)
    (note,) = result.notes
    assert (note.code, note.message, note.hint, note.origin) == (
        "N-DECISION-EXPIRED",
        "the decision `d-1` ended on 2026-11-22; its finding is open again",
        "decide again, or remove it",
        place,
    )
    assert result.findings[0].decision == "d-1"


@pytest.mark.parametrize(
    ("given_", "expected", "notes"),
    [
        ({"do": Do.ACCEPT}, ACCEPTED, []),
        ({"do": Do.DISMISS}, ACCEPTED, []),
        ({"do": Do.CONFIRM}, OPEN, []),
        ({"do": Do.CLOSE, "evidence": EVIDENCE}, ACCEPTED, []),
        ({"finding": "a" * 64}, ACCEPTED, []),
        ({"finding": "a" * 11 + "b"}, OPEN, ["N-DECISION-UNUSED"]),
        ({"finding": "a" * 65}, OPEN, ["N-DECISION-UNUSED"]),
        ({"finding": None, "rule": "pack/rule", "subject": "m"}, ACCEPTED, []),
        ({"finding": None, "rule": "pack/other", "subject": "m"}, OPEN, ["N-DECISION-UNUSED"]),
        ({"finding": None, "rule": "pack/rule", "subject": "n"}, OPEN, ["N-DECISION-UNUSED"]),
        ({"finding": None, "rule": "pack", "subject": "m"}, OPEN, ["N-DECISION-UNUSED"]),
        ({"finding": None, "rule": None, "subject": "m"}, OPEN, ["N-DECISION-UNUSED"]),
    ],
)
def test_what_a_decision_fits(given_: dict[str, object], expected: tuple[Bin, bool], notes: list[str]) -> None:
    assert judged(finding(), decision(**given_)) == (*expected, notes)


@pytest.mark.parametrize("do", [Do.ACCEPT, Do.DISMISS])
def test_a_prohibition_is_not_accepted(do: Do) -> None:
    assert judged(finding(prohibition=True), decision(do=do)) == (Bin.OPEN, True, ["N-PROHIBITION"])


def licensed(until: date | Word | None) -> Evidence:
    return Evidence(licence=Licence("OFAC", "N-1", "mail", until))


@pytest.mark.parametrize(
    ("given_", "expected", "notes"),
    [
        ({"evidence": EVIDENCE, "until": None}, ACCEPTED, []),
        ({"evidence": EVIDENCE, "until": TODAY - DAY}, OPEN, ["N-DECISION-EXPIRED"]),
        ({"evidence": licensed(TODAY + 90 * DAY), "until": None}, ACCEPTED, []),
        ({"evidence": licensed(TODAY), "until": None}, ACCEPTED, ["N-DECISION-ENDS"]),
        ({"evidence": licensed(TODAY - DAY), "until": None}, OPEN, ["N-DECISION-EXPIRED"]),
        ({"evidence": licensed(TODAY - DAY), "until": TODAY + 90 * DAY}, OPEN, ["N-DECISION-EXPIRED"]),
        ({"evidence": licensed(TODAY + 90 * DAY), "until": TODAY - DAY}, OPEN, ["N-DECISION-EXPIRED"]),
        ({"evidence": licensed(Word.PERPETUAL), "until": None}, ACCEPTED, []),
    ],
)
def test_a_prohibition_is_closed_while_its_evidence_lasts(
    given_: dict[str, object], expected: tuple[Bin, bool], notes: list[str]
) -> None:
    for severity in Severity:
        found = finding(severity, prohibition=True)
        assert judged(found, decision(do=Do.CLOSE, **given_)) == (*expected, notes)


def test_a_renewed_decision_counts_beside_the_one_that_ended() -> None:
    old, new = decision(id="a", until=TODAY - DAY), decision(id="b")
    for decisions in ((old, new), (new, old)):
        result = triage(report(finding()), decisions, Policy(Severity.HIGH), TODAY)
        assert (result.findings[0].bin, result.findings[0].decision, result.notes) == (Bin.ACCEPTED, "b", ())


def test_a_confirmation_does_not_hide_an_acceptance() -> None:
    assert judged(finding(), decision(id="a", do=Do.CONFIRM, until=None), decision(id="b")) == (*ACCEPTED, [])


def for_subject(subject: str, **given: object) -> Decision:
    return decision(id=f"d-{subject}", finding=None, rule="pack/rule", subject=subject, **given)


def test_every_subject_of_a_finding_needs_its_decision() -> None:
    two = finding(subjects=("m", "n"))
    assert judged(two, for_subject("m")) == (*OPEN, ["N-DECISION-UNUSED"])
    assert judged(two, for_subject("m"), for_subject("n")) == (*ACCEPTED, [])
    assert judged(two, for_subject("m"), for_subject("n"), for_subject("o")) == (*ACCEPTED, ["N-DECISION-UNUSED"])
    for late in ("m", "n"):
        given_ = [for_subject(s, until=TODAY - DAY if s == late else TODAY + 90 * DAY) for s in ("m", "n")]
        assert judged(two, *given_) == (*OPEN, ["N-DECISION-EXPIRED"])
    soon = [for_subject("m"), for_subject("n", until=TODAY)]
    assert judged(two, *soon) == (*ACCEPTED, ["N-DECISION-ENDS"])


def test_a_finding_may_be_decided_by_its_subjects_where_its_own_decision_has_ended() -> None:
    late = decision(until=TODAY - DAY)
    two = finding(subjects=("m", "n"))
    assert judged(two, late, for_subject("m"), for_subject("n")) == (*ACCEPTED, [])
    assert judged(two, late, for_subject("m")) == (*OPEN, ["N-DECISION-EXPIRED"])


def test_one_decision_can_be_for_several_findings_of_its_rule() -> None:
    found = [finding(prints="a" * 64), finding(prints="b" * 64)]
    result = triage(report(*found), [for_subject("m", until=TODAY)], Policy(Severity.HIGH), TODAY)
    assert [f.bin for f in result.findings] == [Bin.ACCEPTED, Bin.ACCEPTED]
    assert [n.code for n in result.notes] == ["N-DECISION-ENDS"]  # said once


def test_a_short_finding_prefix_takes_only_what_it_begins() -> None:
    found = [finding(prints="a" * 64), finding(prints="a" * 12 + "b" * 52), finding(prints="b" * 64)]
    result = triage(report(*found), [decision()], Policy(Severity.HIGH), TODAY)
    assert [f.bin for f in result.findings] == [Bin.ACCEPTED, Bin.ACCEPTED, Bin.OPEN]


def test_an_accepted_finding_is_accepted_below_the_threshold_too() -> None:
    assert judged(finding(Severity.LOW), decision(), fail_on=Severity.HIGH)[0] is Bin.ACCEPTED
    assert judged(finding(Severity.LOW), decision(until=TODAY - DAY), fail_on=Severity.HIGH)[0] is Bin.BELOW_THRESHOLD


def test_notes_of_the_report_stay_first() -> None:
    before = Note("N-SKIPPED", "x")
    result = triage(replace(report(), notes=(before,)), [decision()], Policy(), TODAY)
    assert [n.code for n in result.notes] == ["N-SKIPPED", "N-DECISION-UNUSED"]
    assert result.notes[1].message == "the decision `d-1` fits no finding"


def test_the_verdict_says_what_was_asked_and_what_failed() -> None:
    ledger = replace(BALANCED, judged=1, unknown=2)
    found = [finding(Severity.CRITICAL, "a" * 64), finding(Severity.LOW, "b" * 64)]
    verdict = triage(report(*found, ledger=ledger), [], Policy(Severity.HIGH, 5), TODAY).verdict
    assert (verdict.fail_on, verdict.tolerate_unknown, verdict.failing, verdict.unknown) == (
        (Severity.HIGH, 5, ("a" * 64,), 2)
    )
    assert [n.en for n in verdict.notes] == [
        "1 finding at or above high or prohibited by law",
        "2 of 3 dependencies could not be judged",
    ]


# -- the exit code --------------------------------------------------------------------------------------------------


def code(ledger: Ledger = BALANCED, **verdict: object) -> Exit:
    return exit_code(replace(report(ledger=ledger), verdict=Verdict(**verdict)), ledger)  # type: ignore[arg-type]


GATE = {"fail_on": Severity.HIGH}
LEDGERS = {
    "balanced": (BALANCED, Exit.PASSED),
    "an input that was not read": (replace(BALANCED, inputs_given=2), Exit.INTERNAL),
    "an input too many": (replace(BALANCED, inputs_read=2), Exit.INTERNAL),
    "a dependency lost": (replace(BALANCED, judged=2), Exit.INTERNAL),
    "a dependency twice": (replace(BALANCED, unknown=1), Exit.INTERNAL),
    "a rule not evaluated": (replace(BALANCED, rules_evaluated=1), Exit.INTERNAL),
    "an output not written": (replace(BALANCED, outputs_written=0), Exit.INTERNAL),
    "an output too many": (replace(BALANCED, outputs_written=2), Exit.INTERNAL),
    "a list missing": (replace(BALANCED, lists_required=1), Exit.DATA),
    "a list and an output missing": (replace(BALANCED, lists_required=1, outputs_written=0), Exit.INTERNAL),
    "no input": (replace(BALANCED, inputs_given=0, inputs_read=0), Exit.INPUT),
    "no dependency": (replace(BALANCED, dependencies=0, judged=0), Exit.INPUT),
    "nothing judged": (replace(BALANCED, judged=0, unknown=3), Exit.INCOMPLETE),
    "no rule evaluated": (replace(BALANCED, rules_loaded=0, rules_evaluated=0), Exit.INCOMPLETE),
    "nothing at all": (Ledger(), Exit.INPUT),
}


@pytest.mark.parametrize("case", LEDGERS)
@pytest.mark.parametrize("gate", [False, True])
@pytest.mark.parametrize("failing", [False, True])
def test_ledger(case: str, gate: bool, failing: bool) -> None:
    ledger, expected = LEDGERS[case]
    verdict = (GATE if gate else {}) | ({"failing": ("a",)} if failing else {})
    assert code(ledger, **verdict) is (Exit.POLICY if expected is Exit.PASSED and failing else expected)


@pytest.mark.parametrize(
    ("verdict", "expected"),
    [
        ({}, Exit.PASSED),
        ({"unknown": 3}, Exit.PASSED),  # an audit counts what is unknown, a gate judges it
        (GATE, Exit.PASSED),
        (GATE | {"unknown": 1}, Exit.INCOMPLETE),
        (GATE | {"unknown": 1, "tolerate_unknown": 1}, Exit.PASSED),
        (GATE | {"unknown": 2, "tolerate_unknown": 1}, Exit.INCOMPLETE),
        (GATE | {"failing": ("a",)}, Exit.POLICY),
        (GATE | {"failing": ("a",), "unknown": 1}, Exit.INCOMPLETE),
        (GATE | {"failing": ("a",), "unknown": 1, "tolerate_unknown": 1}, Exit.POLICY),
    ],
)
def test_verdicts(verdict: dict[str, object], expected: Exit) -> None:
    assert code(replace(BALANCED, judged=1, unknown=2), **verdict) is expected


COUNTS = st.integers(0, 2)


@given(st.builds(Ledger, *[COUNTS] * 11), st.booleans(), COUNTS, COUNTS, st.booleans())
def test_passed_is_earned(ledger: Ledger, gate: bool, unknown: int, tolerated: int, failing: bool) -> None:
    verdict = Verdict(Severity.HIGH if gate else None, tolerated, ("a",) if failing else (), unknown)
    found = exit_code(replace(report(ledger=ledger), verdict=verdict), ledger)
    assert (found is Exit.PASSED) == (
        ledger.inputs_given == ledger.inputs_read > 0
        and ledger.dependencies == ledger.judged + ledger.unknown > 0
        and ledger.judged > 0
        and ledger.rules_loaded == ledger.rules_evaluated > 0
        and ledger.lists_required == ledger.lists_fresh
        and ledger.outputs_asked == ledger.outputs_written
        and not failing
        and not (gate and unknown > tolerated)
    )


def test_ending() -> None:
    assert ending(()) is Exit.PASSED
    for given_ in Exit:
        assert ending([given_]) is given_
    assert ending([Exit.POLICY, Exit.INCOMPLETE, Exit.POLICY]) is Exit.INCOMPLETE


# -- the source -----------------------------------------------------------------------------------------------------

PACKAGE = Path(auditor.__file__).parent
SOURCES = {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text()) for p in sorted(PACKAGE.rglob("*.py"))}


def nodes(kind: type[ast.AST]) -> Iterator[tuple[str, ast.AST]]:
    yield from ((name, node) for name, tree in SOURCES.items() for node in ast.walk(tree) if isinstance(node, kind))


def test_exit_0_is_reached_from_one_line() -> None:
    named = [name for name, n in nodes(ast.Attribute) if isinstance(n, ast.Attribute) and n.attr == "PASSED"]
    assert named == ["errors.py", "triage.py"]  # its place in the order of codes, and the one line
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        called = ast.unparse(node.func)
        assert called not in ("exit", "quit", "Exit", "ctx.exit", "click.exceptions.Exit"), name
        if called in ("sys.exit", "os._exit"):
            assert name == "cli.py"
            assert "PASSED" not in ast.unparse(node) and not any(
                isinstance(a, ast.Constant) and a.value == 0 for a in node.args
            )


def test_no_verb_returns_a_code_of_its_own() -> None:
    for name, node in nodes(ast.Return):
        assert isinstance(node, ast.Return)
        if name.startswith(("verbs/", "cli")) and isinstance(node.value, ast.Constant):
            assert node.value.value is None or isinstance(node.value.value, (str, bool)), f"{name}:{node.lineno}"


def test_errors_are_not_swallowed() -> None:
    wide = []
    for name, node in nodes(ast.ExceptHandler):
        assert isinstance(node, ast.ExceptHandler)
        assert node.type is not None, f"a bare except in {name}:{node.lineno}"
        caught = {ast.unparse(t) for t in (node.type.elts if isinstance(node.type, ast.Tuple) else [node.type])}
        if caught & {"Exception", "BaseException"}:
            wide.append(name)
    assert wide == ["cli.py"]
    for name, node in nodes(ast.Call):
        assert isinstance(node, ast.Call)
        if ast.unparse(node.func).endswith("suppress"):
            assert not {ast.unparse(a) for a in node.args} & {"Exception", "BaseException"}, name


def test_no_safety_rests_on_an_assertion() -> None:
    # with `python -O` they are gone; those that stand say to the type checker what the schema has proved
    for name, node in nodes(ast.Assert):
        assert isinstance(node, ast.Assert)
        assert ast.unparse(node.test).startswith("isinstance("), f"{name}:{node.lineno}"
