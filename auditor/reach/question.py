"""The question of a run: who acts, who is designated, and what else falls with them by ownership."""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import date

from auditor.control import Edge, Judgement, OwnershipGraph, judge, period_on
from auditor.messages import both
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge, Regime
from auditor.model.record import record
from auditor.model.report import Hop, Question
from auditor.model.values import Share, Text
from auditor.model.vocabulary import Doubt, Effect, FactStatus, PeriodStatus, Power, Relation, Standing

VOLUNTARY = "voluntary"
WHO = ("self", "person", "entity", "owner", "supplier", "country")

_POWERS: Mapping[str, tuple[Power, ...]] = {
    "self": (Power.ORGANISATION,),
    "person": (Power.PERSON,),
    "entity": (Power.ORGANISATION,),
    "owner": (Power.ORGANISATION, Power.PERSON, Power.OWNER),
    "supplier": (Power.ORGANISATION,),
    "country": (Power.COUNTRY, Power.SECTOR),
}
_STOPPING = frozenset(
    {
        Effect.TERMINATION,
        Effect.ASSET_FREEZE,
        Effect.PAYMENT_BLOCK,
        Effect.NEW_BUSINESS_BAN,
        Effect.UPDATE_DENIAL,
        Effect.LICENCE_REQUIRED,
        Effect.REVOCATION,
    }
)


_NOTHING = Share(0, 0)
_SAME = {"UK": "GB"}


class BadQuestion(ValueError):
    """A `--by` or `--who` that names nobody, with a hint what to write instead."""

    def __init__(self, message: Text, hint: Text | None = None) -> None:
        super().__init__(message.en)
        self.message = message
        self.hint = hint


@record
class Target:
    """Who is designated: the kind that `--who` named and its node; a country's node is `country:CC`."""

    kind: str
    node: str


@record
class Designation:
    """A question made definite: the regimes in play on the day, and the target if there is one."""

    question: Question
    target: Target | None
    regimes: tuple[Regime, ...]
    undecided: Mapping[str, Doubt]
    beside: tuple[str, ...] = ()
    """Owners that are designated at the same time; stakes of all who are listed count together."""

    def standings(
        self, regime: Regime, graph: OwnershipGraph, knowledge: Knowledge, on: date
    ) -> Mapping[str, Judgement]:
        """Everybody who falls with the target under the regime's own ownership test; the target itself is listed."""
        if self.target is None or self.target.kind == "country":
            return {}
        reach = regime.reach_of_target
        test = knowledge.ownership_tests.get(reach.ownership) if reach and reach.ownership else None
        period = period_on(test, on) if test else None
        listed = {self.target.node, *self.beside}
        if period is None:
            return {self.target.node: Judgement(Standing.LISTED, _NOTHING, (), (), FactStatus.STATUTE)}
        found = judge(graph, period, listed)
        if period.status in (PeriodStatus.SUSPENDED, PeriodStatus.ENDED):
            return {n: j for n, j in found.items() if j.standing is Standing.LISTED}
        return found


def designation(
    question: Question, inventory: Inventory, knowledge: Knowledge, on: date, beside: Sequence[str] = ()
) -> Designation:
    """Make a question definite. Raises BadQuestion if it names somebody or something that is not known."""
    target = _target(question.who, inventory, knowledge) if question.who else None
    question = replace(question, by=_SAME.get(question.by or "", question.by))
    named = question.by in knowledge.regimes
    if (
        question.by
        and not named
        and question.by != VOLUNTARY
        and question.by not in {r.authority for r in knowledge.regimes.values()}
    ):
        known = sorted({r.authority for r in knowledge.regimes.values()} | set(knowledge.regimes) | {VOLUNTARY})
        raise BadQuestion(both("question.by", given=question.by), _near(question.by, known))
    chosen, undecided = [], {}
    about = _about(inventory, knowledge)
    ties = _ties(target, inventory, knowledge)
    for regime in knowledge.regimes.values():
        if question.by and not named and regime.authority != question.by:
            continue
        if named and regime.id != question.by:
            continue
        if regime.authority == VOLUNTARY and not regime.binds and question.by not in (VOLUNTARY, regime.id):
            continue  # anybody may choose to stop: said only where it is asked
        if not named and regime.concerns and not about & set(regime.concerns):
            continue
        if not named and regime.aimed_at and not any(knowledge.within(t, a, on) for t in ties for a in regime.aimed_at):
            continue
        if target is not None and not concerns_everyone(regime) and not _fits(target, regime):
            if named:  # to answer that nothing happens would be wrong: the law asked for is about others
                raise BadQuestion(both("question.power", by=regime.id, who=question.who or ""), _power_hint(regime))
            continue
        status = status_on(regime, on)
        if status in (PeriodStatus.IN_FORCE, PeriodStatus.UNKNOWN):
            chosen.append(regime)
            if status is PeriodStatus.UNKNOWN:
                undecided[regime.id] = Doubt.STATE_UNKNOWN
    others = tuple(_target(who, inventory, knowledge).node for who in beside)
    return Designation(question, target, tuple(chosen), undecided, others)


def concerns_everyone(regime: Regime) -> bool:
    """Whether a regime bears on everybody who is served, designated or not: disclosure, apart from termination."""
    return Power.EVERYONE_SERVED in regime.power


def _fits(target: Target, regime: Regime) -> bool:
    return bool(set(regime.power) & set(_POWERS[target.kind]) and set(regime.effects) & _STOPPING)


def status_on(regime: Regime, on: date) -> PeriodStatus:
    """The state of a regime on a day; outside all its periods it has ended or not begun. Later periods win."""
    held = [p for p in regime.periods if (p.since or date.min) <= on <= (p.until or date.max)]
    return max(held, key=lambda p: p.since or date.min).status if held else PeriodStatus.ENDED


def _ties(target: Target | None, inventory: Inventory, knowledge: Knowledge) -> set[str]:
    """Countries to which the target has a tie: seat, nationality, residence; without a target, those of all of us."""
    organization = inventory.organization
    countries: dict[str, set[str | None]] = {f"org:{organization.id}": {organization.seat}}
    countries |= {f"unit:{e.id}": {e.country} for e in organization.entities}
    countries |= {f"person:{p.id}": {*p.nationalities, p.residence} for p in inventory.people}
    if target is None:
        return {c for among in countries.values() for c in among if c is not None}
    if target.kind == "country":
        return {target.node.partition(":")[2]}
    if target.kind == "self":
        return {c for n, among in countries.items() if not n.startswith("person:") for c in among if c is not None}
    countries |= {f"party:{p.id}": {p.country} for p in inventory.parties}
    countries |= {f"entity:{e.id}": {e.incorporated_in, e.headquartered_in} for e in knowledge.entities.values()}
    return {c for c in countries.get(target.node, ()) if c is not None}


def _about(inventory: Inventory, knowledge: Knowledge) -> set[str]:
    """Catalogue ids of the organisation itself: the same id, name or alias."""
    organization = inventory.organization
    names = {n.casefold() for n in (organization.name, organization.name_latin, *organization.domains) if n}
    return {
        e.id
        for e in knowledge.entities.values()
        if e.id == organization.id or names & {n.casefold() for n in (e.name, *e.aliases)}
    }


def _target(who: str, inventory: Inventory, knowledge: Knowledge) -> Target:
    organization = inventory.organization
    kind, _, named = who.partition(":")
    if kind not in WHO or (kind == "self") != (not named):
        raise BadQuestion(
            both("question.form", given=who),
            both("question.form_hint"),
        )
    people = {p.id: f"person:{p.id}" for p in inventory.people}
    units = {e.id: f"unit:{e.id}" for e in organization.entities}
    others = {e: f"entity:{e}" for e in knowledge.entities} | {p.id: f"party:{p.id}" for p in inventory.parties}
    among: Mapping[str, str] = {
        "self": {"": f"org:{organization.id}"},
        "person": people,
        "entity": units,
        "owner": others | people,
        "supplier": others,
        "country": {c: f"country:{c}" for c in knowledge.jurisdictions},
    }[kind]
    if named not in among:
        raise BadQuestion(both("question.who", given=who, name=named), _near(named, sorted(among)))
    return Target(kind, among[named])


def _power_hint(regime: Regime) -> Text | None:
    """What to ask of a law that is about countries."""
    if set(regime.power) & set(_POWERS["country"]) and regime.aimed_at:
        return both("question.near", name=f"country:{regime.aimed_at[0]}")
    return None


def _near(written: str, known: list[str]) -> Text | None:
    from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

    near = get_close_matches(written, known, 1, 0.5)
    if near:
        return both("question.near", name=near[0])
    return both("question.known", names=", ".join(known)) if 0 < len(known) <= 12 else None


def ownership_hops(judgement: Judgement) -> tuple[Hop, ...]:
    """The stakes of a proof as hops, from the one held up to who holds."""
    return tuple(stake_hop(e) for e in reversed(judgement.proof))


def stake_hop(edge: Edge) -> Hop:
    """A stake as a hop from the one held to its holder."""
    if edge.counted.high:
        return Hop(edge.held, Relation.OWNED_BY, edge.holder, edge.status, str(edge.counted))
    return Hop(edge.held, Relation.CONTROLLED_BY, edge.holder, edge.status, ", ".join(edge.control) or None)
