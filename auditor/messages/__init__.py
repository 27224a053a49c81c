"""The catalogue of what the product says, in English and Korean: one file per language, one key per sentence."""

import json
import os
import string
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from typing import Any

from auditor import __version__
from auditor.compiled import Damaged, body_of
from auditor.model.record import record
from auditor.model.values import Text

LANGUAGES = ("en", "ko")


class Count(int):
    """A number in a sentence; `{n:cause|causes}` prints it with the word that fits it, `{n:}` alone."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return f"{int(self):,}" + (f" {one if self == 1 or not bar else many}" if spec else "")


@record
class Words:
    """Members of a vocabulary inside a sentence: each language says them in its own words."""

    vocabulary: str
    members: tuple[str, ...]

    def in_(self, chosen: str) -> str:
        """The words, one after the other."""
        return ", ".join(word(self.vocabulary, m, chosen) for m in self.members)


class Sentence(str):
    """A sentence of the catalogue: in English as a text like any other, and in other languages when it is asked for."""

    key: str
    values: Mapping[str, object]

    def in_(self, chosen: str) -> str:
        """The sentence in a language."""
        return say(self.key, chosen, **self.values)


def sentence(key: str, /, **values: object) -> Sentence:
    """A sentence whose language is chosen later, by whoever shows it. Raises KeyError for a key that is not there."""
    found = Sentence(say(key, LANGUAGES[0], **values))
    found.key, found.values = key, values
    return found


def one_of(parts: Sequence[str]) -> str:
    """`a, or b, or c`, as each language says it. ValueError if there is nothing."""
    return _joined("value.or", parts)


def all_of(parts: Sequence[str]) -> str:
    """`a and b and c`, as each language says it. ValueError if there is nothing."""
    return _joined("value.and", parts)


def _joined(key: str, parts: Sequence[str]) -> str:
    one, *others = parts
    for other in others:
        one = sentence(key, one=one, other=other)
    return one


def shown(text: str, chosen: str) -> str:
    """A text in a language, if it is a sentence that knows how; any other as it is."""
    return text.in_(chosen) if isinstance(text, Sentence) else text


def language() -> str:
    """The language of what people read where no flag says it: `AUDITOR_LANG`, else English; never the locale."""
    chosen = os.environ.get("AUDITOR_LANG", LANGUAGES[0])
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(chosen: str) -> Mapping[str, str]:
    """All sentences of a language by key, sections joined with a point."""
    with suppress(Damaged):  # `damaged` tells, in sentences that are read from their source
        body = _compiled(chosen)
        if body is not None:
            sentences: Mapping[str, str] = json.loads(body)
            return sentences
    return read_catalogue(chosen)


def read_catalogue(chosen: str) -> Mapping[str, str]:
    """The sentences of a language from their source."""
    import tomllib  # noqa: PLC0415 - a distribution has the sentences compiled

    with source_of(chosen).open("rb") as file:
        return dict(_flat(tomllib.load(file), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return found


def source_of(chosen: str) -> Path:
    """The file in which the sentences of a language are written."""
    return Path(__file__).parent / f"{chosen}.toml"


def damaged() -> Damaged | None:
    """A compiled catalogue that somebody has changed: no run may go on with it."""
    for chosen in LANGUAGES:
        try:
            _compiled(chosen)
        except Damaged as found:
            return found
    return None


@cache
def _compiled(chosen: str) -> bytes | None:
    return body_of(f"messages.{chosen}", __version__, (source_of(chosen),))


def say(key: str, chosen: str, /, **values: object) -> str:
    """One sentence. Raises KeyError for a key that the catalogue does not have."""
    return filled(catalogue(chosen)[key], chosen, values)


def filled(sentence: str, chosen: str, values: Mapping[str, object]) -> str:
    """One of our own sentences with its values; placeholders are plain names, which reach no attribute and no item."""
    parts = []
    for literal, name, spec in _parts(sentence):
        parts.append(literal)
        if name is not None:
            parts.append(format(_said(values[name], chosen), spec))
    return "".join(parts)


@cache
def _parts(sentence: str) -> tuple[tuple[str, str | None, str], ...]:
    return tuple((literal, name, spec or "") for literal, name, spec, _ in string.Formatter().parse(sentence))


def _said(value: object, chosen: str) -> object:
    if isinstance(value, Words | Text | Sentence):
        return value.in_(chosen)
    return Count(value) if isinstance(value, int) and not isinstance(value, bool) else value


def both(key: str, **values: object) -> Text:
    """One sentence in both languages."""
    return Text(say(key, "en", **values), say(key, "ko", **values))


def word(vocabulary: str, member: str, chosen: str) -> str:
    """A member of a vocabulary as people say it; the member itself where the catalogue has no word for it."""
    return catalogue(chosen).get(f"{vocabulary}.{member}", member)
