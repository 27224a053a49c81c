"""`auditor whatif`: what would stop, when, and what survives, if somebody acted; without options, every scenario."""

from datetime import date
from pathlib import Path
from typing import Any

import click

from auditor.errors import Problem, WrongCall
from auditor.loading import link_scenarios, load_knowledge, load_scenarios, scenarios_beside
from auditor.messages import say
from auditor.model.scenarios import Act, Scenario
from auditor.model.values import Origin, Text
from auditor.model.vocabulary import Profile
from auditor.verbs import _options
from auditor.verbs._run import Call, run

ASKED = "asked"
"""The id of the scenario that `--by` and `--who` make."""


@click.command("whatif")
@_options.files
@click.option("--by", "actors", multiple=True, help=_options.told("by_whatif"))
@click.option("--who", "targets", multiple=True, help=_options.told("who_whatif"))
@click.option("--scenario", "named", multiple=True, help=_options.told("scenario"))
@click.option("--on", type=_options.Day(), default=None, help=_options.told("on"))
@_options.rules
@_options.knowledge
@_options.decisions
@_options.as_of
@_options.output
@_options.lang
def command(
    actors: tuple[str, ...], targets: tuple[str, ...], named: tuple[str, ...], on: date | None, **given: Any
) -> int:
    """Work out the scenarios that were asked for, or all that fit."""
    call = Call(**given, profile=Profile.ORG, on=on)
    scenarios, wanted = _scenarios(actors, targets, named, call)
    return run(call, scenarios, wanted)


def _scenarios(
    actors: tuple[str, ...], targets: tuple[str, ...], named: tuple[str, ...], call: Call
) -> tuple[tuple[Scenario, ...], tuple[str, ...]]:
    """Every scenario that rules may ask for, and the ids of those to be told."""
    shipped = scenarios_beside([Path(p) for p in call.rules])
    known = {s.id: s for s in shipped}
    wanted: list[str] = []
    for name in named:
        if name in known or (name.partition("/")[0] in known and not Path(name).exists()):
            wanted.append(name)
            continue
        if not Path(name).exists():
            hint = say("whatif.no_scenario_hint", call.lang, names=", ".join(sorted(known)))
            raise WrongCall(Problem(Origin(), "E-SCENARIO", say("whatif.no_scenario", call.lang, name=name), hint))
        own = load_scenarios([Path(name)])
        unknown = link_scenarios(own, load_knowledge([Path(p) for p in call.knowledge]))
        if unknown:
            raise WrongCall(unknown)
        known |= {s.id: s for s in own}
        wanted += [s.id for s in own]
    if actors or targets:
        acts = tuple(Act(who, by) for who in targets or ("self",) for by in actors or (None,))
        known[ASKED] = Scenario(ASKED, Text("", ""), acts)
        wanted.append(ASKED)
    return tuple(known.values()), tuple(dict.fromkeys(wanted or [s.id for s in shipped]))
