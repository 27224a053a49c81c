"""Rules against subjects: conditions into evidence, evidence into one finding per cause."""

import hashlib
import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import reduce

from auditor.messages import LANGUAGES, Words, both, say, word
from auditor.model.inventory import Dependency, Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.report import Answer, Finding, PackRun, Question, Reach
from auditor.model.report import Subject as Place
from auditor.model.rules import All, Any, Ask, Condition, Not, Pack, Rule
from auditor.model.values import Text
from auditor.model.vocabulary import (
    CauseKind,
    Confidence,
    Criticality,
    Layer,
    OrganisationKind,
    Profile,
    SubjectKind,
)
from auditor.predicates import HOLDS, PREDICATES, Evidence, Facts, Subject, total

NAMED_AT_MOST = 3
"""How many names a sentence lists before it counts the rest."""


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What became of the packs: findings, who ran and who did not, how many rules were loaded and evaluated."""

    findings: tuple[Finding, ...]
    packs: tuple[PackRun, ...]
    rules_loaded: int
    rules_evaluated: int


def evaluate(packs: Sequence[Pack], facts: Facts, profile: Profile, question: Question) -> Evaluation:
    """Run every pack of the profile that applies. Pure; findings are sorted by severity, then by what hangs on them."""
    subjects = {kind: tuple(_subjects(facts.inventory, kind)) for kind in SubjectKind}
    findings: list[Finding] = []
    runs: list[PackRun] = []
    loaded = evaluated = 0
    for pack in packs:
        why_not = _why_not(pack, facts, profile, question)
        runs.append(PackRun(pack.pack, pack.title, len(pack.rules), why_not is None, why_not))
        if why_not is None:
            for rule in pack.rules:
                loaded += 1
                findings.extend(_evaluate_rule(pack, rule, facts, subjects[rule.subject], question))
                evaluated += 1
    findings.sort(key=lambda f: (f.severity.rank, -len(f.critical_functions), f.rule, f.cause, f.fingerprint))
    return Evaluation(tuple(findings), tuple(runs), loaded, evaluated)


def fingerprint(organization: str, rule: Rule, pack: str, cause: str, question: Question) -> str:
    """SHA-256 of the canonical JSON array [organisation, pack, rule, cause kind, cause id, regime, target]."""
    parts = [organization, pack, rule.id, str(rule.group_by), cause, question.by or "", question.who or ""]
    return hashlib.sha256(json.dumps(parts, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


# -- which packs run -----------------------------------------------------------------------------------------------


def _why_not(pack: Pack, facts: Facts, profile: Profile, question: Question) -> Text | None:
    organization = facts.inventory.organization
    if profile is not Profile.ALL and profile not in pack.profiles:
        return both("pack.other_profile", profiles=", ".join(pack.profiles))
    if not _in_force(pack, facts.on):
        return both("pack.not_in_force")
    if pack.needs_lists:
        return both("pack.needs_lists", lists=", ".join(pack.needs_lists))
    if pack.needs_question and question.who is None:
        return both("pack.needs_question")
    applies = pack.applies_to
    if applies.kinds and not set(applies.kinds) & set(organization.kind or [OrganisationKind.COMPANY]):
        return both("pack.other_kind", kinds=Words("kind", applies.kinds))
    seat = organization.seat
    if applies.seats and not any(facts.knowledge.within(seat, area, facts.on) for area in applies.seats):
        return both("pack.other_seat", seats=", ".join(applies.seats))
    missing = [part for part in applies.has if not _has(facts.inventory, facts, part)]
    return both("pack.nothing_there", parts=Words("has", tuple(missing))) if missing else None


def _in_force(pack: Pack, on: date) -> bool:
    return (pack.since or date.min) <= on <= (pack.until or date.max)


def _has(inventory: Inventory, facts: Facts, part: str) -> bool:
    match part:
        case "people":
            return bool(inventory.people)
        case "assets":
            return bool(inventory.assets)
        case "contracts":
            return bool(inventory.contracts)
        case "functions":
            return bool(inventory.functions)
    return any(_layer(facts, d) is Layer.MODEL for d in inventory.dependencies)


def _layer(facts: Facts, d: Dependency) -> Layer | None:
    product = facts.resolution.supplies[d.id].backing.product
    return d.layer or (product.layer if product else None)


def _subjects(inventory: Inventory, kind: SubjectKind) -> Iterator[Subject]:
    match kind:
        case SubjectKind.DEPENDENCY:
            yield from (Subject(kind, f"dependency:{d.id}", d) for d in inventory.dependencies)
        case SubjectKind.ASSET:
            yield from (Subject(kind, f"asset:{a.id}", a) for a in inventory.assets)
        case SubjectKind.PERSON:
            yield from (Subject(kind, f"person:{p.id}", p) for p in inventory.people)
        case SubjectKind.CONTRACT:
            yield from (Subject(kind, f"contract:{c.id}", c) for c in inventory.contracts)
        case SubjectKind.FUNCTION:
            yield from (Subject(kind, f"function:{f.id}", f) for f in inventory.functions)
        case SubjectKind.ORGANIZATION:
            yield Subject(kind, f"org:{inventory.organization.id}", inventory.organization)


# -- conditions ----------------------------------------------------------------------------------------------------


def holds(condition: Condition, facts: Facts, subject: Subject) -> Evidence | None:
    """The evidence for a condition, or None. What `not` finds missing is no evidence; it only lets others stand."""
    match condition:
        case All(of=parts):
            total = HOLDS
            for part in parts:
                found = holds(part, facts, subject)
                if found is None:
                    return None
                total = facts.joined(total, found)
            return total
        case Any(of=parts):
            held = [e for part in parts if (e := holds(part, facts, subject)) is not None]
            return reduce(facts.joined, held) if held else None
        case Not(of=part):
            return HOLDS if holds(part, facts, subject) is None else None
        case Ask(predicate=name, arguments=arguments):
            return PREDICATES[name].ask(facts, subject, arguments)


def answer(condition: Condition, facts: Facts, subject: Subject) -> Answer:
    """Every part of a condition with whether it holds and what was found, for `explain`."""
    found = holds(condition, facts, subject)
    match condition:
        case All(of=parts) | Any(of=parts):
            name = "all" if isinstance(condition, All) else "any"
            return Answer(name, found is not None, None, tuple(answer(p, facts, subject) for p in parts))
        case Not(of=part):
            return Answer("not", found is not None, None, (answer(part, facts, subject),))
        case Ask(predicate=name, arguments=arguments):
            asked = ", ".join(f"{k}: {v if isinstance(v, str) else ' | '.join(v)}" for k, v in arguments.items())
            return Answer(f"{name}({asked})", found is not None, _value(found, facts))


def _value(found: Evidence | None, facts: Facts) -> Text | None:
    if found is None or not (found.reaches or found.named):
        return None
    return Text(*(_found(found, facts, language) for language in LANGUAGES))


def _found(found: Evidence, facts: Facts, language: str) -> str:
    laws = dict.fromkeys((facts.reaches[i].basis, f"regime:{facts.reaches[i].regime}") for i in found.reaches)
    told = [
        say("explain.basis", language, basis=word("basis", basis, language), law=_name(facts, law, language))
        for basis, law in laws
    ]
    for sort, nodes in found.named.items():
        names = (word("role", n, language) if sort == "role" else _name(facts, n, language) for n in nodes)
        told.append(f"{word('found', sort, language)}: {', '.join(names) or '–'}")
    return "; ".join(told[:12])


# -- findings ------------------------------------------------------------------------------------------------------


@dataclass(slots=True)
class _Cause:
    """The subjects of one cause, and each distinct evidence once: thousands of subjects share the same."""

    subjects: list[Subject] = field(default_factory=list)
    found: dict[int, Evidence] = field(default_factory=dict)
    evidence: Evidence = HOLDS


def _evaluate_rule(
    pack: Pack, rule: Rule, facts: Facts, subjects: Sequence[Subject], question: Question
) -> Iterator[Finding]:
    causes: dict[str, _Cause] = {}
    for subject in subjects:
        found = holds(rule.when, facts, subject)
        if found is None:
            continue
        for cause in _causes(rule.group_by, found, subject, facts):
            group = causes.setdefault(cause, _Cause())
            group.subjects.append(subject)
            group.found.setdefault(id(found), found)
    for cause, group in sorted(causes.items()):
        found = total(_of_cause(e, rule.group_by, cause, facts) for e in group.found.values())
        group.evidence = _beside(cause, found, group.subjects, facts) if found.reaches else found
        yield _finding(pack, rule, cause, group, facts, question)


def _causes(kind: CauseKind, found: Evidence, subject: Subject, facts: Facts) -> tuple[str, ...]:
    match kind:
        case CauseKind.ORGANIZATION:
            return (f"org:{facts.inventory.organization.id}",)
        case CauseKind.SUBJECT:
            return (subject.node,)
        case CauseKind.CONTRACT:
            contract = facts.contract(subject)
            return (f"contract:{contract.id}",) if contract else (subject.node,)
    # a rule that groups by something its evidence does not name falls back to the subject, never to nothing
    return found.named.get(str(kind), ()) or (subject.node,)


def _of_cause(found: Evidence, kind: CauseKind, cause: str, facts: Facts) -> Evidence:
    """The part of the evidence that belongs to one cause, where reaches tell it."""
    if kind not in (CauseKind.PARTY, CauseKind.PARENT, CauseKind.REGIME) or not found.reaches:
        return found
    mine = []
    for i in found.reaches:
        reach = facts.reaches[i]
        if cause in (reach.party, reach.parent, f"regime:{reach.regime}"):
            mine.append(i)
    named = dict(found.named)
    named["party"] = tuple(dict.fromkeys(facts.reaches[i].party for i in mine))
    named["regime"] = tuple(dict.fromkeys(f"regime:{facts.reaches[i].regime}" for i in mine))
    return Evidence(tuple(mine), found.chains, named)


def _beside(cause: str, found: Evidence, subjects: Sequence[Subject], facts: Facts) -> Evidence:
    """The same evidence with every other basis in law on which the same cause is reached for the same subjects.

    A rule may fire on one basis; whoever reads the finding has to see all of them, and under which other laws.
    """
    mine = [facts.reaches[i] for i in found.reaches]
    concerns, effects = {r.concern for r in mine}, {e for r in mine for e in r.effects}
    about = {s.node for s in subjects}

    def belongs(r: Reach) -> bool:
        same = r.concern in concerns and not effects.isdisjoint(r.effects)
        return same and r.basis.decided_by == "law" and not r.undetermined and not about.isdisjoint(r.subjects)

    beside = tuple(i for i in facts.reaches_by.get(cause, ()) if belongs(facts.reaches[i]))
    return found + Evidence(beside) if beside else found


def _finding(pack: Pack, rule: Rule, cause: str, group: _Cause, facts: Facts, question: Question) -> Finding:
    reaches = [facts.reaches[i] for i in group.evidence.reaches]
    firmest_first = sorted(reaches, key=lambda r: (r.basis.rank, r.law_certainty.rank, r.regime))
    laws = tuple(dict.fromkeys((*(r.regime for r in firmest_first), *rule.law)))
    functions = {
        f.id: f
        for s in group.subjects
        for f in facts.functions_of.get(s.record.id, ())
        if f.criticality in (Criticality.CRITICAL, Criticality.HIGH)
    }
    fill = _Fill(facts, rule, cause, group, laws, tuple(sorted(functions)))
    chains = [c for r in reaches for c in r.chains[:1]] or list(group.evidence.chains)
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
        subjects=tuple(Place(s.node, s.origin) for s in sorted(group.subjects, key=lambda s: s.node)),
        reaches=group.evidence.reaches,
        chains=group.evidence.chains,
        answers=(answer(rule.when, facts, min(group.subjects, key=lambda s: s.node)),),
        laws=laws,
        precedents=_precedents(facts.knowledge, laws, reaches_parties(reaches), _categories(facts, group.subjects)),
        references=rule.references,
        critical_functions=tuple(f"function:{f}" for f in sorted(functions)),
        prohibition=rule.prohibition,
    )


def reaches_parties(reaches: Sequence[object]) -> frozenset[str]:
    """Catalogue ids of the parties of reaches and of the last who stand behind them."""
    nodes = {n for r in reaches for n in (getattr(r, "party", ""), getattr(r, "parent", ""))}
    return frozenset(n.removeprefix("entity:") for n in nodes if n.startswith("entity:"))


def _categories(facts: Facts, subjects: Sequence[Subject]) -> frozenset[str]:
    supplies = (facts.supply(s) for s in subjects)
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


@dataclass(frozen=True, slots=True)
class _Fill:
    """Puts names into a rule's own sentences; only the names of `PLACEHOLDERS`, in one pass, user text never parsed."""

    facts: Facts
    rule: Rule
    cause: str
    group: _Cause
    laws: tuple[str, ...]
    functions: tuple[str, ...]

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
        named: Mapping[str, tuple[str, ...]] = self.group.evidence.named
        match name:
            case "cause":
                return _name(self.facts, self.cause, language)
            case "subjects":
                return self._list([s.node for s in sorted(self.group.subjects, key=lambda s: s.node)], language)
            case "count":
                return str(len(self.group.subjects))
            case "target":
                return _name(self.facts, self.facts.target, language) if self.facts.target else "–"
            case "laws":
                return self._list([f"regime:{r}" for r in self.laws], language)
            case "bases":
                bases = dict.fromkeys(self.facts.reaches[i].basis for i in self.group.evidence.reaches)
                return ", ".join(word("basis", b, language) for b in sorted(bases, key=lambda b: b.rank)) or "–"
            case "functions":
                return self._list([f"function:{f}" for f in self.functions], language)
            case "roles":
                return ", ".join(word("role", r, language) for r in named.get("role", ())) or "–"
        sort = {"people": "person", "parties": "party", "resellers": "reseller"}.get(name, name)
        return self._list(list(named.get(sort, ())), language)

    def _list(self, nodes: list[str], language: str) -> str:
        names = list(dict.fromkeys(_name(self.facts, n, language) for n in nodes))
        if not names:
            return "–"
        shown = ", ".join(names[:NAMED_AT_MOST])
        return (
            shown
            if len(names) <= NAMED_AT_MOST
            else say("list.more", language, names=shown, n=len(names) - NAMED_AT_MOST)
        )


def _name(facts: Facts, node: str, language: str) -> str:
    known = facts.resolution.nodes.get(node)
    return known.in_(language) if known else node.partition(":")[2] or node
