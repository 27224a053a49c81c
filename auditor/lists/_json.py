"""Reads JSON element by element, so that no more than one record is held, and JSON lines; nothing twice, no NaN."""

import json
from collections.abc import Iterator
from typing import Any, BinaryIO

from auditor.lists._refused import Refused
from auditor.lists._xml import RECORDS, check_head

CHUNK = 1 << 16
RECORD = 8 << 20
"""Most characters in one record."""
_SPACE = " \t\r\n"


def elements(file: BinaryIO, key: str | None = None) -> Iterator[dict[str, Any]]:
    """The objects of an array: the whole document, or the value of `key` in it. Raises Refused."""
    reader = _Reader(file)
    opening = reader.take()
    if opening == "{" and key is not None:
        yield from _member(reader, key)
    elif opening == "[":
        yield from _array(reader)
    else:
        raise Refused("E-LIST-SCHEMA", "no_array")
    if reader.take() is not None:
        raise Refused("E-LIST-JSON", "behind")


def lines(file: BinaryIO) -> Iterator[tuple[dict[str, Any], bool]]:
    """The objects of a file that has one on each line, each with whether its line was ended. Raises Refused."""
    count = 0
    for number, line in enumerate(iter(lambda: file.readline(RECORD + 1), b""), 1):
        if number == 1:
            check_head(line)
        if len(line) > RECORD:
            raise Refused("E-LIST-LIMIT", "too_long", n=RECORD)
        if not line.strip():
            continue
        count += 1
        if count > RECORDS:
            raise Refused("E-LIST-LIMIT", "too_many", n=RECORDS)
        try:
            value = _DECODER.decode(line.decode().removeprefix("\ufeff"))
        except (ValueError, RecursionError) as error:
            raise Refused("E-LIST-JSON", "not_json", why=_why(error), line=number, column=1) from None
        if not isinstance(value, dict):
            raise Refused("E-LIST-SCHEMA", "no_object")
        yield value, line.endswith(b"\n")
    if not count:
        raise Refused("E-LIST-EMPTY", "empty")


class _Twice(ValueError):
    pass


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise _Twice("a key stands twice in one object")
    return found


def _constant(name: str) -> Any:
    raise ValueError(f"{name} is not JSON")


_DECODER = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_constant)


def _why(error: BaseException) -> str:
    if isinstance(error, RecursionError):
        return "nested too deeply"
    if isinstance(error, UnicodeDecodeError):
        return "not UTF-8"
    return error.msg if isinstance(error, json.JSONDecodeError) else str(error)


class _Reader:
    def __init__(self, file: BinaryIO) -> None:
        self._file = file
        self._left = b""
        self._text = ""
        self._at = 0
        self._over = False
        self._more()
        if not self._text.strip():
            raise Refused("E-LIST-EMPTY", "empty")

    def _more(self, size: int = CHUNK) -> bool:
        chunk = self._file.read(size)
        if not self._text and not self._over and self._at == 0 and chunk:
            check_head(chunk)
            chunk = chunk.removeprefix(b"\xef\xbb\xbf")
        if not chunk:
            self._over = True
            if self._left:
                raise Refused("E-LIST-JSON", "cut")
            return False
        data = self._left + chunk
        try:
            new, self._left = data.decode(), b""
        except UnicodeDecodeError as error:
            if len(data) - error.start > 3:
                raise Refused("E-LIST-ENCODING", "not_utf8") from None
            new, self._left = data[: error.start].decode(), data[error.start :]
        self._text = self._text[self._at :] + new
        self._at = 0
        return True

    def peek(self) -> str | None:
        """The next character that is no space."""
        while True:
            while self._at < len(self._text):
                if self._text[self._at] not in _SPACE:
                    return self._text[self._at]
                self._at += 1
            if not self._more():
                return None

    def take(self) -> str | None:
        """The same, gone past."""
        found = self.peek()
        self._at += found is not None
        return found

    def value(self) -> Any:
        """The next value; more is read until it is whole."""
        size = CHUNK
        self.peek()
        while True:
            try:
                found, end = _DECODER.raw_decode(self._text, self._at)
            except _Twice as error:
                raise Refused("E-LIST-JSON", "not_json", why=str(error)) from None
            except RecursionError as error:
                raise Refused("E-LIST-JSON", "not_json", why=_why(error)) from None
            except ValueError as error:
                near = isinstance(error, json.JSONDecodeError) and self._over
                if len(self._text) - self._at > RECORD:
                    raise Refused("E-LIST-LIMIT", "too_long", n=RECORD) from None
                size *= 2
                if not self._more(size):
                    key = "cut" if near or self._over else "not_json"
                    raise Refused("E-LIST-JSON", key, why=_why(error)) from None
                continue
            if end == len(self._text) and not self._over and not isinstance(found, dict | list | str):
                self._more()  # a number may go on
                continue
            self._at = end
            return found


def _member(reader: _Reader, key: str) -> Iterator[dict[str, Any]]:
    found = False
    if reader.peek() == "}":
        reader.take()
        raise Refused("E-LIST-SCHEMA", "no_array")
    while True:
        if reader.peek() != '"':
            raise Refused("E-LIST-JSON", "cut" if reader.peek() is None else "behind")
        name = reader.value()
        if reader.take() != ":":
            raise Refused("E-LIST-JSON", "cut" if reader.peek() is None else "behind")
        if name == key and not found:
            if reader.take() != "[":
                raise Refused("E-LIST-SCHEMA", "no_array")
            found = True
            yield from _array(reader)
        else:
            reader.value()
        match reader.take():
            case ",":
                continue
            case "}":
                break
            case other:
                raise Refused("E-LIST-JSON", "cut" if other is None else "behind")
    if not found:
        raise Refused("E-LIST-SCHEMA", "no_array")


def _array(reader: _Reader) -> Iterator[dict[str, Any]]:
    if reader.peek() == "]":
        reader.take()
        return
    count = 0
    while True:
        value = reader.value()
        if not isinstance(value, dict):
            raise Refused("E-LIST-SCHEMA", "no_object")
        count += 1
        if count > RECORDS:
            raise Refused("E-LIST-LIMIT", "too_many", n=RECORDS)
        yield value
        match reader.take():
            case ",":
                continue
            case "]":
                return
            case other:
                raise Refused("E-LIST-JSON", "cut" if other is None else "behind")
