"""Outages of inventories written in the test, on the shipped knowledge or on another."""

from datetime import date

from auditor.audit import Given, audit
from auditor.loading import inventory_of
from auditor.model.knowledge import Knowledge
from auditor.model.outage import ExitFate, Fate, FunctionFate, Outage
from auditor.model.report import Question, Report
from auditor.model.scenarios import Act, Scenario
from auditor.model.values import Text
from auditor.model.vocabulary import Profile

from .conftest import ON

ASKED = "asked"


def reported(text: str, knowledge: Knowledge, scenario: Scenario, on: date = ON) -> Report:
    """The report on one scenario."""
    loaded = inventory_of(text, "inventory.yaml")
    given = Given(
        ON, on, Question(None, None), Profile.ORG, inputs=loaded.inputs, scenarios=(scenario,), suppose=(scenario.id,)
    )
    return audit(loaded.inventory, knowledge, (), given)


def outages(text: str, knowledge: Knowledge, *acts: Act, on: date = ON) -> tuple[Outage, ...]:
    """The outages of acts that come together."""
    return reported(text, knowledge, Scenario(ASKED, Text("", ""), acts), on).outages


def outage(text: str, knowledge: Knowledge, *acts: Act, on: date = ON) -> Outage:
    """The one outage of acts that come together."""
    (found,) = outages(text, knowledge, *acts, on=on)
    return found


def fate(found: Outage, node: str) -> Fate:
    """What becomes of a thing; fails where nothing does."""
    return next(f for f in found.fates if f.node == node)


def fates(found: Outage) -> dict[str, Fate]:
    """What becomes of things, by node."""
    return {f.node: f for f in found.fates}


def function(found: Outage, name: str) -> FunctionFate:
    """What becomes of a function."""
    return next(f for f in found.functions if f.fate.node == f"function:{name}")


def exits(found: Outage) -> dict[tuple[str, str], ExitFate]:
    """Exits by what they lead out of and where to, without prefixes."""
    return {(e.of.partition(":")[2], e.to.rpartition(":")[2]): e for e in found.exits}
