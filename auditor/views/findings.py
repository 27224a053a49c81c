"""Findings in rows and sentences: drawn chains, laws with their bases, the reach that heads a finding, names."""

from collections.abc import Sequence

from auditor.messages import Words, say, word
from auditor.model.record import record
from auditor.model.report import Chain, Finding, Hop, Law, Reach, Report
from auditor.model.vocabulary import Basis, FactStatus, LawCertainty, Relation

_FIRM = frozenset({LawCertainty.TEXT, LawCertainty.REGULATION})


SHORTEST_SENTENCE = 24


@record
class HopRow:
    """One step of a drawn chain: what the step says, where it leads, and what is weak about it."""

    relation: str
    to: str
    marks: tuple[str, ...] = ()


@record
class LawRow:
    """One law of a finding with the bases found under it, firmest first."""

    law: str
    bases: tuple[str, ...]
    doubts: tuple[str, ...] = ()


def place_of(report: Report, node: str, language: str = "en") -> str:
    """A node's name with its country: `Microsoft Ireland Operations Limited (IE)`."""
    known = report.nodes.get(node)
    if known is None:
        return node.partition(":")[2] or node
    kind = node.partition(":")[0]
    name = known.in_(language)
    return f"{name} ({known.country})" if known.country and kind in ("entity", "party", "org", "unit") else name


def law_name(law: Law | None, fallback: str, language: str) -> str:
    """The short title of a law; in Korean the Korean title with the original citation beside it."""
    if law is None:
        return fallback
    short = law.short or law.name
    return f"{law.name_ko} ({short})" if language == "ko" and law.name_ko else short


def chain_rows(report: Report, chain: Chain, language: str) -> list[HopRow]:
    """The steps of a chain after its first node."""
    return [_hop_row(report, hop, language) for hop in chain.hops]


def _hop_row(report: Report, hop: Hop, language: str) -> HopRow:
    detail = hop.detail or ""
    marks = []
    if hop.assumed:
        marks.append(say("mark.assumed", language))
    if hop.status in (FactStatus.UNVERIFIED, FactStatus.PRESS):
        marks.append(word("status", hop.status, language))
    to = place_of(report, hop.end, language)
    if hop.end.startswith("regime:"):
        law = report.laws.get(hop.end.removeprefix("regime:"))
        to = law_name(law, to, language)
        to += f": {_first_sentence(_words(law, detail, language))}" if detail else ""
        return HopRow(word("relation", hop.relation, language), to, tuple(marks))
    if hop.relation is Relation.OWNED_BY and detail:
        return HopRow(say("relation_with.owned_by", language, percent=detail), to, tuple(marks))
    if hop.relation is Relation.CONTROLLED_BY and detail:
        to += f": {Words('control', tuple(detail.split(', '))).in_(language)}"
    if hop.relation in (Relation.BUILT_ON, Relation.PERFORMED_FROM, Relation.HOSTED_ON) and detail:
        return HopRow(
            say(f"relation_with.{hop.relation}", language, role=word("role", detail, language)), to, tuple(marks)
        )
    if hop.relation is Relation.HELD_BY and detail:
        return HopRow(
            say("relation_with.held_by", language, holding=word("holding", detail, language)), to, tuple(marks)
        )
    return HopRow(word("relation", hop.relation, language), to, tuple(marks))


def _words(law: Law | None, detail: str, language: str) -> str:
    """What a step to a law says: its own words, which the report has in both languages, or one of ours."""
    said = next((words.in_(language) for words in law.words if words.en == detail), None) if law else None
    return word("detail", detail, language) if said is None else said


def _first_sentence(text: str) -> str:
    """Enough of a quoted provision to recognise it; the whole of it stands in the JSON report and in `explain`."""
    head, stop, rest = text.partition(". ")
    while stop and len(head) < SHORTEST_SENTENCE:  # "s. 8(c)" is no sentence
        more, stop, rest = rest.partition(". ")
        head = f"{head}. {more}"
    return head.rstrip(".")


def bases_by_law(report: Report, reaches: Sequence[Reach], language: str) -> list[LawRow]:
    """For each law, every basis found with what is uncertain about it: `direct (untested)`."""
    rows = []
    for regime in dict.fromkeys(r.regime for r in sorted(reaches, key=_order)):
        mine = [r for r in reaches if r.regime == regime]
        firmest: dict[Basis, Reach] = {}
        for r in sorted(mine, key=lambda r: (r.basis.rank, r.law_certainty.rank, r.chain.status.rank)):
            firmest.setdefault(r.basis, r)
        bases = tuple(_basis(basis, r, language) for basis, r in firmest.items())
        law = report.laws.get(regime)
        doubts = tuple(dict.fromkeys(word("doubt", d, language) for r in mine for d in r.undetermined))
        rows.append(LawRow(law_name(law, regime, language), bases, doubts))
    return rows


def _basis(basis: Basis, reach: Reach, language: str) -> str:
    """A basis with what is weak about it: law that is not settled, and facts that nobody has verified."""
    weak = [] if reach.law_certainty in _FIRM else [word("law_certainty", reach.law_certainty, language)]
    if reach.chain.status is FactStatus.UNVERIFIED:
        weak.append(word("status", FactStatus.UNVERIFIED, language))
    return word("basis", basis, language) + (f" ({', '.join(weak)})" if weak else "")


def _order(r: Reach) -> tuple[int, int, str]:
    return r.basis.rank, r.law_certainty.rank, r.regime


def headline(report: Report, finding: Finding) -> Reach | None:
    """The reach that heads a finding: the first basis, the firmest law, the surest facts."""
    mine = [report.reaches[i] for i in finding.reaches]
    return min(
        mine,
        key=lambda r: (bool(r.undetermined), *_order(r)[:2], r.chain.confidence.rank, len(r.chain.hops), r.subjects),
        default=None,
    )


def names(report: Report, nodes: Sequence[str], language: str, most: int = 4) -> str:
    """A list of names, counted from the `most`-th on."""
    found = list(dict.fromkeys(report.name(n, language) for n in nodes))
    shown = ", ".join(found[:most])
    return shown if len(found) <= most else say("list.more", language, names=shown, n=len(found) - most)
