"""What a strict document may not hold: its budgets, and every problem found while it is composed."""

import re
import unicodedata
from typing import Any, Never

from auditor.documents.places import Map, Seq, Value, unpack
from auditor.documents.source import Source, directive
from auditor.documents.syntax import tag_problem
from auditor.errors import InvalidDocument, Problem
from auditor.messages import sentence
from auditor.model.values import Origin
from auditor.sinks import first_invisible, fit, terminal

MAX_DEPTH = 64
"""Deepest nesting of mappings and lists, aliases followed; the top mapping is at depth 1."""

MAX_NODES = 1_000_000
"""Most keys, texts, mappings, lists and aliases in one document."""

MAX_ANCHORS = 10_000
MAX_ALIASED = 100_000
"""Most nodes that all aliases together may stand for."""

MAX_KEY = 1_000
"""Longest key, in code points: pointers and messages repeat keys."""

MAX_PROBLEMS = 10_000
"""After so many problems a document is read no further."""

_KNOWN_KEYS = 10_000
_POINTER = 1_000
_COMMENT = re.compile(rb"#[^\r\n]*")


class Judge:
    """One reading of one document: `path` holds the open containers, `known` the keys found good so far."""

    __slots__ = ("_aliased", "_anchors", "_named", "_sizes", "known", "path", "problems", "source")

    def __init__(self, source: Source) -> None:
        self.source = source
        self.problems: list[Problem] = []
        self.path: list[Map | Seq] = []
        self.known: dict[str, str] = {}
        self._anchors: dict[str, Value] = {}
        self._named = 0
        self._sizes: dict[int, tuple[int, int]] = {}
        self._aliased = 0

    def new_key(self, value: str, plain: bool, mark: int) -> str:
        """Judges a key that was not met before; `plain` is whether it was written without quotes.

        A bad key is replaced by a name that no document can hold, so that keys and places stay in step, and one mistake
        is reported once.
        """
        hint: str | None = None
        code = "E-YAML-KEY"
        if not value:
            message, hint = sentence("E-YAML-KEY.no_name"), sentence("E-YAML-KEY.no_name_hint")
        elif plain and value == "<<":
            code = "E-YAML-MERGE"
            message, hint = sentence("E-YAML-MERGE.merge"), sentence("E-YAML-MERGE.merge_hint")
        elif len(value) > MAX_KEY:
            message = sentence("E-YAML-KEY.long", n=len(value), most=MAX_KEY)
        elif (hidden := first_invisible(value)) is not None:
            code = "E-KEY-CHARACTER"
            name = unicodedata.name(hidden, "") or sentence("value.no_name")
            point = f"{ord(hidden):04X}"
            message = sentence("E-KEY-CHARACTER.hidden", key=_quoted(value), point=point, name=name)
            hint = sentence("E-KEY-CHARACTER.hidden_hint")
        else:
            # A quoted `<<` is a name, and says nothing about the next one without quotes.
            if len(self.known) < _KNOWN_KEYS and value != "<<":
                self.known[value] = value
            return value
        self._report(mark, code, message, hint, key=value)
        return f"{value[:MAX_KEY]}\0{len(self.problems)}"

    def second_key(self, key: str, mark: int) -> str:
        """Reports a key that the innermost mapping already has; the name to keep it under."""
        current = self.path[-1]
        assert isinstance(current, Map)
        place = current.key_place(key)
        first = self.source.origin(*place, self._pointer(key))
        message = sentence("E-DUP-KEY.twice", key=_quoted(key), line=str(place[0]))
        hint = sentence("E-DUP-KEY.twice_hint")
        self._report(mark, "E-DUP-KEY", message, hint, key=key, also=(first,))
        return f"{key}\0{len(self.problems)}"

    def complex_key(self, mark: int) -> str:
        """Reports a mapping or list as a key; the name to keep its value under."""
        self._report(mark, "E-YAML-KEY", sentence("E-YAML-KEY.complex"), sentence("E-YAML-KEY.complex_hint"))
        return f"\0{len(self.problems)}"

    def no_value(self, key: str, event: Any, value_event: Any) -> None:
        """Reports an entry of `{ }` that is a key alone: nearly always the second half of a text with a comma."""
        lines = self.source.lines
        start, end = event.end_mark, value_event.start_mark
        gap = lines.data[lines.offset(start.line + 1, start.column + 1) : lines.offset(end.line + 1, end.column + 1)]
        if b":" in _COMMENT.sub(b"", gap):
            return
        current = self.path[-1]
        assert isinstance(current, Map)
        before = next(reversed(current.values()), None)
        name = key.partition("\0")[0]
        if isinstance(before, str) and before:
            message = sentence("E-FLOW-COMMA.comma", key=_quoted(name))
            example = f'"{terminal(before)}, {terminal(name)}"'
            hint = sentence("E-FLOW-COMMA.comma_hint", example=fit(example, 80))
        else:
            message = sentence("E-FLOW-COMMA.braces", key=_quoted(name))
            hint = sentence("E-FLOW-COMMA.braces_hint")
        self._report(packed(event.start_mark), "E-FLOW-COMMA", message, hint, key=name)

    def properties(self, event: Any, value: Value, mark: int) -> None:
        """Judges the tag and remembers the anchor of a value."""
        if event.tag is not None:
            self._add(tag_problem(self._origin(mark)))
        if event.anchor is not None:
            self._named += 1
            if self._named > MAX_ANCHORS:
                message = sentence("E-YAML-ANCHOR-BUDGET.many", n=MAX_ANCHORS)
                self._stop(mark, "E-YAML-ANCHOR-BUDGET", message, sentence("E-YAML-ANCHOR-BUDGET.many_hint"))
            self._anchors[event.anchor] = value

    def alias(self, name: str, mark: int) -> Value:
        """The value an alias stands for, shared; an empty text where there is none."""
        value = self._anchors.get(name)
        if value is None:
            message = sentence("E-YAML-ALIAS.none", name=_quoted("&" + name))
            self._report(mark, "E-YAML-ALIAS", message, sentence("E-YAML-ALIAS.none_hint"))
            return ""
        if isinstance(value, str):
            size, height = 1, 0
        elif any(value is container for container in self.path):
            self._stop(mark, "E-YAML-CYCLE", sentence("E-YAML-CYCLE.inside", name=_quoted("*" + name)))
        else:
            size, height = self._size(value, mark)
        self._aliased += size
        if self._aliased > MAX_ALIASED:
            self._too_many_aliased(mark)
        if len(self.path) + height > MAX_DEPTH:
            self.too_deep(mark)
        return value

    def too_deep(self, mark: int) -> Never:
        """Stops at a container that is nested too deeply."""
        self._stop(mark, "E-YAML-DEPTH", sentence("E-YAML-DEPTH.deep", n=MAX_DEPTH))

    def too_many(self, mark: int) -> Never:
        """Stops at the first node beyond the budget."""
        message = sentence("E-YAML-NODES.many", n=MAX_NODES)
        self._stop(mark, "E-YAML-NODES", message, sentence("E-YAML-NODES.many_hint"))

    def after(self, event: Any) -> None:
        """Judges what follows the end of the first document, without the parser: it may be anything, in any amount."""
        start, line, column = self.source.rest(event.end_mark.line + 1, event.end_mark.column + 1)
        origin = self.source.origin(line, column)
        if start.startswith(b"%") and column == 1:
            self._add(directive(origin))
        elif start == b"---":
            message, hint = sentence("E-YAML-MULTIDOC.second"), sentence("E-YAML-MULTIDOC.second_hint")
            self._add(Problem(origin, "E-YAML-MULTIDOC", message, hint))
        elif start:
            message, hint = sentence("E-YAML-SYNTAX.behind"), sentence("E-YAML-SYNTAX.behind_hint")
            self._add(Problem(origin, "E-YAML-SYNTAX", message, hint))

    def verdict(self, value: Value, mark: int) -> Map:
        """The top mapping, if there is nothing to complain about. Raises `InvalidDocument`."""
        if not isinstance(value, Map):
            message = sentence("E-TOP-LEVEL.list" if isinstance(value, Seq) else "E-TOP-LEVEL.text")
            if value == "":
                self.empty()
            self._stop(mark, "E-TOP-LEVEL", message, sentence("E-TOP-LEVEL.hint"))
        if self.problems:
            raise InvalidDocument(self.problems)
        return value

    def empty(self) -> Never:
        """Stops at a document without content."""
        self.refuse(Problem(self.source.origin(1, 1), "E-EMPTY", sentence("E-EMPTY.document")))

    def refuse(self, problem: Problem) -> Never:
        """Stops reading: raises `InvalidDocument` with `problem` and all found before."""
        raise InvalidDocument([*self.problems, problem])

    def _size(self, value: Map | Seq, mark: int) -> tuple[int, int]:
        """How many nodes a container stands for, and how deep it is, aliases inside followed.

        All walks of one reading together take at most `MAX_ALIASED` steps: each is charged to the alias that caused it.
        """
        known = self._sizes.get(id(value))
        if known is not None:
            return known
        size, height = 1, 1
        below: list[tuple[Map | Seq, int]] = [(value, 1)]
        while below:
            container, depth = below.pop()
            height = max(height, depth)
            if isinstance(container, Map):
                size += 2 * len(container)
                inner = iter(container.values())
            else:
                size += len(container)
                inner = iter(container)
            if self._aliased + size > MAX_ALIASED:
                self._too_many_aliased(mark)
            below.extend((entry, depth + 1) for entry in inner if not isinstance(entry, str))
        self._sizes[id(value)] = size, height
        return size, height

    def _too_many_aliased(self, mark: int) -> Never:
        message = sentence("E-YAML-ALIAS-BUDGET.many", n=MAX_ALIASED)
        self._stop(mark, "E-YAML-ALIAS-BUDGET", message, sentence("E-YAML-ALIAS-BUDGET.many_hint"))

    def _stop(self, mark: int, code: str, message: str, hint: str | None = None) -> Never:
        self.refuse(Problem(self._origin(mark), code, message, hint))

    def _report(
        self,
        mark: int,
        code: str,
        message: str,
        hint: str | None,
        *,
        key: str | None = None,
        also: tuple[Origin, ...] = (),
    ) -> None:
        self._add(Problem(self._origin(mark, key), code, message, hint, also))

    def _add(self, problem: Problem) -> None:
        self.problems.append(problem)
        if len(self.problems) >= MAX_PROBLEMS:
            origin = problem.origin
            message = sentence("E-TOO-MANY.not_read", n=MAX_PROBLEMS)
            self.refuse(Problem(origin, "E-TOO-MANY", message))

    def _origin(self, mark: int, key: str | None = None) -> Origin:
        return self.source.origin(*unpack(mark), self._pointer(key))

    def _pointer(self, key: str | None = None) -> str:
        """The pointer to the innermost container, or to `key` in it; to the nearest parent where it would be long."""
        steps = []
        for container in self.path[:-1]:
            steps.append(str(len(container) - 1) if isinstance(container, Seq) else next(reversed(container), ""))
        if key is not None:
            steps.append(key)
        pointer = ""
        for step in steps:
            name = step.partition("\0")[0]
            longer = f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}"
            if len(longer) > _POINTER:
                break
            pointer = longer
        return pointer


def packed(mark: Any) -> int:
    """The packed place of a parser's mark."""
    return int(mark.line << 32 | mark.column)


def _quoted(text: str) -> str:
    return f"`{fit(terminal(text), 60)}`"
