"""Predicates on scenarios and on what functions hang on: they ask for an outage, a common cause or a share."""

from collections.abc import Iterator, Sequence
from itertools import pairwise

from auditor.model.causes import CommonCause
from auditor.model.outage import Cut, Fate, Outage
from auditor.model.report import SUBJECT, Chain, Hop
from auditor.model.vocabulary import FactStatus, GroupKind, Outcome, Relation, Sureness
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

_PERIODS = {"1h": 1, "24h": 24, "3d": 72, "7d": 168, "30d": 720, "90d": 2160}
_PERCENT = tuple(str(n) for n in range(5, 101, 5))


def _outages(facts: Facts, arguments: Arguments) -> tuple[Outage, ...]:
    return facts.supposed.outages(many(arguments, "scenario"))


@predicate(
    FUNCTION,
    scenario=some_of(),
    sureness=some_of(Sureness),
    within=some_of(_PERIODS),
    in_time=some_of(("yes", "no")),
)
def stops_under(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The function stops in one of these scenarios: so surely, as early as within this time, back in time or not."""
    found = []
    for outage in _outages(facts, arguments):
        f = next(f for f in outage.functions if f.fate.node == subject.node)
        if f.fate.stops is None or not among(f.fate.sureness, arguments, "sureness"):
            continue
        limits = [_PERIODS[w] for w in many(arguments, "within") or () if w in _PERIODS]
        if limits and f.fate.stops.low > max(limits):
            continue
        if not among("yes" if f.bearable else "no", arguments, "in_time"):
            continue
        found.append(_evidence(outage, f.fate))
    return total(found) if found else None


@predicate(ASSET, scenario=some_of(), sureness=some_of(Sureness))
def unreadable_under(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """In one of these scenarios the asset is still there, but can no longer be read."""
    found = []
    for outage in _outages(facts, arguments):
        fate = facts.supposed.fate(outage, subject.node)
        if fate is not None and fate.worst is Outcome.UNREADABLE and among(fate.sureness, arguments, "sureness"):
            found.append(_evidence(outage, fate))
    return total(found) if found else None


@predicate(DEPENDENCY, FUNCTION, scenario=some_of())
def fallback_shares(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Every way out named for it stops in the same scenario; of a function: its alternatives have one parent or law."""
    if subject.node.startswith("function:"):
        return _alternatives_share(facts, subject)
    found = []
    for outage in _outages(facts, arguments):
        ways = facts.supposed.exits(outage, subject.node)
        fate = facts.supposed.fate(outage, subject.node)
        if fate is not None and ways and all(e.usable is False for e in ways):
            mine = _evidence(outage, fate)
            shared = tuple(s for e in ways for s in e.shared if s.startswith(("entity:", "party:")))
            found += [mine, Evidence(named={"parent": shared})] if shared else [mine]
    return total(found) if found else None


def _alternatives_share(facts: Facts, subject: Subject) -> Evidence | None:
    """A combination of two or more that would have to stop together, held by one cause alone."""
    causes = facts.supposed.causes
    sets = next((c.sets for c in causes.cuts if c.function == subject.node), ())
    joint = [set(s.members) for s in sets if len(s.members) > 1]
    holding = [
        c
        for c in causes.common
        if c.kind in (GroupKind.PARENT, GroupKind.REGIME) and any(j <= set(c.dependencies) for j in joint)
    ]
    return Evidence(named=_named(holding)) if holding else None


@predicate(FUNCTION, kind=some_of(GroupKind))
def single_cause(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """One cause of such a kind alone holds everything that has to stop for the function to stop."""
    held = [c for c in facts.supposed.causes.common if subject.node in c.functions and among(c.kind, arguments, "kind")]
    return Evidence(named=_named(held)) if held else None


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
    surely=some_of(("yes", "no")),
    required=("kind", "percent"),
)
def share_over(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """One parent, country or reseller has over so many per cent of all weight; with `surely`, even at the least."""
    limit = max(int(p) for p in many(arguments, "percent") or ("100",)) * 100
    named: dict[str, tuple[str, ...]] = {}
    for spread in facts.supposed.causes.concentration:
        if among(spread.kind, arguments, "kind"):
            over = [r for r in spread.rows if (r.low if among("yes", arguments, "surely") else r.high) > limit]
            if over:
                named[_SORT[spread.kind]] = tuple(r.id for r in over)
    return Evidence(named=named) if named else None


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


def _evidence(outage: Outage, fate: Fate) -> Evidence:
    """The chains from a thing down to what is cut and on to the law, and whom they name."""
    root = fate.because[-1] if fate.because else fate.node
    cuts = sorted(_cutting(outage, root, fate), key=lambda c: (c.sureness.rank, c.basis.rank))
    path = (fate.node, *fate.because)
    down = tuple(Hop(a, Relation.NEEDS, b, FactStatus.FILING) for a, b in pairwise(path))
    chains = tuple(Chain((*down, *seen_from(root, c.chain.hops))) for c in cuts[:1] if c.chain.hops)
    return Evidence(
        (),
        chains or ((Chain(down),) if down else ()),
        {
            "party": tuple(dict.fromkeys(c.party for c in cuts if c.party != SUBJECT)),
            "parent": tuple(dict.fromkeys(c.parent for c in cuts if c.parent != SUBJECT)),
            "regime": tuple(dict.fromkeys(f"regime:{c.regime}" for c in cuts if c.regime)),
            "scenario": (outage.scenario,),
        },
    )


def _cutting(outage: Outage, node: str, fate: Fate) -> Iterator[Cut]:
    """The cuts that stop a node, of the sureness with which it stops."""
    for c in outage.cuts:
        if node in c.subjects and c.stops is not None and c.sureness is fate.sureness:
            yield c
