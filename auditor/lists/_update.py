"""Bring lists up to date: from their official addresses, from a mirror, an address or files that the user names."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urljoin, urlsplit

from auditor.lists._fetch import Fetcher
from auditor.lists._formats import formats
from auditor.lists._intake import Candidate, NotBelieved, Raw, entry, stage, take
from auditor.lists._reading import Part, Source
from auditor.lists._refused import Refused
from auditor.lists._snapshot import Blob, Entry, Snapshot, later
from auditor.lists._store import Staged, Store, Workshop
from auditor.lists.ofac_csv import part_of


@dataclass(frozen=True, slots=True)
class Updated:
    """How it went for one list: its entry before and after, and the reasons where it was refused."""

    source: str
    before: Entry | None = None
    after: Entry | None = None
    reasons: tuple[Refused, ...] = ()
    same: bool = False


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an update is to do: which lists, from where (nothing: their own addresses), what a person accepts.

    `dated` is the date of a file that does not say its own.
    """

    sources: tuple[Source, ...]
    places: tuple[str, ...] = ()
    accepted: tuple[str, ...] = ()
    dated: date | None = None


def update(
    store: Store, wanted: Wanted, fetcher: Fetcher, today: date, told: Callable[[str], None] | None = None
) -> tuple[Updated, ...]:
    """Fetch, judge and store. What is refused changes nothing; what is believed comes into force all at once.

    Raises Refused where the store itself cannot be read or written, and OSError where the disk does not do.
    """
    known = store.snapshot()
    results: dict[str, Updated] = {}
    candidates: list[Candidate] = []
    kept: list[Entry] = []
    with store.workshop() as workshop:
        for source in wanted.sources:
            if told is not None:
                told(source.name)
            old = known.entries.get(source.name)
            try:
                found = _candidate(store, workshop, source, wanted, fetcher, old)
            except Refused as refused:
                results[source.name] = Updated(source.name, old, None, (refused,))
                continue
            if found is None and old is not None:
                kept.append(old)
            elif found is not None:
                candidates.append(found)
        _ahead(store, candidates, kept, wanted, today, results)
        believed = [c for c in candidates if results[c.source.name].after is not None]
        if believed or kept:  # judged again with the store to itself: another writer may have been faster
            store.commit(lambda now: _decide(store, now, believed, kept, wanted, today, results))
    return tuple(results[s.name] for s in wanted.sources if s.name in results)


def _ahead(
    store: Store,
    candidates: Sequence[Candidate],
    kept: Sequence[Entry],
    wanted: Wanted,
    today: date,
    results: dict[str, Updated],
) -> None:
    """The same judgement without the lock: what is refused already need not make others wait, nor touch anything."""
    while True:
        digest = store.current()
        _decide(store, store.snapshot(), candidates, kept, wanted, today, results)
        gone = any(r.code.startswith("E-STORE") for u in results.values() for r in u.reasons)
        if not gone or store.current() == digest:  # else other writers went by, and took away what was compared
            return


def _decide(
    store: Store,
    now: Snapshot,
    candidates: Sequence[Candidate],
    kept: Sequence[Entry],
    wanted: Wanted,
    today: date,
    results: dict[str, Updated],
) -> tuple[Snapshot, dict[Path, Blob]]:
    """The new snapshot: judged against what is in force now, which another writer may have brought in meanwhile."""
    entries = dict(now.entries)
    files: dict[Path, Blob] = {}
    for old in kept:
        there = entries.get(old.source)
        if there is not None and there.content == old.content:
            entries[old.source] = replace(there, current=later(today, there.current))
        results[old.source] = Updated(old.source, old, entries.get(old.source), same=True)
    for candidate in candidates:
        name = candidate.source.name
        before = entries.get(name)
        try:
            new = entry(store, candidate, now, today, wanted.accepted)
        except NotBelieved as against:
            results[name] = Updated(name, before, None, against.reasons)
            continue
        except Refused as refused:
            results[name] = Updated(name, before, None, (refused,))
            continue
        same = before is not None and before.content == new.content
        if same and before is not None:  # nothing new: what is known of its day only gets better
            new = replace(new, current=later(before.current, new.current), fetched=before.fetched)
        entries[name] = new
        files |= candidate.files
        results[name] = Updated(name, before, new, same=same)
    return Snapshot(entries, now.before), files


# -- where it comes from -------------------------------------------------------------------------------------------


def _candidate(
    store: Store, workshop: Workshop, source: Source, wanted: Wanted, fetcher: Fetcher, old: Entry | None
) -> Candidate | None:
    """The list as it was found; None where the server says that what the store holds is still the newest."""
    if not wanted.places:
        return _official(store, workshop, source, fetcher, old)
    urls = [p for p in wanted.places if _is_url(p)]
    if urls and len(wanted.places) > 1:
        raise Refused("E-LIST-FROM", "mixed")
    if urls:
        return _from_address(workshop, source, urls[0], fetcher, wanted.dated)
    return _from_files(workshop, source, [Path(p) for p in wanted.places], wanted.dated)


def _official(
    store: Store, workshop: Workshop, source: Source, fetcher: Fetcher, old: Entry | None
) -> Candidate | None:
    raw: list[Raw] = []
    same = 0
    for part in source.parts:
        if part.url is None:
            raise Refused("E-LIST-FROM", "brought", name=source.name)
        tag = _tag(store, old, part)
        found = _fetch(workshop, source, part, part.url, source.hosts, fetcher, tag)
        same += found is None
        if found is not None:
            raw.append(found)
    if not source.parts:
        raise Refused("E-LIST-FROM", "brought", name=source.name)
    if same and same == len(source.parts):
        return None
    return take(workshop, source, tuple(raw), source.parts[0].url or "", official=True)


def _tag(store: Store, old: Entry | None, part: Part) -> str | None:
    """The server's tag for what we have: sent only if we have it whole, and from that very address."""
    if old is None or old.origin != part.url or len(old.parts) != 1 or part.name not in old.tags:
        return None
    try:
        for blob in old.blobs:
            store.verify(blob)
    except Refused:
        return None
    return old.tags[part.name]


def _from_address(workshop: Workshop, source: Source, url: str, fetcher: Fetcher, dated: date | None) -> Candidate:
    """A mirror (an address that ends with `/`, with the list's files below it), or the file itself."""
    mirror = url.endswith("/")
    parts = source.parts or (Part(f"{source.name}.list"),)
    if not mirror and len(parts) > 1:
        raise Refused("E-LIST-FROM", "several", names=", ".join(p.name for p in parts))
    host = urlsplit(url).hostname or ""
    raw = []
    for part in parts:
        at = urljoin(url, part.name) if mirror else url
        found = _fetch(workshop, source, part, at, (host, *source.hosts), fetcher, None)
        if found is None:
            raise Refused("E-LIST-FETCH", "status", host=host, n="304")
        raw.append(found)
    return take(workshop, source, tuple(raw), _without_secrets(url), official=False, dated=dated)


def _without_secrets(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.hostname or ''}{parts.path}"


def _fetch(
    workshop: Workshop,
    source: Source,
    part: Part,
    url: str,
    hosts: tuple[str, ...],
    fetcher: Fetcher,
    tag: str | None,
) -> Raw | None:
    staged: list[Staged] = []

    def begin() -> Callable[[bytes], None]:
        staged.append(workshop.stage(source.limit))
        return staged[-1].write

    got = fetcher.fetch(url, hosts, begin, source.limit, tag)
    if got.same:
        return None
    blob = staged[-1].done(part.name)
    raw = Raw(staged[-1].path, blob, got.tag)
    with raw.path.open("rb") as file:
        if file.read(2) == b"\x1f\x8b":  # a file that is gzip itself, not only on its way
            file.seek(0)
            return replace(stage(workshop, part.name, file, source.limit), tag=got.tag)
    return raw


def _from_files(workshop: Workshop, source: Source, paths: list[Path], dated: date | None) -> Candidate:
    """Files of the list, or a folder that holds them under their usual names."""
    files = [f for p in paths for f in (_in_folder(source, p) if p.is_dir() else [p])]
    if not files:
        raise Refused("E-LIST-FROM", "nothing_there", name=source.name)
    raw = []
    for path in files:
        with _opened(path) as file:
            raw.append(stage(workshop, path.name.removesuffix(".gz"), file, source.limit))
    return take(workshop, source, tuple(raw), files[0].name, official=False, dated=dated)


def _opened(path: Path) -> BinaryIO:
    if not path.is_file():
        raise Refused("E-LIST-FROM", "no_file", name=str(path)[-200:])
    try:
        return path.open("rb")
    except OSError as error:
        raise Refused("E-LIST-FROM", "unreadable_file", name=str(path)[-200:], why=error.strerror or "?") from None


def _in_folder(source: Source, folder: Path) -> list[Path]:
    """The list's files in a folder: a family of parts, its own name, or the only file there is."""
    there = sorted(p for p in folder.iterdir() if p.is_file())
    usual = {p.name for p in source.parts}
    own = [p for p in there if p.name.removesuffix(".gz") in usual or p.name.removesuffix(".gz") == source.name]
    if own:
        return own
    families = [formats()[f] for f in source.formats if formats()[f].parts]
    parts = [p for p in there if part_of(p.name.removesuffix(".gz"))]
    if families and len(parts) > 1:
        return parts
    return there if len(there) == 1 else []


def _is_url(place: str) -> bool:
    return "://" in place
