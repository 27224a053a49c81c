"""Reads CSV strictly, row by row: UTF-8 only, every row as wide as the first, and a last line that was ended."""

import csv
from collections.abc import Iterator, Sequence
from typing import BinaryIO

from auditor.lists._refused import Refused
from auditor.lists._xml import RECORDS, check_head

LINE = 4 << 20
"""Most bytes in one line."""
FIELD = 1 << 20
"""Most characters in one cell."""
END_MARK = b"\x1a"
"""What OFAC's files end with since the days of CP/M."""


class Csv:
    """One file: after the last row, `ended` says whether its last line was ended, `marked` whether by an end mark.

    `skip` lines stand before the table; `short` empty cells may be left out at the end of a row. It is UTF-8,
    unless a layout is known to be written in another `encoding`.
    """

    def __init__(
        self,
        file: BinaryIO,
        *,
        delimiter: str = ",",
        width: int | None = None,
        skip: int = 0,
        short: int = 0,
        encoding: str = "utf-8",
    ) -> None:
        self._file = file
        self._delimiter = delimiter
        self._skip = skip
        self._short = short
        self._encoding = encoding
        self.width = width
        self.line = 0
        self.preface: list[str] = []
        self.ended = False
        self.marked = False

    def rows(self) -> Iterator[list[str]]:
        """Every row that is not blank. Raises Refused for a ragged row, an open quote, NUL, or what is not UTF-8."""
        lines = self._lines()
        for _ in range(self._skip):
            self.preface.append(next(lines, "").rstrip("\r\n"))
        csv.field_size_limit(FIELD)
        reader = csv.reader(lines, delimiter=self._delimiter, strict=True)
        try:
            for count, row in enumerate(reader):
                if count > RECORDS * 4:
                    raise Refused("E-LIST-LIMIT", "too_many", n=RECORDS)
                if not any(cell.strip() for cell in row):
                    continue
                if self.width is None:
                    self.width = len(row)
                elif self.width - self._short <= len(row) < self.width:
                    row.extend([""] * (self.width - len(row)))
                elif len(row) != self.width:
                    raise Refused("E-LIST-CSV", "ragged", found=len(row), wanted=self.width, line=self.line, column=1)
                yield row
        except csv.Error as error:
            raise Refused("E-LIST-CSV", "not_csv", why=str(error), line=self.line, column=1) from None

    def table(self, required: Sequence[str]) -> Iterator[dict[str, str]]:
        """The rows under their header, cells stripped. Raises Refused if a column is missing or there twice."""
        rows = self.rows()
        header = [cell.strip() for cell in next(rows, [])]
        if not header:
            raise Refused("E-LIST-EMPTY", "empty")
        missing = [name for name in required if name not in header]
        if missing:
            raise Refused("E-LIST-SCHEMA", "columns", missing=", ".join(missing))
        twice = sorted({name for name in header if name and header.count(name) > 1})
        if twice:
            raise Refused("E-LIST-SCHEMA", "columns_twice", names=", ".join(twice))
        for row in rows:
            yield {name: cell.strip() for name, cell in zip(header, row, strict=True) if name}

    def _lines(self) -> Iterator[str]:
        first = True
        while line := self._file.readline(LINE + 1):
            self.line += 1
            if len(line) > LINE:
                raise Refused("E-LIST-LIMIT", "too_long", n=LINE)
            if first:
                check_head(line)
                line = line.removeprefix(b"\xef\xbb\xbf")
                first = False
            if END_MARK in line:
                line = self._marked(line)
                if not line:
                    return
            self.ended = self.marked or line.endswith((b"\n", b"\r"))
            try:
                text = line.decode(self._encoding)
            except UnicodeDecodeError as error:
                raise Refused("E-LIST-ENCODING", "not_utf8", line=self.line, column=error.start + 1) from None
            if "\0" in text:
                raise Refused("E-LIST-CSV", "nul", line=self.line, column=text.index("\0") + 1)
            yield text
        if first:
            raise Refused("E-LIST-EMPTY", "empty")

    def _marked(self, line: bytes) -> bytes:
        """What stands before the end mark; behind it there may be nothing but the end of a line."""
        text, _, behind = line.partition(END_MARK)
        if behind.strip(b"\r\n" + END_MARK) or self._file.read(1):
            raise Refused("E-LIST-CSV", "end_mark", line=self.line, column=len(text) + 1)
        self.ended = self.marked = True
        return text
