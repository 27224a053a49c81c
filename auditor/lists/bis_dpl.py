"""The Denied Persons List of the Bureau of Industry and Security, a table with tabs."""

from collections.abc import Iterator

from auditor.lists._csv import Csv
from auditor.lists._reading import (
    Envelope,
    Files,
    Format,
    Part,
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
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PlaceRole, Restriction

_COLUMNS = ("Name", "Street_Address", "City", "Country", "Effective_Date", "Expiration_Date", "FR_Citation")

SOURCES = (
    Source(
        "bis-dpl",
        "Denied Persons List (US Bureau of Industry and Security)",
        ("bis-dpl",),
        (Part("dpl.txt", "https://www.bis.gov/dpl/dpl.txt"),),
        ("www.bis.gov", "www.bis.doc.gov"),
        floor=200,
        attribution="US Department of Commerce, Bureau of Industry and Security; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").replace(b'"', b"").startswith(b"Name\tStreet_Address\t")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row: a person with several addresses has several. Its changes alone are another file, and refused."""
    table = Csv(only(files), delimiter="\t", short=2)
    envelope.certain = False
    seen: dict[str, int] = {}
    for row in table.table(_COLUMNS):
        if not row["Name"]:
            raise Refused("E-LIST-FILL", "nameless", record=row["FR_Citation"][:60] or "?")
        key = f"{row['Name']}, {row['Effective_Date']}"
        seen[key] = seen.get(key, 0) + 1
        uid = key if seen[key] == 1 else f"{key} ({seen[key]})"
        yield ListedParty(
            envelope.source,
            uid,
            PartyKind.UNKNOWN,
            names_of([named(row["Name"], NameKind.PRIMARY)], uid),
            restricted([Restriction.EXPORT_DENIAL]),
            ("DPL",),
            present([place(PlaceRole.ADDRESS, row["Country"])]),
            (),
            present(
                [
                    dated(DateRole.LISTED, row["Effective_Date"], "mdy"),
                    dated(DateRole.ENDS, row["Expiration_Date"], "mdy"),
                ]
            ),
            (),
            kept("; ".join(t for t in (row.get("Action", ""), row["FR_Citation"]) if t)),
        )
    envelope.ended = table.ended


FORMAT = Format("bis-dpl", 1, knows, read)
