"""The whole report as JSON (`auditor: report/1`): all that other formats hold; it reads back the same."""

import json

from auditor.model.codec import to_data
from auditor.model.report import Report
from auditor.reporters import Style

SUFFIX = ".json"


def render(report: Report, style: Style) -> bytes:  # noqa: ARG001 - machine formats are the same in every language
    """UTF-8, two spaces, keys sorted within mappings, fields at their defaults left out, a newline at the end."""
    return json.dumps(to_data(report), ensure_ascii=False, indent=2).encode() + b"\n"
