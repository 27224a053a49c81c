"""A page for the terminal: lines that have gone through its sink, drawn chains, and forks."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from auditor.messages import say, word
from auditor.model.report import Fork, Report
from auditor.reporters import Style
from auditor.sinks import (
    Colour,
    LogText,
    TerminalText,
    log_line,
    log_text,
    pad,
    painted,
    terminal,
    together,
    width,
    wrap,
)
from auditor.views import HopRow, law_name, names, place_of

LABEL = 10
"""Columns of the label at the left of a finding's lines."""
RELATION = 24

_COLOURS: Mapping[str, Colour] = {
    "critical": "1;31",
    "high": "31",
    "medium": "33",
    "low": "36",
    "head": "1",
    "weak": "35",
    "dim": "2",
}


@dataclass(slots=True, eq=False, repr=False)
class Page:
    """Collects lines. Every text passes the terminal sink here, and what did not is no line: nobody can forget it."""

    style: Style
    lines: list[TerminalText] = field(default_factory=list)

    @property
    def language(self) -> str:
        return self.style.language

    @property
    def text(self) -> LogText:
        """All lines; a name that begins one cannot be taken for a command in a CI log."""
        return log_text(map(log_line, self.lines))

    def say(self, key: str, **values: object) -> str:
        return say(key, self.language, **values)

    def paint(self, safe: TerminalText, colour: str | None) -> TerminalText:
        return painted(safe, _COLOURS[colour]) if colour and self.style.colour else safe

    def add(self, text: str = "", colour: str | None = None) -> None:
        self.lines.append(self.paint(terminal(text), colour))

    def paragraph(self, text: str, indent: int = 0, colour: str | None = None) -> None:
        blank = terminal(" " * indent)
        for line in wrap(terminal(text), self.style.columns - indent):
            self.lines.append(together(blank, self.paint(line, colour)))

    def labelled(self, label: str, text: str, colour: str | None = None, indent: int = 2) -> None:
        """`label     text`, the text wrapped beside the label."""
        left = together(terminal(" " * indent), pad(terminal(label), LABEL))
        for i, line in enumerate(wrap(terminal(text), self.style.columns - indent - LABEL)):
            start = left if i == 0 else terminal(" " * width(left))
            self.lines.append(together(start, self.paint(line, colour)))

    def section(self, title: str) -> None:
        self.add()
        self.paragraph(title, 0, "head")


def draw_chain(page: Page, report: Report, start: str, rows: Sequence[HopRow], label: str) -> None:
    page.labelled(label, place_of(report, start, page.language))
    for i, row in enumerate(rows):
        branch = "└ " if i == len(rows) - 1 else "├ "
        blank = " " * (2 + LABEL) + ("  " if branch[0] == "└" else "│ ") + " " * (RELATION + 1)
        left = together(terminal(" " * (2 + LABEL) + branch), pad(terminal(row.relation), RELATION), terminal(" "))
        marks = f"  [{', '.join(row.marks)}]" if row.marks else ""
        for n, line in enumerate(wrap(terminal(row.to + marks), page.style.columns - width(left))):
            start = left if n == 0 else terminal(blank)
            page.lines.append(together(start, page.paint(line, "weak" if row.marks else None)))


def draw_fork(page: Page, report: Report, fork: Fork) -> None:
    page.section(
        page.say("fork.title", person=report.name(fork.person), supplier=place_of(report, fork.party, page.language))
    )
    page.paragraph(page.say("fork.about", services=names(report, fork.dependencies, page.language)), 2)
    for side in (fork.keep, fork.separate):
        laws = ", ".join(law_name(report.laws.get(i), i, page.language) for i in side.regimes)
        page.labelled(word("fork_side", side.choice, page.language), side.what.in_(page.language))
        page.labelled("", f"→ {word('outcome', side.outcome, page.language)}" + (f" — {laws}" if laws else ""), "dim")
    for case in fork.precedents[:3]:
        known = report.precedents[case]
        page.labelled(
            page.say("finding.seen"),
            f"{known.date} {known.title.in_(page.language)} → {word('outcome', known.outcome, page.language)}",
        )
        for claim in known.claims:
            page.labelled("", f"{claim.by.in_(page.language)}: {claim.said.in_(page.language)}", "dim")
