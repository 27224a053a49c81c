"""Files compiled when a distribution is built: read in milliseconds, believed only while their manifest holds.

Such a file is a line of JSON (a manifest: the version, the SHA-256 of every source file and of the body) and the body.
If a source has changed since, or the file is not there, the sources are read; if the body is not that of the manifest,
somebody has changed it, and nothing is believed.
"""

import hashlib
import json
import os
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

FORMAT = 2
FOLDER = Path(__file__).resolve().parent / "_data"
"""Where a distribution brings its compiled files; a checkout has none."""


class Damaged(Exception):
    """A compiled file is not what its manifest says: `why` is `manifest`, `body` or `records`, what cannot be read."""

    def __init__(self, path: Path, why: str) -> None:
        self.path, self.why = path, why
        super().__init__(f"{path}: {why}")


def compiled_path(name: str) -> Path:
    """Where the compiled file of this name lies, if a distribution brought one."""
    return FOLDER / f"{name}.bin"


def body_of(name: str, version: str, sources: Sequence[Path]) -> bytes | None:
    """The body of a compiled file; None if there is no such file or it was made of other sources.

    Raises Damaged if the file is damaged or has been changed.
    """
    path = compiled_path(name)
    if not path.is_file():
        return None
    head, _, body = path.read_bytes().partition(b"\n")
    try:
        manifest = json.loads(head)
        recorded = manifest["body"], manifest["sources"], manifest["format"], manifest["version"]
    except (ValueError, KeyError, TypeError):
        raise Damaged(path, "manifest") from None
    if hashlib.sha256(body).hexdigest() != recorded[0]:
        raise Damaged(path, "body")
    return body if recorded[1:] == (digests(sources), FORMAT, version) else None


def write_compiled(path: Path, version: str, sources: Mapping[str, str], body: bytes) -> None:
    """Write a compiled file; used when a distribution is built."""
    manifest = {"format": FORMAT, "version": version, "body": hashlib.sha256(body).hexdigest(), "sources": sources}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(json.dumps(manifest, sort_keys=True).encode() + b"\n" + body)


def digests(sources: Sequence[Path]) -> dict[str, str]:
    """SHA-256 of each source, by its name: a file, or a folder with every YAML file below it."""
    found = {}
    for source in sources:
        above = len(os.fspath(source.parent)) + 1
        for path in _files(os.fspath(source)) if source.is_dir() else (os.fspath(source),):
            found[path[above:].replace(os.sep, "/")] = hashlib.sha256(_bytes(path)).hexdigest()
    return dict(sorted(found.items()))


def _files(folder: str) -> Iterator[str]:
    with os.scandir(folder) as entries:
        for entry in entries:
            if entry.is_dir(follow_symlinks=False):
                yield from _files(entry.path)
            elif entry.name.endswith(".yaml"):
                yield entry.path


def _bytes(path: str) -> bytes:
    """All of a file; there are more than a hundred in each run, and a buffered one costs as much as its digest."""
    file = os.open(path, os.O_RDONLY | getattr(os, "O_BINARY", 0))
    try:
        return b"".join(iter(lambda: os.read(file, 1 << 20), b""))
    finally:
        os.close(file)
