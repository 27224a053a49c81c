"""`auditor gate` on 50 dependencies as a whole process, beside other checkers of a build on inputs as small as can be.

    python benchmarks/gate.py --checkov PATH --custodian PATH --repeat 11 -o results.md

Others are not installed by this script: checkov (it scans one Terraform file with one resource) and c7n (it validates one
policy with one filter) are found on PATH or named; what is absent is skipped with a sentence. Their work differs from
ours, so this compares what a build waits for, not the engines.
"""

import argparse
import shutil
import sys
import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from measure import Run, interleaved, machine, show, spawn, table

HERE = Path(__file__).parent
TERRAFORM = 'resource "aws_s3_bucket" "one" {\n  bucket = "one"\n}\n'
POLICY = "policies:\n  - name: one\n    resource: aws.s3\n    filters:\n      - type: value\n        key: Name\n        value: one\n"
ENDS = {"checkov": (0, 1), "custodian": (0,), "auditor": (0, 1, 4)}
"""Exit codes of a completed run: findings are no failure of the measurement."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkov", help="the program; from PATH if left out")
    parser.add_argument("--custodian", help="the program; from PATH if left out")
    parser.add_argument("--size", type=int, default=50, help="dependencies")
    parser.add_argument("--repeat", type=int, default=11)
    parser.add_argument("--inventory", type=Path, help="an inventory of your own instead of a made-up one")
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        text = compared(Path(folder), given)
    sys.stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")


def compared(folder: Path, given: argparse.Namespace) -> str:
    """The table, and a sentence for each tool that is not there."""
    source = given.inventory or folder / "inventory.yaml"
    log = folder / "log"
    if not given.inventory:
        made = [sys.executable, str(HERE / "generate.py"), str(given.size), "-o", str(source)]
        if spawn(made, log).code:
            sys.exit(log.read_text(errors="replace"))
    terraform = folder / "terraform" / "main.tf"
    terraform.parent.mkdir()
    terraform.write_text(TERRAFORM)
    policy = folder / "policy.yml"
    policy.write_text(POLICY)

    def run(tool: str, *command: str) -> Callable[[], Run]:
        def once() -> Run:
            done = spawn(command, log)
            if done.code not in ENDS[tool]:
                sys.exit(f"{' '.join(command)} ended with {done.code}: {log.read_text(errors='replace')[-2000:]}")
            return done

        return once

    # the package that is installed, not one in the folder from which this is run
    auditor = (sys.executable, "-P", "-m", "auditor")
    variants = {
        f"auditor gate, {given.size} dependencies": run("auditor", *auditor, "gate", str(source)),
        "auditor gate, the same as SARIF": run("auditor", *auditor, "gate", "-o", "sarif=-", str(source)),
        "auditor --version": run("auditor", *auditor, "--version"),
        "python -c pass": run("auditor", sys.executable, "-c", "pass"),
    }
    missing = []
    others: Sequence[tuple[str, str | None, str, Sequence[str]]] = (
        (
            "checkov",
            given.checkov,
            "checkov, one Terraform file",
            ("-f", str(terraform), "--framework", "terraform", "--compact", "--quiet"),
        ),
        ("custodian", given.custodian, "c7n, validation of one policy", ("validate", str(policy))),
    )
    for tool, named, title, arguments in others:
        found = shutil.which(named or tool)
        if found is None:
            missing.append(
                f"{tool} is not installed: not compared. Install it into an environment of its own and name it with --{tool}."
            )
        else:
            variants[title] = run(tool, found, *arguments)
    for once in variants.values():
        once()  # compiled modules, file cache
    series = interleaved(variants, dict.fromkeys(variants, given.repeat))
    own = next(iter(series.values()))
    rows = [
        [
            name,
            show(s.seconds),
            s.spread,
            show(s.cpu),
            f"{s.megabytes:.0f} MB",
            f"{s.seconds / own.seconds:.2f}",
            f"{s.cpu / own.cpu:.2f}",
            f"{s.megabytes / own.megabytes:.2f}",
        ]
        for name, s in series.items()
    ]
    head = ["whole process", "median", "spread", "processor", "peak memory", "× time", "× processor", "× memory"]
    return "\n\n".join([f"{machine()}.", table(head, rows), *missing]) + "\n"


if __name__ == "__main__":
    main()
