"""The everyday part of YAML, read a line at a time: much faster than by a parser's events, and not differently.

It is what programs write and most people too: block mappings and lists, texts on one line, lists and mappings in
brackets on one line, comments. At the first line that is anything else, or wrong, the whole document is left to the
parser, which alone refuses. What is read here it reads the same; tests hold the two against each other.
"""

import re
from typing import Any

from auditor.documents.places import BOM, Map, Places, Seq
from auditor.documents.source import Source

MAX_STACK = 24
"""Deepest nesting that is read here; deeper is left to the parser."""

_CHUNK = 1 << 16
"""About how many characters are cut into lines at once."""

_FIRST = r"""[^\s\-?:,\[\]{}\#&*!|>'"%@`]"""
"""What a text without quotes starts with. Some of the others may, too, where something else follows."""

_LINE = re.compile(
    rf"""
    (\ *+)                                                                  # the indentation
    (?:
      (-\ )?+                                                               # an entry of a list
      (?:([A-Za-z0-9_][\w./-]*+):(?:\ |(?=\n)))?+                           # a key
      (?:({_FIRST}[^\n\r\t:\#]*+(?:(?::(?![\ \n\r\t])|(?<!\ )\#)[^\n\r\t:\#]*+)*+)   # a text without quotes
        |(["'\[{{][^\n\r\t]*+))?+                                           # one in quotes, or brackets
      \ *+(?:(?<=\ )\#[^\n\r]*+)?+\n
    | \#[^\n\r]*+\n
    | ([^\n]*+\n)                                                           # anything else
    )
    """,
    re.VERBOSE | re.ASCII,
)
_QUOTED = re.compile(r""""([^"\\]*+)"|'([^']*+)'""")
_PLAIN = rf"""{_FIRST}[^,\[\]{{}}:#?]*+"""
_IN_BRACKETS = re.compile(_PLAIN, re.ASCII)
_FLAT = re.compile(rf"\[({_PLAIN}(?<!\ )(?:,\ {_PLAIN}(?<!\ ))*+)\]", re.ASCII)
_KEY_IN_BRACKETS = re.compile(r"([A-Za-z0-9_][\w./-]*+): ++", re.ASCII)
_NEXT = re.compile(r" *+(,|\]|\}) *+")
_REST = re.compile(r" *+(?:(?<= )#.*+)?+")


class _OtherYaml(Exception):
    """Something that is not read here."""


def everyday(source: Source, places: Places, most: int) -> Map | None:
    """The top mapping of a document, if it holds nothing but everyday YAML and at most so many nodes; else None.

    `places` finds the places of its keys and values, which are not kept.
    """
    data = source.data
    # Never fewer than there are: each is a key, its value, or an entry, and the parser counts exactly.
    nodes = 1 + 2 * data.count(b":") + data.count(b"- ") + data.count(b",") + data.count(b"[")
    if source.stand_ins or data.startswith(BOM) or nodes > most:
        return None
    try:
        return _Lines(places).read(data.decode())
    except (_OtherYaml, IndexError):  # brackets that end too early
        return None


class _Lines:
    """One reading of one document."""

    def __init__(self, places: Places) -> None:
        self._places = places
        self._known: dict[str, str] = {}

    def read(self, text: str) -> Map:  # noqa: PLR0915  # one loop, for speed
        """The top mapping. Raises `_OtherYaml`."""
        ragged = " \n" in text or " #" in text or text.endswith(" ")
        number, start = (1, 4) if text.startswith("---\n") else (0, 0)
        top = self._map(0)
        current: Any = top
        at = 0  # the indentation of `current`
        pending: str | None = None  # a key of `current` without a value so far
        ready = -1  # the indentation at which another key of `current` is expected
        stack: list[tuple[Any, int]] = []
        known = self._known
        first = True
        size = len(text)
        while start < size:
            end = text.find("\n", start + _CHUNK) + 1 or size
            chunk = text[start:end]
            start = end
            if chunk[-1] != "\n":
                chunk += "\n"
            for indent, dash, written, plain, other, strange in _LINE.findall(chunk):
                column = len(indent)
                if plain and column == ready and not dash and written:  # most lines are such: `key: some text`
                    key = known.setdefault(written, written)
                    if key in current:
                        raise _OtherYaml
                    current[key] = plain.rstrip(" ") if ragged else plain
                    number += 1
                    continue
                ready = -1
                if dash:
                    if pending is not None:
                        if column >= at:
                            current, at = self._opened(stack, current, at, pending, Seq(), number, column), column
                        else:
                            current[pending] = ""
                        pending = None
                    while at > column:
                        current, at = stack.pop()
                    if at != column or current.__class__ is not Seq:
                        raise _OtherYaml
                    if written:
                        column += 2
                        stack.append((current, at))
                        inner = self._map(number << 32 | column)
                        current.append(inner)
                        current, at = inner, column
                    elif plain:
                        current.append(plain.rstrip(" ") if ragged else plain)
                        number += 1
                        continue
                    elif other:
                        current.append(self._other(other, number << 32 | column + 2))
                        number += 1
                        continue
                    else:
                        raise _OtherYaml
                elif written:
                    if pending is not None:
                        if column > at:
                            current, at = self._opened(stack, current, at, pending, Map(), number, column), column
                        else:
                            current[pending] = ""
                        pending = None
                    while at > column:
                        current, at = stack.pop()
                    if current.__class__ is Seq and at == column:
                        current, at = stack.pop()
                    if at != column or current.__class__ is not Map:
                        raise _OtherYaml
                    if first:
                        top.mark, first = number << 32, False
                elif strange or plain or other:
                    raise _OtherYaml
                else:  # nothing, or a comment
                    number += 1
                    continue
                key = known.setdefault(written, written)
                if key in current:
                    raise _OtherYaml
                if plain:
                    current[key] = plain.rstrip(" ") if ragged else plain
                elif other:
                    current[key] = self._other(other, number << 32 | column + len(key) + 2)
                else:
                    pending = key
                if pending is None:
                    ready = column
                number += 1
        if pending is not None:
            current[pending] = ""
        if first:
            raise _OtherYaml
        return top

    def _opened(
        self, stack: list[tuple[Any, int]], current: Any, at: int, key: str, value: Map | Seq, line: int, column: int
    ) -> Any:
        """A container that starts in a line of its own as the value of `key`."""
        if len(stack) >= MAX_STACK:
            raise _OtherYaml
        value.mark = line << 32 | column
        value.kept = self._places
        current[key] = value
        stack.append((current, at))
        return value

    def _map(self, mark: int) -> Map:
        found = Map()
        found.mark = mark
        found.kept = self._places
        return found

    def _other(self, text: str, mark: int) -> str | Map | Seq:
        """A value in quotes or brackets, which starts at `mark` and takes the rest of the line."""
        flat = _FLAT.fullmatch(text)
        if flat is not None:
            found = Seq(flat[1].split(", "))
            found.mark = mark
            found.kept = self._places
            return found
        value, at = self._in_brackets(text, 0, mark, 0)
        if at != len(text) and _REST.fullmatch(text, at) is None:
            raise _OtherYaml
        return value

    def _in_brackets(self, text: str, at: int, mark: int, depth: int) -> tuple[str | Map | Seq, int]:
        """The value that starts at an index of `text`, and the index behind it; `mark` is the place of index 0."""
        character = text[at]
        if character in "\"'":
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                raise _OtherYaml
            return quoted[quoted.lastindex or 0], quoted.end()
        if character not in "[{":
            plain = _IN_BRACKETS.match(text, at)
            if plain is None:
                raise _OtherYaml
            return plain[0].rstrip(" "), plain.end()
        if depth > MAX_STACK:
            raise _OtherYaml
        found: Any = Seq() if character == "[" else Map()
        found.mark = mark + at
        found.kept = self._places
        closing = "]" if character == "[" else "}"
        at += 1
        while text[at] == " ":
            at += 1
        if text[at] == closing:
            return found, at + 1
        while True:
            if closing == "]":
                value, at = self._in_brackets(text, at, mark, depth + 1)
                found.append(value)
            else:
                key = _KEY_IN_BRACKETS.match(text, at)
                if key is None or key[1] in found:
                    raise _OtherYaml
                name = self._known.setdefault(key[1], key[1])
                found[name], at = self._in_brackets(text, key.end(), mark, depth + 1)
            after = _NEXT.match(text, at)
            if after is None:
                raise _OtherYaml
            if after[1] == closing:
                return found, after.end(1)
            if after[1] != ",":
                raise _OtherYaml
            at = after.end()
