"""The report for a terminal: 80 columns, causes first, chains drawn hop by hop, colour only as an addition."""

from collections.abc import Iterable, Sequence

from auditor.messages import word
from auditor.model.report import Chain, Finding, Reach, Report
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style
from auditor.reporters._page import Page, draw_chain, draw_fork
from auditor.sinks import (
    Output,
    log_line,
    output,
    terminal,
    together,
    width,
)
from auditor.views import LawRow, bases_by_law, chain_rows, headline, law_name, names

SUFFIX = ".txt"
VOLUNTARY = "voluntary"
LONGEST_CHAIN_NAME = 3
CONFIRM_AT_MOST = 8


def render(report: Report, style: Style) -> Output:
    """The text, UTF-8; user text has gone through the terminal sink."""
    page = Page(style)
    _head(page, report)
    if report.causes is not None:
        from auditor.reporters._whatif import whatif  # noqa: PLC0415 - most reports tell of no outage

        whatif(page, report)
        _notes(page, report)
        _foot(page, report)
        return output(map(log_line, page.lines))
    _glance(page, report)
    found = report.in_bin(Bin.OPEN)
    for finding in (f for f in found if f.severity is not Severity.LOW):
        write_finding(page, report, finding)
    for fork in report.forks:
        draw_fork(page, report, fork)
    _low(page, report, [f for f in found if f.severity is Severity.LOW])
    _below(page, report)
    _unknown(page, report)
    _not_checked(page, report)
    _confirm(page, report)
    _laws(page, report)
    _packs(page, report)
    _notes(page, report)
    _foot(page, report)
    return output(map(log_line, page.lines))


def _head(page: Page, report: Report) -> None:
    about = report.about
    seat = f", {about.seat}" if about.seat else ""
    page.paragraph(f"{about.name}{seat}", 0, "head")
    if report.causes is None:
        page.paragraph(_question(page, report))
    page.paragraph(
        page.say(
            "head.made_from",
            on=about.on.isoformat(),
            retrieved=about.knowledge_date.isoformat() if about.knowledge_date else page.say("detail.unknown"),
            products=about.records.get("products", 0),
            entities=about.records.get("entities", 0),
            regimes=about.records.get("regimes", 0),
            files=len(about.inputs),
            version=about.version,
        ),
        colour="dim",
    )
    if about.overlays:
        page.paragraph(page.say("head.overlays", names=", ".join(about.overlays)), colour="weak")


def _question(page: Page, report: Report) -> str:
    question = report.about.question
    by = question.by or ""
    actor = (
        word("authority", by, page.language) if by not in report.laws else law_name(report.laws[by], by, page.language)
    )
    if question.who is None:
        return page.say("head.by_only", by=actor) if by else page.say("head.plain")
    kind, _, named = question.who.partition(":")
    who = (
        report.about.name
        if kind == "self"
        else next((report.name(n, page.language) for n in report.nodes if n.partition(":")[2] == named), named)
    )
    shown = f"{who} ({question.who})" if named else who
    law = report.laws.get(by)
    if by == VOLUNTARY or (law is not None and law.authority == VOLUNTARY):
        return page.say("head.by_choice", by=actor, who=shown)
    return page.say("head.by_who", by=actor, who=shown) if by else page.say("head.who_only", who=shown)


def _glance(page: Page, report: Report) -> None:
    ledger = report.ledger
    found = report.in_bin(Bin.OPEN)
    counts = [(s, sum(f.severity is s for f in found)) for s in Severity]
    shown = [page.say("glance.severity", n=n, severity=word("severity", s, page.language)) for s, n in counts if n]
    told = " · ".join(shown) or page.say("glance.none")
    concerned = len({s.node for f in found for s in f.subjects})
    page.add()
    page.paragraph(
        page.say(
            "glance.counts",
            causes=len(found),
            things=concerned,
            told=told,
            judged=ledger.judged,
            unknown=ledger.unknown,
            dependencies=ledger.dependencies,
        )
    )
    for severity in (Severity.CRITICAL, Severity.HIGH):
        for f in (f for f in found if f.severity is severity):
            mark = word("severity", severity, page.language).upper()
            page.labelled(mark, f.title.in_(page.language) + ": " + report.name(f.cause, page.language), severity)


def write_finding(page: Page, report: Report, f: Finding) -> None:
    """One finding in full: cause, laws and bases, the chain, outcome, precedents, remedy, certainty and places."""
    language = page.language
    page.add()
    mark = terminal(word("severity", f.severity, language).upper())
    tail = terminal(f"{f.rule} {f.fingerprint[:12]}")
    rule = "─" * max(2, page.style.columns - width(mark) - width(tail) - 2)
    page.lines.append(together(page.paint(mark, f.severity), terminal(f" {rule} "), page.paint(tail, "dim")))
    page.paragraph(f.title.in_(language), 2, "head")
    page.paragraph(f.message.in_(language), 2)
    if f.prohibition:
        page.labelled(page.say("finding.law_label"), page.say("finding.prohibition"))
    page.labelled(page.say("finding.concerns"), names(report, [s.node for s in f.subjects], language))
    if f.critical_functions:
        page.labelled(page.say("finding.functions"), names(report, f.critical_functions, language))
    reaches = [report.reaches[i] for i in f.reaches]
    for i, row in enumerate(bases_by_law(report, reaches, language)):
        page.labelled(page.say("finding.law") if i == 0 else "", _law_line(page, row))
    head = headline(report, f)
    if head is not None:
        draw_chain(page, report, _first(head, f), chain_rows(report, head.chain, language), page.say("finding.chain"))
        for chain in head.chains[1:]:
            _also(page, report, head, chain, _first(head, f))
        page.labelled(page.say("finding.outcome"), _outcome(page, sorted({r.outcome for r in reaches})))
    for chain in f.chains[:LONGEST_CHAIN_NAME] if head is None else ():
        draw_chain(page, report, chain.hops[0].start, chain_rows(report, chain, language), page.say("finding.chain"))
    if len(f.chains) > LONGEST_CHAIN_NAME and head is None:
        page.labelled("", page.say("finding.more_chains", n=len(f.chains) - LONGEST_CHAIN_NAME))
    for i, case in enumerate(f.precedents[:2]):
        known = report.precedents[case]
        page.labelled(
            page.say("finding.seen") if i == 0 else "",
            f"{known.date} {known.title.in_(language)} → {word('outcome', known.outcome, language)}",
        )
    page.labelled(page.say("finding.do"), f.remedy.in_(language))
    page.labelled(page.say("finding.sure"), _sure(page, f, report))
    page.labelled(page.say("finding.where"), _places(f))


def _law_line(page: Page, row: LawRow) -> str:
    line = f"{row.law}: " + " · ".join(row.bases)
    return line + (f" [{page.say('finding.undetermined')}: {'; '.join(row.doubts)}]" if row.doubts else "")


def _first(reach: Reach, f: Finding) -> str:
    """The first subject of the finding that the reach is about."""
    return min(({s.node for s in f.subjects} & set(reach.subjects)) or set(reach.subjects))


def _also(page: Page, report: Report, head: Reach, chain: Chain, start: str) -> None:
    """A further chain: one line where it only begins in another way, else drawn."""
    rows = chain_rows(report, chain, page.language)
    if [h.end for h in chain.hops[1:]] == [h.end for h in head.chain.hops[1:]] and chain.hops[0].end == head.chain.hops[
        0
    ].end:
        page.labelled(page.say("finding.also"), page.say("finding.as_above", relation=rows[0].relation, to=rows[0].to))
    else:
        draw_chain(page, report, start, rows, page.say("finding.also"))


def _outcome(page: Page, outcomes: Iterable[str]) -> str:
    return " · ".join(word("outcome", o, page.language) for o in outcomes)


def _sure(page: Page, f: Finding, report: Report) -> str:
    told = word("confidence", f.confidence, page.language)
    weak = {h.status for i in f.reaches for h in report.reaches[i].chain.hops}
    return told + (f" — {page.say('finding.unverified')}" if "unverified" in weak else "")


def _places(f: Finding) -> str:
    shown = [str(s.origin) for s in f.subjects[:2]]
    return ", ".join(shown) + (f" (+{len(f.subjects) - 2})" if len(f.subjects) > 2 else "")


def _low(page: Page, report: Report, found: Sequence[Finding]) -> None:
    """Low findings, two lines each; `explain` draws them in full."""
    if not found:
        return
    page.section(page.say("low.title", n=len(found)))
    for f in found:
        subjects = names(report, [s.node for s in f.subjects], page.language, 3)
        page.paragraph(f"{f.title.in_(page.language)}: {subjects} [{f.fingerprint[:12]}]", 2)
        page.paragraph(f"{page.say('finding.do')}: {f.remedy.in_(page.language)}", 4, "dim")


def _below(page: Page, report: Report) -> None:
    for where in (Bin.ACCEPTED, Bin.BASELINED, Bin.BELOW_THRESHOLD):
        found = report.in_bin(where)
        if found:
            page.section(page.say(f"bin.{where}", n=len(found)))
            for f in found:
                decision = f" ({f.decision})" if f.decision else ""
                page.labelled(
                    word("severity", f.severity, page.language),
                    f"{f.title.in_(page.language)}: {report.name(f.cause, page.language)}{decision}"
                    f" [{f.fingerprint[:12]}]",
                )


def _unknown(page: Page, report: Report) -> None:
    if not report.unresolved:
        return
    page.section(page.say("unknown.title", n=len(report.unresolved)))
    for u in report.unresolved:
        near = [report.name(n) if ":" in n else n for n in u.nearest]
        hint = page.say("unknown.near", names=", ".join(near)) if near else page.say("unknown.none_near")
        written = f"`{u.written}`" if u.written is not None else page.say("unknown.nothing")
        part = word("part", u.part, page.language)
        page.paragraph(f"{report.name(u.subject)}: {part} {written} — {hint} ({u.origin})", 2)


def _not_checked(page: Page, report: Report) -> None:
    rows = [(a.name, a.unchecked) for a in report.assessments if a.judged and a.unchecked]
    if not rows:
        return
    page.section(page.say("unchecked.title", n=len(rows), of=len(report.assessments)))
    for name, roles in rows:
        page.paragraph(f"{name}: " + ", ".join(word("role", r, page.language) for r in roles), 2)


def _confirm(page: Page, report: Report) -> None:
    if not report.to_confirm:
        return
    page.section(page.say("confirm_list.title", n=len(report.to_confirm)))
    for c in report.to_confirm[:CONFIRM_AT_MOST]:
        page.paragraph(
            "- "
            + c.statement.in_(page.language)
            + page.say("confirm_list.weight", n=len(c.dependencies), critical=c.critical_functions),
            2,
        )
    if len(report.to_confirm) > CONFIRM_AT_MOST:
        page.add("  " + page.say("confirm_list.more", n=len(report.to_confirm) - CONFIRM_AT_MOST), "dim")


def _laws(page: Page, report: Report) -> None:
    named = {i for f in report.in_bin(Bin.OPEN) if f.severity is not Severity.LOW for i in f.laws}
    if not named:
        return
    page.section(page.say("laws.title"))
    for i in sorted(named & set(report.laws)):
        law = report.laws[i]
        title = f"{law.name_ko} — {law.name}" if page.language == "ko" and law.name_ko else law.name
        page.paragraph(
            f"{law.short or law.id}: {title}; {law.citation} [{word('period', law.status, page.language)}]", 2
        )
        for text in law.carve_outs[:1]:
            page.paragraph(page.say("laws.carve_out", text=text.in_(page.language)), 4, "dim")
        for text in law.to_verify[:1]:
            page.paragraph(page.say("laws.to_verify", text=text.in_(page.language)), 4, "weak")


def _packs(page: Page, report: Report) -> None:
    page.section(page.say("packs.title", profile=report.about.profile))
    ran = [p for p in report.packs if p.ran]
    page.paragraph(page.say("packs.ran", names=", ".join(f"{p.pack} ({p.rules})" for p in ran) or "–"), 2)
    for p in (p for p in report.packs if not p.ran):
        why = p.why_not.in_(page.language) if p.why_not else ""
        page.paragraph(page.say("packs.not_ran", name=p.pack, why=why), 2)


def _notes(page: Page, report: Report) -> None:
    if report.notes:
        page.section(page.say("notes.title"))
        for note in report.notes:
            place = f" ({note.origin})" if note.origin.file else ""
            page.paragraph(f"{note.code}: {note.in_(page.language)}{place}", 2)


def _foot(page: Page, report: Report) -> None:
    ledger = report.ledger
    page.add()
    for note in report.verdict.notes:
        page.paragraph(note.in_(page.language), 0, "head")
    page.paragraph(
        page.say(
            "foot.counts",
            judged=ledger.judged,
            unknown=ledger.unknown,
            accepted=len(report.in_bin(Bin.ACCEPTED)),
            baselined=len(report.in_bin(Bin.BASELINED)),
            rules=ledger.rules_evaluated,
        )
    )
    page.paragraph(page.say("foot.no_permission"), colour="dim")
