"""Hostile text in every field goes through every output: shown, never followed, and the outcome stays the same."""

import json
import random
import re
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from markdown_it import MarkdownIt

from auditor.errors import InvalidDocument, describe
from auditor.loading import inventory_of
from auditor.loading.kinds import blank
from auditor.model.codec import from_data
from auditor.model.knowledge import Knowledge
from auditor.model.report import Report
from auditor.model.values import Origin
from auditor.reporters import Style, formats, reporter
from auditor.sinks import terminal
from auditor.triage import exit_code
from tests.runs import COMMAND, CONTROL, PROBLEM, Within, proper, within

Auditing = Callable[..., Report]

STRINGS = {
    "html": "<script>alert(1)</script>",
    "html attribute": '" onmouseover="alert(1)',
    "html image": "<img src=x onerror=alert(1)>",
    "html close": "</td></tr></table></script><script>alert(2)</script>",
    "html comment": "</script><!--",
    "html entity": "&lt;b&gt; &#x1b;[2J",
    "xml": "]]>&x;<!DOCTYPE a [<!ENTITY x SYSTEM 'file:///etc/passwd'>]>",
    "svg": "<svg/onload=alert(1)>",
    "markdown link": "[click](javascript:alert(1)) | `x` | **b**",
    "markdown image": "![x](http://evil.invalid/p.png)",
    "markdown reference": "[x][1] ![y][1]\n[1]: http://evil.invalid",
    "markdown heading": "a\n\n# Heading\n| x | y |",
    "markdown fence": "```\n~~~\n    code",
    "markdown quote": "> quote\n- list\n1. one\n***",
    "markdown table": "a | b\\| c || d",
    "markdown mention": "@org/team someone@evil.invalid #1",
    "markdown bare link": "https://evil.invalid www.evil.invalid <http://evil.invalid>",
    "markdown mathematics": "$\\href{javascript:alert(1)}{x}$",
    "sarif link": "[x](http://evil.invalid) \\[y\\](1)",
    "github error": "x\n::error file=app.py,line=1::injected",
    "github stop": "x\r::stop-commands::tok\r",
    "github mask": "::add-mask::e",
    "github output": "x\n::set-output name=result::pass",
    "github percent": "x%0A::error::y%0D%250A",
    "github indented": "   ::warning::z",
    "github group": "##[group]x ##[error]y",
    "azure": "x\n##vso[task.complete result=Succeeded;]done",
    "azure in a line": "all is well ##vso[task.setvariable variable=a]b",
    "teamcity": "##teamcity[buildStatus status='SUCCESS']",
    "gitlab section": "x\x1b[0Ksection_start:1:x\r\x1b[0Kowned",
    "ansi colour": "\x1b[31mred\x1b[0m \x1b[8mhidden",
    "ansi title": "x\x1b]0;pwned\x07",
    "ansi clear": "x\x1b[2J\x1b[H",
    "ansi clipboard": "x\x1b]52;c;cm0gLXJm\x07",
    "ansi link": "x\x1b]8;;http://evil.invalid\x1b\\Acme\x1b]8;;\x1b\\",
    "ansi query": "x\x1b[6n\x1b[c\x05",
    "dcs": "x\x1bP+q544e\x1b\\ \x90q\x9c",
    "c1": "x\x9b2J\x9d0;t\x9c",
    "carriage return": "FAIL sanctioned\rPASS clean       ",
    "backspace": "BAD\b\b\bOK ",
    "bell and tab": "x\x07\x07\t\v\fy",
    "delete": "x\x7f\x7fy",
    "nul": "a\x00b",
    "bidi override": "\u202eLLC gnp.exe",
    "bidi isolate": "\u2066\u2067x\u2069\u200f",
    "zero width": "Ac\u200bme\u200c\u200d\ufeff Inc",
    "line separators": "a\u2028::error::b\u2029##[x]\x85c",
    "tags": "x\U000e0041\U000e007f",
    "fillers": "x\u3164\uffa0\u115fy",
    "noncharacters": "x\ufffe\ufffby",
    "combining": "Z" + "\u0310\u0311\u0312" * 60,
    "markup open": "[bold",
    "markup close": "[/x] [/] [/",
    "markup link": "[link=http://evil.invalid]Acme[/link] [@click=app.quit]x[/]",
    "markup colour": "[red]hidden[on #zz] [$x] [#]",
    "formula": "=1+1",
    "formula call": "=cmd|' /C calc'!A0",
    "formula hyperlink": '@SUM(1) +1 -1 =HYPERLINK("http://evil.invalid","x")',
    "formula quoted": 'a","=1+1',
    "formula fullwidth": "＝1+1 ＠x",
    "sql": "x'); DROP TABLE audits;-- %_\\",
    "jinja": "{{7*7}}{% import os %}{# x #}",
    "python format": "{0.__class__.__mro__} {cause} {subjects} %(x)s %s",
    "shell": "$(touch /tmp/x)`id`;&& | > < *",
    "dot": 'a"]; evil [label="x',
    "mermaid": 'A["x"]-->B; click A href "javascript:alert(1)"',
    "path": "../../../../etc/passwd",
    "address": "file:///etc/passwd javascript:alert(1) data:text/html,x",
    "device": "CON",
    "words": "unknown",
    "null": "null",
    "json": '"}],"x":[{"a":"\\u0000',
    "long": "A" * 1_024,
    "wide": "한" * 1_024,
    "emoji": "👩‍💻 ❤️ 1️⃣ 🇰🇷",
}

FIELDS = [
    *("name", "agreement", "scope", "licence", "party", "bank", "person", "role", "function", "with", "via", "number"),
    *("subcontractor", "escrow", "clause", "dependency", "provider", "product", "tenant", "hosted", "class", "exit"),
    *("responsible", "tag", "part", "unknown", "asset", "copy"),
]
"""Every field of an inventory that takes any text, at least once."""


def quoted(text: str) -> str:
    """A text in YAML's double quotes, everything but plain letters as escapes."""

    def one(c: str) -> str:
        point = ord(c)
        if 0x20 <= point < 0x7F and c not in '"\\':
            return c
        return f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"

    return '"' + "".join(map(one, text)) + '"'


def inventory(text_of: Callable[[str], str]) -> str:
    """An inventory that has every field of `FIELDS`, filled by a function, and findings about most of them."""
    q = {field: quoted(text_of(field)) for field in FIELDS}
    return f"""\
auditor: inventory/1
organization:
  id: o
  name: {q["name"]}
  name_latin: {q["name"]}
  kind: [ngo]
  seat: NL
  immunities: [{{agreement: {q["agreement"]}, scope: [{q["scope"]}], binds: [NL]}}]
  licences: [{{issuer: {q["licence"]}, number: {q["number"]}, scope: {q["scope"]}}}]
  entities: [{{id: seoul, name: {q["name"]}, form: branch, country: KR}}]
parties:
  - {{id: owner, name: {q["party"]}, country: US}}
  - {{id: bank, name: {q["bank"]}, country: NL, owned_by: [{{by: owner, percent: 80}}, {{by: o, percent: 80}}]}}
people:
  - {{id: ada, name: {q["person"]}, role: {q["role"]}, nationalities: [US]}}
  - {{id: ben, role: {q["role"]}, nationalities: [NL]}}
functions:
  - {{id: work, name: {q["function"]}, criticality: critical, needs: [mail, odd, account, domain]}}
contracts:
  - id: c
    with: {q["with"]}
    via: {q["via"]}
    number: {q["number"]}
    amount: {{value: "1", currency: EUR, per: {q["number"]}}}
    banks: [{q["bank"]}]
    clauses: {{sanctions: {q["clause"]}, suspension: yes}}
    escrow: {{agent: {q["escrow"]}, release: {q["escrow"]}}}
    subcontractors: [{q["subcontractor"]}]
dependencies:
  - id: mail
    name: {q["dependency"]}
    product: microsoft-exchange-online
    contract: c
    tenant: {q["tenant"]}
    used_by: [ada, everyone]
    held_by: {{admins: [ada]}}
    data: {{classes: [{q["class"]}, confidential], keys: provider}}
    exits: [{{to: {q["exit"]}}}]
    responsible: {q["responsible"]}
    tags: [{q["tag"]}]
  - {{id: account, name: {q["dependency"]}, provider: bank, delivery: bank, held_by: {{signatories: [ada]}}}}
  - {{id: odd, name: {q["unknown"]}, provider: {q["provider"]}}}
  - {{id: odder, product: {q["product"]}}}
  - {{id: hosted, product: nextcloud, hosted_on: {q["hosted"]}, built_on: [{q["hosted"]}], part_of: {q["part"]}}}
assets:
  - {{id: domain, kind: domain, name: {q["asset"]}, kept_at: mail, held_by: ada, copies: [{q["copy"]}]}}
"""


PLAIN = inventory(lambda field: f"plain {field}")
FILE = "in/::error::\x1b[2J[x](http:y)##vso[a]\u202e,b:c%0A.yaml"
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


@cache
def generated(n: int) -> list[str]:
    """So many texts, always the same: pieces of the strings above, and characters of every sort."""
    draw = random.Random(20261123)
    pieces = [p for s in STRINGS.values() for p in re.findall(r"\w+|\W+", s[:200])]
    marks = [
        *"\x00\x07\x08\t\n\r\x1b\x7f\x85\x9b\u200b\u200d\u202e\u2028\u3164\ufe0f\ufeff\U000e0041",
        "::",
        "##[",
        "](",
        "<",
        "%0A",
    ]
    found: list[str] = []
    while len(found) < n:
        parts = draw.choices([*pieces, *marks * 8], k=draw.randint(1, 9))
        parts += [
            chr(draw.choice([draw.randint(1, 0x2FFF), draw.randint(0xE000, 0x1FFFF)]))
            for _ in range(draw.randint(0, 3))
        ]
        draw.shuffle(parts)
        text = "".join(parts)[:1_024]
        if not blank(text):  # which is refused
            found.append(text)
    return found


def strings_in(data: Any) -> Iterator[str]:
    if isinstance(data, str):
        yield data
    elif isinstance(data, dict):
        for key, value in data.items():
            yield key
            yield from strings_in(value)
    elif isinstance(data, list):
        for value in data:
            yield from strings_in(value)


def harmless(report: Report, language: str = "en") -> dict[str, str]:
    """Every output of a report, each looked at for what it might do."""
    outputs = {}
    for name in formats():
        text = outputs[name] = reporter(name).render(report, Style(language)).decode()
        assert text.endswith("\n")
        assert not CONTROL.search(text), (name, CONTROL.search(text))
        lines = text.split("\n")
        ours = [
            line
            for line in lines
            if name == "github"
            and re.match(r"::(error|warning|notice)( file=[^,:]+,line=\d+,col=\d+,title=[^,:]+)?::", line)
        ]
        assert len(ours) <= 10
        assert not [line for line in lines if line not in ours and COMMAND.search(line)], name
        assert not [line for line in ours if "##[" in line or "##v" in line]
        if name.endswith("summary"):
            passive(text)
    return outputs


def passive(text: str) -> None:
    """Markdown without a link, an image, HTML but our comments, or a block that is not ours."""
    for token in MARKDOWN.parse(text):
        assert token.type not in ("html_block", "fence", "code_block", "blockquote_open", "hr", "ordered_list_open")
        assert not token.type.startswith("heading") or token.tag in ("h2", "h3")
        for part in token.children or ():
            assert part.type in ("text", "text_special", "strong_open", "strong_close", "html_inline"), part
            assert part.type != "html_inline" or part.content == "<!-- -->"
    assert not re.search(r"(?<!\\)\bwww\.|[a-z]://|@(?!<!-- -->)", text)


def named(report: Report, name: str) -> Report:
    """The report of an inventory that lies in a file of this name, as the reader shows it."""
    shown = terminal(name)

    def moved(value: Any) -> Any:
        return replace(value, origin=replace(value.origin, file=shown)) if value.origin.file else value

    return replace(
        report,
        about=replace(report.about, inputs=tuple(replace(i, path=shown) for i in report.about.inputs)),
        findings=tuple(replace(f, subjects=tuple(map(moved, f.subjects))) for f in report.findings),
        assessments=tuple(map(moved, report.assessments)),
        unresolved=tuple(map(moved, report.unresolved)),
        notes=tuple(map(moved, report.notes)),
    )


def same(text: str, outputs: dict[str, str]) -> None:
    """JSON holds a text itself, SARIF and people's outputs its visible form, as far as there is room."""
    assert text in set(strings_in(json.loads(outputs["json"])))
    assert from_data(Report, json.loads(outputs["json"])) is not None
    sarif = "\n".join(strings_in(json.loads(outputs["sarif"])))
    assert terminal(text).replace("](", "] (")[:400] in sarif


@pytest.fixture(scope="module")
def plain(auditing: Auditing) -> Report:
    """What is found when nothing is hostile."""
    report = auditing(PLAIN, by="US")
    assert len(report.findings) > 5
    assert report.unresolved
    return report


@pytest.fixture(scope="module")
def alike(auditing: Auditing) -> Report:
    """The same where all names are one, so that findings about suppliers whom nobody knows fall together."""
    return auditing(inventory(lambda field: "plain"), by="US")


def outcome(report: Report) -> tuple[Any, ...]:
    """What may not depend on any name."""
    found = sorted((f.rule, f.severity, f.bin, len(f.subjects)) for f in report.findings)
    return found, report.ledger, exit_code(report, report.ledger)


def test_every_field_that_takes_any_text_is_filled() -> None:
    from auditor.loading.inventory import InventoryFile
    from auditor.loading.shapes import Leaf, ListOf, Record, Shape

    def texts(shape: Shape, key: str) -> Iterator[str]:
        match shape:
            case Leaf(kind="text" | "word"):
                yield key
            case ListOf(item=item):
                yield from texts(item, key)
            case Record():
                for f in shape.fields:
                    yield from texts(f.shape, f.key)

    wanted = set(texts(Record(InventoryFile), "")) - {"lei", "kr_brn", "ch_uid", "vat", "euid", "duns"}
    left = {key for key in wanted if f"{key}:" not in PLAIN}
    assert left <= {"change_of_control", "force_majeure", "exit_help", "data_return", "data_destruction"}
    assert len(STRINGS) >= 55


@pytest.mark.parametrize("name", STRINGS)
def test_strings(name: str, auditing: Auditing, alike: Report) -> None:
    text = STRINGS[name]
    report = auditing(inventory(lambda field: text), by="US")
    assert outcome(report) == outcome(alike)
    for language in ("en", "ko"):
        same(text, harmless(named(report, FILE), language))


def test_thousand_generated_strings(auditing: Auditing, plain: Report) -> None:
    texts = generated(1_000)
    assert len(texts) == 1_000
    for first in range(0, len(texts), 20):
        for turn in range(2):
            mine = texts[first : first + 20]
            given = {field: mine[(i + 7 * turn) % 20] for i, field in enumerate(FIELDS)}
            for field in ("provider", "product", "hosted", "part"):
                given[field] = given[field][:1_000] + " Zqxv"  # some of the pieces name a product
            report = auditing(inventory(given.__getitem__), by="US")
            assert outcome(report)[1:] == outcome(plain)[1:], given
            outputs = harmless(named(report, mine[turn]), ("en", "ko")[turn % 2])
            data = set(strings_in(json.loads(outputs["json"])))
            assert given["name"] in data
            assert given["dependency"] in data


def test_names_in_exits_and_products_change_no_more_than_they_must(auditing: Auditing, plain: Report) -> None:
    for field in FIELDS:
        report = auditing(
            inventory(lambda f, field=field: "\x1b]0;x\x07::error::" if f == field else f"plain {f}"), by="US"
        )
        assert outcome(report) == outcome(plain), field


# Messages.


PLACES = {
    "a value": ("kind: [ngo]", "kind: [%s]"),
    "a country": ("seat: NL", "seat: %s"),
    "an id": ("{id: ben, role", "{id: %s, role"),
    "a reference": ("contract: c\n", "contract: %s\n"),
    "a date": ("id: ben, ", "id: ben, residence: %s, "),
    "a share": ("by: o, percent: 80", "by: o, percent: %s"),
    "a key": ("    responsible:", "    %s: x\n    responsible:"),
    "a key at the top": ("parties:", "%s: x\nparties:"),
    "a header": ("inventory/1", "%s"),
}


def line_of(text: str) -> Callable[[Origin], str]:
    return lambda origin: text.split("\n")[origin.line - 1]


@pytest.mark.parametrize("place", PLACES)
def test_messages(place: str) -> None:
    old, new = PLACES[place]
    assert PLAIN.count(old) >= 1
    for text in [*STRINGS.values(), *generated(60)]:
        wrong = PLAIN.replace(old, new % quoted(text), 1)
        try:
            inventory_of(wrong, FILE)
        except InvalidDocument as error:
            told = describe(error.problems, source_line=line_of(wrong))
        else:
            continue  # some of the texts are ids, or say `unknown`
        assert not CONTROL.search(told)
        assert not COMMAND.search(told)
        for line in told.split("\n"):
            assert len(line) <= 500
            assert PROBLEM.fullmatch(line) or line.startswith(("hint: ", "also: ", "    ")), line


def test_calls(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, tmp_path: Any) -> None:
    run: Within = within(monkeypatch, knowledge)
    file = tmp_path / "a.yaml"
    file.write_text(PLAIN)
    for name, text in [*STRINGS.items()][::8]:
        if "\0" in text:
            continue
        for call in (["--by", text], ["--who", f"person:{text}"], ["-o", text], ["-f", text], ["--rules", text]):
            ran = run("audit", file, *call)
            proper(replace(ran, err=re.sub(r"(?m)^(Usage|Error|Try|\s*│).*$", "", ran.err)))
            assert ran.code in (2, 3) or call[0] == "--who", (name, call, ran.err)
        ran = run("explain", text, file)
        proper(ran)
        assert ran.code == 2


def test_exit_codes_through_the_command(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, tmp_path: Any) -> None:
    run = within(monkeypatch, knowledge)
    file = tmp_path / "a.yaml"
    codes = set()
    for text in ("plain", *list(STRINGS.values())[::8]):
        file.write_text(inventory(lambda field, text=text: text))
        for verb in ("audit", "gate"):
            ran = run(verb, file, "--by", "US", "--as-of", "2026-11-23")
            proper(ran)
            codes.add((verb, ran.code))
    assert len(codes) == 2
