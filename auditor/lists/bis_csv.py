"""The Entity List and the Military End User list as tables of their own: one row for each address and each alias."""

from collections.abc import Iterator

from auditor.lists._csl import forbids, list_of
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
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PlaceRole

_COLUMNS = ("Source List", "Name", "Address", "Country", "Federal Register Notice", "Effective Date", "Alternate Name")
_FROM = "US Department of Commerce, Bureau of Industry and Security; public domain (17 USC 105)"

SOURCES = (
    Source("bis-entity", "Entity List (US Bureau of Industry and Security)", ("bis-csv",), days=30, attribution=_FROM),
    Source(
        "bis-meu",
        "Military End User List (US Bureau of Industry and Security)",
        ("bis-csv",),
        days=30,
        attribution=_FROM,
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"Source List,Entity Number,SDN Type,")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party: the rows of one name under one notice."""
    table = Csv(only(files), short=5)
    envelope.certain = False
    groups: dict[tuple[str, ...], list[dict[str, str]]] = {}
    for row in table.table(_COLUMNS):
        key = (row["Source List"], row["Name"], row["Federal Register Notice"])
        groups.setdefault(key, []).append(row)
        envelope.rows["rows"] = envelope.rows.get("rows", 0) + 1
    envelope.ended = table.ended
    for (written, name, notice), rows in groups.items():
        short = list_of(written)
        uid = f"{short} {name}, {notice}"
        yield ListedParty(
            envelope.source,
            uid,
            PartyKind.UNKNOWN,
            names_of([named(name, NameKind.PRIMARY), *(named(r["Alternate Name"]) for r in rows)], uid),
            restricted(forbids(short, (), ())),
            (short,),
            present(place(PlaceRole.ADDRESS, r["Country"]) for r in rows),
            (),
            present(dated(DateRole.LISTED, r["Effective Date"], "mdy") for r in rows),
            (),
            kept("; ".join(dict.fromkeys(t for r in rows for k in _REMARKS if (t := r.get(k, ""))))),
        )


_REMARKS = ("License Requirement", "License Policy", "Remarks/Notes", "Federal Register Notice")

FORMAT = Format("bis-csv", 1, knows, read)
