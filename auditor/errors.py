"""Problems with a place, a code and a hint; the exceptions that carry them; the exit codes they lead to."""

from collections.abc import Callable, Iterable
from enum import IntEnum
from typing import ClassVar

from auditor.compiled import Damaged
from auditor.messages import say, sentence, shown
from auditor.model.record import record
from auditor.model.values import Origin
from auditor.sinks import ELLIPSIS, LogText, TerminalText, clip, fit, log_line, log_text, terminal, together, width

LINE_LIMIT = 500
"""Most characters in the first line of one described problem."""

UNREAD = "E-TOO-MANY"
"""The code of a problem that stands for others, which were not looked for."""

_FILE_LIMIT = 200
_WINDOW = 100
"""Most characters of a source line that are shown around the caret."""


class Exit(IntEnum):
    """What a run ends with, the same for every format; when several hold: 70, 2, 3, 5, 4, 1, 0 in this order."""

    PASSED = 0
    POLICY = 1
    CALL = 2
    INPUT = 3
    INCOMPLETE = 4
    DATA = 5
    INTERNAL = 70


_WORST_FIRST = (Exit.INTERNAL, Exit.CALL, Exit.INPUT, Exit.DATA, Exit.INCOMPLETE, Exit.POLICY, Exit.PASSED)


def worst(codes: Iterable[Exit]) -> Exit:
    """The code that wins when several hold. ValueError if there is none: no answer must not read as *passed*."""
    return min(codes, key=_WORST_FIRST.index)


@record
class Problem:
    """One thing that is wrong: where, its code (`E-DUP-KEY`), in words, what to do, and other places it concerns.

    Message and hint are in English; as sentences of the catalogue they are described in any language.
    """

    origin: Origin
    code: str
    message: str
    hint: str | None = None
    also: tuple[Origin, ...] = ()

    @property
    def sort_key(self) -> tuple[object, ...]:
        """The reading order: by file, line and column, then pointer, code and message; the rest settles ties."""
        at = self.origin
        return (
            at.file,
            at.line,
            at.column,
            at.pointer,
            self.code,
            self.message,
            self.hint is not None,
            self.hint or "",
            self.also,
        )


class AuditorError(Exception):
    """An expected failure: `problems`, sorted and without repetition, and the exit code it leads to."""

    exit_code: ClassVar[Exit] = Exit.INTERNAL
    problems: tuple[Problem, ...]

    def __init__(self, problems: Problem | Iterable[Problem]) -> None:
        given = (problems,) if isinstance(problems, Problem) else problems
        self.problems = ordered(given)
        super().__init__(self.problems)

    def __str__(self) -> str:
        return describe(self.problems, limit=20)


class InvalidDocument(AuditorError):
    """An input file that cannot be read or does not say what its schema asks for."""

    exit_code = Exit.INPUT


class WrongCall(AuditorError):
    """The command line, the configuration, a pack, a scenario or a decisions file is wrong."""

    exit_code = Exit.CALL


class UnusableData(AuditorError):
    """A list or the knowledge is missing, stale or damaged."""

    exit_code = Exit.DATA


def unusable(found: Damaged) -> UnusableData:
    """The failure of a run that finds a compiled file which is not what its manifest says."""
    said = sentence(f"E-DATA-DAMAGED.{found.why}")
    return UnusableData(Problem(Origin(str(found.path)), "E-DATA-DAMAGED", said, sentence("E-DATA-DAMAGED.install")))


def ordered(problems: Iterable[Problem]) -> tuple[Problem, ...]:
    """`problems` in reading order, each once."""
    return tuple(sorted(dict.fromkeys(problems), key=lambda problem: problem.sort_key))


def describe(
    problems: Iterable[Problem],
    *,
    source_line: Callable[[Origin], str | None] | None = None,
    limit: int = 1000,
    language: str = "en",
) -> LogText:
    """`problems` in words, safe for a terminal, without a last newline.

    Each is `path:line:col: E-CODE: message`, then `hint: …`, then, where `source_line` knows it, the line with a caret,
    then `also: path:line:col` for each other place. At most `limit` are printed; all are counted in the last line.
    Beyond the limit are those that say that a document was read no further: nobody must take what is told for all.
    """
    everything = ordered(problems)
    lines: list[TerminalText] = []
    most = max(0, limit)
    told = [*everything[:most], *(p for p in everything[most:] if p.code == UNREAD)]
    for problem in told:
        lines.extend(_lines(problem, source_line, language))
    left = len(everything) - len(told)
    if left > 0:
        lines.append(terminal(f"{ELLIPSIS} " + say("problem.more", language, n=left, all=len(everything))))
    return log_text(clip(log_line(line), LINE_LIMIT) for line in lines)


def _lines(problem: Problem, source_line: Callable[[Origin], str | None] | None, language: str) -> list[TerminalText]:
    place = _place(problem.origin)
    head = f"{place}: {problem.code}: " if place else f"{problem.code}: "
    lines = [clip(terminal(head + shown(problem.message, language)), LINE_LIMIT)]
    if problem.hint is not None:
        lines.append(clip(terminal(say("problem.hint", language, text=shown(problem.hint, language))), LINE_LIMIT))
    text = source_line(problem.origin) if source_line is not None else None
    if text is not None:
        lines.extend(_excerpt(text, problem.origin.column))
    lines.extend(terminal(say("problem.also", language, place=_place(origin))) for origin in problem.also)
    return lines


def _place(origin: Origin) -> TerminalText:
    file = terminal(origin.file)
    if len(file) > _FILE_LIMIT:
        file = terminal(ELLIPSIS + file[-_FILE_LIMIT:])
    if origin.line:
        return terminal(f"{file}:{origin.line}:{origin.column}")
    return file or clip(terminal(origin.pointer), _FILE_LIMIT)


def _excerpt(text: str, column: int) -> list[TerminalText]:
    """The part of a source line around `column` (from 1, in code points), and a line with a caret below it."""
    at = max(0, column - 1)
    start = 0 if at < _WINDOW else at - _WINDOW // 2
    visible = text.replace("\t", " ")
    lead = terminal("    " + (ELLIPSIS if start else ""))
    before, behind = terminal(visible[start:at]), terminal(visible[at : start + _WINDOW])
    tail = terminal(ELLIPSIS if len(text) > start + _WINDOW else "")
    lines = [fit(together(lead, before, behind, tail), LINE_LIMIT)]
    if column > 0:
        lines.append(terminal(" " * width(lead + before) + "^"))
    return lines
