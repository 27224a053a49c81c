"""The European Union's consolidated financial sanctions list, FSF XML 1.1."""

from collections.abc import Iterator

from auditor.lists._reading import (
    KIND_WORDS,
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
    PartyKind,
    PartyName,
    PartyPlace,
    PlaceRole,
    Restriction,
    Strength,
)

_SPACE = "http://eu.europa.ec/fpi/fsd/export"
_FIELDS = words("remark regulation subjectType nameAlias address birthdate citizenship identification contactInfo")

SOURCES = (
    Source(
        "eu-fsf",
        "EU consolidated list of persons, groups and entities subject to financial sanctions",
        ("eu-xml", "eu-csv"),
        (
            Part(
                "eu.xml",
                "https://webgate.ec.europa.eu/fsd/fsf/public/files/xmlFullSanctionsList_1_1/content?token=dG9rZW4tMjAxNw",
            ),
        ),
        ("webgate.ec.europa.eu",),
        floor=1_500,
        fill={"alias": 30, "programme": 95},
        frozen=90,
        attribution="© European Union, CC BY 4.0 (Decision 2011/833/EU)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<export" in head and b"fsd/export" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every `sanctionEntity`; the root says when the file was made."""
    xml = Xml(only(files), {"export": envelope.spaces([_SPACE])}, frozenset())
    for _, node in xml.records():
        if node.tag != "sanctionEntity":
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])
        envelope.known((child.tag for child in node.children), _FIELDS)
        yield _party(node, envelope.source)
    if xml.root is not None:
        envelope.published = day_of(xml.root.attribute("generationDate"))


def _party(node: Node, source: str) -> ListedParty:
    uid = node.attribute("euReferenceNumber") or node.attribute("logicalId")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record="sanctionEntity")
    subject = node.first("subjectType")
    remarks = [*node.texts("remark"), node.attribute("designationDetails")]
    return ListedParty(
        source,
        uid,
        KIND_WORDS.get(subject.attribute("code").lower(), PartyKind.UNKNOWN) if subject else PartyKind.UNKNOWN,
        names_of([_name(n, first=i == 0) for i, n in enumerate(node.all("nameAlias"))], uid),
        restricted([Restriction.FULL_BLOCK]),
        tuple(sorted({p for r in node.all("regulation") if (p := r.attribute("programme"))})),
        present(
            [
                *_places(node, "citizenship", PlaceRole.NATIONALITY),
                *_places(node, "address", PlaceRole.ADDRESS),
                *_places(node, "birthdate", PlaceRole.BIRTH),
            ]
        ),
        present(
            [
                *(
                    number(
                        i.attribute("identificationTypeDescription") or i.attribute("identificationTypeCode"),
                        i.attribute("number") or i.attribute("latinNumber"),
                        i.attribute("countryIso2Code").removeprefix("00"),
                    )
                    for i in node.all("identification")
                ),
                number("UN reference", node.attribute("unitedNationId")),
            ]
        ),
        present(
            [
                *(
                    dated(
                        DateRole.BIRTH,
                        b.attribute("birthdate") or b.attribute("year").removeprefix("0"),
                        about=b.attribute("circa") == "true",
                    )
                    for b in node.all("birthdate")
                ),
                dated(DateRole.LISTED, node.attribute("designationDate")),
            ]
        ),
        (),
        kept("; ".join(r for r in remarks if r)),
    )


def _name(node: Node, *, first: bool) -> PartyName | None:
    parts = (node.attribute(k) for k in ("firstName", "middleName", "lastName"))
    text = node.attribute("wholeName") or in_order(*parts)
    strength = Strength.WEAK if node.attribute("strong") == "false" else Strength.STRONG
    kind = NameKind.PRIMARY if first else NameKind.ALIAS
    return named(text, kind, strength, node.attribute("nameLanguage").lower() or None)


def _places(node: Node, tag: str, role: PlaceRole) -> Iterator[PartyPlace | None]:
    for found in node.all(tag):
        code = found.attribute("countryIso2Code")
        if code != "00":
            yield place(role, found.attribute("countryDescription"), code)


FORMAT = Format("eu-xml", 1, knows, read)
