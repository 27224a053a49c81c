"""Everyday YAML is read without a parser, and never differently: the two are held against each other."""

from collections.abc import Iterator
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.documents import MAX_NODES, Map, Seq, Value
from auditor.documents.compose import composed
from auditor.documents.everyday import everyday
from auditor.documents.parsers import fastest
from auditor.documents.places import Places
from auditor.documents.source import from_bytes
from auditor.errors import InvalidDocument

ROOT = Path(__file__).resolve().parent.parent


def read(text: str, most: int = MAX_NODES) -> Map | None:
    """What is read without the parser, which is left nothing but to find places."""
    source = from_bytes(text.encode(), "f")
    return everyday(source, Places(lambda: composed(source, fastest)), most)


def flat(value: Value) -> Iterator[object]:
    """Everything about a value, places included, without recursion."""
    agenda = [value]
    while agenda:
        at = agenda.pop()
        if isinstance(at, str):
            yield at
        else:
            yield from (type(at), at.mark, list(at.marks), list(at) if isinstance(at, Map) else len(at))
            agenda.extend(at.values() if isinstance(at, Map) else at)


def nodes(value: Value) -> int:
    """Keys, texts, mappings and lists."""
    if isinstance(value, Map):
        return 1 + sum(1 + nodes(inner) for inner in value.values())
    return 1 + sum(nodes(inner) for inner in value) if isinstance(value, Seq) else 1


def agree(text: str) -> bool:
    """Whether a text was read without the parser; fails where the parser reads it differently, or refuses it."""
    try:
        found = read(text)
    except InvalidDocument:  # the bytes are refused before either sees them
        return False
    if found is None:
        return False
    by_parser = composed(from_bytes(text.encode(), "f"), fastest)
    assert list(flat(found)) == list(flat(by_parser))
    assert read(text, nodes(by_parser) - 1) is None
    return True


@pytest.mark.parametrize(
    "text",
    [
        "a: b",
        "a:\n",
        "---\na: b\n",
        "# about\n\na: b # behind\n  # between\nc:   \n",
        "a:\n  b: c\n  d:\n    - e\n    - f: g\n      h: i\n    - j\n",
        "a:\n- b\n- c: d\n  e:\n  - f\ng: h\n",
        "a: [b, c d, 'e, f', \"g\", [h], {i: j, k: [l]}]\nm: {}\nn: [ ]\no: ['p','q']\n",
        "a: 2026-01-01T10:00\nb: https://example.org/x#y\nc: it's 5 o'clock, [maybe]\nd: NO\ne: ~\n",
        "b: 한국어 # 설명\nc: [한국, 'é']\n",
        "a: \"  two  \"\nb: ''\n",
    ],
)
def test_read_without_the_parser(text: str) -> None:
    assert agree(text)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "# nothing\n",
        "text\n",
        "- a\n",
        " a: b\n",
        "a: b\na: c\n",
        "a: {b: c, b: d}\n",
        "a: b\n  c: d\n",
        "a: b\n  c\n",
        "a:\n    b: c\n  d: e\n",
        "a:\n  b\n",
        "a:\n- b\nc: d\n- e\n",
        "a: >-\n  b\n",
        "a: |\n  b\n",
        "a: &b c\nd: *b\n",
        "a: !b c\n",
        "<<: b\n",
        "'a': b\n",
        "a b: c\n",
        "a: b: c\n",
        "a: b:\n",
        "a: 'b\n  c'\n",
        "a: 'it''s'\n",
        'a: "\\n"\n',
        "a: [b,\n  c]\n",
        "a: [b, ]\n",
        "a: [b: c]\n",
        "a: {b, c}\n",
        "a: {b: c} d\n",
        "a: [b]# c\n",
        "a: ]\n",
        "a: [",
        "a:\tb\n",
        "a: b\r\n",
        "a: b\n---\nc: d\n",
        "a: b\n...\n",
        "%YAML 1.2\n",
        "a: -b\n",
        "- - a\n",
        "\ufeffa: b\n",
        "a: b\u2028c: d\n",
        "".join(f"{' ' * n}a:\n" for n in range(40)),
        "a: " + "[" * 40 + "]" * 40 + "\n",
    ],
)
def test_left_to_the_parser(text: str) -> None:
    try:
        assert read(text) is None
    except InvalidDocument:
        assert text.startswith("%")


VALUES = (
    *("x", "a b", "a: b", "a:b", "a #b", "a# b", "#c", "'q'", '"q"', "'a''b'", '"a\\nb"', "'a", "[a, b]", "[ a , b ]"),
    *("[]", "{ }", "{a: b}", "{a: b, c: [d, {e: f}]}", "{a: }", "{a}", "[a, ]", "[a: b]", "[[a], [b]]", "{a: b}x"),
    *("[a]  # c", "[a]# c", "'q' # c", "'q'# c", "*a", "&a b", "!a b", "|", ">", "- x", "-x", "---", "? x", ":x", "::"),
    *("<<", "a,b", "a]", "x ", "한국어", "\u00a0x", "a\u00a0# b", "a\tb", "x:", "1:30", "[a?b]", "[-b]", "\\", ""),
)
KEYS = ("a", "b", "c", "d", "key-1", "x/y", "0", "a", "b", "c", "d", "a b", "é", "'q'", "?", "<<", "[a]", "&x a")
ENDS = (*["\n"] * 12, "\n\n", "  \n", " # c\n", "\n   # c\n", "\r\n", "", "\n---\n", "\n \n")


def line(draw: Random) -> str:
    """One line, mostly well-formed by itself."""
    start = " " * draw.choice((0, 0, 0, 2, 2, 2, 4, 4, 1)) + draw.choice(("", "", "", "", "- ", "- ", "- - "))
    if draw.random() < 0.1:
        return start + draw.choice(VALUES) + draw.choice(ENDS)
    behind = draw.choice((":", ":", ": ", ": ", ": ", ": ", " : ", ":  "))
    value = "" if behind == ":" else draw.choice(VALUES if draw.random() < 0.4 else VALUES[:2])
    return start + draw.choice(KEYS) + behind + value + draw.choice(ENDS)


def tree(draw: Random, indent: int = 0) -> list[str]:
    """The lines of a mapping as people write them."""
    lines = []
    for key in draw.sample("abcdefgh", draw.randint(1, 4)):
        roll = draw.random()
        head = " " * indent + key
        if roll < 0.5 or indent > 8:
            lines.append(f"{head}: {draw.choice(VALUES) if draw.random() < 0.1 else 'some words'}")
        elif roll < 0.7:
            lines += [f"{head}:", *tree(draw, indent + draw.choice((2, 2, 4)))]
        else:
            lines.append(f"{head}:")
            at = indent + draw.choice((0, 2))
            for entry in (tree(draw, at + 2) for _ in range(draw.randint(1, 3))):
                lines += [" " * at + "- " + entry[0].lstrip(" "), *entry[1:]]
    return lines


def changed(draw: Random, text: str) -> str:
    """A text with a few characters put in, replaced or taken out."""
    letters = list(text)
    for _ in range(draw.randint(0, 3)):
        at = draw.randrange(len(letters))
        letters[at : at + draw.choice((0, 1))] = draw.choice((*"  \n\n:-#[]{},'\"?&*!|>%@`~ab\\", ""))
    return "".join(letters)


@settings(max_examples=400, deadline=None)
@given(st.integers(0, 2**32))
def test_lines_at_random(seed: int) -> None:
    draw = Random(seed)
    agree("".join(line(draw) for _ in range(draw.randint(1, 6))))


def test_trees_at_random() -> None:
    draw = Random(1)
    texts = ["\n".join(tree(draw)) + draw.choice(("", "\n", " ")) for _ in range(400)]
    assert sum(map(agree, texts)) > 150
    assert sum(agree(changed(draw, text)) for text in texts for _ in range(5)) > 300


def test_shipped_files() -> None:
    folders = ("inventories", "examples", "rules", "auditor/knowledge")
    files = sorted(f for folder in folders for f in (ROOT / folder).rglob("*.yaml"))
    read_here = {f for f in files if agree(f.read_text(encoding="utf-8"))}
    assert any(f.parent.name == "inventories" for f in read_here)
