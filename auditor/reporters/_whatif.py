"""Outages for a terminal: one line for each of several scenarios, or one in full with its timeline."""

from collections.abc import Sequence

from auditor.messages import say
from auditor.model.outage import Cut, FunctionFate, Outage
from auditor.model.report import Report
from auditor.model.vocabulary import Basis, Criticality, Sureness
from auditor.reporters._page import Page, draw_chain, draw_fork
from auditor.sinks import pad, terminal
from auditor.views import chain_rows, law_name, names
from auditor.views import outages as rows
from auditor.views.outages import CauseRow

NAME = 24
"""Columns of a function's name beside its bar."""
STATE = 12
CAUSES_IN_FULL = 4
SHOWN = 12
AUTHORITIES = 8


def whatif(page: Page, report: Report) -> None:
    """One scenario in full, or several in a line each; then what functions hang on whatever happens."""
    if len(report.outages) == 1:
        _outage(page, report, report.outages[0])
    else:
        _lines(page, report)
    _causes(page, report, cuts=len(report.outages) > 1)


def _lines(page: Page, report: Report) -> None:
    page.section(page.say("whatif.lines", n=len(report.outages)))
    alike: dict[tuple[str, str, bool], list[Outage]] = {}
    for outage in sorted(report.outages, key=_gravest):
        told = [rows.tally(outage, page.language)]
        first = rows.first_stop(outage)
        if first is not None and first.fate.stops is not None:
            when = rows.when(first.fate.stops, first.fate.sureness, page.language)
            told.append(page.say("whatif.line_first", name=first.name, when=when))
        line = " — ".join(told)
        alike.setdefault((outage.scenario.partition("/")[0], line, first is not None), []).append(outage)
    for (_, line, stops), among in alike.items():
        mark = f" [{page.say('whatif.stress')}]" if among[0].stress else ""
        page.paragraph(f"{_titles(page, report, among)}{mark}", 2, "head" if stops else None)
        page.paragraph(line, 4)
        page.paragraph(f"--scenario {among[0].scenario}", 4, "dim")


def _titles(page: Page, report: Report, among: Sequence[Outage]) -> str:
    """The title of one run, or of several that come to the same, with the names that tell them apart."""
    if len(among) == 1:
        return _title(page, report, among[0])
    title = _title(page, report, among[0]).partition(": ")[0]
    runs = [o.scenario.partition("/")[2] for o in among]
    return f"{title}: {names(report, runs, page.language, SHOWN)}"


def _gravest(outage: Outage) -> tuple[object, ...]:
    t = outage.tally
    return outage.stress, -t.stop, -t.may_stop, -t.undetermined, -t.weaker, outage.scenario


def _title(page: Page, report: Report, outage: Outage) -> str:
    return outage.title.in_(page.language) or rows.asked(report, outage.acts, page.language)


def _outage(page: Page, report: Report, outage: Outage) -> None:
    page.section(_title(page, report, outage))
    if outage.title.en:
        page.paragraph(rows.asked(report, outage.acts, page.language))
    if outage.note is not None:
        page.paragraph(outage.note.in_(page.language), colour="dim")
    if outage.stress:
        page.paragraph(page.say("whatif.stress"), colour="weak")
    page.paragraph(rows.tally(outage, page.language), colour="head")
    _who(page, report, outage)
    _timeline(page, outage)
    _functions(page, report, outage)
    _forks(page, report, outage)
    _exits(page, report, outage)
    _data(page, report, outage)
    _people(page, report, outage)
    _rest(page, report, outage)


def _who(page: Page, report: Report, outage: Outage) -> None:
    page.section(page.say("whatif.who"))
    found = rows.causes(outage)
    if not found:
        page.paragraph(page.say("whatif.nobody"), 2)
    told: set[str] = set()
    for i, row in enumerate(found):
        page.paragraph(rows.cause_sentence(report, row, page.language), 2)
        if i < CAUSES_IN_FULL:
            _cause_chain(page, report, row)
            _clocks(page, report, row.cuts[0], told)


def _cause_chain(page: Page, report: Report, row: CauseRow) -> None:
    """The firmest chain of a cause."""
    cut = row.cuts[0]
    if cut.chain.hops:
        draw_chain(page, report, cut.subjects[0], chain_rows(report, cut.chain, page.language), "")


def _clocks(page: Page, report: Report, cut: Cut, told: set[str]) -> None:
    """The clocks of a cut's law, once for each law."""
    if cut.regime is not None and cut.regime not in told:
        told.add(cut.regime)
        law = law_name(report.laws.get(cut.regime), cut.regime, page.language)
        notice, latency = (_clock(page, c) for c in (cut.clocks.notice, cut.clocks.latency))
        page.paragraph(page.say("whatif.clocks", law=law, notice=notice, latency=latency), 4, "dim")
    if cut.clocks.licensed_until is not None:
        time = rows.duration(cut.clocks.licensed_until.low, page.language)
        page.paragraph(page.say("whatif.licensed", time=time), 4, "dim")


def _clock(page: Page, clock: object) -> str:
    low, high = getattr(clock, "low", None), getattr(clock, "high", None)
    if clock is None or low is None:
        return page.say("whatif.clock_unknown")
    begins = rows.duration(low, page.language)
    if high is None:
        return page.say("whatif.clock_from", low=begins)
    if low == high:
        return begins
    return page.say("whatif.clock_span", low=begins, high=rows.duration(high, page.language))


def _timeline(page: Page, outage: Outage) -> None:
    if not outage.functions:
        return
    across = page.style.columns - 2 - NAME - 2 - STATE
    page.section(page.say("whatif.timeline"))
    page.add("  " + " " * (NAME + 1) + rows.scale(across, page.language), "dim")
    shown = sorted(outage.functions, key=lambda f: (_soonest(f), _urgency(f)))
    for f in shown:
        colour = None if f.fate.stops is None else "high" if f.fate.sureness is Sureness.OBLIGED else "medium"
        page.add(f"  {pad(terminal(f.name), NAME)} {rows.bar(f.fate, across)} {rows.state(f, page.language)}", colour)
    page.paragraph(page.say("whatif.legend"), 2, "dim")


def _urgency(f: FunctionFate) -> tuple[object, ...]:
    return f.criticality.rank if f.criticality else len(Criticality), _soonest(f), f.name


def _soonest(f: FunctionFate) -> tuple[object, ...]:
    """Those that stop first, the soonest of them first."""
    return (True,) if f.fate.stops is None else (False, f.fate.stops.order)


def _functions(page: Page, report: Report, outage: Outage) -> None:
    stopping = [f for f in outage.functions if f.fate.stops is not None]
    if not stopping:
        return
    page.section(page.say("whatif.functions"))
    for f in sorted(stopping, key=_urgency):
        page.paragraph(rows.function_sentence(report, f, outage, page.language), 2)


def _forks(page: Page, report: Report, outage: Outage) -> None:
    for f in outage.forks:
        draw_fork(page, report, f.fork)
        none = page.say("whatif.fork_none")
        keep, separate = (names(report, among, page.language) or none for among in (f.keep, f.separate))
        page.paragraph(page.say("whatif.fork", keep=keep, separate=separate), 2)


def _exits(page: Page, report: Report, outage: Outage) -> None:
    if not outage.exits:
        return
    page.section(page.say("whatif.exits"))
    lines = list(rows.exit_lines(report, outage, page.language))
    for line in lines[:SHOWN]:
        page.paragraph(line, 2)
    _more(page, len(lines))


def _data(page: Page, report: Report, outage: Outage) -> None:
    if outage.data:
        page.section(page.say("whatif.data"))
        for d in outage.data[:SHOWN]:
            page.paragraph(rows.data_sentence(report, d, page.language), 2)
        _more(page, len(outage.data))


def _more(page: Page, n: int) -> None:
    if n > SHOWN:
        page.paragraph(say("list.more", page.language, names="…", n=n - SHOWN), 2, "dim")


def _people(page: Page, report: Report, outage: Outage) -> None:
    """Our own people whom the law binds as individuals."""
    aside: dict[str, Cut] = {}
    for cut in outage.cuts:
        if cut.basis is Basis.RECUSAL:
            for node in cut.subjects:
                aside.setdefault(node, cut)
    if not aside:
        return
    page.section(page.say("whatif.people"))
    for node, cut in sorted(aside.items()):
        hop = chain_rows(report, cut.chain, page.language)[0]
        page.paragraph(f"{report.name(node, page.language)}: {hop.relation} {hop.to}", 2)


def _rest(page: Page, report: Report, outage: Outage) -> None:
    left = rows.survivors(outage, report)
    if left:
        page.section(page.say("whatif.survives", n=len(left)))
        page.paragraph(names(report, left, page.language, SHOWN), 2)
    if outage.comebacks:
        page.section(page.say("whatif.comebacks"))
        for c in outage.comebacks:
            things = names(report, c.subjects, page.language, 3)
            page.paragraph(f"{things}: {c.note.in_(page.language)}", 2)
    for loop in outage.loops:
        page.paragraph(page.say("whatif.loops", names=names(report, loop, page.language)), 2, "weak")
    if outage.unjudged:
        told = names(report, outage.unjudged, page.language)
        page.add()
        page.paragraph(page.say("whatif.unjudged", n=len(outage.unjudged), names=told), 0, "weak")
    if outage.precedents:
        page.section(page.say("whatif.precedents"))
        for i in outage.precedents:
            case = report.precedents[i]
            page.paragraph(f"{case.date} {case.title.in_(page.language)}", 2)


def _causes(page: Page, report: Report, *, cuts: bool) -> None:
    found = report.causes
    if found is None:
        return
    authorities, cells = rows.matrix(found)
    functions = list(dict.fromkeys(c.function for c in found.cuts))
    if authorities and functions:
        shown = authorities[:AUTHORITIES]
        page.section(page.say("matrix.title"))
        page.add("  " + " " * NAME + "".join(pad(a, 5) + " " for a in shown), "dim")
        for f in functions:
            marks = "".join(pad(rows.cell_mark(cells.get((f, a))) * 2, 6) for a in shown)
            page.add(f"  {pad(terminal(report.name(f, page.language)), NAME - 1)} {marks}")
        page.paragraph(page.say("matrix.legend"), 2, "dim")
    several = list(rows.common_sentences(report, found, page.language, AUTHORITIES))
    if several:
        page.section(page.say("common.title"))
        for sentence in several:
            page.paragraph(sentence, 2)
    if cuts and found.cuts:
        page.section(page.say("cuts.title"))
        for each in found.cuts:
            page.paragraph(rows.cut_set_sentence(report, each, page.language), 2)
    if found.concentration:
        page.section(page.say("spread.title"))
        for spread in found.concentration:
            hhi = f"{spread.hhi_low}" if spread.hhi_low == spread.hhi_high else f"{spread.hhi_low}–{spread.hhi_high}"
            told = " · ".join(rows.concentration_rows(report, spread, page.language))
            page.paragraph(f"{page.say(f'spread.{spread.kind}', hhi=hhi)}: {told}", 2)
