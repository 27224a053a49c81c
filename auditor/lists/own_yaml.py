"""The organisation's own list as YAML (`auditor: list/1`), read under the same strict rules as an inventory."""

from collections.abc import Iterator

from auditor.documents import MAX_BYTES, plain, read_text
from auditor.errors import InvalidDocument
from auditor.lists._own import party
from auditor.lists._reading import Envelope, Files, Format, day_of, only, words
from auditor.lists._refused import Refused
from auditor.model.listings import ListedParty

HEADER = "list/1"
_TOP = frozenset({"auditor", "title", "published", "parties"})
_FIELDS = words("id name aliases kind countries identifiers programme restrictions listed ended remarks birth linked")


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    lines = (line.strip() for line in head.removeprefix(b"\xef\xbb\xbf").splitlines())
    return next((x for x in lines if x and not x.startswith(b"#")), b"").replace(b" ", b"") == b"auditor:list/1"


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every party under `parties`; a document that is cut in the middle of its own block is still YAML."""
    file = only(files)
    envelope.certain = False
    data = file.read(MAX_BYTES + 1)
    try:
        document = read_text(data, "list")
    except InvalidDocument as error:
        at = error.problems[0].origin
        raise Refused(
            "E-LIST-YAML", "not_yaml", why=error.problems[0].message, line=at.line, column=at.column
        ) from None
    value = plain(document.value)
    if not isinstance(value, dict) or not isinstance(value.get("parties"), list):
        raise Refused("E-LIST-SCHEMA", "columns", missing="parties")
    unknown = sorted(str(k) for k in set(value) - _TOP)
    if unknown:
        raise Refused("E-LIST-SCHEMA", "columns_unknown", names=", ".join(unknown)[:120])
    published = value.get("published")
    envelope.published = day_of(published) if isinstance(published, str) else None
    envelope.ended = data.endswith(b"\n")
    for count, item in enumerate(value["parties"], 1):
        if not isinstance(item, dict):
            raise Refused("E-LIST-SCHEMA", "no_object")
        unknown = sorted(str(k) for k in set(item) - _FIELDS)
        if unknown:
            raise Refused("E-LIST-SCHEMA", "columns_unknown", names=", ".join(unknown)[:120])
        cells = {str(k): _texts(v, str(k)) for k, v in item.items()}
        uid = next(iter([*cells.get("id", []), *cells.get("name", [])]), "")
        yield party(envelope.source, uid, cells, f"party {count}")


def _texts(value: object, field: str) -> list[str]:
    values = value if isinstance(value, list) else [value]
    if not all(isinstance(v, str) for v in values):
        raise Refused("E-LIST-SCHEMA", "field", field=field, found=type(value).__name__)
    return [str(v) for v in values]


FORMAT = Format("own-yaml", 1, knows, read)
