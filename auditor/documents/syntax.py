"""What a YAML parser complains about, in our words: code, place, message and hint."""

from typing import Literal

from auditor.documents.source import Source, directive
from auditor.errors import Problem
from auditor.messages import sentence
from auditor.model.values import Origin
from auditor.sinks import fit, terminal

_Where = Literal["here", "start", "both"]
"""Whether to show where the parser stopped, where the construct started, or the first and also the second."""

_NO_CHARACTER = "found invalid Unicode character escape code"

_WORDS: dict[str, tuple[str, _Where]] = {
    "could not find expected ':'": ("no_colon", "start"),
    "mapping values are not allowed in this context": ("colon", "here"),
    "found unexpected ':'": ("colon_inside", "here"),
    "did not find expected key": ("key", "here"),
    "did not find expected '-' indicator": ("entry", "here"),
    "did not find expected ',' or ']'": ("bracket", "both"),
    "did not find expected ',' or '}'": ("brace", "both"),
    "did not find expected node content": ("value", "here"),
    "found character that cannot start any token": ("character", "here"),
    "found unexpected end of stream": ("open", "start"),
    "found unexpected document indicator": ("open_before", "start"),
    "found unknown escape character": ("escape", "here"),
    "did not find expected hexdecimal number": ("hexadecimal", "here"),
    _NO_CHARACTER: ("no_character", "here"),
    "block sequence entries are not allowed in this context": ("no_entry", "here"),
    "mapping keys are not allowed in this context": ("no_key", "here"),
    "did not find expected alphabetic or numeric character": ("anchor_name", "start"),
    "did not find expected comment or line break": ("block", "here"),
    "found an indentation indicator equal to 0": ("zero", "here"),
    "found a tab character that violates indentation": ("tab", "here"),
    "found a tab character where an indentation space is expected": ("tab", "here"),
}
"""What libyaml says: the name of our sentence for it, and where to show it."""


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
        return Problem(here, "E-YAML-SYNTAX", sentence("E-YAML-SYNTAX.other", what=fit(terminal(said), 120)))
    code = "E-ENCODING" if said == _NO_CHARACTER else "E-YAML-SYNTAX"
    name, where = _WORDS[said]
    message, hint = sentence(f"E-YAML-SYNTAX.{name}"), sentence(f"E-YAML-SYNTAX.{name}_hint")
    if not start.line or where == "here":
        return Problem(here, code, message, hint)
    if where == "start":
        return Problem(start, code, message, hint)
    return Problem(here, code, message, hint, (start,))


def tag_problem(origin: Origin) -> Problem:
    """An explicit tag, or something that starts like one."""
    return Problem(origin, "E-YAML-TAG", sentence("E-YAML-TAG.tag"), sentence("E-YAML-TAG.tag_hint"))


def _origin(mark: object, source: Source) -> Origin:
    line, column = getattr(mark, "line", None), getattr(mark, "column", None)
    if not isinstance(line, int) or not isinstance(column, int):
        return source.origin(0, 0)
    if source.lines.text(line + 1) is None:
        # A parser adds a line end where the last line has none, and then complains about the line behind it.
        return source.origin(*source.lines.place(len(source.lines.data)))
    return source.origin(line + 1, column + 1)
