"""What a YAML parser complains about, in our words: code, place, message and hint."""

from typing import Literal

from auditor.documents.source import Source, directive
from auditor.errors import Problem
from auditor.model.values import Origin
from auditor.sinks import fit, terminal

_Where = Literal["here", "start", "both"]
"""Whether to show where the parser stopped, where the construct started, or the first and also the second."""

_QUOTE = "quote a text that starts with a special character"
_ESCAPE = "inside \"…\" write `\\\\` for a backslash, or put the text in '…'"
_NO_CHARACTER = "found invalid Unicode character escape code"

_WORDS: dict[str, tuple[str, str, _Where]] = {
    "could not find expected ':'": (
        "a line without `key: value` that continues no text",
        "write `: ` behind the key; indent the line if it belongs to the text above",
        "start",
    ),
    "mapping values are not allowed in this context": (
        "`:` where no value can stand",
        'quote a text that contains `: `, as in "a: b", and check the indentation',
        "here",
    ),
    "found unexpected ':'": (
        "`:` inside a text in [ ] or { }",
        "write a space behind the `:` of a key; quote a text that contains `:`",
        "here",
    ),
    "did not find expected key": (
        "a key is expected here",
        f"check the indentation of this line and of those above; {_QUOTE}",
        "here",
    ),
    "did not find expected '-' indicator": (
        "a list entry, `- `, is expected here",
        "indent all entries of a list alike",
        "here",
    ),
    "did not find expected ',' or ']'": (
        "a `,` or `]` is expected here",
        "close the list with `]`; quote a text that contains a comma, bracket or brace",
        "both",
    ),
    "did not find expected ',' or '}'": (
        "a `,` or `}` is expected here",
        "close the mapping with `}`; quote a text that contains a comma, bracket or brace",
        "both",
    ),
    "did not find expected node content": ("a value is expected here", _QUOTE, "here"),
    "found character that cannot start any token": (
        "no value starts with this character",
        "quote the text; indent with spaces, not with tabs",
        "here",
    ),
    "found unexpected end of stream": ("a quoted text that is never closed", "close the quote", "start"),
    "found unexpected document indicator": (
        "a quoted text that is not closed before the line with `---` or `...`",
        "close the quote",
        "start",
    ),
    "found unknown escape character": ("an escape that YAML does not have", _ESCAPE, "here"),
    "did not find expected hexdecimal number": (
        "hexadecimal digits are expected behind `\\x`, `\\u` or `\\U`",
        _ESCAPE,
        "here",
    ),
    _NO_CHARACTER: (
        "an escape that names no character: half of a surrogate pair, or beyond U+10FFFF",
        "write the character itself",
        "here",
    ),
    "block sequence entries are not allowed in this context": (
        "a list entry, `- `, cannot stand here",
        "start the list on a line of its own; quote a text that starts with `- `",
        "here",
    ),
    "mapping keys are not allowed in this context": (
        "a key cannot stand here",
        "quote a text that starts with `? `",
        "here",
    ),
    "did not find expected alphabetic or numeric character": (
        "a name is expected behind `&` or `*`",
        "quote a text that starts with `&` or `*`",
        "start",
    ),
    "did not find expected comment or line break": (
        "text behind `|` or `>`",
        "start the text on the next line; quote a text that starts with `|` or `>`",
        "here",
    ),
    "found an indentation indicator equal to 0": ("0 behind `|` or `>`", "leave the number out", "here"),
    "found a tab character that violates indentation": ("a tab in the indentation", "indent with spaces", "here"),
    "found a tab character where an indentation space is expected": (
        "a tab in the indentation",
        "indent with spaces",
        "here",
    ),
}


def syntax_problem(error: Exception, source: Source) -> Problem:
    """The problem that a parser's error stands for. Messages without words of ours are passed on, shortened."""
    context = str(getattr(error, "context", None) or "")
    said = str(getattr(error, "problem", None) or error)
    here = _origin(getattr(error, "problem_mark", None), source)
    start = _origin(getattr(error, "context_mark", None), source)
    if "directive" in context:
        return directive(start)
    if "tag" in context or "tag handle" in said:
        return tag_problem(here)
    if said not in _WORDS:
        return Problem(here, "E-YAML-SYNTAX", f"not valid YAML: {fit(terminal(said), 120)}")
    code = "E-ENCODING" if said == _NO_CHARACTER else "E-YAML-SYNTAX"
    message, hint, where = _WORDS[said]
    if not start.line or where == "here":
        return Problem(here, code, message, hint)
    if where == "start":
        return Problem(start, code, message, hint)
    return Problem(here, code, message, hint, (start,))


def tag_problem(origin: Origin) -> Problem:
    """An explicit tag, or something that starts like one."""
    hint = "remove it; quote a text that starts with `!`"
    return Problem(origin, "E-YAML-TAG", "a tag (`!…`); types come from the schema alone", hint)


def _origin(mark: object, source: Source) -> Origin:
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    if not isinstance(line, int) or not isinstance(column, int):
        return source.origin(0, 0)
    if source.lines.text(line + 1) is None:
        # A parser adds a line end where the last line has none, and then complains about the line behind it.
        return source.origin(*source.lines.place(len(source.lines.data)))
    return source.origin(line + 1, column + 1)
