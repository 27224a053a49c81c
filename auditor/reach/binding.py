"""Whom a regime binds, by its own text: each of its tests asked of a tier, a place, an item, a payment or a person."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date

from auditor.control import Above, Judgement, OwnershipGraph, period_on
from auditor.model.inventory import Inventory, Person
from auditor.model.knowledge import Bind, Knowledge, Regime, status_of
from auditor.model.record import record
from auditor.model.report import Hop
from auditor.model.vocabulary import SERVING, BindTest, Doubt, FactStatus, Relation, Role, Standing
from auditor.reach.question import ownership_hops
from auditor.resolve import SUBJECT, Item, Place

LOWER = tuple(r for r in Role if r not in SERVING)


@record
class Bound:
    """A regime binds somebody (or a place, an item, a payment) on one basis; `hops` lead from there to the law."""

    bind: Bind
    node: str
    hops: tuple[Hop, ...]
    doubt: Doubt | None = None

    @property
    def roles(self) -> tuple[Role, ...]:
        """The parts in a dependency in which it is bound."""
        return self.bind.over or SERVING


@dataclass(slots=True, eq=False, repr=False)
class Laws:
    """Answers whom regimes bind, on one day.

    Of those by whom a legal person is owned or controlled, only who may be the firmest are told: see `Above`.
    """

    inventory: Inventory
    knowledge: Knowledge
    graph: OwnershipGraph
    on: date
    _owners: dict[tuple[int, tuple[str, ...], str, Standing], tuple[tuple[str, Judgement], ...]] = field(
        default_factory=dict
    )
    _above: Above | None = None
    _hops: dict[tuple[int, str], Hop] = field(default_factory=dict)
    _inside: dict[tuple[str, tuple[str, ...]], bool] = field(default_factory=dict)
    _incorporated: Mapping[str, str] = field(init=False)
    _run_from: Mapping[str, str] = field(init=False)

    def __post_init__(self) -> None:
        o = self.inventory.organization
        seats = {f"entity:{e.id}": e.incorporated_in for e in self.knowledge.entities.values()}
        seats |= {f"party:{p.id}": p.country for p in self.inventory.parties}
        seats |= {f"unit:{e.id}": e.country for e in o.entities} | {f"org:{o.id}": o.seat}
        self._incorporated = {n: c for n, c in seats.items() if c is not None}
        offices = {f"entity:{e.id}": e.headquartered_in for e in self.knowledge.entities.values()}
        self._run_from = {n: c for n, c in offices.items() if c is not None}

    def incorporated_in(self, node: str) -> str | None:
        """The country under whose law a node exists, if that is known."""
        return self._incorporated.get(node)

    def who_is_bound(self, regime: Regime, node: str) -> Iterator[Bound]:
        """The ways in which a regime's tests catch a legal person, whatever part it takes: see `roles`.

        Listing, nationality, residence and location never carry a basis for a legal person alone; places and people are
        asked below.
        """
        for bind in regime.binds:
            test = bind.test  # asked for each party under each law: no function for those that find nobody
            if test is BindTest.INCORPORATED_IN:
                if node in self._incorporated:
                    yield from self._by_place(regime, bind, node, self._incorporated[node], Relation.INCORPORATED_IN)
            elif test is BindTest.HEADQUARTERED_IN:
                if node in self._run_from:
                    yield from self._by_place(regime, bind, node, self._run_from[node], Relation.HEADQUARTERED_IN)
            elif test is BindTest.OWNED_BY or test is BindTest.CONTROLLED_BY:
                yield from self._by_owner(regime, bind, node)
            elif test is BindTest.BRANCH_OF:
                yield from self._by_branch(regime, bind, node)
            elif test is BindTest.TERMS_OF and node.startswith("entity:") and node.removeprefix("entity:") in bind.of:
                hop = Hop(
                    node,
                    Relation.UNDER_TERMS_OF,
                    f"regime:{regime.id}",
                    bind.status or status_of(regime),
                    words_of(bind),
                )
                yield Bound(bind, node, (hop,))

    def _by_place(self, regime: Regime, bind: Bind, node: str, place: str, relation: Relation) -> Iterator[Bound]:
        if self._in(place, bind):
            hop = Hop(node, relation, f"country:{place}", self._status(node))
            yield Bound(bind, node, (hop, self._law(regime, bind, hop.end)))

    def _by_branch(self, regime: Regime, bind: Bind, node: str) -> Iterator[Bound]:
        """A branch is no legal person of its own: what binds its house binds it."""
        o = self.inventory.organization
        unit = next((e for e in o.entities if node == f"unit:{e.id}" and e.form == "branch"), None)
        if unit is not None and o.seat is not None and self._in(o.seat, bind):
            up = Hop(node, Relation.PART_OF, f"org:{o.id}", FactStatus.FILING)
            at = Hop(f"org:{o.id}", Relation.INCORPORATED_IN, f"country:{o.seat}", FactStatus.FILING)
            yield Bound(bind, node, (up, at, self._law(regime, bind, at.end)))

    def _by_owner(self, regime: Regime, bind: Bind, node: str) -> Iterator[Bound]:
        test = self.knowledge.ownership_tests.get(bind.ownership or "")
        period = period_on(test, self.on) if test else None
        if period is None:
            return
        own = self._incorporated.get(node)
        # a subsidiary within the jurisdiction is bound by being incorporated there; its owner adds nothing
        if own is not None and self._in(own, bind):
            return
        wanted = Standing.PRESUMED_CONTROLLED if bind.test is BindTest.CONTROLLED_BY else Standing.OWNED
        key = (id(period), bind.of, node, wanted)  # the knowledge keeps the period; laws share tests and places
        if key not in self._owners:
            if self._above is None or self._above.node != node:
                self._above = Above(self.graph, node)
            self._owners[key] = self._above.firmest(
                period,
                lambda n: self._bound_owner(n, bind),
                lambda n: self._status(n).rank <= FactStatus.PROVIDER.rank,
                wanted,
            )
        for owner, judgement in self._owners[key]:
            doubt = None
            if judgement.standing is Standing.UNDETERMINED:
                doubt = Doubt.OWNER_SHARES_UNKNOWN
            elif judgement.standing is Standing.PRESUMED_CONTROLLED and wanted is Standing.OWNED:
                doubt = Doubt.PRESUMED_CONTROL
            place = self._incorporated[owner]
            at = Hop(owner, Relation.INCORPORATED_IN, f"country:{place}", self._status(owner))
            yield Bound(bind, node, (*ownership_hops(judgement), at, self._law(regime, bind, at.end)), doubt)

    def _bound_owner(self, node: str, bind: Bind) -> bool:
        place = self._incorporated.get(node)
        return place is not None and self._in(place, bind) and not node.startswith("person:")

    def where_performed(
        self, regime: Regime, node: str, places: Iterable[Place]
    ) -> Iterator[tuple[Bound, tuple[Hop, ...]]]:
        """A regime that binds whoever performs on its territory: not by being there, by performing there."""
        for bind in regime.binds:
            if bind.test is BindTest.LOCATED_IN:
                for place in places:
                    if self._in(place.country, bind) and place.role in (bind.over or LOWER):
                        law = self._law(regime, bind, f"country:{place.country}")
                        doubt = Doubt.REGION_NOT_STATED if place.possible else None
                        yield Bound(bind, node, (law,), doubt), place.hops

    def what_is_built_in(
        self, regime: Regime, node: str, items: Iterable[Item]
    ) -> Iterator[tuple[Bound, tuple[Hop, ...]]]:
        """A regime that follows an item by its origin, where the item plays one of the parts the regime is about."""
        for bind in regime.binds:
            if bind.test is BindTest.ITEM_OF_ORIGIN:
                for item in items:
                    if self._in(item.country, bind) and item.role in (bind.over or Role):
                        law = self._law(regime, bind, f"country:{item.country}")
                        yield Bound(bind, node, (law,)), item.hops

    def what_it_clears_through(
        self, regime: Regime, node: str, currency: str | None
    ) -> Iterator[tuple[Bound, tuple[Hop, ...]]]:
        """A regime that binds the banks through which a payment in its currency clears."""
        for bind in regime.binds:
            if bind.test is BindTest.CLEARS_THROUGH and currency is not None and self._clears(currency, bind):
                hop = Hop(SUBJECT, Relation.PAID_IN, f"currency:{currency}", FactStatus.FILING)
                yield Bound(bind, node, (self._law(regime, bind, hop.end),)), (hop,)

    def who_of_us(self, regime: Regime, person: Person) -> Iterator[Bound]:
        """The ways in which a regime binds one of our people as an individual."""
        node = f"person:{person.id}"
        for bind in regime.binds:
            if bind.test is BindTest.NATIONAL_OF:
                for country in person.nationalities:
                    if self._in(country, bind):
                        hop = Hop(node, Relation.NATIONAL_OF, f"country:{country}", FactStatus.FILING)
                        yield Bound(bind, node, (hop, self._law(regime, bind, hop.end)))
            elif bind.test is BindTest.RESIDENT_OF:
                for country in sorted(
                    {*person.permanent_residence_of, *((person.residence,) if person.residence else ())}
                ):
                    if self._in(country, bind):
                        hop = Hop(node, Relation.RESIDENT_OF, f"country:{country}", FactStatus.FILING)
                        yield Bound(bind, node, (hop, self._law(regime, bind, hop.end)))

    def _in(self, place: str, bind: Bind) -> bool:
        key = (place, bind.of)
        if key not in self._inside:
            self._inside[key] = any(self.knowledge.within(place, area, self.on) for area in bind.of)
        return self._inside[key]

    def _clears(self, currency: str, bind: Bind) -> bool:
        places = (self.knowledge.jurisdictions.get(area) for area in bind.of)
        return any(place is not None and place.currency == currency for place in places)

    def _law(self, regime: Regime, bind: Bind, start: str) -> Hop:
        key = (id(bind), start)
        if key not in self._hops:
            status = bind.status or status_of(regime)
            self._hops[key] = Hop(start, Relation.BOUND_BY, f"regime:{regime.id}", status, words_of(bind))
        return self._hops[key]

    def _status(self, node: str) -> FactStatus:
        entity = self.knowledge.entities.get(node.removeprefix("entity:")) if node.startswith("entity:") else None
        return status_of(entity) if entity else FactStatus.FILING


def words_of(bind: Bind) -> str | None:
    """The words it rests on, in English: the report has them beside the law in both languages."""
    return bind.text.en if bind.text else None
