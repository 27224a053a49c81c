"""What the inventory wrote → product, legal persons and places behind it, or *Unresolved* with the nearest names.

The answer for a dependency is its *supply*: tiers (a legal person in a role, and the hops that lead to it), places
where it is performed, and the roles about which nothing is known. The contract's own words come before the
catalogue's; what the catalogue says of the contracting party is marked assumed.
"""

import unicodedata
from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from difflib import get_close_matches

from auditor.model.inventory import Contract, Dependency, Inventory
from auditor.model.knowledge import Component, Entity, Knowledge, Offer, Product, status_of
from auditor.model.report import Hop, Node, Unresolved
from auditor.model.vocabulary import SERVING, Delivery, FactStatus, Relation, Role

DEEPEST = 8
"""How many tiers behind one another are followed."""

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
"""Roles without which a dependency has not been looked through; for all other deliveries, contracting and operating."""

_ON_OWN_MACHINES = frozenset({Delivery.SELF_HOSTED, Delivery.ON_PREMISES, Delivery.EMBEDDED, Delivery.HARDWARE})
_LEGAL_FORMS = frozenset(
    [
        "inc",
        "incorporated",
        "corp",
        "corporation",
        "co",
        "company",
        "llc",
        "llp",
        "lp",
        "ltd",
        "limited",
        "plc",
        "gmbh",
        "ag",
        "se",
        "sa",
        "sas",
        "sarl",
        "sl",
        "spa",
        "srl",
        "bv",
        "nv",
        "ab",
        "as",
        "oy",
        "aps",
        "kg",
        "ug",
        "eg",
        "ev",
        "kk",
        "pte",
        "pty",
        "pbc",
        "foundation",
        "stiftung",
        "주식회사",
        "유한회사",
        "유한책임회사",
        "株式会社",
        "有限公司",
    ]
)


@dataclass(frozen=True, slots=True)
class Tier:
    """A legal person that takes part in a dependency, in one role, and how one gets to it."""

    role: Role
    node: str
    hops: tuple[Hop, ...]

    @property
    def serves(self) -> bool:
        """Whether it serves us itself, rather than standing behind somebody who does."""
        return self.role in SERVING


@dataclass(frozen=True, slots=True)
class Place:
    """A country in which a dependency is performed (hosted, supported)."""

    role: Role
    country: str
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Item:
    """A thing under a country's export control on which a dependency is built."""

    role: Role
    country: str
    hops: tuple[Hop, ...]


@dataclass(frozen=True, slots=True)
class Supply:
    """Who and what stands behind one dependency."""

    dependency: Dependency
    product: Product | None
    delivery: Delivery | None
    customer: str | None
    contract: Contract | None
    tiers: tuple[Tier, ...] = ()
    places: tuple[Place, ...] = ()
    items: tuple[Item, ...] = ()
    unchecked: tuple[Role, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()

    @property
    def node(self) -> str:
        """The dependency as a node of chains."""
        return f"dependency:{self.dependency.id}"

    @property
    def known(self) -> bool:
        """Whether at least one legal person that serves us is known; otherwise nothing can be judged."""
        return any(t.serves for t in self.tiers)

    def first(self, role: Role) -> Tier | None:
        """The tier of a role that is fewest hops away."""
        return min((t for t in self.tiers if t.role is role), key=lambda t: (len(t.hops), t.node), default=None)


@dataclass(frozen=True, slots=True)
class Resolution:
    """All supplies by dependency id, and the names of every node met on the way."""

    supplies: Mapping[str, Supply]
    nodes: Mapping[str, Node]


def resolve(inventory: Inventory, knowledge: Knowledge, on: date) -> Resolution:
    """Look up everything that the inventory names. Pure; the same input gives the same answer in any order."""
    finder = _Finder(inventory, knowledge, on)
    supplies = {d.id: finder.supply(d) for d in inventory.dependencies}
    return Resolution(supplies, _nodes(inventory, knowledge))


def normal_form(name: str) -> str:
    """A name as it is compared: NFKC, casefolded, without punctuation and legal forms (unless nothing is left)."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("(주)", " ")
    words = "".join(c if c.isalnum() else ("" if c in ".'’" else " ") for c in folded).split()
    return " ".join([w for w in words if w not in _LEGAL_FORMS] or words)


def name_index(names: Iterable[tuple[str, str]]) -> Mapping[str, tuple[str, ...]]:
    """Normal form → ids, for (name, id) pairs."""
    found: dict[str, set[str]] = {}
    for name, named in names:
        found.setdefault(normal_form(name), set()).add(named)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


@dataclass(slots=True)
class _Finder:
    inventory: Inventory
    knowledge: Knowledge
    on: date
    dependencies: Mapping[str, Dependency] = field(init=False)
    contracts: Mapping[str, Contract] = field(init=False)
    persons: Mapping[str, tuple[str, ...]] = field(init=False)
    products: Mapping[str, tuple[str, ...]] = field(init=False)
    _owned: dict[str, "_Own"] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dependencies = {d.id: d for d in self.inventory.dependencies}
        self.contracts = {c.id: c for c in self.inventory.contracts}
        own = [(n, f"party:{p.id}") for p in self.inventory.parties for n in (p.id, p.name)]
        own += [(n, f"unit:{e.id}") for e in self.inventory.organization.entities for n in (e.id, e.name)]
        catalogue = [
            (n, f"entity:{e.id}") for e in self.knowledge.entities.values() for n in (e.id, e.name, *_named(e))
        ]
        taken = {normal_form(n) for n, _ in own}
        self.persons = name_index([*own, *(pair for pair in catalogue if normal_form(pair[0]) not in taken)])
        self.products = name_index(
            (n, p.id) for p in self.knowledge.products.values() for n in (p.id, p.name, *p.aliases)
        )

    # -- one dependency ------------------------------------------------------------------------------------------

    def supply(self, d: Dependency) -> Supply:
        """A dependency with all it is hosted on and built on; each of those is passed once, by the fewest hops."""
        own = self.own(d)
        tiers, places, items = list(own.tiers), list(own.places), list(own.items)
        seen = {d.id}
        queue: deque[tuple[str, Role, tuple[Hop, ...]]] = deque((e.to, e.role, (e.hop,)) for e in own.edges)
        while queue:
            named, role, hops = queue.popleft()
            if named in seen:
                continue
            seen.add(named)
            other = self.own(self.dependencies[named])
            tiers += [Tier(role if t.serves else t.role, t.node, (*hops, *t.hops)) for t in other.tiers]
            places += [replace(p, hops=(*hops, *p.hops)) for p in other.places]
            items += [replace(i, hops=(*hops, *i.hops)) for i in other.items]
            queue.extend((e.to, role, (*hops, e.hop)) for e in other.edges if len(hops) < DEEPEST)
        return Supply(
            d,
            own.product,
            own.delivery,
            own.customer,
            own.contract,
            tuple(sorted(set(tiers), key=lambda t: (t.role.rank, len(t.hops), t.node, str(t.hops)))),
            tuple(sorted(set(places), key=lambda p: (p.role.rank, p.country, len(p.hops), str(p.hops)))),
            tuple(sorted(set(items), key=lambda i: (i.role.rank, i.country, len(i.hops), str(i.hops)))),
            _unchecked(own.delivery, own.product, tiers, places),
            own.unresolved,
        )

    def own(self, d: Dependency) -> "_Own":
        """What is said of a dependency itself, before what stands behind other dependencies is added."""
        if d.id not in self._owned:
            self._owned[d.id] = self._own(d)
        return self._owned[d.id]

    def _own(self, d: Dependency) -> "_Own":
        contract = self._contract(d)
        customer = self._customer(contract)
        product, unknown = self._product(d)
        delivery = d.delivery or (product.delivery if product else None)
        start = f"dependency:{d.id}"
        behind = _Behind(self, customer)
        behind.tiers += self._contracting(d, contract, product, customer, start, unknown)
        behind.tiers += self._operating(d, product, customer, start, delivery, unknown)
        if contract and contract.via:
            behind.tiers += self._named(contract.via, Role.RESELLING, Relation.BUYS_THROUGH, start, d, "via", unknown)
        for name in contract.subcontractors if contract else ():
            behind.tiers += self._named(
                name, Role.SUB_PROCESSOR, Relation.BUILT_ON, start, d, "subcontractors", unknown
            )
        behind.places += self._places(d, product, start)
        edges = self._edges(d, start, behind, unknown)
        if product is not None:
            for c in product.built_on:
                behind.component(product, c, (), start, (product.id,))
        if not unknown and not edges and not any(t.serves for t in behind.tiers):
            unknown.append(Unresolved(start, "provider", None, (), d.origin))
        return _Own(
            product,
            delivery,
            customer,
            contract,
            tuple(behind.tiers),
            tuple(behind.places),
            tuple(behind.items),
            edges,
            tuple(unknown),
        )

    def _contract(self, d: Dependency) -> Contract | None:
        if d.contract is not None:
            return self.contracts[d.contract]
        bundle = self.dependencies.get(d.part_of) if d.part_of else None
        return self.contracts.get(bundle.contract) if bundle and bundle.contract else None

    def _customer(self, contract: Contract | None) -> str | None:
        units = {e.id: e.country for e in self.inventory.organization.entities}
        if contract and contract.party in units:
            return units[contract.party] or self.inventory.organization.seat
        return self.inventory.organization.seat

    def _product(self, d: Dependency) -> tuple[Product | None, list[Unresolved]]:
        start = f"dependency:{d.id}"
        if d.product is not None:
            product = self.knowledge.products.get(d.product)
            if product is not None:
                return product, []
            return None, [Unresolved(start, "product", d.product, self._near(d.product, self.products), d.origin)]
        if d.provider is not None and normal_form(d.provider) not in self.persons:
            ids = self.products.get(normal_form(d.provider), ())
            if len(ids) == 1:
                return self.knowledge.products[ids[0]], []
        return None, []

    def _near(self, written: str, *indexes: Mapping[str, tuple[str, ...]]) -> tuple[str, ...]:
        names = {n for index in indexes for n in index}
        near = get_close_matches(normal_form(written), sorted(names), 3, 0.75)
        found = [i for n in near for index in indexes for i in index.get(n, ())]
        return tuple(dict.fromkeys(found))

    # -- who serves us -------------------------------------------------------------------------------------------

    def _contracting(
        self,
        d: Dependency,
        contract: Contract | None,
        product: Product | None,
        customer: str | None,
        start: str,
        unknown: list[Unresolved],
    ) -> Iterator[Tier]:
        if contract and contract.with_:
            yield from self._named(contract.with_, Role.CONTRACTING, Relation.CONTRACTS_WITH, start, d, "with", unknown)
        elif product is not None and product.sold_by is not None:
            yield from self._offered(
                product, product.sold_by, Role.CONTRACTING, Relation.CONTRACTS_WITH, customer, start
            )

    def _operating(
        self,
        d: Dependency,
        product: Product | None,
        customer: str | None,
        start: str,
        delivery: Delivery | None,
        unknown: list[Unresolved],
    ) -> Iterator[Tier]:
        if d.provider is not None and product is None and d.product is None:
            yield from self._named(d.provider, Role.OPERATING, Relation.OPERATED_BY, start, d, "provider", unknown)
        elif (
            product is not None
            and product.operated_by is not None
            and (delivery not in _ON_OWN_MACHINES or product.delivery not in _ON_OWN_MACHINES or not d.hosted_on)
        ):
            yield from self._offered(
                product, product.operated_by, Role.OPERATING, Relation.OPERATED_BY, customer, start
            )

    def _named(
        self, name: str, role: Role, relation: Relation, start: str, d: Dependency, part: str, unknown: list[Unresolved]
    ) -> Iterator[Tier]:
        ids = self.persons.get(normal_form(name), ())
        if len(ids) == 1:
            yield Tier(role, ids[0], (Hop(start, relation, ids[0], FactStatus.PROVIDER),))
        else:
            near = ids or self._near(name, self.persons, self.products)
            unknown.append(Unresolved(start, part, name, near, d.origin))

    def _offered(
        self, product: Product, offer: Offer, role: Role, relation: Relation, customer: str | None, start: str
    ) -> Iterator[Tier]:
        named = self.offer_for(offer, customer)
        if named is not None:
            status = offer.status or status_of(product)
            node = f"entity:{named}"
            yield Tier(role, node, (Hop(start, relation, node, status, product.name, role is Role.CONTRACTING),))

    def offer_for(self, offer: Offer, customer: str | None) -> str | None:
        """The entity for a customer's country, else for the smallest group it lies in, else the default."""
        if customer is not None:
            for area in self.knowledge.areas_of(customer, self.on):
                if area in offer.by:
                    return offer.by[area]
        return offer.by.get("default")

    # -- what stands behind --------------------------------------------------------------------------------------

    def _places(self, d: Dependency, product: Product | None, start: str) -> Iterator[Place]:
        regions = d.regions
        stated = [(Role.HOSTING, c) for c in d.performed_from]
        if regions:
            stated += [(Role.HOSTING, c) for c in (*regions.processing, *regions.failover)]
            stated += [(Role.SUPPORT, c) for c in regions.support]
        for role, country in stated:
            yield Place(
                role, country, (Hop(start, Relation.PERFORMED_FROM, f"country:{country}", FactStatus.PROVIDER, role),)
            )
        said = {role for role, _ in stated}
        for role, performed in (
            ((Role.HOSTING, product.performed_from), (Role.SUPPORT, product.support_from)) if product else ()
        ):
            if performed is not None and role not in said:
                status = performed.status or status_of(product) if product else FactStatus.UNVERIFIED
                for country in performed.value:
                    yield Place(
                        role, country, (Hop(start, Relation.PERFORMED_FROM, f"country:{country}", status, role),)
                    )

    def _edges(self, d: Dependency, start: str, behind: "_Behind", unknown: list[Unresolved]) -> tuple["_Edge", ...]:
        edges = []
        for named, role, relation in (
            *((h, Role.HOSTING, Relation.HOSTED_ON) for h in d.hosted_on),
            *((b, Role.SUB_PROCESSOR, Relation.BUILT_ON) for b in d.built_on),
            *(((d.login_via, Role.IDENTITY, Relation.BUILT_ON),) if d.login_via else ()),
        ):
            if named in self.dependencies:
                edges.append(_Edge(named, role, Hop(start, relation, f"dependency:{named}", FactStatus.PROVIDER, role)))
            elif named in self.knowledge.products:
                hop = Hop(start, relation, f"product:{named}", FactStatus.PROVIDER, role)
                behind.product(self.knowledge.products[named], (hop,), role, (named,))
            else:
                behind.tiers += self._named(named, role, relation, start, d, relation, unknown)
        return tuple(edges)


@dataclass(frozen=True, slots=True)
class _Edge:
    to: str
    role: Role
    hop: Hop


@dataclass(frozen=True, slots=True)
class _Own:
    product: Product | None
    delivery: Delivery | None
    customer: str | None
    contract: Contract | None
    tiers: tuple[Tier, ...]
    places: tuple[Place, ...]
    items: tuple[Item, ...]
    edges: tuple[_Edge, ...]
    unresolved: tuple[Unresolved, ...]


@dataclass(slots=True)
class _Behind:
    """Collects what stands behind a product of the catalogue, tier by tier."""

    finder: _Finder
    customer: str | None
    tiers: list[Tier] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def product(self, product: Product, hops: tuple[Hop, ...], role: Role, seen: tuple[str, ...]) -> None:
        """A product that takes part in the given role: whoever operates (else sells) it, and what it is built on."""
        for offer in (product.operated_by, product.sold_by):
            named = self.finder.offer_for(offer, self.customer) if offer else None
            if offer is not None and named is not None:
                node = f"entity:{named}"
                hop = Hop(hops[-1].end, Relation.OPERATED_BY, node, offer.status or status_of(product))
                self.tiers.append(Tier(role, node, (*hops, hop)))
                break
        for c in product.built_on:
            self.component(product, c, hops, hops[-1].end, seen)

    def component(
        self, product: Product, c: Component, hops: tuple[Hop, ...], start: str, seen: tuple[str, ...]
    ) -> None:
        """One component of a product, for customers of the countries for which it holds."""
        knowledge, on = self.finder.knowledge, self.finder.on
        if c.only_for and not (self.customer and set(c.only_for) & set(knowledge.areas_of(self.customer, on))):
            return
        status = c.status or status_of(product)
        if c.entity is not None:
            node = f"entity:{c.entity}"
            self.tiers.append(Tier(c.part, node, (*hops, Hop(start, Relation.BUILT_ON, node, status, c.part))))
        if c.product is not None and c.product not in seen and len(seen) < DEEPEST:
            hop = Hop(start, Relation.BUILT_ON, f"product:{c.product}", status, c.part)
            self.product(knowledge.products[c.product], (*hops, hop), c.part, (*seen, c.product))
        if c.origin_of_item is not None:
            what = c.technology or c.product or c.entity or product.id
            hop = Hop(start, Relation.ORIGINATES_IN, f"country:{c.origin_of_item}", status, what)
            self.items.append(Item(c.part, c.origin_of_item, (*hops, hop)))


def _named(e: Entity) -> tuple[str, ...]:
    return (*e.aliases, *((e.name_ko,) if e.name_ko else ()))


def _unchecked(
    delivery: Delivery | None, product: Product | None, tiers: Iterable[Tier], places: Iterable[Place]
) -> tuple[Role, ...]:
    if delivery is None:
        return (Role.CONTRACTING, Role.OPERATING, Role.HOSTING)
    seen = {t.role for t in tiers} | {p.role for p in places}
    wanted = EXPECTED.get(delivery, (Role.CONTRACTING, Role.OPERATING))
    if product is not None and product.licence is not None and product.licence.revocable is False:
        seen |= {Role.LICENCE}
    return tuple(r for r in wanted if r not in seen)


def _nodes(inventory: Inventory, knowledge: Knowledge) -> Mapping[str, Node]:
    o = inventory.organization
    nodes = [Node(f"org:{o.id}", o.name, o.seat)]
    nodes += [Node(f"unit:{e.id}", e.name, e.country) for e in o.entities]
    nodes += [Node(f"party:{p.id}", p.name, p.country) for p in inventory.parties]
    nodes += [Node(f"person:{p.id}", p.role or p.id, p.residence) for p in inventory.people]
    nodes += [Node(f"function:{f.id}", f.name or f.id) for f in inventory.functions]
    nodes += [Node(f"contract:{c.id}", c.with_ or c.id, c.law) for c in inventory.contracts]
    nodes += [Node(f"asset:{a.id}", a.name or a.id) for a in inventory.assets]
    nodes += [Node(f"entity:{e.id}", e.name, e.incorporated_in) for e in knowledge.entities.values()]
    nodes += [Node(f"product:{p.id}", p.name) for p in knowledge.products.values()]
    nodes += [Node(f"country:{j.id}", j.name.en, j.id) for j in knowledge.jurisdictions.values()]
    nodes += [Node(f"regime:{r.id}", r.short or r.name, r.authority) for r in knowledge.regimes.values()]
    for d in inventory.dependencies:
        product = knowledge.products.get(d.product or "")
        nodes.append(
            Node(f"dependency:{d.id}", d.name or (product.name if product else d.provider or d.product or d.id))
        )
    return {n.id: n for n in nodes}
