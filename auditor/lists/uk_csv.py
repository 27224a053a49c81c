"""The UK Sanctions List as CSV: a line with the report's date, then one row for each name of a party."""

from collections.abc import Iterator
from itertools import groupby

from auditor.lists._csv import Csv
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
    dated,
    day_of,
    in_order,
    kept,
    named,
    names_of,
    number,
    only,
    place,
    present,
    restricted,
)
from auditor.lists._refused import Refused
from auditor.lists._uk import UK, forbidden
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PartyName, PlaceRole, Strength

_BANNER = "Report Date:"
_COLUMNS = ("Unique ID", "Name 6", "Name 1", "Name type", "Regime Name", "Designation Type", "Sanctions Imposed")

SOURCES = (UK,)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").lstrip(b'"').startswith(_BANNER.encode())


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party: the rows that follow each other with one id. An id that comes back later is refused."""
    table = Csv(only(files), skip=1)
    envelope.certain = False
    seen: set[str] = set()
    for uid, rows in groupby(table.table(_COLUMNS), lambda row: row["Unique ID"]):
        if not uid or uid in seen:
            raise Refused("E-LIST-SCHEMA", "scattered", record=uid[:40] or "?")
        seen.add(uid)
        found = list(rows)
        envelope.rows["uk.csv"] = envelope.rows.get("uk.csv", 0) + len(found)
        yield _party(found, uid, envelope.source)
    banner = table.preface[0].strip('"').rstrip(',"') if table.preface else ""
    if not banner.startswith(_BANNER):
        raise Refused("E-LIST-SCHEMA", "banner", found=banner[:60] or "–")
    envelope.published = day_of(banner.removeprefix(_BANNER), "dmy")
    envelope.ended = table.ended


def _party(rows: list[dict[str, str]], uid: str, source: str) -> ListedParty:
    def column(name: str) -> list[str]:
        return list(dict.fromkeys(v for row in rows if (v := row.get(name, ""))))

    kind = next((KIND_WORDS[k.lower()] for k in column("Designation Type") if k.lower() in KIND_WORDS), None)
    return ListedParty(
        source,
        uid,
        kind or PartyKind.UNKNOWN,
        names_of([n for row in rows for n in _names(row)], uid),
        restricted(r for cell in column("Sanctions Imposed") for r in forbidden(cell)),
        tuple(column("Regime Name")),
        present(place(role, v) for name, role in _PLACES for v in column(name)),
        present(number(name, v) for name in _NUMBERS for v in column(name)),
        present(
            [
                *(dated(DateRole.BIRTH, d, "dmy") for d in column("D.O.B")),
                *(dated(DateRole.BUILT, d) for d in column("Year Built")),
                *(dated(DateRole.LISTED, d, "dmy") for d in column("Date Designated")),
                *(dated(DateRole.CHANGED, d, "dmy") for d in column("Last Updated")),
            ]
        ),
        (*column("Parent company"), *column("Current owner/operator (s)")),
        kept("; ".join([*column("Position"), *column("Other Information"), *column("UK Statement of Reasons")])),
    )


_PLACES = (
    ("Nationality(/ies)", PlaceRole.NATIONALITY),
    ("Address Country", PlaceRole.ADDRESS),
    ("Country of birth", PlaceRole.BIRTH),
    ("Current believed flag of ship", PlaceRole.FLAG),
)
_NUMBERS = (
    "OFSI Group ID",
    "UN Reference Number",
    "National Identifier number",
    "Passport number",
    "Business registration number (s)",
    "IMO number",
    "Hull identification number (HIN)",
    "Website",
)


def _names(row: dict[str, str]) -> Iterator[PartyName | None]:
    kind = NameKind.PRIMARY if row["Name type"].lower().startswith("primary") else NameKind.ALIAS
    weak = "low" in row.get("Alias strength", "").lower()
    text = in_order(*(row.get(f"Name {n}", "") for n in range(1, 7)))
    yield named(text, kind, Strength.WEAK if weak else Strength.STRONG)
    yield named(row.get("Name non-latin script", ""), NameKind.ALIAS, Strength.STRONG)


FORMAT = Format("uk-csv", 1, knows, read)
