"""A job summary in GitHub's Markdown: verdict, counts, findings, unknowns; user text is shown, never followed.

`auditor gate FILES -o github-summary=$GITHUB_STEP_SUMMARY`. GitHub drops a summary of over 1 MiB, so that findings
beyond the limit are counted instead.
"""

from collections.abc import Iterable

from auditor.messages import say, word
from auditor.model.report import Finding, Report
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style
from auditor.sinks import (
    MarkdownText,
    Output,
    fit,
    log_line,
    markdown,
    markdown_heading,
    markdown_line,
    markdown_row,
    markdown_rule,
    markdown_strong,
    output,
)
from auditor.views import names

SUFFIX = ".md"
LONGEST = 900_000
"""Bytes of all rows together; GitHub takes 1,048,576 for the whole summary."""
MOST_UNKNOWN = 100
_WIDEST = 240
"""Columns of a cell."""
_BLANK = markdown("")

_HEADS = ("severity", "finding", "cause", "concerns", "fingerprint")


def render(report: Report, style: Style) -> Output:
    """The summary, UTF-8; every name has gone through the Markdown sink."""
    language = style.language
    found = tuple(sorted(report.in_bin(Bin.OPEN), key=lambda f: f.severity.rank))
    lines = [
        markdown_heading(2, _cell(f"auditor: {report.about.name}")),
        _BLANK,
        markdown_strong(_cell(say(f"summary.{_verdict(report)}", language))),
        _BLANK,
    ]
    lines += [markdown_line("- ", _cell(note.in_(language))) for note in report.verdict.notes]
    lines.append(markdown_line("- ", _cell(_counts(report, found, language))))
    lines += [markdown_line("- ", _cell(note.in_(language))) for note in report.not_screened]
    if found:
        heads = [_cell(say(f"summary.{head}", language)) for head in _HEADS]
        lines += [_BLANK, markdown_row(heads), markdown_rule(len(heads))]
        rows = [_finding(report, f, language) for f in found]
        kept = _within(rows)
        lines += rows[:kept]
        if kept < len(rows):
            lines += [_BLANK, markdown_line("… ", _cell(say("summary.more", language, n=len(rows) - kept)))]
    if report.unresolved:
        title = say("unknown.title", language, n=len(report.unresolved))
        lines += [_BLANK, markdown_heading(3, _cell(title)), _BLANK]
        for u in report.unresolved[:MOST_UNKNOWN]:
            part, place = _cell(word("part", u.part, language)), _cell(str(u.origin))
            written = _cell(u.written if u.written is not None else say("unknown.nothing", language))
            lines.append(markdown_line("- ", _cell(report.name(u.subject)), ": ", part, " ", written, " (", place, ")"))
        if len(report.unresolved) > MOST_UNKNOWN:
            left = say("summary.more", language, n=len(report.unresolved) - MOST_UNKNOWN)
            lines.append(markdown_line("- ", "… ", _cell(left)))
    lines += [_BLANK, _cell(say("foot.no_permission", language))]
    return output(map(log_line, lines))


def _verdict(report: Report) -> str:
    verdict = report.verdict
    if report.ledger.judged == 0:
        return "incomplete"
    if verdict.fail_on is None:
        return "not_judged"
    if verdict.unknown > verdict.tolerate_unknown:
        return "incomplete"
    return "failed" if verdict.failing else "passed"


def _counts(report: Report, found: tuple[Finding, ...], language: str) -> str:
    counts = [(s, sum(f.severity is s for f in found)) for s in Severity]
    told = " · ".join(f"{word('severity', s, language)}: {n:,}" for s, n in counts if n)
    ledger = report.ledger
    return say(
        "glance.counts",
        language,
        causes=len(found),
        things=len({s.node for f in found for s in f.subjects}),
        told=told or say("glance.none", language),
        judged=ledger.judged,
        unknown=ledger.unknown,
        dependencies=ledger.dependencies,
    )


def _finding(report: Report, f: Finding, language: str) -> MarkdownText:
    return markdown_row(
        (
            _cell(word("severity", f.severity, language)),
            _cell(f.title.in_(language)),
            _cell(report.name(f.cause, language)),
            _cell(names(report, [s.node for s in f.subjects], language)),
            _cell(f.fingerprint[:12]),
        )
    )


def _within(rows: Iterable[MarkdownText]) -> int:
    """How many rows fit."""
    size = kept = 0
    for row in rows:
        size += len(row.encode()) + 1
        if size > LONGEST:
            break
        kept += 1
    return kept


def _cell(text: str) -> MarkdownText:
    return markdown(fit(text, _WIDEST))
