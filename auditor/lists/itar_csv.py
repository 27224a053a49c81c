"""Parties debarred under the US arms regulations (ITAR), as the State Department's table."""

import re
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
    present,
    restricted,
)
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, Restriction

_COLUMNS = ("Party Name", "Date Of Birth", "Federal Register Notice", "Notice Date")
_ALSO = re.compile(r"(.*?)\s*\(a\.k\.a\.\s*(.*)\)")

SOURCES = (
    Source(
        "us-itar",
        "AECA statutorily debarred parties (US State Department)",
        ("itar-csv",),
        days=30,
        attribution="US Department of State; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.removeprefix(b"\xef\xbb\xbf").startswith(b"Party Name,Date Of Birth,")


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row; other names stand in brackets behind the name."""
    table = Csv(only(files))
    envelope.certain = False
    seen: dict[str, int] = {}
    for row in table.table(_COLUMNS):
        key = f"{row['Party Name']}, {row['Notice Date']}"
        seen[key] = seen.get(key, 0) + 1
        uid = key if seen[key] == 1 else f"{key} ({seen[key]})"
        also = _ALSO.fullmatch(row["Party Name"])
        own, others = (also[1], also[2].split(";")) if also else (row["Party Name"], [])
        yield ListedParty(
            envelope.source,
            uid,
            PartyKind.UNKNOWN,
            names_of([named(own, NameKind.PRIMARY), *map(named, others)], uid),
            restricted([Restriction.ARMS]),
            ("DTC",),
            dates=present(
                [
                    dated(DateRole.BIRTH, row["Date Of Birth"], "mdy"),
                    dated(DateRole.LISTED, row["Notice Date"], "mdy"),
                ]
            ),
            remarks=kept(row["Federal Register Notice"]),
        )
    envelope.ended = table.ended


FORMAT = Format("itar-csv", 1, knows, read)
