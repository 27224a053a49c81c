"""The whole report as JSON (`auditor: report/1`): all that other formats hold; it reads back the same."""

import json
from typing import Any

from auditor.model.codec import to_data
from auditor.model.report import Report
from auditor.reporters import Style
from auditor.sinks import JsonText, Output, json_output, json_text

SUFFIX = ".json"


def render(report: Report, style: Style) -> Output:  # noqa: ARG001 - machine formats are the same in every language
    """UTF-8, one record to a line so that two reports can be compared, fields at their defaults left out."""
    data = to_data(report)
    parts = [f"{_compact(name)}: {_part(data[name])}" for name in ("auditor", *(n for n in data if n != "auditor"))]
    return json_output([JsonText("{\n" + ",\n".join(parts) + "\n}\n")])


def _part(value: Any) -> JsonText:
    if isinstance(value, list):
        return JsonText("[" + ",".join(f"\n  {_compact(item)}" for item in value) + ("\n]" if value else "]"))
    if isinstance(value, dict):
        entries = ",".join(f"\n  {_compact(k)}: {_compact(v)}" for k, v in value.items())
        return JsonText("{" + entries + ("\n}" if value else "}"))
    return _compact(value)


def _compact(value: Any) -> JsonText:
    return json_text(json.dumps(value, ensure_ascii=False))  # without an indent, which would leave the fast encoder
