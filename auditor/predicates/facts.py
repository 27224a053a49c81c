"""What predicates may look at, and what they answer with."""

from collections import defaultdict
from collections.abc import Callable, Hashable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from auditor.model.inventory import Asset, Contract, Dependency, Function, Inventory, Organization, Person
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.report import Chain, Reach
from auditor.model.rules import Argument
from auditor.model.values import Origin
from auditor.model.vocabulary import SubjectKind
from auditor.predicates.supposed import Supposed
from auditor.resolve import Resolution, Supply

Record = Dependency | Asset | Person | Contract | Function | Organization
Arguments = Mapping[str, Argument]


@record
class Subject:
    """What a rule is asked of."""

    kind: SubjectKind
    node: str
    record: Record

    @property
    def origin(self) -> Origin:
        """Where it is written."""
        return self.record.origin


@record
class Evidence:
    """Why a predicate holds: reaches by index, other chains, and the nodes and words it names, by sort."""

    reaches: tuple[int, ...] = ()
    chains: tuple[Chain, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def total(evidence: Iterable[Evidence]) -> Evidence:
    """All of it together, in one pass."""
    reaches: set[int] = set()
    chains: dict[Chain, None] = {}
    named: dict[str, dict[str, None]] = {}
    for e in evidence:
        reaches.update(e.reaches)
        chains.update(dict.fromkeys(e.chains))
        for sort, nodes in e.named.items():
            named.setdefault(sort, {}).update(dict.fromkeys(nodes))
    return Evidence(tuple(sorted(reaches)), tuple(chains), {k: tuple(named[k]) for k in sorted(named)})


HOLDS = Evidence()


@dataclass(slots=True, eq=False, repr=False)
class Facts:
    """All that predicates may look at: the inventory, what was resolved, and the reaches of the run's question."""

    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    reaches: tuple[Reach, ...]
    target: str | None
    on: date
    supposed: Supposed
    reaches_of: Mapping[str, tuple[int, ...]] = field(init=False)
    reaches_by: Mapping[str, tuple[int, ...]] = field(init=False)
    functions_of: Mapping[str, tuple[Function, ...]] = field(init=False)
    people: frozenset[str] = field(init=False)
    _sorts: Mapping[Hashable, Sequence[int]] = field(init=False)
    _alone: Mapping[str, tuple[Chain, ...]] | None = None
    _matching: dict[int, tuple[Arguments, frozenset[int]]] = field(default_factory=dict)
    _reaching: dict[tuple[int, ...], Evidence] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.reaches_of = reaches_by_subject(self.reaches)
        by: defaultdict[str, list[int]] = defaultdict(list)
        for i, reach in enumerate(self.reaches):
            for node in {reach.party, reach.parent}:
                by[node].append(i)
        self.reaches_by = {k: tuple(v) for k, v in by.items()}
        sorts: defaultdict[Hashable, list[int]] = defaultdict(list)
        for i, reach in enumerate(self.reaches):
            sorts[sort_of(reach)].append(i)
        self._sorts = sorts
        self.functions_of = functions_by_need(self.inventory)
        self.people = frozenset(p.id for p in self.inventory.people)

    def matching(
        self, arguments: Arguments, fitting: Callable[["Facts", Arguments], Callable[[Reach], bool]]
    ) -> frozenset[int]:
        """The reaches that fit some arguments, by index; what fits is decided by nothing but a reach's `sort_of`.

        Looked for once for each object that holds arguments, which is kept so that no other can take its place.
        """
        known = self._matching.get(id(arguments))
        if known is None:
            fits = fitting(self, arguments)
            found = (among for among in self._sorts.values() if fits(self.reaches[among[0]]))
            known = arguments, frozenset(i for among in found for i in among)
            self._matching[id(arguments)] = known
        return known[1]

    def reaching(self, found: tuple[int, ...]) -> Evidence:
        """The evidence of some reaches, one for all whom the same reaches get to."""
        if found not in self._reaching:
            reaches = [self.reaches[i] for i in found]
            named = {
                "party": tuple(dict.fromkeys(r.party for r in reaches)),
                "parent": tuple(dict.fromkeys(r.parent for r in reaches)),
                "regime": tuple(dict.fromkeys(f"regime:{r.regime}" for r in reaches)),
            }
            self._reaching[found] = Evidence(found, named=named)
        return self._reaching[found]

    def held_alone(
        self, person: str, sort: Callable[[Inventory], Mapping[str, tuple[Chain, ...]]]
    ) -> tuple[Chain, ...]:
        """What a person alone holds; the inventory is sorted by holder once."""
        if self._alone is None:
            self._alone = sort(self.inventory)
        return self._alone.get(person, ())

    def supply(self, subject: Subject) -> Supply | None:
        """The supply of a dependency, or of the dependency an asset is kept at."""
        record = subject.record
        named = record.id if isinstance(record, Dependency) else record.kept_at if isinstance(record, Asset) else None
        return self.resolution.supplies.get(named) if named else None

    def contract(self, subject: Subject) -> Contract | None:
        """The contract itself, or that of a dependency."""
        if isinstance(subject.record, Contract):
            return subject.record
        supply = self.supply(subject)
        return supply.contract if supply else None


def sort_of(reach: Reach) -> Hashable:
    """What predicates may ask of a reach, apart from who it is that is reached: there are few sorts of reaches."""
    links = frozenset(hop.relation for chain in reach.chains for hop in chain.hops)
    return reach.regime, reach.basis, reach.concern, reach.outcome, bool(reach.undetermined), links


def reaches_by_subject(reaches: Sequence[Reach]) -> Mapping[str, tuple[int, ...]]:
    """Node of a subject → the indexes of the reaches that get to it; one object for all who have the same.

    Reaches to the same subjects are taken together: there are far fewer sets of subjects than there are reaches.
    """
    numbers: dict[int, int] = {}
    together: list[list[int]] = []
    sets: defaultdict[str, list[int]] = defaultdict(list)
    for i, reach in enumerate(reaches):
        number = numbers.setdefault(id(reach.subjects), len(numbers))
        if number == len(together):
            together.append([])
            for subject in dict.fromkeys(reach.subjects):
                sets[subject].append(number)
        together[number].append(i)
    shared: dict[tuple[int, ...], tuple[int, ...]] = {}
    found: dict[str, tuple[int, ...]] = {}
    for subject, mine in sets.items():
        key = tuple(mine)
        if key not in shared:
            shared[key] = tuple(sorted(i for number in mine for i in together[number]))
        found[subject] = shared[key]
    return found


def functions_by_need(inventory: Inventory) -> Mapping[str, tuple[Function, ...]]:
    """Id of a dependency, asset or person → the functions that need it, directly or through others."""
    needs: dict[str, set[str]] = {}
    for d in inventory.dependencies:
        needs[d.id] = {leaf for n in d.needs for leaf in n.leaves()}
        needs[d.id] |= {h for h in (*d.hosted_on, *d.built_on) if h} | ({d.login_via} if d.login_via else set())
    for a in inventory.assets:
        needs[a.id] = {*a.readable_with, *((a.kept_at,) if a.kept_at else ())}
    found: defaultdict[str, dict[str, Function]] = defaultdict(dict)
    for f in inventory.functions:
        seen: set[str] = set()
        waiting = [leaf for n in f.needs for leaf in n.leaves()]
        while waiting:
            named = waiting.pop()
            if named not in seen:
                seen.add(named)
                found[named][f.id] = f
                waiting.extend(needs.get(named, ()))
    shared: dict[tuple[str, ...], tuple[Function, ...]] = {}
    return {k: shared.setdefault(tuple(sorted(v)), tuple(v[i] for i in sorted(v))) for k, v in found.items()}
