"""Scenario files into scenarios: the shipped ones and those named; ids stand once, and what they name must exist."""

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Annotated

from auditor import __version__
from auditor.documents import Document
from auditor.errors import Problem, WrongCall
from auditor.loading.compiled import from_compiled
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.nearest import Nearest
from auditor.loading.reading import header_of, read_record
from auditor.loading.shipped import scenarios_folder
from auditor.messages import sentence
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.scenarios import Scenario

HEADER = "scenario/1"
VOLUNTARY = "voluntary"


@record
class ScenarioFile:
    """A scenario file: one or more."""

    scenarios: Annotated[tuple[Scenario, ...], "scenarios, each with an id of its own"]


def load_scenarios(paths: Sequence[Path] = ()) -> tuple[Scenario, ...]:
    """The shipped scenarios, sorted by id; where `paths` are given, those instead. Raises WrongCall."""
    if not paths:
        compiled: tuple[Scenario, ...] | None = from_compiled("scenarios", __version__, scenarios_folder())
        return read_scenarios() if compiled is None else compiled
    problems: list[Problem] = []
    return _read(documents_in(paths, problems), problems)


def scenarios_beside(packs: Sequence[Path]) -> tuple[Scenario, ...]:
    """The shipped scenarios and those that lie in folders with packs, sorted by id. Raises WrongCall."""
    shipped = load_scenarios()
    folders = [path for path in packs if path.is_dir()]
    if not folders:
        return shipped
    problems: list[Problem] = []
    known = {s.id: s for s in shipped}
    own = scenarios_of((d for d, _ in documents_in(folders, problems) if header_of(d) == HEADER), problems)
    for scenario in own:
        if scenario.id in known:
            said = sentence("E-DUP-ID.scenario", id=scenario.id)
            problems.append(Problem(scenario.origin, "E-DUP-ID", said, None, (known[scenario.id].origin,)))
    if problems:
        raise WrongCall(problems)
    return tuple(sorted((*shipped, *own), key=lambda s: s.id))


def read_scenarios() -> tuple[Scenario, ...]:
    """The shipped scenarios from their YAML files, sorted by id. Raises WrongCall with every problem."""
    problems: list[Problem] = []
    return _read(documents_in([scenarios_folder()], problems, shown="rules/scenarios"), problems)


def _read(found: Iterable[tuple[Document, bool]], problems: list[Problem]) -> tuple[Scenario, ...]:
    scenarios = scenarios_of((d for d, _ in found), problems)
    if problems:
        raise WrongCall(problems)
    return scenarios


def scenarios_of(documents: Iterable[Document], problems: list[Problem]) -> tuple[Scenario, ...]:
    """Scenarios of documents at hand, sorted by id; problems are collected."""
    first: dict[str, Scenario] = {}
    for document in documents:
        if header_of(document) != HEADER:
            problems.append(wrong_header(document, HEADER))
            continue
        file = read_record(document, ScenarioFile, HEADER, problems)
        for scenario in file.scenarios if file else ():
            known = first.setdefault(scenario.id, scenario)
            if known is not scenario:
                problems.append(
                    Problem(
                        scenario.origin,
                        "E-DUP-ID",
                        sentence("E-DUP-ID.scenario", id=scenario.id),
                        None,
                        (known.origin,),
                    )
                )
            if not scenario.acts:
                problems.append(Problem(scenario.origin, "E-EMPTY", sentence("E-EMPTY.scenario", id=scenario.id)))
    return tuple(first[i] for i in sorted(first))


def link_scenarios(scenarios: Sequence[Scenario], knowledge: Knowledge) -> list[Problem]:
    """Problems that only the knowledge shows: states, laws and precedents that nobody knows."""
    actors = {r.authority for r in knowledge.regimes.values()} | set(knowledge.regimes) | {VOLUNTARY}
    nearest = Nearest()
    problems = []
    for scenario in scenarios:
        named = [("by", a.by, actors) for a in scenario.acts if a.by is not None]
        named += [("country", a.country, set(knowledge.jurisdictions)) for a in scenario.acts if a.country is not None]
        named += [("precedents", p, set(knowledge.precedents)) for p in scenario.precedents]
        named += [("seats", s, set(knowledge.jurisdictions)) for s in scenario.applies_to.seats]
        for key, name, among in named:
            if name not in among:
                said = sentence("E-DANGLING.unknown_here", key=key, name=name)
                problems.append(Problem(scenario.origin, "E-DANGLING", said, nearest.hint(name, among)))
    return problems
