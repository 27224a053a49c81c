"""Runs of the command: within this process, fast, and as a process of its own, with its time and memory."""

import io
import json
import re
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import pytest

from auditor import cli
from auditor.model.knowledge import Knowledge
from auditor.verbs import _run

SLOW = 5.0
"""Seconds of computing; two are promised on a machine of today."""
HANGS = 60.0
"""Seconds of waiting, on a machine however busy."""
MEMORY = 256
"""MiB."""

CONTROL = re.compile(
    "[\\x00-\\x09\\x0b-\\x1f\\x7f-\\x9f\u00ad\u061c\u200b\u200c\u200e\u200f\u2028-\u202e\u2060-\u206f\u3164\ufeff\uffa0"
    "\ud800-\udfff\U000e0000-\U000e0fff]"
)
"""What hides, moves or reorders text on a terminal; the end of a line is ours."""
COMMAND = re.compile(r"^\s*::|##(?=\[|[A-Za-z])", re.MULTILINE)
"""What a CI log takes for a command."""
PROBLEM = re.compile(r"(?:(?P<file>.+?):(?P<line>\d+):(?P<column>\d+): |(?P<whole>.+?): )?(?P<code>[EWN]-[A-Z-]+): .+")
BESIDE = ("hint: ", "also: ", "    ", "… ", "written: ")


@dataclass(frozen=True, slots=True)
class Ran:
    """How a run ended."""

    code: int
    out: str
    err: str
    seconds: float = 0.0
    mebibytes: float = 0.0

    @property
    def problems(self) -> list[re.Match[str]]:
        """The first lines of the problems on standard error; fails on a line that is neither that nor beside one."""
        found = []
        for line in self.err.splitlines():
            assert len(line) <= 500, line
            if not line.startswith(BESIDE):
                match = PROBLEM.fullmatch(line)
                assert match, line
                found.append(match)
        return found

    @property
    def codes(self) -> list[str]:
        """The codes of the problems."""
        return [match["code"] for match in self.problems]


Within = Callable[..., Ran]


def within(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> Within:
    """A function that runs the command here; the shipped knowledge is read once only."""
    load = _run.load_knowledge
    monkeypatch.setattr(_run, "load_knowledge", lambda overlays=(): load(overlays) if overlays else knowledge)

    def run(*arguments: str | Path) -> Ran:
        out, err = (io.TextIOWrapper(io.BytesIO(), "utf-8") for _ in range(2))
        with monkeypatch.context() as patch:
            patch.setattr(sys, "argv", ["auditor", *map(str, arguments)])
            patch.setattr(sys, "stdout", out)
            patch.setattr(sys, "stderr", err)
            with pytest.raises(SystemExit) as left:
                cli.main()
        texts = []
        for stream in (out, err):
            stream.flush()
            texts.append(stream.buffer.getvalue().decode())  # type: ignore[attr-defined]
        return Ran(int(left.value.code or 0), *texts)

    return run


_LAUNCHER = """
import json, os, subprocess, sys, time
out, err, limit, *command = sys.argv[1:]
started = time.monotonic()
with open(out, "wb") as o, open(err, "wb") as e:
    child = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=o, stderr=e)
while True:
    pid, status, usage = os.wait4(child.pid, os.WNOHANG)
    if pid:
        break
    if time.monotonic() - started > float(limit):
        child.kill()
    time.sleep(0.005)
print(json.dumps([os.waitstatus_to_exitcode(status), usage.ru_utime + usage.ru_stime, usage.ru_maxrss / 1024]))
"""


def apart(folder: Path, *arguments: str | bytes | Path, limit: float = HANGS) -> Ran:
    """Run the command as a process; a small launcher counts its memory, to which ours would be added otherwise."""
    out, err = folder / "stdout", folder / "stderr"
    command: Sequence[str | bytes | Path] = (sys.executable, "-m", "auditor", *arguments)
    launched = subprocess.run(
        [sys.executable, "-I", "-S", "-c", _LAUNCHER, out, err, str(limit), *command],
        capture_output=True,
        check=True,
        timeout=limit + 10,
    )
    code, seconds, mebibytes = json.loads(launched.stdout)
    return Ran(code, out.read_bytes().decode(), err.read_bytes().decode(), seconds, mebibytes)


def proper(ran: Ran) -> None:
    """What holds for every run, whatever it was given."""
    for text in (ran.out, ran.err):
        assert not CONTROL.search(text), CONTROL.search(text)
        assert not COMMAND.search(text), COMMAND.search(text)
        assert "Traceback" not in text
    assert ran.code in range(6), ran.err
    assert ran.seconds < SLOW
    assert ran.mebibytes < MEMORY
