"""What GitHub rejects, cuts or ignores in a SARIF file, as its documentation says: a linter for the tests.

Each fault is one line; an empty list is a file that arrives as it was meant.
"""

import gzip
import json
import re
from collections.abc import Iterator
from typing import Any
from urllib.parse import unquote, urlsplit

MOST_BYTES = 10 * 1000**2
MOST_RUNS = 20
MOST_RESULTS = 25_000
SHOWN_RESULTS = 5_000
MOST_RULES = 25_000
MOST_LOCATIONS = 1_000
MOST_FLOW_LOCATIONS = 10_000
MOST_TAGS = 20
SHOWN_TAGS = 10
LONGEST_TEXT = 1_024
LONGEST_NAME = 255
LEVELS = ("error", "warning", "note", "none")
PRECISIONS = ("very-high", "high", "medium", "low")

Data = dict[str, Any]


def faults(data: bytes) -> list[str]:
    """Everything that GitHub would not take, or would not show."""
    log: Data = json.loads(data)
    return [*_file(data, log), *(fault for run in log["runs"] for fault in _run(run))]


def _file(data: bytes, log: Data) -> Iterator[str]:
    if len(gzip.compress(data, mtime=0)) > MOST_BYTES:
        yield "over 10 MB, compressed"
    if log["version"] != "2.1.0":
        yield f"version {log['version']}"
    if len(log["runs"]) > MOST_RUNS:
        yield f"{len(log['runs'])} runs"
    categories = [run.get("automationDetails", {}).get("id") for run in log["runs"]]
    if len(set(categories)) < len(categories):
        yield "two runs of one category: the second replaces the first"


def _run(run: Data) -> Iterator[str]:
    rules, results = run["tool"]["driver"].get("rules", []), run.get("results")
    if results is None:
        yield "no results"
        return
    if len(results) > SHOWN_RESULTS:
        yield f"{len(results)} results"
    if len(rules) > MOST_RULES:
        yield f"{len(rules)} rules"
    if not run.get("automationDetails", {}).get("id", "").endswith("/"):
        yield "no category"
    if run.get("columnKind") != "unicodeCodePoints":
        yield "columns that do not count code points"
    ids = [rule["id"] for rule in rules]
    if len(set(ids)) < len(ids):
        yield "a rule twice"
    for rule in rules:
        yield from (f"rule {rule['id']}: {fault}" for fault in _rule(rule))
    for number, result in enumerate(results):
        yield from (f"result {number}: {fault}" for fault in _result(result, ids))
    hashes = [r.get("partialFingerprints", {}).get("primaryLocationLineHash") for r in results]
    if len(set(hashes)) < len(hashes):
        yield "two results with one fingerprint"
    ranks = [LEVELS.index(result["level"]) for result in results]
    if ranks != sorted(ranks):
        yield "results not by severity"


def _rule(rule: Data) -> Iterator[str]:
    if len(rule["id"]) > LONGEST_NAME or len(rule.get("name", "")) > LONGEST_NAME:
        yield "a long name"
    for key in ("shortDescription", "fullDescription"):
        if not 0 < len(rule[key]["text"]) <= LONGEST_TEXT:
            yield f"{key} of {len(rule[key]['text'])} characters"
    if not rule.get("help", {}).get("text"):
        yield "no help"
    if rule["defaultConfiguration"]["level"] not in LEVELS:
        yield "no level"
    properties = rule["properties"]
    if properties["precision"] not in PRECISIONS:
        yield "no precision"
    tags = properties["tags"]
    if len(tags) > min(MOST_TAGS, SHOWN_TAGS) or len(set(tags)) < len(tags):
        yield f"{len(tags)} tags"
    if "security" not in tags:
        yield "a security severity without the tag"
    if any(len(tag) > LONGEST_NAME for tag in tags):
        yield "a long tag"
    if not re.fullmatch(r"\d+\.\d+", properties["security-severity"]):
        yield "a security severity that is no number"
    elif not 0 < float(properties["security-severity"]) <= 10:
        yield "a security severity out of range"


def _result(result: Data, ids: list[str]) -> Iterator[str]:
    if not 0 <= result["ruleIndex"] < len(ids) or ids[result["ruleIndex"]] != result["ruleId"]:
        yield "a rule index that leads elsewhere"
    if result["level"] not in LEVELS:
        yield "no level"
    if not 0 < len(result["message"]["text"]) <= LONGEST_TEXT:
        yield f"a message of {len(result['message']['text'])} characters"
    if "suppressions" in result:
        yield "a suppression, which is ignored"
    if not re.fullmatch(
        r"[0-9a-f]{1,64}:\d+", result.get("partialFingerprints", {}).get("primaryLocationLineHash", "")
    ):
        yield "no fingerprint"
    places = result["locations"]
    if not 1 <= len(places) + len(result.get("relatedLocations", [])) <= MOST_LOCATIONS:
        yield f"{len(places)} locations"
    flows = [t["locations"] for flow in result.get("codeFlows", []) for t in flow["threadFlows"]]
    if sum(map(len, flows)) > MOST_FLOW_LOCATIONS or not all(flows):
        yield "a flow that is too long, or empty"
    for place in (*places, *result.get("relatedLocations", []), *(s["location"] for f in flows for s in f)):
        yield from _place(place)


def _place(place: Data) -> Iterator[str]:
    physical = place.get("physicalLocation")
    if physical is None:
        yield "a place without a physical location"
        return
    uri = physical["artifactLocation"]["uri"]
    parts = urlsplit(uri)
    if parts.scheme or parts.netloc or uri.startswith("/") or not uri or not uri.isascii() or re.search(r"\s", uri):
        yield f"{uri} is no relative address"
    if any(ord(c) < 0x20 for c in unquote(uri)):
        yield f"{uri} hides a control character"
    numbers = [physical.get("region", {}).get(k) for k in ("startLine", "startColumn", "endLine", "endColumn")]
    if not all(isinstance(n, int) and n >= 1 for n in numbers):
        yield f"a region of {numbers}"
    elif numbers[2:] <= numbers[:2]:
        yield f"a region that ends before it starts: {numbers}"
    if not 0 < len(place.get("message", {"text": "-"})["text"]) <= LONGEST_TEXT:
        yield "a place with a long message"
