"""`auditor lists`: fetch, check, compare and carry official lists. Only `update` opens a connection."""

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path
from typing import TypeVar

import click

from auditor.errors import AuditorError, Exit, Problem, UnusableData, WrongCall
from auditor.lists import (
    ACCEPTABLE,
    Change,
    Entry,
    Fetcher,
    Refused,
    Rules,
    Snapshot,
    Source,
    Store,
    Wanted,
    can_fetch,
    changes,
    export,
    import_,
    records_of,
    sources,
    status_of,
    update,
)
from auditor.messages import language, say
from auditor.model.listings import ListStatus
from auditor.model.values import Origin
from auditor.triage import ending
from auditor.verbs import _options
from auditor.verbs._help import Context
from auditor.verbs._lists import ages, store_folder
from auditor.verbs._lists_told import (
    Progress,
    change_data,
    status_data,
    tell_differences,
    tell_for_us,
    tell_json,
    tell_line,
    tell_table,
    tell_updates,
    unusable,
)
from auditor.verbs._ours import us
from auditor.verbs._out import said, tell
from auditor.verbs._run import Call

T = TypeVar("T")

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
    progress = Progress(lang)
    fetcher = Fetcher(Rules(hosts, timeout, ca_bundle), progress)
    done = _stored(
        lambda: update(store, Wanted(chosen, places, accept, dated), fetcher, _options.today(), progress.begin),
        store,
        lang,
    )
    progress.end()
    return tell_updates(done, shown, lang)


def _requests(lang: str) -> None:
    if not can_fetch():
        hint = say("error.no_requests_hint", lang)
        raise WrongCall(Problem(Origin(), "E-NO-EXTRA", say("error.no_requests", lang), hint))


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
        tell_json(
            {"auditor": "lists-status/1", "lists": [status_data(s, snapshot.entries.get(s.source)) for s in states]}
        )
    else:
        tell_table(store, snapshot, states, lang)
    bad = [s for s in states if not s.usable]
    if not states:
        hint = say("lists.empty_hint", lang)
        raise UnusableData(
            Problem(Origin(str(store.root)), "E-LIST-MISSING", say("lists.empty", lang, path=str(store.root)), hint)
        )
    for s in bad:
        tell(said(unusable(s, lang)))
    return int(ending([Exit.DATA] if bad else ()))


def _states(store: Store, snapshot: Snapshot, chosen: Sequence[str], limits: dict[str, int]) -> list[ListStatus]:
    from auditor.lists import load_listings  # noqa: PLC0415

    named = load_listings(store.root, chosen, _options.today(), limits) if chosen else None
    if named is not None:
        return [named.status(n) for n in sorted(chosen)]
    return [status_of(store, e, _options.today(), limits, verified=True) for _, e in sorted(snapshot.entries.items())]


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
        tell_line(say("lists.verified", lang, name=name, n=n))
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
        tell_json(
            {
                "auditor": "lists-diff/1",
                "lists": {n: [change_data(c, about) for c in cs] for n, cs in found.items()},
            }
        )
        return int(ending(()))
    for name, all_changes in found.items():
        tell_differences(name, all_changes, lang)
    if about is not None:
        tell_for_us(found, about, lang)
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
    tell_line(say("lists.exported", lang, path=target, n=len(written.entries)))
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
    return tell_updates(done, shown, lang)


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
