"""The snapshot store: files by their digest and one pointer; writers take turns, readers never wait or see a half.

What is in force is the snapshot whose digest stands in `current`. A writer puts new files beside, makes them durable,
and only then lets the pointer change, in one rename; a crash anywhere leaves the state before or the state behind it.
"""

import errno
import hashlib
import os
import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import TypeVar

from auditor.lists._refused import Refused
from auditor.lists._snapshot import Blob, Snapshot, digest_of, from_bytes, to_bytes

T = TypeVar("T")

GENERATIONS = 3
"""How many snapshots are kept: the one in force and those before it."""

LOCK_SECONDS = 30.0
CHUNK = 1 << 20
_POINTER = "current"
_PREFIX = "sha256:"
_EMPTY = b"empty\n"
"""What the pointer says before the first snapshot: without it, files without a pointer would be damage."""
_ABANDONED = 24 * 3600
"""Seconds after which a file that was staged by a writer who is gone is removed."""


class Staged:
    """A file being written in the store's own folder, where a rename can take it: its digest and size as it grows."""

    def __init__(self, folder: Path, limit: int) -> None:
        self.path = folder / f"{os.getpid()}-{secrets.token_hex(8)}"
        self._descriptor = os.open(self.path, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        self._hash = hashlib.sha256()
        self._limit = limit
        self.size = 0

    def write(self, data: bytes) -> None:
        """Append. Raises Refused beyond the limit."""
        self.size += len(data)
        if self.size > self._limit:
            raise Refused("E-LIST-LIMIT", "too_big", n=self._limit >> 20)
        self._hash.update(data)
        view = memoryview(data)
        while view:
            view = view[os.write(self._descriptor, view) :]

    def done(self, name: str) -> Blob:
        """Make it durable and close it."""
        os.fsync(self._descriptor)
        self.close()
        return Blob(name, self._hash.hexdigest(), self.size)

    def close(self) -> None:
        """Close it, however far it got."""
        if self._descriptor >= 0:
            descriptor, self._descriptor = self._descriptor, -1
            os.close(descriptor)


class Workshop:
    """Where a writer stages its files; what is left there at the end is thrown away."""

    def __init__(self, root: Path) -> None:
        self._folder = root / "tmp"
        self._files: list[Staged] = []

    def stage(self, limit: int) -> Staged:
        """A new file."""
        for last in (False, False, True):
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            try:
                staged = Staged(self._folder, limit)
            except FileNotFoundError:  # another writer went and took the empty folder along
                if last:
                    raise
                continue
            self._files.append(staged)
            break
        return staged

    def sweep(self) -> None:
        """Remove what was not taken into the store, and what writers left who died more than a day ago."""
        for staged in self._files:
            with suppress(OSError):
                staged.close()
            with suppress(OSError):
                os.unlink(staged.path)  # noqa: PTH108 - the functions of `os` are where the proofs put their faults
        old = time.time() - _ABANDONED
        with suppress(OSError):
            for left in self._folder.iterdir():
                if left.stat().st_mtime < old:
                    os.unlink(left)  # noqa: PTH108
        with suppress(OSError):
            self._folder.rmdir()


class Store:
    """A folder with snapshots of lists. It need not exist: then it holds nothing."""

    def __init__(self, root: Path, *, lock_seconds: float = LOCK_SECONDS) -> None:
        self.root = root
        self._lock_seconds = lock_seconds

    # -- reading ---------------------------------------------------------------------------------------------------

    def current(self) -> str | None:
        """The digest of the snapshot in force; None for a store that holds nothing yet. Raises Refused."""
        try:
            text = (self.root / _POINTER).read_bytes()
        except FileNotFoundError:
            if self._has_blobs():
                raise Refused("E-STORE-DAMAGED", "no_pointer") from None
            return None
        except OSError as error:
            raise _unreadable(error) from None
        if text == _EMPTY:
            return None
        line = text.decode("ascii", "replace")
        digest = line.removeprefix(_PREFIX).removesuffix("\n")
        if line != f"{_PREFIX}{digest}\n" or len(digest) != 64 or not set(digest) <= set("0123456789abcdef"):
            raise Refused("E-STORE-DAMAGED", "pointer")
        return digest

    def snapshot(self, digest: str | None = None) -> Snapshot:
        """The snapshot in force, or the one named. Raises Refused if it is damaged."""
        return self.consistent(self.manifest)[1] if digest is None else self.manifest(digest)

    def manifest(self, digest: str | None) -> Snapshot:
        """The snapshot of a digest."""
        return Snapshot() if digest is None else from_bytes(self.bytes_of(Blob("snapshot", digest, -1)))

    def consistent(self, work: Callable[[str | None], T]) -> tuple[str | None, T]:
        """What `work` makes of the snapshot in force.

        A writer may pass by meanwhile and throw away what is too old: then the work is done again on the new one.
        What is damaged stays damaged when the pointer has not moved: that is raised.
        """
        digest = self.current()
        for _ in range(1000):
            try:
                return digest, work(digest)
            except Refused:
                before, digest = digest, self.current()
                if digest == before:
                    raise
        raise Refused("E-STORE-DAMAGED", "restless")

    def path_of(self, blob: Blob) -> Path:
        """Where a file lies."""
        return self.root / "blobs" / blob.sha256[:2] / blob.sha256

    def bytes_of(self, blob: Blob) -> bytes:
        """The bytes of a file, verified. Raises Refused if they are gone or others."""
        try:
            data = self.path_of(blob).read_bytes()
        except OSError as error:
            raise _missing(error, blob.name) from None
        if digest_of(data) != blob.sha256 or blob.size not in {-1, len(data)}:
            raise Refused("E-STORE-DAMAGED", "digest", name=blob.name)
        return data

    def verify(self, blob: Blob) -> None:
        """Read a file through and compare its digest. Raises Refused."""
        total, found = 0, hashlib.sha256()
        try:
            with self.path_of(blob).open("rb") as file:
                while chunk := file.read(CHUNK):
                    found.update(chunk)
                    total += len(chunk)
        except OSError as error:
            raise _missing(error, blob.name) from None
        if found.hexdigest() != blob.sha256 or blob.size not in {-1, total}:
            raise Refused("E-STORE-DAMAGED", "digest", name=blob.name)

    def _has_blobs(self) -> bool:
        folder = self.root / "blobs"
        return folder.is_dir() and any(folder.iterdir())

    # -- writing ---------------------------------------------------------------------------------------------------

    @contextmanager
    def workshop(self) -> Iterator[Workshop]:
        """A place to stage files in; nothing of it is left behind."""
        workshop = Workshop(self.root)
        try:
            yield workshop
        finally:
            workshop.sweep()

    def commit(self, decide: Callable[[Snapshot], tuple[Snapshot, Mapping[Path, Blob]]]) -> str | None:
        """Bring a new snapshot into force and return its digest; nothing is written where it is the same.

        `decide` is called with the snapshot in force, while no other writer can change it, and gives the entries of
        the new one and the staged files that it needs. Whatever it raises, nothing has changed.
        """
        self.root.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._locked():
            digest = self.current()
            old = self.manifest(digest)
            new, files = decide(old)
            if digest is None and new.entries:
                self._write(self.root / _POINTER, _EMPTY)
            self._install(files)  # also of the same list: its file may have been damaged
            if new.entries == old.entries:
                return digest
            before = old.before
            if digest is not None and new.content != old.content:
                before = (digest, *old.before)[: GENERATIONS - 1]
            data = to_bytes(Snapshot(new.entries, before))
            found = digest_of(data)
            if found != digest:
                self._put(found, data)
                self._point(found)
                self._forget(found)
            return found

    @contextmanager
    def _locked(self) -> Iterator[None]:
        import fcntl  # noqa: PLC0415 - readers need no lock, and not every system has this one

        descriptor = os.open(self.root / "lock", os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            end = time.monotonic() + self._lock_seconds
            while True:
                try:
                    fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
                    break
                except OSError as error:
                    if error.errno not in {errno.EAGAIN, errno.EACCES, errno.EINTR}:
                        raise
                    if time.monotonic() > end:
                        raise Refused("E-STORE-LOCK", "lock", n=int(self._lock_seconds)) from None
                    time.sleep(0.02)
            yield
        finally:
            os.close(descriptor)

    def _install(self, files: Mapping[Path, Blob]) -> None:
        """Move staged files, which are durable already, to the place of their digest, and make the moves durable."""
        folders = set()
        for staged, blob in files.items():
            target = self.path_of(blob)
            self._folder(target.parent)
            if target.exists():
                try:
                    self.verify(blob)
                    continue
                except Refused:
                    pass  # a damaged one is replaced
            os.replace(staged, target)  # noqa: PTH105
            folders.add(target.parent)
        for folder in sorted(folders):
            _sync_folder(folder)

    def _put(self, digest: str, data: bytes) -> None:
        target = self.path_of(Blob("snapshot", digest, len(data)))
        self._folder(target.parent)
        self._write(target, data)

    def _point(self, digest: str) -> None:
        self._write(self.root / _POINTER, f"{_PREFIX}{digest}\n".encode())

    def _write(self, target: Path, data: bytes) -> None:
        with self.workshop() as workshop:
            staged = workshop.stage(len(data))
            staged.write(data)
            staged.done(target.name)
            os.replace(staged.path, target)  # noqa: PTH105
            _sync_folder(target.parent)

    def _folder(self, folder: Path) -> None:
        if not folder.is_dir():
            blobs = self.root / "blobs"
            blobs.mkdir(mode=0o700, exist_ok=True)
            folder.mkdir(mode=0o700, exist_ok=True)
            _sync_folder(blobs)
            _sync_folder(self.root)

    def _forget(self, digest: str) -> None:
        """Remove what no kept snapshot needs. The new one is in force already: what fails here only leaves more."""
        try:
            snapshot = self.manifest(digest)
            keep = {digest, *snapshot.before}
            for generation in (snapshot, *map(self.manifest, snapshot.before)):
                keep.update(b.sha256 for e in generation.entries.values() for b in e.blobs)
        except Refused:
            return  # a damaged generation may still need something
        with suppress(OSError):
            for path in sorted((self.root / "blobs").glob("??/*")):
                if path.name not in keep:
                    os.unlink(path)  # noqa: PTH108


def _sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _missing(error: OSError, name: str) -> Refused:
    if isinstance(error, FileNotFoundError):
        return Refused("E-STORE-DAMAGED", "gone", name=name)
    return _unreadable(error)


def _unreadable(error: OSError) -> Refused:
    return Refused("E-STORE-READ", "unreadable", why=error.strerror or "?")
