"""What needs what: the inventory's needs as an AND/OR graph, with those that follow from how things are set up.

A thing needs each of its *groups*; a group is met while one of its members runs. A plain need is a group of one. A
buffer is an interval of hours: what is written is exact, what follows from a token's lifetime lies below it.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from auditor.model.inventory import Asset, Dependency, Inventory, Need
from auditor.model.record import record
from auditor.model.vocabulary import AssetKind

EXIT = "exit:"
HYPOTHETICAL = "dependency:exit/"
"""How the nodes begin of what an exit would make us depend on, and which we do not have yet."""
NAMELIKE = frozenset(
    {
        AssetKind.DOMAIN,
        AssetKind.PHONE_NUMBER,
        AssetKind.CERTIFICATE,
        AssetKind.SIGNING_IDENTITY,
        AssetKind.APP,
        AssetKind.PACKAGE_NAME,
        AssetKind.HANDLE,
    }
)
"""Assets that are entries in somebody's register; the others are data that lie somewhere."""


@record
class Buffer:
    """Hours for which something runs without what it needs, as an interval."""

    low: int = 0
    high: int = 0


@dataclass(slots=True, eq=False, repr=False)
class NeedGraph:
    """The AND/OR graph. Nodes and groups are numbered; `users[n]` are the groups that node `n` is a member of."""

    names: list[str] = field(default_factory=list)
    index: dict[str, int] = field(default_factory=dict)
    parent: list[int] = field(default_factory=list)
    members: list[tuple[int, ...]] = field(default_factory=list)
    buffers: list[Buffer] = field(default_factory=list)
    reading: list[bool] = field(default_factory=list)
    users: list[list[tuple[int, Buffer]]] = field(default_factory=list)
    groups: list[list[int]] = field(default_factory=list)
    _order: list[int] = field(default_factory=list)

    def node(self, name: str) -> int:
        """The number of a node, which is added if it is new."""
        if name not in self.index:
            self.index[name] = len(self.names)
            self.names.append(name)
            self.users.append([])
            self.groups.append([])
        return self.index[name]

    def require(
        self,
        node: int,
        members: Sequence[tuple[int, Buffer]],
        buffer: Buffer = Buffer(),
        *,
        reading: bool = False,
    ) -> None:
        """Let a node need one of some members; `reading` says that without them it is there but cannot be read."""
        group = len(self.parent)
        self.parent.append(node)
        self.members.append(tuple(m for m, _ in members))
        self.buffers.append(buffer)
        self.reading.append(reading)
        self.groups[node].append(group)
        for member, kept in members:
            self.users[member].append((group, kept))

    @property
    def edges(self) -> int:
        """How many memberships there are."""
        return sum(len(m) for m in self.members)

    def needed_by(self, starts: Iterable[int]) -> set[int]:
        """Every node that some node needs, directly or through others, itself included."""
        seen: set[int] = set()
        waiting = list(starts)
        while waiting:
            n = waiting.pop()
            if n not in seen:
                seen.add(n)
                waiting.extend(m for g in self.groups[n] for m in self.members[g])
        return seen

    def children_first(self) -> list[int]:
        """Every node after those it needs, as far as loops allow; kept until a node is added."""
        if len(self._order) != len(self.names):
            self._order = _children_first(self)
        return self._order

    def loops(self) -> tuple[tuple[int, ...], ...]:
        """Sets of nodes that need each other, directly or through others: Tarjan's components of two or more."""
        return tuple(_components(self))


def need_graph(inventory: Inventory, hypothetical: Mapping[tuple[str, int], str]) -> NeedGraph:
    """The graph of an inventory; `hypothetical` names the node that stands for an exit to a product or dependency."""
    graph = NeedGraph()
    named = {d.id: f"dependency:{d.id}" for d in inventory.dependencies}
    named |= {a.id: f"asset:{a.id}" for a in inventory.assets}
    named |= {p.id: f"person:{p.id}" for p in inventory.people}
    for name in named.values():
        graph.node(name)
    sessions = {d.id: _session(d) for d in inventory.dependencies}
    for d in inventory.dependencies:
        _dependency(graph, d, named, sessions)
    for a in inventory.assets:
        _asset(graph, a, named)
    for f in inventory.functions:
        node = graph.node(f"function:{f.id}")
        for need in f.needs:
            _require(graph, node, need, named)
    for d in inventory.dependencies:
        for number, way in enumerate(d.exits):
            node = graph.node(f"{EXIT}{d.id}/{number}")
            target = hypothetical.get((d.id, number))
            if target is not None:
                graph.require(node, [(graph.node(target), Buffer())])
            for need in way.needs:
                _require(graph, node, need, named)
    return graph


def _session(d: Dependency) -> Buffer:
    """How long those who are signed in stay so when signing in stops: at most the lifetime of a token."""
    lifetime = d.clocks.token_lifetime if d.clocks else None
    return Buffer(0, lifetime.hours if lifetime else 0)


def _dependency(graph: NeedGraph, d: Dependency, named: Mapping[str, str], sessions: Mapping[str, Buffer]) -> None:
    node = graph.index[f"dependency:{d.id}"]
    said = {leaf for need in d.needs for leaf in need.leaves()}
    signed_in = {i: sessions[i] for i in (d.login_via,) if i is not None and i in sessions}
    for need in d.needs:
        _require(graph, node, need, named, signed_in)
    if d.login_via is not None and d.login_via not in said and d.login_via in sessions:
        graph.require(node, [(graph.index[named[d.login_via]], sessions[d.login_via])])
    under = dict.fromkeys((*d.hosted_on, *d.built_on, *((d.part_of,) if d.part_of else ())))
    for other in under:
        if other in sessions and other not in said and other not in (d.login_via, d.id):
            graph.require(node, [(graph.index[named[other]], Buffer())])


def _asset(graph: NeedGraph, a: Asset, named: Mapping[str, str]) -> None:
    node = graph.index[f"asset:{a.id}"]
    if a.kept_at is not None and not (a.kind in NAMELIKE and a.revocable is False):
        elsewhere = [named[c] for c in a.copies if c in named]
        if len(elsewhere) == len(a.copies):  # a copy at a place of our own keeps it whatever becomes of the first
            places = dict.fromkeys((named[a.kept_at], *elsewhere))
            graph.require(node, [(graph.index[p], Buffer()) for p in places])
    for other in a.readable_with:
        graph.require(node, [(graph.index[named[other]], Buffer())], reading=True)


def _require(
    graph: NeedGraph, node: int, need: Need, named: Mapping[str, str], sessions: Mapping[str, Buffer] | None = None
) -> None:
    buffer = _buffer(need)
    if need.id is not None:
        if buffer == Buffer() and sessions and need.id in sessions:
            buffer = sessions[need.id]
        graph.require(node, [(graph.node(named[need.id]), Buffer())], buffer)
    elif need.any_of:
        graph.require(node, [*_members(graph, need.any_of, named)], buffer)


def _members(graph: NeedGraph, needs: Sequence[Need], named: Mapping[str, str]) -> Iterator[tuple[int, Buffer]]:
    for need in needs:
        if need.id is not None:
            yield graph.node(named[need.id]), _buffer(need)
        elif need.any_of:
            inner = graph.node(f"any:{len(graph.names)}")
            graph.require(inner, [*_members(graph, need.any_of, named)])
            yield inner, _buffer(need)


def _buffer(need: Need) -> Buffer:
    return Buffer(need.buffer.hours, need.buffer.hours) if need.buffer else Buffer()


def _components(graph: NeedGraph) -> Iterator[tuple[int, ...]]:
    """Tarjan's strongly connected components without recursion."""
    below = [[m for g in groups for m in graph.members[g]] for groups in graph.groups]
    number: dict[int, int] = {}
    low: dict[int, int] = {}
    on_stack: set[int] = set()
    stack: list[int] = []
    for start in range(len(graph.names)):
        if start in number:
            continue
        path: list[tuple[int, Iterator[int]]] = [(start, iter(below[start]))]
        number[start] = low[start] = len(number)
        stack.append(start)
        on_stack.add(start)
        while path:
            node, further = path[-1]
            child = next(further, None)
            if child is None:
                path.pop()
                if path:
                    low[path[-1][0]] = min(low[path[-1][0]], low[node])
                if low[node] == number[node]:
                    found: list[int] = []
                    while not found or found[-1] != node:
                        found.append(stack.pop())
                        on_stack.discard(found[-1])
                    if len(found) > 1 or node in below[node]:
                        yield tuple(sorted(found))
            elif child not in number:
                number[child] = low[child] = len(number)
                stack.append(child)
                on_stack.add(child)
                path.append((child, iter(below[child])))
            elif child in on_stack:
                low[node] = min(low[node], number[child])


def _children_first(graph: NeedGraph) -> list[int]:
    below = [[m for g in groups for m in graph.members[g]] for groups in graph.groups]
    seen = [False] * len(graph.names)
    order: list[int] = []
    for start in range(len(graph.names)):
        if seen[start]:
            continue
        seen[start] = True
        path = [(start, iter(below[start]))]
        while path:
            node, further = path[-1]
            child = next((c for c in further if not seen[c]), None)
            if child is None:
                order.append(node)
                path.pop()
            else:
                seen[child] = True
                path.append((child, iter(below[child])))
    return order
