"""Whatever goes in, no control, bidi or hidden character comes out, and ordinary text stays as it is."""

import html as stdlib_html
import json
import re
import sys
import unicodedata

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown_it import MarkdownIt
from wcwidth import wcswidth, wcwidth

from auditor import sinks

ANYTHING = st.text(st.characters())  # surrogates included
MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
NASTY = st.text(
    st.sampled_from("a b=+-@[]\\:#%{}<>&'\"\r\n\t\x00\x1b\x7f\x85\x9b\u200b\u200d\u202e\u2028\ufe0f\ud800＝＠한🙂❤👩")
)
TEXTS = ANYTHING | NASTY

ORDINARY = [
    "",
    "Example Org",
    "주식회사 예시",
    "東京都 ＡＢＣ",
    "Société Générale",
    "e\u0301 decomposed",
    "한글 decomposed",
    "🙂 ❤️ 👩‍💻 👍🏽 1️⃣ 🇰🇷",
    "a\u00a0b",
    "back\\slash",
]

HIDDEN = (
    [chr(point) for point in (*range(0x20), *range(0x7F, 0xA0), *range(0x202A, 0x202F), *range(0x2060, 0x2070))]
    + list(
        "\u00ad\u061c\u115f\u1160\u200b\u200c\u200d\u200e\u200f\u2028\u2029\u3164\ufe0f\ufeff\uffa0\ud800\udfff\ufffe"
    )
    + ["\U000e0001", "\U000e0041", "\U000e0100"]
)


@pytest.mark.parametrize("text", ORDINARY)
def test_ordinary_text_stays(text: str) -> None:
    assert sinks.terminal(text) == text


@pytest.mark.parametrize("character", HIDDEN)
def test_every_hidden_character_is_escaped_by_every_sink(character: str) -> None:
    point = ord(character)
    escape = f"\\x{point:02x}" if point < 0x100 else f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"
    assert sinks.terminal(f"a{character}b") == f"a{escape}b"
    assert sinks.html(f"a{character}b") == f"a{escape}b"
    assert sinks.cell(f"a{character}b") == f"a{escape}b"
    assert sinks.markup(f"a{character}b") == f"a{escape}b"
    assert sinks.ci_log(f"a{character}b") == {"\r": "a%0Db", "\n": "a%0Ab"}.get(character, f"a{escape}b")
    assert sinks.first_invisible(f"a{character}b") == character


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b]0;pwned\x07\x1b[2K", "\\x1b]0;pwned\\x07\\x1b[2K"),
        ("\x9b31m", "\\x9b31m"),
        ("two\nlines\tand a tab", "two\\x0alines\\x09and a tab"),
        ("gpj.\u202eexe", "gpj.\\u202eexe"),
        ("Acme\u200b", "Acme\\u200b"),
        ("Acme\ufe0f", "Acme\\ufe0f"),
        ("a\u200db", "a\\u200db"),
        ("n\udcffame", "n\\udcffame"),
    ],
)
def test_terminal(text: str, shown: str) -> None:
    assert sinks.terminal(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("100 %", "100 %25"),
        ("::error::x", "\\x3a:error::x"),
        ("  ::stop-commands::tok", "  \\x3a:stop-commands::tok"),
        ("\r::stop-commands::tok\r", "%0D::stop-commands::tok%0D"),
        ("\n::set-output name=a::b", "%0A::set-output name=a::b"),
        ("##[group]x", "#\\x23[group]x"),
        ("a ##vso[task.setvariable]b", "a #\\x23vso[task.setvariable]b"),
        ("##teamcity[x]", "#\\x23teamcity[x]"),
        ("###[x]", "##\\x23[x]"),
        ("## 1 ##", "## 1 ##"),
        ("section_start:1:a\r\x1b[0K", "section_start:1:a%0D\\x1b[0K"),
        ("C::D", "C::D"),
    ],
)
def test_ci_log(text: str, shown: str) -> None:
    assert sinks.ci_log(text) == shown


def test_ci_property() -> None:
    assert sinks.ci_property("a,b:c%\n") == "a%2Cb%3Ac%25%0A"


@given(TEXTS, st.integers(1, 40))
def test_sarif_texts_have_no_placeholder_and_are_never_too_long(text: str, most: int) -> None:
    shown = sinks.sarif(text, most)
    assert len(shown) <= most
    assert not re.search("[{}]", shown.replace("{{", "").replace("}}", ""))
    assert "](" not in shown
    whole = sinks.sarif(text, 10 * len(text) + 40)
    assert whole.replace("{{", "{").replace("}}", "}") == sinks.terminal(text).replace("](", "] (")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("<b>&\"'", "&lt;b&gt;&amp;&quot;&#x27;"),
        ("<script>\x00", "&lt;script&gt;\\x00"),
        ("한글", "한글"),
    ],
)
def test_html(text: str, shown: str) -> None:
    assert sinks.html(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("=1+1", "'=1+1"),
        ("+1", "'+1"),
        ("-1", "'-1"),
        ("@SUM(A1)", "'@SUM(A1)"),
        ("\t=1", "'\\x09=1"),
        ("\r=1", "'\\x0d=1"),
        ("＝1", "'＝1"),
        ("＋1", "'＋1"),
        ("－1", "'－1"),
        ("＠a", "'＠a"),
        ("  =1", "'  =1"),
        ("\u3000=1", "'\u3000=1"),
        ("\n=1", "'\\x0a=1"),
        ("a=1", "a=1"),
        ("", ""),
        ("가-나", "가-나"),
    ],
)
def test_cell(text: str, shown: str) -> None:
    assert sinks.cell(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[bold]x[/]", "\\[bold]x\\[/]"),
        ("[#]", "\\[#]"),
        ("a\\[b]", "a\\x5c\\[b]"),
        ("a\\\\[b]", "a\\\\x5c\\[b]"),
        ("C:\\", "C:\\x5c"),
        ("C:\\dir", "C:\\dir"),
        ("]", "]"),
    ],
)
def test_markup(text: str, shown: str) -> None:
    assert sinks.markup(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("::error::x", "\\x3a:error::x"),
        ("  ::stop-commands::tok", "  \\x3a:stop-commands::tok"),
        ("f.yaml:1:1: E-X: ::error::x", "f.yaml:1:1: E-X: ::error::x"),
        ("a ##vso[task.complete]b", "a #\\x23vso[task.complete]b"),
        ("## Findings 100 %", "## Findings 100 %"),
        ("\x1b[1mours\x1b[0m", "\x1b[1mours\x1b[0m"),
    ],
)
def test_log_line(text: str, shown: str) -> None:
    assert sinks.log_line(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\x9b\u202e", '"a\\u009b\\u202e"'),
        ("\x7f\n\x1b", '"\\u007f\\n\\u001b"'),
        ("\U000e0041", '"\\udb40\\udc41"'),
        ("\ud800", '"\\ud800"'),
        ("###[group]", '"##\\u0023[group]"'),
        ("## 1", '"## 1"'),
        ("한글 🙂 👩‍💻", '"한글 🙂 👩‍💻"'),
    ],
)
def test_json_text(text: str, shown: str) -> None:
    assert sinks.json_text(json.dumps(text, ensure_ascii=False)) == shown
    assert json.loads(shown) == text


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("[x](javascript:1)", "\\[x\\](javascript:1)"),
        ("![x](http://e.invalid)", "!\\[x\\](http\\://e.invalid)"),
        ("<b>&lt;", "\\<b\\>\\&lt;"),
        ("a|`b`", "a\\|\\`b\\`"),
        ("\\|", "\\\\\\|"),
        ("# h", "\\# h"),
        ("> q", "\\> q"),
        ("- x", "\\- x"),
        ("  + x", "\\+ x"),
        ("12) x", "12\\) x"),
        ("===", "\\==="),
        ("::error::", "\\::error::"),
        ("www.e.invalid", "www\\.e.invalid"),
        ("@org a@b.invalid", "@<!-- -->org a@<!-- -->b.invalid"),
        ("*a* _b_ ~c~ $d$", "\\*a\\* \\_b\\_ \\~c\\~ \\$d\\$"),
        ("two\nlines", "two\\\\x0alines"),
        ("Société, Inc. (한글) 1-2", "Société, Inc. (한글) 1-2"),
    ],
)
def test_markdown(text: str, shown: str) -> None:
    assert sinks.markdown(text) == shown


@given(TEXTS | st.text(st.sampled_from("a1 *_`~[]()<>!#|\\&$:/@.w-+=\n")))
@example("www.[x](http://a|b)`c`")
def test_markdown_is_shown_literally(text: str) -> None:
    shown = sinks.markdown(text)
    for page in (f"- {shown}", f"| a | b |\n| --- | --- |\n| {shown} | c |"):
        (inline,) = [
            t
            for t in MARKDOWN.parse(page)
            if t.type == "inline" and t.map is not None and t.content not in ("a", "b", "c")
        ][:1] or [None]
        if inline is None:
            assert sinks.terminal(text).strip() in ("", "a", "b", "c")
            continue
        parts = inline.children or []
        assert {p.type for p in parts} <= {"text", "text_special", "html_inline"}
        assert all(p.content == "<!-- -->" for p in parts if p.type == "html_inline")
        said = "".join(p.content for p in parts if p.type != "html_inline")
        assert said == sinks.terminal(text).strip()


@given(TEXTS)
def test_json_stays_the_same(text: str) -> None:
    out = sinks.json_text(json.dumps([text], ensure_ascii=False))
    assert json.loads(out) == [text]
    assert not re.search(r"##[\[A-Za-z]", out)


@given(TEXTS)
def test_no_sink_lets_a_control_through(text: str) -> None:
    all_of_them = (
        *(sinks.terminal, sinks.ci_log, sinks.ci_property, sinks.html, sinks.cell, sinks.markup, sinks.markdown),
        lambda text: sinks.json_text(json.dumps(text, ensure_ascii=False)),
    )
    for sink in all_of_them:
        out = sink(text)
        assert not [c for c in out if unicodedata.category(c) in {"Cc", "Cs", "Zl", "Zp"}]
        assert not re.search(
            "[\u200b\u200c\u200e\u200f\u202a-\u202e\u2060-\u206f\u061c\ufeff\u3164\U000e0000-\U000e0fff]", out
        )
        out.encode()


@given(TEXTS)
def test_terminal_twice_is_terminal_once(text: str) -> None:
    once = sinks.terminal(text)
    assert sinks.terminal(once) == once


@given(TEXTS)
def test_what_each_sink_promises(text: str) -> None:
    line = sinks.ci_log(text)
    assert not line.lstrip().startswith("::")
    assert "##[" not in line
    assert "##vso" not in line
    assert not re.search("%(?!25|0D|0A)", line)
    assert not re.search("[:,]", sinks.ci_property(text))
    assert not re.search("[<>\"']", sinks.html(text))
    assert stdlib_html.unescape(sinks.html(text)) == sinks.terminal(text)
    assert not sinks.cell(text).startswith(("=", "+", "-", "@", "＝", "＋", "－", "＠"))
    assert re.fullmatch(r"(?:[^\[\\]|\\\[|\\(?!\[|\Z))*", sinks.markup(text))


@pytest.mark.parametrize(
    ("text", "columns"),
    [("", 0), ("abc", 3), ("한글", 4), ("日本", 4), ("e\u0301", 1), ("🙂", 2), ("👩‍💻", 2), ("a\x1bb", 2)],
)
def test_width(text: str, columns: int) -> None:
    assert sinks.width(text) == columns


@pytest.mark.parametrize(
    ("text", "columns", "shown"),
    [
        ("abcdef", 6, "abcdef"),
        ("abcdef", 5, "abcd…"),
        ("한글문서", 8, "한글문서"),
        ("한글문서", 7, "한글문…"),
        ("한글문서", 6, "한글…"),
        ("abc", 1, "…"),
        ("abc", 0, ""),
        ("abc", -1, ""),
        ("", 3, ""),
        ("x" * 100_000, 3, "xx…"),
    ],
)
def test_fit(text: str, columns: int, shown: str) -> None:
    assert sinks.fit(text, columns) == shown


def test_pad() -> None:
    assert sinks.pad("한글", 6) == "한글  "
    assert sinks.pad("한글문", 5) == "한글…"
    assert sinks.pad("한글문", 4) == "한… "


@pytest.mark.parametrize(
    ("text", "columns", "indent", "lines"),
    [
        ("", 10, "", [""]),
        ("one two three", 7, "", ["one two", "three"]),
        ("one two three", 9, "  ", ["  one two", "  three"]),
        ("주식회사 예시 클라우드", 9, "", ["주식회사", "예시", "클라우드"]),
        ("주식회사 예시 클라우드", 13, "", ["주식회사 예시", "클라우드"]),
        ("aaaaaaa bb", 3, "", ["aaa", "aaa", "a", "bb"]),
        ("한글문서", 5, "", ["한글", "문서"]),
        ("한글", 1, "", ["한", "글"]),
        ("a  b\nc", 80, "", ["a b c"]),
    ],
)
def test_wrap(text: str, columns: int, indent: str, lines: list[str]) -> None:
    assert sinks.wrap(text, columns, indent) == lines


@given(TEXTS, st.integers(0, 30))
@example("❤\ufe0f" * 10, 7)
@example("👩‍💻" * 10, 9)
def test_fit_and_pad_never_overflow(text: str, columns: int) -> None:
    safe = sinks.terminal(text)
    assert sinks.width(sinks.fit(safe, columns)) <= columns
    assert sinks.width(sinks.pad(safe, columns)) == columns


@given(TEXTS, st.integers(2, 30))
def test_wrap_loses_nothing_but_spaces(text: str, columns: int) -> None:
    safe = sinks.terminal(text)
    lines = sinks.wrap(safe, columns)
    assert "".join(lines).replace(" ", "") == safe.replace(" ", "")
    assert all(sinks.width(line) <= columns or len(line) == 1 for line in lines)


def test_first_invisible() -> None:
    assert sinks.first_invisible("provider") is None
    assert sinks.first_invisible("제공자") is None
    assert sinks.first_invisible("a\u3000b") == "\u3000"
    assert sinks.first_invisible("a\u00a0b") == "\u00a0"
    assert sinks.first_invisible("❤\ufe0f") == "\ufe0f"


def test_what_is_decided_without_a_pattern_is_what_the_pattern_decides() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        if sinks._plain(character):
            assert not sinks._unsafe().search(character), hex(ord(character))
            assert sinks.first_invisible(character) is None or character == "\u2800"
            assert character == "\u2800" or not sinks._invisible().search(character), hex(ord(character))


def test_what_is_measured_without_a_table_is_what_the_table_says() -> None:
    for character in map(chr, range(sys.maxunicode + 1)):
        assert sinks.width(character) == max(0, wcwidth(character)), hex(ord(character))
    every = "".join(sorted(sinks._NARROW))
    assert sinks.width(every) == wcswidth(every) == len(every)


@given(TEXTS)
def test_the_safe_are_left_alone(text: str) -> None:
    assert sinks.terminal(text) == sinks._unsafe().sub(sinks._escape, text)
    assert sinks.json_text(text) == sinks._unsafe_json().sub(sinks._json_escape, text)
    assert (sinks.first_invisible(text) is None) == (sinks._invisible().search(text) is None)
