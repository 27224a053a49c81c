"""Whether everything that shipped facts and packs say is there in Korean, too; an overlay may leave it out."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass

from auditor.documents import Document
from auditor.errors import Problem, ordered
from auditor.messages import sentence
from auditor.model.knowledge import Knowledge, Regime
from auditor.model.rules import Pack
from auditor.model.values import NOWHERE, Origin, Text


def untranslated(knowledge: Knowledge, packs: Iterable[Pack]) -> tuple[Problem, ...]:
    """A problem for each text without Korean, and for each law without a Korean title."""
    return ordered(
        Problem(
            origin, "E-NO-KOREAN", sentence("E-NO-KOREAN.missing", said=said[:80]), sentence("E-NO-KOREAN.missing_hint")
        )
        for origin, said in (*_without(knowledge, NOWHERE), *_without(tuple(packs), NOWHERE))
    )


def _without(value: object, origin: Origin) -> Iterator[tuple[Origin, str]]:
    if isinstance(value, Text):
        if not korean(value.ko):
            yield origin, value.en
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from _without(inner, origin)
    elif isinstance(value, tuple):
        for inner in value:
            yield from _without(inner, origin)
    elif is_dataclass(value) and not isinstance(value, (type, Document)):
        at = getattr(value, "origin", origin)
        if isinstance(value, Regime) and not korean(value.name_ko or ""):
            yield at, value.name
        for f in fields(value):
            yield from _without(getattr(value, f.name), at)


def korean(text: str) -> bool:
    """Whether a text has a Korean syllable."""
    return any("가" <= c <= "힣" for c in text)
