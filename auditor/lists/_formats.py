"""The list formats and the official lists: what lies in this folder, found by looking into it."""

from collections.abc import Mapping
from functools import cache
from importlib import import_module
from pathlib import Path

from auditor.lists._reading import Format, Source
from auditor.lists._refused import Refused
from auditor.lists._xml import check_head
from auditor.plugins import names_in

HEAD = 1 << 16
"""Bytes by which a layout is told."""

_NOT_READ = (
    (b"<Sanctions ", "OFAC Advanced XML (SDN_ADVANCED.XML)", "advanced"),
    (b"<Sanctions>", "OFAC Advanced XML (SDN_ADVANCED.XML)", "advanced"),
    (b"PK\x03\x04", "ZIP, ODS or XLSX", "archive"),
    (b"%PDF-", "PDF", "archive"),
    (b"\xd0\xcf\x11\xe0", "XLS", "archive"),
)
"""Layouts that are known and not read: what begins them, what they are called, which hint to give."""


@cache
def formats() -> Mapping[str, Format]:
    """Every format by name."""
    found = {}
    for name in names_in(Path(__file__).parent):
        module = import_module(f"auditor.lists.{name.replace('-', '_')}")
        found[module.FORMAT.name] = module.FORMAT
    return found


@cache
def sources() -> Mapping[str, Source]:
    """Every list by name, sorted."""
    found: dict[str, Source] = {}
    for name in names_in(Path(__file__).parent):
        module = import_module(f"auditor.lists.{name.replace('-', '_')}")
        found |= {source.name: source for source in getattr(module, "SOURCES", ())}
    return dict(sorted(found.items()))


def recognised(source: Source, head: bytes) -> Format:
    """The format of a file that is to be this list. Raises Refused if it is none of the list's, naming what it is."""
    check_head(head)
    for name in source.formats:
        if formats()[name].knows(head):
            return formats()[name]
    for begin, what, hint in _NOT_READ:
        if head.startswith(begin) or (begin.startswith(b"<") and begin in head):
            raise Refused("E-LIST-FORMAT", f"format_{hint}", what=what)
    other = next((f.name for f in formats().values() if f.knows(head)), None)
    if other is not None:
        raise Refused("E-LIST-SCHEMA", "other_format", found=other, wanted=", ".join(source.formats))
    raise Refused("E-LIST-SCHEMA", "no_format", wanted=", ".join(source.formats))
