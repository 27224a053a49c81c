"""Whether a list that was read is believed: counts, fill rates, dates, and how it compares with the one before it."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from auditor.lists._reading import Envelope, Source
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, ListedParty, PartyKind

SHRINK_SHARE = 5
"""Per cent of its records that a list may lose without a person saying so."""
SHRINK_COUNT = 50
FILL_DROP = 15
"""Points by which the share of records that have a field may fall."""
FILL_LEAST = 40
"""Records below which a share says nothing."""
SKEW = timedelta(days=1)
"""How far ahead of our clock a date may be: time zones."""

ACCEPTABLE = ("shrink", "fill", "end", "closed")
"""What a person may accept with open eyes; the rest is never believed."""


@dataclass(slots=True)
class Measured:
    """What is counted while records go by."""

    count: int = 0
    names: int = 0
    delisted: int = 0
    having: dict[str, int] = field(default_factory=dict)
    ids: set[int] = field(default_factory=set)
    twice: int = 0

    def add(self, party: ListedParty) -> None:
        """Count one record."""
        self.count += 1
        self.names += len(party.names)
        self.delisted += party.delisted is not None
        key = hash(party.id)
        if key in self.ids:
            self.twice += 1
        self.ids.add(key)
        having = self.having
        for name, there in (
            ("alias", len(party.names) > 1),
            ("country", party.places),
            ("identifier", party.identifiers),
            ("programme", party.programmes),
            ("date", party.dates),
            ("listed", any(d.role is DateRole.LISTED for d in party.dates)),
            ("kind", party.kind is not PartyKind.UNKNOWN),
        ):
            if there:
                having[name] = having.get(name, 0) + 1

    def fill(self) -> dict[str, int]:
        """Per cent of the records that have each field, rounded down."""
        return {name: 100 * n // self.count for name, n in sorted(self.having.items())} if self.count else {}


@dataclass(frozen=True, slots=True)
class Before:
    """What the judgement needs of the list that is in force: its date, counts, shares, and its ids in order."""

    published: date | None
    count: int
    fill: dict[str, int]
    ids: Sequence[str] = ()


def judged(
    source: Source,
    envelope: Envelope,
    measured: Measured,
    new_ids: frozenset[str],
    before: Before | None,
    today: date,
    accepted: Sequence[str],
) -> tuple[Refused, ...]:
    """Every reason not to believe a list; what a person accepts is left out."""
    found = [*_alone(source, envelope, measured, today)]
    if before is not None:
        found += _compared(envelope, measured, new_ids, before)
    return tuple(r for name, r in found if name not in accepted)


Reason = tuple[str, Refused]


def _alone(source: Source, envelope: Envelope, measured: Measured, today: date) -> Iterator[Reason]:
    if source.closed is not None:
        yield "closed", Refused("E-LIST-CLOSED", "closed", on=source.closed.isoformat())
    if measured.count == 0:
        yield "empty", Refused("E-LIST-EMPTY", "no_records")
        return
    if envelope.declared is not None and envelope.declared != measured.count:
        yield "count", Refused("E-LIST-COUNT", "declared", said=envelope.declared, found=measured.count)
    if measured.count < source.floor:
        yield "count", Refused("E-LIST-COUNT", "floor", found=measured.count, least=source.floor)
    if not envelope.ended:
        yield "end", Refused("E-LIST-END", "no_end")
    if envelope.published is not None and envelope.published > today + SKEW:
        yield "clock", Refused("E-CLOCK", "future", on=envelope.published.isoformat(), today=today.isoformat())
    fill = measured.fill()
    for name, least in source.fill.items():
        if fill.get(name, 0) < least and measured.count >= FILL_LEAST:
            yield "fill", Refused("E-LIST-FILL", "fill", field=name, found=fill.get(name, 0), least=least)


def _compared(envelope: Envelope, measured: Measured, new_ids: frozenset[str], before: Before) -> Iterator[Reason]:
    if before.published is not None:
        if envelope.published is None:
            yield "rollback", Refused("E-LIST-ROLLBACK", "undated", before=before.published.isoformat())
        elif envelope.published < before.published:
            yield (
                "rollback",
                Refused(
                    "E-LIST-ROLLBACK",
                    "rollback",
                    on=envelope.published.isoformat(),
                    before=before.published.isoformat(),
                ),
            )
    lost = before.count - measured.count
    if lost > SHRINK_COUNT or lost * 100 > before.count * SHRINK_SHARE:
        yield "shrink", Refused("E-LIST-SHRINK", "shrink", before=before.count, found=measured.count)
    elif not envelope.certain and lost > 0 and _tail_is_missing(before.ids, new_ids):
        yield "end", Refused("E-LIST-END", "tail", n=lost)
    if measured.count >= FILL_LEAST and before.count >= FILL_LEAST:
        fill = measured.fill()
        for name, was in sorted(before.fill.items()):
            if fill.get(name, 0) < was - FILL_DROP:
                yield "fill", Refused("E-LIST-FILL", "fill_drop", field=name, found=fill.get(name, 0), was=was)


def _tail_is_missing(old: Sequence[str], new: frozenset[str]) -> bool:
    """Whether what is gone is exactly the end of the old list: so does a file look that was cut between two lines."""
    gone = [i not in new for i in old]
    first = gone.index(True) if True in gone else len(gone)
    return first < len(gone) and all(gone[first:])
