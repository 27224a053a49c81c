"""The Consolidated Screening List of trade.gov as CSV: Commerce, State and Treasury in one table."""

from collections.abc import Iterator

from auditor.lists._csl import address_places, count, forbids, list_of
from auditor.lists._csv import Csv
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
    Part,
    Source,
    dated,
    kept,
    named,
    names_of,
    number,
    only,
    place,
    present,
    restricted,
    turned,
)
from auditor.model.listings import DateRole, Identifier, ListedParty, NameKind, PartyKind, PlaceRole

_COLUMNS = ("source", "type", "programs", "name", "addresses", "start_date", "end_date", "alt_names", "ids")

SOURCES = (
    Source(
        "us-csl",
        "Consolidated Screening List (US Departments of Commerce, State and the Treasury)",
        ("csl-csv", "csl-json"),
        (Part("csl.csv", "https://data.trade.gov/downloadable_consolidated_screening_list/v1/consolidated.csv"),),
        ("data.trade.gov", "api.trade.gov"),
        floor=5_000,
        fill={"alias": 10, "country": 30},
        attribution="US Department of Commerce, International Trade Administration; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].replace(b'"', b"")
    return first.startswith((b"source,entity_number,type,programs,name", b"_id,source,entity_number,type,programs"))


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row; the file says neither its date nor how many it holds."""
    table = Csv(only(files))
    envelope.certain = False
    seen: dict[str, int] = {}
    for row in table.table(_COLUMNS):
        short = list_of(row["source"])
        count(envelope, short)
        yield _party(row, short, envelope.source, seen)
    envelope.ended = table.ended


def _party(row: dict[str, str], short: str, source: str, seen: dict[str, int]) -> ListedParty:
    kind = KIND_WORDS.get(row["type"].lower(), PartyKind.UNKNOWN)
    person = kind is PartyKind.PERSON
    uid = f"{short} {row.get('entity_number') or row.get('_id') or row['name']}"
    seen[uid] = seen.get(uid, 0) + 1
    if seen[uid] > 1 and not (row.get("entity_number") or row.get("_id")):
        uid = f"{uid} ({seen[uid]})"
    programmes = tuple(p for p in (x.strip() for x in row["programs"].split(";")) if p)
    remarks = [t for t in (row.get("title", ""), row.get("remarks", ""), row.get("license_requirement", "")) if t]
    names = [row["name"], *row["alt_names"].split(";")]
    return ListedParty(
        source,
        uid,
        kind,
        names_of(
            [
                named(turned(n.strip()) if person else n, NameKind.ALIAS if i else NameKind.PRIMARY)
                for i, n in enumerate(names)
            ],
            uid,
        ),
        restricted(forbids(short, programmes, [row["ids"], *remarks])),
        (short, *programmes),
        present(
            [
                *address_places(row["addresses"]),
                *(
                    place(PlaceRole.NATIONALITY, v)
                    for k in ("citizenships", "nationalities")
                    for v in row.get(k, "").split(";")
                ),
                *(place(PlaceRole.BIRTH, v.rpartition(",")[2]) for v in row.get("places_of_birth", "").split(";")),
                place(PlaceRole.FLAG, row.get("vessel_flag", "")),
            ]
        ),
        present([*(_number(i) for i in row["ids"].split(";")), number("Call sign", row.get("call_sign", ""))]),
        present(
            [
                *(dated(DateRole.BIRTH, d) for d in row.get("dates_of_birth", "").split(";")),
                dated(DateRole.LISTED, row["start_date"]),
                dated(DateRole.ENDS, row["end_date"]),
            ]
        ),
        (),
        kept("; ".join([*remarks, row.get("federal_register_notice", "")])),
    )


def _number(text: str) -> Identifier | None:
    """`Passport, 123456, RU`."""
    kind, _, rest = text.partition(",")
    value, _, country = rest.partition(",")
    return number(kind, value or kind, country.partition(",")[0]) if text.strip() else None


FORMAT = Format("csl-csv", 1, knows, read)
