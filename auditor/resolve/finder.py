"""Puts together what stands behind dependencies: what is said of each, and what is said of those it runs on."""

from collections import deque
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TypeVar

from auditor.model.inventory import Contract, Dependency, Inventory
from auditor.model.knowledge import Knowledge, Product
from auditor.model.record import record
from auditor.model.report import Hop
from auditor.model.vocabulary import Delivery, Role
from auditor.resolve.backing import Backing, Item, Place, Supply, Tier, seen_from
from auditor.resolve.lookup import DEEPEST, NO_TERMS, Edge, Links, Lookup, Own, Said, Signature, Terms

EXPECTED: Mapping[Delivery, tuple[Role, ...]] = {
    Delivery.SAAS: (Role.CONTRACTING, Role.OPERATING, Role.HOSTING, Role.SUB_PROCESSOR, Role.SUPPORT),
    Delivery.MANAGED: (Role.CONTRACTING, Role.OPERATING, Role.HOSTING, Role.SUPPORT),
    Delivery.API: (Role.CONTRACTING, Role.OPERATING, Role.HOSTING, Role.SUB_PROCESSOR),
    Delivery.SELF_HOSTED: (Role.HOSTING, Role.LICENCE, Role.UPDATES),
    Delivery.ON_PREMISES: (Role.LICENCE, Role.UPDATES, Role.SUPPORT),
    Delivery.EMBEDDED: (Role.LICENCE,),
    Delivery.HARDWARE: (Role.CONTRACTING, Role.UPDATES, Role.SUPPORT),
    Delivery.PEOPLE: (Role.CONTRACTING,),
}
"""Parts without which a dependency has not been looked through; for other deliveries, contracting and operating."""


@record
class _Beyond:
    """What stands behind other dependencies that take part in one; `passed` are all of those."""

    tiers: tuple[Tier, ...] = ()
    places: tuple[Place, ...] = ()
    items: tuple[Item, ...] = ()
    passed: frozenset[str] = frozenset()


@record
class _Stack:
    """The sorted tiers and items of many backings, the roles taken in them, and the dependencies passed."""

    tiers: tuple[Tier, ...]
    items: tuple[Item, ...]
    roles: frozenset[Role]
    beyond: _Beyond


_Order = tuple[int | str, ...]
_T = TypeVar("_T", Tier, Place, Item)


@dataclass(slots=True, eq=False, repr=False)
class Finder:
    """Finds what stands behind the dependencies of one inventory on one day; remembers every part of the answers."""

    inventory: Inventory
    knowledge: Knowledge
    on: date
    dependencies: Mapping[str, Dependency] = field(init=False)
    contracts: Mapping[str, Contract] = field(init=False)
    lookup: Lookup = field(init=False)
    _terms: dict[str, Terms] = field(default_factory=dict)
    _backings: dict[Signature, tuple[Backing, frozenset[str]]] = field(default_factory=dict)
    _branches: dict[tuple[str, Hop], _Beyond] = field(default_factory=dict)
    _beyond: dict[Links, _Beyond] = field(default_factory=dict)
    _stacks: dict[tuple[Said, Links], _Stack] = field(default_factory=dict)
    _places: dict[tuple[int, Links], tuple[Place, ...]] = field(default_factory=dict)
    _unchecked: dict[tuple[object, ...], tuple[Role, ...]] = field(default_factory=dict)
    _roles: dict[frozenset[Role], frozenset[Role]] = field(default_factory=dict)
    _orders: dict[int, _Order] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dependencies = {d.id: d for d in self.inventory.dependencies}
        self.contracts = {c.id: c for c in self.inventory.contracts}
        self.lookup = Lookup(self.inventory, self.knowledge, self.on, self.dependencies)

    def supply(self, d: Dependency) -> Supply:
        """A dependency with its contract and what stands behind it."""
        contract = self.contract(d)
        return Supply(d, contract, self.backing(d, contract), f"dependency:{d.id}")

    def contract(self, d: Dependency) -> Contract | None:
        """The contract of a dependency, or that of the bundle it is part of."""
        if d.contract is not None:
            return self.contracts[d.contract]
        bundle = self.dependencies.get(d.part_of) if d.part_of else None
        return self.contracts.get(bundle.contract) if bundle and bundle.contract else None

    def backing(self, d: Dependency, contract: Contract | None) -> Backing:
        """A dependency with all it is hosted on and built on; each of those is passed once, by the fewest hops."""
        signature = self.signature(d, contract)
        known = self._backings.get(signature)
        if known is not None and d.id not in known[1]:
            return known[0]
        own = self.lookup.own(signature)
        beyond = self.beyond(own.links)
        if d.id in beyond.passed:
            # what leads back to itself looks different from each place in the circle: nobody shares it
            beyond = self.follow(own.links.edges, d.id)
            return self._make(signature, own, self._stack(own, beyond), self._sorted(own.places, beyond.places))
        stack = self._stacks.get((own.said, own.links))
        if stack is None:
            stack = self._stacks[own.said, own.links] = self._stack(own, beyond)
        where = (id(own.places), own.links)  # the look-up keeps them, and one for equal ones
        if where not in self._places:
            self._places[where] = self._sorted(own.places, beyond.places)
        found = self._make(signature, own, stack, self._places[where])
        self._backings[signature] = found, beyond.passed
        return found

    def signature(self, d: Dependency, contract: Contract | None) -> Signature:
        """What decides the backing of a dependency."""
        return Signature(
            d.product, d.provider, d.delivery, d.performed_from, d.regions, d.hosted_on, d.built_on, d.login_via,
            self.terms(contract) if contract else NO_TERMS,
        )  # fmt: skip

    def terms(self, contract: Contract) -> Terms:
        """The terms of a contract that matter here."""
        if contract.id not in self._terms:
            currency = contract.currency or (contract.amount.currency if contract.amount else None)
            self._terms[contract.id] = Terms(
                contract.with_, contract.via, contract.party, currency, contract.subcontractors
            )
        return self._terms[contract.id]

    # -- what stands behind other dependencies -------------------------------------------------------------------

    def beyond(self, links: Links) -> _Beyond:
        """What stands behind the dependencies linked to, as long as none of them leads back to who asks.

        Links that lead to nothing in common are followed apart from each other, so that each is followed once for
        all who have it; others together, because what two of them lead to is passed on the shorter way.
        """
        if links not in self._beyond:
            branches = [self._branch(e) for e in links.edges]
            passed = frozenset[str]().union(*(b.passed for b in branches))
            if len(branches) == 1:
                self._beyond[links] = branches[0]
            elif len(passed) == sum(len(b.passed) for b in branches):
                self._beyond[links] = _Beyond(
                    tuple(t for b in branches for t in b.tiers),
                    tuple(p for b in branches for p in b.places),
                    tuple(i for b in branches for i in b.items),
                    passed,
                )
            else:
                self._beyond[links] = self.follow(links.edges)
        return self._beyond[links]

    def _branch(self, edge: Edge) -> _Beyond:
        key = (edge.to, edge.hop)
        if key not in self._branches:
            self._branches[key] = self.follow((edge,))
        return self._branches[key]

    def follow(self, edges: Iterable[Edge], start: str | None = None) -> _Beyond:
        """Everybody behind these links, each dependency passed once, by the fewest hops; never through the start."""
        tiers: list[Tier] = []
        places: list[Place] = []
        items: list[Item] = []
        seen: set[str | None] = {start}
        queue: deque[tuple[str, Role, tuple[Hop, ...]]] = deque((e.to, e.role, (e.hop,)) for e in edges)
        while queue:
            named, role, hops = queue.popleft()
            if named in seen:
                continue
            seen.add(named)
            d = self.dependencies[named]
            other = self.lookup.own(self.signature(d, self.contract(d)))
            node = hops[-1].end
            for t in (*other.said.tiers, *other.links.tiers):
                # whoever serves it takes part here in the role of the link
                tiers.append(Tier(role if t.serves else t.role, t.node, (*hops, *seen_from(node, t.hops))))
            places += [replace(p, hops=(*hops, *seen_from(node, p.hops))) for p in other.places]
            items += [
                replace(i, hops=(*hops, *seen_from(node, i.hops))) for i in (*other.said.items, *other.links.items)
            ]
            if len(hops) < DEEPEST:
                queue.extend((e.to, role, (*hops, *seen_from(node, (e.hop,)))) for e in other.links.edges)
        passed = frozenset(i for i in seen if i is not None)
        same = self.lookup.same
        return _Beyond(same(tiers), same(places), same(items), passed)

    # -- putting together ----------------------------------------------------------------------------------------

    def _stack(self, own: Own, beyond: _Beyond) -> _Stack:
        tiers = self._sorted(own.said.tiers, own.links.tiers, beyond.tiers)
        items = self._sorted(own.said.items, own.links.items, beyond.items)
        roles = frozenset(t.role for t in tiers)
        return _Stack(tiers, items, self._roles.setdefault(roles, roles), beyond)

    def _make(self, s: Signature, own: Own, stack: _Stack, places: tuple[Place, ...]) -> Backing:
        said = own.said
        return Backing(
            product=said.product,
            delivery=said.delivery,
            customer=said.customer,
            party=s.terms.party,
            currency=s.terms.currency,
            tiers=stack.tiers,
            places=places,
            items=stack.items,
            unchecked=self._not_seen(said.delivery, said.product, stack.roles.union(p.role for p in places)),
            gaps=own.gaps,
        )

    def _sorted(self, *found: tuple[_T, ...]) -> tuple[_T, ...]:
        """Each once, in an order that their values alone decide."""
        orders = self._orders
        once = {id(x): x for among in found for x in among}
        for i, x in once.items():
            if i not in orders:
                orders[i] = _order(x)
        return tuple(once[i] for i in sorted(once, key=orders.__getitem__))

    def _not_seen(self, delivery: Delivery | None, product: Product | None, seen: frozenset[Role]) -> tuple[Role, ...]:
        """The parts of which nothing is known."""
        licence = product.licence if product else None
        irrevocable = licence is not None and licence.revocable is False
        key = (delivery, irrevocable, seen)
        if key not in self._unchecked:
            least = (Role.CONTRACTING, Role.OPERATING)
            wanted = EXPECTED.get(delivery, least) if delivery is not None else (*least, Role.HOSTING)
            self._unchecked[key] = tuple(r for r in wanted if r not in seen and not (irrevocable and r is Role.LICENCE))
        return self._unchecked[key]


def _order(x: Tier | Place | Item) -> _Order:
    """Tiers go by distance before their node, as the first of a role is to be the nearest."""
    if isinstance(x, Tier):
        return x.role.rank, len(x.hops), x.node, str(x.hops)
    return x.role.rank, x.country, len(x.hops), str(x.hops)
