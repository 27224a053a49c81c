"""The registry of predicates: name, subjects, argument schema; and how a predicate reads its arguments."""

from collections.abc import Callable, Hashable, Iterable, Mapping
from enum import StrEnum
from typing import Any

from auditor.model.record import record
from auditor.model.vocabulary import SubjectKind
from auditor.predicates.facts import Arguments, Evidence, Facts, Subject

Asked = Callable[[Facts, Subject, Arguments], Evidence | None]
Reads = Callable[[Facts, Subject], Hashable]
"""What a predicate looks at in a subject: those for whom this is equal get the same answer, whatever is asked. A value,
or the id of something that the facts keep alive."""


def itself(facts: Facts, subject: Subject) -> Hashable:
    """The subject itself: nobody else's answer can be taken for its own."""
    return subject.node


@record
class Predicate:
    """A named question with the kinds of subject it can be asked of and its argument schema."""

    name: str
    ask: Asked
    subjects: tuple[SubjectKind, ...]
    arguments: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]
    reads: Reads = itself

    @property
    def description(self) -> str:
        """What it asks, in one sentence."""
        return (self.ask.__doc__ or "").split("\n")[0]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "description": self.description,
            "properties": {k: dict(v) for k, v in self.arguments.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


PREDICATES: dict[str, Predicate] = {}

DEPENDENCY, ASSET, PERSON = SubjectKind.DEPENDENCY, SubjectKind.ASSET, SubjectKind.PERSON
CONTRACT, FUNCTION, ORGANIZATION = SubjectKind.CONTRACT, SubjectKind.FUNCTION, SubjectKind.ORGANIZATION


def some_of(words: Iterable[str] | type[StrEnum] | None = None) -> Mapping[str, Any]:
    """The schema of an argument that is one word or a list of words; without words, any text."""
    one: dict[str, Any] = {"type": "string"} if words is None else {"enum": [str(w) for w in words]}
    return {"if": {"type": "array"}, "then": {"type": "array", "items": one, "minItems": 1}, "else": one}


def predicate(
    *subjects: SubjectKind, required: tuple[str, ...] = (), reads: Reads = itself, **arguments: Mapping[str, Any]
) -> Callable[[Asked], Asked]:
    """Register a predicate under its function's name. A trailing underscore keeps a reserved word (`in_`) free.

    `reads` says what it looks at, so that it is asked once for all subjects that are alike in that.
    """

    def register(ask: Asked) -> Asked:
        name = ask.__name__.rstrip("_")
        known = {k.rstrip("_"): v for k, v in arguments.items()}
        PREDICATES[name] = Predicate(name, ask, subjects, known, required, reads)
        return ask

    return register


def many(arguments: Arguments, name: str) -> tuple[str, ...] | None:
    """An argument as a list of words; None if it was not given."""
    value = arguments.get(name)
    if value is None:
        return None
    return (value,) if isinstance(value, str) else tuple(value)


def among(value: str | None, arguments: Arguments, name: str) -> bool:
    """Whether a value is one of those an argument lists; any value is, where the argument was not given."""
    wanted = arguments.get(name)
    return wanted is None or (value == wanted if isinstance(wanted, str) else value in wanted)
