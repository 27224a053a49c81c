"""The nonproliferation sanctions of the US State Department (ISN), as the table that Commerce published."""

from collections.abc import Iterator

from auditor.lists._csv import Csv
from auditor.lists._reading import (
    Envelope,
    Files,
    Format,
    Source,
    dated,
    kept,
    named,
    names_of,
    only,
    place,
    present,
    restricted,
)
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PlaceRole, Restriction

_COLUMNS = ("Source List", "Programs", "Name", "Alternative Names", "Country", "Effective Date")

SOURCES = (
    Source(
        "us-isn",
        "Nonproliferation sanctions (US State Department, ISN)",
        ("isn-csv",),
        days=30,
        attribution="US Department of State; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"Source List,Programs,Name,")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row: one party under one act; blank rows are passed over."""
    table = Csv(only(files))
    envelope.certain = False
    seen: dict[str, int] = {}
    for row in table.table(_COLUMNS):
        key = f"{row['Name']}, {row['Programs']}, {row['Effective Date']}"
        seen[key] = seen.get(key, 0) + 1
        uid = key if seen[key] == 1 else f"{key} ({seen[key]})"
        names = [named(row["Name"], NameKind.PRIMARY), *(named(n) for n in row["Alternative Names"].split(";"))]
        yield ListedParty(
            envelope.source,
            uid,
            PartyKind.UNKNOWN,
            names_of(names, uid),
            restricted([Restriction.MENU]),
            ("ISN", row["Programs"]) if row["Programs"] else ("ISN",),
            present([place(PlaceRole.OTHER, row["Country"])]),
            (),
            present([dated(DateRole.LISTED, row["Effective Date"], "mdy")]),
            (),
            kept("; ".join(t for t in (row.get("Remarks/Notes", ""), row.get("Federal Register Notice", "")) if t)),
        )
    envelope.ended = table.ended


FORMAT = Format("isn-csv", 1, knows, read)
