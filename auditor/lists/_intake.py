"""From bytes to a candidate: staged, unpacked, told apart, read record by record, measured; believed by nobody yet."""

from collections.abc import Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import IO, BinaryIO

from auditor.lists._formats import HEAD, recognised
from auditor.lists._inflate import MAGIC, Inflater
from auditor.lists._judge import Before, Measured, judged
from auditor.lists._reading import Envelope, Format, Source
from auditor.lists._records import FORM, Records, to_line
from auditor.lists._refused import Refused
from auditor.lists._snapshot import Blob, Entry, Snapshot
from auditor.lists._store import CHUNK, Staged, Store, Workshop
from auditor.lists.ofac_csv import part_of

RECORDS_LIMIT = 4 << 30


@dataclass(frozen=True, slots=True)
class Raw:
    """One file of a list, staged and durable: where, what, and the server's tag for it."""

    path: Path
    blob: Blob
    tag: str | None = None


@dataclass(frozen=True, slots=True)
class Candidate:
    """A list that was read whole: its files, the file of its records, and what was measured."""

    source: Source
    format: Format
    raw: tuple[Raw, ...]
    records: Path
    records_blob: Blob
    envelope: Envelope
    measured: Measured
    ids: frozenset[str]
    origin: str
    official: bool

    @property
    def files(self) -> dict[Path, Blob]:
        """The staged files and what they are."""
        return {**{r.path: r.blob for r in self.raw}, self.records: self.records_blob}


def stage(workshop: Workshop, name: str, file: IO[bytes], limit: int) -> Raw:
    """A file copied into the workshop, unpacked where it is gzip. Raises Refused."""
    staged = workshop.stage(limit)
    first = _piece(file, name)
    inflater = Inflater(limit) if first.startswith(MAGIC) else None
    chunk = first
    while chunk:
        staged.write(inflater.feed(chunk) if inflater is not None else chunk)
        chunk = _piece(file, name)
    if inflater is not None:
        inflater.done()
    return Raw(staged.path, staged.done(name))


def _piece(file: IO[bytes], name: str) -> bytes:
    """The next bytes. What cannot be read is the file's fault; what cannot be written, the disk's, and ends the run."""
    try:
        return file.read(CHUNK)
    except OSError as error:
        raise Refused("E-LIST-FROM", "unreadable_file", name=name[-200:], why=error.strerror or "?") from None


def take(
    workshop: Workshop, source: Source, raw: tuple[Raw, ...], origin: str, *, official: bool, dated: date | None = None
) -> Candidate:
    """Read a staged list into a file of records. Raises Refused if it is not this list, not whole, or not sane."""
    with raw[0].path.open("rb") as file:
        head = file.read(HEAD)
    format_ = recognised(source, head) if len(raw) == 1 else _family(source, raw)
    parts = _parts(format_, raw)
    envelope = Envelope(source.name, source.namespaces)
    measured = Measured()
    ids: list[str] = []
    staged = workshop.stage(RECORDS_LIMIT)
    with ExitStack() as stack:
        files: Mapping[str, BinaryIO] = {
            name: stack.enter_context(r.path.open("rb", buffering=CHUNK)) for name, r in parts.items()
        }
        buffer: list[bytes] = []
        size = 0
        for party in format_.read(files, envelope):
            measured.add(party)
            if not envelope.certain:
                ids.append(party.id)
            line = _line(party)
            buffer.append(line)
            size += len(line)
            if size > CHUNK:
                staged.write(b"".join(buffer))
                buffer, size = [], 0
        staged.write(b"".join(buffer))
    if envelope.published is None:
        envelope.published = dated
    if measured.twice:
        envelope.warnings["W-LIST-DUP-UID"] = measured.twice
    if envelope.unknown:
        envelope.warnings["W-LIST-FIELD"] = sum(envelope.unknown.values())
    blob = _done(staged)
    kept = tuple(Raw(r.path, Blob(n, r.blob.sha256, r.blob.size), r.tag) for n, r in parts.items())
    return Candidate(source, format_, kept, staged.path, blob, envelope, measured, frozenset(ids), origin, official)


def entry(store: Store, candidate: Candidate, now: Snapshot, today: date, accepted: tuple[str, ...]) -> Entry:
    """The entry of a candidate that is believed. Raises NotBelieved with every reason against it."""
    c = candidate
    old = now.entries.get(c.source.name)
    before = _before(store, old, c) if old is not None else None
    against = judged(c.source, c.envelope, c.measured, c.ids, before, today, accepted)
    if against:
        raise NotBelieved(against)
    published = c.envelope.published
    return Entry(
        c.source.name,
        c.format.name,
        reader_version(c.format),
        tuple(r.blob for r in c.raw),
        c.records_blob,
        c.measured.count,
        c.measured.names,
        today,
        today if c.official else published and min(published, today),
        c.origin,
        published,
        {r.blob.name: r.tag for r in c.raw if r.tag},
        dict(sorted(c.envelope.rows.items())),
        c.measured.fill(),
        dict(sorted(c.envelope.warnings.items())),
        tuple(sorted(set(accepted))),
    )


class NotBelieved(Exception):
    """Several reasons not to believe a list."""

    def __init__(self, reasons: tuple[Refused, ...]) -> None:
        self.reasons = reasons
        super().__init__(*(str(r) for r in reasons))


def reader_version(format_: Format) -> int:
    """What the records of a format depend on: its reader and the form of the lines."""
    return format_.version * 100 + FORM


def _line(party: object) -> bytes:
    try:
        return to_line(party)  # type: ignore[arg-type]
    except UnicodeEncodeError:
        raise Refused("E-LIST-ENCODING", "surrogate") from None


def _done(staged: Staged) -> Blob:
    return staged.done("records")


def _family(source: Source, raw: tuple[Raw, ...]) -> Format:
    """The format of several files: that of the one with the names of the list in it."""
    for r in raw:
        with r.path.open("rb") as file:
            head = file.read(HEAD)
        try:
            found = recognised(source, head)
        except Refused:
            continue
        if found.parts:
            return found
    raise Refused("E-LIST-PARTS", "no_family", names=", ".join(sorted(r.blob.name for r in raw))[:200])


def _parts(format_: Format, raw: tuple[Raw, ...]) -> dict[str, Raw]:
    """Which file is which part."""
    if not format_.parts:
        return {raw[0].blob.name: raw[0]}
    found: dict[str, Raw] = {}
    for r in raw:
        part = part_of(r.blob.name)
        if part is None or part in found:
            raise Refused("E-LIST-PARTS", "strange_part", name=r.blob.name[:100])
        found[part] = r
    return {p: found[p] for p in format_.parts if p in found}


def _before(store: Store, old: Entry, c: Candidate) -> Before:
    ids: tuple[str, ...] = ()
    if not c.envelope.certain:
        records = Records(old.source, store.bytes_of(old.records), old.count)
        ids = tuple(p.id for p in records)
    return Before(old.published, old.count, dict(old.fill), ids)
