"""Predicates on what a subject is: delivery, layer, category, kind, data, exits."""

from collections.abc import Hashable
from datetime import date

from auditor.model.inventory import Asset, Dependency
from auditor.model.vocabulary import (
    Account,
    AssetKind,
    Delivery,
    Keys,
    Layer,
    Word,
)
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import ASSET, DEPENDENCY, among, many, predicate, some_of


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


def _data(facts: Facts, subject: Subject) -> tuple[Keys | None, tuple[str, ...], str] | None:
    data = subject.record.data if isinstance(subject.record, Dependency) else None
    if data is None:
        return None
    return data.keys, data.classes, "unknown" if data.exportable is None else "yes" if data.exportable else "no"


def _licence(facts: Facts, subject: Subject) -> str:
    supply = facts.supply(subject)
    terms = supply.backing.product.licence if supply and supply.backing.product else None
    if terms is None or terms.spdx is None:
        return "unknown"
    return "proprietary" if terms.spdx == "proprietary" else "open"


def _account(facts: Facts, subject: Subject) -> Account | None:
    return subject.record.account if isinstance(subject.record, Dependency) else None


def _clocks(facts: Facts, subject: Subject) -> Hashable:
    return subject.record.clocks if isinstance(subject.record, Dependency) else None


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


@predicate(DEPENDENCY, reads=_data, keys=some_of(Keys), classes=some_of(), exportable=some_of(("yes", "no", "unknown")))
def holds_data(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Data lie there: with keys held by one of these, of one of these kinds, in a usable form to be had or not."""
    data = _data(facts, subject)
    if data is None or not (among(data[0], arguments, "keys") and among(data[2], arguments, "exportable")):
        return None
    found = tuple(c for c in data[1] if among(c.casefold(), arguments, "classes"))
    return Evidence(named={"data": found}) if found else None


@predicate(DEPENDENCY, reads=_exits, state=some_of(("none", "untested", "tested")), required=("state",))
def exit_(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The best way out known for it is in one of these states."""
    return HOLDS if among(_exits(facts, subject), arguments, "state") else None


@predicate(DEPENDENCY, reads=_licence, is_=some_of(("proprietary", "open", "unknown")), required=("is",))
def licence(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Its software is proprietary or open by the catalogue, or the catalogue does not say."""
    return HOLDS if among(_licence(facts, subject), arguments, "is") else None


@predicate(DEPENDENCY, reads=_account, in_=some_of(Account), required=("in",))
def account(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is used on one of these footings."""
    found = _account(facts, subject)
    return HOLDS if found is not None and among(found, arguments, "in") else None


_CLOCKS = ("licence_until", "prepaid_until", "certificate_until", "domain_until", "support_until")


@predicate(
    DEPENDENCY, reads=_clocks, name=some_of(_CLOCKS), is_=some_of(("unknown", "ahead", "past")), required=("name", "is")
)
def clock(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """One of these dates is unknown, lies ahead, or is past on the day of the run; no end lies ahead."""
    clocks = subject.record.clocks if isinstance(subject.record, Dependency) else None
    for name in many(arguments, "name") or ():
        day = getattr(clocks, name) if clocks is not None else None
        if day is None or day is Word.UNKNOWN:
            state = "unknown"
        else:
            state = "past" if isinstance(day, date) and day < facts.on else "ahead"
        if among(state, arguments, "is"):
            return HOLDS
    return None
