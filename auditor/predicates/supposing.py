"""Predicates on scenarios and on what functions hang on: they ask for an outage, a common cause or a share."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from auditor.model.inventory import Asset
from auditor.model.report import SUBJECT, Chain, Hop
from auditor.model.vocabulary import Delivery, FactStatus, GroupKind, Outcome, Relation, Role, Sureness, UseStanding
from auditor.predicates.facts import Arguments, Evidence, Facts, Subject, total
from auditor.predicates.registry import (
    ASSET,
    DEPENDENCY,
    FUNCTION,
    ORGANIZATION,
    PERSON,
    among,
    many,
    predicate,
    some_of,
)
from auditor.resolve import seen_from

if TYPE_CHECKING:  # these are only named: a run that asks for no outage does not need them
    from auditor.model.causes import CommonCause, Weight
    from auditor.model.outage import Cut, ExitFate, Fate, FunctionFate, Outage

_PERIODS = {"1h": 1, "24h": 24, "3d": 72, "7d": 168, "30d": 720, "90d": 2160}
_PERCENT = tuple(str(n) for n in range(1, 101))
_COUNT = tuple(str(n) for n in range(1, 101))
_WAYS = ("none", "blocked", "unjudged", "unrehearsed", "ready")
"""The states of the ways out of something, worst first."""


def _outages(facts: Facts, arguments: Arguments) -> tuple[Outage, ...]:
    """Those that are named; else all but stress tests and acts that are taken back, for no law does those."""
    named = many(arguments, "scenario")
    if named is None:
        named = tuple(i for i, s in facts.supposed.scenarios.items() if not (s.stress or s.lifted))
    return facts.supposed.outages(named)


@predicate(
    FUNCTION,
    DEPENDENCY,
    scenario=some_of(),
    sureness=some_of(Sureness),
    within=some_of(_PERIODS),
    in_time=some_of(("yes", "no", "unknown")),
    way_back=some_of(("none", "some")),
)
def stops_under(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It stops in one of these scenarios: so surely, within this time; of a function: back in time or not, or never."""
    found = []
    limits = [_PERIODS[w] for w in many(arguments, "within") or () if w in _PERIODS]
    for outage in _outages(facts, arguments):
        fate = facts.supposed.fate(outage, subject.node)
        if fate is None or fate.stops is None or not among(fate.sureness, arguments, "sureness"):
            continue
        if limits and fate.stops.low > max(limits):
            continue
        in_time, way_back = _return(facts, outage, subject.node)
        if among(in_time, arguments, "in_time") and among(way_back, arguments, "way_back"):
            found.append(_evidence(facts, outage, fate))
    return total(found) if found else None


def _return(facts: Facts, outage: Outage, node: str) -> tuple[str, str]:
    """Whether it is back in what can be borne, and whether anything brings it back."""
    of: FunctionFate | None = facts.supposed.function(outage, node)
    if of is None:
        return "unknown", "some" if any(e.usable for e in facts.supposed.exits(outage, node)) else "none"
    borne = "unknown" if of.tolerable is None else "yes" if of.bearable else "no"
    return borne, "none" if of.back is None else "some"


@predicate(DEPENDENCY, scenario=some_of(), is_=some_of(_WAYS), required=("is",))
def way_out(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It stops in one of these scenarios, and its ways out are in this state, where they are worst."""
    worst: str | None = None
    found: list[Evidence] = []
    for outage in _outages(facts, arguments):
        fate = facts.supposed.fate(outage, subject.node)
        if fate is None or fate.stops is None:
            continue
        state = _ways(facts.supposed.exits(outage, subject.node))
        if worst is None or _WAYS.index(state) < _WAYS.index(worst):
            worst, found = state, []
        if state == worst:
            found.append(_evidence(facts, outage, fate))
    return total(found) if found and among(worst, arguments, "is") else None


def _ways(exits: Sequence[ExitFate]) -> str:
    usable = [e for e in exits if e.usable]
    if usable:
        return "ready" if any(e.rehearsed for e in usable) else "unrehearsed"
    if not exits:
        return "none"
    return "blocked" if all(e.usable is False for e in exits) else "unjudged"


@predicate(ASSET, scenario=some_of(), sureness=some_of(Sureness), rebuild=some_of(("stated", "not_stated")))
def unreadable_under(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """In one of these scenarios the asset is still there, unreadable; with `rebuild`, is making it again planned."""
    planned = isinstance(subject.record, Asset) and subject.record.rebuild is not None
    if not among("stated" if planned else "not_stated", arguments, "rebuild"):
        return None
    found = []
    for outage in _outages(facts, arguments):
        fate = facts.supposed.fate(outage, subject.node)
        if fate is not None and fate.worst is Outcome.UNREADABLE and among(fate.sureness, arguments, "sureness"):
            found.append(_evidence(facts, outage, fate))
    return total(found) if found else None


@predicate(DEPENDENCY, FUNCTION, scenario=some_of(), kind=some_of(GroupKind), abroad=some_of(("yes", "no")))
def fallback_shares(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Every way out named for it stops in the same scenario; of a function: one cause holds its alternatives."""
    if subject.node.startswith("function:"):
        return _alternatives_share(facts, subject, arguments)
    found = []
    for outage in _outages(facts, arguments):
        ways = facts.supposed.exits(outage, subject.node)
        fate = facts.supposed.fate(outage, subject.node)
        if fate is not None and ways and all(e.usable is False for e in ways):
            mine = _evidence(facts, outage, fate)
            shared = tuple(s for e in ways for s in e.shared if s.startswith(("entity:", "party:")))
            found += [mine, Evidence(named={"parent": shared})] if shared else [mine]
    return total(found) if found else None


def _alternatives_share(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A combination of two or more that would have to stop together, held by one cause alone: a parent or a law,
    where no kinds of cause are named."""
    kinds = many(arguments, "kind") or (GroupKind.PARENT, GroupKind.REGIME)
    causes = facts.supposed.causes
    sets = next((c.sets for c in causes.cuts if c.function == subject.node), ())
    joint = [set(s.members) for s in sets if len(s.members) > 1]
    holding = [
        c
        for c in causes.common
        if c.kind in kinds
        and among(_abroad(facts, c.id), arguments, "abroad")
        and any(facts.supposed.hold(c, j) for j in joint)
    ]
    return Evidence(named=_named(holding)) if holding else None


@predicate(FUNCTION, kind=some_of(GroupKind), critical=some_of(_COUNT), abroad=some_of(("yes", "no")))
def single_cause(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """One cause of such a kind alone can stop the function; with `critical`, so many critical functions or more."""
    least = max(int(n) for n in many(arguments, "critical") or ("0",))
    held = [
        c
        for c in facts.supposed.causes.common
        if subject.node in c.functions
        and among(c.kind, arguments, "kind")
        and c.critical >= least
        and not c.id.startswith(("org:", "unit:"))
        and among(_abroad(facts, c.id), arguments, "abroad")
    ]
    return Evidence(named=_named(held)) if held else None


def _abroad(facts: Facts, node: str) -> str | None:
    """Whether a country is another than that of the organisation's seat; None where that is not stated."""
    seat = facts.inventory.organization.seat
    if not node.startswith("country:") or seat is None:
        return None
    return "no" if node == f"country:{seat}" else "yes"


@predicate(PERSON, FUNCTION)
def sole_holder(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A function hangs on one person alone: what they hold for us, or they themselves."""
    held = [c for c in facts.supposed.causes.common if c.kind is GroupKind.PERSON]
    mine = [c for c in held if subject.node == c.id or subject.node in c.functions]
    if not mine:
        return None
    chains = [
        Chain((Hop(n, Relation.HELD_BY, c.id, FactStatus.FILING),)) for c in mine for n in c.dependencies if n != c.id
    ]
    functions = (subject.node,) if subject.node.startswith("function:") else tuple(f for c in mine for f in c.functions)
    return Evidence((), tuple(chains), {**_named(mine), "function": functions})


@predicate(
    ORGANIZATION,
    kind=some_of((GroupKind.PARENT, GroupKind.JURISDICTION, GroupKind.RESELLER)),
    percent=some_of(_PERCENT),
    up_to=some_of(_PERCENT),
    surely=some_of(("yes", "no")),
    abroad=some_of(("yes", "no")),
    required=("kind", "percent"),
)
def share_over(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """One parent, country or reseller has over so many per cent of all weight: surely, or if the unknown is its."""
    limit = max(int(p) for p in many(arguments, "percent") or ("100",)) * 100
    most = max(int(p) for p in many(arguments, "up_to") or ("100",)) * 100

    def over(r: Weight) -> bool:
        surely = "yes" if r.low > limit else "no"
        return r.high > limit and r.low <= most and among(surely, arguments, "surely")

    named: dict[str, tuple[str, ...]] = {}
    for spread in facts.supposed.causes.concentration:
        if among(spread.kind, arguments, "kind"):
            rows = [r.id for r in spread.rows if over(r) and among(_abroad(facts, r.id), arguments, "abroad")]
            if rows:
                named[_SORT[spread.kind]] = tuple(rows)
    return Evidence(named=named) if named else None


@predicate(ORGANIZATION, delivery=some_of(Delivery), required=("delivery",))
def only_supplier(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """All that is delivered in this way, what is private apart, comes from one supplier or its group."""
    parents: dict[str, None] = {}
    for d in facts.inventory.dependencies:
        backing = facts.resolution.supplies[d.id].backing
        if d.standing is UseStanding.PRIVATE or not among(backing.delivery, arguments, "delivery"):
            continue
        tier = backing.first(Role.OPERATING) or backing.first(Role.CONTRACTING)
        if tier is None:
            return None
        parents[facts.supposed.world.cutter.parent(tier.node)] = None
    return Evidence(named={"parent": tuple(parents), "party": tuple(parents)}) if len(parents) == 1 else None


_SORT = {
    GroupKind.PARENT: "parent",
    GroupKind.JURISDICTION: "country",
    GroupKind.REGIME: "regime",
    GroupKind.RESELLER: "reseller",
    GroupKind.PERSON: "person",
}


def _named(causes: Sequence[CommonCause]) -> dict[str, tuple[str, ...]]:
    return {
        sort: tuple(c.id for c in causes if c.kind is kind)
        for kind, sort in _SORT.items()
        if any(c.kind is kind for c in causes)
    }


def _evidence(facts: Facts, outage: Outage, fate: Fate) -> Evidence:
    """The chains from a thing down to what is cut and on to the law, and whom they name.

    Of several who could cut it, the firmest is the parent to group by: one thing that stops is one cause.
    """
    root = fate.because[-1] if fate.because else fate.node
    cuts = sorted(_cutting(facts, outage, root, fate), key=lambda c: (c.sureness.rank, c.basis.rank))
    path = (fate.node, *fate.because)
    down = tuple(Hop(a, Relation.NEEDS, b, FactStatus.FILING) for a, b in pairwise(path))
    chains = tuple(Chain((*down, *seen_from(root, c.chain.hops))) for c in cuts[:1] if c.chain.hops)
    return Evidence(
        (),
        chains or ((Chain(down),) if down else ()),
        {
            "party": tuple(dict.fromkeys(c.party for c in cuts if c.party != SUBJECT)),
            "parent": tuple(c.parent for c in cuts[:1] if c.parent != SUBJECT),
            "regime": tuple(dict.fromkeys(f"regime:{c.regime}" for c in cuts if c.regime)),
            "scenario": (outage.scenario,),
        },
    )


def _cutting(facts: Facts, outage: Outage, node: str, fate: Fate) -> Iterator[Cut]:
    """The cuts that stop a node, of the sureness with which it stops."""
    own = facts.supposed.fate(outage, node)
    for c in (outage.cuts[i] for i in (own.cuts if own is not None else ())):
        if c.stops is not None and c.sureness is fate.sureness:
            yield c
