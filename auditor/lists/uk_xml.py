"""The UK Sanctions List as XML."""

from collections.abc import Iterator

from auditor.lists._reading import (
    KIND_WORDS,
    Envelope,
    Files,
    Format,
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
from auditor.lists._uk import forbidden
from auditor.lists._xml import Node, Xml
from auditor.model.listings import (
    DateRole,
    ListedParty,
    NameKind,
    PartyKind,
    PartyName,
    PartyPlace,
    PlaceRole,
    Strength,
)

_FIELDS = words(
    "LastUpdated DateDesignated UniqueID OFSIGroupID UNReferenceNumber Names NonLatinNames Titles RegimeName"
    " IndividualEntityShip DesignationSource SanctionsImposed SanctionsImposedIndicators OtherInformation"
    " UKStatementofReasons Addresses PhoneNumbers EmailAddresses Websites IndividualDetails EntityDetails"
    " ShipDetails"
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<Designations" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every `Designation`; `DateGenerated` is the file's date."""
    xml = Xml(only(files), {"Designations": envelope.spaces([""])}, frozenset())
    for _, node in xml.records():
        if node.tag == "DateGenerated":
            envelope.published = day_of(node.text.strip(), "dmy")
        elif node.tag == "Designation":
            envelope.known((child.tag for child in node.children), _FIELDS)
            yield _party(node, envelope.source)
        else:
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])


def _party(node: Node, source: str) -> ListedParty:
    uid = node.get("UniqueID")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record=node.tag)
    person, ship = node.first("IndividualDetails", "Individual"), node.first("ShipDetails", "Ship")
    company = node.first("EntityDetails", "Entity")
    imposed = node.get("SanctionsImposed")
    marks = node.first("SanctionsImposedIndicators")
    if not imposed and marks is not None:
        imposed = "|".join(n.tag for n in marks.children if n.text.strip().lower() == "true")
    return ListedParty(
        source,
        uid,
        KIND_WORDS.get(node.get("IndividualEntityShip").lower(), PartyKind.UNKNOWN),
        names_of(
            [
                *map(_name, node.all("Names", "Name")),
                *(named(t) for t in node.texts("NonLatinNames", "NonLatinName", "NameNonLatinScript")),
            ],
            uid,
        ),
        restricted(forbidden(imposed)),
        tuple(node.texts("RegimeName")),
        present(
            [
                *(place(PlaceRole.ADDRESS, c) for c in node.texts("Addresses", "Address", "AddressCountry")),
                *_texts(person, PlaceRole.NATIONALITY, "Nationalities", "Nationality"),
                *_texts(person, PlaceRole.BIRTH, "BirthDetails", "Location", "CountryOfBirth"),
                *_texts(ship, PlaceRole.FLAG, "CurrentBelievedFlagOfShips", "CurrentBelievedFlagOfShip"),
            ]
        ),
        present(
            [
                number("OFSI Group ID", node.get("OFSIGroupID")),
                number("UN Reference Number", node.get("UNReferenceNumber")),
                *(number("Passport number", t) for t in _all(person, "PassportDetails", "Passport", "PassportNumber")),
                *(
                    number("National Identifier number", t)
                    for t in _all(person, "NationalIdentifierDetails", "NationalIdentifier", "NationalIdentifierNumber")
                ),
                *(
                    number("Business registration number (s)", t)
                    for t in _all(company, "BusinessRegistrationNumbers", "BusinessRegistrationNumber")
                ),
                *(number("IMO number", t) for t in _all(ship, "IMONumbers", "IMONumber")),
            ]
        ),
        present(
            [
                *(dated(DateRole.BIRTH, t, "dmy") for t in _all(person, "DOBs", "DOB")),
                dated(DateRole.LISTED, node.get("DateDesignated"), "dmy"),
                dated(DateRole.CHANGED, node.get("LastUpdated"), "dmy"),
            ]
        ),
        tuple(_all(ship, "CurrentOwnerOperators", "CurrentOwnerOperator")),
        kept("; ".join(t for t in (node.get("OtherInformation"), node.get("UKStatementofReasons")) if t)),
    )


def _all(node: Node | None, *path: str) -> list[str]:
    return node.texts(*path) if node is not None else []


def _texts(node: Node | None, role: PlaceRole, *path: str) -> Iterator[PartyPlace | None]:
    for text in _all(node, *path):
        yield place(role, text)


def _name(node: Node) -> PartyName | None:
    kind = NameKind.PRIMARY if node.get("NameType").lower().startswith("primary") else NameKind.ALIAS
    weak = "low" in node.get("AliasStrength").lower()
    text = in_order(*(node.get(f"Name{n}") for n in range(1, 7)))
    return named(text, kind, Strength.WEAK if weak else Strength.STRONG)


FORMAT = Format("uk-xml", 1, knows, read)
