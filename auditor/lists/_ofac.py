"""What OFAC's own words mean, in whichever of its formats they stand: programmes, directives, remarks."""

import re
from collections.abc import Iterable

from auditor.lists._reading import dated, named, number, place, turned
from auditor.model.listings import (
    DateRole,
    Identifier,
    NameKind,
    PartyDate,
    PartyName,
    PartyPlace,
    PlaceRole,
    Restriction,
    Strength,
)

SPACES = (
    "http://tempuri.org/sdnList.xsd",
    "https://sanctionslistservice.ofac.treas.gov/api/PublicationPreview/exports/XML",
    "http://www.un.org/sanctions/1.0",
)
"""Namespaces of the plain XML, old and new."""

SDN = "ofac-sdn"

_R = Restriction
_DIRECTIVES = {
    "13662": {"1": _R.DEBT_EQUITY, "2": _R.DEBT_EQUITY, "3": _R.DEBT_EQUITY, "4": _R.SERVICES},
    "14014": {"1": _R.SERVICES},
    "14024": {"1": _R.DEBT_EQUITY, "1a": _R.DEBT_EQUITY, "2": _R.CORRESPONDENT_ACCOUNT, "3": _R.DEBT_EQUITY,
              "4": _R.TRANSACTIONS},
    "14038": {"1": _R.DEBT_EQUITY},
}  # fmt: skip
"""Executive order → directive → what it forbids. Each order's directives are published by OFAC with the order."""

_PROGRAMMES = {
    "NS-PLC": _R.TRANSACTIONS,
    "561-RELATED": _R.CORRESPONDENT_ACCOUNT,
    "561LIST": _R.CORRESPONDENT_ACCOUNT,
    "CAATSA - RUSSIA": _R.MENU,
    "FSE-IR": _R.TRANSACTIONS,
    "FSE-SY": _R.TRANSACTIONS,
    "ILLICIT-DRUGS-EO14059": _R.MENU,
}
"""Programmes of lists other than the SDN list that forbid one thing, whoever is listed."""

_DIRECTED = {
    "UKRAINE-EO13662": "13662",
    "BURMA-EO14014": "14014",
    "RUSSIA-EO14024": "14024",
    "BELARUS-EO14038": "14038",
}
_DIRECTIVE = re.compile(r"\(?(?:Executive Order|EO|E\.O\.) ?(\d{5})\)?[^;]{0,80}?Directive (\d[a-z]?)\b", re.IGNORECASE)


def forbidden(source: str, programmes: Iterable[str], said: Iterable[str]) -> list[Restriction]:
    """What a listing forbids: on the SDN list everything, elsewhere what its programmes and directives say."""
    words = " ; ".join(said)
    found = [_R.SECONDARY] if "secondary sanctions risk" in words.lower() else []
    if source == SDN:
        return [_R.FULL_BLOCK, *found]
    orders: dict[str, set[str]] = {}
    for order, directive in _DIRECTIVE.findall(words):
        orders.setdefault(order, set()).add(directive.lower())
    for programme in programmes:
        order = _DIRECTED.get(programme.upper())
        if order is not None and order in orders:
            found += [_DIRECTIVES[order].get(d, _R.UNSTATED) for d in orders[order]]
        else:
            military = programme.upper().startswith(("CMIC-EO", "CCMC-EO"))
            found.append(_R.SECURITIES if military else _PROGRAMMES.get(programme.upper(), _R.UNSTATED))
    return found


_LINKED = re.compile(r"\(?Linked To: ([^;)]+(?:\([^)]*\)[^;)]*)*)\)?", re.IGNORECASE)


def linked(remarks: str) -> tuple[str, ...]:
    """Those a remark says somebody is linked to."""
    return tuple(dict.fromkeys(m.strip().rstrip(".") for m in _LINKED.findall(remarks)))


_DATE = re.compile(r"(?:alt\. )?DOB (.+)")
_PLACE = re.compile(r"(?:alt\. )?POB (.+)")
_NATION = re.compile(r"(?:alt\. )?(nationality|citizen) (.+)")
_ALIAS = re.compile(r"(a\.k\.a\.|f\.k\.a\.|n\.k\.a\.|alt\. a\.k\.a\.) ['\"](.+)['\"]")
_IMO = re.compile(r"(?:alt\. )?Vessel Registration Identification IMO (\d+)\b.*")
_COIN = re.compile(r"(?:alt\. )?(Digital Currency Address - \w+) (\S+)")
_NUMBERED = re.compile(
    r"(?:alt\. )?([A-Z][\w .,'/&()-]*?(?:No\.|Number|ID|Passport|Cedula|SWIFT/BIC|C\.U\.R\.P\.|R\.F\.C\.|D\.N\.I\.|"
    r"C\.U\.I\.T\.|NIT #|RUC #|RTN|BIK \(RU\)|LE Number|Identification|\(CR\)))"
    r" #? ?([\w./ -]*\d[\w./ -]*)(?: \((.+?)\))?.*"
)
_PASSPORT = re.compile(r"(?:alt\. )?(Passport|Website|Email Address|Phone Number) (\S+)(?: \((.+?)\))?.*")


class Remarks:
    """The facts that the CSV family keeps in one cell: dates, places, numbers, weak names, links."""

    def __init__(self, text: str) -> None:
        self.names: list[PartyName | None] = []
        self.dates: list[PartyDate | None] = []
        self.places: list[PartyPlace | None] = []
        self.identifiers: list[Identifier | None] = []
        for piece in text.split("; "):
            self._piece(piece.strip().rstrip("."))

    def _piece(self, piece: str) -> None:
        if match := _DATE.fullmatch(piece):
            self.dates.append(dated(DateRole.BIRTH, match[1]))
        elif match := _PLACE.fullmatch(piece):
            self.places.append(place(PlaceRole.BIRTH, match[1].rpartition(", ")[2]))
        elif match := _NATION.fullmatch(piece):
            self.places.append(place(PlaceRole.NATIONALITY, match[2]))
        elif match := _ALIAS.fullmatch(piece):
            kind = NameKind.FORMER if match[1].startswith("f") else NameKind.ALIAS
            self.names.append(named(turned(match[2]), kind, Strength.WEAK))
        elif match := _IMO.fullmatch(piece):
            self.identifiers.append(number("IMO", match[1]))
        elif match := _COIN.fullmatch(piece):
            self.identifiers.append(number(match[1], match[2]))
        elif match := (_PASSPORT.fullmatch(piece) or _NUMBERED.fullmatch(piece)):
            self.identifiers.append(number(match[1], match[2], match[3] or ""))


NOT_NUMBERS = (
    "Gender", "Secondary sanctions risk", "Additional Sanctions Information", "Executive Order", "CAATSA",
    "Target Type", "Effective Date", "Listing Date", "Purchase/Sales", "Organization Established Date",
    "Organization Type", "Nationality of Registration", "Transactions Prohibited", "Vessel Year of Build",
    "Aircraft", "Other Vessel",
)  # fmt: skip
"""What OFAC keeps beside numbers though it identifies nobody."""
