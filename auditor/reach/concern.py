"""How a designation concerns what is ours: theirs, held for us, shared, supplied by the one designated, or there."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from auditor.control import Judgement
from auditor.model.inventory import Asset, Dependency, Inventory
from auditor.model.knowledge import Regime
from auditor.model.report import SUBJECT, Hop
from auditor.model.vocabulary import Concern, Delivery, Doubt, FactStatus, Holding, Relation, Standing, UseStanding
from auditor.reach.question import Target, concerns_everyone, ownership_hops
from auditor.resolve import Backing

HELD = (
    ("holder", Holding.HOLDER),
    ("registrant", Holding.REGISTRANT),
    ("admins", Holding.ADMIN),
    ("second_factor", Holding.SECOND_FACTOR),
    ("signatories", Holding.SIGNATORY),
    ("payer", Holding.PAYER),
)
"""The keys of `held_by`, and the way of holding that each says, strongest first."""


WITH_SEATS = frozenset({Delivery.SAAS, Delivery.MANAGED, Delivery.API, Delivery.STORE, Delivery.TELEPHONY})
"""Ways of delivery in which a person has a seat of their own, so that they can be separated from the others."""


@dataclass(frozen=True, slots=True)
class Concerned:
    """One way in which the designation concerns a subject, the hops that say why, and what is doubtful about it."""

    concern: Concern
    link: tuple[Hop, ...] = ()
    doubt: Doubt | None = None


POTENTIALLY = (Concerned(Concern.POTENTIAL),)

Standings = Mapping[str, Judgement]


def dependency_concerned(
    inventory: Inventory, d: Dependency, backing: Backing, target: Target | None, standings: Standings, regime: Regime
) -> tuple[Concerned, ...]:
    """All ways in which the designation concerns a dependency; without a target every law could."""
    if target is None or concerns_everyone(regime):
        return POTENTIALLY
    match target.kind:
        case "person":
            return tuple(_person(d, backing.delivery, target.node, regime))
        case "country":
            return tuple(_country(inventory, d, target.node, regime))
        case "supplier":
            return tuple(_supplier(backing, target.node, standings, regime))
    return tuple(_ours(inventory, d, backing, target.node, standings, regime))


def asset_concerned(
    inventory: Inventory, a: Asset, target: Target | None, standings: Standings, regime: Regime
) -> tuple[Concerned, ...]:
    """All ways in which the designation concerns an asset."""
    if target is None or concerns_everyone(regime):
        return POTENTIALLY
    listed = _listed(target.node, regime)
    if target.kind == "person" and target.node.partition(":")[2] in a.held_by:
        return (
            Concerned(Concern.HELD_FOR_US, (Hop(SUBJECT, Relation.HELD_BY, target.node, FactStatus.FILING), listed)),
        )
    if target.kind != "person" and f"org:{inventory.organization.id}" in standings:
        return (Concerned(Concern.OURS, (listed,)),)
    return ()


def _person(d: Dependency, delivery: Delivery | None, person: str, regime: Regime) -> Iterator[Concerned]:
    named = person.partition(":")[2]
    listed = _listed(person, regime)
    for key, holding in HELD:
        if d.held_by is not None and named in getattr(d.held_by, key):
            held = Hop(SUBJECT, Relation.HELD_BY, person, FactStatus.FILING, holding)
            yield Concerned(Concern.HELD_FOR_US, (held, listed))
            break
    users = d.used_by
    if users is not None and (users.everyone or named in users.ids):
        used = Hop(SUBJECT, Relation.USED_BY, person, FactStatus.FILING, None if named in users.ids else "everyone")
        yield Concerned(Concern.THEIRS, (used, listed))
        if (users.everyone or users.about or len(users.ids) > 1) and delivery in WITH_SEATS:
            yield Concerned(Concern.SHARED, (used, listed))
    elif users is not None and users.about and delivery in WITH_SEATS:
        used = Hop(SUBJECT, Relation.USED_BY, person, FactStatus.FILING, f"about {users.about}")
        yield Concerned(Concern.THEIRS, (used, listed), Doubt.USE_NOT_STATED)


def _country(inventory: Inventory, d: Dependency, country: str, regime: Regime) -> Iterator[Concerned]:
    organization = inventory.organization
    code = country.partition(":")[2]
    there = {u.id: f"unit:{u.id}" for u in organization.entities if u.country == code}
    there |= {p.id: f"person:{p.id}" for p in inventory.people if p.residence == code}
    if organization.seat == code:
        there[organization.id] = f"org:{organization.id}"
    users = d.used_by
    named = sorted(there) if users is None or users.everyone else sorted(set(users.ids) & set(there))
    if named:
        node = there[named[0]]
        used = Hop(SUBJECT, Relation.USED_BY, node, FactStatus.FILING)
        at = Hop(node, Relation.LOCATED_IN, country, FactStatus.FILING)
        doubt = Doubt.USERS_NOT_STATED if users is None else None
        yield Concerned(Concern.COUNTRY, (used, at, _listed(country, regime)), doubt)


def _supplier(backing: Backing, supplier: str, standings: Standings, regime: Regime) -> Iterator[Concerned]:
    for tier in backing.tiers:
        judgement = standings.get(tier.node)
        if judgement is not None and tier.serves:
            link = (*tier.hops, *ownership_hops(judgement), _listed(supplier, regime))
            yield Concerned(Concern.SUPPLIER, link, _doubt(judgement))
            return


def _ours(
    inventory: Inventory, d: Dependency, backing: Backing, target: str, standings: Standings, regime: Regime
) -> Iterator[Concerned]:
    """We, an entity of ours or our owner: whatever the designated one contracts for or uses."""
    if d.standing is UseStanding.PRIVATE:
        return  # what is somebody's own falls with them, not with us
    units = [f"unit:{backing.party}"] if backing.party else []
    units += [f"unit:{u}" for u in d.used_by.ids] if d.used_by else []
    for node in (f"org:{inventory.organization.id}", *units):
        judgement = standings.get(node)
        if judgement is not None:
            yield Concerned(Concern.OURS, (*ownership_hops(judgement), _listed(target, regime)), _doubt(judgement))
            return


def _listed(node: str, regime: Regime) -> Hop:
    return Hop(node, Relation.DESIGNATED_BY, f"regime:{regime.id}", FactStatus.STATUTE, "supposed")


def _doubt(judgement: Judgement) -> Doubt | None:
    match judgement.standing:
        case Standing.UNDETERMINED:
            return Doubt.SHARES_UNKNOWN
        case Standing.PRESUMED_CONTROLLED:
            return Doubt.PRESUMED_CONTROL
    return None
