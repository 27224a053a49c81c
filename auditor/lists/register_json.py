"""China's and Japan's lists, which are notices and PDFs, as the JSON of a register that was made from them."""

from collections.abc import Iterator
from typing import Any

from auditor.lists._countries import code_of
from auditor.lists._json import elements
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
    Source,
    dated,
    day_of,
    kept,
    named,
    names_of,
    only,
    place,
    present,
    restricted,
)
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PlaceRole, Restriction

_LISTS = {
    "cn-unreliable-entity-list": Restriction.TRADE,
    "cn-export-control-watchlist": Restriction.EXPORT_DENIAL,
    "cn-attention-list": Restriction.EXPORT_CAUTION,
    "jp-end-user-list": Restriction.EXPORT_CAUTION,
}
"""List of the register → what it forbids; another one is `unstated`."""

SOURCES = (
    Source("cn-mofcom", "China: control, attention and unreliable entity lists (MOFCOM)", ("register-json",), days=60),
    Source("jp-meti", "Japan: foreign end user list (METI)", ("register-json",), days=60),
)
_COUNTRY = {"cn-mofcom": "cn", "jp-meti": "jp"}


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"[") and b'"source_list_name"' in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every entry. The file has no date; that of the newest check of an entry stands for it."""
    wanted = _COUNTRY.get(envelope.source)
    for item in elements(only(files)):
        if wanted is not None and _text(item, "country") != wanted:
            raise Refused("E-LIST-SCHEMA", "other_list", wanted=wanted, found=_text(item, "country")[:40] or "–")
        checked = day_of(_text(item, "last_verified"))
        if checked is not None and (envelope.published is None or checked > envelope.published):
            envelope.published = checked
        envelope.rows[_text(item, "list_id")] = envelope.rows.get(_text(item, "list_id"), 0) + 1
        yield _party(item, envelope)


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return value or ""


def _texts(item: dict[str, Any], key: str) -> list[str]:
    value = item.get(key) or []
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return value


def _party(item: dict[str, Any], envelope: Envelope) -> ListedParty:
    uid = _text(item, "id")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record=_text(item, "entity_name")[:80])
    programme = _text(item, "list_id")
    addresses = _texts(item, "addresses")
    name = _text(item, "entity_name")
    if not name.strip() and addresses:
        # read off a PDF whose columns ran together: the name stands behind the country
        name, addresses = _behind_country(addresses)
        envelope.warn("W-LIST-NAME")
    return ListedParty(
        envelope.source,
        uid,
        KIND_WORDS.get(_text(item, "entity_type"), PartyKind.UNKNOWN),
        names_of([named(name, NameKind.PRIMARY), *map(named, _texts(item, "aliases"))], uid),
        restricted([_LISTS.get(programme, Restriction.UNSTATED)]),
        (programme,) if programme else (),
        present(place(PlaceRole.ADDRESS, a) for a in addresses),
        dates=present([dated(DateRole.LISTED, _text(item, "date_added"))]),
        remarks=kept(_text(item, "reason")),
    )


def _behind_country(addresses: list[str]) -> tuple[str, list[str]]:
    """`People's Republic of China BVI Electronics` → the name and the country; no name where no country is known."""
    words = addresses[0].split()
    for count in range(len(words) - 1, 0, -1):
        country = " ".join(words[:count])
        if code_of(country) is not None:
            return " ".join(words[count:]), [country, *addresses[1:]]
    return "", addresses


FORMAT = Format("register-json", 1, knows, read)
