"""Evidence into one finding per cause: what it is about, on what grounds, in which words."""

import hashlib
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.evaluate.table import Found, Table, name_of
from auditor.messages import LANGUAGES, say, word
from auditor.model.inventory import Function
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.report import Finding, Question, Reach
from auditor.model.rules import Pack, Rule
from auditor.model.values import Text
from auditor.model.vocabulary import CauseKind, Confidence, Criticality
from auditor.predicates import Evidence, Facts, total
from auditor.predicates.facts import Record

NAMED_AT_MOST = 3
"""How many names a sentence lists before it counts the rest."""


@dataclass(slots=True, eq=False, repr=False)
class _Cause:
    """The subjects of one cause, by index in the table, and each distinct evidence once: thousands share the same."""

    subjects: list[int] = field(default_factory=list)
    found: dict[tuple[int, ...], Found] = field(default_factory=dict)


def findings_of(pack: Pack, rule: Rule, table: Table, question: Question) -> Iterator[Finding]:
    """One finding for each cause of a rule, by cause."""
    causes: dict[str, _Cause] = {}
    for found, subjects in table.classes(rule.when):
        key = tuple(map(id, found))
        for cause, of_cause in _causes(rule.group_by, found, subjects, table):
            group = causes.setdefault(cause, _Cause())
            group.subjects.extend(of_cause)
            group.found.setdefault(key, found)
    mine = _Mine(rule.group_by, table.facts)
    for cause, group in sorted(causes.items()):
        group.subjects.sort()
        evidence = total(e for found in group.found.values() for e in mine.of(found, cause))
        if evidence.reaches:
            evidence = _beside(cause, evidence, group.subjects, table)
        yield _finding(pack, rule, cause, group.subjects, evidence, table, question)


def fingerprint(organization: str, rule: Rule, pack: str, cause: str, question: Question) -> str:
    """SHA-256 of the canonical JSON array [organisation, pack, rule, cause kind, cause id, regime, target]."""
    parts = [organization, pack, rule.id, str(rule.group_by), cause, question.by or "", question.who or ""]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def _causes(
    kind: CauseKind, found: Found, subjects: Sequence[int], table: Table
) -> Iterator[tuple[str, Sequence[int]]]:
    facts = table.facts
    match kind:
        case CauseKind.ORGANIZATION:
            yield f"org:{facts.inventory.organization.id}", subjects
            return
        case CauseKind.CONTRACT:
            for i in subjects:
                contract = facts.contract(table.subjects[i])
                yield f"contract:{contract.id}" if contract else table.subjects[i].node, (i,)
            return
    named = dict.fromkeys(n for e in found for n in e.named.get(str(kind), ())) if kind is not CauseKind.SUBJECT else {}
    for cause in named:
        yield cause, subjects
    if not named:
        # a rule that groups by something its evidence does not name falls back to the subject, never to nothing
        for i in subjects:
            yield table.subjects[i].node, (i,)


@dataclass(slots=True, eq=False, repr=False)
class _Mine:
    """The part of evidence that belongs to one cause, where reaches tell it."""

    kind: CauseKind
    facts: Facts
    _kept: dict[tuple[int, str], Evidence] = field(default_factory=dict)

    def of(self, found: Found, cause: str) -> Found:
        if self.kind not in (CauseKind.PARTY, CauseKind.PARENT, CauseKind.REGIME) or not any(e.reaches for e in found):
            return found
        return tuple(self._of(e, cause) for e in found)

    def _of(self, found: Evidence, cause: str) -> Evidence:
        key = (id(found), cause)
        if key not in self._kept:
            mine = [i for i in found.reaches if self._belongs(self.facts.reaches[i], cause)]
            named = dict(found.named)
            named["party"] = tuple(dict.fromkeys(self.facts.reaches[i].party for i in mine))
            named["regime"] = tuple(dict.fromkeys(f"regime:{self.facts.reaches[i].regime}" for i in mine))
            self._kept[key] = Evidence(tuple(mine), found.chains, named)
        return self._kept[key]

    def _belongs(self, reach: Reach, cause: str) -> bool:
        return cause in (reach.party, reach.parent) or cause == f"regime:{reach.regime}"


def _beside(cause: str, found: Evidence, subjects: Sequence[int], table: Table) -> Evidence:
    """The same evidence with every other basis in law on which the same cause is reached for the same subjects.

    A rule may fire on one basis; whoever reads the finding has to see all of them, and under which other laws.
    """
    facts = table.facts
    mine = [facts.reaches[i] for i in found.reaches]
    concerns, effects = {r.concern for r in mine}, {e for r in mine for e in r.effects}

    def belongs(r: Reach) -> bool:
        same = r.concern in concerns and not effects.isdisjoint(r.effects)
        return same and r.basis.decided_by == "law" and not r.undetermined

    others = {i for i in facts.reaches_by.get(cause, ()) if belongs(facts.reaches[i])}
    others.difference_update(found.reaches)
    beside: set[int] = set()
    if others:
        for subject in table.unlike("reached", subjects):
            beside |= others.intersection(facts.reaches_of.get(subject.node, ()))
    return total((found, Evidence(tuple(sorted(beside))))) if beside else found


def _finding(
    pack: Pack, rule: Rule, cause: str, subjects: Sequence[int], evidence: Evidence, table: Table, question: Question
) -> Finding:
    facts = table.facts
    reaches = [facts.reaches[i] for i in evidence.reaches]
    firmest_first = sorted(reaches, key=lambda r: (r.basis.rank, r.law_certainty.rank, r.regime))
    supposed = (n.partition(":")[2] for n in evidence.named.get("regime", ()))  # by scenarios, which have no reaches
    laws = tuple(dict.fromkeys((*(r.regime for r in firmest_first), *supposed, *rule.law)))
    functions = {
        f.id
        for subject in table.unlike("supports", subjects)
        for f in _needing(subject.record, facts)
        if f.criticality in (Criticality.CRITICAL, Criticality.HIGH)
    }
    fill = _Fill(table, cause, subjects, evidence, laws, tuple(sorted(functions)))
    chains = [c for r in reaches for c in r.chains[:1]] or list(evidence.chains)
    return Finding(
        fingerprint=fingerprint(facts.inventory.organization.id, rule, pack.pack, cause, question),
        pack=pack.pack,
        rule=rule.id,
        severity=rule.severity,
        confidence=min((c.confidence for c in chains), key=lambda c: c.rank, default=Confidence.HIGH),
        title=rule.title,
        message=fill.text(rule.message),
        remedy=fill.text(rule.remedy),
        cause_kind=rule.group_by,
        cause=cause,
        subjects=tuple(map(table.place, subjects)),
        reaches=evidence.reaches,
        chains=evidence.chains,
        answers=(table.answer(rule.when, subjects[0]),),
        laws=laws,
        precedents=_precedents(facts.knowledge, laws, reaches_parties(reaches), _categories(table, subjects)),
        references=rule.references,
        critical_functions=tuple(f"function:{f}" for f in sorted(functions)),
        prohibition=rule.prohibition,
    )


def _needing(record: Record, facts: Facts) -> tuple[Function, ...]:
    """The functions that need something; a function needs itself."""
    return (record,) if isinstance(record, Function) else facts.functions_of.get(record.id, ())


def reaches_parties(reaches: Sequence[Reach]) -> frozenset[str]:
    """Catalogue ids of the parties of reaches and of the last who stand behind them."""
    nodes = {n for r in reaches for n in (r.party, r.parent)}
    return frozenset(n.removeprefix("entity:") for n in nodes if n.startswith("entity:"))


def _categories(table: Table, subjects: Sequence[int]) -> frozenset[str]:
    supplies = (table.facts.supply(subject) for subject in table.unlike("category", subjects))
    return frozenset(s.backing.product.category for s in supplies if s and s.backing.product)


def _precedents(
    knowledge: Knowledge, laws: Sequence[str], parties: frozenset[str], categories: frozenset[str]
) -> tuple[str, ...]:
    """Precedents under the same laws with the same supplier or the same kind of service; the first law's first."""
    scored = []
    for case in knowledge.precedents.values():
        shared = [laws.index(r) for r in case.regimes if r in laws]
        if not shared:
            continue
        same = bool(parties & set(case.suppliers))
        if same or categories & set(case.categories):
            scored.append((min(shared), not same, case.day, case.id))
    return tuple(i for *_, i in sorted(scored))


@record
class _Fill:
    """Puts names into a rule's own sentences; only the names of `PLACEHOLDERS`, in one pass, user text never parsed."""

    table: Table
    cause: str
    subjects: Sequence[int]
    evidence: Evidence
    laws: tuple[str, ...]
    functions: tuple[str, ...]
    _lists: dict[tuple[str, str], str] = field(default_factory=dict)

    def text(self, text: Text) -> Text:
        return Text(*(self._fill(text.in_(language), language) for language in LANGUAGES))

    def _fill(self, sentence: str, language: str) -> str:
        head, *pieces = sentence.split("{")
        filled = [head]
        for piece in pieces:
            name, _, rest = piece.partition("}")
            filled += [self._value(name, language), rest]
        return "".join(filled)

    def _value(self, name: str, language: str) -> str:
        key = (name, language)
        if key not in self._lists:
            self._lists[key] = self._said(name, language)
        return self._lists[key]

    def _said(self, name: str, language: str) -> str:
        facts = self.table.facts
        named: Mapping[str, tuple[str, ...]] = self.evidence.named
        match name:
            case "cause":
                return name_of(facts, self.cause, language)
            case "subjects":
                names = self.table.names(language)
                return self._shown([names[i] for i in self.subjects], language)
            case "count":
                return str(len(self.subjects))
            case "target":
                return name_of(facts, facts.target, language) if facts.target else "–"
            case "laws":
                return self._list([f"regime:{r}" for r in self.laws], language)
            case "bases":
                bases = dict.fromkeys(facts.reaches[i].basis for i in self.evidence.reaches)
                return ", ".join(word("basis", b, language) for b in sorted(bases, key=lambda b: b.rank)) or "–"
            case "functions":
                return self._list([f"function:{f}" for f in self.functions], language)
            case "roles":
                return ", ".join(word("role", r, language) for r in named.get("role", ())) or "–"
            case "scenarios":
                return self._scenarios(named.get("scenario", ()), language)
        sorts = {"people": "person", "parties": "party", "resellers": "reseller", "countries": "country"}
        return self._list(named.get(sorts.get(name, name), ()), language)

    def _scenarios(self, ids: tuple[str, ...], language: str) -> str:
        """The titles of scenarios; runs of one scenario for several people or owners have its title."""
        known = self.table.facts.supposed.scenarios
        titles = dict.fromkeys(known[i.partition("/")[0]].title.in_(language) for i in ids)
        return "; ".join(titles) or "–"

    def _list(self, nodes: Iterable[str], language: str) -> str:
        return self._shown([name_of(self.table.facts, n, language) for n in nodes], language)

    def _shown(self, named: Iterable[str], language: str) -> str:
        names = list(dict.fromkeys(named))
        if not names:
            return "–"
        shown = ", ".join(names[:NAMED_AT_MOST])
        return (
            shown
            if len(names) <= NAMED_AT_MOST
            else say("list.more", language, names=shown, n=len(names) - NAMED_AT_MOST)
        )
