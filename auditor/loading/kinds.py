"""The forms of texts: dates, durations, shares, codes. Linear tests, no patterns; errors say what to write."""

from collections.abc import Callable, Mapping
from datetime import date
from unicodedata import name

from auditor.messages import sentence
from auditor.model.values import UNKNOWN_SHARE, WHOLE, Duration, Share
from auditor.model.vocabulary import Word
from auditor.sinks import first_invisible

LONGEST = 1024
_DIGITS = frozenset("0123456789")
_ID_CHARACTERS = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._-/")
_ID_MARKS = frozenset("._-/")
_HOURS = {"h": 1, "d": 24, "w": 24 * 7, "m": 24 * 30, "y": 24 * 365}
_TRUE, _FALSE = frozenset({"yes", "true", "Yes", "True"}), frozenset({"no", "false", "No", "False"})


class BadForm(ValueError):
    """A text that is not of its kind; says what is wrong and, as the second argument, what to write."""

    @property
    def hint(self) -> str | None:
        """What to write instead."""
        return self.args[1] if len(self.args) > 1 else None


def blank(written: str) -> bool:
    """Whether there is nothing to be seen: no character, or only spaces, joiners and the like."""
    if written.isascii() and written.isprintable():
        return not written.strip(" ")
    return not written.strip() or all(c.isspace() or first_invisible(c) is not None for c in written)


def text(written: str) -> str:
    """Any text that shows something, up to 1,024 characters."""
    if not (written.isascii() and written.isprintable() and written.strip(" ")) and blank(written):
        raise BadForm(sentence("form.blank"), sentence("form.blank_hint"))
    if len(written) > LONGEST:
        raise BadForm(sentence("form.long", n=str(len(written)), most=str(LONGEST)))
    return written


def identifier(written: str) -> str:
    """Letters, digits and `. _ - /`, up to 128; none of them invisible, as some letters are."""
    if _ID_CHARACTERS.issuperset(written) and 0 < len(written) <= 128:
        return written
    text(written)
    if not _ID_CHARACTERS.issuperset(written):
        hidden = first_invisible(written)
        wrong = hidden or next((c for c in written if not (c.isalnum() or c in _ID_MARKS)), None)
        if wrong is not None:
            point = f"{ord(wrong):04X}"
            said = (
                sentence("form.id_hidden", point=point, name=name(wrong, "") or sentence("value.no_name"))
                if hidden
                else sentence("form.id_character", point=point)
            )
            raise BadForm(said, sentence("form.id_hint"))
    if len(written) > 128:
        raise BadForm(sentence("form.id_long", most=128))
    return written


def day(written: str) -> date:
    """An ISO date, `2026-11-23`."""
    try:
        if len(written) == 10 and written[4] == written[7] == "-":  # no week dates
            return date.fromisoformat(written)
    except ValueError:
        pass
    raise BadForm(sentence("form.date", given=repr(written)), sentence("form.date_hint"))


def until(written: str) -> date | Word:
    """An ISO date, or `none`, `perpetual`, `unknown`."""
    try:
        return Word(written)
    except ValueError:
        pass
    try:
        return day(written)
    except BadForm as bad:
        raise BadForm(bad.args[0], sentence("form.until_hint")) from None


def duration(written: str) -> Duration:
    """A whole number and a unit: h, d, w, m (30 days), y (365 days)."""
    number, unit = written[:-1], written[-1:]
    if number and len(number) <= 6 and set(number) <= _DIGITS and unit in _HOURS:
        return Duration(int(number) * _HOURS[unit], written)
    raise BadForm(sentence("form.duration", given=repr(written)), sentence("form.duration_hint"))


def share(written: str) -> Share:
    """A percentage: `49.13`, `25-50`, `>50`, `<=25`, `unknown`; at most four decimals."""
    plain = written.strip().removesuffix("%").strip()
    if plain == "unknown":
        return UNKNOWN_SHARE
    if plain.startswith(">="):
        return Share(_units(plain[2:], written), WHOLE)
    if plain.startswith("<="):
        return Share(0, _units(plain[2:], written))
    if plain.startswith(">"):
        found = Share(_units(plain[1:], written) + 1, WHOLE)
    elif plain.startswith("<"):
        found = Share(0, _units(plain[1:], written) - 1)
    else:
        low, dash, high = plain.partition("-")
        found = Share(_units(low, written), _units(high if dash else low, written))
        if found.low > found.high:
            raise BadForm(sentence("form.share_backwards", given=repr(written)), sentence("form.share_backwards_hint"))
    if found.low > found.high:
        raise BadForm(sentence("form.share_empty", given=repr(written)))
    return found


def _units(number: str, written: str) -> int:
    whole, _, rest = number.strip().partition(".")
    if not whole or not set(whole + rest) <= _DIGITS or len(whole) > 3:
        raise BadForm(sentence("form.share", given=repr(written)), sentence("form.share_hint"))
    if len(rest.rstrip("0")) > 4:
        raise BadForm(sentence("form.share_decimals", given=repr(written)), sentence("form.share_decimals_hint"))
    units = int(whole) * 10_000 + int((rest + "0000")[:4])
    if units > WHOLE:
        raise BadForm(sentence("form.share_over", given=repr(written)))
    return units


def boolean(written: str) -> bool:
    """yes or no, true or false."""
    if written in _TRUE:
        return True
    if written in _FALSE:
        return False
    raise BadForm(sentence("form.bool", given=repr(written)), sentence("form.bool_hint"))


def whole_number(written: str) -> int:
    """A whole number from 0 to 9 digits long."""
    if written and len(written) <= 9 and set(written) <= _DIGITS:
        return int(written)
    raise BadForm(sentence("form.int", given=repr(written)))


def decimal(written: str) -> str:
    """An amount, not below zero; kept as written."""
    whole, point, rest = written.partition(".")
    if len(written) <= 32 and whole and set(whole + rest) <= _DIGITS and bool(rest) == bool(point):
        return written
    raise BadForm(sentence("form.decimal", given=repr(written)), sentence("form.decimal_hint"))


def country(written: str) -> str:
    """A two-letter code in capitals; whether it exists is checked against the knowledge."""
    if 2 <= len(written) <= 24 and all(c.isascii() and (c.isalnum() or c in "-_") for c in written):
        return written
    raise BadForm(sentence("form.country", given=repr(written)), sentence("form.country_hint"))


def currency(written: str) -> str:
    """Three capital letters."""
    if len(written) == 3 and written.isascii() and written.isalpha() and written.isupper():
        return written
    raise BadForm(sentence("form.currency", given=repr(written)), sentence("form.currency_hint"))


def domain(written: str) -> str:
    """A domain name without scheme or path."""
    if 0 < len(written) <= 253 and all(c.isalnum() or c in ".-_*" for c in written):
        return written
    raise BadForm(sentence("form.domain", given=repr(written)), sentence("form.domain_hint"))


def url(written: str) -> str:
    """An http or https address."""
    if written.startswith(("https://", "http://")) and len(written) <= 2048 and not any(c.isspace() for c in written):
        return written
    raise BadForm(sentence("form.url", given=repr(written)))


def lei(written: str) -> str:
    """A legal entity identifier, ISO 17442: 20 letters and digits, check digits by ISO 7064 mod 97-10."""
    if (
        len(written) == 20
        and written.isascii()
        and written.isalnum()
        and int("".join(str(int(c, 36)) for c in written)) % 97 == 1
    ):
        return written
    raise BadForm(sentence("form.lei", given=repr(written)), sentence("form.lei_hint"))


READERS: Mapping[str, Callable[[str], object]] = {
    "text": text,
    "word": text,
    "id": identifier,
    "ref": identifier,
    "date": day,
    "until": until,
    "duration": duration,
    "share": share,
    "bool": boolean,
    "int": whole_number,
    "decimal": decimal,
    "country": country,
    "currency": currency,
    "domain": domain,
    "url": url,
    "lei": lei,
}

SAYS_UNKNOWN = frozenset({"date", "duration", "bool", "int", "country", "enum", "currency", "lei"})
"""Kinds for which the word `unknown` is the same as leaving the key out."""
