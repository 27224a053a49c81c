"""OFAC's SDN and consolidated lists as plain XML, under the old namespace and the new one."""

from collections.abc import Iterator

from auditor.lists._ofac import NOT_NUMBERS, SPACES, forbidden, linked
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
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PartyName, PlaceRole, Strength

_FIELDS = words(
    "uid firstName lastName title sdnType nspType remarks programList idList akaList addressList nationalityList"
    " citizenshipList dateOfBirthList placeOfBirthList vesselInfo"
)
_HOSTS = ("sanctionslistservice.ofac.treas.gov", "www.treasury.gov", "ofac.treasury.gov")
_AT = "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/"
_LAYOUTS = ("ofac-xml", "ofac-csv", "ofac-enhanced")

SOURCES = (
    Source(
        "ofac-sdn",
        "OFAC Specially Designated Nationals and Blocked Persons List (US)",
        _LAYOUTS,
        (Part("sdn.xml", _AT + "SDN.XML"),),
        _HOSTS,
        floor=5_000,
        fill={"alias": 20, "country": 40, "programme": 95, "identifier": 10},
        frozen=45,
        attribution="US Department of the Treasury, Office of Foreign Assets Control; public domain (17 USC 105)",
    ),
    Source(
        "ofac-consolidated",
        "OFAC Consolidated (non-SDN) Sanctions List (US)",
        _LAYOUTS,
        (Part("consolidated.xml", _AT + "CONSOLIDATED.XML"),),
        _HOSTS,
        floor=200,
        fill={"alias": 20, "programme": 95},
        frozen=500,
        attribution="US Department of the Treasury, Office of Foreign Assets Control; public domain (17 USC 105)",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<sdnList" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every `sdnEntry`. The file says its date and how many it holds; both are kept for the judgement."""
    roots = {"sdnList": envelope.spaces(SPACES)}
    for _, node in Xml(only(files), roots, frozenset()).records():
        if node.tag in {"publshInformation", "publishInformation"}:
            envelope.published = day_of(node.get("Publish_Date"), "mdy")
            count = node.get("Record_Count")
            if not count.isdigit():
                raise Refused("E-LIST-SCHEMA", "field", field="Record_Count", found=count[:40] or "–")
            envelope.declared = int(count)
        elif node.tag == "sdnEntry":
            envelope.known((child.tag for child in node.children), _FIELDS)
            yield _party(node, envelope.source)
        else:
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])


def _party(node: Node, source: str) -> ListedParty:
    uid = node.get("uid")
    if not uid:
        raise Refused("E-LIST-SCHEMA", "no_id", record=node.get("lastName")[:80])
    kind = KIND_WORDS.get((node.get("sdnType") or node.get("nspType")).lower(), PartyKind.UNKNOWN)
    numbers = [(i.get("idType"), i.get("idNumber"), i.get("idCountry")) for i in node.all("idList", "id")]
    programmes = node.texts("programList", "program")
    remarks = node.get("remarks")
    vessel = node.first("vesselInfo")
    own = named(in_order(node.get("firstName"), node.get("lastName")), NameKind.PRIMARY)
    said = [remarks, *(f"{kind} {value}" for kind, value, _ in numbers)]
    return ListedParty(
        source,
        uid,
        kind,
        names_of([own, *map(_alias, node.all("akaList", "aka"))], uid),
        restricted(forbidden(source, programmes, said)),
        tuple(programmes),
        present(
            [
                *(place(PlaceRole.ADDRESS, c) for c in node.texts("addressList", "address", "country")),
                *(place(PlaceRole.NATIONALITY, c) for c in node.texts("nationalityList", "nationality", "country")),
                *(place(PlaceRole.NATIONALITY, c) for c in node.texts("citizenshipList", "citizenship", "country")),
                *(
                    place(PlaceRole.BIRTH, p.rpartition(", ")[2])
                    for p in node.texts("placeOfBirthList", "placeOfBirthItem", "placeOfBirth")
                ),
                *(place(PlaceRole.REGISTRATION, v) for k, v, _ in numbers if k.startswith("Nationality of Reg")),
                place(PlaceRole.FLAG, vessel.get("vesselFlag")) if vessel else None,
            ]
        ),
        present(
            [
                *(number(k, v, c) for k, v, c in numbers if not k.startswith(NOT_NUMBERS)),
                number("Call sign", vessel.get("callSign")) if vessel else None,
            ]
        ),
        present(
            [
                *(dated(DateRole.BIRTH, d) for d in node.texts("dateOfBirthList", "dateOfBirthItem", "dateOfBirth")),
                *(dated(DateRole.LISTED, v) for k, v, _ in numbers if k.startswith("Listing Date")),
            ]
        ),
        linked(remarks),
        kept("; ".join([t for t in (node.get("title"), remarks) if t])),
    )


def _alias(aka: Node) -> PartyName | None:
    kind = NameKind.FORMER if aka.get("type").lower().startswith("f.k.a") else NameKind.ALIAS
    strength = Strength.WEAK if aka.get("category").lower() == "weak" else Strength.STRONG
    return named(in_order(aka.get("firstName"), aka.get("lastName")), kind, strength)


FORMAT = Format("ofac-xml", 1, knows, read)
