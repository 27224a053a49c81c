"""Inventory files into one Inventory: merged over files, ids unique, references checked, order of writing forgotten."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated

from auditor.documents import Document, read_text
from auditor.errors import InvalidDocument, Problem, ordered
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.readers import Reader
from auditor.loading.reading import header_of, read_record
from auditor.loading.references import (
    backwards,
    by_id,
    dangling,
    everything,
    holders_in,
    many_behind,
    place_of,
    same_ids,
    same_stakes,
    users_in,
)
from auditor.messages import sentence
from auditor.model.inventory import (
    Asset,
    Contract,
    Dependency,
    Function,
    Inventory,
    Organization,
    Party,
    Person,
)
from auditor.model.record import record
from auditor.model.report import Input
from auditor.model.values import Origin

HEADER = "inventory/1"
OTHERS = ("decisions/1", "pack/1", "knowledge/1", "scenario/1")


@record
class InventoryFile:
    """An inventory file: any of the parts; exactly one file of a run holds the organisation."""

    organization: Annotated[Organization | None, "whose dependencies these are"] = None
    parties: Annotated[tuple[Party, ...], "legal persons known only here"] = ()
    people: Annotated[tuple[Person, ...], "people by role"] = ()
    functions: Annotated[tuple[Function, ...], "what must not stop"] = ()
    contracts: Annotated[tuple[Contract, ...], "contracts with suppliers"] = ()
    dependencies: Annotated[tuple[Dependency, ...], "what others provide"] = ()
    assets: Annotated[tuple[Asset, ...], "what is ours but lies with others"] = ()


@record
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
    return _merge(_inventories(paths, problems, notes), problems, notes)


def _inventories(paths: Sequence[Path], problems: list[Problem], notes: list[Problem]) -> Iterator[Document]:
    """The inventories among the files, one at a time: each is large, and forgotten when the next is read."""
    for document, named in documents_in(paths, problems):
        header = header_of(document)
        if header == HEADER:
            yield document
        elif not named and header in OTHERS:
            notes.append(Problem(document.origin("/auditor"), "N-SKIPPED", sentence("N-SKIPPED.other", header=header)))
        else:
            problems.append(wrong_header(document, HEADER))
        del document


def inventory_of(text: str, shown: str) -> Loaded:
    """Read one inventory from a text. Raises InvalidDocument."""
    return _merge([read_text(text, shown)], [], [])


def inventory_of_example(document: Document) -> Loaded:
    """Read the inventory of a pack's example: no header, and a made-up organisation if it names none."""
    return _merge([document], [], [], HEADER if "auditor" in document.value else "")


EXAMPLE = Organization(id="example", name="Example (made up)", seat="NL")


def _merge(
    documents: Iterable[Document], problems: list[Problem], notes: list[Problem], header: str = HEADER
) -> Loaded:
    reader = Reader()
    files: list[InventoryFile] = []
    inputs: list[Input] = []
    given = 0
    top = where = Origin()
    for document in documents:
        file = read_record(document, InventoryFile, header, problems, reader=reader)
        if not given:
            top = document.origin("")
            where = top if file and file.dependencies else document.origin("/dependencies")
        given += 1
        if file is not None:
            files.append(file)
            inputs.append(Input(document.path, document.digest))
        del document
    if problems:
        raise InvalidDocument(problems)
    if not header and not any(f.organization for f in files):
        files.append(InventoryFile(organization=EXAMPLE))
    organization = _the_organization(files, top, problems)
    merged = Inventory(
        organization=organization,
        parties=by_id(p for f in files for p in f.parties),
        people=by_id(p for f in files for p in f.people),
        functions=by_id(p for f in files for p in f.functions),
        contracts=by_id(p for f in files for p in f.contracts),
        dependencies=by_id(p for f in files for p in f.dependencies),
        assets=by_id(p for f in files for p in f.assets),
    )
    if not merged.dependencies:
        problems.append(
            Problem(
                where,
                "E-NO-DEPENDENCIES",
                sentence("E-NO-DEPENDENCIES.none"),
                sentence("E-NO-DEPENDENCIES.none_hint"),
            )
        )
    problems.extend(same_ids(merged))
    problems.extend(backwards(merged))
    problems.extend(same_stakes(merged))
    problems.extend(many_behind(merged))
    merged, assumed = _people_by_id(merged)
    notes.extend(assumed)
    problems.extend(dangling(merged))
    if problems:
        raise InvalidDocument(problems)
    return Loaded(merged, tuple(sorted(inputs)), ordered(notes), given)


def _the_organization(files: Sequence[InventoryFile], top: Origin, problems: list[Problem]) -> Organization:
    found = [f.organization for f in files if f.organization is not None]
    if len(found) == 1:
        return found[0]
    if not found:
        problems.append(
            Problem(
                top,
                "E-NO-ORGANIZATION",
                sentence("E-NO-ORGANIZATION.none"),
                sentence("E-NO-ORGANIZATION.none_hint"),
            )
        )
        raise InvalidDocument(problems)
    first, *others = sorted(found, key=lambda o: place_of(o.origin))
    for other in others:
        problems.append(
            Problem(
                other.origin,
                "E-DUP-ORGANIZATION",
                sentence("E-DUP-ORGANIZATION.second"),
                sentence("E-DUP-ORGANIZATION.second_hint"),
                (first.origin,),
            )
        )
    raise InvalidDocument(problems)


def _people_by_id(inventory: Inventory) -> tuple[Inventory, list[Problem]]:
    """Where no file of the run lists people, ids in places where only people can stand are taken as people by id."""
    if inventory.people:
        return inventory, []
    known = {r.id for r in everything(inventory)}
    named: dict[str, Origin] = {}
    for d in inventory.dependencies:
        for i, _ in (*holders_in(d.held_by), *users_in(d.used_by)):
            if i not in known:
                named.setdefault(i, d.origin)
    for a in inventory.assets:
        for i in a.held_by:
            if i not in known:
                named.setdefault(i, a.origin)
    if not named:
        return inventory, []
    where = min(named.values(), key=place_of)
    note = Problem(where, "N-PEOPLE-BY-ID", _people(named), sentence("N-PEOPLE-BY-ID.hint"))
    people = tuple(Person(id=i, origin=o) for i, o in sorted(named.items()))
    return replace(inventory, people=people), [note]


def _people(ids: Iterable[str], most: int = 5) -> str:
    first, *more = sorted(ids)
    if not more:
        return sentence("N-PEOPLE-BY-ID.one", name=first)
    names = ", ".join(f"`{i}`" for i in (first, *more)[:most]) + (", …" if len(more) >= most else "")
    return sentence("N-PEOPLE-BY-ID.many", n=str(len(more) + 1), names=names)
