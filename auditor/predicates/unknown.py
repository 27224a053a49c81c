"""Predicates on what is not known."""

from collections.abc import Iterable

from auditor.model.inventory import Dependency
from auditor.model.report import Chain
from auditor.model.vocabulary import (
    SERVING,
    Role,
)
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import DEPENDENCY, among, predicate, some_of


def _nameless(written: Iterable[str | None]) -> Evidence:
    """Names as written; each stands for a party, so that rows with the same unknown name make one cause."""
    names = tuple(dict.fromkeys(n for n in written if n))
    return Evidence(named={"written": names, "party": tuple(f"name:{n}" for n in names)})


def _backing(facts: Facts, subject: Subject) -> int | None:
    supply = facts.supply(subject)
    return id(supply.backing) if supply else None


@predicate(DEPENDENCY, reads=_backing)
def supplier_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Nobody who serves it is known, so that nothing could be judged."""
    supply = facts.supply(subject)
    if supply is None or supply.backing.known:
        return None
    return _nameless(g.written for g in supply.backing.gaps)


@predicate(
    DEPENDENCY,
    reads=_backing,
    part=some_of(("product", "provider", "with", "via", "hosted_on", "built_on", "subcontractors")),
)
def part_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A name written for one of these parts is not known, though the dependency could be judged."""
    supply = facts.supply(subject)
    if supply is None or not supply.backing.known:
        return None
    found = [g for g in supply.backing.gaps if among(g.part, arguments, "part")]
    return _nameless(g.written or g.part for g in found) if found else None


@predicate(DEPENDENCY, reads=_backing, role=some_of(Role))
def not_checked(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Nothing is known of who takes one of these parts in it."""
    supply = facts.supply(subject)
    if supply is None or not supply.backing.known:
        return None
    found = [r for r in supply.backing.unchecked if among(r, arguments, "role")]
    tier = next((t for r in SERVING if (t := supply.backing.first(r)) is not None), None)
    return Evidence(named={"role": tuple(found), "party": (tier.node,) if tier else ()}) if found else None


@predicate(DEPENDENCY, reads=_backing)
def contracting_assumed(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Who the contract is with is taken from the catalogue, not from a signed contract."""
    supply = facts.supply(subject)
    tier = supply.backing.first(Role.CONTRACTING) if supply else None
    if tier is None or not any(h.assumed for h in tier.hops):
        return None
    return Evidence((), (Chain(tier.hops),), {"party": (tier.node,)})


@predicate(DEPENDENCY, reads=lambda _, s: isinstance(s.record, Dependency) and s.record.used_by is None)
def users_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Who uses it is not stated, so that the designation of one person cannot be judged for it."""
    return HOLDS if isinstance(subject.record, Dependency) and subject.record.used_by is None else None
