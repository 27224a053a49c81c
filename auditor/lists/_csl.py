"""What the lists of the United States' Consolidated Screening List forbid, by the name each record gives its list."""

from collections.abc import Iterable

from auditor.lists._ofac import SDN, forbidden
from auditor.lists._reading import Envelope, place, present
from auditor.lists._refused import Refused
from auditor.model.listings import PartyPlace, PlaceRole, Restriction

_R = Restriction
_LISTS = {
    "SDN": None,
    "EL": _R.EXPORT_LICENCE,
    "MEU": _R.EXPORT_LICENCE,
    "DPL": _R.EXPORT_DENIAL,
    "UVL": _R.EXPORT_CAUTION,
    "DTC": _R.ARMS,
    "ISN": _R.MENU,
    "CAP": _R.CORRESPONDENT_ACCOUNT,
    "CAPTA": _R.CORRESPONDENT_ACCOUNT,
    "561": _R.CORRESPONDENT_ACCOUNT,
    "PART 561": _R.CORRESPONDENT_ACCOUNT,
    "CMIC": _R.SECURITIES,
    "CCMC": _R.SECURITIES,
    "FSE": _R.TRANSACTIONS,
    "PLC": _R.TRANSACTIONS,
    "MBS": _R.MENU,
    "SSI": _R.DEBT_EQUITY,
    "1260H": _R.PROCUREMENT,
}
"""Abbreviation of a list → what it forbids; None: as OFAC's SDN list."""

_WORDS = (
    ("specially designated", "SDN"), ("entity list", "EL"), ("military end user", "MEU"), ("denied person", "DPL"),
    ("unverified", "UVL"), ("itar debarred", "DTC"), ("aeca", "DTC"), ("nonproliferation", "ISN"), ("capta", "CAP"),
    ("correspondent", "CAP"), ("chinese military-industrial", "CMIC"), ("communist chinese military", "CCMC"),
    ("sanctions evader", "FSE"), ("palestinian", "PLC"), ("menu-based", "MBS"), ("sectoral", "SSI"), ("561", "561"),
    ("chinese military compan", "1260H"), ("13599", "13599"),
)  # fmt: skip


def list_of(written: str) -> str:
    """`Entity List (EL) - Bureau of Industry and Security` → `EL`. Raises Refused where no list is named."""
    lower = written.lower()
    found = next((short for words, short in _WORDS if words in lower), None)
    if found is not None:
        return found
    short = written.partition("(")[2].partition(")")[0].strip().upper() or written.strip().upper()
    if not short:
        raise Refused("E-LIST-SCHEMA", "field", field="source", found="–")
    return short[:40]


def forbids(short: str, programmes: Iterable[str], said: Iterable[str]) -> list[Restriction]:
    """What a listing forbids, from its list, and where that is OFAC's from its programmes."""
    said = list(said)
    if short == "SDN":
        return forbidden(SDN, programmes, said)
    secondary = [_R.SECONDARY] if any("secondary sanctions risk" in s.lower() for s in said) else []
    own = _LISTS.get(short)
    if short == "SSI":
        exact = [r for r in forbidden("", programmes, said) if r not in {_R.UNSTATED, _R.SECONDARY}]
        return [*(exact or [_R.DEBT_EQUITY]), *secondary]
    return [own if own is not None else _R.UNSTATED, *secondary]


def address_places(text: str) -> tuple[PartyPlace, ...]:
    """The countries of `Street, City, 1234, RU; …`: what stands last in each."""
    return present(place(PlaceRole.ADDRESS, a.rpartition(",")[2]) for a in text.split(";"))


def count(envelope: Envelope, short: str) -> None:
    """Count a record of a list: a programme that is gone for a day is seen by that."""
    envelope.rows[short] = envelope.rows.get(short, 0) + 1
