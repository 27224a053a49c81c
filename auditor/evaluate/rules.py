"""Which packs run and why others do not, and every rule of those that do."""

from collections.abc import Iterable, Sequence
from datetime import date

from auditor.evaluate.finding import findings_of
from auditor.evaluate.table import Table
from auditor.messages import Words, both
from auditor.model.inventory import Dependency, Inventory
from auditor.model.listings import Listings
from auditor.model.record import record
from auditor.model.report import Finding, PackRun, Question
from auditor.model.rules import Pack
from auditor.model.values import Text
from auditor.model.vocabulary import Layer, OrganisationKind, Profile, SubjectKind
from auditor.predicates import Facts, Subject
from auditor.predicates.facts import Record


@record
class Evaluation:
    """What became of the packs: findings, who ran and who did not, how many rules were loaded and evaluated.

    `lists` are those that the packs of the run need, `screening` the packs that need any.
    """

    findings: tuple[Finding, ...]
    packs: tuple[PackRun, ...]
    rules_loaded: int
    rules_evaluated: int
    lists: tuple[str, ...] = ()
    screening: frozenset[str] = frozenset()


def evaluate(
    packs: Sequence[Pack], facts: Facts, profile: Profile, question: Question, listings: Listings = Listings()
) -> Evaluation:
    """Run every pack of the profile that applies. Pure; findings are sorted by severity, then by what hangs on them.

    A pack that lacks an official list that it needs does not run; that it was needed is kept for the ledger.
    """
    tables = {kind: Table(facts, _subjects(facts, kind)) for kind in SubjectKind}
    findings: list[Finding] = []
    runs: list[PackRun] = []
    loaded = evaluated = 0
    needed: dict[str, frozenset[str]] = {}
    for pack in packs:
        why_not = _why_not(pack, facts, profile, question)
        if why_not is None and pack.needs_lists:
            needed[pack.pack] = frozenset(pack.needs_lists)
            lacking = listings.unusable(pack.needs_lists)
            if lacking:
                why_not = both("pack.needs_lists", lists=", ".join(s.source for s in lacking))
        runs.append(PackRun(pack.pack, pack.title, len(pack.rules), why_not is None, why_not))
        if why_not is None:
            for rule in pack.rules:
                loaded += 1
                findings.extend(findings_of(pack, rule, tables[rule.subject], question))
                evaluated += 1
    findings.sort(key=lambda f: (f.severity.rank, -len(f.critical_functions), f.rule, f.cause, f.fingerprint))
    lists = tuple(sorted(frozenset[str]().union(*needed.values())))
    return Evaluation(tuple(findings), tuple(runs), loaded, evaluated, lists, frozenset(needed))


# -- which packs run -----------------------------------------------------------------------------------------------


def _why_not(pack: Pack, facts: Facts, profile: Profile, question: Question) -> Text | None:
    organization = facts.inventory.organization
    if profile is not Profile.ALL and profile not in pack.profiles:
        return both("pack.other_profile", profiles=", ".join(pack.profiles))
    if not _in_force(pack, facts.on):
        return both("pack.not_in_force")
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


def _subjects(facts: Facts, kind: SubjectKind) -> tuple[Subject, ...]:
    """All records of a kind, by node."""
    inventory, supplies = facts.inventory, facts.resolution.supplies
    found: Iterable[tuple[str, Record]] = ()
    match kind:
        case SubjectKind.DEPENDENCY:
            found = ((supplies[d.id].node, d) for d in inventory.dependencies)
        case SubjectKind.ASSET:
            found = ((f"asset:{a.id}", a) for a in inventory.assets)
        case SubjectKind.PERSON:
            found = ((f"person:{p.id}", p) for p in inventory.people)
        case SubjectKind.CONTRACT:
            found = ((f"contract:{c.id}", c) for c in inventory.contracts)
        case SubjectKind.FUNCTION:
            found = ((f"function:{f.id}", f) for f in inventory.functions)
        case SubjectKind.ORGANIZATION:
            found = ((f"org:{inventory.organization.id}", inventory.organization),)
    return tuple(sorted((Subject(kind, node, record) for node, record in found), key=lambda s: s.node))
