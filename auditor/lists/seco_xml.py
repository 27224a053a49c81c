"""Switzerland's sanctions list (SECO), XML: ended listings stay in the file and are told apart by their changes."""

from collections.abc import Iterator

from auditor.lists._reading import (
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
    words,
)
from auditor.lists._refused import Refused
from auditor.lists._xml import Node, Xml
from auditor.model.listings import (
    DateRole,
    Identifier,
    ListedParty,
    NameKind,
    PartyDate,
    PartyKind,
    PartyName,
    PartyPlace,
    PlaceRole,
    Restriction,
    Strength,
)

_KINDS = {"individual": PartyKind.PERSON, "entity": PartyKind.ORGANISATION, "object": PartyKind.OTHER}
_OBJECTS = {"vessel": PartyKind.VESSEL, "aircraft": PartyKind.AIRCRAFT}
_SETS = (
    ("named individuals", Restriction.FULL_BLOCK),
    ("natural persons", Restriction.FULL_BLOCK),
    ("legal entities", Restriction.FULL_BLOCK),
    ("freezing", Restriction.FULL_BLOCK),
    ("financial sanctions", Restriction.FULL_BLOCK),
    ("money and capital market", Restriction.DEBT_EQUITY),
    ("capital market", Restriction.DEBT_EQUITY),
    ("vessel", Restriction.TRANSPORT),
    ("aircraft", Restriction.TRANSPORT),
    ("entry into", Restriction.TRAVEL),
    ("travel", Restriction.TRAVEL),
    ("dual-use", Restriction.EXPORT_LICENCE),
    ("goods", Restriction.EXPORT_LICENCE),
    ("asset", Restriction.FULL_BLOCK),
)
_FIELDS = words("sanctions-set-id foreign-identifier individual entity object modification generic-attribute")

SOURCES = (
    Source(
        "ch-seco",
        "SECO: sanctions lists of the Swiss Confederation",
        ("seco-xml",),
        (
            Part(
                "seco.xml",
                "https://www.sesam.search.admin.ch/sesam-search-web/pages/downloadXmlGesamtliste.xhtml"
                "?lang=en&action=downloadXmlGesamtlisteAction",
            ),
        ),
        ("www.sesam.search.admin.ch", "www.seco.admin.ch"),
        floor=1_500,
        fill={"alias": 20, "programme": 95},
        frozen=90,
        attribution="Swiss Confederation, State Secretariat for Economic Affairs SECO",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<swiss-sanctions-list" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every target, ended ones with the day; programmes and places are looked up by their numbers."""
    xml = Xml(only(files), {"swiss-sanctions-list": envelope.spaces([""])}, frozenset())
    programmes: dict[str, tuple[str, str]] = {}
    places: dict[str, str] = {}
    for _, node in xml.records():
        match node.tag:
            case "sanctions-program":
                programmes |= _programme(node)
            case "place":
                places[node.attribute("ssid")] = node.get("country")
            case "target":
                envelope.known((child.tag for child in node.children), _FIELDS)
                party = _party(node, programmes, places, envelope.source)
                envelope.rows["de-listed"] = envelope.rows.get("de-listed", 0) + (party.delisted is not None)
                yield party
            case other:
                raise Refused("E-LIST-SCHEMA", "element", found=other[:80])
    if xml.root is not None:
        if xml.root.attribute("list-type") != "whole-list":
            raise Refused("E-LIST-DELTA", "delta", found=xml.root.attribute("list-type") or "–")
        envelope.published = day_of(xml.root.attribute("date"))


def _programme(node: Node) -> dict[str, tuple[str, str]]:
    """Number of each set of sanctions → (programme, the set's words in English)."""
    keys = [k for k in node.all("program-key") if k.attribute("lang") == "eng"] or list(node.all("program-key"))
    key = " ".join(keys[0].text.split()) if keys else "?"
    sets = sorted(node.all("sanctions-set"), key=lambda s: s.attribute("lang") != "eng")
    found: dict[str, tuple[str, str]] = {}
    for one in sets:
        found.setdefault(one.attribute("ssid"), (key, " ".join(one.text.split())))
    return found


def _party(node: Node, programmes: dict[str, tuple[str, str]], places: dict[str, str], source: str) -> ListedParty:
    uid = node.attribute("ssid")
    body = next((c for c in node.children if c.tag in _KINDS), None)
    if not uid or body is None:
        raise Refused("E-LIST-SCHEMA", "no_id", record=uid or node.tag)
    kind = _OBJECTS.get(body.attribute("object-type"), _KINDS[body.tag])
    sets = [programmes.get(i, ("?", "")) for i in node.texts("sanctions-set-id")]
    remarks = [*body.texts("justification"), *body.texts("other-information")]
    changes = [(m.attribute("effective-date"), m.attribute("modification-type")) for m in node.all("modification")]
    last = max((c for c in changes if c[1] in {"listed", "de-listed"}), default=("", ""))
    ids = list(body.all("identity"))
    return ListedParty(
        source,
        uid,
        kind,
        names_of([n for i in ids for name in i.all("name") for n in _names(name, i)], uid),
        restricted(_forbidden(words) for _, words in sets),
        tuple(dict.fromkeys(key for key, _ in sets)),
        present(p for i in ids for p in _places(i, places)),
        present([*(n for i in ids for n in _numbers(i, places)), *_imo(remarks)]),
        present([*(d for i in ids for d in _births(i)), *(_listed(c) for c in changes)]),
        (),
        kept("; ".join(remarks)),
        last[0] if last[1] == "de-listed" else None,
    )


def _forbidden(words: str) -> Restriction:
    lower = words.lower()
    return next((r for begin, r in _SETS if begin in lower), Restriction.UNSTATED)


def _names(name: Node, identity: Node) -> Iterator[PartyName | None]:
    """The name, and one with each other spelling of its parts."""
    main = identity.attribute("main") == "true" and name.attribute("name-type") == "primary-name"
    kind = NameKind.PRIMARY if main else NameKind.FORMER if "former" in name.attribute("name-type") else NameKind.ALIAS
    strength = Strength.WEAK if name.attribute("quality") == "low" else Strength.STRONG
    parts = sorted(name.all("name-part"), key=lambda p: _ORDER.get(p.attribute("name-part-type"), 2))
    plain = [p.get("value") for p in parts]
    yield named(in_order(*plain), kind, strength)
    variants: dict[tuple[str, str], list[str]] = {}
    for at, part in enumerate(parts):
        for spelling in part.all("spelling-variant"):
            key = (spelling.attribute("lang"), spelling.attribute("script"))
            variants.setdefault(key, list(plain))[at] = " ".join(spelling.text.split())
    for (language, _), texts in sorted(variants.items()):
        yield named(in_order(*texts), NameKind.ALIAS, strength, language.lower() or None)


_ORDER = {"title": 0, "given-name": 1, "further-given-name": 2, "father-name": 3, "family-name": 9, "whole-name": 5}


def _places(identity: Node, places: dict[str, str]) -> Iterator[PartyPlace | None]:
    for nationality in identity.all("nationality", "country"):
        yield place(PlaceRole.NATIONALITY, nationality.text, nationality.attribute("iso-code") or None)
    for tag, role in (("address", PlaceRole.ADDRESS), ("place-of-birth", PlaceRole.BIRTH)):
        for found in identity.all(tag):
            yield place(role, places.get(found.attribute("place-id"), ""))


def _numbers(identity: Node, places: dict[str, str]) -> Iterator[Identifier | None]:
    for document in identity.all("identification-document"):
        yield number(
            document.attribute("document-type"),
            document.get("number"),
            document.get("issuer") or places.get(document.attribute("place-id"), ""),
        )


def _imo(remarks: list[str]) -> Iterator[Identifier | None]:
    for text in remarks:
        _, mark, digits = text.partition("IMO Number: ")
        if mark and digits[:7].isdigit():
            yield number("IMO", digits[:7])


def _births(identity: Node) -> Iterator[PartyDate | None]:
    for found in identity.all("day-month-year"):
        parts = [found.attribute(k) for k in ("year", "month", "day")]
        numbers = [p.zfill(2) for p in parts if p]
        yield dated(DateRole.BIRTH, "-".join(numbers)) if parts[0] else None


def _listed(change: tuple[str, str]) -> PartyDate | None:
    return dated(DateRole.LISTED, change[0]) if change[1] == "listed" else None


FORMAT = Format("seco-xml", 1, knows, read)
