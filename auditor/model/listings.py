"""Listed parties as official lists name them, and what an audit may rely on: one record a listing, nothing merged."""

from collections.abc import Iterable, Mapping
from dataclasses import field
from datetime import date
from enum import StrEnum

from auditor.model.record import record
from auditor.model.values import Text
from auditor.model.vocabulary import Ranked


class Restriction(Ranked):
    """What a listing forbids. These stay different things everywhere: few of them stop a service.

    `unstated` is what a list says in words that this reader does not know; it never means *less than a block*.
    """

    FULL_BLOCK = "full_block"
    TRANSACTIONS = "transactions"
    CORRESPONDENT_ACCOUNT = "correspondent_account"
    DEBT_EQUITY = "debt_equity"
    SECURITIES = "securities"
    TRADE = "trade"
    EXPORT_DENIAL = "export_denial"
    EXPORT_LICENCE = "export_licence"
    EXPORT_CAUTION = "export_caution"
    ARMS = "arms"
    PROCUREMENT = "procurement"
    MENU = "menu"
    SERVICES = "services"
    TRANSPORT = "transport"
    TRAVEL = "travel"
    SECONDARY = "secondary"
    CHOSEN = "chosen"
    UNSTATED = "unstated"


class PartyKind(StrEnum):
    """What is listed."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    AIRCRAFT = "aircraft"
    OTHER = "other"
    UNKNOWN = "unknown"


class NameKind(StrEnum):
    """What a name is to its bearer."""

    PRIMARY = "primary"
    ALIAS = "alias"
    FORMER = "former"


class Strength(StrEnum):
    """Whether the list itself takes a name for a good identifier; a weak one alone identifies nobody."""

    STRONG = "strong"
    WEAK = "weak"


class PlaceRole(StrEnum):
    """What a country is to a party."""

    NATIONALITY = "nationality"
    ADDRESS = "address"
    BIRTH = "birth"
    REGISTRATION = "registration"
    FLAG = "flag"
    OTHER = "other"


class DateRole(StrEnum):
    """What happened on a day."""

    BIRTH = "birth"
    BUILT = "built"
    LISTED = "listed"
    CHANGED = "changed"
    ENDS = "ends"


@record
class PartyName:
    """One name, whole and in reading order where the list gives its parts; `script` is ISO 15924 (`Latn`, `Hang`)."""

    text: str
    kind: NameKind = NameKind.ALIAS
    strength: Strength = Strength.STRONG
    script: str = "Latn"
    language: str | None = None


@record
class PartyPlace:
    """A country as the list writes it; `code` is ISO 3166-1 alpha-2, None where the words are not known."""

    role: PlaceRole
    written: str
    code: str | None = None


@record
class PartyDate:
    """A day, month or year (`1961`, `1961-05`, `1961-05-17`), else the list's own words."""

    role: DateRole
    written: str
    about: bool = False


@record
class Identifier:
    """A number that identifies, under the list's own name for its kind (`Passport`, `IMO`, `Tax ID No.`)."""

    kind: str
    number: str
    country: str | None = None


@record
class ListedParty:
    """One listing of one list. `delisted` is the day it ended where the list keeps ended ones: no longer listed."""

    source: str
    id: str
    kind: PartyKind
    names: tuple[PartyName, ...]
    restrictions: tuple[Restriction, ...]
    programmes: tuple[str, ...] = ()
    places: tuple[PartyPlace, ...] = ()
    identifiers: tuple[Identifier, ...] = ()
    dates: tuple[PartyDate, ...] = ()
    linked: tuple[str, ...] = ()
    remarks: str | None = None
    delisted: str | None = None

    @property
    def name(self) -> str:
        """The primary name."""
        return self.names[0].text

    @property
    def countries(self) -> tuple[str, ...]:
        """The countries that are known by code, each once, sorted."""
        return tuple(sorted({p.code for p in self.places if p.code is not None}))


class ListState(StrEnum):
    """Whether a list may be relied on. Only a fresh one may."""

    FRESH = "fresh"
    STALE = "stale"
    MISSING = "missing"
    DAMAGED = "damaged"
    CLOSED = "closed"


@record
class ListStatus:
    """One list of the store on one day: its own date, the day it was last known to be current, its age in days."""

    source: str
    title: str
    state: ListState
    records: int = 0
    published: date | None = None
    current: date | None = None
    age: int | None = None
    limit: int | None = None
    digest: str = ""
    why: Text | None = None

    @property
    def usable(self) -> bool:
        """Whether it may be relied on."""
        return self.state is ListState.FRESH


@record
class Listings:
    """A snapshot of official lists: the state of each, and the parties of those that were asked for.

    `parties` goes list by list and can be gone through many times; de-listed parties are among them.
    """

    snapshot: str = ""
    lists: tuple[ListStatus, ...] = ()
    parties: Mapping[str, Iterable[ListedParty]] = field(default_factory=dict)

    def status(self, source: str) -> ListStatus:
        """The state of a list, also of one that is not there."""
        return next((s for s in self.lists if s.source == source), ListStatus(source, source, ListState.MISSING))

    def unusable(self, sources: Iterable[str]) -> tuple[ListStatus, ...]:
        """Those of the lists named that may not be relied on."""
        return tuple(s for name in sorted(set(sources)) if not (s := self.status(name)).usable)
