"""Time and peak memory of an audit, stage by stage, and beside it in the same run of the naive way.

    python benchmarks/audit.py --sizes 1000 10000 100000 --repeat 5 -o results.md

Every figure comes from a fresh process. *Whole process* is the command as a user gives it; the stages come from a driver
that calls the same functions as the verb, one after the other, and whose report must equal the command's byte for byte;
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

    os.environ.setdefault("AUDITOR_LANG", "en")
    # ruff: noqa: PLC0415
    from datetime import date

    from auditor import __version__
    from auditor.audit import Given, _lists, _over_whole
    from auditor.control import overfull, ownership_graph
    from auditor.evaluate import evaluate
    from auditor.loading import link, load_decisions, load_inventory, load_knowledge
    from auditor.model.listings import Listings
    from auditor.model.report import About, Ledger, Question, Report
    from auditor.model.vocabulary import Profile
    from auditor.predicates import Facts
    from auditor.reach import designation, find_reaches, forks
    from auditor.reporters import Style, rendered, reporter
    from auditor.resolve import resolve
    from auditor.statement import assess, cases, confirm, laws, nodes_named
    from auditor.triage import exit_code, triage
    from auditor.verbs._run import _note, packs_for

    as_sarif = reporter("sarif")
    reporter("json")
    stage("imports")
    day = date.fromisoformat(DAY)
    knowledge = load_knowledge(())
    stage("knowledge")
    packs = packs_for(())
    decisions = load_decisions([], day)
    stage("packs")
    loaded = load_inventory(files)
    inventory = loaded.inventory
    if link(inventory, knowledge):
        sys.exit("the inventory does not fit the knowledge")
    stage("read inventory")
    question = Question(None, WHO)
    notes = tuple(_note(n) for n in loaded.notes)
    given = Given(day, day, question, Profile.ALL, decisions=decisions, inputs=loaded.inputs, notes=notes)
    resolution = resolve(inventory, knowledge, day)
    stage("resolve")
    graph = ownership_graph(inventory, knowledge, day)
    stage("control")
    asked = designation(question, inventory, knowledge, day)
    reaches = find_reaches(inventory, knowledge, resolution, graph, asked, day)
    stage("reach")
    facts = Facts(inventory, knowledge, resolution, reaches, asked.target.node if asked.target else None, day)
    judged = evaluate(packs, facts, given.profile, question)
    stage("evaluate")
    forked = forks(reaches, resolution.nodes, knowledge.precedents)
    assessments = assess(resolution, graph, facts.functions_of)
    known = sum(a.judged for a in assessments)
    named_laws = {*(r.regime for r in reaches), *(i for f in judged.findings for i in f.laws)}
    named_cases = {*(i for f in judged.findings for i in f.precedents), *(i for f in forked for i in f.precedents)}
    o = inventory.organization
    report = Report(
        about=About(
            organization=o.id,
            name=o.name,
            version=__version__,
            question=question,
            as_of=day,
            on=day,
            profile=given.profile,
            kinds=tuple(str(k) for k in o.kind),
            seat=o.seat,
            inputs=given.inputs,
            knowledge=knowledge.digest,
            knowledge_date=knowledge.retrieved,
            records=knowledge.counts,
            overlays=knowledge.overlays,
        ),
        assessments=assessments,
        unresolved=tuple(u for _, s in sorted(resolution.supplies.items()) for u in s.unresolved),
        reaches=reaches,
        forks=forked,
        findings=judged.findings,
        to_confirm=confirm(reaches, assessments, resolution.nodes),
        packs=judged.packs,
        nodes=nodes_named(resolution.nodes, reaches, judged.findings, forked, assessments),
        laws=laws(knowledge, named_laws, day),
        precedents=cases(knowledge, named_cases),
        notes=(
            *given.notes,
            *_lists(judged, Listings()),
            *(_over_whole(node, total) for node, total in overfull(graph)),
        ),
        ledger=Ledger(
            inputs_given=len(given.inputs),
            inputs_read=len(given.inputs),
            dependencies=len(inventory.dependencies),
            judged=known,
            unknown=len(assessments) - known,
            rules_loaded=judged.rules_loaded,
            rules_evaluated=judged.rules_evaluated,
        ),
    )
    stage("statement")
    report = triage(report, given.decisions, given.policy, day)
    exit_code(report, report.ledger)
    stage("triage")
    with output.open("wb") as file:
        file.writelines(rendered("json", report, Style()))
    stage("render JSON")
    as_sarif.render(report, Style())
    stage("render SARIF")
    if judged.rules_evaluated < 40:
        sys.exit(f"only {judged.rules_evaluated} rules were active")
    times.write_text(json.dumps(taken), encoding="utf-8")


if __name__ == "__main__":
    main()
