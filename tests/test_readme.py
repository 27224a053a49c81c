"""README.md, CHANGELOG.md, the documents beside them and the examples say what is true."""

import os
import re
import tomllib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from types import ModuleType

import pytest
import yaml
from click.testing import CliRunner

from auditor.cli import auditor
from auditor.errors import Exit
from auditor.examples import try_examples
from auditor.loading import inventory_of, load_knowledge
from auditor.messages import LANGUAGES, catalogue
from auditor.model.rules import Pack
from auditor.model.vocabulary import Basis, Bin, SubjectKind
from auditor.plugins import names_in
from auditor.predicates import HOLDS, PREDICATES, Subject, making
from auditor.reporters import Style, formats
from auditor.verbs._run import packs_for
from tests.conftest import ON, ROOT, Auditing
from tests.update_readme import AS_OF, README, SKIPPED, chosen, demo_lines, excerpt, run

DOCS = ROOT / "docs"
OVERLAY = ROOT / "examples" / "overlay"
OWN_PACK = ROOT / "examples" / "own-pack.yaml"
WRITTEN = (README, ROOT / "CHANGELOG.md", DOCS / "model.md", DOCS / "extending.md")
UPDATE = "run: python -m tests.update_readme"


@pytest.fixture(scope="module")
def readme() -> str:
    return README.read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def demo() -> list[str]:
    return demo_lines()


def rows(text: str) -> Iterator[list[str]]:
    """The cells of each row of each table."""
    for line in text.splitlines():
        if line.startswith("|") and not line.startswith("|---"):
            yield [cell.strip() for cell in line.strip("|").split("|")]


def between(text: str, name: str) -> str:
    return text.partition(f"<!-- {name}: begin -->")[2].partition(f"<!-- {name}: end -->")[0]


def block(text: str, name: str) -> str:
    """The Python example of this name in a document."""
    return text.partition(f"```python {name}\n")[2].partition("```")[0]


# -- the demo ------------------------------------------------------------------------------------------------------


def test_demo_excerpt_stands_in_the_output_in_this_order(readme: str, demo: list[str]) -> None:
    left = iter(demo)
    shown = [line for line in excerpt(readme) if line != SKIPPED]
    assert len(shown) > 30
    for line in shown:
        assert line in left, f"not printed (any more) at this place: {line!r}; {UPDATE}"


def test_demo_excerpt_is_what_the_script_chooses(readme: str, demo: list[str]) -> None:
    assert excerpt(readme) == list(chosen(demo)), UPDATE


def test_demo_excerpt_has_a_chain_with_an_unverified_step_and_both_sides_of_the_fork(readme: str) -> None:
    text = "\n".join(excerpt(readme))
    for shown in ("owned 100 % by", "[unverified]", "\n  law ", "\n  keep ", "\n  separate ", "not legal advice"):
        assert shown in text


# -- tables --------------------------------------------------------------------------------------------------------


def test_gate_table_names_every_inventory_with_its_exit_code(readme: str) -> None:
    said = {cells[0].strip("`"): int(cells[1]) for cells in rows(between(readme, "gate")) if cells[0] != "file"}
    there = {
        p.relative_to(ROOT).as_posix()
        for folder in ("inventories", "examples")
        for p in (ROOT / folder).rglob("*.yaml")
        if is_inventory(p)
    }
    assert set(said) == there
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ran = dict(zip(said, pool.map(lambda file: run("gate", file, "--as-of", AS_OF).returncode, said), strict=True))
    assert ran == said


def is_inventory(path: Path) -> bool:
    data = yaml.safe_load(path.read_text(encoding="utf-8"))
    return data["auditor"] == "inventory/1" and "organization" in data


def test_verbs_table_names_every_verb(readme: str) -> None:
    said = {m[1] for cells in rows(readme) if (m := re.match(r"`auditor ([a-z-]+)", cells[0]))}
    assert said == set(names_in(ROOT / "auditor" / "verbs"))


def test_exit_codes_table_names_every_code(readme: str) -> None:
    said = {int(cells[0]) for cells in rows(readme) if cells[0].isdigit()}
    assert said == {int(code) for code in Exit}


def test_formats_are_all_named(readme: str) -> None:
    named = readme.partition("Formats: ")[2].partition("The same input")[0]
    assert set(re.findall(r"`([a-z-]+)`", named)) == set(formats())


@pytest.mark.parametrize("document", WRITTEN, ids=lambda p: p.name)
def test_every_verb_and_flag_in_a_command_exists(document: Path) -> None:
    text = document.read_text(encoding="utf-8")
    commands = {verb: auditor.get_command(None, verb) for verb in names_in(ROOT / "auditor" / "verbs")}  # type: ignore[arg-type]
    for line in re.findall(r"^(?:uvx --from \. )?(auditor [^#\n]*)", text, re.MULTILINE):
        verb, *words = line.split()[1:]
        command = commands[verb]
        assert command is not None
        known = {option for p in command.params for option in p.opts}
        assert {w for w in words if w.startswith("-")} <= known, line
        assert all((ROOT / w).exists() for w in words if w.startswith(("examples/", "inventories/"))), line


def test_inventory_in_the_readme_is_complete(readme: str, auditing: Auditing) -> None:
    report = auditing(readme.partition("```yaml\n")[2].partition("```")[0])
    assert report.ledger.dependencies == report.ledger.judged == 1


# -- documents -----------------------------------------------------------------------------------------------------


def test_model_is_two_pages() -> None:
    assert len((DOCS / "model.md").read_text(encoding="utf-8").split()) <= 1_100


def test_model_explains_every_basis() -> None:
    said = {cells[0].replace(" ", "_") for cells in rows((DOCS / "model.md").read_text(encoding="utf-8"))}
    assert {str(b) for b in Basis} == said - {"basis"}


@pytest.mark.parametrize("document", WRITTEN, ids=lambda p: p.name)
def test_links_lead_to_files(document: Path) -> None:
    for target in re.findall(r"\]\(([^)]+)\)", document.read_text(encoding="utf-8")):
        if not target.startswith("https://"):
            assert (document.parent / target.partition("#")[0]).exists(), f"{document.name}: {target}"


def test_changelog_gives_a_reason_for_every_library_that_is_installed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    for wanted in project["dependencies"]:
        assert re.search(rf"^- `{re.match(r'[a-zA-Z0-9-]+', wanted)[0]}`: .", said, re.MULTILINE), wanted  # type: ignore[index]
    for wanted in project["optional-dependencies"]["dev"]:
        assert f"`{re.match(r'[a-zA-Z0-9-]+', wanted)[0]}`" in said, wanted  # type: ignore[index]


# -- the worked examples -------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def house() -> Pack:
    return next(p for p in packs_for([str(OWN_PACK)]) if p.pack == "house")


def test_own_pack_has_one_rule_whose_examples_pass(house: Pack) -> None:
    trials = list(try_examples(house, load_knowledge(), ON))
    assert [(t.passed, t.found) for t in trials] == [(True, ("house/rehearsed",)), (True, ())]


def test_own_pack_finds_something_in_the_minimal_inventory(house: Pack, auditing: Auditing) -> None:
    report = auditing((ROOT / "examples" / "minimal.yaml").read_text(encoding="utf-8"), packs=(house,))
    assert [(f.rule, f.cause) for f in report.findings] == [("house/rehearsed", "dependency:exchange")]


def test_overlay_lets_two_of_five_be_judged(auditing: Auditing) -> None:
    text = (ROOT / "examples" / "unknown.yaml").read_text(encoding="utf-8")
    assert auditing(text).ledger.judged == 0
    report = auditing(text, knowledge=load_knowledge([OVERLAY]))
    assert (report.ledger.judged, report.ledger.unknown) == (2, 3)
    assert report.about.overlays == (str(OVERLAY),)


def test_overlay_owner_stands_at_the_end_of_a_chain(auditing: Auditing) -> None:
    text = (ROOT / "examples" / "unknown.yaml").read_text(encoding="utf-8")
    report = auditing(text, by="US", who="self", knowledge=load_knowledge([OVERLAY]))
    found = {(r.parent, report.laws[r.regime].authority) for r in report.reaches}
    assert ("entity:cumulus-nine-inc", "US") in found


def test_own_terms_are_a_basis_when_asked_for(auditing: Auditing) -> None:
    text = (ROOT / "examples" / "unknown.yaml").read_text(encoding="utf-8")
    report = auditing(text, by="cumulus-nine-terms", who="self", knowledge=load_knowledge([OVERLAY]))
    assert {(r.basis, r.regime, r.subjects) for r in report.reaches} == {
        (Basis.CONTRACT, "cumulus-nine-terms", ("dependency:cluster",))
    }


def test_overlay_replaces_whole_records(tmp_path: Path) -> None:
    shipped = load_knowledge()
    record = "auditor: knowledge/1\nentities:\n  - {id: hetzner, name: Other, sources: [{title: t, retrieved: 2026-01-01, status: press}]}\n"
    (tmp_path / "x.yaml").write_text(record, encoding="utf-8")
    over = load_knowledge([tmp_path])
    assert shipped.entities["hetzner"].incorporated_in is not None
    assert (over.entities["hetzner"].name, over.entities["hetzner"].incorporated_in) == ("Other", None)


@pytest.fixture(scope="module")
def extending() -> str:
    return (DOCS / "extending.md").read_text(encoding="utf-8")


def test_commands_in_the_documents_end_as_they_say(extending: str) -> None:
    commands = [(m[1].split(), m[2]) for m in re.finditer(r"^auditor ([^#\n]*)(.*)$", extending, re.MULTILINE)]
    assert len(commands) > 5
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        ended = pool.map(lambda command: run(*command[0]), commands)
    for (words, comment), ran in zip(commands, ended, strict=True):
        said = re.search(r"exit (\d+)", comment)
        assert ran.returncode == (int(said[1]) if said else 0), (words, ran.stderr)


def test_excerpts_of_examples_in_the_documents_stand_in_the_examples(extending: str) -> None:
    examples = "".join(p.read_text(encoding="utf-8") for p in (OVERLAY / "own-facts.yaml", OWN_PACK))
    for shown in re.findall(r"```yaml\n(.*?)```", extending, re.DOTALL):
        left = iter(examples.splitlines())
        for line in shown.splitlines():
            assert any(line == real.partition("   #")[0].rstrip() for real in left), line


def test_predicate_in_the_documents_works(extending: str) -> None:
    here = dict(vars(making))
    try:
        exec(block(extending, "predicate"), here)  # our own document
        asked = PREDICATES["bundled"]
    finally:
        PREDICATES.pop("bundled", None)
    assert asked.subjects == (SubjectKind.DEPENDENCY,)
    assert asked.description == "It is part of a bundle, so that it cannot be given up alone."
    inventory = inventory_of(
        "auditor: inventory/1\norganization: {id: o, name: O}\n"
        "dependencies: [{id: a, product: x, part_of: b}, {id: b, product: y}]\n",
        "x.yaml",
    ).inventory
    answers = [asked.ask(None, Subject(SubjectKind.DEPENDENCY, d.id, d), {}) for d in inventory.dependencies]  # type: ignore[arg-type]
    assert answers == [HOLDS, None]


def test_reporter_in_the_documents_works(extending: str, auditing: Auditing) -> None:
    module = ModuleType("tsv")
    exec(block(extending, "reporter"), vars(module))  # our own document
    report = auditing((ROOT / "examples" / "unknown.yaml").read_text(encoding="utf-8"))
    lines = module.render(report, Style()).decode().splitlines()
    assert len(lines) == len(report.in_bin(Bin.OPEN)) > 0
    assert all(len(line.split("\t")) == 3 for line in lines)


def test_verb_in_the_documents_works(extending: str) -> None:
    module = ModuleType("count")
    exec(block(extending, "verb"), vars(module))  # our own document
    ran = CliRunner().invoke(module.command, [str(ROOT / "examples" / "minimal.yaml")], standalone_mode=False)
    assert (ran.return_value, ran.output) == (0, "6\n")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_verb_has_its_sentence(language: str) -> None:
    assert {f"verb.{v}" for v in names_in(ROOT / "auditor" / "verbs")} <= set(catalogue(language))
