"""The ways out, judged under the same scenario with their own needs; and the data that lie with what is cut."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from auditor.model.inventory import Data, Dependency, Inventory
from auditor.model.outage import Cut, DataFate, ExitFate, Fate
from auditor.model.vocabulary import Keys, Outcome, Retrieval, Sureness
from auditor.outage.cascade import Failures
from auditor.outage.needs import EXIT, NAMELIKE, NeedGraph
from auditor.resolve import Resolution

_NO_PERIOD = ("yes", "no", "unknown", "none")


def exits_judged(
    inventory: Inventory,
    targets: Mapping[tuple[str, int], str],
    graph: NeedGraph,
    fates: Mapping[int, Fate],
    cuts: Sequence[Cut],
) -> list[ExitFate]:
    """Every exit of what stops or may stop: usable, not usable, or (None) not to be judged."""
    found = []
    for d in inventory.dependencies:
        mine = fates.get(graph.index[f"dependency:{d.id}"])
        if mine is None or mine.stops is None:
            continue
        for number, way in enumerate(d.exits):
            target = targets.get((d.id, number))
            fate = fates.get(graph.index[f"{EXIT}{d.id}/{number}"])
            stops = fate is not None and fate.stops is not None
            usable: bool | None = not stops
            if target is None or (fate is not None and fate.sureness is Sureness.UNDETERMINED):
                usable = False if stops and fate is not None and fate.sureness is not Sureness.UNDETERMINED else None
            found.append(
                ExitFate(
                    of=mine.node,
                    number=number,
                    to=target or way.to,
                    usable=usable,
                    fate=fate,
                    shared=_shared(mine, fate, graph, fates, cuts) if stops and fate is not None else (),
                    lead_time=way.lead_time.hours if way.lead_time else None,
                    rehearsed=isinstance(way.tested, date),
                )
            )
    return found


def _shared(
    mine: Fate, other: Fate, graph: NeedGraph, fates: Mapping[int, Fate], cuts: Sequence[Cut]
) -> tuple[str, ...]:
    """What the cut and its exit have in common: the thing itself, those behind both, or the laws."""
    ours, theirs = _roots(mine, graph, fates), _roots(other, graph, fates)
    same = sorted({f.node for f in ours} & {f.node for f in theirs})
    if same:
        return tuple(same)
    a, b = ([cuts[i] for f in among for i in f.cuts] for among in (ours, theirs))
    parents = {c.parent for c in a} & {c.parent for c in b}
    return tuple(sorted(parents or {f"regime:{c.regime}" for c in a if c.regime} & {f"regime:{c.regime}" for c in b}))


def _roots(fate: Fate, graph: NeedGraph, fates: Mapping[int, Fate]) -> tuple[Fate, ...]:
    """What was cut, so that this failed: itself, or the last on the way down."""
    if fate.cuts and not fate.because:
        return (fate,)
    last = fates.get(graph.index[fate.because[-1]]) if fate.because else None
    return (last,) if last is not None else (fate,)


def takeovers(
    judged: Sequence[ExitFate], graph: NeedGraph, failures: Failures, inventory: Inventory
) -> Mapping[int, int]:
    """When, in hours after the act, an exit that is usable has taken over: from the stop on, in its lead time.

    Assets that can be made again count as well, if what that needs goes on.
    """
    found: dict[int, int] = {}
    for e in judged:
        if e.usable and e.lead_time is not None:
            n = graph.index[e.of]
            then = failures.at[n] + e.lead_time
            found[n] = min(then, found.get(n, then))
    nodes = {d.id: f"dependency:{d.id}" for d in inventory.dependencies}
    nodes |= {a.id: f"asset:{a.id}" for a in inventory.assets}
    for a in inventory.assets:
        n = graph.index[f"asset:{a.id}"]
        if a.rebuild is None or a.rebuild.time is None or n not in failures.at:
            continue
        needs = {leaf for need in a.rebuild.needs for leaf in need.leaves()}
        if all(graph.index[nodes[i]] not in failures.at for i in needs if i in nodes):
            then = failures.at[n] + a.rebuild.time.hours
            found[n] = min(then, found.get(n, then))
    return found


def left_data(
    inventory: Inventory, resolution: Resolution, graph: NeedGraph, fates: Mapping[int, Fate]
) -> Iterator[DataFate]:
    """What can still be had of the data that lie with what stops, and until when."""
    kept: dict[str, list[str]] = {}
    for a in inventory.assets:
        fate = fates.get(graph.index[f"asset:{a.id}"])
        if a.kept_at is not None and a.kind not in NAMELIKE and (fate is None or fate.stops is None):
            for made in (a.kept_at, *a.made_from):
                kept.setdefault(made, []).append(f"asset:{a.id}")
    for d in inventory.dependencies:
        fate = fates.get(graph.index[f"dependency:{d.id}"])
        if d.data is not None and fate is not None and fate.stops is not None:
            yield _data(d, d.data, fate, resolution, tuple(kept.get(d.id, ())))


def _data(d: Dependency, data: Data, fate: Fate, resolution: Resolution, copies: tuple[str, ...]) -> DataFate:
    contract = resolution.supplies[d.id].contract
    promised = contract.clauses.data_return if contract and contract.clauses else None
    period = promised if promised not in (None, *_NO_PERIOD) else None
    if copies:
        way = Retrieval.ELSEWHERE
    elif fate.worst is Outcome.FROZEN_IN_PLACE:
        way = Retrieval.FROZEN
    elif data.exportable is False:
        way = Retrieval.NOT_EXPORTABLE
    elif data.exportable:
        way = Retrieval.UNTIL_STOP
    else:
        way = Retrieval.BY_CONTRACT if period else Retrieval.NOT_STATED
    return DataFate(
        node=f"dependency:{d.id}",
        retrieval=way,
        until=fate.stops,
        where=copies,
        days_by_contract=period,
        readable_by_provider=data.keys is Keys.PROVIDER if data.keys is not None else None,
    )
