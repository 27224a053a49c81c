"""The compiled facts and packs: equal to their sources, forgotten when these change, never believed when changed."""

import json
import pickle
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from auditor.errors import Exit, UnusableData
from auditor.loading import compiled, load_knowledge
from auditor.loading.knowledge import read_knowledge
from auditor.loading.shipped import shipped_folders
from auditor.verbs._compile import compile_to
from auditor.verbs._run import packs_for


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A compiled file of the shipped sources, in place of the installed one."""
    path = tmp_path / "compiled.bin"
    compile_to(path)
    monkeypatch.setattr(compiled, "compiled_file", lambda: path)
    return path


def test_compiled_and_read_are_equal(file: Path) -> None:
    assert compiled.from_compiled("0.1.0", shipped_folders(), lambda r: r["knowledge"]) == read_knowledge()
    assert [p.pack for p in packs_for([])] == [p.pack for p in packs_for([], examples=True)]
    assert all(not r.examples for p in packs_for([]) for r in p.rules)
    assert all(r.examples for p in packs_for([], examples=True) for r in p.rules)


def test_no_path_of_the_machine_is_compiled_in(file: Path) -> None:
    assert str(Path(__file__).resolve().parent.parent).encode() not in file.read_bytes()


def test_without_the_file_the_yaml_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compiled, "compiled_file", lambda: None)
    assert compiled.from_compiled("0.1.0", shipped_folders(), lambda r: r) is None
    assert load_knowledge().entities


def test_changed_sources_or_another_version_make_it_stale(file: Path, tmp_path: Path) -> None:
    knowledge, rules = (Path(shutil.copytree(f, tmp_path / f.name)) for f in shipped_folders())
    assert compiled.from_compiled("0.1.0", (knowledge, rules), lambda r: r) is not None
    assert compiled.from_compiled("0.1.1", (knowledge, rules), lambda r: r) is None
    changed = next(iter(sorted(rules.glob("*.yaml"))))
    changed.write_text(changed.read_text() + "# a comment\n")
    assert compiled.from_compiled("0.1.0", (knowledge, rules), lambda r: r) is None


def refused(path: Path) -> str:
    """Why a compiled file is not believed."""
    with pytest.raises(UnusableData) as caught:
        load_knowledge()
    assert caught.value.exit_code is Exit.DATA
    (problem,) = caught.value.problems
    assert (problem.code, problem.origin.file) == ("E-DATA-DAMAGED", str(path))
    return problem.message.partition(": ")[2]


@pytest.mark.parametrize("place", [0, 0.25, 0.5, 0.999])
def test_a_changed_byte_is_noticed(file: Path, place: float) -> None:
    head, _, body = file.read_bytes().partition(b"\n")
    at = int(len(body) * place)
    file.write_bytes(head + b"\n" + body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :])
    assert refused(file) == "its records are not those of its manifest"


@pytest.mark.parametrize("text", [b"", b"not json\n", b"{}\n", b"[]\n"])
def test_a_file_without_a_manifest_is_not_believed(file: Path, text: bytes) -> None:
    file.write_bytes(text)
    assert refused(file) == "its manifest cannot be read"


class Evil:
    """Would run a command if it were unpickled."""

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return (print, ("it ran",))


def test_records_that_are_no_records_run_nothing(file: Path, capsys: pytest.CaptureFixture[str]) -> None:
    body = pickle.dumps(Evil())
    manifest = json.loads(file.read_bytes().partition(b"\n")[0])
    manifest["records"] = compiled.hashlib.sha256(body).hexdigest()
    file.write_bytes(json.dumps(manifest).encode() + b"\n" + body)
    assert refused(file) == "its records cannot be read"
    assert capsys.readouterr().out == ""


def test_a_damaged_file_ends_a_run_with_exit_5(file: Path) -> None:
    file.write_bytes(b"{}\n")
    code = (
        "import sys; from pathlib import Path; from auditor.loading import compiled; "
        f"compiled.compiled_file = lambda: Path({str(file)!r}); from auditor.cli import main; main()"
    )
    call = [sys.executable, "-c", code, "audit", "inventories/auditor-self.yaml"]
    done = subprocess.run(call, capture_output=True, text=True, check=False, timeout=60)
    assert (done.returncode, done.stdout) == (5, "")
    assert "E-DATA-DAMAGED" in done.stderr
