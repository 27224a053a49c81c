"""Inventory files into one Inventory: merged over files, ids unique, references checked, order of writing forgotten."""

from collections.abc import Container, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import Annotated, Protocol, TypeVar

from auditor.documents import Document, read_text
from auditor.errors import InvalidDocument, Problem, ordered
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.lookalikes import keys_of, looks_like
from auditor.loading.nearest import Nearest
from auditor.loading.reading import header_of, read_record
from auditor.model.inventory import (
    Asset,
    Contract,
    Dependency,
    Function,
    HeldBy,
    Inventory,
    Need,
    Organization,
    OrgEntity,
    Party,
    Person,
    Stake,
    Users,
)
from auditor.model.report import Input
from auditor.model.values import Origin

HEADER = "inventory/1"
MOST_STEPS = 20_000
"""Stakes that may have to be followed to find who stands behind one record: a ladder of 200, one above the other."""
OTHERS = ("decisions/1", "pack/1", "knowledge/1", "scenario/1")


@dataclass(frozen=True, slots=True)
class InventoryFile:
    """An inventory file: any of the parts; exactly one file of a run holds the organisation."""

    organization: Annotated[Organization | None, "whose dependencies these are"] = None
    parties: Annotated[tuple[Party, ...], "legal persons known only here"] = ()
    people: Annotated[tuple[Person, ...], "people by role"] = ()
    functions: Annotated[tuple[Function, ...], "what must not stop"] = ()
    contracts: Annotated[tuple[Contract, ...], "contracts with suppliers"] = ()
    dependencies: Annotated[tuple[Dependency, ...], "what others provide"] = ()
    assets: Annotated[tuple[Asset, ...], "what is ours but lies with others"] = ()


@dataclass(frozen=True, slots=True)
class Loaded:
    """A loaded inventory, what it was read from, what the reader wants to be known, and how many files were given."""

    inventory: Inventory
    inputs: tuple[Input, ...]
    notes: tuple[Problem, ...]
    given: int


def load_inventory(paths: Sequence[Path]) -> Loaded:
    """Read all inventory files of a run. Raises InvalidDocument with every problem found."""
    problems: list[Problem] = []
    notes: list[Problem] = []
    chosen = []
    for document, named in documents_in(paths, problems):
        header = header_of(document)
        if header == HEADER:
            chosen.append(document)
        elif not named and header in OTHERS:
            notes.append(
                Problem(document.origin("/auditor"), "N-SKIPPED", f"not an inventory but `{header}`: not read as one")
            )
        else:
            problems.append(wrong_header(document, HEADER))
    return _merge(chosen, problems, notes)


def inventory_of(text: str, shown: str) -> Loaded:
    """Read one inventory from a text. Raises InvalidDocument."""
    return _merge([read_text(text, shown)], [], [])


def inventory_of_example(document: Document) -> Loaded:
    """Read the inventory of a pack's example: no header, and a made-up organisation if it names none."""
    return _merge([document], [], [], HEADER if "auditor" in document.value else "")


EXAMPLE = Organization(id="example", name="Example (made up)", seat="NL")


def _merge(
    documents: Sequence[Document], problems: list[Problem], notes: list[Problem], header: str = HEADER
) -> Loaded:
    read = [(d, f) for d in documents if (f := read_record(d, InventoryFile, header, problems)) is not None]
    files = [f for _, f in read]
    if problems:
        raise InvalidDocument(problems)
    if not header and not any(f.organization for f in files):
        files.append(InventoryFile(organization=EXAMPLE))
    organization = _the_organization(files, documents, problems)
    merged = Inventory(
        organization=organization,
        parties=_sorted(p for f in files for p in f.parties),
        people=_sorted(p for f in files for p in f.people),
        functions=_sorted(p for f in files for p in f.functions),
        contracts=_sorted(p for f in files for p in f.contracts),
        dependencies=_sorted(p for f in files for p in f.dependencies),
        assets=_sorted(p for f in files for p in f.assets),
    )
    if not merged.dependencies:
        where = documents[0].origin("/dependencies") if documents else Origin()
        problems.append(
            Problem(
                where, "E-NO-DEPENDENCIES", "there is no dependency to audit", "list at least one under `dependencies:`"
            )
        )
    problems.extend(_same_ids(merged))
    problems.extend(_backwards(merged))
    problems.extend(_same_stakes(merged))
    problems.extend(_many_behind(merged))
    merged, assumed = _people_by_id(merged)
    notes.extend(assumed)
    problems.extend(_dangling(merged))
    if problems:
        raise InvalidDocument(problems)
    inputs = tuple(sorted(Input(d.path, d.digest) for d, _ in read))
    return Loaded(merged, inputs, ordered(notes), len(documents))


def _the_organization(
    files: Sequence[InventoryFile], documents: Sequence[Document], problems: list[Problem]
) -> Organization:
    found = [f.organization for f in files if f.organization is not None]
    if len(found) == 1:
        return found[0]
    if not found:
        where = documents[0].origin("") if documents else Origin()
        problems.append(
            Problem(
                where,
                "E-NO-ORGANIZATION",
                "no file of this run has an `organization`",
                "name the file that holds it, too",
            )
        )
        raise InvalidDocument(problems)
    first, *others = sorted(found, key=lambda o: _place(o.origin))
    for other in others:
        problems.append(
            Problem(
                other.origin,
                "E-DUP-ORGANIZATION",
                "a second organisation in one run",
                "audit one organisation at a time",
                (first.origin,),
            )
        )
    raise InvalidDocument(problems)


class _Identified(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def origin(self) -> Origin: ...


R = TypeVar("R", bound=_Identified)


def _sorted(records: Iterable[R]) -> tuple[R, ...]:
    return tuple(sorted(records, key=lambda r: (r.id, r.origin)))


def _everything(inventory: Inventory) -> Iterator[_Identified]:
    yield inventory.organization
    yield from inventory.organization.entities
    yield from inventory.parties
    yield from inventory.people
    yield from inventory.functions
    yield from inventory.contracts
    yield from inventory.dependencies
    yield from inventory.assets


def _place(origin: Origin) -> tuple[str, int, int]:
    """Where something stands in the order of reading."""
    return origin.file, origin.line, origin.column


def _same_ids(inventory: Inventory) -> Iterator[Problem]:
    """Ids that a reader cannot tell apart are the same id."""
    first: dict[str, _Identified] = {}
    for record in sorted(_everything(inventory), key=lambda r: _place(r.origin)):
        keys = keys_of(record.id)
        known = next((first[key] for key in keys if key in first), None)
        if known is not None:
            as_before = "" if known.id == record.id else f" (first written `{known.id}`)"
            in_other_letters = keys_of(known.id)[0] != keys[0]
            alike = (looks_like(record.id) or looks_like(known.id)) if in_other_letters else None
            yield Problem(
                record.origin,
                "E-DUP-ID",
                f"the id `{record.id}` stands twice{as_before}" + (f": {alike}" if alike else ""),
                "ids differ in more than their alphabet; choose another"
                if alike
                else "ids differ in more than case; choose another",
                (known.origin,),
            )
        for key in keys:
            first.setdefault(key, record)


def stakeholdings(inventory: Inventory) -> tuple[Organization | OrgEntity | Party, ...]:
    """Every record under which stakes can stand."""
    return (inventory.organization, *inventory.organization.entities, *inventory.parties)


def _backwards(inventory: Inventory) -> Iterator[Problem]:
    """Stakes and contracts that end before they begin: they would count on no day, and nobody would notice."""
    stakes = (s for record in stakeholdings(inventory) for s in record.owned_by)
    periods = [
        *((s.origin, f"the stake of `{s.by}`", s.since, s.until) for s in stakes),
        *((c.origin, f"`{c.id}`", c.starts, c.ends) for c in inventory.contracts),
    ]
    for origin, what, first, last in periods:
        if first is not None and isinstance(last, date) and last < first:
            yield Problem(origin, "E-PERIOD", f"{what} ends before it begins", "look at the two dates")


def _same_stakes(inventory: Inventory) -> Iterator[Problem]:
    """A holder that one record states twice for the same days, and not in the same words."""
    for record in stakeholdings(inventory):
        of: dict[str, list[Stake]] = {}
        for stake in record.owned_by:
            of.setdefault(stake.by, []).append(stake)
        for stakes in of.values():
            for before, after in _contradictions(stakes):
                yield Problem(
                    after.origin,
                    "E-DUP-STAKE",
                    f"`{record.id}` states the stake of `{after.by}` twice, with different values",
                    "write it once, or give the two periods that do not overlap",
                    (before.origin,),
                )


def _contradictions(stakes: Sequence[Stake]) -> Iterator[tuple[Stake, Stake]]:
    """Pairs of one holder's stakes, as written, that share a day and not their words; one for each stake at most.

    A day that is not known excludes nothing. By first days, each has to be held only against that one of the stakes
    before it which lasts longest, and if that says the same, against the longest of those that say something else.
    """
    longest: list[Stake] = []  # at most two, in different words
    for stake in sorted(stakes, key=lambda s: s.since or date.min):
        for other in longest:
            if _words(other) != _words(stake) and (stake.since or date.min) <= _last(other):
                before, after = sorted((other, stake), key=lambda s: _place(s.origin))
                yield before, after
                break
        ranked = sorted((*longest, stake), key=_last, reverse=True)
        longest = [ranked[0], *(s for s in ranked if _words(s) != _words(ranked[0]))][:2]


def _many_behind(inventory: Inventory) -> Iterator[Problem]:
    """Records behind whom the stakes of others form so long a ladder, or so thick a net, that nobody could follow it.

    To find who stands behind one record, everything above is followed down again from each who is above. That work is
    counted here, in stakes, and bounded.
    """
    owned = {record.id: record for record in stakeholdings(inventory)}
    holders = {i: {s.by for s in record.owned_by} - {i} for i, record in owned.items()}
    holdings: dict[str, list[str]] = {}
    for held, by in holders.items():
        for holder in by:
            holdings.setdefault(holder, []).append(held)
    for i, record in owned.items():
        if any(by in owned and holders[by] for by in holders[i]):
            above = _reached(i, holders)
            steps = 0
            for holder in above:
                steps += sum(len(holdings.get(at, ())) for at in _reached(holder, holdings, above))
                if steps > MOST_STEPS:
                    said = f"so many stand behind `{i}`, one above the other, that who controls it cannot be found"
                    yield Problem(record.origin, "E-STAKES", said, "leave out who holds nothing that matters")
                    return


def _reached(start: str, step: Mapping[str, Iterable[str]], within: Container[str] | None = None) -> set[str]:
    seen: set[str] = set()
    agenda = [start]
    while agenda and len(seen) <= MOST_STEPS:
        at = agenda.pop()
        if at not in seen:
            seen.add(at)
            agenda.extend(n for n in step.get(at, ()) if within is None or n in within)
    return seen


def _words(stake: Stake) -> tuple[object, ...]:
    return stake.percent, stake.voting, frozenset(stake.control)


def _last(stake: Stake) -> date:
    return stake.until if isinstance(stake.until, date) else date.max


def _held(held: HeldBy | None) -> Iterator[tuple[str, str]]:
    if held is None:
        return
    for key in ("holder", "admins", "registrant", "signatories", "payer", "second_factor"):
        for i in getattr(held, key):
            yield i, f"held_by/{key}"


def _users(users: Users | None) -> Iterator[tuple[str, str]]:
    for i in users.ids if users else ():
        yield i, "used_by"


def _people_by_id(inventory: Inventory) -> tuple[Inventory, list[Problem]]:
    """Where no file of the run lists people, ids in places where only people can stand are taken as people by id."""
    if inventory.people:
        return inventory, []
    known = {r.id for r in _everything(inventory)}
    named: dict[str, Origin] = {}
    for d in inventory.dependencies:
        for i, _ in (*_held(d.held_by), *_users(d.used_by)):
            if i not in known:
                named.setdefault(i, d.origin)
    for a in inventory.assets:
        for i in a.held_by:
            if i not in known:
                named.setdefault(i, a.origin)
    if not named:
        return inventory, []
    where = min(named.values(), key=_place)
    note = Problem(
        where,
        "N-PEOPLE-BY-ID",
        f"{_people(named)} known by id only; no names were screened",
        "name the file that lists them, too",
    )
    people = tuple(Person(id=i, origin=o) for i, o in sorted(named.items()))
    return replace(inventory, people=people), [note]


def _people(ids: Iterable[str], most: int = 5) -> str:
    first, *more = sorted(ids)
    if not more:
        return f"one person (`{first}`) is"
    shown = ", ".join(f"`{i}`" for i in (first, *more)[:most]) + (", …" if len(more) >= most else "")
    return f"{len(more) + 1} people ({shown}) are"


def _dangling(inventory: Inventory) -> Iterator[Problem]:
    organization = inventory.organization
    us = {organization.id, *(e.id for e in organization.entities)}
    people = {p.id for p in inventory.people}
    parties = {p.id for p in inventory.parties}
    dependencies = {d.id for d in inventory.dependencies}
    assets = {a.id for a in inventory.assets}
    needed = dependencies | assets | people
    holders = us | people | parties
    nearest = Nearest()

    def check(record: _Identified, named: str, allowed: set[str], key: str, what: str) -> Iterator[Problem]:
        if named in allowed:
            return
        said = f"{key} of `{record.id}` names `{named}`, which is no {what} of this run"
        yield Problem(record.origin, "E-DANGLING", said, nearest.hint(named, allowed))

    def needs(record: _Identified, wanted: tuple[Need, ...], key: str = "needs") -> Iterator[Problem]:
        for need in wanted:
            for leaf in need.leaves():
                yield from check(record, leaf, needed, key, "dependency, asset or person")

    for f in inventory.functions:
        yield from needs(f, f.needs)
    for c in inventory.contracts:
        if c.party is not None:
            yield from check(c, c.party, us, "party", "entity")
        if c.paid_from is not None:
            yield from check(c, c.paid_from, dependencies, "paid_from", "dependency")
    contracts = {c.id for c in inventory.contracts}
    for d in inventory.dependencies:
        yield from needs(d, d.needs)
        if d.contract is not None:
            yield from check(d, d.contract, contracts, "contract", "contract")
        if d.login_via is not None:
            yield from check(d, d.login_via, dependencies, "login_via", "dependency")
        for named, key in _held(d.held_by):
            yield from check(d, named, holders, key, "person, entity or party")
        for named, key in _users(d.used_by):
            yield from check(d, named, us | people, key, "person or entity")
        for e in d.exits:
            yield from needs(d, e.needs, "needs of an exit")
    for a in inventory.assets:
        if a.kept_at is not None:
            yield from check(a, a.kept_at, dependencies, "kept_at", "dependency")
        for named in a.readable_with:
            yield from check(a, named, dependencies, "readable_with", "dependency")
        for named in a.made_from:
            yield from check(a, named, assets, "made_from", "asset")
        for named in a.held_by:
            yield from check(a, named, holders, "held_by", "person, entity or party")
        if a.rebuild is not None:
            yield from needs(a, a.rebuild.needs, "needs of the rebuild")
