"""Values that know where they were written, and the document that answers for JSON pointers."""

import re
from array import array
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from auditor.model.values import Origin

Value: TypeAlias = "str | Map | Seq"
"""What a document is made of: text as it was written, mappings and lists."""

BOM = b"\xef\xbb\xbf"
_COLUMN = (1 << 32) - 1
_LINE_END = re.compile(rb"\r\n?|\n")
_WIDE = 32
"""From this many keys on, a map keeps an index of its keys once a place was asked for."""


class Map(dict[str, Value]):
    """A mapping as written, with its place, packed. Compares as a dict.

    Not to be changed after reading: the places would no longer belong to the keys.
    """

    __slots__ = ("index", "kept", "mark")
    index: dict[str, int]
    kept: "array[int] | Places"
    mark: int

    @property
    def marks(self) -> "array[int]":
        """Two packed places, of key and value, for each key in the order of writing."""
        if isinstance(self.kept, Places):
            self.kept = self.kept.of(self.mark)
        return self.kept

    @property
    def line(self) -> int:
        """The line the mapping starts in, from 1."""
        return (self.mark >> 32) + 1

    @property
    def column(self) -> int:
        """The column it starts at, from 1, in code points."""
        return (self.mark & _COLUMN) + 1

    def key_place(self, key: str) -> tuple[int, int]:
        """Line and column of `key`; KeyError if there is none."""
        return unpack(self.marks[2 * self._position(key)])

    def place(self, key: str) -> tuple[int, int]:
        """Line and column of the value of `key`, there where it stands (an alias, not its anchor); KeyError."""
        return unpack(self.marks[2 * self._position(key) + 1])

    def _position(self, key: str) -> int:
        if key not in self:
            raise KeyError(key)
        if len(self) < _WIDE:
            return next(position for position, known in enumerate(self) if known == key)
        if not hasattr(self, "index"):
            self.index = {}
        # While a document is read the map still grows, and may be asked for each of its keys that come twice.
        for position, known in zip(range(len(self) - 1, len(self.index) - 1, -1), reversed(self), strict=False):
            self.index[known] = position
        return self.index[key]


class Seq(list[Value]):
    """A list as written, with its place, packed. Not to be changed after reading."""

    __slots__ = ("kept", "mark")
    kept: "array[int] | Places"
    mark: int

    @property
    def marks(self) -> "array[int]":
        """One packed place for each entry."""
        if isinstance(self.kept, Places):
            self.kept = self.kept.of(self.mark)
        return self.kept

    @property
    def line(self) -> int:
        """The line the list starts in, from 1."""
        return (self.mark >> 32) + 1

    @property
    def column(self) -> int:
        """The column it starts at, from 1, in code points."""
        return (self.mark & _COLUMN) + 1

    def place(self, position: int) -> tuple[int, int]:
        """Line and column of the entry at `position`, from 0; IndexError if there is none."""
        return unpack(self.marks[position])


class Places:
    """The places of a document that was read without them, found by reading it again when one is asked for."""

    __slots__ = ("_again", "_marks")

    def __init__(self, again: Callable[[], Map]) -> None:
        self._again = again
        self._marks: dict[int, array[int]] | None = None

    def of(self, mark: int) -> "array[int]":
        """The packed places in the mapping or list that starts at `mark`; no other starts there."""
        if self._marks is None:
            self._marks = {}
            agenda: list[Value] = [self._again()]
            while agenda:
                value = agenda.pop()
                if not isinstance(value, str):
                    self._marks[value.mark] = value.marks
                    agenda.extend(value.values() if isinstance(value, Map) else value)
        return self._marks[mark]


class Lines:
    """The lines of a text in UTF-8, found again by number. LF, CR and CR LF end a line, and nothing else does.

    Questions in reading order are answered in linear time altogether: each starts where the one before ended.
    """

    __slots__ = ("_line", "_place", "_starts", "data")
    _EVERY = 256

    def __init__(self, data: bytes) -> None:
        self.data = data
        self._starts: array[int] | None = None
        first = len(BOM) if data.startswith(BOM) else 0
        self._line = 1, first
        self._place = 1, 1, first

    def text(self, line: int) -> str | None:
        """The line with this number, from 1, without its end; None if there is none."""
        start = self._start(line)
        if start is None:
            return None
        end = _LINE_END.search(self.data, start)
        return self.data[start : end.start() if end else len(self.data)].decode("utf-8", "replace")

    def offset(self, line: int, column: int) -> int:
        """The byte offset of a place; the end of the text if the line does not exist."""
        known_line, known_column, start = self._place
        if line != known_line or column < known_column:
            found = self._start(line)
            if found is None:
                return len(self.data)
            known_column, start = 1, found
        # A code point takes at most four bytes; one that is cut at the end lies behind those counted here.
        steps = column - known_column
        before = self.data[start : start + 4 * steps].decode("utf-8", "ignore")[:steps]
        offset = start + len(before.encode())
        self._place = line, column, offset
        return offset

    def place(self, offset: int) -> tuple[int, int]:
        """Line and column of a byte offset up to which the text is sound UTF-8. Linear in the offset, and quick."""
        data = self.data
        ends = data.count(b"\n", 0, offset) + data.count(b"\r", 0, offset) - data.count(b"\r\n", 0, offset)
        start = max(data.rfind(b"\n", 0, offset), data.rfind(b"\r", 0, offset)) + 1
        if start == 0 and data.startswith(BOM):
            start = len(BOM)
        return ends + 1, len(data[start:offset].decode("utf-8", "replace")) + 1

    def _start(self, line: int) -> int | None:
        known, start = self._line
        if not known <= line < known + self._EVERY:
            known, start = self._block(line)
        while known < line:
            end = _LINE_END.search(self.data, start)
            if end is None:
                return None
            known, start = known + 1, end.end()
        self._line = known, start
        return start if known == line else None

    def _block(self, line: int) -> tuple[int, int]:
        """A line at most 255 before `line`, and its start. Each 256th is kept: there may be 32 million lines."""
        if self._starts is None:
            self._starts = array("Q", [len(BOM) if self.data.startswith(BOM) else 0])
            for number, end in enumerate(_LINE_END.finditer(self.data), 1):
                if number % self._EVERY == 0:
                    self._starts.append(end.end())
        block = min(max(0, line - 1) // self._EVERY, len(self._starts) - 1)
        return block * self._EVERY + 1, self._starts[block]


@dataclass(frozen=True, slots=True)
class Document:
    """One document: its name as shown, its top mapping, the SHA-256 of its bytes in hexadecimal digits, and its file.

    The name is for people: characters that could do harm stand in it as escapes, so that it may lead nowhere.
    """

    path: str
    value: Map
    digest: str
    lines: Lines = field(repr=False, compare=False)
    file: Path | None = field(default=None, repr=False, compare=False)

    def origin(self, pointer: str) -> Origin:
        """The place of the value at a JSON pointer; that of the nearest parent that exists where it does not.

        The answer carries the pointer that was asked for.
        """
        *_, (_, mark) = self._walk(pointer)
        return Origin(self.path, pointer, *unpack(mark))

    def key_origin(self, pointer: str) -> Origin:
        """The place of the key a JSON pointer ends with; of the entry where it ends in a list; else of the parent."""
        *_, (mark, _) = self._walk(pointer)
        return Origin(self.path, pointer, *unpack(mark))

    def line_text(self, line: int) -> str | None:
        """The line with this number, from 1, without its end; None if there is none. Untrusted as the whole text."""
        return self.lines.text(line)

    def _walk(self, pointer: str) -> Iterator[tuple[int, int]]:
        """The packed places of key and value at each step of the pointer, as far as there are such values."""
        value: Value = self.value
        yield self.value.mark, self.value.mark
        for step in pointer.split("/")[1:]:
            name = step.replace("~1", "/").replace("~0", "~")
            if isinstance(value, Map) and name in value:
                position = 2 * value._position(name)
                yield value.marks[position], value.marks[position + 1]
                value = value[name]
            elif (
                isinstance(value, Seq)
                and name.isascii()
                and name.isdigit()
                and len(name) < 9
                and int(name) < len(value)
            ):
                yield value.marks[int(name)], value.marks[int(name)]
                value = value[int(name)]
            else:
                return


def unpack(mark: int) -> tuple[int, int]:
    """Line and column, both from 1, of a packed place: both from 0, the line in the upper 32 bits."""
    return (mark >> 32) + 1, (mark & _COLUMN) + 1


def plain(value: Value) -> object:
    """`value` as plain dicts, lists and texts, shared with nothing; aliases are copied out, within their budget."""
    if isinstance(value, Map):
        return {key: plain(inner) for key, inner in value.items()}
    if isinstance(value, Seq):
        return [plain(inner) for inner in value]
    return value
