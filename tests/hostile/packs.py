"""Attacks by a rule pack: code, expressions, bombs, other people's names."""

from collections.abc import Iterator

from tests.hostile import PACK, Case, swapped

WHEN = "when: {all: [{delivery: {in: [saas, api]}}]}"
MESSAGE = 'message: {en: "{subjects} of {cause}", ko: "{subjects}"}'
ASK = "{delivery: {in: [saas, api]}}"


def cases() -> Iterator[Case]:
    """Exit 2 for all that is no valid pack; what is valid stays cheap."""
    for name, defect, code, *rest in _rows():
        options = rest[1] if len(rest) > 1 else {}
        yield Case(name, "pack", defect.encode(), code, rest[0] if rest else "", "pack", **options)


def when(condition: str) -> str:
    """The pack with another condition."""
    return swapped(PACK, WHEN, f"when: {condition}")


def _rows() -> Iterator[tuple]:
    process = {"process": True}
    for key, value in (("plugin", "./evil.py"), ("run", '"touch /tmp/x"'), ("python", "import os"), ("eval", "1")):
        yield f"the hook {key}", swapped(PACK, "    subject: d", f"    {key}: {value}\n    subject: d"), "E-UNKNOWN-KEY"
    for key in ("include", "extends", "overrides", "disable", "import"):
        yield f"{key} in a pack", PACK + f"{key}: [https://pack.invalid/x.yaml]\n", "E-UNKNOWN-KEY"
    for written in (
        '"true"',
        "\"provider matches '^(a+)+$'\"",
        "'dep.__init__.__globals__'",
        "9**9**9 > 1",
        "'(\"%99999999d\" % 1)'",
        "[a, b]",
        "5",
    ):
        yield f"the expression {written}", when(written), "E-TYPE"
    yield "an unknown predicate", when("{all: [{matches: {regex: ^(a+)+$}}]}"), "E-UNKNOWN-KEY"
    yield "a predicate of Python's", when("{__class__: {}}"), "E-UNKNOWN-KEY"
    yield "a predicate in look-alikes", when("{dеlivery: {in: [saas]}}"), "E-UNKNOWN-KEY", "U+0435"
    yield "an unknown argument", when("{delivery: {in: [saas], regex: ^(a+)+$}}"), "E-UNKNOWN-KEY"
    yield "an argument that is none", when("{delivery: {in: [everything]}}"), "E-VALUE"
    yield "two keys in a condition", when(f"{{any: [{ASK}], all: [{ASK}]}}"), "E-CONDITION"
    yield "no key in a condition", when("{}"), "E-CONDITION"
    yield "nothing in all", when("{all: []}"), "E-EMPTY-VALUE"
    yield "a predicate of another subject", when("{designated: {}}"), "E-SUBJECT"
    yield "5,000 terms in any", when(f"{{any: [{', '.join([ASK] * 5_000)}]}}"), None, "", process
    yield "5,000 terms in all", when(f"{{all: [{', '.join([ASK] * 5_000)}]}}"), None, "", process
    yield "twenty times not", when("{not: " * 20 + ASK + "}" * 20), None
    yield "a hundred times not", when("{not: " * 100 + ASK + "}" * 100), "E-YAML-DEPTH"
    yield "100,000 times not", when("{not: " * 100_000), "E-YAML-DEPTH"
    yield "a condition in itself", when("&c {all: [*c]}"), "E-YAML-CYCLE"
    laughs = "&a0 [" + ", ".join([ASK] * 9) + "]"
    for i in range(1, 9):
        laughs = f"&a{i} [{{any: {laughs}}}, " + ", ".join([f"{{any: *a{i - 1} }}"] * 8) + "]"
    yield "conditions by alias", when(f"{{any: {laughs}}}"), "E-YAML-ALIAS-BUDGET"
    yield "a list of 100,000", when(f"{{delivery: {{in: [{', '.join(['saas'] * 100_000)}]}}}}"), None
    yield (
        "100,000 words that are none",
        when(f"{{delivery: {{in: [{', '.join(['sas'] * 50_000)}]}}}}"),
        "E-TOO-MANY",
        "",
        {"process": True, "count": 1},
    )
    for written in (
        "{subject.__class__}",
        "{0}",
        "{}",
        "{cause!r}",
        "{cause:>999999999}",
        "{cause.__init__.__globals__}",
        "{subjects[0]}",
        "{unknown}",
        "{",
        "{cause",
        "{{cause}}",
    ):
        yield (
            f"the placeholder {written}",
            swapped(PACK, MESSAGE, f"message: {{en: '{written}', ko: x}}"),
            "E-PLACEHOLDER",
        )
    yield (
        "a thousand placeholders",
        swapped(PACK, MESSAGE, f"message: {{en: '{'{subjects}' * 100}', ko: x}}"),
        "E-PLACEHOLDER",
        "12 is the limit",
    )
    yield "a message of a mile", swapped(PACK, MESSAGE, f"message: {{en: '{'x' * 2_000}', ko: x}}"), "E-TEXT"
    yield (
        "percent signs and dollars",
        swapped(PACK, MESSAGE, "message: {en: '%s %(x)99999999d $HOME {cause}', ko: x}"),
        None,
    )
    yield "the name of a shipped pack", PACK.replace("own", "us-termination"), "E-DUP-PACK"
    yield "the name of a shipped pack in look-alikes", PACK.replace("own", "us-tеrmination"), "E-DUP-PACK"
    yield "the name of a shipped pack in capitals", PACK.replace("own", "US-termination"), "E-DUP-PACK"
    yield "another pack's rule", PACK.replace("own/open", "held-by/domain"), "E-RULE-ID"
    yield "a pack without rules", PACK[: PACK.index("rules:")] + "rules: []\n", "E-EMPTY"
    yield "a rule without examples", PACK[: PACK.index("    examples:")], "E-EXAMPLES"
    yield "no severity", swapped(PACK, "severity: low", "severity: none"), "E-VALUE"
    yield "a severity that is off", swapped(PACK, "severity: low", "severity: off"), "E-VALUE"
    yield (
        "a link that runs",
        swapped(PACK, "    group_by:", "    references: [{title: T, url: 'javascript:alert(1)'}]\n    group_by:"),
        "E-URL",
    )
    yield "a rule twice", PACK + PACK[PACK.index("  - id: own") :], "E-DUP-ID"
    yield "a Python object in a pack", swapped(PACK, "severity: low", "severity: !!python/name:os.system"), "E-YAML-TAG"
    yield "an invisible name", swapped(PACK, "pack: own", "pack: own\u3164"), "E-ID", "U+3164"
