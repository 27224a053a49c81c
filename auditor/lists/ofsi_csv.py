"""OFSI's consolidated list of asset freeze targets (`ConList.csv`), which the United Kingdom closed in January 2026."""

from collections.abc import Iterator
from datetime import date

from auditor.lists._csv import Csv
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
    Part,
    Source,
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
from auditor.model.listings import (
    DateRole,
    ListedParty,
    NameKind,
    PartyKind,
    PartyName,
    PlaceRole,
    Restriction,
    Strength,
)

_BANNER = "Last Updated,"
_COLUMNS = ("Name 6", "Name 1", "Group Type", "Alias Type", "Country", "DOB")

SOURCES = (
    Source(
        "uk-ofsi",
        "OFSI consolidated list of asset freeze targets (closed)",
        ("ofsi-csv",),
        (Part("conlist.csv", "https://ofsistorage.blob.core.windows.net/publishlive/2022format/ConList.csv"),),
        ("ofsistorage.blob.core.windows.net",),
        floor=2_000,
        closed=date(2026, 1, 28),
        attribution="Contains public sector information licensed under the Open Government Licence v3.0",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(_BANNER.encode())


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every group, its rows wherever they stand; without group ids (old cuts) every row is a party."""
    table = Csv(only(files), skip=1)
    envelope.certain = False
    groups: dict[str, list[dict[str, str]]] = {}
    for count, row in enumerate(table.table(_COLUMNS)):
        groups.setdefault(row.get("Group ID", "") or f"row {count + 1}", []).append(row)
        envelope.rows["conlist.csv"] = count + 1
    banner = table.preface[0]
    if not banner.startswith(_BANNER):
        raise Refused("E-LIST-SCHEMA", "banner", found=banner[:60] or "–")
    envelope.published = day_of(banner.removeprefix(_BANNER).strip(", "), "dmy")
    envelope.ended = table.ended
    for uid, rows in groups.items():
        yield _party(rows, uid, envelope.source)


def _party(rows: list[dict[str, str]], uid: str, source: str) -> ListedParty:
    def column(name: str) -> list[str]:
        return list(dict.fromkeys(v for row in rows if (v := row.get(name, ""))))

    return ListedParty(
        source,
        uid,
        KIND_WORDS.get((column("Group Type") or [""])[0].lower(), PartyKind.UNKNOWN),
        names_of([n for row in rows for n in _names(row)], uid),
        restricted([Restriction.FULL_BLOCK]),
        tuple(column("Regime")),
        present(
            [
                *(place(PlaceRole.NATIONALITY, v) for v in column("Nationality")),
                *(place(PlaceRole.ADDRESS, v) for v in column("Country")),
                *(place(PlaceRole.BIRTH, v) for v in column("Country of Birth")),
            ]
        ),
        present(
            number(name, v) for name in ("Passport Number", "National Identification Number") for v in column(name)
        ),
        present(
            [
                *(dated(DateRole.BIRTH, v, "dmy") for v in column("DOB")),
                *(dated(DateRole.LISTED, v, "dmy") for v in column("Listed On")),
            ]
        ),
        (),
        kept("; ".join([*column("Position"), *column("Other Information")])),
    )


def _names(row: dict[str, str]) -> Iterator[PartyName | None]:
    kind = NameKind.PRIMARY if row["Alias Type"].lower().startswith("primary") else NameKind.ALIAS
    weak = "low" in row.get("Alias Quality", "").lower()
    text = in_order(*(row.get(f"Name {n}", "") for n in range(1, 7)))
    yield named(text, kind, Strength.WEAK if weak else Strength.STRONG)
    yield named(row.get("Name Non-Latin Script", ""))


FORMAT = Format("ofsi-csv", 1, knows, read)
