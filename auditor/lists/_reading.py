"""What list formats share: sources, what is read beside the records, and how names, places and dates are put."""

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from functools import cache
from typing import BinaryIO, TypeVar

from auditor.lists._countries import code_of
from auditor.lists._refused import Refused
from auditor.model.listings import (
    DateRole,
    Identifier,
    ListedParty,
    NameKind,
    PartyDate,
    PartyKind,
    PartyName,
    PartyPlace,
    PlaceRole,
    Restriction,
    Strength,
)

NAME = 4_096
"""Most characters in a name."""
REMARKS = 20_000
"""Most characters of remarks that are kept."""


@dataclass(frozen=True, slots=True)
class Part:
    """One file of a list: what it is called in the store, and where it is published."""

    name: str
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Source:
    """An official list: who publishes it, where, in which formats, and what it never falls below.

    `floor` is the least number of records; `fill` the least share of records that have a field (per cent); `days` how
    old a copy may be that nobody has compared with the official one; `frozen` the days after which a list without a
    newer publication is out of date however often it was fetched. A `closed` list is no longer kept up by anybody.
    """

    name: str
    title: str
    formats: tuple[str, ...]
    parts: tuple[Part, ...] = ()
    hosts: tuple[str, ...] = ()
    floor: int = 1
    fill: Mapping[str, int] = field(default_factory=dict)
    days: int = 5
    frozen: int = 365
    namespaces: tuple[str, ...] | None = None
    closed: date | None = None
    attribution: str = ""
    limit: int = 512 << 20

    @property
    def fetched(self) -> bool:
        """Whether it is published at an address, or only ever brought by the user."""
        return any(part.url for part in self.parts)


@dataclass(slots=True)
class Envelope:
    """What a file says of itself, filled while its records are read.

    `ended` is whether the file has its end; `certain` whether its form would show a cut at any place (XML, JSON, an
    end mark), so that nothing but a cut between two lines of the others is left to find by comparison.
    """

    source: str
    namespaces: tuple[str, ...] | None = None
    published: date | None = None
    declared: int | None = None
    ended: bool = True
    certain: bool = True
    rows: dict[str, int] = field(default_factory=dict)
    unknown: dict[str, int] = field(default_factory=dict)
    warnings: dict[str, int] = field(default_factory=dict)

    def warn(self, code: str) -> None:
        """Count something that does not stop the reading."""
        self.warnings[code] = self.warnings.get(code, 0) + 1

    def known(self, found: Iterable[str], fields: frozenset[str]) -> None:
        """Count the fields of a record that this reader does not know."""
        for name in found:
            if name not in fields:
                self.unknown[name] = self.unknown.get(name, 0) + 1

    def spaces(self, usual: Iterable[str]) -> frozenset[str]:
        """The namespaces that are believed: the format's own, unless the source says others."""
        return frozenset(self.namespaces if self.namespaces is not None else usual)


T = TypeVar("T")
Files = Mapping[str, BinaryIO]
Reader = Callable[[Files, Envelope], Iterator[ListedParty]]


@dataclass(frozen=True, slots=True)
class Format:
    """How one official layout is read. `version` counts up with every change of what is read out of it.

    `knows` judges by the first bytes of a file whether it is in this layout; `parts` are the files it comes in
    (empty: one file, whatever its name), of which `optional` may be absent.
    """

    name: str
    version: int
    knows: Callable[[bytes], bool]
    read: Reader
    parts: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()


def only(files: Files) -> BinaryIO:
    """The one file of a list that is one file."""
    (file,) = files.values()
    return file


# -- names ---------------------------------------------------------------------------------------------------------


def named(
    text: str,
    kind: NameKind = NameKind.ALIAS,
    strength: Strength = Strength.STRONG,
    language: str | None = None,
) -> PartyName | None:
    """A name with its script; None if nothing is written. Raises Refused if it is longer than any name."""
    plain = " ".join(text.split())
    if not plain:
        return None
    if len(plain) > NAME:
        raise Refused("E-LIST-LIMIT", "too_long", n=NAME)
    return PartyName(plain, kind, strength, script_of(plain), language or None)


def in_order(*parts: str) -> str:
    """The parts of a name as they are read, without those that are not there."""
    return " ".join(p for part in parts if (p := " ".join(part.split())))


def turned(text: str) -> str:
    """`FAMILY, Given` in reading order; what has no comma as it is."""
    family, comma, given = text.partition(", ")
    return f"{given} {family}" if comma and given else text


def names_of(found: Iterable[PartyName | None], record: str) -> tuple[PartyName, ...]:
    """Names in order, each once, a primary one first. Raises Refused for a record without any."""
    names = list(dict.fromkeys(n for n in found if n is not None))
    names.sort(key=lambda n: n.kind is not NameKind.PRIMARY)
    if not names:
        raise Refused("E-LIST-FILL", "nameless", record=record[:80] or "?")
    return tuple(names)


_SCRIPTS = {
    "LATIN": "Latn", "CYRILLIC": "Cyrl", "ARABIC": "Arab", "HEBREW": "Hebr", "GREEK": "Grek", "HANGUL": "Hang",
    "CJK": "Hani", "HIRAGANA": "Jpan", "KATAKANA": "Jpan", "THAI": "Thai", "DEVANAGARI": "Deva", "GEORGIAN": "Geor",
    "ARMENIAN": "Armn", "BENGALI": "Beng", "TAMIL": "Taml", "ETHIOPIC": "Ethi", "MYANMAR": "Mymr", "LAO": "Laoo",
    "KHMER": "Khmr", "SINHALA": "Sinh", "GURMUKHI": "Guru",
}  # fmt: skip


def script_of(text: str) -> str:
    """The ISO 15924 code of the first letter's script that is not Latin, else `Latn`; `Zyyy` without any letter."""
    if text.isascii():
        return "Latn" if any(c.isalpha() for c in text) else "Zyyy"
    found = "Zyyy"
    for character in text:
        if character.isalpha():
            script = _script(character)
            if script not in {"Latn", "Zyyy"}:
                return script
            found = "Latn" if script == "Latn" else found
    return found


@cache
def _script(character: str) -> str:
    first = unicodedata.name(character, "").partition(" ")[0]
    return _SCRIPTS.get(first.partition("-")[0], "Zyyy" if not first else "Zzzz")


# -- places, dates, identifiers ------------------------------------------------------------------------------------


def place(role: PlaceRole, written: str, code: str | None = None) -> PartyPlace | None:
    """A country; None if nothing is written."""
    plain = " ".join(written.split())
    code = code if code and code != "00" else None
    if not plain and code is None:
        return None
    return PartyPlace(role, plain or code or "", code_of(code) if code else code_of(plain))


_MONTHS = {
    "jan": 1, "feb": 2, "mar": 3, "apr": 4, "may": 5, "jun": 6,
    "jul": 7, "aug": 8, "sep": 9, "oct": 10, "nov": 11, "dec": 12,
}  # fmt: skip
_FORMS = (
    (re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})(?:[T ].*)?"), "ymd"),
    (re.compile(r"(\d{1,2})[ -]([A-Za-z]{3,9})\.?,?[ -](\d{4})"), "dMy"),
    (re.compile(r"([A-Za-z]{3,9})\.? (\d{1,2}), (\d{4})"), "Mdy"),
    (re.compile(r"([A-Za-z]{3,9})\.? (\d{4})"), "My"),
    (re.compile(r"(\d{4})"), "y"),
    (re.compile(r"(\d{4})-(\d{2})"), "ym"),
)


def iso(written: str, order: str = "") -> str | None:
    """An ISO date, month or year; `order` (`dmy`, `mdy`) reads what is written with slashes. None if it is neither."""
    text = " ".join(written.split())
    forms: tuple[tuple[re.Pattern[str], str], ...] = _FORMS
    if order:
        forms = (*_FORMS, (re.compile(r"(\d{1,2}|00|dd)[/.](\d{1,2}|00|mm)[/.](\d{4})", re.IGNORECASE), order))
    for pattern, letters in forms:
        match = pattern.fullmatch(text)
        if match is None:
            continue
        got = dict(zip(letters, match.groups(), strict=True))
        if "M" in got and got["M"][:3].lower() not in _MONTHS:
            return None
        month = str(_MONTHS[got["M"][:3].lower()]) if "M" in got else got.get("m", "")
        return _day(got["y"], month, got.get("d", ""))
    return None


def _day(year: str, month: str, day: str) -> str | None:
    numbers = [int(n) if n.isdigit() else 0 for n in (year, month, day)]
    if numbers[1] == 0:
        return year
    try:
        whole = date(numbers[0], numbers[1], numbers[2] or 1)
    except ValueError:
        return None
    return whole.isoformat() if numbers[2] else whole.isoformat()[:7]


def dated(role: DateRole, written: str, order: str = "", *, about: bool = False) -> PartyDate | None:
    """A date; what is not understood stays as the list writes it. None if nothing is written."""
    text = " ".join(written.split())
    if not text:
        return None
    for word in ("circa ", "approximately ", "approx. "):
        if text.lower().startswith(word):
            text, about = text[len(word) :], True
    return PartyDate(role, iso(text, order) or text, about)


def day_of(written: str, order: str = "") -> date | None:
    """A whole date, or None."""
    found = iso(written, order)
    return date.fromisoformat(found) if found is not None and len(found) == 10 else None


def number(kind: str, value: str, country: str = "") -> Identifier | None:
    """An identifier; None if no number is written."""
    plain = " ".join(value.split())
    return Identifier(" ".join(kind.split()) or "ID", plain, country.strip() or None) if plain else None


def present(found: Iterable[T | None]) -> tuple[T, ...]:
    """Those that are there, in order, each once."""
    return tuple(dict.fromkeys(f for f in found if f is not None))


def kept(remarks: str) -> str | None:
    """Remarks as they are kept."""
    text = " ".join(remarks.split())
    return text[:REMARKS] or None


def restricted(found: Iterable[Restriction]) -> tuple[Restriction, ...]:
    """Restrictions, each once, gravest first; `unstated` if there is none."""
    return tuple(sorted(set(found), key=lambda r: r.rank)) or (Restriction.UNSTATED,)


def words(text: str) -> frozenset[str]:
    """The words of a text."""
    return frozenset(text.split())


KIND_WORDS = {
    "individual": PartyKind.PERSON,
    "person": PartyKind.PERSON,
    "p": PartyKind.PERSON,
    "entity": PartyKind.ORGANISATION,
    "enterprise": PartyKind.ORGANISATION,
    "organization": PartyKind.ORGANISATION,
    "organisation": PartyKind.ORGANISATION,
    "company": PartyKind.ORGANISATION,
    "e": PartyKind.ORGANISATION,
    "vessel": PartyKind.VESSEL,
    "ship": PartyKind.VESSEL,
    "aircraft": PartyKind.AIRCRAFT,
}
"""What lists write for a kind of party."""
