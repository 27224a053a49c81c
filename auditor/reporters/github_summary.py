"""A job summary in GitHub's Markdown: verdict, counts, findings, unknowns; user text is shown, never followed.

`auditor gate FILES -o github-summary=$GITHUB_STEP_SUMMARY`. GitHub drops a summary of over 1 MiB, so that findings
beyond the limit are counted instead.
"""

from collections.abc import Iterable

from auditor.messages import say, word
from auditor.model.report import Finding, Report
from auditor.model.values import Text
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style
from auditor.sinks import fit, log_line, markdown
from auditor.views import names

SUFFIX = ".md"
LONGEST = 900_000
"""Bytes of all rows together; GitHub takes 1,048,576 for the whole summary."""
MOST_UNKNOWN = 100
_WIDEST = 240
"""Columns of a cell."""

_VERDICTS = {
    None: Text("Audited, not judged", "감사함, 판정하지 않음"),
    "passed": Text("Passed", "통과"),
    "failed": Text("Failed", "실패"),
    "incomplete": Text("Incomplete: too many unknowns", "불완전: 알 수 없는 것이 너무 많음"),
}
_HEADS = (
    Text("Severity", "심각도"),
    Text("Finding", "발견 사항"),
    Text("Cause", "원인"),
    Text("Concerns", "대상"),
    Text("Fingerprint", "지문"),
)
_MORE = Text("more, in the other outputs", "건 더 있음, 다른 출력에 모두 있음")


def render(report: Report, style: Style) -> bytes:
    """The summary, UTF-8; every name has gone through the Markdown sink."""
    language = style.language
    found = tuple(sorted(report.in_bin(Bin.OPEN), key=lambda f: f.severity.rank))
    lines = [f"## auditor: {_cell(report.about.name)}", "", f"**{_VERDICTS[_verdict(report)].in_(language)}**", ""]
    lines += [f"- {_cell(note.in_(language))}" for note in report.verdict.notes]
    lines += [f"- {_cell(_counts(report, found, language))}"]
    if found:
        lines += ["", _row(head.in_(language) for head in _HEADS), _row("---" for _ in _HEADS)]
        rows = [_finding(report, f, language) for f in found]
        kept = _within(rows)
        lines += rows[:kept]
        if kept < len(rows):
            lines += ["", f"… {len(rows) - kept:,} {_MORE.in_(language)}"]
    if report.unresolved:
        title = say("unknown.title", language, n=len(report.unresolved))
        lines += ["", f"### {_cell(title)}", ""]
        for u in report.unresolved[:MOST_UNKNOWN]:
            part, place = word("part", u.part, language), str(u.origin)
            written = u.written if u.written is not None else say("unknown.nothing", language)
            lines.append(f"- {_cell(report.name(u.subject))}: {_cell(part)} {_cell(written)} ({_cell(place)})")
        if len(report.unresolved) > MOST_UNKNOWN:
            lines.append(f"- … {len(report.unresolved) - MOST_UNKNOWN:,} {_MORE.in_(language)}")
    lines += ["", _cell(say("foot.no_permission", language))]
    return ("\n".join(map(log_line, lines)) + "\n").encode()


def _verdict(report: Report) -> str | None:
    verdict = report.verdict
    if report.ledger.judged == 0:
        return "incomplete"
    if verdict.fail_on is None:
        return None
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


def _finding(report: Report, f: Finding, language: str) -> str:
    return _row(
        (
            _cell(word("severity", f.severity, language)),
            _cell(f.title.in_(language)),
            _cell(report.name(f.cause, language)),
            _cell(names(report, [s.node for s in f.subjects], language)),
            f.fingerprint[:12],
        )
    )


def _within(rows: Iterable[str]) -> int:
    """How many rows fit."""
    size = kept = 0
    for row in rows:
        size += len(row.encode()) + 1
        if size > LONGEST:
            break
        kept += 1
    return kept


def _cell(text: str) -> str:
    return markdown(fit(text, _WIDEST))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cells)} |"
