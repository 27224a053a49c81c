"""OpenSanctions' `targets.simple.csv`, a file that the user brings: their licence is between them and the user."""

from collections.abc import Iterator

from auditor.lists._csv import Csv
from auditor.lists._ftm import forbidden, kind_of
from auditor.lists._reading import (
    Envelope,
    Files,
    Format,
    Source,
    dated,
    day_of,
    kept,
    named,
    names_of,
    number,
    only,
    place,
    present,
    restricted,
)
from auditor.model.listings import DateRole, ListedParty, NameKind, PlaceRole

_COLUMNS = ("id", "schema", "name", "aliases", "birth_date", "countries", "identifiers", "sanctions", "dataset")

SOURCES = (
    Source(
        "opensanctions",
        "OpenSanctions (brought by the user)",
        ("opensanctions-csv", "ftm-json"),
        frozen=30,
        attribution="OpenSanctions.org, CC BY-NC 4.0 unless licensed otherwise",
        limit=4 << 30,
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].replace(b'"', b"")
    return first.startswith(b"id,schema,name,aliases,birth_date,")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row; the newest day on which one was seen is the file's date."""
    table = Csv(only(files))
    envelope.certain = False
    for row in table.table(_COLUMNS):
        seen = day_of(row.get("last_seen", ""))
        if seen is not None and (envelope.published is None or seen > envelope.published):
            envelope.published = seen
        yield _party(row, envelope.source)
    envelope.ended = table.ended


def _party(row: dict[str, str], source: str) -> ListedParty:
    names = [named(row["name"], NameKind.PRIMARY), *(named(a) for a in row["aliases"].split(";"))]
    programmes = [*row.get("program_ids", "").split(";"), *row["dataset"].split(";")]
    return ListedParty(
        source,
        row["id"],
        kind_of(row["schema"]),
        names_of(names, row["id"]),
        restricted(forbidden(())),
        tuple(dict.fromkeys(p.strip() for p in programmes if p.strip())),
        present(place(PlaceRole.OTHER, c) for c in row["countries"].split(";")),
        present(number("ID", i) for i in row["identifiers"].split(";")),
        present(dated(DateRole.BIRTH, d) for d in row["birth_date"].split(";")),
        (),
        kept(row["sanctions"]),
    )


FORMAT = Format("opensanctions-csv", 1, knows, read)
