"""Where the files lie that come with the product: beside the package in a checkout, inside it in a wheel."""

from pathlib import Path

from auditor.errors import Problem, UnusableData
from auditor.messages import sentence
from auditor.model.values import Origin

_PACKAGE = Path(__file__).resolve().parent.parent


def knowledge_folder() -> Path:
    """The folder of the fact files."""
    return _PACKAGE / "knowledge"


def rules_folder() -> Path:
    """The folder of the rule packs."""
    return _shipped("rules")


def scenarios_folder() -> Path:
    """The folder of the scenarios, which lie beside the packs."""
    return rules_folder() / "scenarios"


def inventories_folder() -> Path:
    """The folder of the inventories that are shipped."""
    return _shipped("inventories")


def _shipped(name: str) -> Path:
    for folder in (_PACKAGE / "_data" / name, _PACKAGE.parent / name):
        if folder.is_dir():
            return folder
    raise UnusableData(
        Problem(
            Origin(name),
            "E-DATA-MISSING",
            sentence("E-DATA-MISSING.missing", name=name),
            sentence("E-DATA-MISSING.missing_hint"),
        )
    )
