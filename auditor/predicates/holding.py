"""Predicates on who holds a subject for the organisation."""

from collections import defaultdict
from collections.abc import Mapping

from auditor.model.inventory import Asset, Dependency, Inventory, Person
from auditor.model.report import Chain, Hop
from auditor.model.vocabulary import (
    ActsAs,
    FactStatus,
    Holding,
    Relation,
)
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Record, Subject
from auditor.predicates.registry import ASSET, DEPENDENCY, PERSON, among, many, predicate, some_of
from auditor.reach import HELD


def holdings(record: Record) -> Mapping[Holding, tuple[str, ...]]:
    """Who holds a dependency or an asset, by the way of holding; ids."""
    if isinstance(record, Asset):
        return {Holding.HOLDER: record.held_by} if record.held_by else {}
    if not isinstance(record, Dependency) or record.held_by is None:
        return {}
    held = record.held_by
    return {way: getattr(held, key) for key, way in HELD if getattr(held, key)}


def _people(facts: Facts, subject: Subject) -> str | None:
    """Itself if people hold it, as the chains that say so begin there; otherwise all are alike."""
    held = (i for holders in holdings(subject.record).values() for i in holders)
    return subject.node if any(i in facts.people for i in held) else None


def _several(facts: Facts, subject: Subject) -> tuple[Holding, ...]:
    return tuple(way for way, holders in holdings(subject.record).items() if len(set(holders)) > 1)


@predicate(DEPENDENCY, ASSET, reads=_people, as_=some_of(Holding))
def held_by_person(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A person holds it for the organisation, in one of these ways."""
    found: dict[str, Chain] = {}
    for way, holders in holdings(subject.record).items():
        for holder in holders:
            if holder in facts.people and among(way, arguments, "as"):
                node = f"person:{holder}"
                found.setdefault(node, Chain((Hop(subject.node, Relation.HELD_BY, node, FactStatus.FILING, way),)))
    return Evidence((), tuple(found.values()), {"person": tuple(sorted(found))}) if found else None


@predicate(DEPENDENCY, ASSET, reads=_several, as_=some_of(Holding))
def other_holder(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Somebody else holds it in the same way, so that it does not hang on one person alone."""
    return HOLDS if any(among(way, arguments, "as") for way in _several(facts, subject)) else None


@predicate(DEPENDENCY, ASSET, reads=_people, as_=some_of(Holding), alone=some_of(("yes", "no")))
def held_by_designated(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person supposed to be designated holds it, in one of these ways; with `alone`, whether nobody else does."""
    chains = []
    for way, holders in holdings(subject.record).items():
        alone = "no" if len(set(holders)) > 1 else "yes"
        if (
            facts.target in {f"person:{h}" for h in holders}
            and among(way, arguments, "as")
            and among(alone, arguments, "alone")
        ):
            chains.append(Chain((Hop(subject.node, Relation.HELD_BY, str(facts.target), FactStatus.FILING, way),)))
    return Evidence((), tuple(chains), {"person": (str(facts.target),)}) if chains else None


@predicate(PERSON, in_=some_of(ActsAs), alone=some_of(("yes", "no")), required=("in",))
def acts_as(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person holds one of these offices towards suppliers; with `alone`, whether nobody else does."""
    for office in subject.record.acts_as if isinstance(subject.record, Person) else ():
        shared = any(office in p.acts_as for p in facts.inventory.people if p.id != subject.record.id)
        if among(office, arguments, "in") and among("no" if shared else "yes", arguments, "alone"):
            return Evidence(named={"person": (subject.node,)})
    return None


@predicate(PERSON, at_least=some_of())
def holds(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person alone holds dependencies or assets for the organisation: at least so many (default 1)."""
    wanted = int((many(arguments, "at_least") or ("1",))[0])
    chains = facts.held_alone(subject.record.id, _alone)
    if len(chains) < wanted:
        return None
    return Evidence(
        (), chains, {"person": (subject.node,), "held": tuple(dict.fromkeys(c.hops[0].start for c in chains))}
    )


def _alone(inventory: Inventory) -> Mapping[str, tuple[Chain, ...]]:
    """Person id → what that person alone holds, in each way."""
    found: defaultdict[str, list[Chain]] = defaultdict(list)
    everything: tuple[Dependency | Asset, ...] = (*inventory.dependencies, *inventory.assets)
    for record in everything:
        start = f"{'asset' if isinstance(record, Asset) else 'dependency'}:{record.id}"
        for way, holders in holdings(record).items():
            if len(holders) == 1:
                hop = Hop(start, Relation.HELD_BY, f"person:{holders[0]}", FactStatus.FILING, way)
                found[holders[0]].append(Chain((hop,)))
    return {person: tuple(chains) for person, chains in found.items()}
