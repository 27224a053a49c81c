"""Bytes to text that a YAML parser may see: UTF-8 without control characters, directives or foreign line ends."""

import hashlib
import re
from dataclasses import dataclass
from typing import Never

from auditor.documents.files import must_fit
from auditor.documents.places import BOM, Lines
from auditor.errors import InvalidDocument, Problem
from auditor.messages import sentence
from auditor.model.values import Origin

# What YAML does not allow in a text; a byte order mark in the middle included.
_FORBIDDEN_BYTE = re.compile(rb"[^\t\n\r\x20-\x7e]")
_FORBIDDEN = r"[\0-\x08\v\f\x0e-\x1f\x7f-\x84\x86-\x9f\ud800-\udfff\ufeff\ufffe\uffff]"
_FOREIGN_ENDS = "\x85\u2028\u2029"
_FOREIGN_END = re.compile(f"[{_FOREIGN_ENDS}]")
_PRIVATE = r"[\ue000-\uf8ff]"
_PRIVATE_HEX = re.compile(r"(?=([ef][0-9a-f]{3}))", re.IGNORECASE)
_PRIVATE_RANGE = range(0xE000, 0xF900)

# Possessive: linear in time, and no memory for a way back.
_BLANK = re.compile(rb"(?:[ \t\r\n]++|#[^\r\n]*+)*+")
_BLANK_OR_END = re.compile(rb"(?:[ \t\r\n]++|(?<=[ \t\r\n])#[^\r\n]*+|(?<=[\r\n])\.\.\.(?=[ \t\r\n]|\Z))*+")

_UTF8_HINT = "E-ENCODING.utf8_hint"


StandIns = tuple[tuple[str, str], ...]
"""Pairs of a foreign line end and the character that stands for it before the parser."""


@dataclass(frozen=True, slots=True)
class Source:
    """A text that passed: `data` for the parser, its stand-ins for foreign line ends, and the lines as given."""

    shown: str
    data: bytes
    stand_ins: StandIns
    lines: Lines
    digest: str

    def restored(self, value: str) -> str:
        """`value` with the foreign line ends that were written."""
        for end, stand_in in self.stand_ins:
            value = value.replace(stand_in, end)
        return value

    def origin(self, line: int, column: int, pointer: str = "") -> Origin:
        """A place in this text."""
        return Origin(self.shown, pointer, line, column)

    def rest(self, line: int, column: int) -> tuple[bytes, int, int]:
        """What follows a place after blanks, comments and `...`: its first three bytes, its line and its column."""
        data = self.lines.data
        at = _BLANK_OR_END.match(data, self.lines.offset(line, column)).end()  # type: ignore[union-attr]  # may be empty
        if at == len(data):
            return b"", 0, 0
        return data[at : at + 3], *self.lines.place(at)


def from_text(text: str, shown: str) -> Source:
    """A text in memory. Raises `InvalidDocument`."""
    must_fit(len(text), shown)
    try:
        data = text.encode()
    except UnicodeEncodeError as error:
        before = text[: error.start].encode()
        message = f"U+{ord(text[error.start]):04X}, half of a surrogate pair, is no character"
        _refuse(shown, *Lines(before).place(len(before)), message, None)
    return from_bytes(data, shown)


def from_bytes(data: bytes, shown: str) -> Source:
    """The bytes of a file. Raises `InvalidDocument` with E-YAML-SIZE, E-ENCODING or E-YAML-DIRECTIVE."""
    must_fit(len(data), shown)
    lines = Lines(data)
    given = data
    stand_ins: StandIns = ()
    if data.isascii():
        found = _FORBIDDEN_BYTE.search(data)
        if found:
            _forbidden(found.start(), found.group()[0], lines, shown)
    else:
        text = _decoded(data, lines, shown)
        wrong = re.compile(_FORBIDDEN).search(text, 1 if data.startswith(BOM) else 0)
        if wrong:
            _forbidden(len(text[: wrong.start()].encode()), ord(wrong.group()), lines, shown)
        if _FOREIGN_END.search(text):
            stand_ins = tuple(zip(_FOREIGN_ENDS, _stand_ins(text, shown), strict=True))
            for end, stand_in in stand_ins:
                given = given.replace(end.encode(), stand_in.encode())
    _no_directive(lines, shown)
    return Source(shown, given, stand_ins, lines, hashlib.sha256(data).hexdigest())


def _decoded(data: bytes, lines: Lines, shown: str) -> str:
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return _refuse(shown, 1, 1, sentence("E-ENCODING.utf16"))
    try:
        return data.decode()
    except UnicodeDecodeError as error:
        at = error.start
        message = sentence("E-ENCODING.not_utf8", byte=f"{data[at]:02x}", at=at)
        return _refuse(shown, *lines.place(at), message)


def _forbidden(offset: int, point: int, lines: Lines, shown: str) -> Never:
    if point == 0:
        _refuse(shown, *lines.place(offset), sentence("E-ENCODING.nul", at=offset))
    message = sentence("E-ENCODING.forbidden", point=f"{point:04X}", at=offset)
    _refuse(shown, *lines.place(offset), message, "E-ENCODING.forbidden_hint")


def _stand_ins(text: str, shown: str) -> list[str]:
    """A private-use character, one code point for one, for each foreign line end.

    libyaml ends a line at U+0085, U+2028 and U+2029, so that the text of a comment could become a live key. The
    stand-ins occur nowhere in the text, not even as the digits of an escape, so that turning them back is exact.
    """
    used = {ord(character) for character in re.findall(_PRIVATE, text)}
    if "\\" in text:
        used.update(int(found.group(1), 16) for found in _PRIVATE_HEX.finditer(text))
    free = [chr(point) for point in _PRIVATE_RANGE if point not in used]
    if len(free) < len(_FOREIGN_ENDS):
        _refuse(shown, 0, 0, sentence("E-ENCODING.private"), None)
    return free[: len(_FOREIGN_ENDS)]


def _no_directive(lines: Lines, shown: str) -> None:
    """Refuses `%` directives before the parser sees them: 200,000 of them keep libyaml busy for a minute."""
    data = lines.data
    at = _BLANK.match(data, len(BOM) if data.startswith(BOM) else 0).end()  # type: ignore[union-attr]  # may be empty
    if data[at : at + 1] == b"%":
        line, column = lines.place(at)
        if column == 1:
            raise InvalidDocument(directive(Origin(shown, "", line, column)))


def directive(origin: Origin) -> Problem:
    """A `%` directive, wherever it stands."""
    return Problem(
        origin,
        "E-YAML-DIRECTIVE",
        sentence("E-YAML-DIRECTIVE.directive"),
        sentence("E-YAML-DIRECTIVE.directive_hint"),
    )


def _refuse(shown: str, line: int, column: int, message: str, hint: str | None = _UTF8_HINT) -> Never:
    """With the sentence that `hint` is the key of."""
    told = sentence(hint) if hint else None
    raise InvalidDocument(Problem(Origin(shown, "", line, column), "E-ENCODING", message, told))
