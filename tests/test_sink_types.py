"""Forgetting a sink is a type error: mypy is asked; and nobody but the sinks makes a safe type or prints."""

import ast
import re
from importlib import import_module
from pathlib import Path
from typing import get_type_hints

import pytest

import auditor
from auditor import sinks
from auditor.reporters import formats
from tests.conftest import ROOT

PACKAGE = Path(auditor.__file__).parent
SOURCES = {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text()) for p in sorted(PACKAGE.rglob("*.py"))}
FORGOTTEN = ROOT / "tests" / "typed" / "forgotten.py"

SAFE = frozenset(name for name, value in vars(sinks).items() if hasattr(value, "__supertype__"))
MAKERS = {"sinks.py": SAFE, "reporters/json.py": {"JsonText"}}
"""Where a safe type may be made. The JSON of a report is built from texts that have gone through their sink."""


def test_a_forgotten_sink_is_a_type_error(tmp_path: Path) -> None:
    api = pytest.importorskip("mypy.api")
    lines = FORGOTTEN.read_text().splitlines()
    wanted = {i for i, line in enumerate(lines, 1) if line.endswith("# forgotten")}
    assert len(wanted) > 40
    config = ["--config-file", str(ROOT / "pyproject.toml"), "--cache-dir", str(tmp_path / "cache")]
    said, failed, _ = api.run([*config, "--no-error-summary", "--follow-imports", "silent", str(FORGOTTEN)])
    assert failed == "", failed
    errors = [line for line in said.splitlines() if ": note: " not in line]
    found = [re.match(r".*forgotten\.py:(\d+): error: .*\[([a-z-]+)\]$", line) for line in errors]
    assert all(found), said
    assert {int(m[1]) for m in found if m} == wanted, said


def test_there_are_types_to_forget() -> None:
    assert {"TerminalText", "CiText", "CiProperty", "HtmlText", "CellText", "MarkupText", "MarkdownText"} <= SAFE
    assert {"SarifText", "SarifMarkdown", "JsonText", "LogLine", "LogText", "Output"} <= SAFE


def test_safe_types_are_made_by_their_sinks_alone() -> None:
    made = []
    for name, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call):
                called = ast.unparse(node.func).rpartition(".")[2]
                used = {n.id for a in node.args for n in ast.walk(a) if isinstance(n, ast.Name)}
                makes = {called} if called in SAFE else used & SAFE if called == "cast" else set()
                if makes - MAKERS.get(name, frozenset()):
                    made.append(f"{name}:{node.lineno}")
    assert made == []


def test_nothing_is_said_but_through_the_one_door() -> None:
    said = [
        f"{name}:{node.lineno}"
        for name, tree in SOURCES.items()
        if name != "verbs/_out.py"
        for node in ast.walk(tree)
        if isinstance(node, ast.Call)
        and (
            ast.unparse(node.func) in ("print", "click.echo", "click.secho", "echo")
            or re.search(r"std(out|err)(\.buffer)?\.write", ast.unparse(node.func))
        )
    ]
    assert said == []


@pytest.mark.parametrize("name", formats())
def test_every_reporter_hands_over_what_was_made_safe(name: str) -> None:
    module = import_module(f"auditor.reporters.{name.replace('-', '_')}")
    assert get_type_hints(module.render)["return"] is sinks.Output
