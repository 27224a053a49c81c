"""The European Union's list as CSV 1.1: semicolons, a BOM, and one row for each name, address or number of a party."""

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

_ID = "Entity_LogicalId"
_COLUMNS = ("fileGenerationDate", _ID, "Entity_EU_ReferenceNumber", "NameAlias_WholeName", "NameAlias_LastName")


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"fileGenerationDate;")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party: the rows that follow each other with one logical id. An id that comes back later is refused."""
    table = Csv(only(files), delimiter=";")
    envelope.certain = False
    seen: set[str] = set()
    for uid, rows in groupby(table.table(_COLUMNS), lambda row: row[_ID]):
        if not uid or uid in seen:
            raise Refused("E-LIST-SCHEMA", "scattered", record=uid[:40] or "?")
        seen.add(uid)
        found = list(rows)
        envelope.published = day_of(found[0]["fileGenerationDate"], "dmy")
        envelope.rows["eu.csv"] = envelope.rows.get("eu.csv", 0) + len(found)
        yield _party(found, uid, envelope.source)
    envelope.ended = table.ended


def _party(rows: list[dict[str, str]], uid: str, source: str) -> ListedParty:
    def column(name: str) -> list[str]:
        return list(dict.fromkeys(v for row in rows if (v := row.get(name, ""))))

    # the sample of 2026 has the two words of the kind in each other's place
    kinds = [*column("Entity_SubjectType"), *column("Entity_SubjectType_ClassificationCode")]
    kind = next((k for word in kinds if (k := KIND_WORDS.get(word.lower()))), PartyKind.UNKNOWN)
    return ListedParty(
        source,
        (column("Entity_EU_ReferenceNumber") or [uid])[0],
        kind,
        names_of([_name(row, first=i == 0) for i, row in enumerate(rows)], uid),
        restricted([Restriction.FULL_BLOCK]),
        tuple(sorted(column("Entity_Regulation_Programme"))),
        present(
            place(role, row.get(f"{part}_CountryDescription", ""), row.get(f"{part}_CountryIso2Code"))
            for part, role in _PLACES
            for row in rows
            if row.get(f"{part}_CountryIso2Code", "00") != "00"
        ),
        present(
            [
                *(
                    number(
                        row.get("Identification_TypeDescription", "") or row.get("Identification_TypeCode", ""),
                        row.get("Identification_Number", "") or row.get("Identification_LatinNumber", ""),
                        row.get("Identification_CountryIso2Code", "").removeprefix("00"),
                    )
                    for row in rows
                ),
                *(number("UN reference", n) for n in column("Entity_UnitedNationId")),
            ]
        ),
        present(
            [
                *(
                    dated(DateRole.BIRTH, row.get("BirthDate_BirthDate", "") or row.get("BirthDate_Year", ""), "dmy")
                    for row in rows
                ),
                *(dated(DateRole.LISTED, d) for d in column("Entity_DesignationDate")),
            ]
        ),
        (),
        kept("; ".join([*column("Entity_Remark"), *column("Entity_DesignationDetails")])),
    )


_PLACES = (
    ("Citizenship", PlaceRole.NATIONALITY),
    ("Address", PlaceRole.ADDRESS),
    ("BirthDate", PlaceRole.BIRTH),
)


def _name(row: dict[str, str], *, first: bool) -> PartyName | None:
    parts = (row.get(f"NameAlias_{k}", "") for k in ("FirstName", "MiddleName", "LastName"))
    strength = Strength.WEAK if row.get("NameAlias_Strong", "").lower() == "false" else Strength.STRONG
    kind = NameKind.PRIMARY if first else NameKind.ALIAS
    language = row.get("NameAlias_NameLanguage", "").lower() or None
    return named(row["NameAlias_WholeName"] or in_order(*parts), kind, strength, language)


FORMAT = Format("eu-csv", 1, knows, read)
