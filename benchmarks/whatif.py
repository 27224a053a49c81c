"""What-if at scale: scenarios over a large inventory stage by stage, and many outages at once beside networkx.

    python benchmarks/whatif.py scenarios inventory/        # every shipped scenario, and those for 12 people
    python benchmarks/whatif.py sweep 1000 10000 100000     # 1,024 outages of providers on plain needs

Processor time and the peak of memory so far. One run each, in a process of its own: run it several times.
"""

import argparse
import gc
import random
import resource
from datetime import date
from pathlib import Path
from time import process_time

DAY = date(2026, 11, 23)
SWEPT = 1024
"""Outages worked out at once."""
SAMPLE = 24
"""Outages that networkx works out, to be multiplied; all would take hours at the largest size."""


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("what", choices=["scenarios", "sweep"])
    parser.add_argument("of", nargs="+")
    given = parser.parse_args()
    gc.disable()  # as the command does
    if given.what == "scenarios":
        scenarios([Path(p) for p in given.of])
    else:
        for size in given.of:
            sweep(int(size))


class Stages:
    """Tells what each stage took."""

    def __init__(self) -> None:
        self.started = process_time()

    def __call__(self, name: str) -> None:
        now = process_time()
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
        print(f"{name:<46} {now - self.started:8.2f} s   peak so far {peak:7.0f} MB", flush=True)
        self.started = process_time()


def scenarios(paths: list[Path]) -> None:
    from auditor.causes import causes_of, potential
    from auditor.control import ownership_graph
    from auditor.loading import load_inventory, load_knowledge, load_scenarios
    from auditor.outage import World, suppose
    from auditor.resolve import resolve

    stage = Stages()
    knowledge = load_knowledge()
    known = load_scenarios()
    stage("imports, knowledge, scenarios")
    inventory = load_inventory(paths).inventory
    stage(f"read {len(inventory.dependencies):,} dependencies, {len(inventory.functions):,} functions")
    resolution = resolve(inventory, knowledge, DAY)
    stage("resolve")
    world = World(inventory, knowledge, resolution, ownership_graph(inventory, knowledge, DAY), DAY)
    stage(f"needs: {len(world.needs.names):,} nodes, {world.needs.edges:,} edges")
    runs = [run for s in known for run in world.runs(s)[:4]]
    told = []
    for run in runs:
        outage = suppose(world, run)
        told.append(outage.tally)
        stage(f"  {run.id[:34]} ({len(outage.cuts):,} cuts)")
    print(f"{len(runs)} scenarios; functions that stop: {[t.stop for t in told]}")
    reaches = potential(world)
    stage("reaches with nobody designated")
    causes = causes_of(world, reaches)
    sets = sum(len(c.sets) for c in causes.cuts)
    stage(f"causes: {sets:,} cut sets, {len(causes.common):,} common causes")


def plain(size: int) -> tuple[list[tuple[int, int]], list[list[int]]]:
    """Needs as pairs (who needs, what), about six per thing and none in circles; and for each outage what it cuts."""
    chance = random.Random(size)
    edges = []
    for node in range(1, size):
        low = max(0, node - 400)
        for _ in range(chance.randrange(1, 11)):
            hub = chance.random() < 0.1
            edges.append((node, chance.randrange(min(50, node)) if hub else chance.randrange(low, node)))
    cut = [[chance.randrange(size) for _ in range(3)] for _ in range(SWEPT)]
    return sorted(set(edges)), cut


def sweep(size: int) -> None:
    import networkx

    from auditor.outage.cascade import together
    from auditor.outage.needs import Buffer, NeedGraph

    edges, cut = plain(size)
    graph = NeedGraph()
    for node in range(size):
        graph.node(str(node))
    for node, needed in edges:
        graph.require(node, [(needed, Buffer())])
    started = process_time()
    own: dict[int, int] = {}
    for i, nodes in enumerate(cut):
        for node in nodes:
            own[node] = own.get(node, 0) | 1 << i
    masks = together(graph, own)
    ours = process_time() - started
    walked = networkx.DiGraph((needed, node) for node, needed in edges)
    walked.add_nodes_from(range(size))
    started = process_time()
    failed = []
    for nodes in cut[:SAMPLE]:
        seen = set(nodes)
        waiting = list(nodes)
        while waiting:
            for user in walked.adj[waiting.pop()]:
                if user not in seen:
                    seen.add(user)
                    waiting.append(user)
        failed.append(seen)
    theirs = (process_time() - started) * SWEPT / SAMPLE
    for i, seen in enumerate(failed):
        assert seen == {n for n in range(size) if masks[n] >> i & 1}, i
    print(
        f"{size:>9,} things, {len(edges):>9,} needs: {SWEPT} outages at once {ours:7.2f} s,"
        f" one walk each with networkx {theirs:9.1f} s (of {SAMPLE}): {theirs / ours:6.0f} times",
        flush=True,
    )


if __name__ == "__main__":
    main()
