"""The YAML parsers that turn text into events: libyaml, and PyYAML's own where libyaml is missing."""

import re
from typing import Any, Never, Protocol

from yaml.error import Mark
from yaml.parser import Parser as _PythonParser
from yaml.reader import Reader
from yaml.scanner import Scanner, ScannerError

try:
    from yaml._yaml import CParser
except ImportError:
    CParser = None  # type: ignore[assignment,misc]  # PyYAML built without libyaml

_SURROGATE = re.compile(r"[\ud800-\udfff]")


class Parser(Protocol):
    """A source of events."""

    def get_event(self) -> Any:
        """The next event; None behind the last. Raises `yaml.YAMLError`, or UnicodeDecodeError for a tag."""


class PythonParser(Reader, Scanner, _PythonParser):
    """The same events about eight times slower, with the same refusals of escapes."""

    def __init__(self, data: bytes) -> None:
        Reader.__init__(self, data)
        Scanner.__init__(self)
        _PythonParser.__init__(self)

    def get_event(self) -> Any:
        try:
            event = super().get_event()  # type: ignore[no-untyped-call]  # the stubs leave it out
        except (ValueError, OverflowError):
            self._refuse(self.get_mark())
        value = getattr(event, "value", None)
        if isinstance(value, str) and _SURROGATE.search(value):
            self._refuse(event.start_mark)
        return event

    def _refuse(self, mark: Mark) -> Never:
        raise ScannerError("while parsing a quoted scalar", mark, "found invalid Unicode character escape code", mark)


def fastest(data: bytes) -> Parser:
    """The fastest parser there is, on UTF-8 text."""
    return PythonParser(data) if CParser is None else CParser(data)
