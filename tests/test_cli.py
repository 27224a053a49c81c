"""The command line from outside: exit codes, streams, files; nothing ends in 0 that did not pass."""

import contextlib
import json
import os
import pty
import socket
import stat
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from auditor import __version__, cli
from auditor.errors import Exit, WrongCall
from auditor.loading import knowledge as knowledge_room
from auditor.plugins import names_in
from auditor.verbs import _run
from auditor.verbs._run import write_file

ROOT = Path(__file__).resolve().parent.parent
RICH = Path(__file__).parent / "rich.yaml"
VERBS = names_in(ROOT / "auditor" / "verbs")
HEAD = "auditor: inventory/1\norganization: {id: o, name: O, seat: NL}\n"
KNOWN = HEAD + "dependencies: [{id: m, product: microsoft-exchange-online}]\n"
QUIET = (
    HEAD + "parties: [{id: p, name: Post BV, country: NL}]\ndependencies: [{id: m, provider: p, delivery: people}]\n"
)
UNKNOWN = HEAD + "dependencies: [{id: m, provider: Zzyzx}, {id: n}]\n"
CRITICAL = KNOWN + "functions: [{id: f, criticality: critical, needs: [m]}]\n"
Done = subprocess.CompletedProcess[bytes]
Calling = Callable[..., Done]
ESC = b"\x1b"


def environment(given: Mapping[str, str] | None = None) -> dict[str, str]:
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "HOME", "PYTHONPATH")}
    return kept | {"COLUMNS": "80"} | dict(given or {})


@pytest.fixture
def call(tmp_path: Path) -> Calling:
    """`auditor` in a process and a folder of its own, with a few files there."""
    for name, text in (("known", KNOWN), ("quiet", QUIET), ("unknown", UNKNOWN), ("critical", CRITICAL), ("empty", "")):
        (tmp_path / f"{name}.yaml").write_text(text)
    (tmp_path / "nothing").mkdir()
    (tmp_path / "headonly.yaml").write_text(HEAD)
    (tmp_path / "broken.yaml").write_text("auditor: pack/1\npack: [\n")
    (tmp_path / "rules-of-none.yaml").write_text(
        "auditor: pack/1\npack: p\ntitle: {en: T, ko: T}\nprofiles: [all]\nrules: []\n"
    )

    def run(*arguments: str, env: Mapping[str, str] | None = None, **given: Any) -> Done:
        given.setdefault("stdout", subprocess.PIPE)
        given.setdefault("stderr", subprocess.PIPE)
        return subprocess.run(
            [sys.executable, "-m", "auditor", *arguments],
            cwd=tmp_path, env=environment(env), check=False, timeout=60, **given,
        )  # fmt: skip

    return run


# -- exit codes -----------------------------------------------------------------------------------------------------

CALLS: dict[str, tuple[list[str], int, str]] = {
    "an audit": (["audit", "known.yaml"], 0, ""),
    "an audit with findings": (["audit", "critical.yaml"], 0, ""),
    "an audit with some unknown": (["audit", "known.yaml", "people.yaml"], 3, "people.yaml: E-FILE-MISSING: no such file"),
    "a gate that fails": (["gate", "critical.yaml"], 1, ""),
    "a gate that passes": (["gate", "quiet.yaml"], 0, ""),
    "a gate at another severity": (["gate", "critical.yaml", "--fail-on", "critical"], 0, ""),
    "a missing path": (["audit", "gone.yaml"], 3, "gone.yaml: E-FILE-MISSING: no such file"),
    "a missing path of a gate": (["gate", "known.yaml", "gone.yaml"], 3, "gone.yaml: E-FILE-MISSING: no such file"),
    "an empty file": (["audit", "empty.yaml"], 3, "empty.yaml:1:1: E-EMPTY: "),
    "a folder without yaml": (["audit", "nothing"], 3, "nothing: E-EMPTY: no .yaml file in this folder"),
    "no dependencies": (["audit", "headonly.yaml"], 3, "headonly.yaml:1:1: E-NO-DEPENDENCIES: "),
    "a path that no system has": (["audit", "x" * 300], 3, "E-FILE-READ: "),
    "all unknown, audit": (["audit", "unknown.yaml"], 4, ""),
    "all unknown, gate": (["gate", "unknown.yaml"], 4, ""),
    "all unknown, tolerated": (["gate", "unknown.yaml", "--tolerate-unknown", "2"], 4, ""),
    "no files": (["audit"], 2, "E-NO-FILES: no files were named"),
    "no files of a gate": (["gate"], 2, "E-NO-FILES: no files were named"),
    "no files to check": (["check"], 2, "E-NO-FILES: no files were named"),
    "unknown format": (["audit", "known.yaml", "-f", "docx"], 2, "E-OUTPUT: there is no format `docx`\nhint: known formats: "),
    "unknown format of an output": (["audit", "known.yaml", "-o", "docx=a"], 2, "E-OUTPUT: there is no format `docx`"),
    "an output without a file": (["audit", "known.yaml", "-o", "json"], 2, "E-OUTPUT: `json` is not FORMAT=FILE"),
    "an output to nowhere": (["audit", "known.yaml", "-o", "json="], 2, "E-OUTPUT: `json=` is not FORMAT=FILE"),
    "two outputs on stdout": (["audit", "known.yaml", "-o", "json=-", "-o", "text=-"], 2, "E-OUTPUT: two outputs ask for standard output"),
    "two outputs on stdout, one by -f": (["audit", "known.yaml", "-f", "json", "-o", "text=-"], 2, "E-OUTPUT: two outputs"),
    "two outputs to one file": (["audit", "known.yaml", "-o", "json=a", "-o", "text=./a"], 2, "E-OUTPUT: two outputs ask for the file"),
    "an output over an input": (["audit", "known.yaml", "-o", "json=./known.yaml"], 2, "E-OUTPUT: an output would overwrite"),
    "an output into a folder": (["audit", "known.yaml", "-o", "json=nothing"], 2, "nothing: E-WRITE: is not a regular file"),
    "an output below a file": (["audit", "known.yaml", "-o", "json=known.yaml/a"], 2, "known.yaml/a: E-WRITE: "),
    "an output over a device": (["audit", "known.yaml", "-o", "json=/dev/null"], 2, "/dev/null: E-WRITE: is not a regular file"),
    "unknown --by": (["audit", "known.yaml", "--by", "USA"], 2, "E-QUESTION: --by USA: no such state or regime is known\nhint: did you mean `US`?"),
    "unknown --who": (["audit", "known.yaml", "--who", "person:anna"], 2, "E-QUESTION: --who person:anna: `anna` is not known"),
    "unknown supplier": (["audit", "known.yaml", "--who", "supplier:microsfot"], 2, "hint: did you mean `microsoft`?"),
    "unknown form of --who": (["audit", "known.yaml", "--who", "myself"], 2, "E-QUESTION: --who myself: not a form of target"),
    "worse without a base": (["gate", "known.yaml", "--fail-on", "worse"], 2, "E-NO-BASE: "),
    "unknown severity": (["gate", "known.yaml", "--fail-on", "none"], 2, "'none' is not one of"),
    "unknowns below zero": (["gate", "known.yaml", "--tolerate-unknown", "-1"], 2, "-1"),
    "a day that is none": (["audit", "known.yaml", "--as-of", "2026-02-30"], 2, "'2026-02-30' is not a date"),
    "unknown profile": (["audit", "known.yaml", "--profile", "mine"], 2, "'mine' is not one of"),
    "unknown language": (["audit", "known.yaml", "--lang", "de"], 2, "'de' is not one of"),
    "unknown option": (["audit", "known.yaml", "--force"], 2, "--force"),
    "unknown verb": (["adit"], 2, "adit"),
    "no verb": ([], 2, "Usage: auditor"),
    "a broken pack": (["audit", "known.yaml", "--rules", "broken.yaml"], 2, "broken.yaml:"),
    "a pack without rules": (["audit", "known.yaml", "--rules", "rules-of-none.yaml"], 2, "E-EMPTY: the pack `p` has no rules"),
    "no pack": (["audit", "known.yaml", "--rules", "gone.yaml"], 2, "gone.yaml: E-FILE-MISSING: no such file"),
    "an inventory as a pack": (["audit", "known.yaml", "--rules", "known.yaml"], 2, "known.yaml:1:10: E-HEADER: "),
    "broken decisions": (["gate", "known.yaml", "--decisions", "broken.yaml"], 2, "broken.yaml:"),
    "an inventory as decisions": (["gate", "known.yaml", "--decisions", "known.yaml"], 2, "known.yaml:1:10: E-HEADER: "),
    "a broken overlay": (["audit", "known.yaml", "--knowledge", "broken.yaml"], 2, "broken.yaml:"),
    "pack and inventory wrong": (["audit", "gone.yaml", "--rules", "broken.yaml"], 2, "broken.yaml:"),
    "check": (["check", "known.yaml"], 0, ""),
    "check of a wrong file": (["check", "known.yaml", "headonly.yaml"], 3, "headonly.yaml:"),
    "check of a wrong pack": (["check", "rules-of-none.yaml"], 2, "E-EMPTY: the pack `p` has no rules"),
    "check of both": (["check", "rules-of-none.yaml", "gone.yaml"], 2, "gone.yaml: E-FILE-MISSING: no such file"),
    "check of nothing": (["check", "nothing"], 3, "nothing: E-EMPTY: no .yaml file in this folder"),
    "explain": (["explain", "microsoft"], 0, ""),
    "explain what is not known": (["explain", "microsfot"], 2, "E-NOT-KNOWN: "),
    "schema": (["schema", "inventory"], 0, ""),
    "schema of what is not known": (["schema", "everything"], 2, "'everything' is not one of"),
    "version": (["--version"], 0, ""),
    "help": (["--help"], 0, ""),
}  # fmt: skip


@pytest.mark.parametrize("case", CALLS)
def test_exit_codes(
    case: str, call: Calling, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    arguments, code, said = CALLS[case]
    monkeypatch.chdir(tmp_path)
    assert main(monkeypatch, *arguments) == code
    out, err = capsys.readouterr()
    assert said in err
    assert "Traceback" not in err
    if (
        code in (2, 3)
        and "check" not in arguments
        and not said.startswith(("nothing: E-WRITE", "known.yaml/a", "/dev/"))
    ):
        assert out == ""  # nothing but results on standard output


def main(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int:
    """`auditor` in this process."""
    monkeypatch.setattr(sys, "argv", ["auditor", *arguments])
    with pytest.raises(SystemExit) as ended:
        cli.main()
    assert type(ended.value.code) is int or isinstance(ended.value.code, Exit)
    return int(ended.value.code)


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["audit", "known.yaml"], 0),
        (["gate", "critical.yaml"], 1),
        (["audit", "known.yaml", "--by", "USA"], 2),
        (["audit", "empty.yaml"], 3),
        (["gate", "unknown.yaml"], 4),
    ],
)
def test_exit_codes_of_the_process(call: Calling, arguments: list[str], code: int) -> None:
    done = call(*arguments)
    assert done.returncode == code
    assert bool(done.stdout) == (code in (0, 1, 4))
    assert bool(done.stderr) == (code in (2, 3))


@pytest.mark.parametrize("shown", ["text", "json"])
def test_the_format_does_not_change_the_code(
    call: Calling, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, shown: str, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    for name, code in (("critical", 1), ("unknown", 4), ("quiet", 0), ("gone", 3)):
        assert main(monkeypatch, "gate", f"{name}.yaml", "-f", shown, "-o", f"json={name}.out") == code


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(monkeypatch, verb, "-h") == 0
    out, err = capsys.readouterr()
    assert out.startswith(f"Usage: auditor {verb}")
    assert err == ""
    assert max(map(len, out.splitlines())) <= 80


def test_damaged_shipped_facts(
    call: Calling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    facts = tmp_path / "facts"
    facts.mkdir()
    (facts / "a.yaml").write_text("auditor: knowledge/1\nentities: [{id: a, name: A}]\n")
    monkeypatch.setattr(knowledge_room, "knowledge_folder", lambda: facts)
    monkeypatch.chdir(tmp_path)
    for arguments in (
        ["audit", "known.yaml"],
        ["gate", "known.yaml"],
        ["check", "known.yaml"],
        ["explain", "microsoft"],
    ):
        assert main(monkeypatch, *arguments) == 5
        assert "E-NO-SOURCE" in capsys.readouterr().err
    (facts / "a.yaml").unlink()
    assert main(monkeypatch, "audit", "known.yaml") == 5


# -- what nobody expected -------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "error", [ValueError("x"), RecursionError(), MemoryError(), KeyError("k"), SystemExit(0), SystemExit(3), OSError(28, "full"),
              AssertionError(), StopIteration(), UnicodeError()], ids=repr
)  # fmt: skip
def test_an_error_that_nobody_expected_is_70(
    error: BaseException,
    call: Calling,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def fail(*_: object) -> None:
        raise error

    monkeypatch.setattr(_run, "audit", fail)
    monkeypatch.chdir(tmp_path)
    for verb in ("audit", "gate"):
        assert main(monkeypatch, verb, "known.yaml") == 70
        out, err = capsys.readouterr()
        assert out == ""
        assert err.startswith(f"internal error: {type(error).__name__}")
        assert "Traceback" not in err
    if isinstance(error, ValueError):
        assert main(monkeypatch, "--debug", "audit", "known.yaml") == 70
        assert "Traceback" in capsys.readouterr().err


def test_an_interrupt_is_70(
    call: Calling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def interrupt(*_: object) -> None:
        raise KeyboardInterrupt

    monkeypatch.setattr(_run, "audit", interrupt)
    monkeypatch.chdir(tmp_path)
    assert main(monkeypatch, "audit", "known.yaml") == 70
    assert capsys.readouterr().err.strip() == "interrupted"


@pytest.mark.parametrize("answer", [None, False, True, "0", 0.0, []])
def test_a_verb_without_an_exit_code_is_a_defect(
    answer: object, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from auditor.verbs import schema

    monkeypatch.setattr(schema.command, "callback", lambda **_: answer)
    assert main(monkeypatch, "schema", "inventory") == 70
    assert "no exit code" in capsys.readouterr().err


def test_an_output_that_is_lost_is_70(call: Calling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(
        _run,
        "finish",
        lambda report, wanted, call: int(
            _run.exit_code(report, report.ledger.__class__(1, 1, 1, 1, 0, 1, 1, 0, 0, 2, 1))
        ),
    )
    assert main(monkeypatch, "audit", "known.yaml") == 70


# -- streams --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "arguments", [["audit", "known.yaml"], ["schema", "inventory"], ["--help"], ["audit", "-h"], ["--version"]]
)
def test_a_closed_pipe_ends_quietly_and_not_in_0(call: Calling, arguments: list[str]) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    done = call(*arguments, stdout=writer)
    os.close(writer)
    assert done.returncode == Exit.INCOMPLETE
    assert done.stderr == b""


def test_a_closed_pipe_of_errors_keeps_the_code(call: Calling) -> None:
    for arguments, code in (
        (["audit", "gone.yaml"], 3),
        (["adit"], 2),
        (["gate", "known.yaml", "--fail-on", "worse"], 2),
    ):
        reader, writer = os.pipe()
        os.close(reader)
        assert call(*arguments, stderr=writer).returncode == code
        os.close(writer)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="no /dev/full")
def test_a_full_disk_is_not_0(call: Calling) -> None:
    with Path("/dev/full").open("wb") as full:
        for arguments in (["audit", "known.yaml"], ["schema", "inventory"], ["check", "known.yaml"], ["--version"]):
            assert call(*arguments, stdout=full).returncode in (4, 70)


def test_closed_standard_output(call: Calling) -> None:
    for arguments in (["audit", "known.yaml"], ["schema", "inventory"], ["--version"]):
        done = call(*arguments, stdout=None, preexec_fn=lambda: os.close(1))
        assert done.returncode == 2
        assert done.stderr == b"standard output is closed\n"


def test_only_results_on_standard_output(call: Calling, tmp_path: Path) -> None:
    done = call("audit", "known.yaml", "-o", "json=-")
    assert json.loads(done.stdout)["auditor"] == "report/1"
    assert done.stderr == b""
    done = call("audit", "known.yaml", "-o", "json=a.json", "-o", "text=sub/deep/a.txt")
    assert done.returncode == 0
    assert done.stdout.startswith(b"O, NL\n")
    assert done.stderr == b"written: a.json\nwritten: sub/deep/a.txt\n"
    assert json.loads((tmp_path / "a.json").read_bytes()) == json.loads(
        call("audit", "known.yaml", "-f", "json").stdout
    )
    assert (tmp_path / "sub" / "deep" / "a.txt").read_bytes() == done.stdout
    assert call("audit", "known.yaml", "-o", "text=-").stdout == done.stdout


def test_demo_speaks_of_what_is_next_on_standard_error(call: Calling) -> None:
    done = call("demo", "--as-of", "2026-11-23", "-f", "json")
    assert done.returncode == 0
    assert json.loads(done.stdout)["about"]["question"] == {"by": "US", "who": "person:prosecutor"}
    assert b"Three things to try next" in done.stderr


def test_user_text_reaches_no_terminal_raw(call: Calling, tmp_path: Path) -> None:
    nasty = '"\\e]0;owned\\a\\x9b2J\\r::stop\\u202e"'
    (tmp_path / "n.yaml").write_text(
        HEAD.replace("name: O", f"name: {nasty}") + f"dependencies: [{{id: m, provider: {nasty}, product: {nasty}}}]\n"
    )
    (tmp_path / "w.yaml").write_text(HEAD + f'dependencies: [{{id: m, delivery: {nasty}, {nasty[:-1]}x": y}}]\n')
    for arguments in (["audit", "n.yaml"], ["audit", "w.yaml"], ["check", "n.yaml", "w.yaml"],
                      ["audit", "n.yaml", "--by", "\x1b[2J"], ["\x1b[2J"], ["audit", "\x1b[2J\r.yaml"],
                      ["explain", "\x1b[2J"], ["audit", "known.yaml", "-o", "\x1b[2J"]):  # fmt: skip
        done = call(*arguments)
        for out in (done.stdout, done.stderr):
            assert not set(out.decode()) & {chr(c) for c in (*range(10), *range(11, 32), *range(127, 160), 0x202E)}
            assert not [line for line in out.decode().splitlines() if line.startswith("::")]


# -- colour ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flags", "env", "coloured"),
    [
        ([], {}, False),
        ([], {"FORCE_COLOR": "1"}, True),
        ([], {"FORCE_COLOR": ""}, False),
        ([], {"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        (["--color", "always"], {"NO_COLOR": "1"}, True),
        (["--color", "never"], {"FORCE_COLOR": "1"}, False),
        (["--color", "auto"], {}, False),
    ],
)  # fmt: skip
def test_colour(call: Calling, flags: list[str], env: dict[str, str], coloured: bool) -> None:
    done = call("audit", "critical.yaml", *flags, env=env)
    assert (ESC in done.stdout) is coloured
    assert b"critical" in done.stdout or b"high" in done.stdout  # the severity reads without colour


@pytest.mark.parametrize(
    ("env", "coloured"),
    [({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)],
)
def test_colour_on_a_terminal(call: Calling, env: dict[str, str], coloured: bool) -> None:
    ours, theirs = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "auditor", "audit", str(RICH)],
        stdout=theirs,
        stderr=subprocess.PIPE,
        env=environment(env),
    )
    os.close(theirs)
    shown = b""
    try:
        while part := os.read(ours, 65536):
            shown += part
    except OSError:
        pass  # Linux says so when the other side has ended
    process.communicate()
    os.close(ours)
    assert process.returncode == 0
    assert (ESC in shown) is coloured


def test_colour_stays_out_of_files_and_data(call: Calling, tmp_path: Path) -> None:
    done = call("audit", "critical.yaml", "--color", "always", "-o", "text=a.txt", "-o", "json=a.json")
    assert ESC in done.stdout
    assert ESC not in (tmp_path / "a.txt").read_bytes()
    assert ESC not in call("audit", "critical.yaml", "--color", "always", "-f", "json").stdout


def test_any_locale_will_do(call: Calling) -> None:
    korean = ["explain", "microsoft-exchange-online", "--lang", "ko"]
    plain = call(*korean)
    assert plain.returncode == 0
    for env in ({"LC_ALL": "C"}, {"LC_ALL": "tr_TR.UTF-8"}):
        assert call(*korean, env=env).stdout == plain.stdout
    for env in ({"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"PYTHONIOENCODING": "ascii"}):
        assert call(*korean, env=env).returncode == 0


# -- files ----------------------------------------------------------------------------------------------------------


def test_a_file_is_written_whole_or_not_at_all(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    target = tmp_path / "sub" / "report.json"
    write_file(target, b"first")
    assert target.read_bytes() == b"first"

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WrongCall) as caught:
        write_file(target, b"second")
    assert [p.message for p in caught.value.problems] == ["No space left on device"]
    assert target.read_bytes() == b"first"
    assert [p.name for p in target.parent.iterdir()] == ["report.json"]  # nothing half lies about


def test_a_file_is_there_only_when_it_is_complete(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []
    monkeypatch.setattr(os, "fsync", lambda _: seen.append((tmp_path / "a").exists()))
    write_file(tmp_path / "a", b"x")
    assert seen == [False]


@pytest.mark.parametrize(("mask", "mode"), [(0o022, 0o644), (0o077, 0o600), (0o002, 0o664)])
def test_the_users_mask_decides_who_may_read(tmp_path: Path, mask: int, mode: int) -> None:
    before = os.umask(mask)
    try:
        write_file(tmp_path / "a", b"x")
        assert os.umask(mask) == mask
    finally:
        os.umask(before)
    assert stat.S_IMODE((tmp_path / "a").stat().st_mode) == mode


def test_no_device_is_replaced(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for path in (tmp_path / "pipe", tmp_path, Path("/dev/null")):
        with pytest.raises(WrongCall):
            write_file(path, b"x")
    assert stat.S_ISFIFO((tmp_path / "pipe").stat().st_mode)
    assert [p.name for p in tmp_path.iterdir()] == ["pipe"]


# -- check ----------------------------------------------------------------------------------------------------------


def test_check_says_what_each_file_is(call: Calling, tmp_path: Path) -> None:
    (tmp_path / "d.yaml").write_text("auditor: decisions/1\n")
    done = call("check", "known.yaml", "d.yaml")
    assert done.stdout.decode().splitlines() == ["known.yaml: inventory/1, valid", "d.yaml: decisions/1, valid"]
    assert (done.returncode, done.stderr) == (0, b"")


def test_check_of_several_inventories(call: Calling, tmp_path: Path) -> None:
    people = "auditor: inventory/1\npeople: [{id: p}]\n"
    for name, text in (("one/a", KNOWN), ("one/more/p", people), ("two/a", KNOWN), ("two/b", KNOWN)):
        (tmp_path / f"{name}.yaml").parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / f"{name}.yaml").write_text(text)
    done = call("check", "one", "two")
    assert (done.returncode, done.stderr) == (0, b"")
    assert len(done.stdout.splitlines()) == 4
    (tmp_path / "two" / "p.yaml").write_text(people)  # whose people?
    done = call("check", "one", "two")
    assert done.returncode == 3
    assert done.stderr.startswith(b"two/p.yaml:1:1: E-NO-ORGANIZATION")
    assert call("audit", "two").returncode == 3


# -- what it loads and opens ----------------------------------------------------------------------------------------

HEAVY = ("yaml", "jsonschema", "jsonschema_rs", "networkx", "requests", "textual", "highspy", "openpyxl")


@pytest.mark.parametrize("arguments", [["--version"], ["--help"], []])
def test_nothing_heavy_is_loaded_to_say_what_it_is(arguments: list[str]) -> None:
    code = (
        "import sys; from auditor.cli import main\n"
        f"sys.argv = ['auditor', *{arguments!r}]\n"
        "try:\n    main()\n"
        "except SystemExit as e:\n    code = e.code\n"
        "print('loaded:', *sorted(sys.modules), file=sys.stderr)\nsys.exit(code)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment(), check=False)
    assert done.returncode == (0 if arguments else 2)
    loaded = set(done.stderr.decode().partition("loaded:")[2].split())
    assert "auditor.cli" in loaded
    assert not loaded & {*HEAVY, "auditor.loading", "auditor.documents"}
    assert not [m for m in loaded if m.startswith("auditor.verbs.") and not m.startswith("auditor.verbs._")]
    if arguments == ["--version"]:
        assert done.stdout.decode() == f"auditor {__version__}\n"
    if arguments == ["--help"]:
        assert all(f"  {verb} " in done.stdout.decode() for verb in VERBS)


@pytest.mark.parametrize("measured", [False, True])
def test_a_run_ends_at_once_unless_somebody_measures_it(measured: bool) -> None:
    code = (
        "import atexit, sys; atexit.register(print, 'at the end')\n"
        f"{'sys.setprofile(lambda *_: None)' if measured else ''}\n"
        "sys.argv = ['auditor', '--version']\n"
        "from auditor.__main__ import main; main()"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, env=environment(), check=False)
    said = f"auditor {__version__}\n" + ("at the end\n" if measured else "")
    assert (done.returncode, done.stdout.decode(), done.stderr) == (0, said, b"")


def test_an_audit_loads_only_what_it_needs(call: Calling, tmp_path: Path) -> None:
    code = (
        "import sys; from auditor.cli import main\n"
        "sys.argv = ['auditor', 'audit', 'known.yaml']\n"
        "try:\n    main()\n"
        "except SystemExit as e:\n    assert e.code == 0\n"
        "print('loaded:', *sorted(sys.modules), file=sys.stderr)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, env=environment(), cwd=tmp_path, check=True
    )
    loaded = set(done.stderr.decode().partition("loaded:")[2].split())
    assert not loaded & {"jsonschema", "networkx", "requests", "textual", "highspy", "openpyxl"}


def test_no_socket_is_opened(
    call: Calling, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket was opened")

    for name in ("socket", "create_connection", "getaddrinfo"):
        monkeypatch.setattr(socket, name, refuse)
    monkeypatch.chdir(tmp_path)
    for arguments in (["audit", str(RICH), "--by", "US", "--who", "self", "-o", "json=a.json"], ["gate", "known.yaml"],
                      ["check", "known.yaml", "--knowledge"], ["explain", "microsoft"], ["schema", "report"], ["demo"]):  # fmt: skip
        assert main(monkeypatch, *arguments) in (0, 1)
        assert "socket" not in capsys.readouterr().err


def test_on_a_terminal_the_line_is_drawn_with_a_caret(tmp_path: Path) -> None:
    file = tmp_path / "bad.yaml"
    file.write_text("auditor: inventory/1\norganization: {id: x, name: X}\ndependencies:\n  - {id: a, delivry: saas}\n")
    leader, follower = os.openpty()
    call = [sys.executable, "-m", "auditor", "audit", str(file)]
    with subprocess.Popen(call, stdout=subprocess.DEVNULL, stderr=follower) as run:
        os.close(follower)
        said = b""
        with contextlib.suppress(OSError):  # the far end of a closed pseudo-terminal is an error on some systems
            while piece := os.read(leader, 4096):
                said += piece
    os.close(leader)
    assert run.returncode == 3
    lines = said.decode().replace("\r\n", "\n").splitlines()
    at = next(i for i, line in enumerate(lines) if line.endswith("- {id: a, delivry: saas}"))
    assert lines[at + 1].index("^") == lines[at].index("delivry")
    assert lines[at - 1] == "hint: did you mean `delivery`?"
