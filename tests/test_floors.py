"""The floors of the house: who may import whom, and what from outside comes in at which door."""

import ast
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from importlib.metadata import PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

import auditor

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = Path(auditor.__file__).parent
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]

# Rooms are folders or files of the package.
DOORS = {
    "yaml": {"documents"},
    "jsonschema_rs": {"loading"},
    "wcwidth": {"sinks"},
    "click": {"cli", "verbs"},
    "networkx": {"control", "reach", "causes", "views"},
    "requests": {"lists"},
    "textual": {"tui"},
    "highspy": {"plan"},
    "openpyxl": {"importers", "reporters"},
    "xlsxwriter": {"reporters"},
    "packageurl": {"importers"},
    "dns": {"importers"},
}


def imports() -> Iterator[tuple[str, str, str]]:
    """Room, file and the imported top module, also of imports inside functions."""
    for path in sorted(PACKAGE.rglob("*.py")):
        name = path.relative_to(PACKAGE)
        room = name.parts[0].removesuffix(".py")
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Import):
                yield from ((room, str(name), a.name) for a in node.names)
            elif isinstance(node, ast.ImportFrom) and node.level == 0 and node.module:
                yield room, str(name), node.module


IMPORTS = list(imports())


def test_the_floors_hold() -> None:
    done = subprocess.run(
        [Path(sys.executable).parent / "lint-imports", "--no-cache"],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert "0 broken" in done.stdout
    assert " kept, " in done.stdout


def test_what_comes_from_outside_comes_in_at_its_door() -> None:
    known = {*sys.stdlib_module_names, "auditor"}
    outside = [(room, name, module.partition(".")[0]) for room, name, module in IMPORTS]
    wrong = [i for i in outside if i[2] not in known and i[0] not in DOORS.get(i[2], set())]
    assert wrong == []
    assert {i[2] for i in outside} - known >= {"yaml", "jsonschema_rs", "wcwidth", "click"}


def test_jsonschema_is_for_tests_alone() -> None:
    assert [name for _, name, module in IMPORTS if module.partition(".")[0] == "jsonschema"] == []
    assert not [d for d in PROJECT["dependencies"] if canonicalize_name(Requirement(d).name) == "jsonschema"]


def test_no_import_is_hidden_in_a_relative_one() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            assert not (isinstance(node, ast.ImportFrom) and node.level), path


def test_nothing_runs_text_as_code() -> None:
    for path in PACKAGE.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call):
                assert ast.unparse(node.func) not in (
                    "eval", "exec", "compile", "__import__", "os.system", "os.popen", "pickle.load", "pickle.loads",
                    "marshal.loads", "yaml.load", "yaml.unsafe_load", "yaml.full_load", "shelve.open",
                ), f"{path.name}:{node.lineno}"  # fmt: skip


@pytest.mark.parametrize("room", ["model", "documents", "loading", "control", "resolve", "reach", "reporters"])
def test_rooms_of_the_core_open_no_connection(room: str) -> None:
    network = {
        "socket",
        "ssl",
        "http",
        "urllib",
        "ftplib",
        "smtplib",
        "asyncio",
        "xmlrpc",
        "socketserver",
        "subprocess",
    }
    used = {(name, module) for r, name, module in IMPORTS if r == room and module.partition(".")[0] in network}
    assert {m for m in used if m[1] != "urllib.parse"} == set()


def needed(names: list[str]) -> set[str]:
    """All distributions that are installed for these requirements, through others too."""
    found: set[str] = set()
    waiting = [Requirement(n) for n in names]
    while waiting:
        requirement = waiting.pop()
        name = canonicalize_name(requirement.name)
        extras = requirement.extras or {""}
        if name in found or (requirement.marker and not any(requirement.marker.evaluate({"extra": e}) for e in extras)):
            continue
        try:
            installed = distribution(name)
        except PackageNotFoundError:  # pragma: no cover - an environment that is not the project's
            pytest.fail(f"{name} is not installed")
        found.add(name)
        waiting += [
            r for text in installed.requires or () if (r := Requirement(text)).marker is None
            or r.marker.evaluate({"extra": ""})
        ]  # fmt: skip
    return found


def test_few_others_are_needed() -> None:
    found = needed(PROJECT["dependencies"])
    assert {"click", "pyyaml", "jsonschema-rs", "wcwidth"} <= found
    assert len(found) <= 15
    assert not found & {"jsonschema", "networkx", "requests", "textual"}


def test_what_is_imported_at_all_times_is_required() -> None:
    required = {canonicalize_name(Requirement(d).name) for d in PROJECT["dependencies"]}
    distributions = {"yaml": "pyyaml", "jsonschema_rs": "jsonschema-rs", "wcwidth": "wcwidth", "click": "click"}
    assert required == set(distributions.values())
