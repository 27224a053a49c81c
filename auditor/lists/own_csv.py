"""The organisation's own list as CSV: parties it has chosen not to deal with, in columns of its own."""

from collections.abc import Iterator

from auditor.lists._csv import Csv
from auditor.lists._own import OWN, party
from auditor.lists._reading import Envelope, Files, Format, only, words
from auditor.lists._refused import Refused
from auditor.model.listings import ListedParty

_COLUMNS = words("id name aliases kind countries identifiers programme restrictions listed ended remarks birth linked")

SOURCES = (OWN,)


def knows(head: bytes) -> bool:
    """Whether a file is this: its header has a name, and no column that an own list cannot have."""
    first = head.removeprefix(b"\xef\xbb\xbf").split(b"\n", 1)[0].decode("utf-8", "replace")
    for delimiter in ",;":
        columns = [c.strip().strip('"').lower() for c in first.split(delimiter)]
        if "name" in columns and set(columns) <= _COLUMNS:
            return True
    return False


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every row; several values in one cell are parted by `;`, or by `|` where the columns are."""
    file = only(files)
    head = file.read(1 << 16)
    file.seek(0)
    delimiter = ";" if head.split(b"\n", 1)[0].count(b";") else ","
    table = Csv(file, delimiter=delimiter)
    envelope.certain = False
    seen: set[str] = set()
    for count, row in enumerate(table.table(("name",)), 2):
        unknown = sorted(set(row) - _COLUMNS)
        if unknown:
            raise Refused("E-LIST-SCHEMA", "columns_unknown", names=", ".join(unknown)[:120])
        uid = row.get("id") or row["name"]
        if uid in seen:
            envelope.warn("W-LIST-DUP-UID")
        seen.add(uid)
        parted = "|" if delimiter == ";" else ";"
        cells = {k: [v.strip() for v in text.split(parted) if v.strip()] for k, text in row.items()}
        yield party(envelope.source, uid, cells, f"row {count}")
    envelope.ended = table.ended


FORMAT = Format("own-csv", 1, knows, read)
