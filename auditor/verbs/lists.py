"""`auditor lists`: fetch, check, compare and carry official lists. Only `update` opens a connection."""

import json
import sys
import time
from collections.abc import Callable, Iterable, Sequence
from datetime import date
from pathlib import Path
from typing import Any, TypeVar

import click

from auditor.errors import AuditorError, Exit, Problem, UnusableData, WrongCall
from auditor.lists import (
    ACCEPTABLE,
    Change,
    Entry,
    Fetcher,
    Ours,
    Refused,
    Rules,
    Snapshot,
    Source,
    Store,
    Updated,
    Wanted,
    can_fetch,
    changes,
    export,
    hits,
    import_,
    records_of,
    sources,
    status_of,
    update,
)
from auditor.messages import language, say, word
from auditor.model.listings import ListStatus
from auditor.model.values import Origin
from auditor.sinks import pad, terminal, width
from auditor.triage import ending
from auditor.verbs import _options
from auditor.verbs._help import Context
from auditor.verbs._lists import ages, store_folder
from auditor.verbs._ours import us
from auditor.verbs._out import out, out_json, redraw, said, tell
from auditor.verbs._run import Call

T = TypeVar("T")

SHOWN = 200
"""Most changes of a list that are printed; all are counted, and JSON has them all."""

_NAMES = click.argument("names", nargs=-1, metavar=say("cli.lists", language()))
_STORE = click.option("--lists", "folder", default=None, type=click.Path(), help=_options.told("lists"))
_FORMAT = click.option(
    "-f",
    "--format",
    "shown",
    type=click.Choice(["text", "json"]),
    default="text",
    help=_options.told("lists_format"),
)
_ACCEPT = click.option(
    "--accept",
    multiple=True,
    type=click.Choice(ACCEPTABLE),
    help=_options.told("lists_accept"),
)


class _Group(click.Group):
    context_class = Context

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section(say("click.commands", language())):
            formatter.write_dl([(n, say(f"lists_verb.{n}", language())) for n in self.list_commands(ctx)])

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        found = super().get_command(ctx, cmd_name)
        if found is not None:
            found.help = say(f"lists_verb.{cmd_name}", language())
            found.context_class = Context
            found.options_metavar = say("cli.options", language())
        return found


@click.group("lists", cls=_Group, subcommand_metavar=say("cli.command", language()))
def command() -> None:
    """What lists there are, and whether they may be relied on."""


# -- update --------------------------------------------------------------------------------------------------------


@command.command("update")
@_NAMES
@click.option("--from", "places", multiple=True, metavar="FROM", help=_options.told("lists_from"))
@click.option("--dated", type=_options.Day(), default=None, metavar="DATE", help=_options.told("lists_dated"))
@_STORE
@_ACCEPT
@click.option("--allow-host", "hosts", multiple=True, metavar="HOST", help=_options.told("lists_host"))
@click.option("--ca-bundle", default=None, type=click.Path(), help=_options.told("lists_ca"))
@click.option("--timeout", default=300.0, metavar="N", type=click.FloatRange(1), help=_options.told("lists_timeout"))
@_FORMAT
@_options.lang
def update_lists(
    names: tuple[str, ...],
    places: tuple[str, ...],
    dated: date | None,
    folder: str | None,
    accept: tuple[str, ...],
    hosts: tuple[str, ...],
    ca_bundle: str | None,
    timeout: float,
    shown: str,
    lang: str,
) -> int:
    """Fetch, judge, store; what is refused leaves what was there."""
    chosen = _sources(names, lang)
    if not chosen:
        chosen = tuple(s for s in sources().values() if s.fetched and s.closed is None)
    one_file = places and not (len(places) == 1 and (places[0].endswith("/") or Path(places[0]).is_dir()))
    if one_file and len(names) != 1:
        raise WrongCall(Problem(Origin(), "E-LISTS", say("error.lists_from_one", lang)))
    if not places or any("://" in p for p in places):
        _requests(lang)
    store = Store(store_folder(folder))
    progress = _Progress(lang)
    fetcher = Fetcher(Rules(hosts, timeout, ca_bundle), progress)
    done = _stored(
        lambda: update(store, Wanted(chosen, places, accept, dated), fetcher, _options.today(), progress.begin),
        store,
        lang,
    )
    progress.end()
    return _told(done, shown, lang)


def _requests(lang: str) -> None:
    if not can_fetch():
        hint = say("error.no_requests_hint", lang)
        raise WrongCall(Problem(Origin(), "E-NO-EXTRA", say("error.no_requests", lang), hint))


def _told(done: Sequence[Updated], shown: str, lang: str) -> int:
    if shown == "json":
        _json({"auditor": "lists-update/1", "lists": [_update_data(u) for u in done]})
    problems = []
    for u in done:
        if u.after is not None:
            if shown == "text":
                _say(_update_line(u, lang))
                _warnings(u.after, lang)
            continue
        problems += [r.problem(u.source, lang) for r in u.reasons]
        kept = (
            say("lists.kept", lang, name=u.source, on=_on(u.before.current, lang))
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


def _on(day: date | None, lang: str) -> str:
    return day.isoformat() if day is not None else say("lists.not_dated", lang)


def _warnings(e: Entry, lang: str) -> None:
    for code, n in sorted(e.warnings.items()):
        what = say(f"lists.{code.replace('-', '_')}", lang)
        tell(said(say("lists.warned", lang, name=e.source, code=code, n=n, what=what)))


def _update_data(u: Updated) -> dict[str, Any]:
    return {
        "list": u.source,
        "state": "refused" if u.after is None else "same" if u.same else "updated",
        "reasons": [{"code": r.code, "message": r.what.en} for r in u.reasons],
        "before": _entry_data(u.before),
        "after": _entry_data(u.after),
    }


def _entry_data(e: Entry | None) -> dict[str, Any] | None:
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


# -- status, verify ------------------------------------------------------------------------------------------------


@command.command("status")
@_NAMES
@_STORE
@_options.data_age
@_FORMAT
@_options.lang
def status(names: tuple[str, ...], folder: str | None, max_data_age: tuple[str, ...], shown: str, lang: str) -> int:
    """What is there and whether it may be relied on; a list that was named and may not is exit 5."""
    chosen = [s.name for s in _sources(names, lang)]
    limits = ages(max_data_age, lang)
    store = Store(store_folder(folder))
    snapshot = _stored(store.snapshot, store, lang)
    states = _stored(lambda: _states(store, snapshot, chosen, limits), store, lang)
    if shown == "json":
        _json({"auditor": "lists-status/1", "lists": [_status_data(s, snapshot.entries.get(s.source)) for s in states]})
    else:
        _table(store, snapshot, states, lang)
    bad = [s for s in states if not s.usable]
    if not states:
        hint = say("lists.empty_hint", lang)
        raise UnusableData(
            Problem(Origin(str(store.root)), "E-LIST-MISSING", say("lists.empty", lang, path=str(store.root)), hint)
        )
    for s in bad:
        tell(said(_unusable(s, lang)))
    return int(ending([Exit.DATA] if bad else ()))


def _states(store: Store, snapshot: Snapshot, chosen: Sequence[str], limits: dict[str, int]) -> list[ListStatus]:
    from auditor.lists import load_listings  # noqa: PLC0415

    named = load_listings(store.root, chosen, _options.today(), limits) if chosen else None
    if named is not None:
        return [named.status(n) for n in sorted(chosen)]
    return [status_of(store, e, _options.today(), limits, verified=True) for _, e in sorted(snapshot.entries.items())]


def _unusable(s: ListStatus, lang: str) -> str:
    why = s.why.in_(lang) if s.why is not None else "–"
    return say("lists.unusable", lang, name=s.source, state=word("list_state", s.state, lang), why=why)


def _status_data(s: ListStatus, e: Entry | None) -> dict[str, Any]:
    return {
        "list": s.source,
        "title": s.title,
        "state": str(s.state),
        "why": s.why.en if s.why is not None else None,
        "age": s.age,
        "limit": s.limit,
        "entry": _entry_data(e),
    }


def _table(store: Store, snapshot: Snapshot, states: Iterable[ListStatus], lang: str) -> None:
    _say(say("lists.store", lang, path=str(store.root)))
    digest = store.current()
    if digest is not None:
        n = 1 + len(snapshot.before)
        _say(say("lists.snapshot", lang, digest=digest[:12], n=n))
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
        _say("  ".join(pad(terminal(c), w) for c, w in zip(row, widths, strict=True)).rstrip())
    for name in sorted(snapshot.entries):
        source = sources().get(name)
        if source is not None and source.attribution:
            _say(say("lists.attribution", lang, text=f"{name}: {source.attribution}"))


_ROW = ("row_name", "row_state", "row_records", "row_published", "row_current", "row_age")


@command.command("verify")
@_STORE
@_options.lang
def verify(folder: str | None, lang: str) -> int:
    """Read every file of every generation and compare its digest."""
    store = Store(store_folder(folder))

    def check(digest: str | None) -> tuple[list[Problem], list[tuple[str, int]]]:
        problems: list[Problem] = []
        good: list[tuple[str, int]] = []
        snapshot = store.manifest(digest)
        for before in snapshot.before:
            for entry in store.manifest(before).entries.values():
                problems += _verified(store, entry, lang)
        for name, entry in sorted(snapshot.entries.items()):
            found = _verified(store, entry, lang)
            problems += found
            if not found:
                good.append((name, len(entry.blobs)))
        if problems and store.current() != digest:
            raise Refused("E-STORE-DAMAGED", "restless")
        return problems, good

    digest, (problems, good) = _stored(lambda: store.consistent(check), store, lang)
    if digest is None:
        hint = say("lists.empty_hint", lang)
        raise UnusableData(
            Problem(Origin(str(store.root)), "E-LIST-MISSING", say("lists.empty", lang, path=str(store.root)), hint)
        )
    for name, n in good:
        _say(say("lists.verified", lang, name=name, n=n))
    if problems:
        raise UnusableData(problems)
    return int(ending(()))


def _verified(store: Store, entry: Entry, lang: str) -> list[Problem]:
    problems = []
    for blob in entry.blobs:
        try:
            store.verify(blob)
        except Refused as refused:
            problems.append(refused.problem(entry.source, lang))
    if not problems:
        try:
            for _ in records_of(store, entry):
                pass
        except Refused as refused:
            problems.append(refused.problem(entry.source, lang))
    return problems


# -- diff ----------------------------------------------------------------------------------------------------------


@command.command("diff")
@click.argument("states", nargs=-1, metavar=say("cli.states", language()))
@click.option("--list", "names", multiple=True, metavar="LIST", help=_options.told("lists_only"))
@click.option("--for", "files", multiple=True, type=click.Path(), help=_options.told("lists_for"))
@_STORE
@_FORMAT
@_options.lang
def diff(
    states: tuple[str, ...],
    names: tuple[str, ...],
    files: tuple[str, ...],
    folder: str | None,
    shown: str,
    lang: str,
) -> int:
    """What changed from one state to another: by default from the generation before to the one in force."""
    chosen = {s.name for s in _sources(names, lang)}
    if len(states) > 2:
        raise WrongCall(Problem(Origin(), "E-LISTS", say("refused.generation", lang, name=states[2])))
    about = us(Call(files, lang=lang)) if files else None
    old_name, new_name = (*states, *("1", "0")[len(states) :])
    home = Store(store_folder(folder))
    found = _stored(lambda: _changes(home, old_name, new_name, chosen), home, lang)
    if shown == "json":
        _json(
            {
                "auditor": "lists-diff/1",
                "lists": {n: [_change_data(c, about) for c in cs] for n, cs in found.items()},
            }
        )
        return int(ending(()))
    for name, all_changes in found.items():
        _differences(name, all_changes, lang)
    if about is not None:
        _for_us(found, about, lang)
    return int(ending(()))


def _changes(home: Store, old_name: str, new_name: str, chosen: set[str]) -> dict[str, tuple[Change, ...]]:
    (old_store, old), (new_store, new) = _state(home, old_name), _state(home, new_name)
    found: dict[str, tuple[Change, ...]] = {}
    for name in sorted({*old.entries, *new.entries}):
        if chosen and name not in chosen:
            continue
        was, now = old.entries.get(name), new.entries.get(name)
        if was is not None and now is not None and was.records.sha256 == now.records.sha256:
            found[name] = ()
            continue
        found[name] = changes(
            records_of(old_store, was) if was is not None else (),
            records_of(new_store, now) if now is not None else (),
        )
    return found


def _state(home: Store, name: str) -> tuple[Store, Snapshot]:
    """A state by its number of generations before now, the beginning of its digest, or another store's folder."""
    digest = home.current()
    snapshot = home.manifest(digest)
    known = (digest, *snapshot.before) if digest is not None else ()
    if name.isdigit() and len(name) < 8:
        if int(name) < len(known):
            return home, home.manifest(known[int(name)])
    elif Path(name).is_dir():
        store = Store(Path(name))
        return store, store.snapshot()
    else:
        fitting = [d for d in known if d is not None and d.startswith(name) and len(name) >= 6]
        if len(fitting) == 1:
            return home, home.manifest(fitting[0])
    raise Refused("E-LIST-MISSING", "generation", name=name[:80])


def _differences(name: str, found: Sequence[Change], lang: str) -> None:
    counts = {kind: sum(c.kind == kind for c in found) for kind in ("added", "removed", "changed")}
    _say(say("lists.diff_title", lang, name=name, **counts))
    for change in found[:SHOWN]:
        _say("  " + _change_line(change))
    if len(found) > SHOWN:
        _say("  " + say("lists.diff_more", lang, n=len(found) - SHOWN))


def _change_line(c: Change) -> str:
    match c.kind:
        case "added":
            return f"+ {c.id} {c.party.name}"
        case "removed":
            return f"- {c.id} {c.party.name}"
    return f"~ {c.id} {c.party.name}: {', '.join(c.what)}"


def _for_us(found: dict[str, tuple[Change, ...]], about: Ours, lang: str) -> None:
    mine = [(name, c, tuple(hits(c.party, about))) for name, cs in found.items() for c in cs]
    mine = [m for m in mine if m[2]]
    if mine:
        _say(say("lists.diff_ours", lang, n=len(mine)))
        for name, change, who in mine:
            _say(f"  {name} " + _change_line(change))
            for hit in who:
                _say("    " + say("lists.diff_hit", lang, who=hit.who, on=hit.on))
    else:
        _say(say("lists.diff_nobody", lang))
    tell(said(say("lists.diff_exact", lang)))


def _change_data(c: Change, about: Ours | None) -> dict[str, Any]:
    data: dict[str, Any] = {"id": c.id, "change": c.kind, "name": c.party.name}
    if c.what:
        data["fields"] = list(c.what)
    data["restrictions"] = [str(r) for r in c.party.restrictions]
    if about is not None:
        data["ours"] = [{"who": h.who, "on": h.on, "by": h.by} for h in hits(c.party, about)]
    return data


# -- bundles -------------------------------------------------------------------------------------------------------


@command.command("export")
@click.argument("target", type=click.Path(), metavar=say("cli.bundle", language()))
@_NAMES
@click.option("--sign", "key", default=None, type=click.Path(), metavar="KEY", help=_options.told("lists_sign"))
@_STORE
@_options.lang
def export_lists(target: str, names: tuple[str, ...], key: str | None, folder: str | None, lang: str) -> int:
    """Write lists to a bundle."""
    chosen = tuple(s.name for s in _sources(names, lang))
    store = Store(store_folder(folder))
    path = Path(target)
    written = _stored(lambda: export(store, chosen, path, Path(key) if key is not None else None), store, lang)
    _say(say("lists.exported", lang, path=target, n=len(written.entries)))
    return int(ending(()))


@command.command("import")
@click.argument("bundle", type=click.Path(), metavar=say("cli.bundle", language()))
@click.option("--allowed-signers", "signers", default=None, type=click.Path(), help=_options.told("lists_signers"))
@click.option("--signer", default=None, metavar="ID", help=_options.told("lists_signer"))
@_ACCEPT
@_STORE
@_FORMAT
@_options.lang
def import_lists(
    bundle: str,
    signers: str | None,
    signer: str | None,
    accept: tuple[str, ...],
    folder: str | None,
    shown: str,
    lang: str,
) -> int:
    """Take a bundle in."""
    store = Store(store_folder(folder))
    allowed = Path(signers) if signers is not None else None
    done = _stored(lambda: import_(store, Path(bundle), _options.today(), accept, allowed, signer), store, lang, bundle)
    return _told(done, shown, lang)


# -- what they share -----------------------------------------------------------------------------------------------


def _sources(names: Sequence[str], lang: str) -> tuple[Source, ...]:
    known = sources()
    wrong = [n for n in names if n not in known]
    if wrong:
        hint = say("error.lists_known", lang, names=", ".join(known))
        raise WrongCall(Problem(Origin(), "E-LISTS", say("error.no_such_list", lang, name=n), hint) for n in wrong)
    return tuple(known[n] for n in sorted(set(names)))


def _stored(work: Callable[[], T], store: Store, lang: str, where: str | None = None) -> T:
    """What `work` gives; what the store or the disk does not do is exit 5, and told where."""
    try:
        return work()
    except Refused as refused:
        raise UnusableData(refused.problem(where or str(store.root), lang)) from None
    except AuditorError:
        raise
    except OSError as error:
        what = say("refused.unwritable", lang, why=error.strerror or type(error).__name__)
        hint = say("refused.unwritable_hint", lang)
        raise UnusableData(Problem(Origin(str(store.root)), "E-STORE-WRITE", what, hint)) from None


def _say(text: str) -> None:
    out(said(text))


def _json(value: object) -> None:
    out_json(json.dumps(value, ensure_ascii=True, indent=1))


class _Progress:
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
