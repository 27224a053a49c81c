"""What is said of one dependency itself: its product, who serves it, what it is built on, where it is performed."""

from collections.abc import Hashable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple, TypeVar

from auditor.model.inventory import Inventory, Regions
from auditor.model.knowledge import Component, Entity, Knowledge, Offer, Performed, Product, status_of
from auditor.model.record import record
from auditor.model.report import SUBJECT, Hop
from auditor.model.vocabulary import Delivery, FactStatus, Relation, Role
from auditor.resolve.backing import ON_OWN_MACHINES, Gap, Item, Place, Tier
from auditor.resolve.names import Index, Nearest, name_index, normal_form
from auditor.resolve.traces import Traces, only

DEEPEST = 8
"""How many tiers behind one another are followed."""


class Terms(NamedTuple):
    """What a contract says about who stands behind the things bought under it."""

    with_: str | None = None
    via: str | None = None
    party: str | None = None
    currency: str | None = None
    subcontractors: tuple[str, ...] = ()


NO_TERMS = Terms()
_T = TypeVar("_T", Tier, Place, Item)


class Signature(NamedTuple):
    """Everything of a dependency that decides what stands behind it; equal signatures share a backing."""

    product: str | None
    provider: str | None
    delivery: Delivery | None
    performed_from: tuple[str, ...]
    regions: Regions | None
    hosted_on: tuple[str, ...]
    built_on: tuple[str, ...]
    login_via: str | None
    terms: Terms


class Edge(NamedTuple):
    """Another dependency that takes part in this one in a role, and the hop that leads there."""

    to: str
    role: Role
    hop: Hop


@record(eq=False)
class Said:
    """What is said of a thing and its supplier, wherever it is performed and whatever it runs on."""

    product: Product | None
    delivery: Delivery | None
    customer: str | None
    tiers: tuple[Tier, ...]
    items: tuple[Item, ...]
    gaps: tuple[Gap, ...]
    served_by: str | None


@record(eq=False)
class Links:
    """What is hosting it, what it is built on, what signs users in: other dependencies, products, legal persons."""

    edges: tuple[Edge, ...]
    tiers: tuple[Tier, ...]
    items: tuple[Item, ...]
    gaps: tuple[Gap, ...]


@record(eq=False)
class Own:
    """All that is said of a dependency itself, before what stands behind other dependencies is added."""

    said: Said
    links: Links
    places: tuple[Place, ...]

    @property
    def gaps(self) -> tuple[Gap, ...]:
        """What is written and not known; or that nobody is named at all."""
        found = (*self.said.gaps, *self.links.gaps)
        if found or self.links.edges:
            return found
        served = any(t.serves for t in (*self.said.tiers, *self.links.tiers))
        if served or (self.said.delivery in ON_OWN_MACHINES and self.said.product is not None):
            return ()
        return (Gap("provider", None),)


@dataclass(slots=True, eq=False, repr=False)
class Lookup:
    """Looks up what is written of dependencies, for one inventory on one day.

    Every part of an answer is kept by just those words that decide it, and equal tiers, places and items are one
    object: a hundred thousand dependencies are combinations of a few thousand parts.
    """

    inventory: Inventory
    knowledge: Knowledge
    on: date
    dependencies: Mapping[str, object]
    _persons: Index | None = None
    _products: Index | None = None
    _traces: Traces | None = None
    _recognised: dict[str, Product | None] = field(default_factory=dict)
    _near: dict[int, Nearest] = field(default_factory=dict)
    _areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _customers: dict[str | None, str | None] = field(default_factory=dict)
    _said: dict[tuple[object, ...], Said] = field(default_factory=dict)
    _links: dict[tuple[object, ...], Links] = field(default_factory=dict)
    _places: dict[tuple[object, ...], tuple[Place, ...]] = field(default_factory=dict)
    _named: dict[tuple[str, Role, Relation, str], tuple[tuple[Tier, ...], tuple[Gap, ...]]] = field(
        default_factory=dict
    )
    _built: dict[tuple[str, str | None], tuple[tuple[Tier, ...], tuple[Item, ...]]] = field(default_factory=dict)
    _one: dict[Hashable, Any] = field(default_factory=dict)

    @property
    def persons(self) -> Index:
        """Legal persons by name; those of the inventory come before the catalogue's. Built when first asked for."""
        if self._persons is None:
            organization = self.inventory.organization
            own = [(n, f"party:{p.id}") for p in self.inventory.parties for n in (p.id, p.name)]
            own += [(n, f"unit:{e.id}") for e in organization.entities for n in (e.id, e.name)]
            taken = {normal_form(n) for n, _ in own}
            known = [(n, f"entity:{e.id}") for e in self.knowledge.entities.values() for n in _names(e)]
            self._persons = name_index([*own, *((n, i) for n, i in known if normal_form(n) not in taken)])
        return self._persons

    @property
    def products(self) -> Index:
        """Products of the catalogue by name. Built when first asked for."""
        if self._products is None:
            known = self.knowledge.products.values()
            self._products = name_index((n, p.id) for p in known for n in (p.id, p.name, *p.aliases))
        return self._products

    def recognised(self, written: str) -> Product | None:
        """The product of which a model id or a host was written in place of a name."""
        if written not in self._recognised:
            if self._traces is None:
                self._traces = Traces(self.knowledge.products.values())
            self._recognised[written] = only(self._traces.recognised(written), self.knowledge.products)
        return self._recognised[written]

    def near(self, name: str, *indexes: Index) -> tuple[str, ...]:
        """Ids whose names are near one that nobody bears."""
        if len(indexes) not in self._near:
            self._near[len(indexes)] = Nearest(indexes)
        return self._near[len(indexes)].near(name)

    def own(self, s: Signature) -> Own:
        """All that is said of a dependency itself."""
        said = self.said(s)
        links = self.links(s, said.customer)
        stated = (s.performed_from, s.regions, said.product.id if said.product else None, said.served_by)
        if stated not in self._places:
            self._places[stated] = self.same(_places(s, said.product, said.served_by))
        return Own(said, links, self._places[stated])

    def same(self, found: Iterable[_T]) -> tuple[_T, ...]:
        """The same tiers, places or items as the very objects that stand for their equals, each once."""
        return tuple(dict.fromkeys(self._one.setdefault(x, x) for x in found))

    # -- the thing and its supplier ------------------------------------------------------------------------------

    def said(self, s: Signature) -> Said:
        """What is said of a thing and its supplier."""
        t = s.terms
        customer = self._customer(t.party)
        key = (s.product, s.provider, s.delivery, t.with_, t.via, t.subcontractors, customer)
        if key not in self._said:
            self._said[key] = self._look_up(s, customer)
        return self._said[key]

    def _look_up(self, s: Signature, customer: str | None) -> Said:
        gaps: list[Gap] = []
        product = self._product(s, gaps)
        delivery = s.delivery or (product.delivery if product else None)
        least = FactStatus.UNVERIFIED if product is not None and self._by_trace(s, product) else None
        tiers = [*self._contracting(s, product, customer, gaps, least)]
        tiers += self._operating(s, product, customer, delivery, gaps, least)
        if s.terms.via:
            tiers += self._who(s.terms.via, Role.RESELLING, Relation.BUYS_THROUGH, "via", gaps)
        for name in s.terms.subcontractors:
            tiers += self._who(name, Role.SUB_PROCESSOR, Relation.BUILT_ON, "subcontractors", gaps)
        served_by = next((t.node for role in _PERFORMS for t in tiers if t.role is role), None)
        items: tuple[Item, ...] = ()
        if product is not None:
            behind, items = self._components(product, customer)
            tiers += behind
        return Said(product, delivery, customer, self.same(tiers), items, tuple(gaps), served_by)

    def _customer(self, party: str | None) -> str | None:
        """The country of whoever signed: what a supplier sells, and who operates it, differs by that."""
        if party not in self._customers:
            o = self.inventory.organization
            self._customers[party] = next((e.country or o.seat for e in o.entities if e.id == party), o.seat)
        return self._customers[party]

    def _product(self, s: Signature, gaps: list[Gap]) -> Product | None:
        if s.product is not None:
            product = self.knowledge.products.get(s.product) or self.recognised(s.product)
            if product is None:
                gaps.append(Gap("product", s.product, self.near(s.product, self.products)))
            return product
        if s.provider is not None and not self.persons.get(s.provider):
            ids = self.products.get(s.provider)
            if len(ids) == 1:
                return self.knowledge.products[ids[0]]
            if not ids:
                return self.recognised(s.provider)
        return None

    def _by_trace(self, s: Signature, product: Product) -> bool:
        """Whether the product was recognised by a model id or a host: then who is behind it is not verified."""
        if s.product is not None:
            return s.product != product.id
        return s.provider is not None and not self.products.get(s.provider)

    def _contracting(
        self,
        s: Signature,
        product: Product | None,
        customer: str | None,
        gaps: list[Gap],
        least: FactStatus | None,
    ) -> Iterator[Tier]:
        if s.terms.with_:
            yield from self._who(s.terms.with_, Role.CONTRACTING, Relation.CONTRACTS_WITH, "with", gaps)
        elif product is not None and product.sold_by is not None:
            yield from self._offered(
                product, product.sold_by, Role.CONTRACTING, Relation.CONTRACTS_WITH, customer, least
            )

    def _operating(
        self,
        s: Signature,
        product: Product | None,
        customer: str | None,
        delivery: Delivery | None,
        gaps: list[Gap],
        least: FactStatus | None,
    ) -> Iterator[Tier]:
        if s.provider is not None and product is None and s.product is None:
            for tier in self._who(s.provider, Role.OPERATING, Relation.OPERATED_BY, "provider", gaps):
                yield tier
                if not s.terms.with_:  # who provides it is taken to be who it is contracted from
                    hop = Hop(SUBJECT, Relation.CONTRACTS_WITH, tier.node, FactStatus.FILING, None, True)
                    yield Tier(Role.CONTRACTING, tier.node, (hop,))
        elif product is not None and product.operated_by is not None:
            # what runs on one's own machines is not operated by its maker, who only sends updates
            role = Role.UPDATES if delivery in ON_OWN_MACHINES else Role.OPERATING
            relation = Relation.BUILT_ON if role is Role.UPDATES else Relation.OPERATED_BY
            yield from self._offered(product, product.operated_by, role, relation, customer, least)

    def _who(self, name: str, role: Role, relation: Relation, part: str, gaps: list[Gap]) -> tuple[Tier, ...]:
        key = (name, role, relation, part)
        if key not in self._named:
            ids = self.persons.get(name)
            if len(ids) == 1:
                tier = Tier(role, ids[0], (Hop(SUBJECT, relation, ids[0], FactStatus.FILING),))
                self._named[key] = ((tier,), ())
            else:
                self._named[key] = ((), (Gap(part, name, ids or self.near(name, self.persons, self.products)),))
        tiers, unknown = self._named[key]
        gaps += unknown
        return tiers

    def _offered(
        self,
        product: Product,
        offer: Offer,
        role: Role,
        relation: Relation,
        customer: str | None,
        least: FactStatus | None,
    ) -> Iterator[Tier]:
        named = self.offer_for(offer, customer)
        if named is not None:
            node = f"entity:{named}"
            detail = product.name if relation is not Relation.BUILT_ON else str(role)
            status = least or offer.status or status_of(product)
            hop = Hop(SUBJECT, relation, node, status, detail, role is Role.CONTRACTING)
            yield Tier(role, node, (hop,))

    def offer_for(self, offer: Offer, customer: str | None) -> str | None:
        """The entity for a customer's country, else for the smallest group it lies in, else the default."""
        for area in self.areas(customer):
            if area in offer.by:
                return offer.by[area]
        return offer.by.get("default")

    def areas(self, country: str | None) -> tuple[str, ...]:
        """A country and the groups it lies in on the day."""
        if country is None:
            return ()
        if country not in self._areas:
            self._areas[country] = self.knowledge.areas_of(country, self.on)
        return self._areas[country]

    def _components(self, product: Product, customer: str | None) -> tuple[tuple[Tier, ...], tuple[Item, ...]]:
        """What a product is built on, for customers of a country."""
        key = (product.id, customer)
        if key not in self._built:
            behind = _Behind(self, customer)
            for c in product.built_on:
                behind.component(product, c, (), SUBJECT, (product.id,))
            self._built[key] = (self.same(behind.tiers), self.same(behind.items))
        return self._built[key]

    # -- what it runs on -----------------------------------------------------------------------------------------

    def links(self, s: Signature, customer: str | None) -> Links:
        """What is said to host it, what it is built on, what signs users in."""
        key = (s.hosted_on, s.built_on, s.login_via, customer)
        if key not in self._links:
            self._links[key] = self._link(s, customer)
        return self._links[key]

    def _link(self, s: Signature, customer: str | None) -> Links:
        edges: list[Edge] = []
        gaps: list[Gap] = []
        behind = _Behind(self, customer)
        for named, role, relation in (
            *((h, Role.HOSTING, Relation.HOSTED_ON) for h in s.hosted_on),
            *((b, Role.SUB_PROCESSOR, Relation.BUILT_ON) for b in s.built_on),
            *(((s.login_via, Role.IDENTITY, Relation.BUILT_ON),) if s.login_via else ()),
        ):
            if named in self.dependencies:
                edges.append(Edge(named, role, Hop(SUBJECT, relation, f"dependency:{named}", FactStatus.FILING, role)))
            elif named in self.knowledge.products:
                hop = Hop(SUBJECT, relation, f"product:{named}", FactStatus.FILING, role)
                behind.product(self.knowledge.products[named], (hop,), role, (named,))
            else:
                behind.tiers += self._who(named, role, relation, relation, gaps)
        return Links(tuple(edges), self.same(behind.tiers), self.same(behind.items), tuple(gaps))


@dataclass(slots=True, eq=False, repr=False)
class _Behind:
    """Collects what stands behind a product, tier by tier."""

    lookup: Lookup
    customer: str | None
    tiers: list[Tier] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def product(self, product: Product, hops: tuple[Hop, ...], role: Role, seen: tuple[str, ...]) -> None:
        """A product that takes part in the given role: whoever operates (else sells) it, and what it is built on."""
        for offer in (product.operated_by, product.sold_by):
            named = self.lookup.offer_for(offer, self.customer) if offer else None
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
        if c.only_for and not set(c.only_for) & set(self.lookup.areas(self.customer)):
            return
        status = c.status or status_of(product)
        if c.entity is not None:
            node = f"entity:{c.entity}"
            self.tiers.append(Tier(c.part, node, (*hops, Hop(start, Relation.BUILT_ON, node, status, c.part))))
        if c.product is not None and c.product not in seen and len(seen) < DEEPEST:
            hop = Hop(start, Relation.BUILT_ON, f"product:{c.product}", status, c.part)
            self.product(self.lookup.knowledge.products[c.product], (*hops, hop), c.part, (*seen, c.product))
        if c.origin_of_item is not None:
            what = c.technology or c.product or c.entity or product.id
            hop = Hop(start, Relation.ORIGINATES_IN, f"country:{c.origin_of_item}", status, what)
            self.items.append(Item(c.part, c.origin_of_item, (*hops, hop)))


_PERFORMS = (Role.OPERATING, Role.CONTRACTING, Role.RESELLING)


def _names(e: Entity) -> tuple[str, ...]:
    return (e.id, e.name, *e.aliases, *((e.name_ko,) if e.name_ko else ()))


def _places(s: Signature, product: Product | None, by: str | None) -> Iterator[Place]:
    """Where it is performed: what the inventory states for a role comes before what the catalogue says of it."""
    stated = [(Role.HOSTING, c) for c in s.performed_from]
    if s.regions:
        stated += [(Role.HOSTING, c) for c in (*s.regions.processing, *s.regions.failover)]
        stated += [(Role.SUPPORT, c) for c in s.regions.support]
    for role, country in stated:
        yield _place(role, country, FactStatus.FILING, by)
    said = {role for role, _ in stated}
    known: tuple[tuple[Role, Performed | None], ...] = ()
    if product is not None:
        known = ((Role.HOSTING, product.performed_from), (Role.SUPPORT, product.support_from))
    for role, performed in known:
        if product is not None and performed is not None and role not in said:
            for country in performed.value:
                status = performed.status or status_of(product)
                yield _place(role, country, status, by, possible=len(performed.value) > 1)


def _place(role: Role, country: str, status: FactStatus, by: str | None, *, possible: bool = False) -> Place:
    hop = Hop(SUBJECT, Relation.PERFORMED_FROM, f"country:{country}", status, role)
    return Place(role, country, (hop,), by, possible)
