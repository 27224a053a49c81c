"""Outages in rows and sentences: who stops what, when each function stops, what is left, what comes back."""

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence

from auditor.messages import say, word
from auditor.model.causes import Causes, Cell, CommonCause, Concentration, FunctionCuts
from auditor.model.outage import Cut, DataFate, ExitFate, Fate, FunctionFate, Outage, Span
from auditor.model.record import record
from auditor.model.report import Report
from auditor.model.scenarios import Act
from auditor.model.vocabulary import Basis, GroupKind, Outcome, Scope, Sureness
from auditor.views.findings import law_name, names, place_of

HOURS_SHOWN = 2 * 365 * 24
"""Where the scale of a timeline ends; what is later stands at its end."""
TICKS = ((1, "1h"), (24, "1d"), (7 * 24, "1w"), (30 * 24, "1m"), (365 * 24, "1y"))

GOES_ON, PERHAPS, MAY, STOPPED, UNKNOWN = "·", "▒", "░", "█", "?"


@record
class CauseRow:
    """Somebody who stops serving us, what they take away, and the functions that stop with it."""

    parent: str
    sureness: Sureness
    cuts: tuple[Cut, ...]
    things: tuple[str, ...]
    functions: tuple[str, ...]
    laws: tuple[str, ...]


def duration(hours: int, language: str) -> str:
    """A span of time in the unit that fits it: hours below two days, days below two months, months, years.

    Whole days are told as days, as hours are seldom known.
    """
    if 0 < hours < 48 and hours % 24 == 0:
        return say("span.days", language, n=hours // 24)
    for unit, size, below in (("hours", 1, 48), ("days", 24, 60 * 24), ("months", 30 * 24, 730 * 24)):
        if hours < below:
            return say(f"span.{unit}", language, n=round(hours / size))
    return say("span.years", language, n=round(hours / (365 * 24)))


def when(span: Span, sureness: Sureness | None, language: str) -> str:
    """When something stops, in words that are no surer than what is known."""
    low, high = span.low, span.high
    if sureness is not Sureness.OBLIGED:
        begins = duration(low, language)
        return say("span.may_from", language, low=begins) if low else say("span.may_from_act", language)
    if high is None:
        return say("span.open", language) if low == 0 else say("span.open_from", language, low=duration(low, language))
    if low == high:
        return say("span.at_once", language) if low == 0 else say("span.after", language, low=duration(low, language))
    if low == 0:
        return say("span.within", language, high=duration(high, language))
    return say("span.between", language, low=duration(low, language), high=duration(high, language))


def column(hours: int, width: int) -> int:
    """Where an hour stands on a logarithmic scale of so many columns."""
    share = math.log1p(min(hours, HOURS_SHOWN)) / math.log1p(HOURS_SHOWN)
    return min(width - 1, round(share * (width - 1)))


def bar(fate: Fate, width: int) -> str:
    """A function's life after the act, drawn: goes on, may have stopped, has stopped; told apart without colour."""
    if fate.stops is None:
        return GOES_ON * width
    low = column(fate.stops.low, width)
    if fate.sureness is Sureness.UNDETERMINED:
        return GOES_ON * low + UNKNOWN * (width - low)
    if fate.sureness is Sureness.MAY:
        return GOES_ON * low + MAY * (width - low)
    high = width if fate.stops.high is None else column(fate.stops.high, width)
    return GOES_ON * low + PERHAPS * (high - low) + STOPPED * (width - high)


def scale(width: int, language: str) -> str:
    """The ticks above the bars."""
    line = [" "] * (width + 4)
    for hours, tick in TICKS:
        told = say(f"tick.{tick}", language)
        start = column(hours, width)
        line[start : start + len(told)] = told
    return "".join(line).rstrip()


def state(f: FunctionFate, language: str) -> str:
    """One word on what becomes of a function: stops, may stop, unknown, or how it goes on."""
    fate = f.fate
    if fate.stops is None:
        return word("fate", fate.worst, language)
    return word("fate", f"stops_{fate.sureness}", language)


def asked(report: Report, acts: Iterable[Act], language: str) -> str:
    """What is supposed, in one sentence for each act."""
    return " ".join(_act(report, act, language) for act in acts)


def _act(report: Report, act: Act, language: str) -> str:
    kind, _, named = act.who.partition(":")
    who = report.about.name if kind == "self" else _known(report, kind, named, language)
    by = law_name(report.laws.get(act.by or ""), word("authority", act.by or "", language), language)
    if act.person is not None and act.country is not None:
        return say(
            "whatif.session",
            language,
            by=by,
            person=report.name(f"person:{act.person}", language),
            country=report.name(f"country:{act.country}", language),
        )
    if act.by == "voluntary" and kind not in ("self", "person", "entity", "owner"):
        return say(f"whatif.choice_{kind}", language, who=who)
    law = report.laws.get(act.by or "")
    if act.by == "voluntary" or (law is not None and law.authority == "voluntary"):
        return say("head.by_choice", language, by=by, who=who)
    return say("whatif.act", language, by=by, who=who) if act.by else say("whatif.any", language, who=who)


def _known(report: Report, kind: str, named: str, language: str) -> str:
    prefixes = {"supplier": ("entity", "party"), "owner": ("entity", "party", "person"), "entity": ("unit",)}
    for prefix in prefixes.get(kind, (kind,)):
        if f"{prefix}:{named}" in report.nodes:
            return place_of(report, f"{prefix}:{named}", language)
    return word(kind, named, language)


def tally(outage: Outage, language: str) -> str:
    """How many functions stop, may stop, cannot be judged, go on weaker, go on."""
    t = outage.tally
    counts = (("stop", t.stop), ("may_stop", t.may_stop), ("undetermined", t.undetermined), ("weaker", t.weaker))
    told = [say(f"tally.{key}", language, n=n) for key, n in counts if n]
    told.append(say("tally.go_on", language, n=t.go_on, of=len(outage.functions)))
    return " · ".join(told)


def first_stop(outage: Outage) -> FunctionFate | None:
    """The function to name in one line: surest first, then most critical, then soonest."""
    stopping = [f for f in outage.functions if f.fate.stops is not None]
    return min(
        stopping,
        key=lambda f: (
            f.fate.sureness.rank if f.fate.sureness else 9,
            f.criticality.rank if f.criticality else 9,
            f.fate.stops.order if f.fate.stops else (),
            f.fate.node,
        ),
        default=None,
    )


def causes(outage: Outage) -> tuple[CauseRow, ...]:
    """Who stops serving us: each ultimate parent once for what it must stop and once for what it may, gravest first."""
    by_parent: dict[tuple[str, Sureness], list[Cut]] = {}
    for cut in outage.cuts:
        if cut.stops is None or cut.sureness is Sureness.UNDETERMINED or cut.basis is Basis.RECUSAL:
            continue
        if cut.scope is Scope.ALL:
            by_parent.setdefault((cut.parent, cut.sureness), []).append(cut)
    roots: dict[str, set[str]] = {}
    for f in outage.functions:
        if f.fate.stops is not None and f.fate.because:
            roots.setdefault(f.fate.because[-1], set()).add(f.fate.node)
    rows = []
    said: set[str] = set()
    for (parent, sureness), cuts in sorted(by_parent.items(), key=lambda row: row[0][1].rank):
        here = dict.fromkeys(n for c in cuts for n in c.subjects if not n.startswith(_NOT_OURS))
        things = tuple(n for n in here if f"{parent} {n}" not in said)
        said.update(f"{parent} {n}" for n in things)
        if not things:
            continue
        functions = sorted({f for n in things for f in roots.get(n, ())})
        laws = tuple(dict.fromkeys(c.regime for c in cuts if c.regime is not None))
        rows.append(CauseRow(parent, sureness, tuple(cuts), things, tuple(functions), laws))
    return tuple(sorted(rows, key=lambda r: (-len(r.functions), r.sureness.rank, -len(r.things), r.parent)))


_NOT_OURS = ("dependency:exit/",)


def cause_sentence(report: Report, row: CauseRow, language: str) -> str:
    """Who stops what, by which law, and what stops with it."""
    key = "law" if row.laws else "choice"
    sentence = say(
        f"whatif.cause_{key}_{row.sureness}",
        language,
        who=place_of(report, row.parent, language),
        things=names(report, row.things, language, 3),
        laws=", ".join(law_name(report.laws.get(i), i, language) for i in row.laws[:3]),
    )
    if row.functions:
        stopping = names(report, row.functions, language, 4)
        sentence += " " + say("whatif.cause_functions", language, n=len(row.functions), names=stopping)
    return sentence


def function_sentence(report: Report, f: FunctionFate, outage: Outage, language: str) -> str:
    """When a function stops, because of what, and whether it is back in time."""
    fate, stops = f.fate, f.fate.stops or Span(0)
    key = {Sureness.OBLIGED: "stops", Sureness.MAY: "may"}.get(fate.sureness or Sureness.UNDETERMINED, "unknown")
    told = [say(f"whatif.function_{key}", language, name=f.name, when=when(stops, fate.sureness, language))]
    if fate.because:
        told.append(say("whatif.because", language, path=" ← ".join(report.name(n, language) for n in fate.because)))
    ways = [e for e in outage.exits if fate.because and e.of in fate.because]
    if f.back is not None and f.back.low == 0:
        told.append(say("whatif.bridged", language))
    elif f.back is not None:
        told.append(say("whatif.back", language, time=duration(f.back.low, language)))
    elif ways:
        told.append(exit_sentence(report, ways[0], language))
    else:
        told.append(say("whatif.no_way_back", language))
    if f.tolerable is not None and f.bearable is not None:
        key = "in_time" if f.bearable else "too_late"
        told.append(say(f"whatif.{key}", language, tolerable=duration(f.tolerable, language)))
    return " ".join(told)


def exit_lines(report: Report, outage: Outage, language: str) -> Iterator[str]:
    """Every way out, those that come to the same in one line."""
    alike: dict[str, list[str]] = {}
    for e in outage.exits:
        alike.setdefault(exit_sentence(report, e, language), []).append(e.of)
    for sentence, nodes in alike.items():
        yield f"{names(report, nodes, language)} → {sentence}"


def exit_sentence(report: Report, e: ExitFate, language: str) -> str:
    """What an exit is worth under the same act, and what it shares with what was cut."""
    to = report.name(e.to, language) if ":" in e.to else e.to
    if e.usable:
        lead = duration(e.lead_time, language) if e.lead_time is not None else say("whatif.lead_unknown", language)
        key = "rehearsed" if e.rehearsed else "not_rehearsed"
        return say("whatif.exit_usable", language, to=to, lead=lead, rehearsed=say(f"whatif.{key}", language))
    if e.usable is None:
        return say("whatif.exit_unknown", language, to=to)
    shared = [f"regime:{s}" if s in report.laws else s for s in e.shared]
    common = names(report, shared, language, 2) if shared else say("detail.unknown", language)
    through = [n for n in (e.fate.because if e.fate else ()) if not n.startswith(_NOT_OURS)]
    if through and e.to not in through[:1]:
        return say("whatif.exit_falls_needs", language, to=to, need=report.name(through[0], language), shared=common)
    return say("whatif.exit_falls", language, to=to, shared=common)


def data_sentence(report: Report, d: DataFate, language: str) -> str:
    """Whether the data can still be had."""
    told = say(
        f"retrieval.{d.retrieval}",
        language,
        name=report.name(d.node, language),
        where=names(report, d.where, language, 2),
        period=d.days_by_contract or "",
        when=when(d.until, Sureness.OBLIGED, language) if d.until else "",
    )
    if d.days_by_contract and d.retrieval not in ("by_contract", "elsewhere"):
        told += " " + say("retrieval.promised", language, period=d.days_by_contract)
    return told


def survivors(outage: Outage, report: Report) -> tuple[str, ...]:
    """What goes on untouched: dependencies that no cut of the scenario reaches in any way."""
    touched = {f.node for f in outage.fates if f.worst is not Outcome.SURVIVES}
    return tuple(f"dependency:{a.id}" for a in report.assessments if f"dependency:{a.id}" not in touched)


# -- what functions hang on ------------------------------------------------------------------------------------------


def cut_set_sentence(report: Report, cuts: FunctionCuts, language: str) -> str:
    """The minimal cut sets of a function: what alone stops it, and what together."""
    alone = [s.members[0] for s in cuts.sets if len(s.members) == 1]
    joint = [s.members for s in cuts.sets if len(s.members) > 1]
    name = report.name(cuts.function, language)
    told = []
    if alone:
        told.append(say("cuts.alone", language, name=name, n=len(alone), things=names(report, alone, language, 5)))
    for members in joint[:2]:
        key = "cuts.joint_too" if told else "cuts.joint"
        told.append(say(key, language, name=name, things=" + ".join(report.name(m, language) for m in members)))
    if len(joint) > 2:
        told.append(say("cuts.more", language, n=len(joint) - 2))
    if not cuts.complete:
        told.append(say("cuts.incomplete", language))
    return " ".join(told) if told else say("cuts.none", language, name=name)


def common_sentences(report: Report, found: Causes, language: str, most: int) -> Iterator[str]:
    """Common causes that stop more than one function; those of a kind that stop the same ones in one sentence."""
    alike: dict[tuple[GroupKind, tuple[str, ...]], list[CommonCause]] = {}
    for cause in found.common:
        if len(cause.functions) > 1:
            alike.setdefault((cause.kind, cause.functions), []).append(cause)
    for causes in list(alike.values())[:most]:
        yield _common(report, causes, language)


def _common(report: Report, causes: Sequence[CommonCause], language: str) -> str:
    cause = causes[0]
    named = []
    for c in causes:
        law = report.laws.get(c.id.partition(":")[2]) if c.kind is GroupKind.REGIME else None
        named.append(law_name(law, report.name(c.id, language), language))
    who = named[0] if len(named) == 1 else say("common.each", language, names=", ".join(named))
    return say(
        f"common.{cause.kind}",
        language,
        who=who,
        n=len(cause.functions),
        functions=names(report, cause.functions, language, 3),
        things=len(cause.dependencies),
    )


def matrix(found: Causes) -> tuple[tuple[str, ...], Mapping[tuple[str, str], Cell]]:
    """The authorities in order of how many functions they could stop, and the cells by function and authority."""
    cells = {(c.function, c.authority): c for c in found.matrix}
    weight = {a: 0 for _, a in cells}
    for c in found.matrix:
        weight[c.authority] += 100 * (c.stops is True) + 10 * (c.stops is None) + 1
    return tuple(sorted(weight, key=lambda a: (-weight[a], a))), cells


def cell_mark(cell: Cell | None) -> str:
    """How a cell is drawn: stops, may stop, reached but with a fallback, not reached."""
    if cell is None:
        return GOES_ON
    return STOPPED if cell.stops else PERHAPS if cell.stops is None else MAY


def concentration_rows(report: Report, spread: Concentration, language: str, most: int = 3) -> Iterator[str]:
    """The largest shares as ranges."""
    for row in spread.rows[:most]:
        low, high = round(row.low / 100), round(row.high / 100)
        share = f"{low} %" if low == high else f"{low}–{high} %"
        yield say(
            "spread.row",
            language,
            who=report.name(row.id, language),
            share=share,
            n=len(row.dependencies),
        )
