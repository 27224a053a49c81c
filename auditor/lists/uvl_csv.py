"""The Unverified List of the Bureau of Industry and Security: one row for each address."""

from collections.abc import Iterator

from auditor.lists._csv import Csv
from auditor.lists._reading import Envelope, Files, Format, Source, named, names_of, only, place, present, restricted
from auditor.model.listings import ListedParty, NameKind, PartyKind, PlaceRole, Restriction

SOURCES = (
    Source(
        "bis-uvl",
        "Unverified List (US Bureau of Industry and Security)",
        ("uvl-csv",),
        days=30,
        attribution="US Department of Commerce, Bureau of Industry and Security; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").upper().startswith(b"COUNTRY,NAME,ADDRESS")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party: the rows of one name in one country."""
    table = Csv(only(files), encoding="cp1252", short=5)
    envelope.certain = False
    groups: dict[tuple[str, str], int] = {}
    for row in table.table(("COUNTRY", "NAME", "ADDRESS")):
        key = (row["COUNTRY"], row["NAME"])
        groups[key] = groups.get(key, 0) + 1
        envelope.rows["rows"] = envelope.rows.get("rows", 0) + 1
    envelope.ended = table.ended
    for country, name in groups:
        uid = f"{name}, {country}"
        yield ListedParty(
            envelope.source,
            uid,
            PartyKind.ORGANISATION,
            names_of([named(name, NameKind.PRIMARY)], uid),
            restricted([Restriction.EXPORT_CAUTION]),
            ("UVL",),
            present([place(PlaceRole.ADDRESS, country)]),
        )


FORMAT = Format("uvl-csv", 1, knows, read)
