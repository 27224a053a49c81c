"""The Consolidated Screening List of trade.gov as JSON, whole or in the answer of a search."""

from collections.abc import Iterator
from typing import Any

from auditor.lists._csl import count, forbids, list_of
from auditor.lists._json import elements
from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
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
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PlaceRole


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return head.lstrip(b"\xef\xbb\xbf \t\r\n").startswith((b"{", b"[")) and (
        b'"alt_names"' in head or b'"source_list_url"' in head or b'"source_information_url"' in head
    )


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every element of `results`, or of the array that the file is."""
    seen: dict[str, int] = {}
    for item in elements(only(files), "results"):
        short = list_of(_text(item, "source"))
        count(envelope, short)
        yield _party(item, short, envelope.source, seen)


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is None:
        return ""
    if not isinstance(value, str | int | float):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return str(value)


def _texts(item: dict[str, Any], key: str) -> list[str]:
    value = item.get(key) or []
    if isinstance(value, str):
        return [value]
    if not isinstance(value, list) or not all(isinstance(v, str) for v in value):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return value


def _objects(item: dict[str, Any], key: str) -> list[dict[str, Any]]:
    value = item.get(key) or []
    if not isinstance(value, list) or not all(isinstance(v, dict) for v in value):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return value


def _party(item: dict[str, Any], short: str, source: str, seen: dict[str, int]) -> ListedParty:
    kind = KIND_WORDS.get(_text(item, "type").lower(), PartyKind.UNKNOWN)
    person = kind is PartyKind.PERSON
    uid = f"{short} {_text(item, 'entity_number') or _text(item, 'id') or _text(item, 'name')}"
    seen[uid] = seen.get(uid, 0) + 1
    ids = [(_text(i, "type"), _text(i, "number"), _text(i, "country")) for i in _objects(item, "ids")]
    programmes = tuple(_texts(item, "programs"))
    names = [_text(item, "name"), *_texts(item, "alt_names")]
    remarks = [t for k in ("title", "remarks", "license_requirement") if (t := _text(item, k))]
    return ListedParty(
        source,
        uid,
        kind,
        names_of(
            [named(turned(n) if person else n, NameKind.ALIAS if i else NameKind.PRIMARY) for i, n in enumerate(names)],
            uid,
        ),
        restricted(forbids(short, programmes, [*remarks, *(f"{k} {v}" for k, v, _ in ids)])),
        (short, *programmes),
        present(
            [
                *(place(PlaceRole.ADDRESS, _text(a, "country")) for a in _objects(item, "addresses")),
                place(PlaceRole.ADDRESS, _text(item, "country")),
                *(
                    place(PlaceRole.NATIONALITY, c)
                    for key in ("citizenships", "nationalities")
                    for c in _texts(item, key)
                ),
                *(place(PlaceRole.BIRTH, p.rpartition(",")[2]) for p in _texts(item, "places_of_birth")),
            ]
        ),
        present(number(k, v, c) for k, v, c in ids if k),
        present(
            [
                *(dated(DateRole.BIRTH, d) for d in _texts(item, "dates_of_birth")),
                dated(DateRole.LISTED, _text(item, "start_date")),
                dated(DateRole.ENDS, _text(item, "end_date")),
            ]
        ),
        (),
        kept("; ".join([*remarks, _text(item, "federal_register_notice")])),
    )


FORMAT = Format("csl-json", 1, knows, read)
