"""Rule packs (`auditor: pack/1`): rules over subjects, conditions over named predicates, no code."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated

from auditor.model.record import record
from auditor.model.values import NOWHERE, Country, Id, Key, Kind, Origin, Prose, Text, Url
from auditor.model.vocabulary import CauseKind, OrganisationKind, Profile, Severity, SubjectKind

Argument = str | tuple[str, ...]


@record
class All:
    """Holds if every condition in it holds."""

    of: tuple["Condition", ...]


@record
class Any:
    """Holds if at least one condition in it holds."""

    of: tuple["Condition", ...]


@record
class Not:
    """Holds if the condition in it does not."""

    of: "Condition"


@record
class Ask:
    """Asks one predicate by name, with its arguments."""

    predicate: str
    arguments: Mapping[str, Argument]
    origin: Origin = field(default=NOWHERE, compare=False)


Condition = All | Any | Not | Ask


@record
class AppliesTo:
    """To whom a pack applies; an empty field sets no limit."""

    kinds: Annotated[tuple[OrganisationKind, ...], "kinds of organisation"] = ()
    seats: Annotated[tuple[Country, ...], "seats"] = ()
    has: Annotated[
        tuple[str, ...], Kind("parts"), "parts the inventory must have: people, assets, models, contracts"
    ] = ()


@record
class Reference:
    """Something to read about a rule."""

    title: str
    url: Url | None = None


@record
class Example:
    """A small inventory and the rules that it must set off; run by the tests and by `auditor check`."""

    name: Annotated[Prose, "what it shows"]
    inventory: Annotated[object, Kind("document"), "an inventory, complete"]
    expect: Annotated[tuple[str, ...], "ids of the rules of this pack that fire"] = ()
    by: Annotated[str | None, "who acts"] = None
    who: Annotated[str | None, "who is designated"] = None
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Rule:
    """One thing to look for, what it means, and what to do about it."""

    id: Id
    title: Text
    subject: SubjectKind
    severity: Severity
    when: Annotated[Condition, Kind("condition"), "all, any, not over predicates"]
    message: Text
    remedy: Text
    group_by: Annotated[CauseKind, "one finding for each"] = CauseKind.PARTY
    prohibition: Annotated[bool, "a legal prohibition: closed by evidence, never accepted"] = False
    law: Annotated[tuple[str, ...], "regime ids it rests on, beside those of the chains"] = ()
    references: tuple[Reference, ...] = ()
    examples: tuple[Example, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Pack:
    """A file of rules with one purpose."""

    pack: Annotated[Id, "its name"]
    title: Text
    profiles: Annotated[tuple[Profile, ...], "profiles it belongs to"]
    rules: tuple[Rule, ...]
    applies_to: AppliesTo = AppliesTo()
    needs_lists: Annotated[tuple[str, ...], "official lists without which it cannot run"] = ()
    needs_question: Annotated[bool, "does it need to be told who is designated"] = False
    since: Annotated[date | None, Key("from"), "first day on which it applies"] = None
    until: Annotated[date | None, "last day on which it applies"] = None
    origin: Origin = field(default=NOWHERE, compare=False)
