"""`auditor audit`: the report. It passes whatever it finds, as long as it is complete."""

from typing import Any

import click

from auditor.model.vocabulary import Profile
from auditor.verbs import _options
from auditor.verbs._run import Call, run


@click.command("audit")
@_options.files
@_options.run(Profile.ORG)
def command(**given: Any) -> int:
    """Make the report."""
    return run(Call(**given))
