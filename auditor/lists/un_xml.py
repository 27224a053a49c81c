"""The consolidated list of the United Nations Security Council, XML."""

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
    ListedParty,
    NameKind,
    PartyDate,
    PartyKind,
    PartyName,
    PlaceRole,
    Restriction,
    Strength,
)

_KINDS = {"INDIVIDUAL": PartyKind.PERSON, "ENTITY": PartyKind.ORGANISATION}
_FIELDS = words(
    "DATAID VERSIONNUM FIRST_NAME SECOND_NAME THIRD_NAME FOURTH_NAME UN_LIST_TYPE REFERENCE_NUMBER LISTED_ON GENDER"
    " NAME_ORIGINAL_SCRIPT COMMENTS1 TITLE DESIGNATION NATIONALITY LIST_TYPE LAST_DAY_UPDATED SUBMITTED_BY SORT_KEY"
    " SORT_KEY_LAST_MOD DELISTED_ON SUBMITTED_ON NATIONALITY2 INDIVIDUAL_ALIAS INDIVIDUAL_ADDRESS"
    " INDIVIDUAL_DATE_OF_BIRTH INDIVIDUAL_PLACE_OF_BIRTH INDIVIDUAL_DOCUMENT ENTITY_ALIAS ENTITY_ADDRESS"
)

SOURCES = (
    Source(
        "un-sc",
        "United Nations Security Council Consolidated List",
        ("un-xml",),
        (Part("un.xml", "https://scsanctions.un.org/resources/xml/en/consolidated.xml"),),
        ("scsanctions.un.org", "www.un.org"),
        floor=500,
        fill={"alias": 30, "programme": 95, "country": 40},
        frozen=180,
        attribution="© United Nations, Security Council",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<CONSOLIDATED_LIST" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every individual and entity; `rows` counts them apart."""
    containers = frozenset({"INDIVIDUALS", "ENTITIES"})
    xml = Xml(only(files), {"CONSOLIDATED_LIST": envelope.spaces([""])}, containers)
    for container, node in xml.records():
        if node.tag not in _KINDS or not container:
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])
        envelope.known((child.tag for child in node.children), _FIELDS)
        envelope.rows[node.tag] = envelope.rows.get(node.tag, 0) + 1
        yield _party(node, envelope.source)
    if xml.root is not None:
        envelope.published = day_of(xml.root.attribute("dateGenerated"))


def _party(node: Node, source: str) -> ListedParty:
    reference = node.get("REFERENCE_NUMBER")
    uid = reference or node.get("DATAID")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record=node.get("FIRST_NAME")[:80])
    kind, tag = _KINDS[node.tag], node.tag
    programme = node.get("UN_LIST_TYPE")
    own = in_order(*(node.get(f"{n}_NAME") for n in ("FIRST", "SECOND", "THIRD", "FOURTH")))
    forbids = [Restriction.FULL_BLOCK, *([Restriction.TRAVEL] if kind is PartyKind.PERSON else [])]
    return ListedParty(
        source,
        uid,
        kind,
        names_of(
            [
                named(own, NameKind.PRIMARY),
                named(node.get("NAME_ORIGINAL_SCRIPT")),
                *(n for alias in node.all(f"{tag}_ALIAS") for n in _aliases(alias)),
            ],
            uid,
        ),
        restricted(forbids),
        (programme,) if programme else (),
        present(
            [
                *(place(PlaceRole.NATIONALITY, c) for c in node.texts("NATIONALITY", "VALUE")),
                *(place(PlaceRole.ADDRESS, c) for c in node.texts(f"{tag}_ADDRESS", "COUNTRY")),
                *(place(PlaceRole.BIRTH, c) for c in node.texts("INDIVIDUAL_PLACE_OF_BIRTH", "COUNTRY")),
            ]
        ),
        present(
            number(
                d.get("TYPE_OF_DOCUMENT") or d.get("TYPE_OF_DOCUMENT2"),
                d.get("NUMBER"),
                d.get("ISSUING_COUNTRY") or d.get("COUNTRY_OF_ISSUE"),
            )
            for d in node.all("INDIVIDUAL_DOCUMENT")
        ),
        present(
            [
                *(d for birth in node.all("INDIVIDUAL_DATE_OF_BIRTH") for d in _births(birth)),
                dated(DateRole.LISTED, node.get("LISTED_ON")),
                *(dated(DateRole.CHANGED, d) for d in node.texts("LAST_DAY_UPDATED", "VALUE")[-1:]),
            ]
        ),
        (),
        kept("; ".join([*node.texts("DESIGNATION", "VALUE"), node.get("COMMENTS1")])),
    )


def _aliases(node: Node) -> Iterator[PartyName | None]:
    quality = node.get("QUALITY").lower()
    kind = NameKind.FORMER if quality.startswith("f.k.a") else NameKind.ALIAS
    strength = Strength.WEAK if quality == "low" else Strength.STRONG
    for text in node.get("ALIAS_NAME").split("; "):
        yield named(text, kind, strength)


def _births(node: Node) -> Iterator[PartyDate | None]:
    about = node.get("TYPE_OF_DATE").upper() != "EXACT"
    years = [node.get("FROM_YEAR"), node.get("TO_YEAR")]
    for written in (node.get("DATE") or node.get("YEAR"), *years):
        yield dated(DateRole.BIRTH, written, about=about)


FORMAT = Format("un-xml", 1, knows, read)
