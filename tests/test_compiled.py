"""What is compiled: equal to its sources, forgotten when these change, never believed when somebody has changed it."""

import hashlib
import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor import __version__, compiled, messages
from auditor.errors import Exit, UnusableData, unusable
from auditor.loading import load_knowledge
from auditor.loading.compiled import from_compiled
from auditor.loading.knowledge import read_knowledge
from auditor.loading.scenarios import load_scenarios, read_scenarios
from auditor.loading.shipped import knowledge_folder, rules_folder, scenarios_folder
from auditor.verbs._compile import compile_to
from auditor.verbs._run import packs_for

ROOT = Path(__file__).resolve().parent.parent
RECORDS = ("knowledge", "packs", "scenarios")
SENTENCES = tuple(f"messages.{chosen}" for chosen in messages.LANGUAGES)


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The compiled files of the shipped sources."""
    folder = tmp_path_factory.mktemp("compiled")
    assert [p.stem for p in compile_to(folder)] == [*RECORDS, *SENTENCES]
    return folder


@pytest.fixture
def folder(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy of them, in place of the installed ones."""
    copy = Path(shutil.copytree(made, tmp_path / "compiled"))
    monkeypatch.setattr(compiled, "FOLDER", copy)
    forget()
    yield copy
    forget()


def forget() -> None:
    messages.catalogue.cache_clear()
    messages._compiled.cache_clear()


def test_compiled_and_read_are_equal(folder: Path) -> None:
    assert from_compiled("knowledge", __version__, knowledge_folder()) == read_knowledge()
    assert load_knowledge() == read_knowledge()
    assert from_compiled("packs", __version__, rules_folder()) == packs_for([])
    assert [p.pack for p in packs_for([])] == [p.pack for p in packs_for([], examples=True)]
    assert all(not r.examples for p in packs_for([]) for r in p.rules)
    assert all(r.examples for p in packs_for([], examples=True) for r in p.rules)
    assert from_compiled("scenarios", __version__, scenarios_folder()) == load_scenarios() == read_scenarios()
    for chosen in messages.LANGUAGES:
        assert messages._compiled(chosen)
        assert messages.catalogue(chosen) == messages.read_catalogue(chosen)


def test_no_path_of_the_machine_is_compiled_in(folder: Path) -> None:
    for path in folder.iterdir():
        assert str(ROOT).encode() not in path.read_bytes(), path.name


def test_without_the_files_the_sources_are_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "FOLDER", tmp_path)
    forget()
    assert from_compiled("knowledge", __version__, knowledge_folder()) is None
    assert load_knowledge().entities
    assert messages._compiled("en") is None
    assert messages.say("list.more", "en", names="A", n=1) == "A and 1 more"
    assert messages.damaged() is None


def test_changed_sources_or_another_version_make_it_stale(folder: Path, tmp_path: Path) -> None:
    rules = Path(shutil.copytree(rules_folder(), tmp_path / "rules"))
    assert from_compiled("packs", __version__, rules) is not None
    assert from_compiled("packs", __version__ + ".1", rules) is None
    changed = next(iter(sorted(rules.glob("*.yaml"))))
    changed.write_text(changed.read_text() + "# a comment\n")
    assert from_compiled("packs", __version__, rules) is None
    more = Path(shutil.copytree(rules_folder(), tmp_path / "more" / "rules"))
    (more / "one.yaml").touch()
    assert from_compiled("packs", __version__, more) is None


def test_changed_sentences_are_read_from_their_source(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = tmp_path / "en.toml"
    changed.write_text(messages.source_of("en").read_text() + '\n[new]\nsentence = "Written since."\n')
    monkeypatch.setattr(messages, "source_of", lambda chosen: tmp_path / f"{chosen}.toml")
    assert messages.say("new.sentence", "en") == "Written since."
    assert messages._compiled("en") is None


def refused(name: str) -> str:
    """Why a compiled file is not believed."""
    if name in SENTENCES:
        found = messages.damaged()
        assert found is not None
        assert found.path.stem == name
        assert messages.say("list.more", "en", names="A", n=1) == "A and 1 more"  # it can still be told
        return unusable(found).problems[0].message.partition(": ")[2]
    with pytest.raises(UnusableData) as caught:
        {"knowledge": load_knowledge, "packs": lambda: packs_for([]), "scenarios": load_scenarios}[name]()
    assert caught.value.exit_code is Exit.DATA
    (problem,) = caught.value.problems
    assert problem.code == "E-DATA-DAMAGED"
    assert Path(problem.origin.file).stem == name
    return problem.message.partition(": ")[2]


@pytest.mark.parametrize("name", [*RECORDS, *SENTENCES])
@pytest.mark.parametrize("place", [0, 0.25, 0.5, 0.999])
def test_a_changed_byte_is_noticed(folder: Path, name: str, place: float) -> None:
    file = folder / f"{name}.bin"
    head, _, body = file.read_bytes().partition(b"\n")
    at = int(len(body) * place)
    file.write_bytes(head + b"\n" + body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    assert refused(name) == "its body is not that of its manifest"


@pytest.mark.parametrize("name", [*RECORDS, *SENTENCES])
@pytest.mark.parametrize("text", [b"", b"not json\n", b"{}\n", b"[]\n", b"\xff\n"])
def test_a_file_without_a_manifest_is_not_believed(folder: Path, name: str, text: bytes) -> None:
    (folder / f"{name}.bin").write_bytes(text)
    assert refused(name) == "its manifest cannot be read"


class Evil:
    """Would run a command if it were unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("it ran",))


def function_of_the_model() -> bytes:
    """Names a function that the model has, and one that it only imports: neither is a record."""
    return b"cauditor.model.values\npercent\n(I491300\ntR."


def imported_by_the_model() -> bytes:
    return b"cauditor.model.record\nattrgetter\n(S'mro'\ntR."


@pytest.mark.parametrize("body", [pickle.dumps(Evil()), function_of_the_model(), imported_by_the_model(), b"."])
def test_records_that_are_no_records_run_nothing(folder: Path, body: bytes, capsys: pytest.CaptureFixture[str]) -> None:
    file = folder / "knowledge.bin"
    manifest = json.loads(file.read_bytes().partition(b"\n")[0])
    manifest["body"] = hashlib.sha256(body).hexdigest()
    file.write_bytes(json.dumps(manifest).encode() + b"\n" + body)
    assert refused("knowledge") == "its records cannot be read"
    assert capsys.readouterr().out == ""


@pytest.mark.parametrize("name", ["knowledge", "packs", *SENTENCES])
@pytest.mark.parametrize("language", messages.LANGUAGES)
def test_a_damaged_file_ends_a_run_with_exit_5(folder: Path, name: str, language: str) -> None:
    (folder / f"{name}.bin").write_bytes(b"{}\n")
    code = (
        "from pathlib import Path; from auditor import compiled; "
        f"compiled.FOLDER = Path({str(folder)!r}); from auditor.__main__ import main; main()"
    )
    call = [sys.executable, "-c", code, "audit", "inventories/auditor-self.yaml", "--lang", language]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (5, "")
    assert f"{name}.bin: E-DATA-DAMAGED: " in done.stderr
    assert "Traceback" not in done.stderr


def test_a_run_is_the_same_with_compiled_files_and_without(folder: Path) -> None:
    def run(where: Path) -> subprocess.CompletedProcess[bytes]:
        code = (
            "from pathlib import Path; from auditor import compiled; "
            f"compiled.FOLDER = Path({str(where)!r}); from auditor.__main__ import main; main()"
        )
        call = [
            sys.executable,
            "-c",
            code,
            "gate",
            "inventories/icc-2025.yaml",
            "-o",
            "json=-",
            "--as-of",
            "2026-11-23",
        ]
        return subprocess.run(call, cwd=ROOT, capture_output=True, check=False, timeout=120)

    compiled_, read = run(folder), run(folder / "nothing")
    assert (compiled_.returncode, compiled_.stdout, compiled_.stderr) == (read.returncode, read.stdout, read.stderr)
    assert len(read.stdout) > 10_000


def test_an_ordinary_gate_imports_neither_parser_nor_validator_nor_what_others_need(folder: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from auditor import compiled; "
        f"compiled.FOLDER = Path({str(folder)!r}); from auditor.cli import main\n"
        "try:\n    main()\n"
        "finally:\n    print('loaded:', *sorted(sys.modules), file=sys.stderr)"
    )
    call = [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {str(ROOT)!r}); {code}"]
    done = subprocess.run(
        [*call, "gate", "inventories/auditor-self.yaml"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    assert done.returncode in (Exit.PASSED, Exit.POLICY, Exit.INCOMPLETE), done.stderr
    loaded = set(done.stderr.partition("loaded:")[2].split())
    assert "auditor.reporters.text" in loaded
    others = {"yaml", "jsonschema_rs", "wcwidth", "tomllib", "difflib", "tempfile", "importlib.resources", "email"}
    assert not loaded & (others | {"auditor.documents.compose", "auditor.outage", "auditor.causes"})
