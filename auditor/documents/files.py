"""A path to bytes: regular files only, within the budget, and inside the directory that was promised."""

import errno
import os
import stat
from pathlib import Path
from typing import Never

from auditor.errors import InvalidDocument, Problem
from auditor.messages import sentence
from auditor.model.values import Origin

MAX_BYTES = 32 * 1024 * 1024
"""Largest file that is read, in bytes."""

_KINDS = (
    (stat.S_ISDIR, "directory"),
    (stat.S_ISFIFO, "pipe"),
    (stat.S_ISSOCK, "socket"),
    (stat.S_ISCHR, "device"),
    (stat.S_ISBLK, "device"),
)
# Non-blocking: a pipe put in place of the file after the check below must not hang the open.
_FLAGS = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)


def read_bytes(path: Path, shown: str, root: Path | None) -> bytes:
    """The bytes of the regular file at `path`; with `root`, only inside that directory. Raises `InvalidDocument`."""
    try:
        real = os.path.realpath(path, strict=True)
        if root is not None and not Path(real).is_relative_to(os.path.realpath(root, strict=True)):
            _refuse(shown, "E-FILE-LINK", sentence("E-FILE-LINK.outside"))
        # Before opening, because opening some devices already does something.
        _must_be_regular(Path(real).stat(), shown)
        with os.fdopen(os.open(real, _FLAGS), "rb", buffering=0) as file:
            status = os.fstat(file.fileno())
            _must_be_regular(status, shown)
            must_fit(status.st_size, shown)
            return _all(file.fileno(), status.st_size, shown)
    except FileNotFoundError:
        return _refuse(shown, "E-FILE-MISSING", sentence("E-FILE-MISSING.missing"))
    except PermissionError:
        return _refuse(shown, "E-FILE-READ", sentence("E-FILE-READ.permission"))
    except OSError as error:
        if error.errno == errno.ELOOP:
            return _refuse(shown, "E-FILE-LINK", sentence("E-FILE-LINK.circle"))
        why = error.strerror
        said = sentence("E-FILE-READ.why", why=why) if why else sentence("E-FILE-READ.unknown")
        return _refuse(shown, "E-FILE-READ", said)
    except ValueError:
        # A NUL in the path, or characters that the file system's encoding does not have.
        return _refuse(shown, "E-FILE-MISSING", sentence("E-FILE-MISSING.characters"))


def must_fit(size: int, shown: str) -> None:
    """Refuses more than `MAX_BYTES` bytes with E-YAML-SIZE."""
    if size > MAX_BYTES:
        _refuse(
            shown,
            "E-YAML-SIZE",
            sentence("E-YAML-SIZE.big", n=MAX_BYTES // 1024**2),
            sentence("E-YAML-SIZE.big_hint"),
        )


def _must_be_regular(status: os.stat_result, shown: str) -> None:
    if stat.S_ISREG(status.st_mode):
        return
    kind = next((name for test, name in _KINDS if test(status.st_mode)), "special")
    hint = sentence("E-FILE-KIND.folder_hint") if stat.S_ISDIR(status.st_mode) else None
    _refuse(shown, "E-FILE-KIND", sentence("E-FILE-KIND.kind", kind=sentence(f"file_kind.{kind}")), hint)


def _all(descriptor: int, expected: int, shown: str) -> bytes:
    """Reads to the end: the size reported before may be wrong, because the file grows or the system makes it up."""
    parts = []
    size = 0
    while part := os.read(descriptor, max(65536, expected - size + 1)):
        parts.append(part)
        size += len(part)
        must_fit(size, shown)
    return parts[0] if len(parts) == 1 else b"".join(parts)


def _refuse(shown: str, code: str, message: str, hint: str | None = None) -> Never:
    raise InvalidDocument(Problem(Origin(shown), code, message, hint))
