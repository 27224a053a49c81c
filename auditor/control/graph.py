"""The graph of stakes on a day: who holds what in whom, who stands behind, who is on top, which sums are too high."""

from collections import defaultdict, deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import field
from datetime import date
from typing import TypeVar

from auditor.model.inventory import Inventory, Organization, OrgEntity, Party, Stake
from auditor.model.knowledge import Knowledge, KnownStake, status_of
from auditor.model.record import record
from auditor.model.values import UNKNOWN_SHARE, WHOLE, Share
from auditor.model.vocabulary import ControlKind, EntityForm, FactStatus

_S = TypeVar("_S", Stake, KnownStake)

HALF = WHOLE // 2
NO_SHARE = Share(0, 0)
STATED = FactStatus.FILING
"""The status of what the inventory says: the organisation's own statement about itself and those it deals with."""


@record
class Edge:
    """A stake as one record states it: what `holder` has in `held`.

    `voting` is stated only where it differs from `share`; `joint` is the label of a joint arrangement within `held`;
    `record` is the id of the record that states the stake.
    """

    holder: str
    held: str
    share: Share | None = None
    voting: Share | None = None
    control: tuple[ControlKind, ...] = ()
    joint: str | None = None
    status: FactStatus = FactStatus.UNVERIFIED
    record: str = ""

    @property
    def counted(self) -> Share:
        """The share that tests add up.

        A share that is not said is unknown, except beside a kind of control: a stake that states control and nothing
        else states no share. Who means an unknown share beside control writes `percent: unknown`.
        """
        if self.share is not None:
            return self.share
        return NO_SHARE if self.control and self.voting is None else UNKNOWN_SHARE


@record
class OwnershipGraph:
    """All stakes of a day, sorted; a stake that one record states twice in the same words counts once.

    Raises ValueError for a share below zero or whose low end exceeds its high end.
    """

    edges: tuple[Edge, ...]
    _into: Mapping[str, Sequence[int]] = field(init=False, repr=False, compare=False)
    _from: Mapping[str, Sequence[int]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        edges = tuple(sorted(set(self.edges), key=_order))
        into: defaultdict[str, list[int]] = defaultdict(list)
        from_: defaultdict[str, list[int]] = defaultdict(list)
        for place, edge in enumerate(edges):
            if any(s is not None and not 0 <= s.low <= s.high for s in (edge.share, edge.voting)):
                raise ValueError(f"not a share: {edge}")
            into[edge.held].append(place)
            from_[edge.holder].append(place)
        for name, value in (("edges", edges), ("_into", dict(into)), ("_from", dict(from_))):
            object.__setattr__(self, name, value)

    @property
    def nodes(self) -> tuple[str, ...]:
        """Everybody who holds or is held, sorted."""
        return tuple(sorted(self._into.keys() | self._from.keys()))

    def holders(self, node: str) -> tuple[Edge, ...]:
        """The stakes that others have in it, and it in itself, by holder."""
        return tuple(self.edges[place] for place in self._into.get(node, ()))

    def holdings(self, node: str) -> tuple[Edge, ...]:
        """The stakes it has, by the one held."""
        return tuple(self.edges[place] for place in self.places_from(node))

    def places_from(self, node: str) -> Sequence[int]:
        """The places in `edges` of the stakes it has."""
        return self._from.get(node, ())

    def places_joint(self, node: str, label: str) -> Sequence[int]:
        """The places in `edges` of the stakes in it that are under a joint arrangement."""
        return [place for place in self._into.get(node, ()) if self.edges[place].joint == label]

    def ancestors(self, node: str) -> frozenset[str]:
        """All who stand behind it by any stake whatever its size, itself left out."""
        seen: set[str] = set()
        spread(node, lambda at: (edge.holder for edge in self.holders(at)), seen)
        return frozenset(seen - {node})


def ownership_graph(inventory: Inventory, knowledge: Knowledge, on: date) -> OwnershipGraph:
    """All stakes that inventory and catalogue state for a day; a date that is not known excludes nothing.

    Inventory ids are looked up in the inventory, then in the catalogue; one found in neither is read as a catalogue id.
    A unit that says nothing of its owners is the organisation's own: wholly if it is a branch, subsidiary, office or
    mission; by an unknown share if it is an affiliate or its form is not said.
    """
    organization = inventory.organization
    org = f"org:{organization.id}"
    names = {organization.id: org}
    names |= {unit.id: f"unit:{unit.id}" for unit in organization.entities}
    names |= {person.id: f"person:{person.id}" for person in inventory.people}
    names |= {party.id: f"party:{party.id}" for party in inventory.parties}

    edges: list[Edge] = []
    held: list[tuple[str, Organization | OrgEntity | Party]] = [(org, organization)]
    held += [(f"unit:{unit.id}", unit) for unit in organization.entities]
    held += [(f"party:{party.id}", party) for party in inventory.parties]
    for node, owned in held:
        for stake in _valid(owned.owned_by, on):
            edges.append(_edge(names.get(stake.by, f"entity:{stake.by}"), node, stake, STATED, owned.id))
    for unit in organization.entities:
        if not unit.owned_by:
            whole = unit.form not in (None, EntityForm.AFFILIATE)
            share = Share(WHOLE, WHOLE) if whole else UNKNOWN_SHARE
            edges.append(Edge(org, f"unit:{unit.id}", share, status=STATED, record=unit.id))
    for entity in knowledge.entities.values():
        for known in _valid(entity.owned_by, on):
            status = known.status or status_of(entity)
            edges.append(_edge(f"entity:{known.by}", f"entity:{entity.id}", known, status, entity.id))
    return OwnershipGraph(tuple(edges))


def ultimate_parents(graph: OwnershipGraph, node: str) -> tuple[str, ...]:
    """Where the climb ends that goes from each one to who surely has over 50 % of it, of its votes, or controls it.

    Sorted; `node` itself if nobody does; of those who hold each other in a circle, the smallest id. Only direct stakes
    are climbed: one who has a majority only through several others is found by `stands_behind`.
    """
    climbed: set[str] = set()
    spread(node, lambda at: _parents(graph, at), climbed)
    held: dict[str, list[str]] = {at: [] for at in climbed}
    for at in climbed:
        for parent in _parents(graph, at):
            held[parent].append(at)

    # Going down from each in turn, the last start is on top: nobody is above it but those in a circle with it. Going
    # back, so is each start to which no later one leads. As the starts are sorted, each is the smallest of its circle.
    starts: list[str] = []
    seen: set[str] = set()
    for at in sorted(climbed):
        if at not in seen:
            starts.append(at)
            spread(at, held.__getitem__, seen)
    tops: list[str] = []
    below: set[str] = set()
    for start in reversed(starts):
        if start not in below:
            tops.append(start)
            spread(start, held.__getitem__, below)
    return tuple(sorted(tops))


def majority_line(graph: OwnershipGraph, node: str) -> Mapping[str, tuple[Edge, ...]]:
    """Everybody to whom one comes by climbing as for `ultimate_parents`, with the stakes on the way, nearest first.

    Where several stakes of one holder together make the majority, the largest stands for them. `node` itself is among
    them, with none.
    """
    found: dict[str, tuple[Edge, ...]] = {node: ()}
    waiting = deque([node])
    while waiting:
        at = waiting.popleft()
        for parent in sorted(_parents(graph, at)):
            if parent not in found:
                stakes = (e for e in graph.holders(at) if e.holder == parent)
                found[parent] = (*found[at], max(stakes, key=lambda e: (e.counted.low, bool(e.control))))
                waiting.append(parent)
    return found


def overfull(graph: OwnershipGraph) -> tuple[tuple[str, int], ...]:
    """Nodes whose shares add up to over 100 % at their low ends, with that sum; to be warned of, never normalised."""
    sums = ((node, sum(edge.counted.low for edge in graph.holders(node))) for node in graph.nodes)
    return tuple((node, total) for node, total in sums if total > WHOLE)


def spread(start: str, step: Callable[[str], Iterable[str]], seen: set[str]) -> None:
    """Adds to `seen` the start and everybody that steps lead to, without passing through those seen before."""
    agenda = [start]
    while agenda:
        at = agenda.pop()
        if at not in seen:
            seen.add(at)
            agenda.extend(step(at))


def _parents(graph: OwnershipGraph, node: str) -> Iterator[str]:
    """Who surely has the majority of it, or controls it, by direct stakes."""
    lows: defaultdict[str, int] = defaultdict(int)
    for edge in graph.holders(node):
        votes = edge.voting.low if edge.voting is not None else 0
        lows[edge.holder] += WHOLE if edge.control or votes > HALF else edge.counted.low
    return (holder for holder, low in lows.items() if low > HALF)


def _valid(stakes: Iterable[_S], on: date) -> Iterator[_S]:
    """The stakes of a day; a first or last day that is not known, or not a date, excludes nothing."""
    for stake in stakes:
        begun = stake.since is None or stake.since <= on
        if begun and not (isinstance(stake.until, date) and stake.until < on):
            yield stake


def _edge(holder: str, held: str, stake: Stake | KnownStake, status: FactStatus, record: str) -> Edge:
    joint = stake.joint if isinstance(stake, KnownStake) else None
    control = tuple(sorted(set(stake.control)))
    return Edge(holder, held, stake.percent, stake.voting, control, joint, status, record)


def _order(edge: Edge) -> tuple[object, ...]:
    share, voting = ((-1, -1) if s is None else (s.low, s.high) for s in (edge.share, edge.voting))
    joint = (edge.joint is not None, edge.joint or "")
    return edge.holder, edge.held, edge.record, share, voting, edge.control, joint, edge.status.rank
