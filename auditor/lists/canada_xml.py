"""Canada's consolidated autonomous sanctions list (SEMA), XML; its elements were renamed in August 2026."""

import re
from collections.abc import Iterator

from auditor.lists._reading import (
    Envelope,
    Files,
    Format,
    Part,
    Source,
    dated,
    in_order,
    kept,
    named,
    names_of,
    number,
    only,
    present,
    restricted,
    words,
)
from auditor.lists._refused import Refused
from auditor.lists._xml import Xml, tidy
from auditor.model.listings import DateRole, ListedParty, NameKind, PartyKind, PartyName, Restriction

_FIELDS = words(
    "Country LastName GivenName EntityOrShip TitleOrShip TitleOrShipType Aliases DateOfBirthOrShipBuildDate"
    " ShipIMONumber Schedule Item DateOfListing"
)

SOURCES = (
    Source(
        "ca-sema",
        "Consolidated Canadian Autonomous Sanctions List",
        ("canada-xml",),
        (
            Part(
                "sema.xml",
                "https://www.international.gc.ca/world-monde/assets/office_docs/international_relations-"
                "relations_internationales/sanctions/sema-lmes.xml",
            ),
        ),
        ("www.international.gc.ca",),
        floor=2_000,
        fill={"alias": 20, "programme": 95, "listed": 50},
        attribution="Global Affairs Canada",
    ),
)


def knows(head: bytes) -> bool:
    """Whether a file is this."""
    return b"<data-set" in head


def read(files: Files, envelope: Envelope) -> Iterator[ListedParty]:
    """Every record. They have no number of their own: regulation, schedule and item are one, with the name."""
    seen: dict[str, int] = {}
    for _, node in Xml(only(files), {"data-set": envelope.spaces([""])}, frozenset()).records():
        if node.tag != "record":
            raise Refused("E-LIST-SCHEMA", "element", found=node.tag[:80])
        # since August 2026 the names are English-French, such as `Country-Pays`
        cells = {c.tag.partition("-")[0]: tidy(c.text) for c in node.children}
        envelope.known(cells, _FIELDS)
        aliases = [tidy(c.text) for c in node.children if c.tag.partition("-")[0] == "Aliases"]
        yield _party(cells, aliases, envelope.source, seen)


def _party(cells: dict[str, str], aliases: list[str], source: str, seen: dict[str, int]) -> ListedParty:
    def get(name: str) -> str:
        return cells.get(name, "")

    regulation = get("Country").partition(" / ")[0]
    uid = ", ".join(t for t in (regulation, get("Schedule"), get("Item")) if t)
    seen[uid] = seen.get(uid, 0) + 1
    if seen[uid] > 1:  # the item's numbers begin anew in places
        uid = f"{uid} ({seen[uid]})"
    entity = get("EntityOrShip")
    imo = get("ShipIMONumber")
    own = named(entity or in_order(get("GivenName"), get("LastName")), NameKind.PRIMARY)
    kind = PartyKind.VESSEL if imo else PartyKind.ORGANISATION if entity else PartyKind.PERSON
    born = DateRole.BUILT if kind is PartyKind.VESSEL else DateRole.BIRTH
    return ListedParty(
        source,
        uid,
        kind,
        names_of([own, *(n for a in aliases for n in _aliases(a, person=kind is PartyKind.PERSON))], uid),
        restricted([Restriction.TRANSPORT if kind is PartyKind.VESSEL else Restriction.FULL_BLOCK]),
        (regulation,) if regulation else (),
        (),
        present([number("IMO", imo)]),
        present(
            [
                dated(born, get("DateOfBirthOrShipBuildDate")),
                dated(DateRole.LISTED, get("DateOfListing")),
            ]
        ),
        (),
        kept(get("TitleOrShip") or get("TitleOrShipType")),
    )


_LANGUAGE = re.compile(r"[A-Z][a-z]+: ")


def _aliases(text: str, *, person: bool) -> Iterator[PartyName | None]:
    """The names in one cell; a comma parts those of people, but belongs to those of companies (`Co., Ltd.`)."""
    for piece in re.split(r"[;,]" if person else ";", text):
        yield named(_LANGUAGE.sub("", piece.strip(), count=1))


FORMAT = Format("canada-xml", 1, knows, read)
