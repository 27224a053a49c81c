"""`auditor demo`: the shipped inventory of a court is audited, its prosecutor designated by the United States."""

import os
from typing import Any

import click

from auditor.loading.shipped import inventories_folder
from auditor.messages import say
from auditor.model.vocabulary import Profile
from auditor.verbs import _options
from auditor.verbs._out import said, tell
from auditor.verbs._run import Call, destinations, finish, make_report

INVENTORY = "icc-2025.yaml"
BY, WHO = "US", "person:prosecutor"


@click.command("demo")
@_options.stacked(_options.profile(Profile.ORG), _options.as_of, _options.output, _options.lang)
def command(**given: Any) -> int:
    """Audit the shipped inventory and say what to try next."""
    file = os.path.relpath(inventories_folder() / INVENTORY)
    call = Call(files=(file,), by=BY, who=WHO, **given)
    wanted = destinations(call)
    report = make_report(call)
    code = finish(report, wanted, call)
    if report.findings:
        tell(said(""))
        tell(said(say("next.title", call.lang)))
        for key in ("one", "two", "three"):
            tell(said("  " + say(f"next.{key}", call.lang, finding=report.findings[0].fingerprint[:12], file=file)))
    return code
