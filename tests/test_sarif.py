"""SARIF passes its schema and GitHub's limits at any size; annotations and summaries stay within theirs."""

import gzip
import hashlib
import json
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import jsonschema_rs
import pytest

from auditor.model.report import Finding, Report, Subject
from auditor.model.values import Origin, Text
from auditor.model.vocabulary import Bin, Severity
from auditor.reporters import Style, github, github_summary, sarif
from tests.sarif_limits import MOST_BYTES, faults

Auditing = Callable[..., Report]

INVENTORY = """\
auditor: inventory/1
organization: {id: o, name: Org, kind: [ngo], seat: NL}
people:
  - {id: ada, role: director, nationalities: [NL]}
functions:
  - {id: work, name: Work, criticality: critical, needs: [mail, files]}
dependencies:
  - {id: mail, name: Mail, product: microsoft-exchange-online, used_by: [everyone]}
  - {id: files, name: Files, product: microsoft-sharepoint-online, used_by: [everyone], held_by: {admins: [ada]}}
  - {id: talk, name: Talk, product: zoom}
  - {id: odd, provider: Nobody Knows}
assets:
  - {id: name, kind: domain, kept_at: mail, held_by: ada}
"""
SIZES = [0, 1, 5_001, 30_000]
SEVERITIES = tuple(Severity)


@pytest.fixture(scope="module")
def small(auditing: Auditing) -> Report:
    return auditing(INVENTORY, by="US")


@pytest.fixture(scope="module")
def sized(small: Report) -> Callable[[int], Report]:
    """The small report with so many findings, of all severities, each with a cause and a place of its own."""

    @cache
    def of(n: int) -> Report:
        given = small.findings
        assert len({f.rule for f in given}) > 2
        findings = []
        for i in range(n):
            f = given[i % len(given)]
            digest = hashlib.sha256(f"{i}".encode()).hexdigest()
            places = tuple(replace(s, origin=replace(s.origin, line=i + 1)) for s in f.subjects)
            findings.append(replace(f, fingerprint=digest, cause=f"entity:e{i}", subjects=places))
        return replace(small, findings=tuple(findings))

    return of


def rendered(report: Report) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(sarif.render(report, Style()))["runs"][0]
    return found


@pytest.mark.parametrize("n", SIZES)
def test_limits(n: int, sized: Callable[[int], Report]) -> None:
    data = sarif.render(sized(n), Style())
    assert faults(data) == []
    assert len(gzip.compress(data)) < MOST_BYTES
    run = json.loads(data)["runs"][0]
    assert len(run["results"]) == min(n, sarif.MOST_RESULTS)


@pytest.mark.parametrize("n", SIZES)
def test_schema(n: int, sized: Callable[[int], Report], shared: Any) -> None:
    path = shared / "corpus" / "schemas" / "sarif-schema-2.1.0.json"
    if not path.is_file():
        pytest.skip("the SARIF schema is not in the corpus")
    judge = jsonschema_rs.validator_for(json.loads(path.read_text()))
    log = json.loads(sarif.render(sized(n), Style()))
    assert [f"{list(e.instance_path)}: {e.message[:200]}" for e in judge.iter_errors(log)] == []


def test_the_cut_is_by_severity_and_announced(sized: Callable[[int], Report]) -> None:
    few, many = sized(5_000), sized(5_001)
    unknown, unscreened = rendered(few)["invocations"][0]["toolExecutionNotifications"]
    assert unknown == {"level": "warning", "message": {"text": "1 of 4 dependencies could not be judged."}}
    assert unscreened["message"]["text"].startswith("no name was compared with an official sanctions list")
    cut = rendered(many)
    told = [n["message"]["text"] for n in cut["invocations"][0]["toolExecutionNotifications"]]
    assert told[0] == "Left out, of the lowest severity: 1. A code host takes 5,000 results."
    kept = {r["partialFingerprints"]["auditorFinding/v1"] for r in cut["results"]}
    (gone,) = [f for f in many.findings if f.fingerprint not in kept]
    assert gone.severity is max((f.severity for f in many.findings), key=lambda s: s.rank)


def test_decided_findings_are_left_out(small: Report) -> None:
    for where in Bin:
        report = replace(small, findings=tuple(replace(f, bin=where) for f in small.findings))
        shown = where in (Bin.OPEN, Bin.BELOW_THRESHOLD)
        assert len(rendered(report)["results"]) == (len(small.findings) if shown else 0)
        assert bool(rendered(report)["tool"]["driver"]["rules"]) is shown


def test_lines_above_change_no_fingerprint(small: Report, auditing: Auditing) -> None:
    def hashes(report: Report) -> dict[str, int]:
        return {
            r["partialFingerprints"]["primaryLocationLineHash"]: r["locations"][0]["physicalLocation"]["region"][
                "startLine"
            ]
            for r in rendered(report)["results"]
        }

    moved = auditing(INVENTORY.replace("people:", "# one\n\n# two\npeople:"), by="US")
    before, after = hashes(small), hashes(moved)
    assert before.keys() == after.keys()
    assert {after[h] - before[h] for h in before} <= {0, 3}
    assert 3 in {after[h] - before[h] for h in before}


def test_a_result_says_where_and_why(small: Report) -> None:
    run = rendered(small)
    flows = [r["codeFlows"][0]["threadFlows"][0]["locations"] for r in run["results"] if "codeFlows" in r]
    assert flows
    for flow in flows:
        assert len(flow) >= 2
        assert {s["location"]["physicalLocation"]["artifactLocation"]["uri"] for s in flow} == {"inventory.yaml"}
    lines = INVENTORY.split("\n")
    for result in run["results"]:
        place = result["locations"][0]["physicalLocation"]["region"]
        line = lines[place["startLine"] - 1]
        assert place["endColumn"] <= len(line) + 1
        assert line[place["startColumn"] - 1] in "{i"


def many(report: Report, n: int) -> Report:
    """One finding about so many subjects."""
    f = report.findings[0]
    subjects = tuple(Subject(f"dependency:d{i}", Origin("a.yaml", "", i + 1, 5)) for i in range(n))
    return replace(report, findings=(replace(f, subjects=subjects),))


def test_many_subjects(small: Report) -> None:
    data = sarif.render(many(small, 20_000), Style())
    assert faults(data) == []
    assert len(json.loads(data)["runs"][0]["results"][0]["relatedLocations"]) == sarif.MOST_LOCATIONS - 1


def test_texts_as_long_as_they_may_be(small: Report) -> None:
    def stretched(f: Finding) -> Finding:
        long = Text("\x9b" * 1_024, "한" * 1_024)
        return replace(f, title=long, message=long, remedy=long, pack="p" * 128, rule="p" * 60 + "/" + "r" * 67)

    report = replace(small, findings=(stretched(small.findings[0]),))
    assert faults(sarif.render(report, Style())) == []


@pytest.mark.parametrize(
    ("path", "uri"),
    [
        ("a b.yaml", "a%20b.yaml"),
        ("./in/한글.yaml", "in/%ED%95%9C%EA%B8%80.yaml"),
        ("/srv/x/a.yaml", "srv/x/a.yaml"),
        ("C:\\in\\a.yaml", "C%3A/in/a.yaml"),
        ("//host/a.yaml", "host/a.yaml"),
        ("https://e.invalid/a.yaml", "https%3A//e.invalid/a.yaml"),
        ("a\\x0db.yaml", "a/x0db.yaml"),
        ("a?b#c%41.yaml", "a%3Fb%23c%2541.yaml"),
        ("", "unknown"),
    ],
)
def test_paths_become_relative_addresses(path: str, uri: str, small: Report) -> None:
    f = small.findings[0]
    report = replace(small, findings=(replace(f, subjects=(Subject("dependency:mail", Origin(path, "", 0, 0)),)),))
    data = sarif.render(report, Style())
    assert faults(data) == []
    result = json.loads(data)["runs"][0]["results"][0]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == uri


def test_texts_hold_no_links(small: Report) -> None:
    text = Text("[x](http://e.invalid) [y](1)", "")
    f = replace(small.findings[0], title=text, message=text, remedy=text)
    run = rendered(replace(small, findings=(f,)))
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    assert "](" not in result["message"]["text"] + rule["help"]["text"] + rule["shortDescription"]["text"]
    assert "\\[x\\] (http\\://e.invalid)" in rule["help"]["markdown"]


def test_texts_hold_no_placeholders(small: Report) -> None:
    """`{0}` in a message stands for its first argument (SARIF 2.1.0, 3.11.5); braces are written twice."""
    text = Text("of {0} and {name} and }{", "")
    f = replace(small.findings[0], title=text, message=text, remedy=text)
    run = rendered(replace(small, findings=(f,)))
    (rule,), (result,) = run["tool"]["driver"]["rules"], run["results"]
    doubled = "of {{0}} and {{name}} and }}{{"
    assert result["message"]["text"] == rule["shortDescription"]["text"] == rule["fullDescription"]["text"] == doubled
    assert rule["help"] == {"text": f"{doubled}. {doubled}", "markdown": f"**{doubled}**\n\n{doubled}"}


def messages(value: Any) -> Iterator[str]:
    """Every text and Markdown of a message below."""
    if isinstance(value, dict):
        yield from (v for k, v in value.items() if k in ("text", "markdown") and isinstance(v, str))
        value = list(value.values())
    if isinstance(value, list):
        for inner in value:
            yield from messages(inner)


def test_a_name_with_braces_is_a_placeholder_nowhere(small: Report) -> None:
    named = {i: replace(n, name="{0} {{1} [x](2)") for i, n in small.nodes.items()}
    assessed = tuple(replace(a, name="{0}") for a in small.assessments)
    run = rendered(replace(small, nodes=named, assessments=assessed))
    said = list(messages(run))
    assert any("{{0}}" in text for text in said)
    for text in said:
        assert not re.search(r"[{}]", text.replace("{{", "").replace("}}", "")), text
        assert "](" not in text


def test_the_linter_finds_faults(small: Report) -> None:
    def spoilt(spoil: Callable[[dict[str, Any]], object]) -> list[str]:
        log = json.loads(sarif.render(small, Style()))
        spoil(log["runs"][0])
        return faults(json.dumps(log).encode())

    def region(run: dict[str, Any]) -> dict[str, Any]:
        found: dict[str, Any] = run["results"][0]["locations"][0]["physicalLocation"]["region"]
        return found

    assert spoilt(lambda run: None) == []
    for spoil in (
        lambda run: run.pop("results"),
        lambda run: run["results"].reverse(),
        lambda run: run["results"].append(run["results"][-1]),
        lambda run: run["results"][0].update(ruleIndex=99),
        lambda run: run["results"][0].update(locations=[{}]),
        lambda run: run["results"][0].update(partialFingerprints={}),
        lambda run: run["results"][0]["message"].update(text="x" * 1_025),
        lambda run: region(run).pop("endColumn"),
        lambda run: region(run).update(endColumn=1),
        lambda run: region(run).update(startLine=0),
        lambda run: run["tool"]["driver"]["rules"][0].pop("help"),
        lambda run: run["tool"]["driver"]["rules"][0]["properties"].update({"security-severity": "0.0"}),
        lambda run: run["tool"]["driver"]["rules"][0]["properties"].update(tags=[str(i) for i in range(11)]),
        lambda run: run["tool"]["driver"]["rules"][0].update(name="x" * 256),
    ):
        assert spoilt(spoil) != []


# Annotations.


def annotations(report: Report, language: str = "en") -> list[str]:
    return github.render(report, Style(language)).decode().splitlines()


@pytest.mark.parametrize("n", [0, 1, 10, 11, 5_001])
def test_at_most_ten_annotations_worst_first(n: int, sized: Callable[[int], Report]) -> None:
    report = sized(n)
    by_severity = sorted(report.findings, key=lambda f: f.severity.rank)
    lines = annotations(replace(report, findings=tuple(by_severity)))
    commands = [line for line in lines if line.startswith("::")]
    assert len(commands) == min(n, 10)
    assert len(lines) == len(commands) + 1
    if n > 10:
        assert commands[-1] == f"::notice::{n - 9} more findings; the report has them all"
    ranks = {"error": 0, "warning": 1, "notice": 2}
    order = [ranks[re.match("::([a-z]+)", c)[1]] for c in commands]  # type: ignore[index]
    assert order == sorted(order)


def test_annotations_are_the_worst_whatever_the_order(sized: Callable[[int], Report]) -> None:
    report = sized(200)
    backwards = replace(report, findings=tuple(sorted(report.findings, key=lambda f: -f.severity.rank)))
    worst = min(f.severity.rank for f in report.findings)
    kind = {0: "error", 1: "error", 2: "warning", 3: "notice"}[worst]
    assert annotations(backwards)[0].startswith(f"::{kind} ")


def test_no_user_text_starts_a_command(small: Report) -> None:
    nasty = Text("x\n::error file=a,line=1::y\r::stop-commands::t%0A::add-mask::z ##vso[task.complete]", "\n::debug::x")
    place = Subject("dependency:x", Origin("a,b:c\n::error::%0A.yaml", "", 3, 5))
    f = replace(small.findings[0], title=nasty, message=nasty, subjects=(place,))
    for language in ("en", "ko"):
        lines = annotations(replace(small, findings=(f,)), language)
        assert len(lines) == 2
        assert re.fullmatch(r"::(error|warning|notice) file=[^,:]+,line=3,col=5,title=[^,:]+::.*", lines[0])
        assert "##vso" not in lines[0]
        assert not re.search("%(?!25|0D|0A|3A|2C)", lines[0])


# The job summary.


@pytest.mark.parametrize("n", SIZES)
@pytest.mark.parametrize("language", ["en", "ko"])
def test_summary_stays_below_its_limit(n: int, language: str, sized: Callable[[int], Report]) -> None:
    report = sized(n)
    data = github_summary.render(report, Style(language))
    assert len(data) < 2**20
    rows = [line for line in data.decode().splitlines() if line.startswith("| ")]
    assert all(row.count(" | ") == 4 for row in rows)
    left = n - (len(rows) - 2 if n else 0)
    assert left == 0 or re.search(f"\n… (외 )?{left:,}(건| more)", data.decode())


def test_summary_of_long_names(sized: Callable[[int], Report]) -> None:
    report = sized(5_001)
    long = Text("<" * 1_024, "[" * 1_024)
    report = replace(report, findings=tuple(replace(f, title=long) for f in report.findings))
    data = github_summary.render(report, Style())
    assert len(data) < 2**20
    assert "more, in the other outputs" in data.decode()


def test_summary(small: Report, auditing: Auditing) -> None:
    from auditor.triage import Policy

    text = github_summary.render(small, Style()).decode()
    assert text.startswith("## auditor: Org\n\n**Audited, not judged**\n")
    assert "| Severity | Finding | Cause | Concerns | Fingerprint |" in text
    assert all(f.fingerprint[:12] in text for f in small.findings)
    assert "### Unknown: 1 name that neither" in text
    assert "Nobody Knows" in text
    assert "not legal advice" in text
    verdicts = (
        ("Passed", INVENTORY.replace("criticality: critical", "criticality: low"), Policy(Severity.CRITICAL, 9)),
        ("Failed", INVENTORY, Policy(Severity.LOW, 9)),
        ("Incomplete: too many unknowns", INVENTORY, Policy(Severity.LOW, 0)),
    )
    for verdict, inventory, policy in verdicts:
        report = auditing(inventory, by="US", policy=policy)
        assert f"**{verdict}**" in github_summary.render(report, Style()).decode()
