"""Rewrites the demo excerpt of README.md from the real output: `python -m tests.update_readme`. Which parts are shown
is chosen here, by how their first line reads; what stands between them becomes a line with `…`."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
README = ROOT / "README.md"
AS_OF = "2026-11-23"
BEGIN, END = "<!-- demo: begin -->", "<!-- demo: end -->"
SKIPPED = "…"


def demo_lines() -> list[str]:
    """What `auditor demo` prints in a checkout, on a fixed day, in English and without colour."""
    ran = run("demo", "--as-of", AS_OF)
    assert ran.returncode == 0, ran.stderr
    return ran.stdout.splitlines()


def run(*arguments: str) -> "subprocess.CompletedProcess[str]":
    """`auditor` in a process of its own, from the root of the checkout, whatever the environment says."""
    kept = {k: v for k, v in os.environ.items() if k not in ("AUDITOR_LANG", "FORCE_COLOR")}
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=ROOT,
        env=kept | {"PYTHONUTF8": "1"},
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
        timeout=120,
    )


def excerpt(readme: str) -> list[str]:
    """The lines of the excerpt, without the fence around them."""
    _, begun, rest = readme.partition(BEGIN)
    inside, ended, _ = rest.partition(END)
    assert begun and ended, "README.md has no demo excerpt between its markers"
    return [line for line in inside.strip().splitlines() if not line.startswith("```")]


def chosen(lines: list[str]) -> Iterator[str]:
    """The head, the finding on a person's own seats at Microsoft, the fork there, and the foot."""
    yield from _until_blank(lines, 0, blanks=2)
    yield SKIPPED
    seat = next(
        i for i, line in enumerate(lines) if " icc-designation/seat " in line and "Microsoft" in "".join(lines[i:][:5])
    )
    yield from _until_blank(lines, seat)
    yield SKIPPED
    fork = next(i for i, line in enumerate(lines) if line.startswith("The fork: ") and "Microsoft" in line)
    for line in _until_blank(lines, fork):
        if line.startswith("  seen "):
            break
        yield line
    yield SKIPPED
    yield from lines[next(i for i, line in enumerate(lines) if " judged, " in line and "evaluated" in line) :]


def _until_blank(lines: list[str], start: int, blanks: int = 1) -> Iterator[str]:
    for line in lines[start:]:
        blanks -= not line
        if not blanks:
            return
        yield line


def rewritten(readme: str, lines: list[str]) -> str:
    """The README with a new excerpt."""
    before, _, rest = readme.partition(BEGIN)
    _, _, after = rest.partition(END)
    return f"{before}{BEGIN}\n```text\n" + "\n".join(chosen(lines)) + f"\n```\n{END}{after}"


if __name__ == "__main__":
    README.write_text(rewritten(README.read_text(encoding="utf-8"), demo_lines()), encoding="utf-8")
