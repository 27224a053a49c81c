"""The words of FollowTheMoney that say what something is and what is said about it."""

from collections.abc import Iterable

from auditor.model.listings import PartyKind, Restriction

_KINDS = {
    "Person": PartyKind.PERSON,
    "Organization": PartyKind.ORGANISATION,
    "Company": PartyKind.ORGANISATION,
    "LegalEntity": PartyKind.ORGANISATION,
    "PublicBody": PartyKind.ORGANISATION,
    "Vessel": PartyKind.VESSEL,
    "Airplane": PartyKind.AIRCRAFT,
    "Vehicle": PartyKind.OTHER,
    "CryptoWallet": PartyKind.OTHER,
    "Security": PartyKind.OTHER,
}
_TOPICS = {
    "debarment": Restriction.PROCUREMENT,
    "export.control": Restriction.EXPORT_LICENCE,
    "export.risk": Restriction.EXPORT_CAUTION,
    "invest.ban": Restriction.SECURITIES,
}


def kind_of(schema: str) -> PartyKind:
    """What an entity is."""
    return _KINDS.get(schema, PartyKind.UNKNOWN)


def party(schema: str) -> bool:
    """Whether an entity can be listed itself, other than an address, a document or a link between two."""
    return schema in _KINDS


def listed(topics: Iterable[str]) -> bool:
    """Whether topics say that somebody is listed: not a politically exposed person, nor a link to one who is."""
    return any(t in _TOPICS or (t.startswith("sanction") and t != "sanction.linked") for t in topics)


def forbidden(topics: Iterable[str]) -> list[Restriction]:
    """What topics say that a listing forbids; `sanction` says only that there is one."""
    return [_TOPICS.get(t, Restriction.UNSTATED) for t in topics if listed([t])]
