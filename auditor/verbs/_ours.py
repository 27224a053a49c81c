"""Which names and numbers are ours: those in an inventory, and the names of those found behind it."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

from auditor.lists import Ours, ours
from auditor.loading import load_inventory
from auditor.verbs._run import Call, make_report


def us(call: Call) -> Ours:
    """The names and numbers in an inventory, and the names of those found behind it."""
    inventory = load_inventory([Path(p) for p in call.files]).inventory
    names = [(who, text) for who, key, text in _texts(inventory, "") if key in _NAMES]
    numbers = [(who, text) for who, key, text in _texts(inventory, "") if key in _NUMBERS]
    report = make_report(call)
    names += [(node.id, node.name) for node in report.nodes.values() if not node.id.startswith(("country:", "regime:"))]
    return ours(names, numbers)


_NAMES = frozenset({"name", "name_latin", "aliases"})
_NUMBERS = frozenset({"lei", "kr_brn", "ch_uid", "vat", "euid", "duns"})


def _texts(value: object, who: str) -> Iterator[tuple[str, str, str]]:
    """(id of the record, key, text) of every text in a document's records."""
    if is_dataclass(value) and not isinstance(value, type):
        own = getattr(value, "id", None)
        who = own if isinstance(own, str) else who
        for field in fields(value):
            inner = getattr(value, field.name)
            if isinstance(inner, str):
                yield who, field.name, inner
            elif isinstance(inner, tuple) and all(isinstance(i, str) for i in inner):
                yield from ((who, field.name, i) for i in inner)
            else:
                yield from _texts(inner, who)
    elif isinstance(value, tuple):
        for item in value:
            yield from _texts(item, who)
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item, who)
