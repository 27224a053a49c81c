"""Shipped facts and packs as compiled records, unpickled by a reader that knows the classes of the model alone."""

import io
import pickle
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any

from auditor.compiled import Damaged, body_of, compiled_path
from auditor.errors import unusable

_MODEL = "auditor.model."


def from_compiled(name: str, version: str, folder: Path) -> Any:
    """The records compiled of a folder; None if there is no such file or it was made of other sources.

    Raises UnusableData if the file is damaged or has been changed.
    """
    try:
        body = body_of(name, version, (folder,))
    except Damaged as found:
        raise unusable(found) from None
    try:
        return None if body is None else _Reader(io.BytesIO(body)).load()
    except (pickle.UnpicklingError, AttributeError, EOFError, ImportError, IndexError, KeyError, TypeError, ValueError):
        raise unusable(Damaged(compiled_path(name), "records")) from None


def to_compiled(records: object) -> bytes:
    """Records as `from_compiled` reads them."""
    written = io.BytesIO()
    _Writer(written, protocol=5).dump(records)
    return written.getvalue()


class _Writer(pickle.Pickler):
    """A record as a call of its class, which takes half the time of setting its fields one by one."""

    def reducer_override(self, record: Any, /) -> Any:
        if not is_dataclass(record) or isinstance(record, type):
            return NotImplemented
        values = [getattr(record, f.name) for f in fields(record)]
        known = fields(record)
        while values and values[-1] is known[len(values) - 1].default:
            values.pop()  # a class gives its defaults itself
        return type(record), tuple(values)


class _Reader(pickle.Unpickler):
    """Knows the classes of the model; anything else is refused, so that a changed file can run no code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        known = module_name.startswith(_MODEL) or (module_name, global_name) == ("datetime", "date")
        found = super().find_class(module_name, global_name) if known else None
        if isinstance(found, type) and found.__module__ == module_name:
            return found
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no record")
