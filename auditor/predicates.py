"""The rule vocabulary: named predicates that answer with evidence, or not at all. No code, no expressions.

To add one, write one function here with its argument schema; the pack schema, `auditor explain` and the docs follow.
"""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

from auditor.model.inventory import Asset, Contract, Dependency, Function, Inventory, Organization, Person
from auditor.model.knowledge import Knowledge
from auditor.model.report import Chain, Hop, Reach
from auditor.model.rules import Argument
from auditor.model.values import Origin
from auditor.model.vocabulary import (
    SERVING,
    ActsAs,
    AssetKind,
    Basis,
    Concern,
    Criticality,
    Delivery,
    Effect,
    FactStatus,
    Holding,
    Keys,
    Layer,
    Outcome,
    Relation,
    Role,
    SubjectKind,
    Word,
)
from auditor.resolve import Resolution, Supply

Record = Dependency | Asset | Person | Contract | Function | Organization
Arguments = Mapping[str, Argument]


@dataclass(frozen=True, slots=True)
class Subject:
    """What a rule is asked of."""

    kind: SubjectKind
    node: str
    record: Record

    @property
    def origin(self) -> Origin:
        """Where it is written."""
        return self.record.origin


@dataclass(frozen=True, slots=True)
class Evidence:
    """Why a predicate holds: reaches by index, other chains, and the nodes and words it names, by sort."""

    reaches: tuple[int, ...] = ()
    chains: tuple[Chain, ...] = ()
    named: Mapping[str, tuple[str, ...]] = field(default_factory=dict)

    def __add__(self, other: "Evidence") -> "Evidence":
        named = {
            k: tuple(dict.fromkeys((*self.named.get(k, ()), *other.named.get(k, ()))))
            for k in {*self.named, *other.named}
        }
        return Evidence(
            tuple(sorted({*self.reaches, *other.reaches})),
            tuple(dict.fromkeys((*self.chains, *other.chains))),
            {k: named[k] for k in sorted(named)},
        )


HOLDS = Evidence()


@dataclass(slots=True)
class Facts:
    """All that predicates may look at: the inventory, what was resolved, and the reaches of the run's question."""

    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    reaches: tuple[Reach, ...]
    target: str | None
    on: date
    reaches_of: Mapping[str, tuple[int, ...]] = field(init=False)
    functions_of: Mapping[str, tuple[Function, ...]] = field(init=False)
    _contracts: Mapping[str, Contract] = field(init=False)

    def __post_init__(self) -> None:
        found: defaultdict[str, list[int]] = defaultdict(list)
        for i, reach in enumerate(self.reaches):
            for subject in reach.subjects:
                found[subject].append(i)
        self.reaches_of = {k: tuple(v) for k, v in found.items()}
        self.functions_of = functions_by_need(self.inventory)
        self._contracts = {c.id: c for c in self.inventory.contracts}

    def supply(self, subject: Subject) -> Supply | None:
        """The supply of a dependency, or of the dependency an asset is kept at."""
        record = subject.record
        named = record.id if isinstance(record, Dependency) else record.kept_at if isinstance(record, Asset) else None
        return self.resolution.supplies.get(named) if named else None

    def contract(self, subject: Subject) -> Contract | None:
        """The contract itself, or that of a dependency."""
        if isinstance(subject.record, Contract):
            return subject.record
        supply = self.supply(subject)
        return supply.contract if supply else None


def functions_by_need(inventory: Inventory) -> Mapping[str, tuple[Function, ...]]:
    """Id of a dependency, asset or person → the functions that need it, directly or through others."""
    needs: dict[str, set[str]] = {}
    for d in inventory.dependencies:
        needs[d.id] = {leaf for n in d.needs for leaf in n.leaves()}
        needs[d.id] |= {h for h in (*d.hosted_on, *d.built_on) if h} | ({d.login_via} if d.login_via else set())
    for a in inventory.assets:
        needs[a.id] = {*a.readable_with, *((a.kept_at,) if a.kept_at else ())}
    found: defaultdict[str, dict[str, Function]] = defaultdict(dict)
    for f in inventory.functions:
        seen: set[str] = set()
        waiting = [leaf for n in f.needs for leaf in n.leaves()]
        while waiting:
            named = waiting.pop()
            if named not in seen:
                seen.add(named)
                found[named][f.id] = f
                waiting.extend(needs.get(named, ()))
    return {k: tuple(v[i] for i in sorted(v)) for k, v in found.items()}


# -- the registry --------------------------------------------------------------------------------------------------

Asked = Callable[[Facts, Subject, Arguments], Evidence | None]


@dataclass(frozen=True, slots=True)
class Predicate:
    """A named question with the kinds of subject it can be asked of and its argument schema."""

    name: str
    ask: Asked
    subjects: tuple[SubjectKind, ...]
    arguments: Mapping[str, Mapping[str, Any]]
    required: tuple[str, ...]

    @property
    def description(self) -> str:
        """What it asks, in one sentence."""
        return (self.ask.__doc__ or "").split("\n")[0]

    @property
    def schema(self) -> dict[str, Any]:
        """The JSON Schema of its arguments."""
        return {
            "type": "object",
            "description": self.description,
            "properties": {k: dict(v) for k, v in self.arguments.items()},
            "required": list(self.required),
            "additionalProperties": False,
        }


PREDICATES: dict[str, Predicate] = {}

_DEPENDENCY, _ASSET, _PERSON = SubjectKind.DEPENDENCY, SubjectKind.ASSET, SubjectKind.PERSON
_CONTRACT, _FUNCTION, _ORGANIZATION = SubjectKind.CONTRACT, SubjectKind.FUNCTION, SubjectKind.ORGANIZATION


def some_of(words: Iterable[str] | type[StrEnum] | None = None) -> Mapping[str, Any]:
    """The schema of an argument that is one word or a list of words; without words, any text."""
    one: dict[str, Any] = {"type": "string"} if words is None else {"enum": [str(w) for w in words]}
    return {"if": {"type": "array"}, "then": {"type": "array", "items": one, "minItems": 1}, "else": one}


def predicate(
    *subjects: SubjectKind, required: tuple[str, ...] = (), **arguments: Mapping[str, Any]
) -> Callable[[Asked], Asked]:
    """Register a predicate under its function's name. A trailing underscore keeps a reserved word (`in_`) free."""

    def register(ask: Asked) -> Asked:
        name = ask.__name__.rstrip("_")
        known = {k.rstrip("_"): v for k, v in arguments.items()}
        PREDICATES[name] = Predicate(name, ask, subjects, known, required)
        return ask

    return register


def _many(arguments: Arguments, name: str) -> tuple[str, ...] | None:
    value = arguments.get(name)
    if value is None:
        return None
    return (value,) if isinstance(value, str) else tuple(value)


def _among(value: str | None, arguments: Arguments, name: str) -> bool:
    wanted = _many(arguments, name)
    return wanted is None or value in wanted


# -- law -----------------------------------------------------------------------------------------------------------


@predicate(
    _DEPENDENCY,
    _ASSET,
    _PERSON,
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
    effects, links = _many(arguments, "effect"), _many(arguments, "through")
    found = []
    for i in facts.reaches_of.get(subject.node, ()):
        reach = facts.reaches[i]
        regime = facts.knowledge.regimes[reach.regime]
        if (
            _among(reach.basis, arguments, "basis")
            and _among(reach.concern, arguments, "concern")
            and _among(reach.outcome, arguments, "outcome")
            and _among(regime.authority, arguments, "authority")
            and _among(reach.regime, arguments, "regime")
            and _among(reach.basis.decided_by, arguments, "decided_by")
            and _among("yes" if reach.undetermined else "no", arguments, "undetermined")
            and (effects is None or set(effects) & {str(e) for e in reach.effects})
            and (links is None or set(links) & {str(h.relation) for c in reach.chains for h in c.hops})
        ):
            found.append(i)
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


@predicate(_PERSON)
def designated(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The question of this run supposes that this person is designated."""
    return Evidence(named={"person": (subject.node,)}) if facts.target == subject.node else None


# -- what depends on it --------------------------------------------------------------------------------------------


@predicate(_DEPENDENCY, _ASSET, _PERSON, _FUNCTION, criticality=some_of(Criticality), required=("criticality",))
def supports(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A function of one of these criticalities needs it, directly or through others."""
    functions = (
        (subject.record,) if isinstance(subject.record, Function) else facts.functions_of.get(subject.record.id, ())
    )
    found = [f"function:{f.id}" for f in functions if _among(f.criticality, arguments, "criticality")]
    return Evidence(named={"function": tuple(found)}) if found else None


# -- what it is ----------------------------------------------------------------------------------------------------


@predicate(_DEPENDENCY, in_=some_of(Delivery), required=("in",))
def delivery(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is delivered in one of these ways."""
    supply = facts.supply(subject)
    return HOLDS if supply and supply.backing.delivery and _among(supply.backing.delivery, arguments, "in") else None


@predicate(_DEPENDENCY, in_=some_of(Layer), required=("in",))
def layer(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It has one of these places in the value chain."""
    record, supply = subject.record, facts.supply(subject)
    said = record.layer if isinstance(record, Dependency) else None
    found = said or (supply.backing.product.layer if supply and supply.backing.product else None)
    return HOLDS if found and _among(found, arguments, "in") else None


@predicate(_DEPENDENCY, in_=some_of(), required=("in",))
def category(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The catalogue files its product under one of these categories."""
    supply = facts.supply(subject)
    return (
        HOLDS
        if supply and supply.backing.product and _among(supply.backing.product.category, arguments, "in")
        else None
    )


@predicate(_ASSET, in_=some_of(AssetKind), required=("in",))
def kind(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The asset is of one of these kinds."""
    return HOLDS if isinstance(subject.record, Asset) and _among(subject.record.kind, arguments, "in") else None


@predicate(_DEPENDENCY, keys=some_of(Keys), classes=some_of())
def holds_data(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Data lie there; with `keys`, and one of these holds the keys; with `classes`, data of one of these kinds."""
    record = subject.record
    if not isinstance(record, Dependency) or record.data is None or not _among(record.data.keys, arguments, "keys"):
        return None
    found = tuple(c for c in record.data.classes if _among(c.casefold(), arguments, "classes"))
    return Evidence(named={"data": found}) if found else None


@predicate(_DEPENDENCY, state=some_of(("none", "untested", "tested")), required=("state",))
def exit_(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The best way out known for it is in one of these states."""
    record = subject.record
    exits = record.exits if isinstance(record, Dependency) else ()
    state = "none" if not exits else "untested"
    if any(e.tested is not None and not isinstance(e.tested, Word) for e in exits):
        state = "tested"
    return HOLDS if _among(state, arguments, "state") else None


# -- who holds it --------------------------------------------------------------------------------------------------

_HELD = (
    ("holder", Holding.HOLDER),
    ("registrant", Holding.REGISTRANT),
    ("admins", Holding.ADMIN),
    ("second_factor", Holding.SECOND_FACTOR),
    ("signatories", Holding.SIGNATORY),
    ("payer", Holding.PAYER),
)


def holdings(record: Record) -> Mapping[Holding, tuple[str, ...]]:
    """Who holds a dependency or an asset, by the way of holding; ids."""
    if isinstance(record, Asset):
        return {Holding.HOLDER: record.held_by} if record.held_by else {}
    if not isinstance(record, Dependency) or record.held_by is None:
        return {}
    held = record.held_by
    return {way: getattr(held, key) for key, way in _HELD if getattr(held, key)}


@predicate(_DEPENDENCY, _ASSET, as_=some_of(Holding))
def held_by_person(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A person holds it for the organisation, in one of these ways."""
    people = {p.id for p in facts.inventory.people}
    found: dict[str, Chain] = {}
    for way, holders in holdings(subject.record).items():
        for holder in holders:
            if holder in people and _among(way, arguments, "as"):
                node = f"person:{holder}"
                found.setdefault(node, Chain((Hop(subject.node, Relation.HELD_BY, node, FactStatus.FILING, way),)))
    return Evidence((), tuple(found.values()), {"person": tuple(sorted(found))}) if found else None


@predicate(_DEPENDENCY, _ASSET, as_=some_of(Holding))
def other_holder(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Somebody else holds it in the same way, so that it does not hang on one person alone."""
    for way, holders in holdings(subject.record).items():
        if _among(way, arguments, "as") and len(set(holders)) > 1:
            return HOLDS
    return None


@predicate(_DEPENDENCY, _ASSET, as_=some_of(Holding), alone=some_of(("yes", "no")))
def held_by_designated(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person supposed to be designated holds it, in one of these ways; with `alone`, whether nobody else does."""
    chains = []
    for way, holders in holdings(subject.record).items():
        alone = "no" if len(set(holders)) > 1 else "yes"
        if (
            facts.target in {f"person:{h}" for h in holders}
            and _among(way, arguments, "as")
            and _among(alone, arguments, "alone")
        ):
            chains.append(Chain((Hop(subject.node, Relation.HELD_BY, str(facts.target), FactStatus.FILING, way),)))
    return Evidence((), tuple(chains), {"person": (str(facts.target),)}) if chains else None


@predicate(_PERSON, in_=some_of(ActsAs), required=("in",))
def acts_as(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person holds one of these offices towards suppliers."""
    if isinstance(subject.record, Person) and any(_among(a, arguments, "in") for a in subject.record.acts_as):
        return Evidence(named={"person": (subject.node,)})
    return None


@predicate(_PERSON, at_least=some_of())
def holds(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The person alone holds dependencies or assets for the organisation: at least so many (default 1)."""
    wanted = int((_many(arguments, "at_least") or ("1",))[0])
    named = subject.record.id
    chains = []
    everything: tuple[Dependency | Asset, ...] = (*facts.inventory.dependencies, *facts.inventory.assets)
    for record in everything:
        start = f"{'asset' if isinstance(record, Asset) else 'dependency'}:{record.id}"
        for way, holders in holdings(record).items():
            if holders == (named,):
                chains.append(Chain((Hop(start, Relation.HELD_BY, subject.node, FactStatus.FILING, way),)))
    if len(chains) < wanted:
        return None
    return Evidence(
        (), tuple(chains), {"person": (subject.node,), "held": tuple(dict.fromkeys(c.hops[0].start for c in chains))}
    )


# -- what is not known ---------------------------------------------------------------------------------------------


def _nameless(written: Iterable[str | None]) -> Evidence:
    """Names as written; each stands for a party, so that rows with the same unknown name make one cause."""
    names = tuple(dict.fromkeys(n for n in written if n))
    return Evidence(named={"written": names, "party": tuple(f"name:{n}" for n in names)})


@predicate(_DEPENDENCY)
def supplier_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Nobody who serves it is known, so that nothing could be judged."""
    supply = facts.supply(subject)
    if supply is None or supply.backing.known:
        return None
    return _nameless(u.written for u in supply.unresolved)


@predicate(_DEPENDENCY, part=some_of(("product", "provider", "with", "via", "hosted_on", "built_on", "subcontractors")))
def part_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """A name written for one of these parts is not known, though the dependency could be judged."""
    supply = facts.supply(subject)
    if supply is None or not supply.backing.known:
        return None
    found = [u for u in supply.unresolved if _among(u.part, arguments, "part")]
    return _nameless(u.written or u.part for u in found) if found else None


@predicate(_DEPENDENCY, role=some_of(Role))
def not_checked(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Nothing is known of who takes one of these parts in it."""
    supply = facts.supply(subject)
    if supply is None or not supply.backing.known:
        return None
    found = [r for r in supply.backing.unchecked if _among(r, arguments, "role")]
    tier = next((t for r in SERVING if (t := supply.backing.first(r)) is not None), None)
    return Evidence(named={"role": tuple(found), "party": (tier.node,) if tier else ()}) if found else None


@predicate(_DEPENDENCY)
def contracting_assumed(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Who the contract is with is taken from the catalogue, not from a signed contract."""
    supply = facts.supply(subject)
    tier = supply.backing.first(Role.CONTRACTING) if supply else None
    if tier is None or not any(h.assumed for h in tier.hops):
        return None
    return Evidence((), (Chain(tier.hops),), {"party": (tier.node,)})


@predicate(_DEPENDENCY)
def users_unknown(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Who uses it is not stated, so that the designation of one person cannot be judged for it."""
    return HOLDS if isinstance(subject.record, Dependency) and subject.record.used_by is None else None


# -- contracts -----------------------------------------------------------------------------------------------------


@predicate(_DEPENDENCY, _CONTRACT)
def through_reseller(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is bought through a reseller, who does not thereby become the supplier."""
    contract = facts.contract(subject)
    if contract is None or contract.via is None:
        return None
    supply = facts.supply(subject)
    tier = supply.backing.first(Role.RESELLING) if supply else None
    return Evidence(named={"reseller": (tier.node if tier else f"name:{contract.via}",)})


@predicate(_DEPENDENCY, _CONTRACT, in_=some_of(), required=("in",))
def paid_in(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is paid for in one of these currencies."""
    contract = facts.contract(subject)
    if contract is None:
        return None
    currency = contract.currency or (contract.amount.currency if contract.amount else None)
    return HOLDS if currency and _among(currency, arguments, "in") else None


_CLAUSES = (
    "sanctions",
    "suspension",
    "change_of_control",
    "force_majeure",
    "exit_help",
    "data_return",
    "data_destruction",
)


@predicate(_DEPENDENCY, _CONTRACT, name=some_of(_CLAUSES), is_=some_of(), required=("name",))
def clause(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The contract's clause of this name says one of these; without `is`, anything but no or unknown."""
    contract = facts.contract(subject)
    if contract is None:
        return None
    names = _many(arguments, "name") or ()
    for name in names:
        said = (getattr(contract.clauses, name) if contract.clauses else None) or "unknown"
        if said in (_many(arguments, "is") or ()) or ("is" not in arguments and said not in ("no", "unknown", "none")):
            return Evidence(named={"contract": (f"contract:{contract.id}",)})
    return None
