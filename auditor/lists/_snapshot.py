"""What one state of the store says of each list: which files, by digest; how many records; of which day; from where."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from auditor.lists._refused import Refused

FORM = "lists/1"


@dataclass(frozen=True, slots=True)
class Blob:
    """A file in the store: its own name, the SHA-256 of its bytes, how many they are."""

    name: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True)
class Entry:
    """One list in the store.

    `published` is its own date; `current` the day it was last known to be the newest there is: that of the fetch from
    its official address, for a file that was brought its own date, None where it has none. `records` is what was read
    out of it.
    """

    source: str
    format: str
    version: int
    parts: tuple[Blob, ...]
    records: Blob
    count: int
    names: int
    fetched: date
    current: date | None
    origin: str
    published: date | None = None
    tags: Mapping[str, str] = field(default_factory=dict)
    rows: Mapping[str, int] = field(default_factory=dict)
    fill: Mapping[str, int] = field(default_factory=dict)
    warnings: Mapping[str, int] = field(default_factory=dict)
    accepted: tuple[str, ...] = ()

    @property
    def content(self) -> tuple[str, ...]:
        """What it holds, apart from when and whence it came."""
        return (self.records.sha256, *(p.sha256 for p in self.parts))

    @property
    def blobs(self) -> tuple[Blob, ...]:
        """Every file of it."""
        return (*self.parts, self.records)


@dataclass(frozen=True, slots=True)
class Snapshot:
    """The whole store at one time, and the digests of the generations before it, newest first."""

    entries: Mapping[str, Entry] = field(default_factory=dict)
    before: tuple[str, ...] = ()

    @property
    def content(self) -> tuple[tuple[str, tuple[str, ...]], ...]:
        """What all lists hold."""
        return tuple((name, self.entries[name].content) for name in sorted(self.entries))


def later(one: date | None, other: date | None) -> date | None:
    """The later of two days, of which either may not be known."""
    return max((d for d in (one, other) if d is not None), default=None)


def to_bytes(snapshot: Snapshot) -> bytes:
    """A snapshot as canonical JSON."""
    data = {
        "auditor": FORM,
        "before": list(snapshot.before),
        "lists": {name: _to_data(e) for name, e in sorted(snapshot.entries.items())},
    }
    return json.dumps(data, ensure_ascii=False, sort_keys=True, indent=1).encode() + b"\n"


def from_bytes(data: bytes) -> Snapshot:
    """The snapshot in bytes. Raises Refused where they are none, or one of another form."""
    try:
        value = json.loads(data)
        if value["auditor"] != FORM:
            raise Refused("E-STORE-FORM", "form", found=str(value["auditor"])[:40])
        before = tuple(_digest(d) for d in value["before"])
        return Snapshot({str(n): _from_data(str(n), e) for n, e in value["lists"].items()}, before)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError):
        raise Refused("E-STORE-DAMAGED", "manifest") from None


def digest_of(data: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(data).hexdigest()


def _to_data(e: Entry) -> dict[str, Any]:
    return {
        "format": e.format,
        "version": e.version,
        "parts": [_blob(p) for p in e.parts],
        "records": _blob(e.records),
        "count": e.count,
        "names": e.names,
        "fetched": e.fetched.isoformat(),
        "current": e.current.isoformat() if e.current else None,
        "origin": e.origin,
        "published": e.published.isoformat() if e.published else None,
        "tags": dict(e.tags),
        "rows": dict(e.rows),
        "fill": dict(e.fill),
        "warnings": dict(e.warnings),
        "accepted": list(e.accepted),
    }


def _blob(b: Blob) -> list[Any]:
    return [b.name, b.sha256, b.size]


def _from_data(name: str, e: dict[str, Any]) -> Entry:
    return Entry(
        name,
        str(e["format"]),
        int(e["version"]),
        tuple(_to_blob(p) for p in e["parts"]),
        _to_blob(e["records"]),
        int(e["count"]),
        int(e["names"]),
        date.fromisoformat(e["fetched"]),
        date.fromisoformat(e["current"]) if e["current"] else None,
        str(e["origin"]),
        date.fromisoformat(e["published"]) if e["published"] else None,
        {str(k): str(v) for k, v in e["tags"].items()},
        _counts(e["rows"]),
        _counts(e["fill"]),
        _counts(e["warnings"]),
        tuple(str(a) for a in e["accepted"]),
    )


def _counts(found: dict[str, Any]) -> dict[str, int]:
    return {str(k): int(v) for k, v in found.items()}


def _to_blob(found: list[Any]) -> Blob:
    name, sha256, size = found
    if "/" in name or name in {"", ".", ".."}:
        raise ValueError("a name with a folder")
    return Blob(str(name), _digest(sha256), int(size))


def _digest(text: str) -> str:
    if len(text) != 64 or not set(text) <= set("0123456789abcdef"):
        raise ValueError("no digest")
    return text
