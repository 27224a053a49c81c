"""Documents are read with every text as written and every place right, or refused with code and place, and fast."""

import hashlib
import os
import re
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import yaml
from hypothesis import example, given, settings
from hypothesis import strategies as st

from auditor import documents
from auditor.documents import Document, Map, Seq, plain, read, read_text
from auditor.documents.compose import composed
from auditor.documents.parsers import PythonParser, fastest
from auditor.documents.source import from_bytes
from auditor.errors import InvalidDocument, describe
from auditor.model.values import Origin

PARSERS = [fastest, PythonParser]
SLOW = 10.0
"""Seconds after which a test machine, however busy, counts as hanging."""


def refused(text: str | bytes) -> list[str]:
    """The problems of a text, each as `line:column code`."""
    with pytest.raises(InvalidDocument) as caught:
        read_text(text, "f.yaml")
    return [f"{p.origin.line}:{p.origin.column} {p.code}" for p in caught.value.problems]


def said(text: str | bytes) -> str:
    with pytest.raises(InvalidDocument) as caught:
        read_text(text, "f.yaml")
    return describe(caught.value.problems)


def places(document: Document) -> Iterator[tuple[str, tuple[int, int], tuple[int, int], str]]:
    """Pointer, place of the key, place of the value and text of every value in a document without aliases."""

    def below(value: object, pointer: str) -> Iterator[tuple[str, tuple[int, int], tuple[int, int], str]]:
        if isinstance(value, Map):
            for key, inner in value.items():
                at = f"{pointer}/{key.replace('~', '~0').replace('/', '~1')}"
                yield at, value.key_place(key), value.place(key), inner if isinstance(inner, str) else ""
                yield from below(inner, at)
        elif isinstance(value, Seq):
            for number, inner in enumerate(value):
                at = f"{pointer}/{number}"
                yield at, value.place(number), value.place(number), inner if isinstance(inner, str) else ""
                yield from below(inner, at)

    return below(document.value, "")


# Reading.

INVENTORY = """\
# an inventory
organization: Example Org
dependencies:
  - id: dep-1
    provider: "Acme, Inc."
    regions: [KR, NO, 'yes']
    contract: {law: DE, until: 2026-01-01}
  - id: 010
    note: >
      folded
      text
    port: 22:22
    empty:
"""


@pytest.mark.parametrize("parser", PARSERS)
def test_values_and_places(parser: Callable[[bytes], documents.parsers.Parser]) -> None:
    value = composed(from_bytes(INVENTORY.encode(), "f.yaml"), parser)
    assert plain(value) == {
        "organization": "Example Org",
        "dependencies": [
            {
                "id": "dep-1",
                "provider": "Acme, Inc.",
                "regions": ["KR", "NO", "yes"],
                "contract": {"law": "DE", "until": "2026-01-01"},
            },
            {"id": "010", "note": "folded text\n", "port": "22:22", "empty": ""},
        ],
    }
    document = Document("f.yaml", value, "", read_text(INVENTORY, "f.yaml").lines)
    assert list(places(document)) == [
        ("/organization", (2, 1), (2, 15), "Example Org"),
        ("/dependencies", (3, 1), (4, 3), ""),
        ("/dependencies/0", (4, 5), (4, 5), ""),
        ("/dependencies/0/id", (4, 5), (4, 9), "dep-1"),
        ("/dependencies/0/provider", (5, 5), (5, 15), "Acme, Inc."),
        ("/dependencies/0/regions", (6, 5), (6, 14), ""),
        ("/dependencies/0/regions/0", (6, 15), (6, 15), "KR"),
        ("/dependencies/0/regions/1", (6, 19), (6, 19), "NO"),
        ("/dependencies/0/regions/2", (6, 23), (6, 23), "yes"),
        ("/dependencies/0/contract", (7, 5), (7, 15), ""),
        ("/dependencies/0/contract/law", (7, 16), (7, 21), "DE"),
        ("/dependencies/0/contract/until", (7, 25), (7, 32), "2026-01-01"),
        ("/dependencies/1", (8, 5), (8, 5), ""),
        ("/dependencies/1/id", (8, 5), (8, 9), "010"),
        ("/dependencies/1/note", (9, 5), (9, 11), "folded text\n"),
        ("/dependencies/1/port", (12, 5), (12, 11), "22:22"),
        ("/dependencies/1/empty", (13, 5), (13, 11), ""),
    ]


def test_document_answers_for_pointers() -> None:
    document = read_text(INVENTORY, "f.yaml")
    assert document.path == "f.yaml"
    assert document.digest == hashlib.sha256(INVENTORY.encode()).hexdigest()
    assert document.origin("/dependencies/0/provider") == Origin("f.yaml", "/dependencies/0/provider", 5, 15)
    assert document.key_origin("/dependencies/0/provider") == Origin("f.yaml", "/dependencies/0/provider", 5, 5)
    assert document.origin("") == document.key_origin("") == Origin("f.yaml", "", 2, 1)
    assert document.origin("/dependencies/0/regions/1") == Origin("f.yaml", "/dependencies/0/regions/1", 6, 19)
    assert document.key_origin("/dependencies/1") == Origin("f.yaml", "/dependencies/1", 8, 5)


@pytest.mark.parametrize(
    ("pointer", "place"),
    [
        ("/nothing", (2, 1)),
        ("/dependencies/9", (4, 3)),
        ("/dependencies/-1", (4, 3)),
        ("/dependencies/x/y", (4, 3)),
        ("/dependencies/²", (4, 3)),
        ("/dependencies/" + "9" * 5000, (4, 3)),
        ("/dependencies/0/missing/deeper", (4, 5)),
        ("/organization/deeper", (2, 15)),
        ("nonsense", (2, 1)),
    ],
)
def test_missing_pointers_fall_back_to_the_nearest_parent(pointer: str, place: tuple[int, int]) -> None:
    assert read_text(INVENTORY, "f.yaml").origin(pointer) == Origin("f.yaml", pointer, *place)


def test_pointers_are_escaped() -> None:
    document = read_text("a/b: {c~d: x}\n", "f.yaml")
    assert document.origin("/a~1b/c~0d") == Origin("f.yaml", "/a~1b/c~0d", 1, 12)


def test_line_text() -> None:
    document = read_text("\ufeffa: 1\r\nb: 2\rc: 3\n\nd: 한", "f.yaml")
    assert [document.line_text(line) for line in range(-1, 8)] == [
        None,
        None,
        "a: 1",
        "b: 2",
        "c: 3",
        "",
        "d: 한",
        None,
        None,
    ]


def test_line_text_of_many_lines() -> None:
    document = read_text("".join(f"k{n}: {n}\n" for n in range(1, 2001)), "f.yaml")
    for line in (1, 2000, 256, 257, 258, 512, 513, 1, 1999, 3):
        assert document.line_text(line) == f"k{line}: {line}"
    assert document.line_text(2001) == ""
    assert document.line_text(2002) is None
    assert document.line_text(99_999) is None


def test_wide_maps_know_their_places() -> None:
    value = read_text("".join(f"k{n}: {n}\n" for n in range(1, 101)), "f.yaml").value
    assert [value.key_place(f"k{n}") for n in range(1, 101)] == [(n, 1) for n in range(1, 101)]
    assert value.place("k77") == (77, 6)
    assert (value.line, value.column) == (1, 1)
    with pytest.raises(KeyError):
        value.place("k101")


@pytest.mark.parametrize(
    "written", ["NO", "on", "010", "22:22", "1.10", "12e03", "0x1F", "2026-01-01", "2026-13-45", "Null", "~", "1_000"]
)
def test_scalars_stay_text(written: str) -> None:
    assert plain(read_text(f"{written}: [{written}, {{k: {written}}}]\nv: {written}\n", "f").value) == {
        written: [written, {"k": written}],
        "v": written,
    }


@pytest.mark.parametrize("end", ["\n", "\r", "\r\n"])
@pytest.mark.parametrize("bom", ["", "\ufeff"])
def test_line_ends_and_bom(end: str, bom: str) -> None:
    document = read_text((bom + INVENTORY.replace("\n", end)).encode(), "f.yaml")
    assert plain(document.value) == plain(read_text(INVENTORY, "f.yaml").value)
    assert list(places(document)) == list(places(read_text(INVENTORY, "f.yaml")))
    assert document.line_text(5) == '    provider: "Acme, Inc."'


def test_columns_count_code_points() -> None:
    document = read_text("한글: {이름: 🙂🙂, b: [é, x]}\n", "f.yaml")
    assert [(pointer, at) for pointer, _, at, _ in places(document)] == [
        ("/한글", (1, 5)),
        ("/한글/이름", (1, 10)),
        ("/한글/b", (1, 17)),
        ("/한글/b/0", (1, 18)),
        ("/한글/b/1", (1, 21)),
    ]


@pytest.mark.parametrize("end", ["\x85", "\u2028", "\u2029"])
def test_foreign_line_ends_are_text(end: str) -> None:
    text = f'a: b # text{end}dependencies: []\nc: x{end}y\nd: "p{end}q\\uE000"\ne: |\n  one{end}  two\n'
    document = read_text(text, "f.yaml")
    assert plain(document.value) == {"a": "b", "c": f"x{end}y", "d": f"p{end}q\ue000", "e": f"one{end}  two\n"}
    assert document.origin("/e") == Origin("f.yaml", "/e", 4, 4)
    assert document.line_text(1) == f"a: b # text{end}dependencies: []"


def test_foreign_line_ends_beside_private_characters() -> None:
    used = "".join(chr(point) for point in range(0xE000, 0xF8FD))
    assert plain(read_text(f"a: '{used}\x85'\n", "f").value) == {"a": used + "\x85"}
    assert refused(f"a: '{used}\uf8fd\x85'\n") == ["0:0 E-ENCODING"]


def test_aliases_share_their_value() -> None:
    value = read_text("a: &x {k: [1, 2]}\nb: *x\nc: &s text\nd: [*s, *x]\n*s : e\n", "f").value
    assert plain(value) == {
        "a": {"k": ["1", "2"]},
        "b": {"k": ["1", "2"]},
        "c": "text",
        "d": ["text", {"k": ["1", "2"]}],
        "text": "e",
    }
    assert value["a"] is value["b"]
    assert value.place("b") == (2, 4)
    assert value.key_place("text") == (5, 1)
    copy = plain(value)
    assert isinstance(copy, dict)
    assert type(copy["a"]) is dict
    assert copy["a"] is not copy["b"]


def test_later_anchor_of_the_same_name_wins() -> None:
    assert plain(read_text("a: &x 1\nb: &x 2\nc: *x\n", "f").value) == {"a": "1", "b": "2", "c": "2"}


@pytest.mark.parametrize(
    "text",
    ["a: b", "---\na: b\n", "a: b\n...\n", "a: b\n...\n...\n# end\n", "# c\n\n---\na: b # x\n", "? a\n: b\n", "{a: b}"],
)
def test_one_document_in_many_forms(text: str) -> None:
    assert plain(read_text(text, "f").value) == {"a": "b"}


def test_control_characters_by_escape_are_text() -> None:
    assert plain(read_text('a: "\\e]0;x\\a\\0"\n', "f").value) == {"a": "\x1b]0;x\x07\0"}


# Refusals, each with code and place.

DEEP = documents.MAX_DEPTH

REFUSALS = {
    "empty": ("", ["1:1 E-EMPTY"]),
    "blank": (" \n\n", ["1:1 E-EMPTY"]),
    "comment only": ("# nothing\n", ["1:1 E-EMPTY"]),
    "bom only": ("\ufeff", ["1:1 E-EMPTY"]),
    "empty document": ("---\n", ["1:1 E-EMPTY"]),
    "scalar": ("hello\n", ["1:1 E-TOP-LEVEL"]),
    "null": ("~\n", ["1:1 E-TOP-LEVEL"]),
    "list": ("# c\n- a\n", ["2:1 E-TOP-LEVEL"]),
    "duplicate": ("a:\n  - id: x\n    p: 1\n    p: 2\n", ["4:5 E-DUP-KEY"]),
    "duplicate section": ("a: [1]\nb: 2\na: []\n", ["3:1 E-DUP-KEY"]),
    "three of a kind": ("a: 1\na: 2\na: 3\n", ["2:1 E-DUP-KEY", "3:1 E-DUP-KEY"]),
    "duplicate by escape": ('{a: 1, "\\x61": 2}\n', ["1:8 E-DUP-KEY"]),
    "duplicate by alias": ("a: &k b\nb: 1\n*k : 2\n", ["3:1 E-DUP-KEY"]),
    "merge": ("a: &x {k: v}\nb:\n  <<: *x\n  <<: *x\n", ["3:3 E-YAML-MERGE", "4:3 E-YAML-MERGE"]),
    "merge after a quoted name": ('a: {"<<": 1}\nb: {<<: 2}\n', ["2:5 E-YAML-MERGE"]),
    "tag": ("a: !!str b\nc: [!include x]\n", ["1:4 E-YAML-TAG", "2:5 E-YAML-TAG"]),
    "python tag": ('a:\n  - !!python/object/apply:os.system ["touch x"]\n', ["2:5 E-YAML-TAG"]),
    "lone tag": ("a: ! b\n", ["1:4 E-YAML-TAG"]),
    "tagged map": ("a: !m {b: c}\n", ["1:4 E-YAML-TAG"]),
    "tagged key": ("!x a: b\n", ["1:1 E-YAML-TAG"]),
    "undefined tag handle": ("a: !x!y b\n", ["1:4 E-YAML-TAG"]),
    "tag with broken octets": ("a: !%C0%80 b\n", ["1:4 E-YAML-TAG"]),
    "directive": ("%YAML 9.9\n---\na: b\n", ["1:1 E-YAML-DIRECTIVE"]),
    "directive after comments": ("# c\n\n%TAG ! x\n---\na: b\n", ["3:1 E-YAML-DIRECTIVE"]),
    "directive after a bom": ("\ufeff%YAML 1.2\n---\na: b\n", ["1:1 E-YAML-DIRECTIVE"]),
    "directive at the end": ("a: b\n...\n%YAML 1.2\n---\n", ["3:1 E-YAML-DIRECTIVE"]),
    "directive in the middle": ("a: b\n%FOO\n", ["2:1 E-YAML-DIRECTIVE"]),
    "second document": ("a: b\n---\nc: d\n", ["2:1 E-YAML-MULTIDOC"]),
    "second document after an end": ("a: b\n... # c\n\n---\n", ["4:1 E-YAML-MULTIDOC"]),
    "rest": ("{a: b}\n{c: d}\n", ["2:1 E-YAML-SYNTAX"]),
    "no end behind the end": ("{a: b}...\n", ["1:7 E-YAML-SYNTAX"]),
    "undefined alias": ("a:\n  - *nope\n", ["2:5 E-YAML-ALIAS"]),
    "alias before its anchor": ("a: *x\nb: &x 1\n", ["1:4 E-YAML-ALIAS"]),
    "self": ("a: &x [*x]\n", ["1:8 E-YAML-CYCLE"]),
    "self map": ("a: &x\n  b:\n    c: *x\n", ["3:8 E-YAML-CYCLE"]),
    "top self": ("&x a: b\nc: &y {d: *y}\n", ["2:11 E-YAML-CYCLE"]),
    "complex key": ("? [a, b]\n: c\nd: e\n", ["1:3 E-YAML-KEY"]),
    "complex flow key": ("x: {[a]: b, {c: d}: e}\n", ["1:5 E-YAML-KEY", "1:13 E-YAML-KEY"]),
    "complex key inside": ("? {a: 1, a: 2}\n: c\n", ["1:3 E-YAML-KEY", "1:10 E-DUP-KEY"]),
    "complex alias key": ("a: &x [1]\n*x : b\n", ["2:1 E-YAML-KEY"]),
    "empty key": ('a: {"": x}\n', ["1:5 E-YAML-KEY"]),
    "bare empty key": ("a: {? : x}\n", ["1:7 E-YAML-KEY"]),
    "long key": ("? " + "k" * 1001 + "\n: v\n", ["1:3 E-YAML-KEY"]),
    "zero width key": ('a: {"provider\u200b": x, provider: y}\n', ["1:5 E-KEY-CHARACTER"]),
    "bidi key": ("a\u202eb: x\n", ["1:1 E-KEY-CHARACTER"]),
    "no-break key": ("a\u00a0b: x\n", ["1:1 E-KEY-CHARACTER"]),
    "escape key": ('"a\\eb": x\n', ["1:1 E-KEY-CHARACTER"]),
    "foreign line end key": ("a\u2028b: x\n", ["1:1 E-KEY-CHARACTER"]),
    "comma": ("a: {name: Acme, Inc., x: y}\n", ["1:17 E-FLOW-COMMA"]),
    "comma at the end": ("a: {name: Acme, Inc.}\n", ["1:17 E-FLOW-COMMA"]),
    "comma and comment": ("a: {b: c, d # : no\n , e: f}\n", ["1:11 E-FLOW-COMMA"]),
    "depth, flow": ("a: " + "[" * DEEP + "]" * DEEP + "\n", [f"1:{3 + DEEP} E-YAML-DEPTH"]),
    "depth, block": ("".join(" " * n + "a:\n" for n in range(DEEP + 1)), [f"{DEEP + 1}:{DEEP + 1} E-YAML-DEPTH"]),
    "depth by alias": (
        "a: &x " + "[" * 40 + "]" * 40 + "\nb: " + "[" * 30 + "*x" + "]" * 30 + "\n",
        ["2:34 E-YAML-DEPTH"],
    ),
    "latin 1": (b"a: b\nc: \xe9\n", ["2:4 E-ENCODING"]),
    "overlong": (b"a: \xc0\x8d\n", ["1:4 E-ENCODING"]),
    "surrogate bytes": (b"a: \xed\xa0\x80\n", ["1:4 E-ENCODING"]),
    "utf-16": ("a: b".encode("utf-16"), ["1:1 E-ENCODING"]),
    "utf-16 without mark": ("a: b".encode("utf-16-le"), ["1:2 E-ENCODING"]),
    "utf-32": ("a: b".encode("utf-32"), ["1:1 E-ENCODING"]),
    "surrogate text": ("a: \ud800\n", ["1:4 E-ENCODING"]),
    "surrogate escape": ('a: "\\ud800"\n', ["1:7 E-ENCODING"]),
    "overflow": ('a:\n  - {b: "\\U00110000"}\n', ["2:12 E-ENCODING"]),
    "nul": ("a: b\nc: \0\n", ["2:4 E-ENCODING"]),
    "escape": ("a: \x1b[2K\n", ["1:4 E-ENCODING"]),
    "del": ("한글: \x7f\n", ["1:5 E-ENCODING"]),
    "c1": ("a: \x9b\n", ["1:4 E-ENCODING"]),
    "second bom": ("\ufeff\ufeffa: b\n", ["1:1 E-ENCODING"]),
    "noncharacter": ("a: \ufffe\n", ["1:4 E-ENCODING"]),
    "open list": ("a: [b\n", ["2:1 E-YAML-SYNTAX"]),
    "open list without line end": ("a: [b", ["1:6 E-YAML-SYNTAX"]),
    "open map": ("a: {b: c", ["1:9 E-YAML-SYNTAX"]),
    "open quote": ('x: y\na: "b\nc: d\n', ["2:4 E-YAML-SYNTAX"]),
    "open quote before a document": ('a: "x\n---\ny"\n', ["1:4 E-YAML-SYNTAX"]),
    "colon in a flow text": ("a: {b:, c: d}\n", ["1:6 E-YAML-SYNTAX"]),
    "colon in text": ("a: b: c\n", ["1:5 E-YAML-SYNTAX"]),
    "no colon": ("a: b\nfoo\nc: d\n", ["2:1 E-YAML-SYNTAX"]),
    "indentation": ("a:\n  b: 1\n c: 2\n", ["3:2 E-YAML-SYNTAX"]),
    "tab": ("a: b\n\tc: d\n", ["2:1 E-YAML-SYNTAX"]),
    "at sign": ("a: @x\n", ["1:4 E-YAML-SYNTAX"]),
    "list in a value": ("a: - b\n", ["1:4 E-YAML-SYNTAX"]),
    "key between entries": ("a:\n  - b\n  c: d\n", ["3:3 E-YAML-SYNTAX"]),
    "unknown escape": ('a: "\\q"\n', ["1:5 E-YAML-SYNTAX"]),
    "hexadecimal": ('a: "\\xZZ"\n', ["1:7 E-YAML-SYNTAX"]),
    "anchor without name": ("a: &\n", ["1:4 E-YAML-SYNTAX"]),
    "block header": ("a: |x\n b\n", ["1:5 E-YAML-SYNTAX"]),
    "several": (
        "a: 1\na: 2\n<<: x\nb: !t 1\nc: *q\n---\nd: e\n",
        ["2:1 E-DUP-KEY", "3:1 E-YAML-MERGE", "4:4 E-YAML-TAG", "5:4 E-YAML-ALIAS", "6:1 E-YAML-MULTIDOC"],
    ),
    "syntax after others": ("a: 1\na: 2\nb: [\n", ["2:1 E-DUP-KEY", "4:1 E-YAML-SYNTAX"]),
}


@pytest.mark.parametrize(("text", "problems"), REFUSALS.values(), ids=REFUSALS)
def test_refusals(text: str | bytes, problems: list[str]) -> None:
    assert refused(text) == problems


@pytest.mark.parametrize(
    ("text", "words"),
    [
        (
            "dependencies:\n  - provider: A\n    provider: B\n",
            "f.yaml:3:5: E-DUP-KEY: the key `provider` stands twice in this mapping, first in line 2\n"
            "hint: keep one of the two; many readers take the last and hide the first\n"
            "also: f.yaml:2:5",
        ),
        (
            'a: {"provider\u200b": x}\n',
            "f.yaml:1:5: E-KEY-CHARACTER: the key `provider\\u200b` holds U+200B (ZERO WIDTH SPACE), which a reader"
            " cannot see\nhint: write the key again without it",
        ),
        (
            "a: {name: Acme, Inc., x: y}\n",
            "f.yaml:1:17: E-FLOW-COMMA: the comma before `Inc.` starts a new key, which has no value\n"
            'hint: quote the text that holds the comma: "Acme, Inc."',
        ),
        (
            "a: {b, c: d}\n",
            "f.yaml:1:5: E-FLOW-COMMA: `b` stands in braces without a value\n"
            "hint: write `key: value`, or a list in [ ]",
        ),
        (
            b"a: \xff\n",
            "f.yaml:1:4: E-ENCODING: not UTF-8: byte 0xff at byte offset 3\nhint: save the file as UTF-8",
        ),
        (
            "a: [b, c\nd: e\n",
            "f.yaml:2:2: E-YAML-SYNTAX: a `,` or `]` is expected here\n"
            "hint: close the list with `]`; quote a text that contains a comma, bracket or brace\nalso: f.yaml:1:4",
        ),
        ("# x\n", "f.yaml:1:1: E-EMPTY: nothing is written in this document"),
    ],
)
def test_wording(text: str | bytes, words: str) -> None:
    assert said(text) == words


def test_pointers_of_problems() -> None:
    with pytest.raises(InvalidDocument) as caught:
        read_text("a:\n  - b: 1\n  - c/d: {e: 1, e: 2}\n", "f.yaml")
    (problem,) = caught.value.problems
    assert problem.origin == Origin("f.yaml", "/a/1/c~1d/e", 3, 17)
    assert problem.also == (Origin("f.yaml", "/a/1/c~1d/e", 3, 11),)


def test_long_texts_do_not_flood_messages() -> None:
    text = said("? " + "k" * 900 + "\n: 1\n? " + "k" * 900 + "\n: 2\n")
    assert max(len(line) for line in text.split("\n")) < 200


def test_flow_entries_that_are_no_stray_keys() -> None:
    value = read_text("a: {b: , c: '', \"e\": , f: [g: ], h : ~}\n", "f").value
    assert plain(value) == {"a": {"b": "", "c": "", "e": "", "f": [{"g": ""}], "h": "~"}}


def test_quoted_merge_key_is_a_name() -> None:
    assert plain(read_text('"<<": x\n', "f").value) == {"<<": "x"}


# Budgets.


def test_depth_is_allowed_up_to_the_limit() -> None:
    assert read_text("a: " + "[" * (DEEP - 1) + "]" * (DEEP - 1), "f").value.place("a") == (1, 4)


def test_size(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(documents.files, "MAX_BYTES", 64)
    assert plain(read_text("a: " + "x" * 61, "f").value) == {"a": "x" * 61}
    for text in ("a: " + "x" * 62, "a: " + "한" * 30, b"a: " + b"x" * 62):
        assert refused(text) == ["0:0 E-YAML-SIZE"]
    (tmp_path / "big.yaml").write_text("a: " + "x" * 62)
    with pytest.raises(InvalidDocument, match="E-YAML-SIZE"):
        read(tmp_path / "big.yaml")


def test_nodes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "MAX_NODES", 10)
    monkeypatch.setattr(documents.compose, "MAX_NODES", 10)
    assert read_text("a: [1, 2, 3, 4, 5, 6, {}]\n", "f").value
    assert refused("a: [1, 2, 3, 4, 5, 6, 7, 8]\n") == ["1:26 E-YAML-NODES"]
    assert read_text("a: {b: {c: {}}}\ne: f, g\n", "f").value.place("e") == (2, 4)
    assert refused("a: {b: {c: {}}}\ne: {f: g}\n") == ["2:8 E-YAML-NODES"]


def test_a_million_nodes() -> None:
    assert refused("a:\n" + "-\n" * 1_000_000) == ["999999:2 E-YAML-NODES"]


def test_anchors() -> None:
    text = "a:\n" + "- &x 1\n" * documents.MAX_ANCHORS
    assert len(read_text(text, "f").value["a"]) == documents.MAX_ANCHORS
    assert refused(text + "- &x 1\n") == ["10002:3 E-YAML-ANCHOR-BUDGET"]


def test_alias_bomb_is_counted_not_built() -> None:
    rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x]"]
    rows += [f"a{n}: &a{n} [" + ", ".join([f"*a{n - 1}"] * 9) + "]" for n in range(1, 9)]
    assert refused("\n".join(rows) + "\n") == ["6:10 E-YAML-ALIAS-BUDGET"]


def test_many_aliases() -> None:
    text = "a: &x 1\nb:\n" + "- *x\n" * documents.MAX_ALIASED
    assert len(read_text(text, "f").value["b"]) == documents.MAX_ALIASED
    assert refused(text + "- *x\n") == ["100003:3 E-YAML-ALIAS-BUDGET"]


def test_problems_are_bounded() -> None:
    problems = refused("a: b\n" * 20_000)
    assert len(problems) == documents.MAX_PROBLEMS + 1
    assert problems[-1] == "10001:1 E-TOO-MANY"


SHAPES = {
    "directives": "".join(f"%TAG !a{n}! x\n" for n in range(20_000)) + "---\na: b\n",
    "directives behind": "a: b\n...\n" + "".join(f"%TAG !a{n}! x\n" for n in range(20_000)),
    "brackets": "a: " + "[" * 250_000,
    "braces": "a: " + "{" * 250_000,
    "nested keys": "{a: " * 60_000,
    "nested entries": "- " * 120_000,
    "nested questions": "? " * 120_000,
    "questions": "? a\n" * 60_000,
    "long plain key": "a" * 250_000 + ": x\n",
    "long quoted key": '"' + "a" * 250_000 + '": x\n',
    "long tag": "a: !" + "a" * 250_000 + " b\n",
    "long anchor": "a: &" + "a" * 250_000 + " b\n",
    "anchors": "a:\n" + "".join(f"- &a{n} x\n" for n in range(9_000)),
    "plain lines": "a: " + "b\n " * 80_000,
    "blank lines": "a: b" + "\n" * 250_000 + " c\n",
    "comments": "#\n" * 120_000 + "a: b\n",
    "literal": "a: |\n" + " b\n" * 80_000,
    "escapes": 'a: "' + "\\x41" * 60_000 + '"\n',
    "open quote": 'a: "' + "b " * 120_000,
    "colons": "a:" * 120_000,
    "separators": "---\n" * 60_000,
    "ends": "a: b\n" + "...\n" * 60_000,
    "indentation": "".join(" " * n + "a:\n" for n in range(700)),
    "bad keys": "".join(f'"a{n}\u200b": x\n' for n in range(9_000)),
    "duplicates of new keys": "".join(f"k{n}: x\nk{n}: y\n" for n in range(9_000)),
    "stray keys in one line": "a: {" + "".join(f"가{n}, " for n in range(9_000)) + "}\n",
    "empty values in one line": "a: {" + "".join(f"가{n}: , " for n in range(20_000)) + "}\n",
    "empty values in many lines": "a:\n" + "- {b: }\n" * 30_000,
    "nested anchors": "x: "
    + "".join(f"&a{n} [" for n in range(60))
    + "a," * 99_000
    + "]" * 60
    + "\ny: ["
    + ", ".join(f"*a{n}" for n in range(60))
    + "]\n",
    "foreign line ends": "a: b\u2028\n" + "".join(f"k{n}: \x85\n" for n in range(20_000)),
    "tabs": "\t" * 250_000,
    "second document far away": "a: b\n...\n" + "\n" * 250_000 + "---\n",
}


@pytest.mark.parametrize("text", SHAPES.values(), ids=SHAPES)
def test_no_shape_hangs(text: str) -> None:
    start = time.perf_counter()
    try:
        read_text(text, "f")
    except InvalidDocument as error:
        describe(error.problems)
    assert time.perf_counter() - start < SLOW


# Files.


def file_problem(path: Path, root: Path | None = None) -> str:
    with pytest.raises(InvalidDocument) as caught:
        read(path, shown="f.yaml", root=root)
    return describe(caught.value.problems)


def test_read(tmp_path: Path) -> None:
    path = tmp_path / "한 글.yaml"
    path.write_bytes(b"\xef\xbb\xbfa: b\r\n")
    document = read(path)
    assert document == read(path, root=tmp_path)
    assert (document.path, plain(document.value)) == (str(path), {"a": "b"})
    assert document.digest == hashlib.sha256(path.read_bytes()).hexdigest()
    assert read(path, shown="short.yaml").origin("/a") == Origin("short.yaml", "/a", 1, 4)


def test_file_kinds(tmp_path: Path) -> None:
    (tmp_path / "dir.yaml").mkdir()
    assert file_problem(tmp_path / "dir.yaml") == (
        "f.yaml: E-FILE-KIND: is a directory, not a regular file\nhint: name the files in it"
    )
    os.mkfifo(tmp_path / "fifo.yaml")
    assert file_problem(tmp_path / "fifo.yaml") == "f.yaml: E-FILE-KIND: is a pipe, not a regular file"
    assert file_problem(Path("/dev/zero")) == "f.yaml: E-FILE-KIND: is a device, not a regular file"
    (tmp_path / "zero.yaml").symlink_to("/dev/zero")
    assert file_problem(tmp_path / "zero.yaml") == "f.yaml: E-FILE-KIND: is a device, not a regular file"


def test_missing_files(tmp_path: Path) -> None:
    assert file_problem(tmp_path / "none.yaml") == "f.yaml: E-FILE-MISSING: no such file"
    (tmp_path / "dangling.yaml").symlink_to("none.yaml")
    assert file_problem(tmp_path / "dangling.yaml") == "f.yaml: E-FILE-MISSING: no such file"
    assert "E-FILE-MISSING" in file_problem(tmp_path / "a\0b")
    assert "E-FILE-READ" in file_problem(tmp_path / ("n" * 5000))
    (tmp_path / "file").write_text("a: b")
    assert "E-FILE-READ" in file_problem(tmp_path / "file" / "below.yaml")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_file(tmp_path: Path) -> None:
    path = tmp_path / "secret.yaml"
    path.write_text("a: b")
    path.chmod(0)
    assert file_problem(path) == "f.yaml: E-FILE-READ: no permission to read it"


def test_permission_denied(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "a.yaml").write_text("a: b")

    def denied(*_: object) -> int:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(documents.files.os, "open", denied)
    assert file_problem(tmp_path / "a.yaml") == "f.yaml: E-FILE-READ: no permission to read it"


def test_links(tmp_path: Path) -> None:
    root = tmp_path / "root"
    (root / "sub").mkdir(parents=True)
    (tmp_path / "outside.yaml").write_text("secret: text\n")
    (root / "inside.yaml").write_text("a: b\n")
    (root / "sub" / "good.yaml").symlink_to("../inside.yaml")
    (root / "out.yaml").symlink_to("../outside.yaml")
    (root / "updir").symlink_to("..")
    (root / "loop_a.yaml").symlink_to("loop_b.yaml")
    (root / "loop_b.yaml").symlink_to("loop_a.yaml")
    assert plain(read(root / "sub" / "good.yaml", root=root).value) == {"a": "b"}
    outside = "f.yaml: E-FILE-LINK: leads outside the directory that may be read"
    assert file_problem(root / "out.yaml", root) == outside
    assert file_problem(root / "updir" / "outside.yaml", root) == outside
    assert file_problem(root / ".." / "outside.yaml", root) == outside
    assert plain(read(root / "out.yaml").value) == {"secret": "text"}
    assert file_problem(root / "loop_a.yaml", root) == "f.yaml: E-FILE-LINK: symbolic links that lead in a circle"


def test_hostile_file_names(tmp_path: Path) -> None:
    for name, shown in [
        (b"z\r::stop-commands::tok\r.yaml", "z\\x0d::stop-commands::tok\\x0d.yaml"),
        (b"z\x1b]0;pwn\x07.yaml", "z\\x1b]0;pwn\\x07.yaml"),
        (b"n\xffame.yaml", "n\\udcffame.yaml"),
    ]:
        path = Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name))
        path.write_text("a: 1\na: 2\n")
        with pytest.raises(InvalidDocument) as caught:
            read(path)
        text = describe(caught.value.problems)
        assert text.startswith(f"{tmp_path}/{shown}:2:1: E-DUP-KEY: ")
        text.encode()


def test_a_file_that_grows_is_cut_off(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.yaml"
    path.write_text("a: " + "x" * 100)
    monkeypatch.setattr(documents.files, "MAX_BYTES", 64)
    with path.open("rb") as file, pytest.raises(InvalidDocument, match="E-YAML-SIZE"):
        documents.files._all(file.fileno(), 10, "f")


# Properties.

TEXTS = st.text(st.characters(codec="utf-8"), max_size=12)
KEYS = st.text(
    st.characters(min_codepoint=33, max_codepoint=0xD7A3, categories=["L", "N", "P", "S"]), min_size=1, max_size=8
)
VALUES = st.recursive(
    TEXTS, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(KEYS, inner, max_size=4), max_leaves=12
)
PIECES = [
    *"ab :-?[]{},&*!|>'\"%@`#~<\\\n\r\t.0\x85\u2028한🙂",
    "---",
    "...",
    "<<",
    ": ",
    "\n  ",
    "- ",
    "&a ",
    "*a",
    "a: ",
]
SYNTAX = st.lists(st.sampled_from(PIECES), max_size=60).map("".join)
usable = KEYS.filter(lambda key: key != "<<")


@given(st.dictionaries(usable, VALUES, min_size=1, max_size=5), st.booleans(), st.booleans())
def test_dumped_values_read_back_equal(value: dict[str, object], flow: bool, unicode: bool) -> None:
    text = yaml.safe_dump(value, default_style='"', default_flow_style=flow, allow_unicode=unicode)
    try:
        document = read_text(text, "f")
    except InvalidDocument as error:
        # Some letters and symbols are default-ignorable; and a long key makes the dumper write `? `.
        assert {problem.code for problem in error.problems} == {"E-KEY-CHARACTER"}
        return
    assert plain(document.value) == value


@given(st.dictionaries(usable, VALUES, min_size=1, max_size=5), st.booleans(), st.sampled_from(["\n", "\r\n", "\r"]))
def test_every_place_points_at_its_text(value: dict[str, object], flow: bool, end: str) -> None:
    text = yaml.safe_dump(
        value, default_style='"', default_flow_style=flow, allow_unicode=True, width=10_000, line_break=end
    )
    try:
        document = read_text(text, "f")
    except InvalidDocument:
        return
    for pointer, key, at, written in places(document):
        line = document.line_text(at[0])
        assert line is not None
        assert document.origin(pointer) == Origin("f", pointer, *at)
        assert document.key_origin(pointer) == Origin("f", pointer, *key)
        name = document.line_text(key[0])
        assert name is not None
        assert name[key[1] - 1] in '"[{-'
        if written:
            rest = line[at[1] - 1 :]
            assert rest.startswith(
                yaml.safe_dump(written, default_style='"', allow_unicode=True, width=10_000).rstrip()
            )


def refuses_or_reads(text: str | bytes) -> None:
    start = time.perf_counter()
    try:
        document = read_text(text, "f")
    except InvalidDocument as error:
        assert error.problems
        assert list(error.problems) == sorted(error.problems, key=lambda problem: problem.sort_key)
        describe(error.problems).encode()
        for problem in error.problems:
            assert problem.origin.line >= 0
    else:
        assert isinstance(document.value, Map)
        plain(document.value)
    assert time.perf_counter() - start < SLOW


@given(st.text(st.characters(), max_size=200))
@example("a: &x\n*x : *x")
@example("? ? ? a")
@example("\ufeff")
def test_any_text_is_read_or_refused(text: str) -> None:
    refuses_or_reads(text)


@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    refuses_or_reads(data)


@settings(max_examples=1500)
@given(SYNTAX)
def test_any_syntax_is_read_or_refused(text: str) -> None:
    refuses_or_reads(text)


@settings(max_examples=500)
@given(SYNTAX.filter(lambda text: "\x85" not in text and "\u2028" not in text))
@example("a: |#")
def test_values_are_those_of_the_base_loader(text: str) -> None:
    try:
        document = read_text(text, "f")
    except InvalidDocument:
        return
    try:
        other = yaml.load(text, yaml.BaseLoader)
    except yaml.composer.ComposerError:
        assert text.count("&a") > 1  # it refuses a second anchor of one name, which YAML allows
    except yaml.scanner.ScannerError:
        # it takes no tab for a blank between a key and its value, and no comment right behind `|` or `>`
        assert "\t" in text or re.search(r"[|>][-+0-9]*#", text)
    else:
        assert plain(document.value) == other


@settings(max_examples=400)
@given(SYNTAX)
def test_the_slow_parser_refuses_or_reads_too(text: str) -> None:
    try:
        source = from_bytes(text.encode(), "f")
        composed(source, PythonParser)
    except InvalidDocument as error:
        assert error.problems


@pytest.mark.parametrize("parser", PARSERS)
@pytest.mark.parametrize("escape", ["\\ud800", "\\U00110000", "\\UFFFFFFFF"])
def test_both_parsers_refuse_escapes_that_name_nothing(
    parser: Callable[[bytes], documents.parsers.Parser], escape: str
) -> None:
    with pytest.raises(InvalidDocument, match="E-ENCODING"):
        composed(from_bytes(f'a: "{escape}"\n'.encode(), "f"), parser)


# The shared corpus of hostile files, where there is one.


def test_hostile_files() -> None:
    shared = os.environ.get("AUDITOR_SHARED")
    if not shared:
        pytest.skip("AUDITOR_SHARED names no corpus")
    files = sorted((Path(shared) / "hostile" / "yaml").iterdir())
    assert files
    for path in files:
        start = time.perf_counter()
        try:
            document = read(path)
        except InvalidDocument as error:
            assert error.problems
            describe(error.problems).encode()
        else:
            assert isinstance(document, Document)
        assert time.perf_counter() - start < SLOW, path.name
