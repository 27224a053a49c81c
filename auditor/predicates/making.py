"""Predicates on what a subject is: delivery, layer, category, kind, data, exits."""

from auditor.model.inventory import Asset, Data, Dependency
from auditor.model.vocabulary import (
    AssetKind,
    Delivery,
    Keys,
    Layer,
    Word,
)
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import ASSET, DEPENDENCY, among, predicate, some_of


@predicate(DEPENDENCY, in_=some_of(Delivery), required=("in",))
def delivery(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is delivered in one of these ways."""
    supply = facts.supply(subject)
    return HOLDS if supply and supply.backing.delivery and among(supply.backing.delivery, arguments, "in") else None


@predicate(DEPENDENCY, in_=some_of(Layer), required=("in",))
def layer(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It has one of these places in the value chain."""
    record, supply = subject.record, facts.supply(subject)
    said = record.layer if isinstance(record, Dependency) else None
    found = said or (supply.backing.product.layer if supply and supply.backing.product else None)
    return HOLDS if found and among(found, arguments, "in") else None


@predicate(DEPENDENCY, in_=some_of(), required=("in",))
def category(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The catalogue files its product under one of these categories."""
    supply = facts.supply(subject)
    return (
        HOLDS if supply and supply.backing.product and among(supply.backing.product.category, arguments, "in") else None
    )


@predicate(ASSET, in_=some_of(AssetKind), required=("in",))
def kind(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The asset is of one of these kinds."""
    return HOLDS if isinstance(subject.record, Asset) and among(subject.record.kind, arguments, "in") else None


@predicate(DEPENDENCY, keys=some_of(Keys), classes=some_of())
def holds_data(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Data lie there; with `keys`, and one of these holds the keys; with `classes`, data of one of these kinds."""
    data = subject.record.data if isinstance(subject.record, Dependency) else None
    if data is None:
        return None
    return facts.once(arguments, (data.keys, data.classes), lambda: _data(data, arguments))


def _data(data: Data, arguments: Arguments) -> Evidence | None:
    if not among(data.keys, arguments, "keys"):
        return None
    found = tuple(c for c in data.classes if among(c.casefold(), arguments, "classes"))
    return Evidence(named={"data": found}) if found else None


@predicate(DEPENDENCY, state=some_of(("none", "untested", "tested")), required=("state",))
def exit_(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The best way out known for it is in one of these states."""
    record = subject.record
    exits = record.exits if isinstance(record, Dependency) else ()
    state = "none" if not exits else "untested"
    if any(e.tested is not None and not isinstance(e.tested, Word) for e in exits):
        state = "tested"
    return HOLDS if among(state, arguments, "state") else None
