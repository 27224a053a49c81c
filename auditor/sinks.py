"""Where untrusted text leaves the product: one function per place, each with its own result type.

Text from an inventory, a list, a file name or a web page is unsafe until one of these functions has made it safe. Code
that writes to a terminal, a CI log, a page, a cell or a widget takes the matching type: forgetting is a type error.
The types are made in this room alone. What is put together with `+`, `join` or an f-string is an ordinary text again;
the functions under "lines" put safe pieces together, and `output` makes bytes of finished lines and of nothing else.
"""

import re
from collections.abc import Iterable
from functools import cache
from typing import Literal, NewType, overload

TerminalText = NewType("TerminalText", str)
"""One line without any character that moves, hides, reorders or recolours text on a terminal."""

CiText = NewType("CiText", str)
"""One line that no CI runner reads as a command, also as the data of a GitHub workflow command."""

CiProperty = NewType("CiProperty", str)
"""A property of a GitHub workflow command, which ends at `,` or `:`."""

HtmlText = NewType("HtmlText", str)
"""Text for HTML, between tags or inside a quoted attribute."""

CellText = NewType("CellText", str)
"""Text for a CSV or spreadsheet cell that no program takes for a formula."""

MarkupText = NewType("MarkupText", str)
"""Text for Textual and Rich markup that opens no tag."""

MarkdownText = NewType("MarkdownText", str)
"""Text for one line, or one table cell, of GitHub's Markdown that is shown literally: no link, no mark, no tag."""

SarifText = NewType("SarifText", str)
"""Text of a SARIF message, with no placeholder and no link in it."""

SarifMarkdown = NewType("SarifMarkdown", str)
"""Paragraphs of Markdown of a SARIF message, with no placeholder in them."""

LogLine = NewType("LogLine", str)
"""A finished line of output that no CI runner reads as a command; or a command of our own."""

LogText = NewType("LogText", str)
"""Finished lines, without a last newline."""

Output = NewType("Output", bytes)
"""What a reporter hands over, or a part of it: UTF-8 of what has gone through a sink."""

Colour = Literal["1", "2", "31", "33", "35", "36", "1;31"]
"""What `ESC [ … m` may set: bold, faint, and some colours."""

Glue = Literal["- ", ": ", " ", " (", ")", "… "]
"""Marks of our own that stand between pieces of Markdown."""

JsonText = NewType("JsonText", str)
"""JSON whose strings hold no hidden character and nothing that a CI runner reads as a command, except escaped."""

ELLIPSIS = "…"

# C0, DEL, C1; soft hyphen and joiners; bidi controls; line and paragraph separators; variation selectors; fillers that
# show nothing; byte order mark; tags; lone surrogates; noncharacters. U+200D and U+FE0F are judged by `_unsafe` itself.
_HIDDEN = (
    r"\x00-\x1f\x7f-\x9f\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b\u200c\u200e\u200f\u2028-\u202e"
    r"\u2060-\u206f\u3164\ufe00-\ufe0e\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\ud800-\udfff\U0001bca0-\U0001bca3"
    r"\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
)
_PICTURE = r"\u203c-\u3299\U0001f000-\U0001faff"
"""Blocks that hold emoji: only between these may a joiner stand, only behind these a variation selector."""

_SHOWN_BUT_HIDDEN = frozenset(
    "\u034f\u115f\u1160\u17b4\u17b5\u180b\u180c\u180d\u180f\u3164\uffa0\ufe0f"
    + "".join(map(chr, (*range(0xFE00, 0xFE0F), *range(0xE0100, 0xE01F0))))
)
"""What Unicode counts as printable and nobody sees: where a printable text has none of it, no pattern is asked."""

_NARROW = frozenset("–—‘’“”•…→─│├└").union(map(chr, (*range(0x20, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x300))))
"""Characters of one column: Latin letters, and what our own sentences and drawings have."""

_FORMULA = ("=", "+", "-", "@", "\t", "\r", "＝", "＋", "－", "＠")


# Patterns over all of Unicode take milliseconds to compile, and most runs need none of them.
@cache
def _unsafe() -> re.Pattern[str]:
    return re.compile(
        rf"[{_HIDDEN}]|(?<![{_PICTURE}])\ufe0f(?!\u20e3)|(?<![{_PICTURE}\ufe0f])\u200d|\u200d(?![{_PICTURE}])"
    )


@cache
def _invisible() -> re.Pattern[str]:
    return re.compile(rf"[{_HIDDEN}\u200d\ufe0f\xa0\u1680\u2000-\u200a\u202f\u205f\u2800\u3000]")


@cache
def _unsafe_json() -> re.Pattern[str]:
    return re.compile(rf"{_unsafe().pattern}|{_JSON_COMMAND}")


_COMMAND = r"##(?=\[|[A-Za-z])"
_JSON_COMMAND = r"(?<=#)#(?=\[|[A-Za-z])"
_LEADING_COLONS = r"^(\s*):(?=:)"
_MARKDOWN = r"(?i)[\\`*_\[\]<>#|~&$]|(?<=[A-Za-z]):(?=//)|(?<=www)\."
_BLOCK = r"^([0-9]*)([-+=.):])"
"""What begins a list, a rule or an underline; and the colons of a CI command."""
_BEFORE_BRACKET = r"\\(?=\[|\Z)"


def terminal(text: str) -> TerminalText:
    """`text` on one line with every control, bidi, zero-width or other hidden character written as `\\x1b`, `\\u202e`.

    Newline and tab count as controls. Hangul, CJK, combining accents and emoji sequences stay. Calling it twice changes
    nothing more.
    """
    if _plain(text):
        return TerminalText(text)
    return TerminalText(_unsafe().sub(_escape, text))


def ci_log(text: str) -> CiText:
    """`text` for a CI log line or the data of a GitHub workflow command (`::error::DATA`).

    `%`, CR and LF become `%25`, `%0D`, `%0A` as GitHub decodes them; the rest as on a terminal. A leading `::` and
    `##[`, `##vso[`, `##teamcity[` anywhere (runners look for them inside a line, too) are broken by an escape.
    """
    data = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return CiText(log_line(terminal(data)))


def ci_property(text: str) -> CiProperty:
    """`text` as a property of a GitHub workflow command (`::error file=PROPERTY::`): `:` and `,` are escaped, too."""
    return CiProperty(ci_log(text).replace(":", "%3A").replace(",", "%2C"))


def log_line(line: TerminalText | MarkdownText | CiText) -> LogLine:
    """A line that is safe for a terminal, with what runners take for a command broken by an escape.

    For the last step of output: a command begins a line, behind spaces too (`::error::`), or stands anywhere in it
    (`##[`, `##vso[`, `##teamcity[`), and only who writes the line knows where it begins.
    """
    text = re.sub(_COMMAND, r"#\\x23", line) if "##" in line else line
    return LogLine(re.sub(_LEADING_COLONS, r"\1\\x3a", text) if "::" in text else text)


def json_text(data: str) -> JsonText:
    """JSON on one line that means the same: hidden characters as `\\u009b`, and `##[` as `#\\u0023[`."""
    if "##" not in data and _plain(data):
        return JsonText(data)
    return JsonText(_unsafe_json().sub(_json_escape, data))


def markdown(text: str) -> MarkdownText:
    """`text` for Markdown as GitHub reads it, in a line or a table cell, shown literally.

    Links, also bare addresses, emphasis, code, mathematics, HTML, headings, quotes, lists and tables are escaped; a
    comment behind `@` keeps it from naming a user or becoming an address of mail.
    """
    line = terminal(text).strip()
    escaped = re.sub(_BLOCK, r"\1\\\2", re.sub(_MARKDOWN, r"\\\g<0>", line))
    return MarkdownText(escaped.replace("@", "@<!-- -->"))


def sarif(text: str, most: int) -> SarifText:
    """`text` for a SARIF message, at most `most` characters, shown literally.

    Braces are doubled, for `{0}` would be a placeholder (SARIF 2.1.0, 3.11.5). What would be a link (3.11.6), as in
    `[text](1)`, gets a space instead of backslashes: viewers differ in what they make of those.
    """
    doubled = _no_placeholder(terminal(text))
    if len(doubled) <= most:
        return SarifText(doubled)
    cut = doubled[: most - 1]
    brace = cut[-1:] if cut.endswith(("{", "}")) else ""
    halved = brace and (len(cut) - len(cut.rstrip(brace))) % 2
    return SarifText((cut[:-1] if halved else cut) + ELLIPSIS)


def html(text: str) -> HtmlText:
    """`text` for HTML, between tags or in a quoted attribute; hidden characters are made visible as on a terminal."""
    from html import escape  # noqa: PLC0415 - its table of entities, which only pages need

    return HtmlText(escape(terminal(text), quote=True))


def cell(text: str) -> CellText:
    """`text` for a spreadsheet or CSV cell: a start of a formula, also behind spaces, gets an apostrophe before it."""
    risky = text.startswith(_FORMULA) or text.lstrip().startswith(_FORMULA)
    return CellText("'" + terminal(text) if risky else terminal(text))


def markup(text: str) -> MarkupText:
    """`text` for Textual and Rich markup, shown literally.

    A backslash before `[` or at the very end is written `\\x5c`: Rich would let it cancel our escape, both would let it
    cancel the bracket of a tag that the template puts behind the text.
    """
    return MarkupText(re.sub(_BEFORE_BRACKET, r"\\x5c", terminal(text)).replace("[", "\\["))


def first_invisible(text: str) -> str | None:
    """The first character of `text` that a reader cannot see or tell from a space; None if there is none.

    Stricter than `terminal`: for keys and identifiers, where joiners of emoji and foreign spaces are disguises too.
    """
    if _plain(text) and "\u2800" not in text:
        return None
    found = _invisible().search(text)
    return found.group() if found else None


def width(text: str) -> int:
    """Columns that `text` takes on a terminal; Hangul and CJK take two; control characters count nothing."""
    if (text.isascii() and text.isprintable()) or _NARROW.issuperset(text):
        return len(text)
    from wcwidth import wcswidth, wcwidth  # noqa: PLC0415 - its tables, which only other scripts need

    columns = wcswidth(text)
    return columns if columns >= 0 else sum(max(0, wcwidth(character)) for character in text)


# What is cut or wrapped stays as safe as it was.
@overload
def fit(text: TerminalText, columns: int) -> TerminalText: ...
@overload
def fit(text: str, columns: int) -> str: ...
def fit(text: str, columns: int) -> str:
    """`text`, cut to at most `columns` columns; a cut text ends with `…`."""
    if columns <= 0:
        return ""
    if len(text) <= 64 + 8 * columns and width(text) <= columns:
        return text
    return _head(text, columns - 1) + ELLIPSIS


@overload
def pad(text: TerminalText, columns: int) -> TerminalText: ...
@overload
def pad(text: str, columns: int) -> str: ...
def pad(text: str, columns: int) -> str:
    """`text` in exactly `columns` columns: filled with spaces on the right, or cut with `…`."""
    fitted = fit(text, columns)
    return fitted + " " * (columns - width(fitted))


@overload
def wrap(text: TerminalText, columns: int) -> list[TerminalText]: ...
@overload
def wrap(text: str, columns: int, indent: str = "") -> list[str]: ...
def wrap(text: str, columns: int, indent: str = "") -> list[TerminalText] | list[str]:
    """`text` broken at spaces and newlines into lines of at most `columns` columns, each starting with `indent`.

    A word longer than a line is cut by width. There is always at least one line, and each takes at least one character,
    also where `columns` leaves no room for it.
    """
    room = max(1, columns - width(indent))
    lines: list[str] = []
    line, used = "", 0
    for word in text.replace("\n", " ").split(" "):
        if not word:
            continue
        size = width(word)
        if line and used + 1 + size <= room:
            line, used = f"{line} {word}", used + 1 + size
            continue
        if line:
            lines.append(indent + line)
        rest = word
        while size > room and len(rest) > 1:
            head = _head(rest, room) or rest[0]
            lines.append(indent + head)
            rest = rest[len(head) :]
            size = width(rest)
        line, used = rest, size
    if line or not lines:
        lines.append(indent + line)
    return lines


# -- lines ---------------------------------------------------------------------------------------------------------


def together(*parts: TerminalText) -> TerminalText:
    """Pieces of one line on a terminal, one after the other."""
    return TerminalText("".join(parts))


def painted(text: TerminalText, colour: Colour) -> TerminalText:
    """`text` in a colour: the only place where an escape sequence is made."""
    return TerminalText(f"\x1b[{colour}m{text}\x1b[0m")


@overload
def clip(text: TerminalText, most: int) -> TerminalText: ...
@overload
def clip(text: LogLine, most: int) -> LogLine: ...
def clip(text: str, most: int) -> str:
    """`text`, cut to at most `most` characters, which ends with `…` if it was cut."""
    return text if len(text) <= most else text[: most - 1] + ELLIPSIS


def ci_command(name: Literal["error", "warning", "notice"], data: CiText, **properties: CiProperty | int) -> LogLine:
    """A workflow command of our own for GitHub's log: `::error file=F,line=3::DATA`."""
    given = ",".join(f"{key}={value}" for key, value in properties.items())
    return LogLine(f"::{name}{' ' if given else ''}{given}::{data}")


def markdown_line(*parts: MarkdownText | Glue) -> MarkdownText:
    """Pieces of one line of Markdown, one after the other."""
    return MarkdownText("".join(parts))


def markdown_heading(level: Literal[2, 3], text: MarkdownText) -> MarkdownText:
    """A heading, alone on its line."""
    return MarkdownText(f"{'#' * level} {text}")


def markdown_strong(text: MarkdownText) -> MarkdownText:
    """`text` in bold."""
    return MarkdownText(f"**{text}**")


def markdown_row(cells: Iterable[MarkdownText]) -> MarkdownText:
    """A row of a table."""
    return MarkdownText(f"| {' | '.join(cells)} |")


def markdown_rule(columns: int) -> MarkdownText:
    """What stands between the head of a table and its rows."""
    return markdown_row([MarkdownText("---")] * columns)


def sarif_markdown(*paragraphs: MarkdownText) -> SarifMarkdown:
    """Paragraphs of Markdown as a SARIF message: as `sarif` does it, no placeholder and no link is left."""
    return SarifMarkdown(_no_placeholder("\n\n".join(paragraphs)))


def log_text(lines: Iterable[LogLine]) -> LogText:
    """Finished lines as one text."""
    return LogText("\n".join(lines))


def output(lines: Iterable[LogLine | JsonText]) -> Output:
    """Finished lines as bytes, each ended. A reporter's text becomes bytes here and in `json_output`, nowhere else."""
    return Output(("\n".join(lines) + "\n").encode())


def whole(parts: Iterable[Output]) -> Output:
    """The parts of an output as one."""
    return Output(b"".join(parts))


def json_output(parts: Iterable[JsonText]) -> Output:
    """Pieces of JSON, one after the other, as bytes."""
    return Output("".join(parts).encode())


def _plain(text: str) -> bool:
    """Whether all of a text can be seen."""
    return text.isprintable() and (text.isascii() or _SHOWN_BUT_HIDDEN.isdisjoint(text))


def _escape(found: re.Match[str]) -> str:
    point = ord(found.group())
    if point < 0x100:
        return f"\\x{point:02x}"
    return f"\\u{point:04x}" if point < 0x10000 else f"\\U{point:08x}"


def _no_placeholder(text: str) -> str:
    return text.replace("](", "] (").replace("{", "{{").replace("}", "}}")


def _json_escape(found: re.Match[str]) -> str:
    units = found.group().encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[i] << 8 | units[i + 1]:04x}" for i in range(0, len(units), 2))


def _head(text: str, columns: int) -> str:
    """The longest start of `text` within `columns` columns, by single characters, never more by `width`."""
    used = end = 0
    for character in text:
        used += width(character)
        if used > columns:
            break
        end += 1
    # A variation selector may widen the character before it, so that the sum above is one too small.
    while end and width(text[:end]) > columns:
        end -= 1
    return text[:end]
