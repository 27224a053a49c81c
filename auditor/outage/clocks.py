"""When a cut is felt: the row of the effects table for a way of delivery, and the clocks of the thing concerned."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from auditor.model.inventory import Asset, Dependency
from auditor.model.knowledge import Clock, EffectRow, Knowledge
from auditor.model.outage import Span
from auditor.model.record import record
from auditor.model.vocabulary import AssetKind, Delivery, Effect, Outcome, Timing, Word
from auditor.outage.cascade import RANK
from auditor.resolve import ON_OWN_MACHINES

HOURS_A_DAY = 24

_AS: Mapping[AssetKind, Delivery] = {
    AssetKind.DOMAIN: Delivery.DOMAIN,
    AssetKind.CERTIFICATE: Delivery.CERTIFICATE,
    AssetKind.SIGNING_IDENTITY: Delivery.CERTIFICATE,
    AssetKind.PHONE_NUMBER: Delivery.TELEPHONY,
    AssetKind.APP: Delivery.STORE,
    AssetKind.PACKAGE_NAME: Delivery.REGISTRY,
    AssetKind.HANDLE: Delivery.SAAS,
}
"""What kind of delivery an asset in somebody's register goes as."""


@record
class Thing:
    """What decides when a cut is felt: how it is delivered, on what licence, its clocks in hours from the act."""

    delivery: Delivery | None
    irrevocable: bool = False
    ends: tuple[tuple[str, int], ...] = ()
    endless: tuple[str, ...] = ()
    asks_every: int | None = None
    asks: bool | None = None
    revocable: bool = True


@record
class Felt:
    """What becomes of a thing, when it can no longer be used (None if it goes on), and whether that has to come."""

    outcome: Outcome
    stops: Span | None = None
    surely: bool = True


def of_dependency(d: Dependency, delivery: Delivery | None, irrevocable: bool, asks: bool | None, on: date) -> Thing:
    """A dependency as a thing with clocks."""
    clocks = d.clocks
    if clocks is None:
        return Thing(delivery, irrevocable, asks=asks)
    named = ("licence_until", "prepaid_until", "certificate_until", "domain_until", "support_until")
    ends = tuple((n, hours_to(v, on)) for n in named if isinstance(v := getattr(clocks, n), date))
    endless = tuple(n for n in named if getattr(clocks, n) is Word.PERPETUAL)
    every = clocks.phones_home_every
    return Thing(delivery, irrevocable, ends, endless, every.hours if every else None, True if every else asks)


def of_asset(a: Asset, on: date) -> Thing:
    """An asset in somebody's register as a thing with clocks."""
    delivery = _AS.get(a.kind)
    until = hours_to(a.until, on) if isinstance(a.until, date) else None
    name = {Delivery.DOMAIN: "domain_until", Delivery.CERTIFICATE: "certificate_until"}.get(delivery or Delivery.SAAS)
    ends = ((name or "licence_until", until),) if until is not None else ()
    return Thing(delivery, ends=ends, revocable=a.revocable is not False)


def hours_to(day: date, on: date) -> int:
    """Hours from the act to the end of a day; none if that is over."""
    return max(0, ((day - on).days + 1) * HOURS_A_DAY)


@dataclass(slots=True, eq=False, repr=False)
class Table:
    """The effects table, looked up by delivery, effect and whether the licence can be taken back."""

    rows: Mapping[tuple[Delivery, Effect, bool], EffectRow]

    @classmethod
    def of(cls, knowledge: Knowledge) -> "Table":
        """The table of the knowledge."""
        return cls({(r.delivery, r.effect, bool(r.open_source)): r for r in knowledge.effects})

    def row(self, thing: Thing, effect: Effect) -> EffectRow | None:
        """The row for a thing; open source and open weights have rows of their own."""
        if thing.delivery is None:
            return None
        open_source = self.rows.get((thing.delivery, effect, True)) if thing.irrevocable else None
        return open_source or self.rows.get((thing.delivery, effect, False))

    def felt(self, thing: Thing, effects: Iterable[Effect], latency: Clock | None) -> Felt:
        """The worst that effects do together. Where no row applies nothing is felt; without a delivery, who knows."""
        if thing.delivery is None:
            return Felt(Outcome.UNDETERMINED, Span(0), surely=False)
        found = [felt(row, thing, latency) for e in effects if (row := self.row(thing, e)) is not None]
        if not found:
            return Felt(Outcome.SURVIVES)
        worst = max((f.outcome for f in found), key=RANK.__getitem__)
        ending = [f for f in found if f.stops is not None]
        return Felt(worst, earliest([f.stops for f in ending if f.stops]), any(f.surely for f in ending) or not ending)


def felt(row: EffectRow, thing: Thing, latency: Clock | None) -> Felt:
    """What one row says of a thing with these clocks."""
    when = row.when
    if thing.delivery is Delivery.HARDWARE and thing.asks and row.outcome is Outcome.DEGRADES:
        return Felt(Outcome.STOPS, _asked(thing, latency))  # what checks with its maker goes as a service does
    if when is Timing.NEVER:
        return Felt(row.outcome)
    ends = [hours for name, hours in thing.ends if name in row.clocks]
    at_clock = min(ends, default=None)
    match when:
        case Timing.AT_CHECK:
            return Felt(row.outcome, _at_check(thing, at_clock, latency), thing.asks is True or at_clock is not None)
        case Timing.AT_CLOCK:
            if at_clock is None and not set(thing.endless).isdisjoint(row.clocks):
                return Felt(row.outcome)
            if at_clock is None:  # one's own copy may be for good; a service ends when what is paid for is used up
                return Felt(row.outcome, Span(0), surely=thing.delivery not in ON_OWN_MACHINES)
            return Felt(row.outcome, Span(at_clock, at_clock))
        case Timing.UP_TO_CLOCK:
            low = at_clock if at_clock is not None and not thing.revocable else 0
            return Felt(row.outcome, Span(low, at_clock))
    return Felt(row.outcome, Span(latency.low if latency else 0, latency.high if latency else None))


def _at_check(thing: Thing, at_clock: int | None, latency: Clock | None) -> Span | None:
    """Software on one's own machines: at the end of its licence or when it next asks its maker, whichever is first."""
    if thing.asks is False:
        return Span(at_clock, at_clock) if at_clock is not None else None
    if thing.asks is None:
        return Span(0, at_clock)
    asked = _asked(thing, latency)
    high = min((h for h in (asked.high, at_clock) if h is not None), default=None)
    return Span(0, high)


def _asked(thing: Thing, latency: Clock | None) -> Span:
    """Between the act and the first check after the supplier has acted."""
    acted = latency.high if latency else None
    return Span(0, None if acted is None or thing.asks_every is None else acted + thing.asks_every)


def earliest(spans: Sequence[Span]) -> Span | None:
    """The first of several ends: not before the first may come, not after the first must."""
    if not spans:
        return None
    highs = [s.high for s in spans if s.high is not None]
    return Span(min(s.low for s in spans), min(highs, default=None))
