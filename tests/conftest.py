"""Fixtures: the shipped knowledge and packs, and audits of inventories written in the test."""

import os
from collections.abc import Callable
from datetime import date
from pathlib import Path

import pytest

from auditor.audit import Given, audit
from auditor.loading import inventory_of, load_inventory, load_knowledge
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.report import Question, Report
from auditor.model.rules import Pack
from auditor.model.vocabulary import Profile
from auditor.verbs._run import packs_for

ON = date(2026, 11, 23)
ROOT = Path(__file__).resolve().parent.parent

Auditing = Callable[..., Report]


@pytest.fixture(scope="session")
def knowledge() -> Knowledge:
    """The shipped knowledge."""
    return load_knowledge()


@pytest.fixture(scope="session")
def packs() -> tuple[Pack, ...]:
    """The shipped packs."""
    return packs_for([], examples=True)


@pytest.fixture(scope="session")
def auditing(knowledge: Knowledge, packs: tuple[Pack, ...]) -> Auditing:
    """Audit an inventory text: `auditing(text, by=…, who=…, on=…, packs=…, knowledge=…, profile=…)`."""

    def run(
        text: str,
        by: str | None = None,
        who: str | None = None,
        on: date = ON,
        profile: Profile = Profile.ORG,
        packs: tuple[Pack, ...] = packs,
        knowledge: Knowledge = knowledge,
        **given: object,
    ) -> Report:
        loaded = inventory_of(text, "inventory.yaml")
        asked = Given(on, on, Question(by, who), profile, inputs=loaded.inputs, **given)  # type: ignore[arg-type]
        return audit(loaded.inventory, knowledge, packs, asked)

    return run


@pytest.fixture(scope="session")
def rich() -> Inventory:
    """An inventory that uses every field."""
    return load_inventory([Path(__file__).parent / "rich.yaml"]).inventory


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real material, where there is one; tests that need it skip without it."""
    folder = os.environ.get("AUDITOR_SHARED")
    if not folder or not Path(folder).is_dir():
        pytest.skip("AUDITOR_SHARED is not set: the corpus is not here")
    return Path(folder)
