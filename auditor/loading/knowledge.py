"""Fact files into one Knowledge: overlays replace whole records by id, references are checked, nothing is guessed."""

import hashlib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from auditor import __version__
from auditor.documents import Document
from auditor.errors import InvalidDocument, Problem, UnusableData, WrongCall, ordered
from auditor.loading.compiled import from_compiled
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.nearest import Nearest
from auditor.loading.readers import Reader
from auditor.loading.reading import header_of, read_record
from auditor.loading.references import stakeholdings
from auditor.loading.shipped import knowledge_folder
from auditor.messages import sentence
from auditor.model.inventory import Inventory
from auditor.model.knowledge import (
    EffectRow,
    Entity,
    Jurisdiction,
    Knowledge,
    OwnershipTest,
    Precedent,
    Product,
    Regime,
    ReturnRow,
)
from auditor.model.vocabulary import BindTest

HEADER = "knowledge/1"
KINDS = ("jurisdictions", "entities", "products", "ownership_tests", "regimes", "precedents")
VOLUNTARY = "voluntary"


@dataclass(frozen=True, slots=True)
class KnowledgeFile:
    """A fact file: records of any kind."""

    jurisdictions: Annotated[tuple[Jurisdiction, ...], "countries and groups"] = ()
    entities: Annotated[tuple[Entity, ...], "legal persons"] = ()
    products: Annotated[tuple[Product, ...], "brand offers"] = ()
    ownership_tests: Annotated[tuple[OwnershipTest, ...], "from owner to owned"] = ()
    regimes: Annotated[tuple[Regime, ...], "bodies of law"] = ()
    precedents: Annotated[tuple[Precedent, ...], "what happened"] = ()
    effects: Annotated[tuple[EffectRow, ...], "what an effect does to a delivery"] = ()
    returns: Annotated[tuple[ReturnRow, ...], "what becomes of an outcome when the act is taken back"] = ()


def load_knowledge(overlays: Sequence[Path] = ()) -> Knowledge:
    """The shipped knowledge with the overlays over it.

    Raises UnusableData if the shipped facts are damaged and WrongCall if an overlay is.
    """
    base: Knowledge = from_compiled("knowledge", __version__, knowledge_folder()) or read_knowledge()
    if not overlays:
        return base
    problems: list[Problem] = []
    over = _read([d for d, _ in documents_in(overlays, problems)], problems)
    problems.extend(_twice(over))
    if not problems:
        knowledge = _combine(base, over, tuple(str(p) for p in overlays))
        problems.extend(check_knowledge(knowledge))
        if not problems:
            return knowledge
    raise WrongCall(problems)


def read_knowledge() -> Knowledge:
    """The shipped knowledge from its YAML files. Raises UnusableData with every problem."""
    problems: list[Problem] = []
    records = _read([d for d, _ in documents_in([knowledge_folder()], problems, shown="knowledge")], problems)
    problems.extend(_twice(records))
    if not problems:
        knowledge = _combine(NOTHING, records, ())
        problems.extend(check_knowledge(knowledge))
        if not problems:
            return knowledge
    raise UnusableData(problems)


def knowledge_of(documents: Iterable[Document]) -> Knowledge:
    """Knowledge from documents at hand, unchecked against anything else. Raises InvalidDocument."""
    problems: list[Problem] = []
    read = _read(list(documents), problems)
    knowledge = _combine(NOTHING, read, ())
    problems.extend(check_knowledge(knowledge))
    if problems:
        raise InvalidDocument(problems)
    return knowledge


@dataclass(slots=True, eq=False, repr=False)
class _Records:
    by_kind: dict[str, list[Any]]
    effects: list[EffectRow]
    returns: list[ReturnRow]
    digest: str


def _read(documents: Sequence[Document], problems: list[Problem]) -> _Records:
    found = _Records({kind: [] for kind in KINDS}, [], [], "")
    digest = hashlib.sha256()
    reader = Reader()
    for document in documents:
        digest.update(document.digest.encode())
        if header_of(document) != HEADER:
            problems.append(wrong_header(document, HEADER))
            continue
        file = read_record(document, KnowledgeFile, HEADER, problems, reader=reader)
        if file is not None:
            for kind in KINDS:
                found.by_kind[kind].extend(getattr(file, kind))
            found.effects.extend(file.effects)
            found.returns.extend(file.returns)
    found.digest = digest.hexdigest() if documents else ""
    return found


def _twice(records: _Records) -> Iterator[Problem]:
    for kind in KINDS:
        first: dict[str, Any] = {}
        for record in records.by_kind.get(kind, ()):
            known = first.setdefault(record.id, record)
            if known is not record:
                yield Problem(
                    record.origin, "E-DUP-ID", sentence("E-DUP-ID.here", id=record.id, kind=kind), None, (known.origin,)
                )


NOTHING = Knowledge({}, {}, {}, {}, {}, {})


def _combine(base: Knowledge, over: _Records, overlays: tuple[str, ...]) -> Knowledge:
    """Records of `over` beside those of `base`, or in place of those with the same id."""
    merged: dict[str, Any] = {}
    for kind in KINDS:
        records = {**getattr(base, kind), **{r.id: r for r in over.by_kind.get(kind, ())}}
        merged[kind] = dict(sorted(records.items()))
    rows = {(r.delivery, r.effect, r.open_source): r for r in (*base.effects, *over.effects)}
    effects = tuple(sorted(rows.values(), key=lambda r: (r.delivery, r.effect, str(r.open_source))))
    after = {(r.outcome, r.delivery): r for r in (*base.returns, *over.returns)}
    returns = tuple(sorted(after.values(), key=lambda r: (r.outcome, r.delivery or "")))
    digest = hashlib.sha256((base.digest + over.digest).encode()).hexdigest() if base.digest else over.digest
    return Knowledge(**merged, effects=effects, returns=returns, overlays=overlays, digest=digest)


def check_knowledge(knowledge: Knowledge) -> Iterator[Problem]:
    """Integrity: every reference leads somewhere, every record has a source, no basis stands where it may not."""
    yield from ordered(_dangling(knowledge))
    for kind in ("entities", "products", "ownership_tests", "regimes", "precedents"):
        for record in getattr(knowledge, kind).values():
            if not record.sources:
                yield Problem(
                    record.origin,
                    "E-NO-SOURCE",
                    sentence("E-NO-SOURCE.none", id=record.id),
                    sentence("E-NO-SOURCE.none_hint"),
                )
    for regime in knowledge.regimes.values():
        for bind in regime.binds:
            if bind.test is BindTest.LISTED_ON:
                yield Problem(regime.origin, "E-BASIS", sentence("E-BASIS.listed", id=regime.id, test=bind.test))
            if bind.test in (BindTest.OWNED_BY, BindTest.CONTROLLED_BY) and bind.ownership is None:
                yield Problem(
                    regime.origin,
                    "E-MISSING",
                    sentence("E-MISSING.ownership", id=regime.id, test=bind.test),
                    sentence("E-MISSING.ownership_hint"),
                )


def _dangling(knowledge: Knowledge) -> Iterator[Problem]:
    k = knowledge
    nearest = Nearest()

    def check(record: Any, named: str | None, among: Mapping[str, object], key: str) -> Iterator[Problem]:
        if named is None or named in among:
            return
        where = sentence(key) if key.startswith("key.") else key
        said = sentence("E-DANGLING.unknown", key=where, id=record.id, name=named)
        yield Problem(record.origin, "E-DANGLING", said, nearest.hint(named, among))

    for j in k.jurisdictions.values():
        for m in j.members:
            yield from check(j, m.id, k.jurisdictions, "members")
    for e in k.entities.values():
        for stake in e.owned_by:
            yield from check(e, stake.by, k.entities, "owned_by")
        for place in (e.incorporated_in, e.headquartered_in, *e.staff_in):
            yield from check(e, place, k.jurisdictions, "key.country")
    for p in k.products.values():
        for offer in (p.operated_by, p.sold_by):
            for region, by in offer.by.items() if offer else ():
                yield from check(p, by, k.entities, "key.offer")
                if region != "default":
                    yield from check(p, region, k.jurisdictions, "key.offer")
        for c in p.built_on:
            yield from check(p, c.product, k.products, "built_on")
            yield from check(p, c.entity, k.entities, "built_on")
            for place in (c.origin_of_item, *c.only_for):
                yield from check(p, place, k.jurisdictions, "built_on")
        for performed in (p.performed_from, p.support_from):
            for place in performed.value if performed else ():
                yield from check(p, place, k.jurisdictions, "key.place")
        yield from check(p, p.part_of, k.products, "part_of")
        for s in p.substitutes:
            yield from check(p, s, k.products, "substitutes")
    for r in k.regimes.values():
        if r.authority != VOLUNTARY:
            yield from check(r, r.authority, k.jurisdictions, "authority")
        for b in r.binds:
            yield from check(r, b.ownership, k.ownership_tests, "ownership")
            for of in b.of:
                if b.test is BindTest.TERMS_OF:
                    yield from check(r, of, k.entities, "of")
                elif b.test is not BindTest.CLEARS_THROUGH:
                    yield from check(r, of, k.jurisdictions, "of")
        if r.reach_of_target:
            yield from check(r, r.reach_of_target.ownership, k.ownership_tests, "reach_of_target")
        for other in r.conflicts_with:
            yield from check(r, other, k.regimes, "conflicts_with")
        for place in r.aimed_at:
            yield from check(r, place, k.jurisdictions, "aimed_at")
        for about in r.concerns:
            yield from check(r, about, k.entities, "concerns")
    for case in k.precedents.values():
        for s in case.suppliers:
            yield from check(case, s, k.entities, "suppliers")
        for s in case.regimes:
            yield from check(case, s, k.regimes, "regimes")


def link(inventory: Inventory, knowledge: Knowledge) -> list[Problem]:
    """Problems of an inventory that only the knowledge shows: holders of stakes and country codes nobody knows."""
    organization = inventory.organization
    own = {organization.id, *(e.id for e in organization.entities), *(p.id for p in inventory.parties)}
    holders = own | {p.id for p in inventory.people} | set(knowledge.entities)
    nearest = Nearest()
    problems = []
    for record in stakeholdings(inventory):
        for stake in record.owned_by:
            if stake.by not in holders:
                said = sentence("E-DANGLING.unknown", key="owned_by", id=record.id, name=stake.by)
                hint = nearest.hint(stake.by, holders) or sentence("E-DANGLING.parties_hint")
                problems.append(Problem(stake.origin, "E-DANGLING", said, hint))
    for record, code in _countries(inventory):
        if code not in knowledge.jurisdictions:
            hint = sentence("form.country_hint")
            problems.append(
                Problem(record.origin, "E-COUNTRY", sentence("E-COUNTRY.no_country", id=record.id, code=code), hint)
            )
    return list(ordered(problems))


def _countries(inventory: Inventory) -> Iterator[tuple[Any, str]]:
    organization = inventory.organization
    for record, codes in (
        (organization, (organization.seat, *(c for i in organization.immunities for c in i.binds))),
        *((e, (e.country,)) for e in organization.entities),
        *((p, (p.country,)) for p in inventory.parties),
        *(
            (p, (*p.nationalities, p.residence, *p.permanent_residence_of, *(r.where for r in p.family)))
            for p in inventory.people
        ),
        *((c, (c.law,)) for c in inventory.contracts),
        *(
            (
                d,
                (
                    *d.performed_from,
                    *((*d.regions.processing, *d.regions.failover, *d.regions.support) if d.regions else ()),
                ),
            )
            for d in inventory.dependencies
        ),
    ):
        for code in codes:
            if code is not None:
                yield record, code
