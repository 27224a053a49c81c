"""Finds products, legal persons, places and items by what the inventory wrote, then what stands behind those."""

from collections import deque
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import date

from auditor.model.inventory import Contract, Dependency, Inventory, Regions
from auditor.model.knowledge import Component, Entity, Knowledge, Offer, Performed, Product, status_of
from auditor.model.report import SUBJECT, Hop
from auditor.model.vocabulary import Delivery, FactStatus, Relation, Role
from auditor.resolve.backing import ON_OWN_MACHINES, Backing, Gap, Item, Place, Supply, Tier, seen_from
from auditor.resolve.names import Index, name_index, near, normal_form

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
"""Parts without which a dependency has not been looked through; for other deliveries, contracting and operating."""


@dataclass(frozen=True, slots=True)
class _Terms:
    """What a contract says about who stands behind the things bought under it."""

    with_: str | None = None
    via: str | None = None
    party: str | None = None
    currency: str | None = None
    subcontractors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Edge:
    to: str
    role: Role
    hop: Hop


@dataclass(frozen=True, slots=True)
class _Signature:
    """Everything of a dependency that decides what stands behind it; equal signatures share a backing."""

    product: str | None
    provider: str | None
    delivery: Delivery | None
    performed_from: tuple[str, ...]
    regions: Regions | None
    hosted_on: tuple[str, ...]
    built_on: tuple[str, ...]
    login_via: str | None
    terms: _Terms


@dataclass(slots=True)
class Finder:
    """Looks things up for one inventory on one day; remembers what it has found."""

    inventory: Inventory
    knowledge: Knowledge
    on: date
    dependencies: Mapping[str, Dependency] = field(init=False)
    contracts: Mapping[str, Contract] = field(init=False)
    _persons: Index | None = None
    _products: Index | None = None
    _own: dict[_Signature, "_Own"] = field(default_factory=dict)
    _backings: dict[_Signature, Backing] = field(default_factory=dict)
    _areas: dict[str, tuple[str, ...]] = field(default_factory=dict)
    _terms: dict[str, _Terms] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.dependencies = {d.id: d for d in self.inventory.dependencies}
        self.contracts = {c.id: c for c in self.inventory.contracts}

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

    def supply(self, d: Dependency) -> Supply:
        """A dependency with its contract and what stands behind it."""
        contract = self.contract(d)
        return Supply(d, contract, self.backing(d))

    def contract(self, d: Dependency) -> Contract | None:
        """The contract of a dependency, or that of the bundle it is part of."""
        if d.contract is not None:
            return self.contracts[d.contract]
        bundle = self.dependencies.get(d.part_of) if d.part_of else None
        return self.contracts.get(bundle.contract) if bundle and bundle.contract else None

    def backing(self, d: Dependency) -> Backing:
        """A dependency with all it is hosted on and built on; each of those is passed once, by the fewest hops."""
        signature = self.signature(d)
        if signature in self._backings:
            return self._backings[signature]
        own = self.own(signature)
        behind = _Behind(self, own.customer, list(own.tiers), list(own.places), list(own.items))
        seen = {d.id}
        circular = False
        queue: deque[tuple[str, Role, tuple[Hop, ...]]] = deque((e.to, e.role, (e.hop,)) for e in own.edges)
        while queue:
            named, role, hops = queue.popleft()
            circular |= named == d.id
            if named in seen:
                continue
            seen.add(named)
            other = self.own(self.signature(self.dependencies[named]))
            behind.take(other, f"dependency:{named}", role, hops)
            if len(hops) < DEEPEST:
                queue.extend((e.to, role, (*hops, *seen_from(hops[-1].end, (e.hop,)))) for e in other.edges)
        found = Backing(
            product=own.product,
            delivery=own.delivery,
            customer=own.customer,
            party=signature.terms.party,
            currency=signature.terms.currency,
            tiers=tuple(sorted(set(behind.tiers), key=lambda t: (t.role.rank, len(t.hops), t.node, str(t.hops)))),
            places=tuple(sorted(set(behind.places), key=lambda p: (p.role.rank, p.country, len(p.hops), str(p.hops)))),
            items=tuple(sorted(set(behind.items), key=lambda i: (i.role.rank, i.country, len(i.hops), str(i.hops)))),
            unchecked=_unchecked(own.delivery, own.product, behind.tiers, behind.places),
            gaps=own.gaps,
        )
        if not circular:  # what leads back to itself looks different from each place in the circle
            self._backings[signature] = found
        return found

    def signature(self, d: Dependency) -> _Signature:
        """What decides the backing of a dependency."""
        contract = self.contract(d)
        return _Signature(
            d.product, d.provider, d.delivery, d.performed_from, d.regions, d.hosted_on, d.built_on, d.login_via,
            self.terms(contract) if contract else _Terms(),
        )  # fmt: skip

    def terms(self, contract: Contract) -> _Terms:
        """The terms of a contract that matter here."""
        if contract.id not in self._terms:
            currency = contract.currency or (contract.amount.currency if contract.amount else None)
            self._terms[contract.id] = _Terms(
                contract.with_, contract.via, contract.party, currency, contract.subcontractors
            )
        return self._terms[contract.id]

    # -- what is said of a dependency itself ---------------------------------------------------------------------

    def own(self, s: _Signature) -> "_Own":
        """What is said of a dependency itself, before what stands behind other dependencies is added."""
        if s not in self._own:
            self._own[s] = self._look_up(s)
        return self._own[s]

    def _look_up(self, s: _Signature) -> "_Own":
        customer = self._customer(s.terms.party)
        gaps: list[Gap] = []
        product = self._product(s, gaps)
        delivery = s.delivery or (product.delivery if product else None)
        behind = _Behind(self, customer)
        behind.tiers += self._contracting(s, product, customer, gaps)
        behind.tiers += self._operating(s, product, customer, delivery, gaps)
        if s.terms.via:
            behind.tiers += self._named(s.terms.via, Role.RESELLING, Relation.BUYS_THROUGH, "via", gaps)
        for name in s.terms.subcontractors:
            behind.tiers += self._named(name, Role.SUB_PROCESSOR, Relation.BUILT_ON, "subcontractors", gaps)
        served_by = next((t.node for role in _PERFORMS for t in behind.tiers if t.role is role), None)
        behind.places += _places(s, product, served_by)
        edges = self._edges(s, behind, gaps)
        if product is not None:
            for c in product.built_on:
                behind.component(product, c, (), SUBJECT, (product.id,))
        served = any(t.serves for t in behind.tiers) or (delivery in ON_OWN_MACHINES and product is not None)
        if not gaps and not edges and not served:
            gaps.append(Gap("provider", None))
        return _Own(product, delivery, customer, behind.tiers, behind.places, behind.items, edges, tuple(gaps))

    def _customer(self, party: str | None) -> str | None:
        """The country of whoever signed: what a supplier sells, and who operates it, differs by that."""
        seat = self.inventory.organization.seat
        return next((e.country or seat for e in self.inventory.organization.entities if e.id == party), seat)

    def _product(self, s: _Signature, gaps: list[Gap]) -> Product | None:
        if s.product is not None:
            product = self.knowledge.products.get(s.product)
            if product is None:
                gaps.append(Gap("product", s.product, near(s.product, self.products)))
            return product
        if s.provider is not None and not self.persons.get(s.provider):
            ids = self.products.get(s.provider)
            if len(ids) == 1:
                return self.knowledge.products[ids[0]]
        return None

    def _contracting(
        self, s: _Signature, product: Product | None, customer: str | None, gaps: list[Gap]
    ) -> Iterator[Tier]:
        if s.terms.with_:
            yield from self._named(s.terms.with_, Role.CONTRACTING, Relation.CONTRACTS_WITH, "with", gaps)
        elif product is not None and product.sold_by is not None:
            yield from self._offered(product, product.sold_by, Role.CONTRACTING, Relation.CONTRACTS_WITH, customer)

    def _operating(
        self,
        s: _Signature,
        product: Product | None,
        customer: str | None,
        delivery: Delivery | None,
        gaps: list[Gap],
    ) -> Iterator[Tier]:
        if s.provider is not None and product is None and s.product is None:
            for tier in self._named(s.provider, Role.OPERATING, Relation.OPERATED_BY, "provider", gaps):
                yield tier
                if not s.terms.with_:  # who provides it is taken to be who it is contracted from
                    hop = Hop(SUBJECT, Relation.CONTRACTS_WITH, tier.node, FactStatus.FILING, None, True)
                    yield Tier(Role.CONTRACTING, tier.node, (hop,))
        elif product is not None and product.operated_by is not None:
            # what runs on one's own machines is not operated by its maker, who only sends updates
            role = Role.UPDATES if delivery in ON_OWN_MACHINES else Role.OPERATING
            relation = Relation.BUILT_ON if role is Role.UPDATES else Relation.OPERATED_BY
            yield from self._offered(product, product.operated_by, role, relation, customer)

    def _named(self, name: str, role: Role, relation: Relation, part: str, gaps: list[Gap]) -> Iterator[Tier]:
        ids = self.persons.get(name)
        if len(ids) == 1:
            yield Tier(role, ids[0], (Hop(SUBJECT, relation, ids[0], FactStatus.FILING),))
        else:
            gaps.append(Gap(part, name, ids or near(name, self.persons, self.products)))

    def _offered(
        self, product: Product, offer: Offer, role: Role, relation: Relation, customer: str | None
    ) -> Iterator[Tier]:
        named = self.offer_for(offer, customer)
        if named is not None:
            node = f"entity:{named}"
            detail = product.name if relation is not Relation.BUILT_ON else str(role)
            hop = Hop(SUBJECT, relation, node, offer.status or status_of(product), detail, role is Role.CONTRACTING)
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

    def _edges(self, s: _Signature, behind: "_Behind", gaps: list[Gap]) -> tuple[_Edge, ...]:
        edges = []
        for named, role, relation in (
            *((h, Role.HOSTING, Relation.HOSTED_ON) for h in s.hosted_on),
            *((b, Role.SUB_PROCESSOR, Relation.BUILT_ON) for b in s.built_on),
            *(((s.login_via, Role.IDENTITY, Relation.BUILT_ON),) if s.login_via else ()),
        ):
            if named in self.dependencies:
                edges.append(_Edge(named, role, Hop(SUBJECT, relation, f"dependency:{named}", FactStatus.FILING, role)))
            elif named in self.knowledge.products:
                hop = Hop(SUBJECT, relation, f"product:{named}", FactStatus.FILING, role)
                behind.product(self.knowledge.products[named], (hop,), role, (named,))
            else:
                behind.tiers += self._named(named, role, relation, relation, gaps)
        return tuple(edges)


@dataclass(frozen=True, slots=True)
class _Own:
    product: Product | None
    delivery: Delivery | None
    customer: str | None
    tiers: list[Tier]
    places: list[Place]
    items: list[Item]
    edges: tuple[_Edge, ...]
    gaps: tuple[Gap, ...]


@dataclass(slots=True)
class _Behind:
    """Collects what stands behind, tier by tier."""

    finder: Finder
    customer: str | None
    tiers: list[Tier] = field(default_factory=list)
    places: list[Place] = field(default_factory=list)
    items: list[Item] = field(default_factory=list)

    def take(self, other: _Own, node: str, role: Role, hops: tuple[Hop, ...]) -> None:
        """What is said of another dependency, seen from here: whoever serves it takes part here in the given role."""
        for t in other.tiers:
            self.tiers.append(Tier(role if t.serves else t.role, t.node, (*hops, *seen_from(node, t.hops))))
        self.places += [replace(p, hops=(*hops, *seen_from(node, p.hops))) for p in other.places]
        self.items += [replace(i, hops=(*hops, *seen_from(node, i.hops))) for i in other.items]

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
        if c.only_for and not set(c.only_for) & set(self.finder.areas(self.customer)):
            return
        status = c.status or status_of(product)
        if c.entity is not None:
            node = f"entity:{c.entity}"
            self.tiers.append(Tier(c.part, node, (*hops, Hop(start, Relation.BUILT_ON, node, status, c.part))))
        if c.product is not None and c.product not in seen and len(seen) < DEEPEST:
            hop = Hop(start, Relation.BUILT_ON, f"product:{c.product}", status, c.part)
            self.product(self.finder.knowledge.products[c.product], (*hops, hop), c.part, (*seen, c.product))
        if c.origin_of_item is not None:
            what = c.technology or c.product or c.entity or product.id
            hop = Hop(start, Relation.ORIGINATES_IN, f"country:{c.origin_of_item}", status, what)
            self.items.append(Item(c.part, c.origin_of_item, (*hops, hop)))


_PERFORMS = (Role.OPERATING, Role.CONTRACTING, Role.RESELLING)


def _names(e: Entity) -> tuple[str, ...]:
    return (e.id, e.name, *e.aliases, *((e.name_ko,) if e.name_ko else ()))


def _places(s: _Signature, product: Product | None, by: str | None) -> Iterator[Place]:
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


def _unchecked(
    delivery: Delivery | None, product: Product | None, tiers: Iterable[Tier], places: Iterable[Place]
) -> tuple[Role, ...]:
    seen = {t.role for t in tiers} | {p.role for p in places}
    least = (Role.CONTRACTING, Role.OPERATING)
    wanted = EXPECTED.get(delivery, least) if delivery is not None else (*least, Role.HOSTING)
    if product is not None and product.licence is not None and product.licence.revocable is False:
        seen |= {Role.LICENCE}
    return tuple(r for r in wanted if r not in seen)
