"""The product in one function: inventory, knowledge and packs into a Report. Pure: no file is opened, no clock read."""

from collections.abc import Iterator, Sequence
from datetime import date
from typing import TYPE_CHECKING

from auditor import __version__
from auditor.control import overfull, ownership_graph
from auditor.evaluate import Evaluation, evaluate
from auditor.messages import Words, both
from auditor.model.decisions import Decision
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.listings import Listings
from auditor.model.record import record
from auditor.model.report import About, Input, Ledger, Note, Question, Report
from auditor.model.rules import Pack
from auditor.model.scenarios import Scenario
from auditor.model.values import percent
from auditor.model.vocabulary import Profile
from auditor.predicates import Facts
from auditor.predicates.supposed import Supposed, base_of
from auditor.reach import designation, find_reaches, forks
from auditor.resolve import resolve
from auditor.statement import assess, cases, confirm, laws, nodes_named
from auditor.triage import Policy, triage

if TYPE_CHECKING:
    from auditor.model.outage import Outage


@record
class Given:
    """What a run was given beside the documents: the question, the days, the profile, decisions, a policy.

    `files` is how many inventory files were found, where that is counted apart from those that were read.
    `scenarios` are those that rules may ask for; `suppose` the ids of those whose outages are to be told.
    """

    as_of: date
    on: date
    question: Question = Question()
    profile: Profile = Profile.ORG
    policy: Policy = Policy()
    decisions: tuple[Decision, ...] = ()
    inputs: tuple[Input, ...] = ()
    files: int | None = None
    notes: tuple[Note, ...] = ()
    scenarios: tuple[Scenario, ...] = ()
    suppose: tuple[str, ...] = ()


def audit(
    inventory: Inventory, knowledge: Knowledge, packs: Sequence[Pack], given: Given, listings: Listings = Listings()
) -> Report:
    """Audit an inventory. Raises BadQuestion if the question names somebody who is not known."""
    resolution = resolve(inventory, knowledge, given.on)
    graph = ownership_graph(inventory, knowledge, given.on)
    asked = designation(given.question, inventory, knowledge, given.on)
    reaches = find_reaches(inventory, knowledge, resolution, graph, asked, given.on)
    nobody = reaches if given.question == Question() else None
    scenarios = {s.id: s for s in given.scenarios}
    supposed = Supposed(inventory, knowledge, resolution, graph, given.on, scenarios, nobody)
    target = asked.target.node if asked.target else None
    facts = Facts(inventory, knowledge, resolution, reaches, target, given.on, supposed)
    judged = evaluate(packs, facts, given.profile, given.question, listings)
    forked = forks(reaches, resolution.nodes, knowledge.precedents)
    outages = supposed.outages(given.suppose)
    assessments = assess(resolution, graph, facts.functions_of)
    known = sum(a.judged for a in assessments)
    named_laws = {*(r.regime for r in reaches), *(i for f in judged.findings for i in f.laws)}
    named_laws |= {c.regime for o in outages for c in o.cuts if c.regime is not None}
    named_cases = {*(i for f in judged.findings for i in f.precedents), *(i for f in forked for i in f.precedents)}
    named_cases |= {i for o in outages for i in (*o.precedents, *(p for f in o.forks for p in f.fork.precedents))}
    o = inventory.organization
    report = Report(
        about=About(
            organization=o.id,
            name=o.name,
            version=__version__,
            question=given.question,
            as_of=given.as_of,
            on=given.on,
            profile=given.profile,
            kinds=tuple(str(k) for k in o.kind),
            seat=o.seat,
            inputs=given.inputs,
            knowledge=knowledge.digest,
            knowledge_date=knowledge.retrieved,
            records=knowledge.counts,
            overlays=knowledge.overlays,
        ),
        assessments=assessments,
        unresolved=tuple(u for _, s in sorted(resolution.supplies.items()) for u in s.unresolved),
        reaches=reaches,
        forks=forked,
        outages=outages,
        causes=supposed.causes if given.suppose else None,
        findings=judged.findings,
        to_confirm=confirm(reaches, assessments, resolution.nodes),
        packs=judged.packs,
        nodes=nodes_named(
            supposed.world.resolution.nodes if given.suppose else resolution.nodes,
            reaches,
            judged.findings,
            forked,
            assessments,
            outages,
            supposed.causes if given.suppose else None,
        ),
        laws=laws(knowledge, named_laws, given.on),
        precedents=cases(knowledge, named_cases),
        lists=tuple(listings.status(name) for name in judged.lists) or listings.lists,
        notes=(
            *given.notes,
            *_lists(judged, listings),
            *_unfit(given, outages),
            *(_over_whole(node, total) for node, total in overfull(graph)),
        ),
        ledger=Ledger(
            inputs_given=given.files if given.files is not None else len(given.inputs),
            inputs_read=len(given.inputs),
            dependencies=len(inventory.dependencies),
            judged=known,
            unknown=len(assessments) - known,
            rules_loaded=judged.rules_loaded,
            rules_evaluated=judged.rules_evaluated,
            lists_required=len(judged.lists),
            lists_fresh=len(judged.lists) - len(listings.unusable(judged.lists)),
        ),
    )
    return triage(report, given.decisions, given.policy, given.as_of)


def _lists(judged: Evaluation, listings: Listings) -> list[Note]:
    """What was compared with official lists, and what was not: silence would read as *nobody is listed*."""
    found = []
    if not any(run.ran and run.pack in judged.screening for run in judged.packs):
        found.append(Note.of("W-NOT-SCREENED", both("lists.not_screened"), both("lists.not_screened_hint")))
    for name in judged.lists:
        status = listings.status(name)
        if status.usable:
            said = {"published": status.published or "–", "current": status.current or "–"}
            found.append(Note.of("N-LIST", both("lists.used", name=name, n=status.records, **said)))
        else:
            why = status.why or both("list_state_why.missing")
            state = Words("list_state", (status.state,))
            what = both("lists.unusable", name=name, state=state, why=why)
            found.append(Note.of("W-LIST", what, both("lists.unusable_hint", name=name)))
    return found


def _unfit(given: Given, outages: "Sequence[Outage]") -> Iterator[Note]:
    """Scenarios that were named and are not for such an organisation; where all were asked, those that fit are told."""
    if set(given.suppose) != {s.id for s in given.scenarios}:
        told = {o.scenario for o in outages} | {base_of(o.scenario) for o in outages}
        for i in given.suppose:
            if i not in told:
                yield Note.of("N-NO-FIT", both("note.no_fit", scenario=i), both("note.no_fit_hint"))


def _over_whole(node: str, total: int) -> Note:
    return Note.of(
        "W-OWNERSHIP-SUM",
        both("note.ownership_sum", node=node.partition(":")[2], percent=percent(total)),
        both("note.ownership_sum_hint"),
    )
