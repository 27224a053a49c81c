"""What `auditor lists` tells, in lines and as data: updates, states, differences, progress."""

import json
import sys
import time
from collections.abc import Iterable, Sequence
from datetime import date
from typing import Any

from auditor.errors import UnusableData
from auditor.lists import (
    Change,
    Entry,
    Ours,
    Snapshot,
    Store,
    Updated,
    hits,
    sources,
)
from auditor.messages import say, word
from auditor.model.listings import ListStatus
from auditor.sinks import pad, terminal, width
from auditor.triage import ending
from auditor.verbs._out import out, out_json, redraw, said, tell

_ROW = ("row_name", "row_state", "row_records", "row_published", "row_current", "row_age")
SHOWN = 200
"""Most changes of a list that are printed; all are counted, and JSON has them all."""


def tell_updates(done: Sequence[Updated], shown: str, lang: str) -> int:
    if shown == "json":
        tell_json({"auditor": "lists-update/1", "lists": [_update_data(u) for u in done]})
    problems = []
    for u in done:
        if u.after is not None:
            if shown == "text":
                tell_line(_update_line(u, lang))
                tell_warnings(u.after, lang)
            continue
        problems += [r.problem(u.source, lang) for r in u.reasons]
        kept = (
            say("lists.kept", lang, name=u.source, on=on_day(u.before.current, lang))
            if u.before is not None
            else say("lists.none", lang, name=u.source)
        )
        tell(said(kept))
    if problems:
        raise UnusableData(problems)
    return int(ending(()))


def _update_line(u: Updated, lang: str) -> str:
    after = u.after
    if after is None:
        raise ValueError("a refused list has no line")
    dated = (
        say("lists.dated", lang, on=after.published.isoformat()) if after.published else say("lists.not_dated", lang)
    )
    if u.same:
        return say("lists.same", lang, name=u.source, count=after.count, dated=dated)
    change = say("lists.change", lang, before=u.before.count) if u.before is not None else say("lists.first", lang)
    return say("lists.updated", lang, name=u.source, count=after.count, names=after.names, dated=dated, change=change)


def on_day(day: date | None, lang: str) -> str:
    return day.isoformat() if day is not None else say("lists.not_dated", lang)


def tell_warnings(e: Entry, lang: str) -> None:
    for code, n in sorted(e.warnings.items()):
        what = say(f"lists.{code.replace('-', '_')}", lang)
        tell(said(say("lists.warned", lang, name=e.source, code=code, n=n, what=what)))


def _update_data(u: Updated) -> dict[str, Any]:
    return {
        "list": u.source,
        "state": "refused" if u.after is None else "same" if u.same else "updated",
        "reasons": [{"code": r.code, "message": r.what.en} for r in u.reasons],
        "before": entry_data(u.before),
        "after": entry_data(u.after),
    }


def entry_data(e: Entry | None) -> dict[str, Any] | None:
    if e is None:
        return None
    return {
        "format": e.format,
        "records": e.count,
        "names": e.names,
        "published": e.published.isoformat() if e.published else None,
        "current": e.current.isoformat() if e.current else None,
        "fetched": e.fetched.isoformat(),
        "origin": e.origin,
        "files": [{"name": b.name, "sha256": b.sha256, "bytes": b.size} for b in e.parts],
        "rows": dict(e.rows),
        "fill": dict(e.fill),
        "warnings": dict(e.warnings),
        "accepted": list(e.accepted),
    }


def unusable(s: ListStatus, lang: str) -> str:
    why = s.why.in_(lang) if s.why is not None else "–"
    return say("lists.unusable", lang, name=s.source, state=word("list_state", s.state, lang), why=why)


def status_data(s: ListStatus, e: Entry | None) -> dict[str, Any]:
    return {
        "list": s.source,
        "title": s.title,
        "state": str(s.state),
        "why": s.why.en if s.why is not None else None,
        "age": s.age,
        "limit": s.limit,
        "entry": entry_data(e),
    }


def tell_table(store: Store, snapshot: Snapshot, states: Iterable[ListStatus], lang: str) -> None:
    tell_line(say("lists.store", lang, path=str(store.root)))
    digest = store.current()
    if digest is not None:
        n = 1 + len(snapshot.before)
        tell_line(say("lists.snapshot", lang, digest=digest[:12], n=n))
    head = [say(f"lists.{k}", lang) for k in _ROW]
    rows = [head]
    for s in states:
        rows.append(
            [
                s.source,
                word("list_state", s.state, lang),
                f"{s.records:,}",
                s.published.isoformat() if s.published else "–",
                s.current.isoformat() if s.current else "–",
                say("lists.days", lang, n=s.age) if s.age is not None else "–",
            ]
        )
    widths = [max(width(terminal(r[i])) for r in rows) for i in range(len(head))]
    for row in rows:
        tell_line("  ".join(pad(terminal(c), w) for c, w in zip(row, widths, strict=True)).rstrip())
    for name in sorted(snapshot.entries):
        source = sources().get(name)
        if source is not None and source.attribution:
            tell_line(say("lists.attribution", lang, text=f"{name}: {source.attribution}"))


def tell_differences(name: str, found: Sequence[Change], lang: str) -> None:
    counts = {kind: sum(c.kind == kind for c in found) for kind in ("added", "removed", "changed")}
    tell_line(say("lists.diff_title", lang, name=name, **counts))
    for change in found[:SHOWN]:
        tell_line("  " + _change_line(change))
    if len(found) > SHOWN:
        tell_line("  " + say("lists.diff_more", lang, n=len(found) - SHOWN))


def _change_line(c: Change) -> str:
    match c.kind:
        case "added":
            return f"+ {c.id} {c.party.name}"
        case "removed":
            return f"- {c.id} {c.party.name}"
    return f"~ {c.id} {c.party.name}: {', '.join(c.what)}"


def tell_for_us(found: dict[str, tuple[Change, ...]], about: Ours, lang: str) -> None:
    mine = [(name, c, tuple(hits(c.party, about))) for name, cs in found.items() for c in cs]
    mine = [m for m in mine if m[2]]
    if mine:
        tell_line(say("lists.diff_ours", lang, n=len(mine)))
        for name, change, who in mine:
            tell_line(f"  {name} " + _change_line(change))
            for hit in who:
                tell_line("    " + say("lists.diff_hit", lang, who=hit.who, on=hit.on))
    else:
        tell_line(say("lists.diff_nobody", lang))
    tell(said(say("lists.diff_exact", lang)))


def change_data(c: Change, about: Ours | None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": c.id, "change": c.kind, "name": c.party.name}
    if c.what:
        data["fields"] = list(c.what)
    data["restrictions"] = [str(r) for r in c.party.restrictions]
    if about is not None:
        data["ours"] = [{"who": h.who, "on": h.on, "by": h.by} for h in hits(c.party, about)]
    return data


class Progress:
    """How far a download is, on a terminal, once it has taken a second."""

    def __init__(self, lang: str) -> None:
        self._lang = lang
        self._on = sys.stderr.isatty()
        self._last = time.monotonic()
        self._shown = False

    def begin(self, name: str) -> None:
        """A list is next."""
        if self._on:
            self._line(say("lists.fetching", self._lang, name=name))

    def __call__(self, host: str, done: int, size: int | None) -> None:
        """Some bytes came."""
        now = time.monotonic()
        if not self._on or now - self._last < 1:
            return
        self._last = now
        self._line(f"{host}: {_size(done)}" + (f" / {_size(size)}" if size is not None else ""))

    def end(self) -> None:
        """Take the line away."""
        if self._shown:
            redraw(terminal(""))
            self._shown = False

    def _line(self, text: str) -> None:
        redraw(terminal(text))
        self._shown = True


def _size(n: int) -> str:
    return f"{n / (1 << 20):,.1f} MiB"


def tell_line(text: str) -> None:
    """A line on standard output."""
    out(said(text))


def tell_json(value: object) -> None:
    """Data on standard output."""
    out_json(json.dumps(value, ensure_ascii=True, indent=1))
