"""What the findings weigh: decisions, thresholds, the four bins, the ledger, and the one way to exit 0."""

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

from auditor.errors import Exit, worst
from auditor.messages import Words, both
from auditor.model.decisions import Decision
from auditor.model.record import record
from auditor.model.report import Finding, Ledger, Note, Report, Verdict
from auditor.model.values import Text
from auditor.model.vocabulary import Bin, Do, Severity

WARNING_WINDOW = timedelta(days=30)


@record
class Policy:
    """What a gate asks: the least severity that fails (None: nothing fails) and how many unknowns it bears."""

    fail_on: Severity | None = None
    tolerate_unknown: int = 0


def triage(report: Report, decisions: Sequence[Decision], policy: Policy, today: date) -> Report:
    """Put every finding into one bin and say what fails. A prohibition is closed by evidence, never accepted."""
    used: set[str] = set()
    notes: list[Note] = []
    findings = []
    for finding in report.findings:
        fitting = _fitting(finding, decisions)
        used.update(d.id for among in fitting for d in among)
        findings.append(_sort(finding, fitting, policy, today, notes))
    for decision in decisions:
        if decision.id not in used:
            notes.append(
                Note.of(
                    "N-DECISION-UNUSED",
                    both("note.decision_unused", decision=decision.id),
                    both("note.decision_unused_hint"),
                    decision.origin,
                )
            )
    failing = tuple(f.fingerprint for f in findings if f.bin is Bin.OPEN and _fails(f, policy))
    verdict = Verdict(
        policy.fail_on, policy.tolerate_unknown, failing, report.ledger.unknown, _why(report, policy, failing)
    )
    ordered_notes = (*report.notes, *sorted(dict.fromkeys(notes), key=lambda n: (n.origin, n.code, n.message)))
    return replace(report, findings=tuple(findings), notes=ordered_notes, verdict=verdict)


Fitting = tuple[tuple[Decision, ...], ...]
"""Decisions that fit a finding: one of each group has to count for the finding to leave the list."""


def _fitting(finding: Finding, decisions: Sequence[Decision]) -> Fitting:
    """For each subject, those that name the finding, or its rule and the subject; nothing if one subject has none."""
    by_finding = tuple(d for d in decisions if d.finding is not None and finding.fingerprint.startswith(d.finding))
    subjects = sorted(s.node.partition(":")[2] for s in finding.subjects)
    groups = [(*by_finding, *(d for d in decisions if d.rule == finding.rule and d.subject == i)) for i in subjects]
    return tuple(groups) if all(groups) else ()


def _sort(finding: Finding, fitting: Fitting, policy: Policy, today: date, notes: list[Note]) -> Finding:
    counting = [next((d for d in among if _why_not(finding, d, today) is None), None) for among in fitting]
    accepted = [d for d in counting if d is not None]
    if accepted and len(accepted) == len(fitting):
        notes.extend(note for d in accepted if (note := _ends_soon(d, today)))
        return replace(finding, bin=Bin.ACCEPTED, decision=accepted[0].id)
    for among, one in zip(fitting, counting, strict=True):
        if one is None:
            notes.extend(note for d in among if (note := _why_not(finding, d, today)) and note.code)
    named = fitting[0][0].id if fitting else None
    if policy.fail_on is not None and not finding.prohibition and finding.severity.rank > policy.fail_on.rank:
        return replace(finding, bin=Bin.BELOW_THRESHOLD, decision=named)
    return replace(finding, decision=named)


_CONFIRMED = Note("", "")


def _why_not(finding: Finding, decision: Decision, today: date) -> Note | None:
    """Why a decision does not take a finding off the list on this day; None if it does."""
    if decision.do is Do.CONFIRM:
        return _CONFIRMED
    end = _end(decision)
    if end is not None and end < today:
        return Note.of(
            "N-DECISION-EXPIRED",
            both("note.decision_expired", decision=decision.id, on=end.isoformat()),
            both("note.decision_expired_hint"),
            decision.origin,
        )
    if finding.prohibition and decision.do is not Do.CLOSE:
        return Note.of(
            "N-PROHIBITION",
            both("note.prohibition", decision=decision.id, do=Words("do", (decision.do,))),
            both("note.prohibition_hint"),
            decision.origin,
        )
    return None


def _end(decision: Decision) -> date | None:
    """The last day on which a decision counts: its own, or that of the licence that it rests on if that is earlier."""
    licence = decision.evidence.licence if decision.evidence else None
    ends = [decision.until, licence.until if licence else None]
    return min((e for e in ends if isinstance(e, date)), default=None)


def _ends_soon(decision: Decision, today: date) -> Note | None:
    end = _end(decision)
    if end is None or end - today > WARNING_WINDOW:
        return None
    return Note.of(
        "N-DECISION-ENDS", both("note.decision_ends", decision=decision.id, on=end.isoformat()), None, decision.origin
    )


def _fails(finding: Finding, policy: Policy) -> bool:
    return policy.fail_on is not None and (finding.prohibition or finding.severity.rank <= policy.fail_on.rank)


def _why(report: Report, policy: Policy, failing: tuple[str, ...]) -> tuple[Text, ...]:
    notes = []
    if policy.fail_on is not None:
        notes.append(
            both("verdict.failing", n=len(failing), severity=Words("severity", (policy.fail_on,)))
            if failing
            else both("verdict.none_failing", severity=Words("severity", (policy.fail_on,)))
        )
    if report.ledger.unknown:
        notes.append(both("verdict.unknown", n=report.ledger.unknown, of=report.ledger.dependencies))
    return tuple(notes)


def exit_code(report: Report, ledger: Ledger) -> Exit:
    """The exit code of a finished run.

    `ledger` is the report's own, with the outputs added. An audit without a gate passes whatever it finds, as long as
    it is complete and not everything is unknown.
    """
    codes = []
    unbalanced = ledger.imbalances()
    if unbalanced:
        codes.append(Exit.INTERNAL if unbalanced != ("lists",) else Exit.DATA)
    if ledger.dependencies == 0 or ledger.inputs_read == 0:
        codes.append(Exit.INPUT)
    if ledger.judged == 0 or ledger.rules_evaluated == 0:
        codes.append(Exit.INCOMPLETE)
    verdict = report.verdict
    if verdict.fail_on is not None and verdict.unknown > verdict.tolerate_unknown:
        codes.append(Exit.INCOMPLETE)
    if verdict.failing:
        codes.append(Exit.POLICY)
    return ending(codes)


def ending(codes: Iterable[Exit]) -> Exit:
    """The worst of what was found; exit 0 if nothing was. No other line of the product reaches exit 0."""
    return worst([*codes, Exit.PASSED])
