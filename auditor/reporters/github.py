"""Annotations for GitHub's log: at most ten, worst first, then how many more; no line but ours can be a command."""

from collections.abc import Mapping
from typing import Literal

from auditor.model.report import Finding, Report
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style
from auditor.sinks import LogLine, Output, ci_command, ci_log, ci_property, log_line, output

SUFFIX = ".txt"
MOST = 10
"""Annotations of a step that GitHub shows."""

_COMMAND: Mapping[Severity, Literal["error", "warning", "notice"]] = {
    Severity.CRITICAL: "error",
    Severity.HIGH: "error",
    Severity.MEDIUM: "warning",
    Severity.LOW: "notice",
}


def render(report: Report, style: Style) -> Output:  # noqa: ARG001 - machine formats are English
    """Workflow commands, one to a line, UTF-8."""
    found = sorted(report.in_bin(Bin.OPEN), key=lambda f: f.severity.rank)
    shown = found if len(found) <= MOST else found[: MOST - 1]
    lines = [_annotation(f) for f in shown]
    if len(shown) < len(found):
        more = f"{len(found) - len(shown)} more findings; the report has them all"
        lines.append(ci_command("notice", ci_log(more)))
    ledger = report.ledger
    counts = f"auditor: {ledger.judged} judged, {ledger.unknown} unknown, {len(found)} open findings"
    counts = "; ".join([counts, *(note.message for note in report.not_screened)])
    return output([*lines, log_line(ci_log(counts))])


def _annotation(f: Finding) -> LogLine:
    at = f.subjects[0].origin
    return ci_command(
        _COMMAND[f.severity],
        ci_log(f.message.en),
        file=ci_property(at.file),
        line=max(at.line, 1),
        col=max(at.column, 1),
        title=ci_property(f"{f.severity}: {f.title.en}"),
    )
