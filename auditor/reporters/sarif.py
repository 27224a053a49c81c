"""SARIF 2.1.0 as code hosts read it: one result per finding, its chain as a code flow, nothing that a host rejects.

What GitHub reads, and its limits: a physical location with four numbers on each result, only
`primaryLocationLineHash` of the fingerprints, at most 5,000 results, 1,000 locations, 20 tags. Suppressions are
ignored there, so that accepted and baselined findings are left out here; the JSON report has them.
"""

import json
from collections.abc import Sequence
from typing import Any, NotRequired, TypedDict
from urllib.parse import quote

from auditor.model.report import Finding, Report, Subject
from auditor.model.values import Origin
from auditor.model.vocabulary import Bin, Confidence, Severity
from auditor.reporters import Style
from auditor.sinks import (
    Output,
    SarifMarkdown,
    SarifText,
    json_text,
    markdown,
    markdown_strong,
    output,
    sarif,
    sarif_markdown,
)
from auditor.views import chain_rows, headline, place_of

SUFFIX = ".sarif"
MOST_RESULTS = 5_000
MOST_LOCATIONS = 100
LONGEST = 1_000
"""Characters of a description; GitHub shows at most 1,024."""

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVEL = {Severity.CRITICAL: "error", Severity.HIGH: "error", Severity.MEDIUM: "warning", Severity.LOW: "note"}
_SECURITY = {Severity.CRITICAL: "9.5", Severity.HIGH: "8.0", Severity.MEDIUM: "5.5", Severity.LOW: "2.0"}
_PRECISION = {Confidence.HIGH: "very-high", Confidence.MEDIUM: "high", Confidence.LOW: "medium"}

Data = dict[str, Any]


class _Message(TypedDict):
    text: SarifText
    markdown: NotRequired[SarifMarkdown]


class _Location(TypedDict):
    physicalLocation: Data
    message: NotRequired[_Message]
    id: NotRequired[int]


class _Notification(TypedDict):
    level: str
    message: _Message


class _Rule(TypedDict):
    id: str
    name: str
    shortDescription: _Message
    fullDescription: _Message
    help: _Message
    defaultConfiguration: Data
    properties: Data


class _Result(TypedDict):
    ruleId: str
    ruleIndex: int
    level: str
    message: _Message
    locations: list[_Location]
    partialFingerprints: Data
    properties: Data
    relatedLocations: NotRequired[list[_Location]]
    codeFlows: NotRequired[list[Data]]


def render(report: Report, style: Style) -> Output:  # noqa: ARG001 - machine formats are English
    """The log file, UTF-8. Findings beyond the limit are left out by severity, and a notification says how many."""
    shown = [f for f in report.findings if f.bin in (Bin.OPEN, Bin.BELOW_THRESHOLD)]
    kept = sorted(shown, key=lambda f: f.severity.rank)[:MOST_RESULTS]
    rules = sorted({f.rule: f for f in reversed(kept)}.items())
    index = {rule: i for i, (rule, _) in enumerate(rules)}
    run: Data = {
        "tool": {
            "driver": {
                "name": "auditor",
                "semanticVersion": report.about.version,
                "rules": [_rule(finding) for _, finding in rules],
            }
        },
        "automationDetails": {"id": f"auditor/{quote(report.about.organization, safe='')}/"},
        "columnKind": "unicodeCodePoints",
        "invocations": [_invocation(len(shown) - len(kept), report)],
        "results": [_result(report, f, index[f.rule]) for f in kept],
    }
    log = {"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}
    return output([json_text(json.dumps(log, ensure_ascii=False))])


def _invocation(left_out: int, report: Report) -> Data:
    """What the run itself has to say: results that were cut, dependencies nobody could judge, names not screened."""
    notes = []
    if left_out:
        notes.append(f"Left out, of the lowest severity: {left_out:,}. A code host takes {MOST_RESULTS:,} results.")
    if report.ledger.unknown:
        notes.append(f"{report.ledger.unknown} of {report.ledger.dependencies} dependencies could not be judged.")
    notes += [note.in_("en") for note in report.not_screened]
    notifications: list[_Notification] = [{"level": "warning", "message": _message(text)} for text in notes]
    return {"executionSuccessful": True, "toolExecutionNotifications": notifications}


def _rule(f: Finding) -> _Rule:
    title, remedy = f.title.en, f.remedy.en
    return {
        "id": f.rule,
        "name": f.rule.replace("/", "-"),
        "shortDescription": _message(title),
        "fullDescription": _message(title),
        "help": {
            "text": sarif(f"{title}. {remedy}", 2 * LONGEST),
            "markdown": sarif_markdown(markdown_strong(markdown(title)), markdown(remedy)),
        },
        "defaultConfiguration": {"level": _LEVEL[f.severity]},
        "properties": {
            "precision": _PRECISION[f.confidence],
            "security-severity": _SECURITY[f.severity],
            "tags": ["security", "dependency", "sanctions-exposure", f.pack][:10],
        },
    }


def _result(report: Report, f: Finding, index: int) -> _Result:
    found: _Result = {
        "ruleId": f.rule,
        "ruleIndex": index,
        "level": _LEVEL[f.severity],
        "message": _message(f.message.en),
        "locations": [_location(f.subjects[0].origin)],
        "partialFingerprints": {
            "primaryLocationLineHash": f"{f.fingerprint[:16]}:1",
            "auditorFinding/v1": f.fingerprint,
        },
        "properties": {
            "severity": str(f.severity),
            "confidence": str(f.confidence),
            "cause": f.cause,
            "laws": list(f.laws),
            "subjects": len(f.subjects),
        },
    }
    others = f.subjects[1:MOST_LOCATIONS]
    if others:
        found["relatedLocations"] = [
            {**_location(s.origin), "id": i, "message": _message(report.name(s.node))} for i, s in enumerate(others, 1)
        ]
    flow = _flow(report, f)
    if flow:
        found["codeFlows"] = [{"threadFlows": [{"locations": flow}]}]
    return found


def _flow(report: Report, f: Finding) -> list[dict[str, _Location]]:
    """The headline chain, each hop at the place of the subject: owners and laws have no line of their own."""
    head = headline(report, f)
    chain = head.chain if head is not None else (f.chains[0] if f.chains else None)
    if chain is None:
        return []
    about = _first(f.subjects, head.subjects if head is not None else ())
    steps = [place_of(report, about.node)]
    for row in chain_rows(report, chain, "en"):
        steps.append(f"{row.relation} {row.to}" + (f" [{', '.join(row.marks)}]" if row.marks else ""))
    return [{"location": {**_location(about.origin), "message": _message(step)}} for step in steps]


def _first(subjects: Sequence[Subject], among: Sequence[str]) -> Subject:
    return next((s for s in subjects if s.node in among), subjects[0])


def _location(origin: Origin) -> _Location:
    """Four numbers, one-based; the end is the end of the record's first key, which no key is shorter than."""
    line, column = max(origin.line, 1), max(origin.column, 1)
    return {
        "physicalLocation": {
            "artifactLocation": {"uri": _uri(origin.file), "uriBaseId": "%SRCROOT%"},
            "region": {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 2},
        }
    }


def _uri(path: str) -> str:
    """A path as a relative reference; an absolute one loses its root: hosts reject what is not in the repository."""
    plain = path.replace("\\", "/").removeprefix("./").lstrip("/")
    return quote(plain, safe="/") or "unknown"


def _message(text: str) -> _Message:
    return {"text": sarif(text, LONGEST)}
