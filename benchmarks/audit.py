"""Time and peak memory of an audit, stage by stage, and beside it in the same run of the naive way.

    python benchmarks/audit.py --sizes 1000 10000 100000 --repeat 5 -o results.md

Every figure comes from a fresh process. *Whole process* is the command as a user gives it; the stages come from a driver
that runs the verb with a clock between its rooms, and whose report must equal the command's byte for byte;
they are in processor time, which is what else runs on the machine hardly changes.
"""

import argparse
import json
import os
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path
from time import process_time
from typing import Any

HERE = Path(__file__).parent
DAY = "2026-11-23"
WHO = "self"
QUESTION = ("--profile", "all", "--who", WHO, "--as-of", DAY)
"""Somebody acts against the organisation itself: packs of all kinds are active, 52 rules when this was written."""


# -- the parent: it imports nothing of the product, so that its memory is not taken for its children's ---------------


def main() -> None:
    if sys.argv[1:2] == ["--stages"]:
        stages(Path(sys.argv[2]), Path(sys.argv[3]), [Path(p) for p in sys.argv[4:]])
        return
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sizes", type=int, nargs="+", default=[1000, 10_000])
    parser.add_argument("--repeat", type=int, default=5, help="runs of each variant")
    parser.add_argument("--skip-naive-over", type=int, default=10**9, metavar="N", help="dependencies")
    parser.add_argument("--once-over", type=int, default=10_000, metavar="N", help="above it each variant runs once")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("-o", "--output", type=Path)
    given = parser.parse_args()
    from measure import machine  # noqa: PLC0415

    parts = [f"{machine()}. Question `{' '.join(QUESTION)}`."]
    with tempfile.TemporaryDirectory() as folder:
        for size in given.sizes:
            parts.append(measured(size, Path(folder), given))
            sys.stderr.write(f"{size:,} dependencies: measured\n")
    text = "\n\n".join(parts) + "\n"
    sys.stdout.write(text)
    if given.output:
        given.output.write_text(text, encoding="utf-8")


def measured(size: int, folder: Path, given: argparse.Namespace) -> str:
    """The tables of one size."""
    from measure import interleaved, show, spawn, table  # noqa: PLC0415

    python = sys.executable
    log = folder / "log"
    source = folder / (f"{size}" if size > 15_000 else f"{size}.yaml")
    schema = folder / "schema.json"

    def must(command: Sequence[str], shown: Path = log) -> Any:
        run = spawn(command, shown)
        if run.code:
            sys.exit(f"{' '.join(command)} ended with {run.code}: {log.read_text(errors='replace')[-2000:]}")
        return run

    must([python, str(HERE / "generate.py"), str(size), "-o", str(source), "--seed", str(given.seed)])
    must([python, str(HERE / "naive.py"), "--write-schema", str(schema)])
    ours, driven = folder / "ours.json", folder / "driven.json"
    out, times = folder / "out.json", folder / "times.json"
    told: dict[str, list[list[tuple[str, float, int]]]] = {}

    def timed(name: str, *command: str) -> Any:
        run = must([python, *command])
        told.setdefault(name, []).append(json.loads(times.read_text()))
        return run

    naive = [str(HERE / "naive.py"), "--schema", str(schema), "--stages", str(times), "-o", str(out), str(source)]
    variants = {
        "auditor": lambda: must([python, "-m", "auditor", "audit", *QUESTION, "-o", "json=-", str(source)], ours),
        "stages": lambda: timed("stages", str(HERE / "audit.py"), "--stages", str(times), str(driven), str(source)),
        "naive": lambda: timed("naive", *naive),
        "naive, CSafeLoader": lambda: timed("naive, CSafeLoader", "-X", "utf8", *naive, "--c"),
    }
    repeats = dict.fromkeys(variants, 1 if size > given.once_over else given.repeat)
    if size > given.skip_naive_over:
        repeats |= {"naive": 0, "naive, CSafeLoader": 0}
    if size <= given.once_over:
        variants["auditor"]()  # its modules are compiled, the file is in the cache
    found = interleaved(variants, repeats)

    same = "equal" if ours.read_bytes() == driven.read_bytes() else "**NOT equal: the driver has to follow the verb**"
    own = found["auditor"]
    rows = []
    for name, series in found.items():
        if name != "stages":
            rows.append(
                [
                    name,
                    show(series.seconds),
                    series.spread,
                    show(series.cpu),
                    f"{series.megabytes:.0f} MB",
                    f"{series.seconds / own.seconds:.1f}",
                    f"{series.cpu / own.cpu:.1f}",
                    f"{series.megabytes / own.megabytes:.1f}",
                ]
            )
    bytes_read = sum(f.stat().st_size for f in ([source] if source.is_file() else source.iterdir()))
    head = f"## {size:,} dependencies, {bytes_read / 1e6:.1f} MB of YAML"
    ratio = ""
    if "naive" in found:
        share = own.megabytes / found["naive"].megabytes
        plain, with_c = found["naive"].cpu / own.cpu, found["naive, CSafeLoader"].cpu / own.cpu
        ratio = (
            f"Naive takes **{plain:.1f} times** our processor time ({with_c:.1f} times with CSafeLoader); "
            f"we take {share:.0%} of its memory."
        )
    head_of = ("whole process", "median", "spread", "processor", "peak memory", "× time", "× processor", "× memory")
    first = table(head_of, rows)
    shown = [head, ratio, first, f"Reports of the driver and of the command: {same}."]
    for name, several in told.items():
        shown.append(_stages(name, several, found[name], table, show))
    return "\n\n".join(s for s in shown if s)


def _stages(name: str, several: Any, series: Any, table: Any, show: Any) -> str:
    """Median processor time of each stage, its part of the whole, and the peak of memory when it ended."""
    rows = []
    total = 0.0
    for i, (stage, *_) in enumerate(several[0]):
        among = sorted(run[i][1] for run in several)
        peaks = sorted(run[i][2] for run in several)
        seconds, peak = among[len(among) // 2], peaks[len(peaks) // 2]
        total += seconds
        rows.append([stage, show(seconds), f"{seconds / series.cpu:.0%}", f"{peak / 1024:.0f} MB"])
    rest = max(series.cpu - total, 0.0)
    rows.append(["end of the process", show(rest), f"{rest / series.cpu:.0%}", f"{series.megabytes:.0f} MB"])
    return table([name if name != "stages" else "stages of auditor", "processor", "part", "peak so far"], rows)


# -- the child -----------------------------------------------------------------------------------------------------


def stages(times: Path, output: Path, files: Sequence[Path]) -> None:  # noqa: PLR0915 - one stage after the other
    """What `auditor audit` does, with a look at the clock after each stage."""
    import resource  # noqa: PLC0415

    taken: list[tuple[str, float, int]] = []
    at = 0.0  # the interpreter's own start belongs to the imports

    def stage(name: str) -> None:
        nonlocal at
        now = process_time()
        taken.append((name, now - at, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
        at = now

    def clocked(room: Any, name: str, label: str) -> None:
        """Lets the clock look each time a function of a room is done; what came before it counts with it."""
        done = getattr(room, name)

        def timed(*args: Any, **named: Any) -> Any:
            answer = done(*args, **named)
            stage(label)
            return answer

        setattr(room, name, timed)

    os.environ.setdefault("AUDITOR_LANG", "en")
    # ruff: noqa: PLC0415
    from datetime import date

    import auditor.audit as product
    from auditor.model.vocabulary import Profile
    from auditor.reporters import Style, rendered, reporter
    from auditor.triage import exit_code
    from auditor.verbs import _run as verb

    as_sarif = reporter("sarif")
    reporter("json")
    stage("imports")
    for name, label in (("load_knowledge", "knowledge"), ("packs_for", "packs"), ("scenarios_for", "packs")):
        clocked(verb, name, label)
    for name in ("load_inventory", "link"):
        clocked(verb, name, "read inventory")
    for name, label in (("resolve", "resolve"), ("ownership_graph", "control"), ("find_reaches", "reach")):
        clocked(product, name, label)
    for name, label in (("evaluate", "evaluate"), ("nodes_named", "statement"), ("triage", "triage")):
        clocked(product, name, label)
    day = date.fromisoformat(DAY)
    call = verb.Call(tuple(map(str, files)), who=WHO, profile=Profile.ALL, as_of=day)
    report = verb.make_report(call)
    exit_code(report, report.ledger)
    stage("triage")
    with output.open("wb") as file:
        file.writelines(rendered("json", report, Style()))
    stage("render JSON")
    as_sarif.render(report, Style())
    stage("render SARIF")
    if report.ledger.rules_evaluated < 40:
        sys.exit(f"only {report.ledger.rules_evaluated} rules were active")
    together: dict[str, tuple[str, float, int]] = {}
    for label, seconds, memory in taken:
        together[label] = (label, seconds + together.get(label, ("", 0.0, 0))[1], memory)
    times.write_text(json.dumps([*together.values()]), encoding="utf-8")


if __name__ == "__main__":
    main()
