"""The catalogue of what the product says, in English and Korean: one file per language, one key per sentence."""

import os
import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import Any

from auditor.model.values import Text

LANGUAGES = ("en", "ko")


class Count(int):
    """A number in a sentence; `{n:cause|causes}` prints it with the word that fits it, `{n:}` alone."""

    def __format__(self, spec: str) -> str:
        one, bar, many = spec.partition("|")
        return f"{int(self):,}" + (f" {one if self == 1 or not bar else many}" if spec else "")


@dataclass(frozen=True, slots=True)
class Words:
    """Members of a vocabulary inside a sentence: each language says them in its own words."""

    vocabulary: str
    members: tuple[str, ...]

    def in_(self, chosen: str) -> str:
        """The words, one after the other."""
        return ", ".join(word(self.vocabulary, m, chosen) for m in self.members)


class _Sentence(string.Formatter):
    """Formats our own sentences: plain names only, no attributes, no indexes."""

    def get_field(self, field_name: str, _args: Any, kwargs: Any) -> tuple[Any, str]:
        return kwargs[field_name], field_name


_SENTENCE = _Sentence()


def language() -> str:
    """The language of what people read where no flag says it: `AUDITOR_LANG`, else English; never the locale."""
    chosen = os.environ.get("AUDITOR_LANG", LANGUAGES[0])
    return chosen if chosen in LANGUAGES else LANGUAGES[0]


@cache
def catalogue(chosen: str) -> Mapping[str, str]:
    """All sentences of a language by key, sections joined with a point."""
    with files(__package__).joinpath(f"{chosen}.toml").open("rb") as file:
        return dict(_flat(tomllib.load(file), ""))


def _flat(table: Mapping[str, Any], prefix: str) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    for key, value in table.items():
        found += _flat(value, f"{prefix}{key}.") if isinstance(value, dict) else [(prefix + key, str(value))]
    return found


def say(key: str, chosen: str, /, **values: object) -> str:
    """One sentence. Raises KeyError for a key that the catalogue does not have."""
    return _SENTENCE.vformat(catalogue(chosen)[key], (), {k: _said(v, chosen) for k, v in values.items()})


def _said(value: object, chosen: str) -> object:
    if isinstance(value, Words | Text):
        return value.in_(chosen)
    return Count(value) if isinstance(value, int) and not isinstance(value, bool) else value


def both(key: str, **values: object) -> Text:
    """One sentence in both languages."""
    return Text(say(key, "en", **values), say(key, "ko", **values))


def word(vocabulary: str, member: str, chosen: str) -> str:
    """A member of a vocabulary as people say it; the member itself where the catalogue has no word for it."""
    return catalogue(chosen).get(f"{vocabulary}.{member}", member)
