"""What the findings weigh: decisions, thresholds, the four bins, the ledger, and the one way to exit 0."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from auditor.errors import Exit, worst
from auditor.messages import both
from auditor.model.decisions import Decision
from auditor.model.report import Finding, Ledger, Note, Report, Verdict
from auditor.model.values import Text
from auditor.model.vocabulary import Bin, Do, Severity

WARNING_WINDOW = timedelta(days=30)


@dataclass(frozen=True, slots=True)
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
        decision = _decision_for(finding, decisions)
        if decision is not None:
            used.add(decision.id)
        findings.append(_sort(finding, decision, policy, today, notes))
    for decision in decisions:
        if decision.id not in used:
            notes.append(
                Note(
                    "N-DECISION-UNUSED",
                    f"the decision `{decision.id}` fits no finding",
                    "remove it, or look at what it names",
                    decision.origin,
                )
            )
    failing = tuple(f.fingerprint for f in findings if f.bin is Bin.OPEN and _fails(f, policy))
    verdict = Verdict(
        policy.fail_on, policy.tolerate_unknown, failing, report.ledger.unknown, _why(report, policy, failing)
    )
    ordered_notes = (*report.notes, *sorted(notes, key=lambda n: (n.origin, n.code, n.message)))
    return replace(report, findings=tuple(findings), notes=ordered_notes, verdict=verdict)


def _decision_for(finding: Finding, decisions: Sequence[Decision]) -> Decision | None:
    """The decision that names the finding, or its rule and every one of its subjects' ids."""
    subjects = {s.node.partition(":")[2] for s in finding.subjects}
    for decision in decisions:
        if decision.finding is not None and finding.fingerprint.startswith(decision.finding):
            return decision
    by_subject = {d.subject: d for d in decisions if d.rule == finding.rule and d.subject in subjects}
    return by_subject[min(s for s in by_subject if s)] if set(by_subject) == subjects else None


def _sort(finding: Finding, decision: Decision | None, policy: Policy, today: date, notes: list[Note]) -> Finding:
    if decision is not None and _counts(finding, decision, today, notes):
        return replace(finding, bin=Bin.ACCEPTED, decision=decision.id)
    if policy.fail_on is not None and not finding.prohibition and finding.severity.rank > policy.fail_on.rank:
        return replace(finding, bin=Bin.BELOW_THRESHOLD, decision=decision.id if decision else None)
    return replace(finding, decision=decision.id if decision else None)


def _counts(finding: Finding, decision: Decision, today: date, notes: list[Note]) -> bool:
    """Whether a decision takes a finding off the list on this day; says why not where it does not."""
    if decision.do is Do.CONFIRM:
        return False
    end = decision.until
    if decision.evidence and decision.evidence.licence and isinstance(decision.evidence.licence.until, date):
        licensed = decision.evidence.licence.until
        end = licensed if end is None else min(end, licensed)
    if end is not None and end < today:
        notes.append(
            Note(
                "N-DECISION-EXPIRED",
                f"the decision `{decision.id}` ended on {end}; its finding is open again",
                "decide again, or remove it",
                decision.origin,
            )
        )
        return False
    if finding.prohibition and decision.do is not Do.CLOSE:
        notes.append(
            Note(
                "N-PROHIBITION",
                f"`{decision.id}` cannot {decision.do} a legal prohibition",
                "close it with evidence: identifiers, a licence, or counsel's opinion",
                decision.origin,
            )
        )
        return False
    if end is not None and end - today <= WARNING_WINDOW:
        notes.append(Note("N-DECISION-ENDS", f"the decision `{decision.id}` ends on {end}", None, decision.origin))
    return True


def _fails(finding: Finding, policy: Policy) -> bool:
    return policy.fail_on is not None and (finding.prohibition or finding.severity.rank <= policy.fail_on.rank)


def _why(report: Report, policy: Policy, failing: tuple[str, ...]) -> tuple[Text, ...]:
    notes = []
    if policy.fail_on is not None:
        notes.append(
            both("verdict.failing", n=len(failing), severity=str(policy.fail_on))
            if failing
            else both("verdict.none_failing", severity=str(policy.fail_on))
        )
    if report.ledger.unknown:
        notes.append(both("verdict.unknown", n=report.ledger.unknown, of=report.ledger.dependencies))
    return tuple(notes)


def exit_code(report: Report, ledger: Ledger) -> Exit:
    """The exit code of a finished run. Exit 0 stands in one line of the product, and this function holds it.

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
    return worst(codes) if codes else Exit.PASSED
