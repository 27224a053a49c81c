"""Predicates on law: what reaches a subject, who is designated, what hangs on it."""

from collections.abc import Callable, Iterable, Mapping

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


def _reaches(facts: Facts, subject: Subject) -> int | None:
    mine = facts.reaches_of.get(subject.node)
    return id(mine) if mine else None


@predicate(
    DEPENDENCY,
    ASSET,
    PERSON,
    reads=_reaches,
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
    fitting = facts.matching(arguments, _fitting)
    found = fitting.intersection(facts.reaches_of.get(subject.node, ())) if fitting else None
    return facts.reaching(tuple(sorted(found))) if found else None


def _fitting(facts: Facts, arguments: Arguments) -> Callable[[Reach], bool]:
    """Whether a reach has, for each argument that was given, one of the words that it lists."""
    given = [(frozenset(words), _WORDS_OF[name]) for name in arguments if (words := many(arguments, name)) is not None]

    def fits(reach: Reach) -> bool:
        for wanted, words_of in given:  # noqa: SIM110 - asked of thousands
            if wanted.isdisjoint(words_of(facts, reach)):
                return False
        return True

    return fits


_WORDS_OF: Mapping[str, Callable[[Facts, Reach], Iterable[str]]] = {
    "basis": lambda _, reach: (reach.basis,),
    "concern": lambda _, reach: (reach.concern,),
    "outcome": lambda _, reach: (reach.outcome,),
    "authority": lambda facts, reach: (facts.knowledge.regimes[reach.regime].authority,),
    "regime": lambda _, reach: (reach.regime,),
    "decided_by": lambda _, reach: (reach.basis.decided_by,),
    "undetermined": lambda _, reach: ("yes" if reach.undetermined else "no",),
    "effect": lambda _, reach: reach.effects,
    "through": lambda _, reach: [h.relation for c in reach.chains for h in c.hops],
}
"""What a reach has of each argument of `reached`."""


@predicate(PERSON, reads=lambda facts, subject: facts.target == subject.node and subject.node)
def designated(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The question of this run supposes that this person is designated."""
    return Evidence(named={"person": (subject.node,)}) if facts.target == subject.node else None


def _functions(facts: Facts, subject: Subject) -> int | None:
    if isinstance(subject.record, Function):
        return id(subject.record)
    functions = facts.functions_of.get(subject.record.id)
    return id(functions) if functions else None


@predicate(
    DEPENDENCY, ASSET, PERSON, FUNCTION, reads=_functions, criticality=some_of(Criticality), required=("criticality",)
)
def supports(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A function of one of these criticalities needs it, directly or through others."""
    if isinstance(subject.record, Function):
        return _important((subject.record,), arguments)
    functions = facts.functions_of.get(subject.record.id)
    return _important(functions, arguments) if functions else None


def _important(functions: tuple[Function, ...], arguments: Arguments) -> Evidence | None:
    found = [f"function:{f.id}" for f in functions if among(f.criticality, arguments, "criticality")]
    return Evidence(named={"function": tuple(found)}) if found else None
