"""Parser events to values: one tight loop with an explicit stack, so that no document can recurse."""

from array import array
from collections.abc import Callable
from itertools import repeat, starmap
from typing import Any

from yaml import YAMLError
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from auditor.documents.judge import MAX_DEPTH, MAX_NODES, Judge, packed
from auditor.documents.parsers import Parser, fastest
from auditor.documents.places import Map, Seq
from auditor.documents.source import Source
from auditor.documents.syntax import syntax_problem, tag_problem


def composed(source: Source, parser: Callable[[bytes], Parser] = fastest) -> Map:
    """The top mapping of the one document in `source`. Raises `InvalidDocument` with every problem that was found."""
    return _document(source, parser(source.data))


def _document(source: Source, parser: Parser) -> Map:
    judge = Judge(source)
    try:
        parser.get_event()
        if parser.get_event().__class__ is not DocumentStartEvent:
            judge.empty()
        top, end = _values(parser, judge)
    except YAMLError as error:
        judge.refuse(syntax_problem(error, source))
    except UnicodeDecodeError:
        # The one text that libyaml makes without checking it: the octets that a tag writes as %C0%80.
        judge.refuse(tag_problem(source.origin(*source.lines.place(max(0, source.lines.data.find(b"!"))))))
    judge.after(end)
    return judge.verdict(top[0], top.marks[0])


def _values(parser: Parser, judge: Judge) -> tuple[Seq, Any]:  # noqa: PLR0915  # one loop, for speed
    """A list that holds the top value, and the event that ended the document.

    The hot loop: about forty events for each record of an inventory. It is in a list (`append` is set), before a key
    (`key` is None) or behind a key. A container joins its parent when it starts, so that places come in reading order.
    """
    path, known = judge.path, judge.known
    restored = judge.source.restored if judge.source.stand_ins else None
    # Without these characters there are no tags and no anchors, and nobody has to look.
    properties = b"!" in judge.source.data or b"&" in judge.source.data
    stack: list[tuple[Any, Any, Any, bool]] = []
    complex_keys: list[tuple[int, str]] = []
    top = Seq()
    top.mark = 0
    top.kept = array("Q")
    current: Any = top
    append: Any = top.append
    add_mark = top.kept.append
    flow = False
    key: str | None = None
    key_event: Any = None
    value: Any
    place = 0
    nodes = 0
    # Every event but an end is one node: counted in stretches that cannot overshoot, not one by one.
    while nodes <= MAX_NODES:
        stretch = MAX_NODES + 1 - nodes
        ends = 0
        for event in starmap(parser.get_event, repeat((), stretch)):
            kind = event.__class__
            if kind is ScalarEvent:
                mark = event.start_mark
                place = mark.line << 32 | mark.column
                value = event.value
                if restored is not None:
                    value = restored(value)
                if properties and (event.anchor is not None or event.tag is not None):
                    judge.properties(event, value, place)
                if append is not None:
                    append(value)
                elif key is not None:
                    if not value and flow and not event.style and key_event is not None:
                        judge.no_value(key, key_event, event)
                    current[key] = value
                    key = None
                else:
                    try:
                        key = known[value]
                    except KeyError:
                        key = judge.new_key(value, not event.style, place)
                    if key in current:
                        key = judge.second_key(key, place)
                    key_event = event
                add_mark(place)
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                ends += 1
                path.pop()
                current, append, add_mark, flow = stack.pop()
                key = None
                if complex_keys and complex_keys[-1][0] == len(stack):
                    key = complex_keys.pop()[1]
                    key_event = None
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                place = packed(event.start_mark)
                if len(stack) >= MAX_DEPTH:
                    judge.too_deep(place)
                value = Map() if kind is MappingStartEvent else Seq()
                value.mark = place
                value.kept = marks = array("Q")
                if properties and (event.anchor is not None or event.tag is not None):
                    judge.properties(event, value, place)
                if append is not None:
                    append(value)
                elif key is not None:
                    current[key] = value
                    key = None
                else:
                    complex_keys.append((len(stack), judge.complex_key(place)))
                add_mark(place)
                stack.append((current, append, add_mark, flow))
                path.append(value)
                current = value
                append = value.append if kind is SequenceStartEvent else None
                add_mark = marks.append
                flow = event.flow_style
            elif kind is AliasEvent:
                place = packed(event.start_mark)
                value = judge.alias(event.anchor, place)
                if append is not None:
                    append(value)
                elif key is not None:
                    current[key] = value
                    key = None
                else:
                    key = judge.new_key(value, False, place) if isinstance(value, str) else judge.complex_key(place)
                    if key in current:
                        key = judge.second_key(key, place)
                    key_event = None
                add_mark(place)
            else:
                return top, event
        nodes += stretch - ends
    return judge.too_many(place)
