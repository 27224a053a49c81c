"""Text to values with places: the only room that knows YAML.

Every scalar stays the text that was written (`NO`, `010`, `22:22`, `~`); what it means is the schema's business. A
document is read completely, with the place of each key and value, or refused with `InvalidDocument`; nothing else is
raised, and neither size nor shape of the input can make it hang, recurse or fill the memory.
"""

import gc
from collections.abc import Callable
from pathlib import Path

from auditor.documents.everyday import everyday
from auditor.documents.files import MAX_BYTES, read_bytes
from auditor.documents.judge import MAX_ALIASED, MAX_ANCHORS, MAX_DEPTH, MAX_KEY, MAX_NODES, MAX_PROBLEMS
from auditor.documents.places import Document, Lines, Map, Places, Seq, Value, plain
from auditor.documents.source import Source, from_bytes, from_text
from auditor.errors import InvalidDocument
from auditor.model.values import Origin
from auditor.sinks import terminal

__all__ = [
    "MAX_ALIASED",
    "MAX_ANCHORS",
    "MAX_BYTES",
    "MAX_DEPTH",
    "MAX_KEY",
    "MAX_NODES",
    "MAX_PROBLEMS",
    "Document",
    "Map",
    "Seq",
    "Value",
    "plain",
    "read",
    "read_text",
    "source_lines",
]


def read(path: Path, *, shown: str | None = None, root: Path | None = None) -> Document:
    """The document in a regular file of at most 32 MiB.

    `shown` is the name used in places and messages (default: `path`); either is stored escaped for a terminal. With
    `root`, the file must lie inside that directory after all symbolic links; without it, links are followed. Only
    `InvalidDocument` is raised, with every problem that could be found.
    """
    name = terminal(str(path) if shown is None else shown)
    return _document(read_bytes(path, name, root), name, path)


def read_text(text: str | bytes, shown: str) -> Document:
    """The document in `text`, under the same rules and with the same problems as `read`; `shown` names it."""
    return _document(text, terminal(shown))


def source_lines() -> Callable[[Origin], str | None]:
    """A reader of the lines that problems are about, for people: None where a line can no longer be read.

    Files are read anew, each once, under the same rules as documents.
    """
    known: dict[str, Lines | None] = {}

    def line(origin: Origin) -> str | None:
        if origin.file not in known:
            try:
                known[origin.file] = Lines(read_bytes(Path(origin.file), origin.file, None))
            except InvalidDocument:
                known[origin.file] = None
        lines = known[origin.file]
        return lines.text(origin.line) if lines is not None and origin.line else None

    return line


def _document(text: str | bytes, shown: str, file: Path | None = None) -> Document:
    source = from_text(text, shown) if isinstance(text, str) else from_bytes(text, shown)
    return Document(path=shown, value=_value(source), digest=source.digest, lines=source.lines, file=file)


def _value(source: Source) -> Map:
    """What the document holds; everyday YAML needs no parser, so that most runs do not even import one."""
    # Nothing made here is garbage before the end, and nothing refers to itself: collections would only cost time, more
    # with every record.
    collecting = gc.isenabled()
    gc.disable()
    try:
        found = everyday(source, Places(lambda: _parsed(source)), MAX_NODES)
        return _parsed(source) if found is None else found
    finally:
        if collecting:
            gc.enable()


def _parsed(source: Source) -> Map:
    from auditor.documents.compose import composed  # noqa: PLC0415 - the parser, and PyYAML with it

    return composed(source)
