"""Scenarios (`auditor: scenario/1`): who acts, on whom; what follows is worked out, never written down here."""

from dataclasses import field
from typing import Annotated

from auditor.model.record import record
from auditor.model.rules import AppliesTo
from auditor.model.values import NOWHERE, Country, Duration, Id, Origin, Text
from auditor.model.vocabulary import Effect


@record
class Act:
    """One act: `by` designates `who`; or, by choice (`voluntary`), `who` stops serving us without being obliged.

    `who` is `self`, or `person:ID`, `entity:ID`, `owner:ID`, `supplier:ID`, `country:CC`; by choice also
    `currency:CCC` (its correspondent banks) and `delivery:KIND`. `each` in place of an id makes a scenario of its own
    for each that there is; `parent:top` is the ultimate parent on which most depends.
    """

    who: Annotated[str, "who is designated; or, by choice, who stops serving us"]
    by: Annotated[str | None, "a state, a regime, or `voluntary`; anybody if left out"] = None
    effect: Annotated[Effect | None, "what is done, where it is narrower than what the law allows"] = None
    country: Annotated[Country | None, "where the person is when the session is opened"] = None
    person: Annotated[str | None, "who opens a session there: a person id, or `each`"] = None
    licensed_for: Annotated[Duration | None, "a wind-down licence; it permits, it compels nobody"] = None


@record
class Scenario:
    """A question of `auditor whatif` with a name."""

    id: Id
    title: Text
    acts: Annotated[tuple[Act, ...], "all at once"]
    applies_to: Annotated[AppliesTo, "whom it fits"] = AppliesTo()
    precedents: Annotated[tuple[str, ...], "precedent ids it is modelled on"] = ()
    lifted: Annotated[bool, "the acts are taken back: what comes back, and what does not"] = False
    stress: Annotated[bool, "a stress test: no law does this"] = False
    note: Annotated[Text | None, "what to know about it"] = None
    origin: Origin = field(default=NOWHERE, compare=False)
