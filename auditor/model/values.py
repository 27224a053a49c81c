"""Small values that documents write as text: places, kinds of text, amounts, durations, shares, two-language texts."""

from datetime import date
from typing import Annotated

from auditor.model.record import record
from auditor.model.vocabulary import Word


@record
class Kind:
    """Marks a text type whose form the loading room checks; `name` is the check's name."""

    name: str


@record
class Key:
    """The key a field has in documents, where the language reserves the word (`with`, `from`, `in`)."""

    name: str


Id = Annotated[str, Kind("id")]
"""An identifier of the user's or the catalogue's: letters, digits and `. _ - /`, up to 128 characters."""

Ref = Annotated[str, Kind("ref")]
"""The identifier of something that must exist in the run."""

Country = Annotated[str, Kind("country")]
"""An ISO 3166-1 alpha-2 code, or a group the knowledge defines, such as `EU`."""

Currency = Annotated[str, Kind("currency")]
"""An ISO 4217 code: three capital letters."""

Domain = Annotated[str, Kind("domain")]
"""A domain name, without scheme or path."""

Url = Annotated[str, Kind("url")]
"""An http or https address."""

Until = date | Word
"""A date, or `none`, `perpetual`, `unknown`."""


@record(order=True)
class Origin:
    """Where a value was written: file, JSON pointer within it, line and column (both from 1; 0 when unknown)."""

    file: str = ""
    pointer: str = ""
    line: int = 0
    column: int = 0

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}" if self.line else self.file or self.pointer

    def below(self, *steps: str | int) -> str:
        """The JSON pointer of something inside this value."""
        return self.pointer + "".join("/" + str(s).replace("~", "~0").replace("/", "~1") for s in steps)


NOWHERE = Origin()


@record
class Duration:
    """A span of time as people write it: `24h`, `7d`, `2w`, `9m`; months count 30 days, years 365."""

    hours: int
    written: str

    def __str__(self) -> str:
        return self.written


@record
class Money:
    """An amount, exact as written, in one currency; `per` names the period it is paid for."""

    value: Annotated[str, Kind("decimal"), "the amount, as written"]
    currency: Currency
    per: Annotated[str | None, "year, month, once"] = None


WHOLE = 1_000_000
"""100 per cent, in hundredths of a basis point: the unit of every share, so that 50 % is an exact integer."""


@record
class Share:
    """A share as a closed interval of integers in hundredths of a basis point (1,000,000 = 100 %).

    An exact share has `low == high`; an unknown one is `Share(0, WHOLE)`.
    """

    low: int
    high: int

    @property
    def exact(self) -> bool:
        """Whether the share is known to the last digit."""
        return self.low == self.high

    def __str__(self) -> str:
        if self.exact:
            return percent(self.low)
        if (self.low, self.high) == (0, WHOLE):
            return "unknown"
        return f"{percent(self.low)}-{percent(self.high)}"


UNKNOWN_SHARE = Share(0, WHOLE)


def percent(units: int) -> str:
    """`491300` → `49.13`: the shortest exact decimal of a share, without the sign."""
    whole, rest = divmod(units, 10_000)
    return f"{whole}.{rest:04d}".rstrip("0") if rest else str(whole)


@record
class Text:
    """A text in the two languages of the product; an empty `ko` is one that nobody has translated."""

    en: str
    ko: str

    def in_(self, language: str) -> str:
        """The text in `en` or `ko`; in English where there is no Korean."""
        return self.ko if language == "ko" and self.ko else self.en


Prose = Annotated[Text, Kind("prose")]
"""What a record says in words: in both languages, or as one text, which then stands in every language."""
