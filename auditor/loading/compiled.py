"""Shipped facts and packs compiled to one file: loaded in milliseconds, believed only while its manifest holds.

The file is a line of JSON (a manifest: the SHA-256 of every source file and of the rest) and then the records. If a
source has changed since, or the file is not there, the YAML is read; if the records are not those of the manifest,
somebody has changed them, and nothing is believed. Records are unpickled by a reader that knows the model's classes
and nothing else.
"""

import hashlib
import io
import json
import pickle
from collections.abc import Callable, Sequence
from pathlib import Path, PurePath
from typing import Any, TypeVar

from auditor.errors import Problem, UnusableData
from auditor.loading.shipped import compiled_file
from auditor.model.values import Origin

T = TypeVar("T")

FORMAT = 2
_MODEL = "auditor.model."


def digests(folders: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each YAML file below the folders, by folder name and path within it."""
    found = {}
    for folder in folders:
        for path in sorted(folder.rglob("*.yaml")):
            name = PurePath(folder.name, path.relative_to(folder)).as_posix()
            found[name] = hashlib.sha256(path.read_bytes()).hexdigest()
    return found


def write_compiled(path: Path, version: str, sources: dict[str, str], records: object) -> None:
    """Write the compiled file; used when a distribution is built."""
    body = pickle.dumps(records, protocol=5)
    manifest = {"format": FORMAT, "version": version, "records": hashlib.sha256(body).hexdigest(), "sources": sources}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(manifest, sort_keys=True).encode() + b"\n" + body)


def from_compiled(version: str, folders: Sequence[Path], part: Callable[[Any], T]) -> T | None:
    """A part of the compiled records; None if there is no such file or it is of other sources.

    Raises UnusableData if the file is damaged or has been changed.
    """
    path = compiled_file()
    if path is None:
        return None
    head, _, body = path.read_bytes().partition(b"\n")
    try:
        manifest = json.loads(head)
        recorded = manifest["records"], manifest["sources"], manifest["format"], manifest["version"]
    except (ValueError, KeyError, TypeError):
        raise _damaged(path, "its manifest cannot be read") from None
    if hashlib.sha256(body).hexdigest() != recorded[0]:
        raise _damaged(path, "its records are not those of its manifest")
    if recorded[1:] != (digests(folders), FORMAT, version):
        return None
    try:
        return part(_Reader(io.BytesIO(body)).load())
    except (pickle.UnpicklingError, AttributeError, EOFError, IndexError, KeyError, TypeError, ValueError):
        raise _damaged(path, "its records cannot be read") from None


class _Reader(pickle.Unpickler):
    """Knows the classes of the model; anything else is refused, so that a changed file can run no code."""

    def find_class(self, module_name: str, global_name: str, /) -> Any:
        if module_name.startswith(_MODEL) or (module_name, global_name) == ("datetime", "date"):
            return super().find_class(module_name, global_name)
        raise pickle.UnpicklingError(f"{module_name}.{global_name} is no record")


def _damaged(path: Path, why: str) -> UnusableData:
    return UnusableData(
        Problem(
            Origin(str(path)),
            "E-DATA-DAMAGED",
            f"the compiled knowledge is not to be trusted: {why}",
            "install auditor again",
        )
    )
