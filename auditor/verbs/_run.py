"""One run from files to outputs: load, audit, write, and end with what the ledger says."""

import json
import os
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

from auditor.audit import Given, audit
from auditor.errors import InvalidDocument, Problem, WrongCall
from auditor.loading import (
    link,
    link_packs,
    link_scenarios,
    load_decisions,
    load_inventory,
    load_knowledge,
    load_packs,
    scenarios_beside,
)
from auditor.loading.packs import PredicateSchemas, asks
from auditor.messages import say, sentence, shown
from auditor.model.knowledge import Knowledge
from auditor.model.listings import Listings
from auditor.model.record import record
from auditor.model.report import Ledger, Note, Question, Report
from auditor.model.rules import Pack
from auditor.model.scenarios import Scenario
from auditor.model.values import Origin
from auditor.model.vocabulary import Profile, SubjectKind
from auditor.predicates import PREDICATES
from auditor.reach import BadQuestion
from auditor.reporters import Style, formats, rendered
from auditor.sinks import Output
from auditor.triage import Policy, exit_code
from auditor.verbs._options import today
from auditor.verbs._out import said, tell, write

STDOUT = "-"


@record
class Call:
    """What a verb was called with."""

    files: tuple[str, ...]
    by: str | None = None
    who: str | None = None
    profile: Profile = Profile.ORG
    rules: tuple[str, ...] = ()
    knowledge: tuple[str, ...] = ()
    lists: str | None = None
    max_data_age: tuple[str, ...] = ()
    decisions: tuple[str, ...] = ()
    as_of: date | None = None
    outputs: tuple[str, ...] = ()
    shown: str | None = None
    color: str = "auto"
    lang: str = "en"
    policy: Policy = Policy()
    on: date | None = None


def run(call: Call, scenarios: tuple[Scenario, ...] | None = None, suppose: tuple[str, ...] = ()) -> int:
    """Report and end: the exit code of the run. The outages of the scenarios named in `suppose` are told as well."""
    wanted = destinations(call)
    report = make_report(call, scenarios, suppose)
    return finish(report, wanted, call)


def make_report(call: Call, scenarios: tuple[Scenario, ...] | None = None, suppose: tuple[str, ...] = ()) -> Report:
    """Load everything and audit. Raises an AuditorError with all problems of the first stage that has any."""
    if not call.files:
        raise WrongCall(
            Problem(Origin(), "E-NO-FILES", say("error.no_files", call.lang), say("error.no_files_hint", call.lang))
        )
    day = call.as_of or today()
    knowledge = load_knowledge([Path(p) for p in call.knowledge])
    packs = packs_for(call.rules)
    listings = _listings(call, packs, day)
    if scenarios is None and (call.rules or _supposing(packs, call.profile)):
        scenarios = scenarios_for(call.rules, knowledge)
    nameless = link_packs(packs, knowledge, None if scenarios is None else {s.id for s in scenarios})
    if nameless:
        raise WrongCall(nameless)
    decided = load_decisions([Path(p) for p in call.decisions], day)
    loaded = load_inventory([Path(p) for p in call.files])
    unknown = link(loaded.inventory, knowledge)
    if unknown:
        raise InvalidDocument(unknown)
    given = Given(
        as_of=day,
        on=call.on or day,
        question=Question(call.by, call.who),
        profile=Profile(call.profile),
        policy=call.policy,
        decisions=decided,
        inputs=loaded.inputs,
        files=loaded.given,
        notes=tuple(_note(n) for n in loaded.notes),
        scenarios=scenarios or (),
        suppose=suppose,
    )
    return asked(lambda: audit(loaded.inventory, knowledge, packs, given, listings), call.lang)


def _listings(call: Call, packs: Sequence[Pack], day: date) -> Listings:
    """The official lists of the run: looked at only where a pack needs one, or the call names a store."""
    asking = [p for p in packs if p.needs_lists and (call.profile is Profile.ALL or call.profile in p.profiles)]
    if not asking and call.lists is None and not call.max_data_age:
        return Listings()
    from auditor.lists import load_listings, sources  # noqa: PLC0415 - most runs need none
    from auditor.verbs._lists import ages, store_folder  # noqa: PLC0415

    wrong = [
        Problem(
            p.origin,
            "E-PACK-LIST",
            say("error.pack_list", call.lang, pack=p.pack, name=name),
            say("error.lists_known", call.lang, names=", ".join(sources())),
        )
        for p in packs
        for name in p.needs_lists
        if name not in sources()
    ]
    if wrong:
        raise WrongCall(wrong)
    wanted = {name for p in asking for name in p.needs_lists}
    return load_listings(store_folder(call.lists), wanted, day, ages(call.max_data_age, call.lang))


def _supposing(packs: Sequence[Pack], profile: Profile) -> bool:
    """Whether any rule that may run asks what a scenario would do."""
    running = (p for p in packs if profile is Profile.ALL or profile in p.profiles)
    return any("scenario" in PREDICATES[a.predicate].arguments for p in running for r in p.rules for a in asks(r.when))


def scenarios_for(rules: Sequence[str], knowledge: Knowledge) -> tuple[Scenario, ...]:
    """The shipped scenarios and those in folders named with `--rules`. Raises WrongCall."""
    scenarios = scenarios_beside([Path(p) for p in rules])
    unknown = link_scenarios(scenarios, knowledge) if rules else []
    if unknown:
        raise WrongCall(unknown)
    return scenarios


def _note(n: Problem) -> Note:
    """A problem that stops nothing, as a note in both languages."""
    hint = (str(n.hint), shown(n.hint, "ko")) if n.hint else (None, None)
    return Note(n.code, str(n.message), hint[0], n.origin, shown(n.message, "ko"), hint[1])


def asked(answer: Callable[[], Report], language: str) -> Report:
    """An answer to a question, or the problem of a question that names nobody."""
    try:
        return answer()
    except BadQuestion as bad:
        hint = bad.hint.in_(language) if bad.hint else None
        raise WrongCall(Problem(Origin(), "E-QUESTION", bad.message.in_(language), hint)) from None


def predicate_schemas() -> PredicateSchemas:
    """What the pack schema is assembled from."""
    return tuple((name, json.dumps(p.schema)) for name, p in sorted(PREDICATES.items()))


def predicate_subjects() -> dict[str, tuple[SubjectKind, ...]]:
    """Of what each predicate can be asked."""
    return {name: p.subjects for name, p in PREDICATES.items()}


def packs_for(rules: Sequence[str], *, examples: bool = False) -> tuple[Pack, ...]:
    """The shipped packs and those named with `--rules`; with their examples only where those are wanted."""
    return load_packs([Path(p) for p in rules], predicate_schemas(), predicate_subjects(), examples=examples)


# -- outputs -------------------------------------------------------------------------------------------------------


@record
class Destination:
    """A format and where it goes; `-` is standard output."""

    format: str
    path: str


def destinations(call: Call) -> tuple[Destination, ...]:
    """Where the outputs go. Text goes to standard output unless another output does. Raises WrongCall."""
    problems = []
    wanted = []
    for given in call.outputs:
        name, equals, path = given.partition("=")
        if not equals or not path:
            problems.append(_wrong(say("error.output", call.lang, given=given)))
            continue
        wanted.append(Destination(name, path))
    on_stdout = [d for d in wanted if d.path == STDOUT]
    files = [os.path.realpath(d.path) for d in wanted if d.path != STDOUT]
    inputs = {os.path.realpath(f) for f in (*call.files, *call.rules, *call.knowledge, *call.decisions)}
    for path in sorted({f for f in files if files.count(f) > 1}):
        problems.append(_wrong(say("error.twice_file", call.lang, path=path)))
    for path in sorted(inputs.intersection(files)):
        problems.append(_wrong(say("error.over_input", call.lang, path=path)))
    if len(on_stdout) > 1 or (on_stdout and call.shown):
        problems.append(_wrong(say("error.twice_stdout", call.lang)))
    if not on_stdout:
        wanted.insert(0, Destination(call.shown or "text", STDOUT))
    for d in wanted:
        if d.format not in formats():
            hint = say("error.formats", call.lang, names=", ".join(formats()))
            problems.append(_wrong(say("error.format", call.lang, name=d.format), hint))
    if problems:
        raise WrongCall(problems)
    return tuple(wanted)


def _wrong(message: str, hint: str | None = None) -> Problem:
    return Problem(Origin(), "E-OUTPUT", message, hint)


def finish(report: Report, wanted: Sequence[Destination], call: Call) -> int:
    """Write every output, then let the ledger speak. Files are written aside and renamed, so none is ever half."""
    written = 0
    for d in wanted:
        style = Style(call.lang, d.path == STDOUT and colour(call.color))
        pieces = rendered(d.format, report, style)
        if d.path == STDOUT:
            write(pieces)
        else:
            write_file(Path(d.path), pieces)
            tell(said(say("error.written", call.lang, path=d.path)))
        written += 1
    ledger: Ledger = replace(report.ledger, outputs_asked=len(wanted), outputs_written=written)
    return int(exit_code(report, ledger))


def write_file(path: Path, data: Output | Iterable[Output]) -> None:
    """Write through a temporary file beside the target. Raises WrongCall if that is not possible."""
    from tempfile import NamedTemporaryFile  # noqa: PLC0415 - most runs write to standard output alone

    aside: Path | None = None
    try:
        if path.exists() and not path.is_file():  # a folder; or a device, which a rename would take away
            raise WrongCall(_unwritten(path, sentence("E-WRITE.kind")))
        path.parent.mkdir(parents=True, exist_ok=True)
        with NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            aside = Path(file.name)
            file.writelines([data] if isinstance(data, bytes) else data)
            file.flush()
            os.fsync(file.fileno())
        aside.chmod(0o666 & ~_umask())
        aside.replace(path)
    except OSError as error:
        why = error.strerror
        message = sentence("E-WRITE.why", why=why) if why else sentence("E-WRITE.cannot")
        raise WrongCall(_unwritten(path, message)) from None
    finally:
        if aside is not None:
            aside.unlink(missing_ok=True)


def _unwritten(path: Path, why: str) -> Problem:
    return Problem(Origin(str(path)), "E-WRITE", why, sentence("E-WRITE.hint"))


def _umask() -> int:
    """Which permissions the user keeps from others; it can only be read by setting it."""
    mask = os.umask(0o077)
    os.umask(mask)
    return mask


def colour(choice: str) -> bool:
    """Whether standard output is to be coloured: the flag, then NO_COLOR and FORCE_COLOR, then the terminal."""
    if choice != "auto":
        return choice == "always"
    if os.environ.get("NO_COLOR"):
        return False
    if os.environ.get("FORCE_COLOR"):
        return True
    return sys.stdout.isatty() and os.environ.get("TERM") != "dumb"


def known(overlays: Sequence[str]) -> Knowledge:
    """The knowledge of a verb that makes no report."""
    return load_knowledge([Path(p) for p in overlays])
