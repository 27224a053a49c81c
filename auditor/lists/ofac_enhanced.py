"""OFAC's enhanced XML, which holds names in their own scripts. The advanced XML is another, and refused by name."""

from collections.abc import Iterator

from auditor.lists._ofac import NOT_NUMBERS, forbidden, linked
from auditor.lists._reading import (
    KIND_WORDS,
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
    turned,
    words,
)
from auditor.lists._refused import Refused
from auditor.lists._xml import Node, Xml
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PartyName, PlaceRole, Strength

_SPACE = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/ENHANCED_XML"
_BESIDE = frozenset({"publicationInfo", "referenceValues", "featureTypes", "relationships"})
_FIELDS = words(
    "generalInfo sanctionsLists sanctionsPrograms sanctionsTypes legalAuthorities names addresses features"
    " identityDocuments relationships designations"
)
_LISTS = {"ofac-sdn": "SDN List", "ofac-consolidated": "Consolidated List"}


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<sanctionsData" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every entity; one that stands on none of the source's own lists shows that it is another list."""
    xml = Xml(only(files), {"sanctionsData": envelope.spaces([_SPACE])}, frozenset({"entities"}))
    wanted = _LISTS.get(envelope.source)
    for container, node in xml.records():
        if container == "entities" and node.tag == "entity":
            lists = node.texts("sanctionsLists", "sanctionsList")
            if wanted is not None and wanted not in lists:
                raise Refused("E-LIST-SCHEMA", "other_list", wanted=wanted, found=", ".join(lists)[:120] or "–")
            envelope.known((child.tag for child in node.children), _FIELDS)
            yield _party(node, envelope.source)
        elif node.tag == "publicationInfo":
            envelope.published = day_of(node.get("dataAsOf"))
        elif container or node.tag not in _BESIDE:
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])


def _party(node: Node, source: str) -> ListedParty:
    uid = node.attribute("id")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record="entity")
    kind = KIND_WORDS.get(node.get("generalInfo", "entityType").lower(), PartyKind.UNKNOWN)
    features = [(f.get("type"), f.get("value"), f) for f in node.all("features", "feature")]
    programmes = tuple(node.texts("sanctionsPrograms", "sanctionsProgram"))
    remarks = node.get("generalInfo", "remarks")
    said = [remarks, *(f"{name} {value}" for name, value, _ in features)]
    person = kind is PartyKind.PERSON
    return ListedParty(
        source,
        uid,
        kind,
        names_of([n for name in node.all("names", "name") for n in _names(name, person=person)], uid),
        restricted(forbidden(source, programmes, said)),
        programmes,
        present(
            [
                *(place(PlaceRole.ADDRESS, c) for c in node.texts("addresses", "address", "country")),
                *(place(_ROLES[k], v.rpartition(", ")[2]) for f, v, _ in features if (k := _role(f)) is not None),
            ]
        ),
        present(
            [
                *(
                    number(d.get("type"), d.get("documentNumber"), d.get("issuingCountry"))
                    for d in node.all("identityDocuments", "identityDocument")
                ),
                *(number(f, v) for f, v, _ in features if f and not _role(f) and not f.startswith(_NOT_NUMBERS)),
            ]
        ),
        present(
            [
                *(dated(DateRole.BIRTH, v) for f, v, n in features if _birth(f, n)),
                *(
                    dated(DateRole.LISTED, entry.attribute("datePublished"))
                    for entry in node.all("sanctionsLists", "sanctionsList")
                ),
            ]
        ),
        (*linked(remarks), *node.texts("relationships", "relationship", "relatedEntity")),
        kept(remarks),
    )


_NOT_NUMBERS = (*NOT_NUMBERS, "Birthdate", "Place of Birth", "Title")
_ROLES = {
    "Nationality Country": PlaceRole.NATIONALITY,
    "Citizenship Country": PlaceRole.NATIONALITY,
    "Place of Birth": PlaceRole.BIRTH,
    "Nationality of Registration": PlaceRole.REGISTRATION,
    "Vessel Flag": PlaceRole.FLAG,
}


def _role(feature: str) -> str | None:
    return feature if feature in _ROLES else None


def _birth(feature: str, node: Node) -> bool:
    kind = node.first("type")
    return feature == "Birthdate" or (kind is not None and kind.attribute("featureTypeId") == "8")


def _names(name: Node, *, person: bool) -> Iterator[PartyName | None]:
    primary = name.get("isPrimary") == "true"
    strength = Strength.WEAK if name.get("isLowQuality") == "true" else Strength.STRONG
    former = name.get("aliasType").lower().startswith("f.k.a")
    for translation in name.all("translations", "translation"):
        head = primary and translation.get("isPrimary") == "true"
        kind = NameKind.PRIMARY if head else NameKind.FORMER if former else NameKind.ALIAS
        text = translation.get("formattedFullName")
        yield named(turned(text) if person else text, kind, strength)


FORMAT = Format("ofac-enhanced", 1, knows, read)
