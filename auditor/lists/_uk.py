"""What the United Kingdom's lists mean by their words, in CSV and XML."""

from auditor.lists._reading import Part, Source
from auditor.model.listings import Restriction

_WORDS = (
    ("asset freeze", Restriction.FULL_BLOCK),
    ("assetfreeze", Restriction.FULL_BLOCK),
    ("travel ban", Restriction.TRAVEL),
    ("travelban", Restriction.TRAVEL),
    ("trust services", Restriction.SERVICES),
    ("trustservices", Restriction.SERVICES),
    ("director disqualification", Restriction.SERVICES),
    ("directordisqualification", Restriction.SERVICES),
    ("arms embargo", Restriction.ARMS),
    ("armsembargo", Restriction.ARMS),
    ("financial instrument", Restriction.DEBT_EQUITY),
    ("securit", Restriction.DEBT_EQUITY),
    ("loans", Restriction.DEBT_EQUITY),
    ("correspondent bank", Restriction.CORRESPONDENT_ACCOUNT),
    ("internet service", Restriction.SERVICES),
    ("internetservice", Restriction.SERVICES),
    ("business arrangement", Restriction.SERVICES),
    ("businessarrangement", Restriction.SERVICES),
    ("technical assistance", Restriction.SERVICES),
    ("technicalassistance", Restriction.SERVICES),
    ("ship", Restriction.TRANSPORT),
    ("port", Restriction.TRANSPORT),
    ("deflag", Restriction.TRANSPORT),
    ("aircraft", Restriction.TRANSPORT),
)


def forbidden(imposed: str) -> list[Restriction]:
    """`Asset freeze|Travel Ban` as restrictions; words that are not known are `unstated`."""
    found = []
    for words in (w.strip().lower() for w in imposed.split("|")):
        if words:
            known = [r for begin, r in _WORDS if begin in words]
            found.append(known[0] if known else Restriction.UNSTATED)
    return found


LAYOUTS = ("uk-csv", "uk-xml")

UK = Source(
    "uk-sanctions",
    "The UK Sanctions List",
    LAYOUTS,
    (Part("uk.csv", "https://sanctionslist.fcdo.gov.uk/docs/UK-Sanctions-List.csv"),),
    ("sanctionslist.fcdo.gov.uk",),
    floor=2_000,
    fill={"alias": 20, "programme": 95},
    frozen=60,
    attribution="Contains public sector information licensed under the Open Government Licence v3.0",
)
