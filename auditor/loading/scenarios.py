"""Scenario files into scenarios: the shipped ones and those named; ids stand once, and what they name must exist."""

from collections.abc import Iterable, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Annotated

from auditor import __version__
from auditor.documents import Document
from auditor.errors import Problem, WrongCall
from auditor.loading.compiled import from_compiled
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.reading import header_of, read_record
from auditor.loading.shipped import rules_folder, shipped_folders
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
    problems: list[Problem] = []
    if not paths:
        compiled = from_compiled(__version__, shipped_folders(), lambda records: records["scenarios"])
        if compiled is not None:
            return compiled  # type: ignore[no-any-return]
        found = documents_in([rules_folder() / "scenarios"], problems, shown="rules/scenarios")
    else:
        found = documents_in(paths, problems)
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
                        f"the scenario `{scenario.id}` stands twice",
                        None,
                        (known.origin,),
                    )
                )
            if not scenario.acts:
                problems.append(Problem(scenario.origin, "E-EMPTY", f"the scenario `{scenario.id}` has no acts"))
    return tuple(first[i] for i in sorted(first))


def link_scenarios(scenarios: Sequence[Scenario], knowledge: Knowledge) -> list[Problem]:
    """Problems that only the knowledge shows: states, laws and precedents that nobody knows."""
    actors = {r.authority for r in knowledge.regimes.values()} | set(knowledge.regimes) | {VOLUNTARY}
    problems = []
    for scenario in scenarios:
        named = [("by", a.by, actors) for a in scenario.acts if a.by is not None]
        named += [("country", a.country, set(knowledge.jurisdictions)) for a in scenario.acts if a.country is not None]
        named += [("precedents", p, set(knowledge.precedents)) for p in scenario.precedents]
        named += [("seats", s, set(knowledge.jurisdictions)) for s in scenario.applies_to.seats]
        for key, name, among in named:
            if name not in among:
                near = get_close_matches(name, sorted(among), 1, 0.6)
                hint = f"did you mean `{near[0]}`?" if near else None
                problems.append(
                    Problem(scenario.origin, "E-DANGLING", f"{key} names `{name}`, which is not known", hint)
                )
    return problems
