"""What an audit gets of the store: the state of each list on a day, and the verified records of those it asks for."""

import io
from collections.abc import Iterable, Mapping
from contextlib import ExitStack
from datetime import date
from pathlib import Path

from auditor.lists._formats import formats, sources
from auditor.lists._intake import reader_version
from auditor.lists._judge import SKEW
from auditor.lists._reading import Envelope, Source
from auditor.lists._records import Records, to_line
from auditor.lists._refused import Refused
from auditor.lists._snapshot import Entry, later
from auditor.lists._store import Store
from auditor.messages import both
from auditor.model.listings import ListedParty, Listings, ListState, ListStatus
from auditor.model.values import Text


def load_listings(root: Path, wanted: Iterable[str], today: date, max_age: Mapping[str, int] | None = None) -> Listings:
    """The lists of a store as an audit may use them on a day.

    Every list that is there is judged; the records of those `wanted` are read and verified. `max_age` sets the days a
    list may be old, by its name or for all (`*`). Nothing is raised: what is wrong with a list is its state.
    """
    store, names = Store(root), sorted(set(wanted))
    limits = max_age or {}
    try:
        digest, found = store.consistent(lambda d: _loaded(store, d, names, today, limits))
    except Refused as refused:
        known = sources()
        damaged = (_status(known.get(n), n, None, ListState.DAMAGED, refused.what) for n in names)
        return Listings("", tuple(damaged), {})
    return Listings(digest or "", *found)


def status_of(store: Store, entry: Entry, today: date, limits: Mapping[str, int], *, verified: bool) -> ListStatus:
    """The state of a list of the store on a day; with `verified` its files are read through."""
    source = sources().get(entry.source)
    limit = limits.get(entry.source, limits.get("*", source.days if source is not None else 5))
    state, why = _judged(source, entry, today, limit)
    if verified:
        try:
            for blob in entry.blobs:
                store.verify(blob)
        except Refused as refused:
            state, why = ListState.DAMAGED, refused.what
    return _status(source, entry.source, entry, state, why, today, limit)


def records_of(store: Store, entry: Entry) -> Records:
    """The records of a list, verified; made anew from the list's own files where they are of an older reader.

    Raises Refused if what is there is damaged, or if the reader of today does not understand the files any more.
    """
    format_ = formats().get(entry.format)
    if format_ is None:
        raise Refused("E-STORE-FORM", "no_reader", name=entry.format[:40])
    if entry.version == reader_version(format_) and store.path_of(entry.records).exists():
        return Records(entry.source, store.bytes_of(entry.records), entry.count)
    lines, count = read_again(store, entry)
    if entry.version == reader_version(format_) and count != entry.count:
        raise Refused("E-STORE-DAMAGED", "records")
    return Records(entry.source, lines, count)


def read_again(store: Store, entry: Entry) -> tuple[bytes, int]:
    """The lines of a list's records and their number, from its own verified files."""
    for blob in entry.parts:
        store.verify(blob)
    known = sources().get(entry.source)
    envelope = Envelope(entry.source, known.namespaces if known is not None else None)
    lines = io.BytesIO()
    count = 0
    with ExitStack() as stack:
        files = {b.name: stack.enter_context(store.path_of(b).open("rb")) for b in entry.parts}
        for party in formats()[entry.format].read(files, envelope):
            lines.write(to_line(party))
            count += 1
    return lines.getvalue(), count


Loaded = tuple[tuple[ListStatus, ...], Mapping[str, Iterable[ListedParty]]]


def _loaded(store: Store, digest: str | None, names: list[str], today: date, limits: Mapping[str, int]) -> Loaded:
    entries = store.manifest(digest).entries
    states: list[ListStatus] = []
    parties: dict[str, Iterable[ListedParty]] = {}
    known = sources()
    for name in sorted({*names, *entries}):
        entry = entries.get(name)
        if entry is None:
            states.append(_status(known.get(name), name, None, ListState.MISSING, both("list_state_why.missing")))
            continue
        wanted = name in names
        state = status_of(store, entry, today, limits, verified=wanted)
        if wanted and state.usable:
            try:
                parties[name] = records_of(store, entry)
            except Refused as refused:
                state = _status(known.get(name), name, entry, ListState.DAMAGED, refused.what)
        if state.state is ListState.DAMAGED and store.current() != digest:
            raise Refused("E-STORE-DAMAGED", "restless")  # a writer went by: once more, with what is in force now
        states.append(state)
    return tuple(states), parties


def _judged(source: Source | None, entry: Entry, today: date, limit: int) -> tuple[ListState, Text | None]:
    if source is None:
        return ListState.CLOSED, both("list_state_why.unknown")
    if source.closed is not None:
        return ListState.CLOSED, both("list_state_why.closed", on=source.closed.isoformat())
    ahead = later(entry.current, entry.published)
    if ahead is None or entry.current is None:
        return ListState.STALE, both("list_state_why.undated")
    if ahead > today + SKEW:
        return ListState.STALE, both("list_state_why.clock", on=ahead.isoformat())
    age = (today - entry.current).days
    if age > limit:
        return ListState.STALE, both("list_state_why.old", on=entry.current.isoformat(), n=age, limit=limit)
    if entry.published is not None and (today - entry.published).days > source.frozen:
        return ListState.STALE, both("list_state_why.frozen", on=entry.published.isoformat(), limit=source.frozen)
    return ListState.FRESH, None


def _status(
    source: Source | None,
    name: str,
    entry: Entry | None,
    state: ListState,
    why: Text | None,
    today: date | None = None,
    limit: int | None = None,
) -> ListStatus:
    title = source.title if source is not None else name
    if entry is None:
        return ListStatus(name, title, state, why=why)
    age = (today - entry.current).days if today is not None and entry.current is not None else None
    return ListStatus(
        name, title, state, entry.count, entry.published, entry.current, age, limit, entry.records.sha256, why
    )
