"""What only a whole inventory shows: ids that stand twice, references to nothing, stakes that contradict each other."""

from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from typing import Protocol, TypeVar

from auditor.errors import Problem
from auditor.loading.lookalikes import keys_of, looks_like
from auditor.loading.nearest import Nearest
from auditor.messages import sentence
from auditor.model.inventory import (
    HeldBy,
    Inventory,
    Need,
    Organization,
    OrgEntity,
    Party,
    Stake,
    Users,
)
from auditor.model.values import Origin

MOST_STEPS = 1_000_000
"""Stakes that may have to be followed to find who stands behind one record: a hundred who all hold each other."""


class _Identified(Protocol):
    @property
    def id(self) -> str: ...
    @property
    def origin(self) -> Origin: ...


R = TypeVar("R", bound=_Identified)


def by_id(records: Iterable[R]) -> tuple[R, ...]:
    """Records by id; those with the same id in reading order."""
    return tuple(sorted(records, key=lambda r: (r.id, r.origin)))


def everything(inventory: Inventory) -> Iterator[_Identified]:
    """Every record of an inventory that has an id."""
    yield inventory.organization
    yield from inventory.organization.entities
    yield from inventory.parties
    yield from inventory.people
    yield from inventory.functions
    yield from inventory.contracts
    yield from inventory.dependencies
    yield from inventory.assets


def place_of(origin: Origin) -> tuple[str, int, int]:
    """Where something stands in the order of reading."""
    return origin.file, origin.line, origin.column


def same_ids(inventory: Inventory) -> Iterator[Problem]:
    """Ids that a reader cannot tell apart are the same id."""
    first: dict[str, _Identified] = {}
    for record in sorted(everything(inventory), key=lambda r: place_of(r.origin)):
        keys = keys_of(record.id)
        known = next((first[key] for key in keys if key in first), None)
        if known is not None:
            in_other_letters = keys_of(known.id)[0] != keys[0]
            alike = (looks_like(record.id) or looks_like(known.id)) if in_other_letters else None
            yield Problem(
                record.origin,
                "E-DUP-ID",
                _twice(record.id, known.id, alike),
                sentence("E-DUP-ID.alike_hint" if alike else "E-DUP-ID.case_hint"),
                (known.origin,),
            )
        for key in keys:
            first.setdefault(key, record)


def _twice(written: str, first: str, alike: str | None) -> str:
    if alike:
        return sentence("E-DUP-ID.alike", id=written, first=first, alike=alike)
    if first != written:
        return sentence("E-DUP-ID.first_written", id=written, first=first)
    return sentence("E-DUP-ID.twice", id=written)


def stakeholdings(inventory: Inventory) -> tuple[Organization | OrgEntity | Party, ...]:
    """Every record under which stakes can stand."""
    return (inventory.organization, *inventory.organization.entities, *inventory.parties)


def backwards(inventory: Inventory) -> Iterator[Problem]:
    """Stakes and contracts that end before they begin: they would count on no day, and nobody would notice."""
    stakes = (s for record in stakeholdings(inventory) for s in record.owned_by)
    periods = [
        *((s.origin, True, s.by, s.since, s.until) for s in stakes),
        *((c.origin, False, c.id, c.starts, c.ends) for c in inventory.contracts),
    ]
    for origin, stake, named, first, last in periods:
        if first is not None and isinstance(last, date) and last < first:
            said = sentence("E-PERIOD.stake", by=named) if stake else sentence("E-PERIOD.contract", id=named)
            yield Problem(origin, "E-PERIOD", said, sentence("E-PERIOD.hint"))


def same_stakes(inventory: Inventory) -> Iterator[Problem]:
    """A holder that one record states twice for the same days, and not in the same words."""
    for record in stakeholdings(inventory):
        of: dict[str, list[Stake]] = {}
        for stake in record.owned_by:
            of.setdefault(stake.by, []).append(stake)
        for stakes in of.values():
            for before, after in _contradictions(stakes):
                yield Problem(
                    after.origin,
                    "E-DUP-STAKE",
                    sentence("E-DUP-STAKE.twice", id=record.id, by=after.by),
                    sentence("E-DUP-STAKE.twice_hint"),
                    (before.origin,),
                )


def _contradictions(stakes: Sequence[Stake]) -> Iterator[tuple[Stake, Stake]]:
    """Pairs of one holder's stakes, as written, that share a day and not their words; one for each stake at most.

    A day that is not known excludes nothing. By first days, each has to be held only against that one of the stakes
    before it which lasts longest, and if that says the same, against the longest of those that say something else.
    """
    longest: list[Stake] = []  # at most two, in different words
    for stake in sorted(stakes, key=lambda s: s.since or date.min):
        for other in longest:
            if _words(other) != _words(stake) and (stake.since or date.min) <= _last(other):
                before, after = sorted((other, stake), key=lambda s: place_of(s.origin))
                yield before, after
                break
        ranked = sorted((*longest, stake), key=_last, reverse=True)
        longest = [ranked[0], *(s for s in ranked if _words(s) != _words(ranked[0]))][:2]


def many_behind(inventory: Inventory) -> Iterator[Problem]:
    """Records behind whom the stakes of others form so thick a net that nobody could follow it.

    To find who stands behind one record, all stakes above it may have to be followed from each who is above and has
    stakes in several. Who has stakes in one only needs no such search: a ladder may be as long as it likes.
    """
    owned = {record.id: record for record in stakeholdings(inventory)}
    holders = {i: {s.by for s in record.owned_by} - {i} for i, record in owned.items()}
    holdings: dict[str, int] = {}
    for by in holders.values():
        for holder in by:
            holdings[holder] = holdings.get(holder, 0) + 1
    several = {holder for holder, count in holdings.items() if count > 1}
    if len(several) * sum(map(len, holders.values())) <= MOST_STEPS:
        return
    covered: set[str] = set()  # above these is no more than above one that was looked at
    for i, record in sorted(owned.items(), key=lambda o: holdings.get(o[0], 0) > 0):
        if i in covered:
            continue
        above: set[str] = set()
        agenda = list(holders[i])
        searches = stakes = 0
        while agenda and searches * stakes <= MOST_STEPS:
            at = agenda.pop()
            if at not in above:
                above.add(at)
                searches += at in several
                stakes += len(holders.get(at, ()))
                agenda.extend(holders.get(at, ()))
        if searches * stakes > MOST_STEPS:
            said = sentence("E-STAKES.many", id=i)
            yield Problem(record.origin, "E-STAKES", said, sentence("E-STAKES.many_hint"))
            return
        covered |= above


def _words(stake: Stake) -> tuple[object, ...]:
    return stake.percent, stake.voting, frozenset(stake.control)


def _last(stake: Stake) -> date:
    return stake.until if isinstance(stake.until, date) else date.max


def holders_in(held: HeldBy | None) -> Iterator[tuple[str, str]]:
    """Who holds a dependency, with the key that says so."""
    if held is None:
        return
    for key in ("holder", "admins", "registrant", "signatories", "payer", "second_factor"):
        for i in getattr(held, key):
            yield i, f"held_by/{key}"


def users_in(users: Users | None) -> Iterator[tuple[str, str]]:
    """Who uses a dependency, with the key that says so."""
    for i in users.ids if users else ():
        yield i, "used_by"


def dangling(inventory: Inventory) -> Iterator[Problem]:
    """References to what no file of the run has."""
    organization = inventory.organization
    us = {organization.id, *(e.id for e in organization.entities)}
    people = {p.id for p in inventory.people}
    parties = {p.id for p in inventory.parties}
    dependencies = {d.id for d in inventory.dependencies}
    assets = {a.id for a in inventory.assets}
    needed = dependencies | assets | people
    holders = us | people | parties
    users = us | people
    nearest = Nearest()

    def no(record: _Identified, named: str, allowed: set[str], key: str, what: str) -> Problem:
        where = sentence(key) if key.startswith("key.") else key
        said = sentence("E-DANGLING.not_in_run", key=where, id=record.id, name=named, what=sentence(f"among.{what}"))
        return Problem(record.origin, "E-DANGLING", said, nearest.hint(named, allowed))

    def needs(record: _Identified, wanted: tuple[Need, ...], key: str = "needs") -> Iterator[Problem]:
        for need in wanted:
            for leaf in need.leaves():
                if leaf not in needed:
                    yield no(record, leaf, needed, key, "needed")

    for f in inventory.functions:
        yield from needs(f, f.needs)
    for c in inventory.contracts:
        if c.party is not None and c.party not in us:
            yield no(c, c.party, us, "party", "entity")
        if c.paid_from is not None and c.paid_from not in dependencies:
            yield no(c, c.paid_from, dependencies, "paid_from", "dependency")
    contracts = {c.id for c in inventory.contracts}
    for d in inventory.dependencies:
        yield from needs(d, d.needs)
        if d.contract is not None and d.contract not in contracts:
            yield no(d, d.contract, contracts, "contract", "contract")
        if d.login_via is not None and d.login_via not in dependencies:
            yield no(d, d.login_via, dependencies, "login_via", "dependency")
        for named, key in holders_in(d.held_by):
            if named not in holders:
                yield no(d, named, holders, key, "holder")
        for named, key in users_in(d.used_by):
            if named not in users:
                yield no(d, named, users, key, "user")
        for e in d.exits:
            yield from needs(d, e.needs, "key.exit_needs")
    for a in inventory.assets:
        if a.kept_at is not None and a.kept_at not in dependencies:
            yield no(a, a.kept_at, dependencies, "kept_at", "dependency")
        for named in a.readable_with:
            if named not in dependencies:
                yield no(a, named, dependencies, "readable_with", "dependency")
        for named in a.made_from:
            if named not in assets:
                yield no(a, named, assets, "made_from", "asset")
        for named in a.held_by:
            if named not in holders:
                yield no(a, named, holders, "held_by", "holder")
        if a.rebuild is not None:
            yield from needs(a, a.rebuild.needs, "key.rebuild_needs")
