"""FollowTheMoney JSON lines, such as OpenSanctions' `entities.ftm.json`, brought by the user."""

from collections.abc import Iterator
from typing import Any

from auditor.lists._ftm import forbidden, kind_of, listed, party
from auditor.lists._json import lines
from auditor.lists._reading import (
    Envelope,
    Files,
    Format,
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
    words,
)
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, Identifier, ListedParty, NameKind, PlaceRole, Strength


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    first = head.removeprefix(b"\xef\xbb\xbf").lstrip()
    return first.startswith(b"{") and b'"schema"' in first and b'"properties"' in first


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every entity that is listed itself. Their sanctions stand in lines of their own, anywhere: two passes."""
    file = only(files)
    envelope.certain = False
    programmes: dict[str, tuple[str, ...]] = {}
    for item, _ in lines(file):
        if _text(item, "schema") == "Sanction":
            known = [*_all(item, "programId"), *_all(item, "program")]
            for entity in _all(item, "entity"):
                programmes[entity] = tuple(dict.fromkeys([*programmes.get(entity, ()), *known]))
    file.seek(0)
    for item, ended in lines(file):
        envelope.ended = ended
        schema = _text(item, "schema")
        if not schema:
            raise Refused("E-LIST-SCHEMA", "field", field="schema", found="–")
        seen = day_of(_text(item, "last_seen")[:10])
        if seen is not None and (envelope.published is None or seen > envelope.published):
            envelope.published = seen
        topics = _all(item, "topics")
        if party(schema) and (listed(topics) or (item.get("target") is True and not topics)):
            yield _party(item, topics, programmes, envelope.source)
        else:
            envelope.rows["others"] = envelope.rows.get("others", 0) + 1


def _text(item: dict[str, Any], key: str) -> str:
    value = item.get(key)
    if value is not None and not isinstance(value, str):
        raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(value).__name__)
    return value or ""


def _all(item: dict[str, Any], *keys: str) -> list[str]:
    """The values of properties; nested entities stand for their captions."""
    properties = item.get("properties")
    if not isinstance(properties, dict):
        raise Refused("E-LIST-SCHEMA", "field", field="properties", found=type(properties).__name__)
    found: list[str] = []
    for key in keys:
        values = properties.get(key) or []
        if not isinstance(values, list):
            raise Refused("E-LIST-SCHEMA", "field", field=key, found=type(values).__name__)
        found += [v for v in values if isinstance(v, str)]
    return found


def _nested(item: dict[str, Any], key: str) -> Iterator[dict[str, Any]]:
    properties = item.get("properties")
    values = properties.get(key) if isinstance(properties, dict) else None
    yield from (v for v in values or [] if isinstance(v, dict))


def _party(item: dict[str, Any], topics: list[str], programmes: dict[str, tuple[str, ...]], source: str) -> ListedParty:
    uid = _text(item, "id")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record=_text(item, "caption")[:80])
    nested = [p for s in _nested(item, "sanctions") for p in _all(s, "programId", "program")]
    return ListedParty(
        source,
        uid,
        kind_of(_text(item, "schema")),
        names_of(
            [
                named(_text(item, "caption"), NameKind.PRIMARY),
                *(named(n) for n in _all(item, "name", "alias")),
                *(named(n, NameKind.FORMER) for n in _all(item, "previousName")),
                *(named(n, strength=Strength.WEAK) for n in _all(item, "weakAlias", "abbreviation")),
            ],
            uid,
        ),
        restricted(forbidden(topics)),
        tuple(dict.fromkeys([*programmes.get(uid, ()), *nested, *_all(item, "programId", "program")])),
        present(
            [
                *(place(PlaceRole.NATIONALITY, c) for c in _all(item, "nationality", "citizenship")),
                *(place(PlaceRole.REGISTRATION, c) for c in _all(item, "jurisdiction", "mainCountry")),
                *(place(PlaceRole.BIRTH, c) for c in _all(item, "birthCountry")),
                *(place(PlaceRole.FLAG, c) for c in _all(item, "flag")),
                *(place(PlaceRole.OTHER, c) for c in _all(item, "country")),
            ]
        ),
        present(n for kind in sorted(_NUMBERS) for n in _numbers(item, kind)),
        present(
            [
                *(dated(DateRole.BIRTH, d) for d in _all(item, "birthDate")),
                *(dated(DateRole.BUILT, d) for d in _all(item, "buildDate")),
            ]
        ),
        (),
        kept("; ".join(_all(item, "notes"))),
    )


_NUMBERS = words(
    "passportNumber idNumber taxNumber registrationNumber innCode ogrnCode leiCode swiftBic imoNumber mmsi callSign"
    " isinCode publicKey vatCode uscCode ticker serialNumber"
)


def _numbers(item: dict[str, Any], kind: str) -> Iterator[Identifier | None]:
    for value in _all(item, kind):
        yield number(kind, value)


FORMAT = Format("ftm-json", 1, knows, read)
