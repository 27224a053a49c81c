"""What a YAML parser complains about, in our words: code, place, message and hint."""

import yaml

from auditor.documents.source import Source, directive
from auditor.errors import Problem
from auditor.model.values import Origin
from auditor.sinks import fit, terminal

_INDENT = "check the indentation of this line and of those above; quote a text that starts with a special character"
_ESCAPE = "inside \"…\" write `\\\\` for a backslash, or put the text in '…'"

# libyaml's message → code, our message, our hint, and whether the start of the construct is the better place to show.
_WORDS: dict[str, tuple[str, str, str | None, bool]] = {
    "could not find expected ':'": (
        "E-YAML-SYNTAX",
        "a line without `key: value` that continues no text",
        "write `: ` behind the key; indent the line if it belongs to the text above",
        True,
    ),
    "mapping values are not allowed in this context": (
        "E-YAML-SYNTAX",
        "`:` where no value can stand",
        'quote a text that contains `: `, as in "a: b", and check the indentation',
        False,
    ),
    "did not find expected key": ("E-YAML-SYNTAX", "a key is expected here", _INDENT, False),
    "did not find expected '-' indicator": (
        "E-YAML-SYNTAX",
        "a list entry, `- `, is expected here",
        "indent all entries of a list alike",
        False,
    ),
    "did not find expected ',' or ']'": (
        "E-YAML-SYNTAX",
        "a `,` or `]` is expected here",
        "close the list with `]`; quote a text that contains a comma, bracket or brace",
        False,
    ),
    "did not find expected ',' or '}'": (
        "E-YAML-SYNTAX",
        "a `,` or `}` is expected here",
        "close the mapping with `}`; quote a text that contains a comma, bracket or brace",
        False,
    ),
    "did not find expected node content": (
        "E-YAML-SYNTAX",
        "a value is expected here",
        "quote a text that starts with a special character",
        False,
    ),
    "found character that cannot start any token": (
        "E-YAML-SYNTAX",
        "no value starts with this character",
        "quote the text; indent with spaces, not with tabs",
        False,
    ),
    "found unexpected end of stream": ("E-YAML-SYNTAX", "a quoted text that is never closed", "close the quote", True),
    "found unexpected document indicator": (
        "E-YAML-SYNTAX",
        "a quoted text that is not closed before the line with `---` or `...`",
        "close the quote",
        True,
    ),
    "found unknown escape character": ("E-YAML-SYNTAX", "an escape that YAML does not have", _ESCAPE, False),
    "did not find expected hexdecimal number": (
        "E-YAML-SYNTAX",
        "hexadecimal digits are expected behind `\\x`, `\\u` or `\\U`",
        _ESCAPE,
        False,
    ),
    "found invalid Unicode character escape code": (
        "E-ENCODING",
        "an escape that names no character: half of a surrogate pair, or beyond U+10FFFF",
        "write the character itself",
        False,
    ),
    "block sequence entries are not allowed in this context": (
        "E-YAML-SYNTAX",
        "a list entry, `- `, cannot stand here",
        "start the list on a line of its own; quote a text that starts with `- `",
        False,
    ),
    "mapping keys are not allowed in this context": (
        "E-YAML-SYNTAX",
        "a key cannot stand here",
        "quote a text that starts with `? `",
        False,
    ),
    "did not find expected alphabetic or numeric character": (
        "E-YAML-SYNTAX",
        "a name is expected behind `&` or `*`",
        "quote a text that starts with `&` or `*`",
        True,
    ),
    "did not find expected comment or line break": (
        "E-YAML-SYNTAX",
        "text behind `|` or `>`",
        "start the text on the next line; quote a text that starts with `|` or `>`",
        False,
    ),
    "found an indentation indicator equal to 0": (
        "E-YAML-SYNTAX",
        "0 behind `|` or `>`",
        "leave the number out",
        False,
    ),
    "found a tab character that violates indentation": (
        "E-YAML-SYNTAX",
        "a tab in the indentation",
        "indent with spaces",
        False,
    ),
    "found a tab character where an indentation space is expected": (
        "E-YAML-SYNTAX",
        "a tab in the indentation",
        "indent with spaces",
        False,
    ),
}


def syntax_problem(error: yaml.YAMLError, source: Source) -> Problem:
    """The problem that a parser's error stands for. Messages without words of ours are passed on, shortened."""
    context = str(getattr(error, "context", None) or "")
    said = str(getattr(error, "problem", None) or error)
    at = _origin(getattr(error, "problem_mark", None), source)
    start = _origin(getattr(error, "context_mark", None), source)
    if "directive" in context:
        return directive(start)
    if "tag" in context or "tag handle" in said:
        return tag_problem(at)
    words = _WORDS.get(said)
    if words is None:
        return Problem(at, "E-YAML-SYNTAX", f"not valid YAML: {fit(terminal(said), 120)}")
    code, message, hint, at_start = words
    if at_start and start.line:
        return Problem(start, code, message, hint)
    return Problem(at, code, message, hint, (start,) if "close" in (hint or "") and start.line else ())


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
