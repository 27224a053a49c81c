"""OFAC's CSV family: the parties, their other names, their addresses, and the remarks too long for one cell."""

import re
from collections.abc import Iterator
from typing import BinaryIO

from auditor.lists._csv import Csv
from auditor.lists._ofac import Remarks, forbidden, linked
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
    kept,
    named,
    names_of,
    number,
    place,
    present,
    restricted,
    turned,
)
from auditor.lists._refused import Refused
from auditor.model.listings import ListedParty, NameKind, PartyKind, PartyName, PartyPlace, PlaceRole

PARTS = ("prim.csv", "alt.csv", "add.csv", "comments.csv")
_NAMES = re.compile(r"(?:sdn|cons)_?(prim|alt|add|comments)?\.csv|(prim|alt|add|comments)\.csv", re.IGNORECASE)
_WIDTHS = {"prim.csv": 12, "alt.csv": 5, "add.csv": 6, "comments.csv": 2}
_FIRST = re.compile(rb'\s*\d+,"[^"]*",(?:-0- |"?[a-z]+"? ?),', re.IGNORECASE)


def knows(head: bytes) -> bool:
    """Whether a file is the first of the family: it has no header, but a number, a name, a kind and OFAC's null."""
    return _FIRST.match(head) is not None and b"-0-" in head


def part_of(name: str) -> str | None:
    """Which part of the family a file is, by its name as OFAC writes it (`SDN.CSV`, `cons_alt.csv`, `ADD.CSV`)."""
    match = _NAMES.fullmatch(name)
    return f"{(match[1] or match[2] or 'prim').lower()}.csv" if match else None


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party with the rows that belong to it. A row that belongs to nobody is not of the same day: refused."""
    missing = [p for p in PARTS[:3] if p not in files]
    if missing:
        raise Refused("E-LIST-PARTS", "parts", missing=", ".join(missing))
    aliases = _grouped(files["alt.csv"], "alt.csv", envelope)
    addresses = _grouped(files["add.csv"], "add.csv", envelope)
    comments = _grouped(files["comments.csv"], "comments.csv", envelope) if "comments.csv" in files else {}
    addressed = bool(addresses)
    for row in _rows(files["prim.csv"], "prim.csv", envelope):
        uid = row[0]
        mine = addresses.pop(uid, None)
        if mine is None and addressed:
            raise Refused("E-LIST-PARTS", "part_cut", part="add.csv", record=uid[:40])
        yield _party(row, aliases.pop(uid, []), mine or [], comments.pop(uid, []), envelope.source)
    for part, left in (("alt.csv", aliases), ("add.csv", addresses), ("comments.csv", comments)):
        if left:
            raise Refused("E-LIST-PARTS", "orphans", part=part, n=len(left), record=min(left)[:40])


def _rows(file: BinaryIO, part: str, envelope: Envelope) -> Iterator[list[str]]:
    """The rows of one file; OFAC's null is an empty cell. A list's own end is the mark behind its last line."""
    table = Csv(file, width=_WIDTHS[part])
    for row in table.rows():
        envelope.rows[part] = envelope.rows.get(part, 0) + 1
        cells = ["" if cell.strip() == "-0-" else cell.strip() for cell in row]
        if not cells[0].isdigit():
            raise Refused("E-LIST-CSV", "number", found=cells[0][:40], line=table.line, column=1)
        yield cells
    envelope.ended = envelope.ended and (table.marked or (part == "comments.csv" and table.ended))


def _grouped(file: BinaryIO, part: str, envelope: Envelope) -> dict[str, list[list[str]]]:
    found: dict[str, list[list[str]]] = {}
    try:
        for row in _rows(file, part, envelope):
            found.setdefault(row[0], []).append(row)
    except Refused as refused:
        if part != "comments.csv" or refused.code != "E-LIST-EMPTY":
            raise
    return found


def _party(
    row: list[str], aliases: list[list[str]], addresses: list[list[str]], comments: list[list[str]], source: str
) -> ListedParty:
    uid, name, written, programme, title, call_sign, *_vessel, flag, owner, remarks = row
    remarks += "".join(c[1] for c in comments)
    kind = KIND_WORDS.get(written.lower(), PartyKind.UNKNOWN) if written else PartyKind.ORGANISATION
    facts = Remarks(remarks)
    programmes = tuple(p for p in (x.strip("[] ") for x in re.split(r"\]\s*\[|;", programme)) if p)
    person = kind is PartyKind.PERSON
    own = named(turned(name) if person else name, NameKind.PRIMARY)
    return ListedParty(
        source,
        uid,
        kind,
        names_of([own, *(_alias(a, person=person) for a in aliases), *facts.names], uid),
        restricted(forbidden(source, programmes, [remarks])),
        programmes,
        present([*map(_address, addresses), *facts.places, place(PlaceRole.FLAG, flag)]),
        present([*facts.identifiers, number("Call sign", call_sign)]),
        present(facts.dates),
        linked(remarks),
        kept("; ".join(t for t in (title, f"Vessel owner: {owner}" if owner else "", remarks) if t)),
    )


def _alias(row: list[str], *, person: bool) -> PartyName | None:
    kind = NameKind.FORMER if row[2].lower() == "fka" else NameKind.ALIAS
    return named(turned(row[3]) if person else row[3], kind)


def _address(row: list[str]) -> PartyPlace | None:
    return place(PlaceRole.ADDRESS, row[4])


FORMAT = Format("ofac-csv", 1, knows, read, PARTS, ("comments.csv",))
