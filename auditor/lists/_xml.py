"""Reads XML as a stream of small trees, one a record: no DTD, no entities, nothing fetched, every size bounded."""

from collections.abc import Iterator, Mapping
from typing import BinaryIO
from xml.parsers import expat

from auditor.lists._refused import Refused

CHUNK = 1 << 16
DEPTH = 40
NODES = 200_000
"""Most elements in one record: OFAC's longest have some thousands."""
TEXT = 1 << 20
"""Most characters in one element."""
RECORDS = 3_000_000

_HTML = (b"<!doctype html", b"<html")


class Node:
    """An element of a record: tag without its namespace, attributes, text, children."""

    __slots__ = ("attributes", "children", "tag", "text")

    def __init__(self, tag: str, attributes: dict[str, str]) -> None:
        self.tag = tag
        self.attributes = attributes
        self.text = ""
        self.children: list[Node] = []

    def all(self, *path: str) -> "list[Node]":
        """The elements at the end of a path."""
        found = [self]
        for tag in path:
            found = [child for node in found for child in node.children if child.tag == tag]
        return found

    def first(self, *path: str) -> "Node | None":
        """The first element at the end of a path."""
        found = self.all(*path)
        return found[0] if found else None

    def get(self, *path: str) -> str:
        """The text at the end of a path, spaces collapsed; empty if there is none."""
        if len(path) == 1:  # most are, and there are millions
            tag = path[0]
            for child in self.children:
                if child.tag == tag:
                    return " ".join(child.text.split())
            return ""
        node = self.first(*path)
        return tidy(node.text) if node is not None else ""

    def texts(self, *path: str) -> list[str]:
        """The texts at the end of a path that are not empty."""
        return [text for node in self.all(*path) if (text := tidy(node.text))]

    def attribute(self, name: str) -> str:
        """An attribute, spaces collapsed; empty if there is none."""
        return tidy(self.attributes.get(name, ""))


def tidy(text: str) -> str:
    """Spaces and line ends collapsed to one space each."""
    return " ".join(text.split())


class Xml:
    """One file: `root` once it has begun, and the record elements in order.

    `roots` says which root elements, in which namespaces (empty: none), are the list. `containers` are elements that
    are gone into; every other element below the root or a container is a record.
    """

    def __init__(self, file: BinaryIO, roots: Mapping[str, frozenset[str]], containers: frozenset[str]) -> None:
        self._file = file
        self._roots = roots
        self._containers = containers
        self._depth = 0
        self._prefix = ""
        self._stack: list[Node] = []
        self._open: list[str] = []
        self._ready: list[tuple[str, Node]] = []
        self._nodes = 0
        self.root: Node | None = None

    def records(self) -> Iterator[tuple[str, Node]]:
        """(container, record) of every record. Raises Refused for what is not well formed, not whole, or not this."""
        parser = expat.ParserCreate(namespace_separator=" ")
        parser.buffer_text = True
        parser.buffer_size = CHUNK
        parser.SetParamEntityParsing(expat.XML_PARAM_ENTITY_PARSING_NEVER)
        parser.XmlDeclHandler = _declared
        parser.StartDoctypeDeclHandler = _doctype
        parser.EntityDeclHandler = _doctype
        parser.ExternalEntityRefHandler = _doctype
        parser.StartElementHandler = self._start
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text
        begun = False
        seen = 0
        while chunk := self._file.read(CHUNK):
            if not begun:
                check_head(chunk)
                begun = True
            self._feed(parser, chunk, last=False)
            seen += len(self._ready)
            if seen > RECORDS:
                raise Refused("E-LIST-LIMIT", "too_many", n=RECORDS)
            yield from self._ready
            self._ready.clear()
        if not begun:
            raise Refused("E-LIST-EMPTY", "empty")
        self._feed(parser, b"", last=True)
        yield from self._ready

    def _feed(self, parser: expat.XMLParserType, chunk: bytes, *, last: bool) -> None:
        try:
            parser.Parse(chunk, last)
        except expat.ExpatError as error:
            at = {"line": error.lineno, "column": error.offset + 1}
            if last or error.code in _CUT:
                raise Refused("E-LIST-XML", "cut", **at) from None
            why = expat.ErrorString(error.code) or "?"
            raise Refused("E-LIST-XML", "not_xml", why=why, **at) from None

    def _start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > DEPTH:
            raise Refused("E-LIST-LIMIT", "too_deep", n=DEPTH)
        if self._depth == 1:
            self._begin(tag, attributes)
            return
        name = tag[len(self._prefix) :] if tag.startswith(self._prefix) else tag
        if not self._stack and name in self._containers:
            self._open.append(name)
            return
        node = Node(name, attributes)
        if self._stack:
            self._stack[-1].children.append(node)
            self._nodes += 1
            if self._nodes > NODES:
                raise Refused("E-LIST-LIMIT", "too_big_record", n=NODES)
        else:
            self._nodes = 0
        self._stack.append(node)

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        space, _, name = tag.rpartition(" ")
        if name not in self._roots:
            raise Refused("E-LIST-SCHEMA", "root", found=name[:80], wanted=", ".join(sorted(self._roots)))
        if space not in self._roots[name]:
            raise Refused("E-LIST-SCHEMA", "namespace", found=space[:200] or "–")
        self._prefix = f"{space} " if space else ""
        self.root = Node(name, attributes)

    def _text(self, text: str) -> None:
        if self._stack:
            node = self._stack[-1]
            node.text += text
            if len(node.text) > TEXT:
                raise Refused("E-LIST-LIMIT", "too_long", n=TEXT)

    def _end(self, _tag: str) -> None:
        self._depth -= 1
        if self._stack:
            node = self._stack.pop()
            if not self._stack:
                self._ready.append((self._open[-1] if self._open else "", node))
        elif self._open:
            self._open.pop()


_CUT = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
    )
)


def check_head(head: bytes) -> None:
    """Refuse what is a web page, another encoding or nothing at all, by its first bytes."""
    start = head.removeprefix(b"\xef\xbb\xbf").lstrip().lower()
    if not start:
        raise Refused("E-LIST-EMPTY", "empty")
    if start.startswith(_HTML):
        raise Refused("E-LIST-HTML", "html")
    if head.startswith((b"\xff\xfe", b"\xfe\xff")) or b"\0" in head[:4]:
        raise Refused("E-LIST-ENCODING", "encoding", found="UTF-16")


def _declared(_version: str, encoding: str | None, _standalone: int) -> None:
    if encoding is not None and encoding.lower().replace("_", "-") not in {"utf-8", "us-ascii"}:
        raise Refused("E-LIST-ENCODING", "encoding", found=encoding[:40])


def _doctype(*_: object) -> int:
    raise Refused("E-LIST-DTD", "dtd")
