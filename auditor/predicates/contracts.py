"""Predicates on contracts: resellers, currencies, clauses."""

from auditor.loading.kinds import BadForm, duration
from auditor.model.inventory import Dependency
from auditor.model.vocabulary import Role
from auditor.predicates.facts import HOLDS, Arguments, Evidence, Facts, Subject
from auditor.predicates.registry import CONTRACT, DEPENDENCY, among, many, predicate, some_of


def _reseller(facts: Facts, subject: Subject) -> str | None:
    contract = facts.contract(subject)
    if contract is None or contract.via is None:
        return None
    supply = facts.supply(subject)
    tier = supply.backing.first(Role.RESELLING) if supply else None
    return tier.node if tier else f"name:{contract.via}"


def _currency(facts: Facts, subject: Subject) -> str | None:
    contract = facts.contract(subject)
    if contract is None:
        return None
    return contract.currency or (contract.amount.currency if contract.amount else None)


def _contract(facts: Facts, subject: Subject) -> str | None:
    contract = facts.contract(subject)
    return contract.id if contract else None


@predicate(DEPENDENCY, CONTRACT, reads=_reseller)
def through_reseller(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is bought through a reseller, who does not thereby become the supplier."""
    reseller = _reseller(facts, subject)
    return Evidence(named={"reseller": (reseller,)}) if reseller is not None else None


@predicate(DEPENDENCY, CONTRACT, reads=_currency, in_=some_of(), required=("in",))
def paid_in(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """It is paid for in one of these currencies."""
    currency = _currency(facts, subject)
    return HOLDS if currency and among(currency, arguments, "in") else None


_CLAUSES = (
    "sanctions",
    "suspension",
    "change_of_control",
    "force_majeure",
    "exit_help",
    "data_return",
    "data_destruction",
)


@predicate(DEPENDENCY, CONTRACT, reads=_contract, name=some_of(_CLAUSES), is_=some_of(), required=("name",))
def clause(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The contract's clause of this name says one of these; without `is`, anything but no or unknown."""
    contract = facts.contract(subject)
    if contract is None:
        return None
    names = many(arguments, "name") or ()
    for name in names:
        said = (getattr(contract.clauses, name) if contract.clauses else None) or "unknown"
        if said in (many(arguments, "is") or ()) or ("is" not in arguments and said not in ("no", "unknown", "none")):
            return Evidence(named={"contract": (f"contract:{contract.id}",)})
    return None


@predicate(DEPENDENCY, CONTRACT, reads=_contract, is_=some_of(("stated", "not_stated")), required=("is",))
def escrow(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """Whether something is stated to lie with a third party under its contract; no contract, nothing stated."""
    contract = facts.contract(subject)
    stated = "stated" if contract is not None and contract.escrow is not None else "not_stated"
    return HOLDS if among(stated, arguments, "is") else None


@predicate(DEPENDENCY)
def data_return_too_short(facts: Facts, subject: Subject, arguments: Arguments) -> Evidence | None:
    """The contract gives data back within a period that is over before the quickest way out named is ready."""
    contract = facts.contract(subject)
    said = contract.clauses.data_return if contract and contract.clauses else None
    period = _period(said) if said else None
    ways = subject.record.exits if isinstance(subject.record, Dependency) else ()
    leads = [e.lead_time.hours for e in ways if e.lead_time is not None]
    if contract is None or period is None or not leads or min(leads) <= period:
        return None
    return Evidence(named={"contract": (f"contract:{contract.id}",)})


def _period(said: str) -> int | None:
    """Hours, where a clause says a period and no other word."""
    try:
        return duration(said).hours
    except BadForm:
        return None
