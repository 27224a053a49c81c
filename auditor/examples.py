"""Runs the examples that rule packs carry: a small inventory each, and the rules of the pack that it must set off."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date

from auditor.audit import Given, audit
from auditor.documents import Document
from auditor.errors import InvalidDocument, describe
from auditor.loading import inventory_of_example, link, load_scenarios
from auditor.messages import LANGUAGES
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.report import Question
from auditor.model.rules import Example, Pack
from auditor.model.scenarios import Scenario
from auditor.model.values import Text
from auditor.model.vocabulary import Profile
from auditor.reach import BadQuestion

MOST_BROKEN = 20
"""Most problems of one example that are told."""


@record
class Trial:
    """What came of one example: the rules it set off, or why it could not be read."""

    example: Example
    found: tuple[str, ...]
    broken: Text | None = None

    @property
    def passed(self) -> bool:
        """Whether it set off exactly what it expects."""
        return self.broken is None and self.found == tuple(sorted(set(self.example.expect)))


def try_examples(
    pack: Pack, knowledge: Knowledge, on: date, scenarios: tuple[Scenario, ...] | None = None
) -> Iterator[Trial]:
    """Every example of every rule of a pack, in order, with all rules of the pack active.

    Rules may ask for `scenarios`; where those are not given, for the shipped ones.
    """
    known = load_scenarios() if scenarios is None else scenarios
    for rule in pack.rules:
        for example in rule.examples:
            yield _try(example, pack, knowledge, on, known)


def _try(example: Example, pack: Pack, knowledge: Knowledge, on: date, scenarios: tuple[Scenario, ...]) -> Trial:
    assert isinstance(example.inventory, Document)
    packs: Sequence[Pack] = [replace(pack, needs_lists=())]  # an example brings its own facts, not the lists of a day
    try:
        loaded = inventory_of_example(example.inventory)
        nameless = link(loaded.inventory, knowledge)
        if nameless:
            raise InvalidDocument(nameless)
        question = Question(example.by, example.who)
        given = Given(on, on, question, Profile.ALL, inputs=loaded.inputs, scenarios=scenarios)
        report = audit(loaded.inventory, knowledge, packs, given)
    except InvalidDocument as error:
        broken = Text(*(describe(error.problems, limit=MOST_BROKEN, language=chosen) for chosen in LANGUAGES))
        return Trial(example, (), broken)
    except BadQuestion as bad:
        return Trial(example, (), bad.message)
    return Trial(example, tuple(sorted({f.rule for f in report.findings})))
