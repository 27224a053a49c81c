"""`auditor gate`: the same report, judged. Fails on findings at or above a severity, and on unknowns."""

from typing import Any

import click

from auditor.errors import Problem, WrongCall
from auditor.messages import say
from auditor.model.values import Origin
from auditor.model.vocabulary import Profile, Severity
from auditor.triage import Policy
from auditor.verbs import _options
from auditor.verbs._run import Call, run

WORSE = "worse"


@click.command("gate")
@_options.files
@click.option(
    "--fail-on",
    type=click.Choice([*(str(s) for s in Severity), WORSE]),
    default=str(Severity.HIGH),
    show_default=True,
    help=_options.told("fail_on"),
)
@click.option(
    "--tolerate-unknown",
    type=click.IntRange(min=0),
    metavar="N",
    default=0,
    show_default=True,
    help=_options.told("tolerate_unknown"),
)
@_options.run(Profile.CI)
def command(fail_on: str, tolerate_unknown: int, **given: Any) -> int:
    """Make the report and judge it."""
    if fail_on == WORSE:
        language = given["lang"]
        raise WrongCall(Problem(Origin(), "E-NO-BASE", say("error.worse", language), say("error.worse_hint", language)))
    return run(Call(**given, policy=Policy(Severity(fail_on), tolerate_unknown)))
