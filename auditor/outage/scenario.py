"""Scenarios made definite: whom they fit, and one run for each person, owner or country that `each` stands for."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date

from auditor.messages import both
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.rules import AppliesTo
from auditor.model.scenarios import Act, Scenario
from auditor.model.values import Text
from auditor.model.vocabulary import Layer, OrganisationKind
from auditor.reach import VOLUNTARY, BadQuestion
from auditor.reach.question import WHO
from auditor.resolve import Resolution

EACH = "each"
TOP = "parent:top"
CHOOSING = (*WHO, "currency", "delivery", "parent")
"""What `who` may name where nobody is designated but somebody stops by choice."""

RUNS_AT_MOST = 200
"""Scenarios made of one by `each`; what is beyond is counted."""


@record
class Run:
    """A definite scenario: every act names somebody."""

    scenario: Scenario
    id: str
    title: Text
    acts: tuple[Act, ...]


def fits(applies: AppliesTo, inventory: Inventory, resolution: Resolution, knowledge: Knowledge, on: date) -> bool:
    """Whether a scenario, or a pack, is for such an organisation."""
    organization = inventory.organization
    if applies.kinds and not set(applies.kinds) & set(organization.kind or [OrganisationKind.COMPANY]):
        return False
    if applies.seats and not any(knowledge.within(organization.seat, area, on) for area in applies.seats):
        return False
    there: Mapping[str, object] = {
        "people": inventory.people,
        "assets": inventory.assets,
        "contracts": inventory.contracts,
        "functions": inventory.functions,
    }
    return all(there[part] if part in there else _models(inventory, resolution) for part in applies.has)


def _models(inventory: Inventory, resolution: Resolution) -> bool:
    return any(
        (d.layer or (p.layer if (p := resolution.supplies[d.id].backing.product) else None)) is Layer.MODEL
        for d in inventory.dependencies
    )


def runs(scenario: Scenario, inventory: Inventory, owners: Sequence[str], top: str | None) -> tuple[Run, ...]:
    """The definite runs of a scenario; none if `each` or `top` finds nobody.

    `owners` are the nodes that stand behind the organisation, nearest first; `top` the ultimate parent on which most
    depends. Raises BadQuestion for a `who` that is no such thing.
    """
    made: list[tuple[Act, ...]] = [()]
    named: list[tuple[str, ...]] = [()]
    for act in scenario.acts:
        found = list(_definite(act, inventory, owners, top))
        made = [(*acts, new) for acts in made for new, _ in found]
        named = [(*names, *name) for names in named for _, name in found]
    several = len(made) > 1 or any(named)
    return tuple(
        Run(scenario, _id(scenario, names) if several else scenario.id, _title(scenario, names), acts)
        for acts, names in zip(made, named, strict=True)
    )


def _id(scenario: Scenario, names: Iterable[str]) -> str:
    return "/".join((scenario.id, *names))


def _title(scenario: Scenario, names: Sequence[str]) -> Text:
    if not names:
        return scenario.title
    told = ", ".join(names)
    return Text(*(f"{scenario.title.in_(language)}: {told}" for language in ("en", "ko")))


def _definite(
    act: Act, inventory: Inventory, owners: Sequence[str], top: str | None
) -> Iterator[tuple[Act, tuple[str, ...]]]:
    """The act for each whom it means, and the name that tells it from the others."""
    kind, _, named = act.who.partition(":")
    known = CHOOSING if act.by == VOLUNTARY else WHO
    if kind not in known or (kind == "self") != (not named):
        raise BadQuestion(both("question.form", given=act.who), both("question.form_hint"))
    if act.who == TOP:
        if top is not None:
            yield replace(act, who=f"supplier:{top.partition(':')[2]}"), (top.partition(":")[2],)
    elif act.person == EACH:
        yield from ((replace(act, person=p), (p,)) for p in concerned_people(inventory))
    elif named == EACH:
        among = {
            "person": concerned_people(inventory),
            "entity": tuple(e.id for e in inventory.organization.entities),
            "owner": tuple(o.partition(":")[2] for o in owners),
        }.get(kind)
        if among is None:
            raise BadQuestion(both("whatif.each", given=act.who), both("whatif.each_hint"))
        yield from ((replace(act, who=f"{kind}:{i}"), (i,)) for i in among[:RUNS_AT_MOST])
    else:
        yield act, ()


def concerned_people(inventory: Inventory) -> tuple[str, ...]:
    """People who hold something for us, use something by name, or are needed; ids, as the inventory orders them."""
    there = {p.id for p in inventory.people}
    found: set[str] = set()
    for d in inventory.dependencies:
        held = d.held_by
        if held is not None:
            for among in (held.holder, held.admins, held.registrant, held.signatories, held.payer, held.second_factor):
                found.update(among)
        found.update(d.used_by.ids if d.used_by else ())
        found.update(leaf for n in d.needs for leaf in n.leaves())
    for a in inventory.assets:
        found.update(a.held_by)
    for f in inventory.functions:
        found.update(leaf for n in f.needs for leaf in n.leaves())
    return tuple(p.id for p in inventory.people if p.id in found & there)
