"""Predicates on what a subject is: delivery, layer, category, kind, data, exits."""

from auditor.model.inventory import Asset, Dependency
from auditor.model.vocabulary import (
    AssetKind,
    Delivery,
    Keys,
    Layer,
    Word,
)
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import ASSET, DEPENDENCY, among, predicate, some_of


def _delivery(facts: Facts, subject: Subject) -> Delivery | None:
    supply = facts.supply(subject)
    return supply.backing.delivery if supply else None


def _layer(facts: Facts, subject: Subject) -> Layer | None:
    record, supply = subject.record, facts.supply(subject)
    said = record.layer if isinstance(record, Dependency) else None
    return said or (supply.backing.product.layer if supply and supply.backing.product else None)


def _category(facts: Facts, subject: Subject) -> str | None:
    supply = facts.supply(subject)
    return supply.backing.product.category if supply and supply.backing.product else None


def _exits(facts: Facts, subject: Subject) -> str:
    record = subject.record
    exits = record.exits if isinstance(record, Dependency) else ()
    if any(e.tested is not None and not isinstance(e.tested, Word) for e in exits):
        return "tested"
    return "untested" if exits else "none"


def _data(facts: Facts, subject: Subject) -> tuple[Keys | None, tuple[str, ...]] | None:
    data = subject.record.data if isinstance(subject.record, Dependency) else None
    return (data.keys, data.classes) if data else None


@predicate(DEPENDENCY, reads=_delivery, in_=some_of(Delivery), required=("in",))
def delivery(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is delivered in one of these ways."""
    found = _delivery(facts, subject)
    return HOLDS if found and among(found, arguments, "in") else None


@predicate(DEPENDENCY, reads=_layer, in_=some_of(Layer), required=("in",))
def layer(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It has one of these places in the value chain."""
    found = _layer(facts, subject)
    return HOLDS if found and among(found, arguments, "in") else None


@predicate(DEPENDENCY, reads=_category, in_=some_of(), required=("in",))
def category(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The catalogue files its product under one of these categories."""
    found = _category(facts, subject)
    return HOLDS if found is not None and among(found, arguments, "in") else None


@predicate(
    ASSET,
    reads=lambda _, subject: subject.record.kind if isinstance(subject.record, Asset) else None,
    in_=some_of(AssetKind),
    required=("in",),
)
def kind(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The asset is of one of these kinds."""
    return HOLDS if isinstance(subject.record, Asset) and among(subject.record.kind, arguments, "in") else None


@predicate(DEPENDENCY, reads=_data, keys=some_of(Keys), classes=some_of())
def holds_data(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Data lie there; with `keys`, and one of these holds the keys; with `classes`, data of one of these kinds."""
    data = _data(facts, subject)
    if data is None or not among(data[0], arguments, "keys"):
        return None
    found = tuple(c for c in data[1] if among(c.casefold(), arguments, "classes"))
    return Evidence(named={"data": found}) if found else None


@predicate(DEPENDENCY, reads=_exits, state=some_of(("none", "untested", "tested")), required=("state",))
def exit_(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The best way out known for it is in one of these states."""
    return HOLDS if among(_exits(facts, subject), arguments, "state") else None
