"""What is known of the world: who offers what, who owns whom, which law binds whom (`auditor: knowledge/1`).

Every record carries its sources. The shape of the documents is the shape of these classes, as in the inventory.
"""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import Annotated

from auditor.model.inventory import Identifiers
from auditor.model.record import record
from auditor.model.values import NOWHERE, Country, Currency, Id, Key, Kind, Origin, Prose, Ref, Share, Text, Until, Url
from auditor.model.vocabulary import (
    Basis,
    BindTest,
    ClockName,
    ControlKind,
    Delivery,
    Effect,
    FactStatus,
    LawCertainty,
    Layer,
    LegalPersonKind,
    Outcome,
    PeriodStatus,
    Power,
    Return,
    Role,
    Timing,
)


@record
class Source:
    """Where a fact was read, when, and what kind of source that is."""

    title: Annotated[str, "what was read"]
    retrieved: Annotated[date, "when"]
    status: Annotated[FactStatus, "what kind of source"]
    url: Annotated[Url | None, "where"] = None
    published: Annotated[date | None, "date of the source itself"] = None


@record
class Jurisdiction:
    """A country, or a group of countries that makes law."""

    id: Annotated[Id, "ISO 3166-1 alpha-2, or EU"]
    name: Text
    currency: Annotated[Currency | None, "its currency: payments in it clear there"] = None
    members: Annotated[tuple["Membership", ...], "countries in it, with dates"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Membership:
    """A country's time in a group."""

    id: Annotated[Id, "the country"]
    since: Annotated[date | None, Key("from"), "first day"] = None
    until: Annotated[date | None, "last day"] = None


@record
class KnownStake:
    """A share or a kind of control that `by` has in the entity under which this stands."""

    by: Annotated[Ref, "entity id of the holder"]
    percent: Annotated[Share | None, "share of the capital"] = None
    voting: Annotated[Share | None, "share of the votes, where it differs"] = None
    control: Annotated[tuple[ControlKind, ...], "kinds of control apart from shares"] = ()
    joint: Annotated[str | None, "holders with the same word here act under a joint arrangement"] = None
    since: Annotated[date | None, Key("from"), "first day"] = None
    until: Annotated[Until | None, "last day"] = None
    status: Annotated[FactStatus | None, "where it differs from the record's sources"] = None


@record
class Entity:
    """A legal person, a state, or (only where a precedent needs one) a natural person by role."""

    id: Id
    name: Annotated[str, "registered name"]
    kind: Annotated[LegalPersonKind, "what it is"] = LegalPersonKind.COMPANY
    name_ko: Annotated[str | None, "name in Korean"] = None
    aliases: Annotated[tuple[str, ...], "other names, brands, former names"] = ()
    ids: Annotated[Identifiers | None, "official numbers"] = None
    incorporated_in: Annotated[Country | None, "law under which it exists"] = None
    headquartered_in: Annotated[Country | None, "where it is run from"] = None
    listed_on: Annotated[tuple[str, ...], "exchanges"] = ()
    staff_in: Annotated[tuple[Country, ...], "where it has staff"] = ()
    owned_by: Annotated[tuple[KnownStake, ...], "who holds shares in it or controls it"] = ()
    notes: Annotated[Prose | None, "what does not fit elsewhere"] = None
    sources: tuple[Source, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Offer:
    """Which legal person sells or operates a product, by the customer's country or group; `default` for the rest."""

    by: Annotated[Mapping[str, Ref], "default, EU, KR, … → entity id"]
    status: Annotated[FactStatus | None, "where it differs from the record's sources"] = None


@record
class Performed:
    """Where a product is performed from; an empty tuple says that it is unknown."""

    value: Annotated[tuple[Country, ...], "countries, or unknown"] = ()
    status: Annotated[FactStatus | None, "where it differs from the record's sources"] = None


@record
class Component:
    """Something a product is built on: another product, a legal person that takes part, or a technology by origin."""

    part: Annotated[Role, Key("as"), "the part it takes"]
    product: Annotated[Ref | None, "product id"] = None
    entity: Annotated[Ref | None, "entity id"] = None
    technology: Annotated[str | None, "a technology by name"] = None
    origin_of_item: Annotated[Country | None, "country whose export control follows the item"] = None
    only_for: Annotated[tuple[Country, ...], "customer countries or groups for which this holds"] = ()
    replaceable: Annotated[bool | None, "could the product do without it"] = None
    status: Annotated[FactStatus | None, "where it differs from the record's sources"] = None


@record
class ProductLicence:
    """On what terms software or weights may be used, and whether that can be taken back."""

    spdx: Annotated[str | None, "SPDX id, or proprietary"] = None
    revocable: Annotated[bool | None, "can it be taken back"] = None
    phones_home: Annotated[bool | None, "does it ask its maker"] = None
    open_weights: Annotated[bool | None, "are the weights published"] = None


@record
class Signals:
    """Traces by which a product is recognised in technical sources."""

    domains: tuple[str, ...] = ()
    mx: tuple[str, ...] = ()
    spf: tuple[str, ...] = ()
    purls: tuple[str, ...] = ()
    terraform: tuple[str, ...] = ()
    env: tuple[str, ...] = ()
    images: tuple[str, ...] = ()
    models: tuple[str, ...] = ()


@record
class Product:
    """A brand offer: what people buy, and the legal persons behind it."""

    id: Id
    name: Annotated[str, "as it is sold"]
    category: Annotated[str, "mail, identity, office, compute, …"]
    layer: Layer
    delivery: Delivery
    name_ko: Annotated[str | None, "name in Korean"] = None
    aliases: Annotated[tuple[str, ...], "other names"] = ()
    operated_by: Annotated[Offer | None, Kind("offer"), "who operates it for the customer"] = None
    sold_by: Annotated[Offer | None, Kind("offer"), "who sells it; assumed until the signed contract says so"] = None
    performed_from: Annotated[Performed | None, Kind("performed"), "where it is performed"] = None
    support_from: Annotated[Performed | None, Kind("performed"), "where support sits"] = None
    built_on: Annotated[tuple[Component, ...], "hosting, models, sub-processors, …"] = ()
    part_of: Annotated[Ref | None, "the bundle it is usually bought in"] = None
    licence: Annotated[ProductLicence | None, "terms of use"] = None
    signals: Annotated[Signals | None, "how it is recognised"] = None
    substitutes: Annotated[tuple[Ref, ...], "products that do the same work"] = ()
    notes: Annotated[Prose | None, "what does not fit elsewhere"] = None
    sources: tuple[Source, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class OwnershipPeriod:
    """One state of an ownership test, while it held."""

    threshold: Annotated[Share, "the share that counts"]
    operator: Annotated[str, Kind("operator"), "at_least or more_than"]
    aggregate: Annotated[str, Kind("aggregate"), "all holders together, joint arrangements only, or none"]
    control: Annotated[bool, "does control alone lead to a presumption"]
    since: Annotated[date | None, Key("from"), "first day"] = None
    until: Annotated[date | None, "last day"] = None
    status: PeriodStatus = PeriodStatus.IN_FORCE


@record
class OwnershipTest:
    """How a regime gets from an owner to what it owns. An owner that meets the test counts with its whole stake."""

    id: Id
    name: Text
    citation: Annotated[str, "where the test stands"]
    periods: Annotated[tuple[OwnershipPeriod, ...], "its states over time"]
    rebuttal: Annotated[Prose | None, "what would rebut a presumption of control"] = None
    notes: Annotated[Prose | None, "what does not fit elsewhere"] = None
    sources: tuple[Source, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Period:
    """A state of a regime between two dates."""

    status: PeriodStatus
    since: Annotated[date | None, Key("from"), "first day"] = None
    until: Annotated[date | None, "last day"] = None
    note: Annotated[Prose | None, "why"] = None


@record
class Bind:
    """One way in which a regime's own text binds somebody, and the basis that follows from it."""

    test: BindTest
    of: Annotated[tuple[Country, ...], Kind("one_or_many"), "country, group or entity the test is about"]
    basis: Basis
    law_certainty: LawCertainty
    over: Annotated[tuple[Role, ...], "parts in a dependency to which it applies; the serving ones if left out"] = ()
    ownership: Annotated[Ref | None, "ownership test, for owned_by and controlled_by"] = None
    text: Annotated[Prose | None, "the words it rests on"] = None
    status: Annotated[FactStatus | None, "where it differs from the record's sources"] = None


@record
class TargetReach:
    """How far a regime goes beyond the one it names."""

    ownership: Annotated[Ref | None, "ownership test"] = None
    family: Annotated[Effect | str | None, Kind("word"), "effect on family, or none"] = None
    support: Annotated[Basis | None, "what supporters must reckon with"] = None


@record
class Clock:
    """Hours between two points, as an interval; `high` is absent where nothing bounds it."""

    low: Annotated[int, "hours"] = 0
    high: Annotated[int | None, "hours, or absent"] = None
    note: Annotated[Prose | None, "what it rests on"] = None


@record
class Regime:
    """A body of law, or a supplier's terms, under which somebody may be made to stop."""

    id: Id
    name: Annotated[str, "official title"]
    authority: Annotated[Country, "who acts; `voluntary` for a supplier's own terms"]
    citation: Annotated[str, "where it stands"]
    periods: tuple[Period, ...]
    power: Annotated[tuple[Power, ...], "what it can be aimed at"]
    binds: tuple[Bind, ...]
    effects: tuple[Effect, ...]
    name_ko: Annotated[str | None, "official or usual Korean title"] = None
    short: Annotated[str | None, "short title for chains"] = None
    concerns: Annotated[tuple[str, ...], "entity ids about which it is; empty if it can be aimed at anybody"] = ()
    aimed_at: Annotated[tuple[Country, ...], "countries to which its targets must have a tie; empty if none"] = ()
    reach_of_target: Annotated[TargetReach | None, "owned, family, supporters"] = None
    notice: Annotated[Clock | None, "warning required or usual"] = None
    latency: Annotated[Clock | None, "from act to cut, as observed"] = None
    carve_outs: Annotated[tuple[Prose, ...], "exceptions and licences; printed beside, never netted"] = ()
    conflicts_with: Annotated[tuple[Ref, ...], "regimes that forbid obeying it"] = ()
    to_verify: Annotated[tuple[Prose, ...], "what could not be read or is not settled"] = ()
    notes: Annotated[Prose | None, "what does not fit elsewhere"] = None
    sources: tuple[Source, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Claim:
    """What one side says of a disputed event."""

    by: Annotated[Prose, "who says it"]
    said: Annotated[Prose, "what they say"]
    source: Annotated[int | None, "which of the record's sources, from 1"] = None


@record
class Precedent:
    """Who stopped what for whom, when, on what ground, with what notice and outcome."""

    id: Id
    title: Text
    day: Annotated[str, Key("date"), "ISO date, or year and month where the day is unknown"]
    regimes: Annotated[tuple[Ref, ...], "regimes in play"]
    outcome: Annotated[Outcome, "what became of the service"]
    summary: Text
    suppliers: Annotated[tuple[Ref, ...], "entity ids"] = ()
    categories: Annotated[tuple[str, ...], "product categories"] = ()
    affected: Annotated[Prose | None, "role of the one affected"] = None
    basis: Annotated[Basis | None, "ground, as far as it is known"] = None
    cut_by: Annotated[
        str | None, Kind("cut_by"), "supplier, customer_under_pressure, intermediary, nobody, disputed"
    ] = None
    until: Annotated[date | None, "end"] = None
    legal_from: Annotated[date | None, "when the duty started"] = None
    licensed_until: Annotated[date | None, "end of a wind-down licence; it permits, it compels nobody"] = None
    notice: Annotated[Clock | None, "warning given"] = None
    latency: Annotated[Clock | None, "from act to cut"] = None
    claims: Annotated[tuple[Claim, ...], "each side's version, where disputed"] = ()
    sources: tuple[Source, ...] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


def status_of(record: Entity | Product | Regime | OwnershipTest | Precedent) -> FactStatus:
    """The status of a record's facts where a field says no other: that of its strongest source."""
    return min((s.status for s in record.sources), key=lambda s: s.rank, default=FactStatus.UNVERIFIED)


@record
class EffectRow:
    """What an effect does to one way of delivery."""

    delivery: Delivery
    effect: Effect
    outcome: Outcome
    note: Text
    open_source: Annotated[bool | None, "only for open source or open weights on one's own disk"] = None
    when: Annotated[Timing, "when it is felt"] = Timing.ANY_TIME
    clocks: Annotated[tuple[ClockName, ...], "the clocks that say when, the first to end counting"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class ReturnRow:
    """What becomes of an outcome when the act is taken back, for one way of delivery or, without one, for the rest."""

    outcome: Outcome
    returns: Return
    note: Text
    delivery: Delivery | None = None
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Knowledge:
    """All fact files of a run by id, overlays applied."""

    jurisdictions: Mapping[str, Jurisdiction]
    entities: Mapping[str, Entity]
    products: Mapping[str, Product]
    ownership_tests: Mapping[str, OwnershipTest]
    regimes: Mapping[str, Regime]
    precedents: Mapping[str, Precedent]
    effects: tuple[EffectRow, ...] = ()
    returns: tuple[ReturnRow, ...] = ()
    overlays: tuple[str, ...] = ()
    digest: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """How many records of each kind there are."""
        kinds = ("entities", "products", "regimes", "precedents", "ownership_tests", "jurisdictions")
        return {kind: len(getattr(self, kind)) for kind in kinds}

    @property
    def retrieved(self) -> date | None:
        """The newest day on which a source of any record was read."""
        kinds = (self.entities, self.products, self.regimes, self.precedents, self.ownership_tests)
        days = (s.retrieved for records in kinds for record in records.values() for s in record.sources)
        return max(days, default=None)

    def within(self, place: str | None, area: str, on: date) -> bool:
        """Whether a country is, or on that day lies in, an area: a country or a group such as the EU."""
        if place is None:
            return False
        if place == area:
            return True
        group = self.jurisdictions.get(area)
        return group is not None and any(
            m.id == place and (m.since is None or m.since <= on) and (m.until is None or on <= m.until)
            for m in group.members
        )

    def areas_of(self, place: str, on: date) -> tuple[str, ...]:
        """The country itself and the groups it lies in on that day, smallest first."""
        groups = sorted(g for g, j in self.jurisdictions.items() if j.members and self.within(place, g, on))
        return (place, *(g for g in groups if g != place))
