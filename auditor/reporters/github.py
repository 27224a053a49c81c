"""Annotations for GitHub's log: at most ten, worst first, then how many more; no line but ours can be a command."""

from auditor.model.report import Finding, Report
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style
from auditor.sinks import ci_log, ci_property

SUFFIX = ".txt"
MOST = 10
"""Annotations of a step that GitHub shows."""

_COMMAND = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "notice"}


def render(report: Report, style: Style) -> bytes:  # noqa: ARG001 - machine formats are English
    """Workflow commands, one to a line, UTF-8."""
    found = sorted(report.in_bin(Bin.OPEN), key=lambda f: f.severity.rank)
    shown = found if len(found) <= MOST else found[: MOST - 1]
    lines = [_annotation(f) for f in shown]
    if len(shown) < len(found):
        lines.append(f"::notice::{ci_log(f'{len(found) - len(shown)} more findings; the report has them all')}")
    ledger = report.ledger
    counts = f"auditor: {ledger.judged} judged, {ledger.unknown} unknown, {len(found)} open findings"
    return ("\n".join([*lines, ci_log(counts)]) + "\n").encode()


def _annotation(f: Finding) -> str:
    at = f.subjects[0].origin
    title = ci_property(f"{f.severity}: {f.title.en}")
    place = f"file={ci_property(at.file)},line={max(at.line, 1)},col={max(at.column, 1)}"
    return f"::{_COMMAND[f.severity]} {place},title={title}::{ci_log(f.message.en)}"
