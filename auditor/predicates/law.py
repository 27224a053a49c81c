"""Predicates on law: what reaches a subject, who is designated, what hangs on it."""

from auditor.model.inventory import Function
from auditor.model.report import Reach
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Criticality,
    Effect,
    Outcome,
    Relation,
)
from auditor.predicates.facts import Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import ASSET, DEPENDENCY, FUNCTION, PERSON, among, many, predicate, some_of


@predicate(
    DEPENDENCY,
    ASSET,
    PERSON,
    basis=some_of(Basis),
    concern=some_of(Concern),
    effect=some_of(Effect),
    outcome=some_of(Outcome),
    authority=some_of(),
    regime=some_of(),
    decided_by=some_of(("law", "discretion", "supplier")),
    undetermined=some_of(("yes", "no")),
    through=some_of(Relation),
)
def reached(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A law in play gets to somebody who serves this, on one of these bases and through one of these links."""
    mine = facts.reaches_of.get(subject.node)
    return facts.once(arguments, id(mine), lambda: _reached(facts, mine, arguments)) if mine else None


def _reached(facts: Facts, mine: tuple[int, ...], arguments: Arguments) -> Evidence | None:
    fitting = facts.matching(arguments, lambda reach: _fits(facts, reach, arguments))
    found = [i for i in mine if i in fitting]
    if not found:
        return None
    return Evidence(
        tuple(found),
        named={
            "party": tuple(dict.fromkeys(facts.reaches[i].party for i in found)),
            "parent": tuple(dict.fromkeys(facts.reaches[i].parent for i in found)),
            "regime": tuple(dict.fromkeys(f"regime:{facts.reaches[i].regime}" for i in found)),
        },
    )


def _fits(facts: Facts, reach: Reach, arguments: Arguments) -> bool:
    effects, links = many(arguments, "effect"), many(arguments, "through")
    return (
        among(reach.basis, arguments, "basis")
        and among(reach.concern, arguments, "concern")
        and among(reach.outcome, arguments, "outcome")
        and among(facts.knowledge.regimes[reach.regime].authority, arguments, "authority")
        and among(reach.regime, arguments, "regime")
        and among(reach.basis.decided_by, arguments, "decided_by")
        and among("yes" if reach.undetermined else "no", arguments, "undetermined")
        and (effects is None or not set(effects).isdisjoint(str(e) for e in reach.effects))
        and (links is None or not set(links).isdisjoint(str(h.relation) for c in reach.chains for h in c.hops))
    )


@predicate(PERSON)
def designated(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The question of this run supposes that this person is designated."""
    return Evidence(named={"person": (subject.node,)}) if facts.target == subject.node else None


@predicate(DEPENDENCY, ASSET, PERSON, FUNCTION, criticality=some_of(Criticality), required=("criticality",))
def supports(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A function of one of these criticalities needs it, directly or through others."""
    if isinstance(subject.record, Function):
        return _important((subject.record,), arguments)
    functions = facts.functions_of.get(subject.record.id)
    return facts.once(arguments, id(functions), lambda: _important(functions, arguments)) if functions else None


def _important(functions: tuple[Function, ...], arguments: Arguments) -> Evidence | None:
    found = [f"function:{f.id}" for f in functions if among(f.criticality, arguments, "criticality")]
    return Evidence(named={"function": tuple(found)}) if found else None
