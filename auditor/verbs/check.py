"""`auditor check`: are inventories, packs, decisions and overlays valid, and do the packs' examples pass?"""

import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click

from auditor.documents import Document, source_lines
from auditor.errors import AuditorError, Exit, InvalidDocument, Problem, UnusableData, WrongCall, describe
from auditor.examples import try_examples
from auditor.loading import (
    header_of,
    link,
    link_packs,
    link_scenarios,
    load_decisions,
    load_inventory,
    load_knowledge,
    load_scenarios,
    packs_of,
    scenarios_of,
)
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.translated import untranslated
from auditor.messages import say
from auditor.model.knowledge import Knowledge
from auditor.model.rules import Pack
from auditor.model.scenarios import Scenario
from auditor.model.values import Origin
from auditor.triage import ending
from auditor.verbs import _options
from auditor.verbs._out import out, said, tell
from auditor.verbs._run import packs_for, predicate_schemas, predicate_subjects
from auditor.verbs._sound import unsound


@click.command("check")
@_options.files
@click.option("--knowledge", "shipped", is_flag=True, help=_options.told("check_knowledge"))
@_options.lang
def command(files: tuple[str, ...], shipped: bool, lang: str) -> int:
    """Check everything that is named, tell every problem, and end with the worst."""
    if not files and not shipped:
        raise WrongCall(Problem(Origin(), "E-NO-FILES", say("error.no_files", lang), say("error.no_files_hint", lang)))
    checker = _Checker(lang)
    if shipped:
        checker.shipped()
    checker.files([Path(f) for f in files])
    return int(ending(checker.codes if checker.codes or checker.checked else [Exit.INPUT]))


def inventories(documents: Sequence[Document]) -> list[list[Document]]:
    """The files of each inventory.

    All files are one inventory as long as at most one has an `organization`. Otherwise each of those is an inventory,
    together with the files beside or below it that have none; a file that could belong to several stands alone.
    """
    heads = [d for d in documents if "organization" in d.value]
    if len(heads) <= 1:
        return [list(documents)]
    found = [[d] for d in heads]
    for document in (d for d in documents if "organization" not in d.value):
        above = [i for i, head in enumerate(heads) if Path(head.path).parent in Path(document.path).parents]
        nearest = max((len(Path(heads[i].path).parts) for i in above), default=0)
        fits = [i for i in above if len(Path(heads[i].path).parts) == nearest]
        if len(fits) == 1:
            found[fits[0]].append(document)
        else:
            found.append([document])
    return found


def _file(document: Document) -> Path:
    return document.file or Path(document.path)


class _Checker:
    def __init__(self, language: str) -> None:
        self.language = language
        self.codes: list[Exit] = []
        self.checked = 0
        self.along: tuple[Scenario, ...] = ()
        self._knowledge: Knowledge | None = None
        self._scenarios: tuple[Scenario, ...] | None = None

    @property
    def knowledge(self) -> Knowledge:
        if self._knowledge is None:
            self._knowledge = load_knowledge()
        return self._knowledge

    def shipped(self) -> None:
        """The shipped facts and packs."""
        records = sum(self.knowledge.counts.values())
        packs = packs_for([], examples=True)
        wrong = (*untranslated(self.knowledge, packs), *unsound(self.knowledge, _options.today()))
        if wrong:
            self.bad(UnusableData(wrong))
        else:
            self.good(say("check.knowledge", self.language, records=records))
        dangling = link_packs(packs, self.knowledge, {s.id for s in self.known_scenarios})
        if dangling:
            self.bad(WrongCall(dangling))
        for pack in packs:
            self.examples(pack)

    def files(self, paths: Sequence[Path]) -> None:
        """Every file by what it says it is."""
        problems: list[Problem] = []
        documents = [d for d, _ in documents_in(paths, problems)]
        if problems:
            self.bad(InvalidDocument(problems))
        kinds: dict[str | None, list[Document]] = {}
        for document in documents:
            kinds.setdefault(header_of(document), []).append(document)
        self.along = scenarios_of(kinds.get("scenario/1", ()), [])
        for header, found in kinds.items():
            named = [_file(d) for d in found]
            match header:
                case "inventory/1":
                    for one in inventories(found):
                        self.attempt(one, header, partial(self.inventory, [_file(d) for d in one]))
                case "decisions/1":
                    self.attempt(found, header, partial(load_decisions, named, _options.today()))
                case "knowledge/1":
                    self.attempt(found, header, partial(load_knowledge, named))
                case "scenario/1":
                    self.attempt(found, header, partial(self.scenarios, found))
                case "pack/1":
                    self.attempt(found, header, partial(self.packs, found))
                case _:
                    self.bad(InvalidDocument([wrong_header(d, "inventory/1") for d in found]))

    def inventory(self, paths: Sequence[Path]) -> None:
        loaded = load_inventory(paths)
        unknown = link(loaded.inventory, self.knowledge)
        if unknown:
            raise InvalidDocument(unknown)

    @property
    def known_scenarios(self) -> tuple[Scenario, ...]:
        """The shipped scenarios and those that are checked along."""
        if self._scenarios is None:
            self._scenarios = load_scenarios()
        own = {s.id for s in self._scenarios}
        return (*self._scenarios, *(s for s in self.along if s.id not in own))

    def scenarios(self, documents: Sequence[Document]) -> None:
        problems: list[Problem] = []
        problems.extend(link_scenarios(scenarios_of(documents, problems), self.knowledge))
        if problems:
            raise WrongCall(problems)

    def packs(self, documents: Sequence[Document]) -> None:
        problems: list[Problem] = []
        packs = packs_of(documents, predicate_schemas(), predicate_subjects(), problems)
        problems.extend(link_packs(packs, self.knowledge, {s.id for s in self.known_scenarios}))
        if problems:
            raise WrongCall(problems)
        for pack in packs:
            self.examples(pack)

    def examples(self, pack: Pack) -> None:
        """Run a pack's examples; one that fails is a wrong pack."""
        trials = list(try_examples(pack, self.knowledge, _options.today(), self.known_scenarios))
        failed = [t for t in trials if not t.passed]
        if not failed:
            self.good(say("check.examples", self.language, pack=pack.pack, rules=len(pack.rules), examples=len(trials)))
            return
        self.bad(
            WrongCall(
                Problem(
                    t.example.origin,
                    "E-EXAMPLE",
                    t.broken.in_(self.language)
                    if t.broken
                    else say(
                        "check.example_fails",
                        self.language,
                        name=t.example.name.in_(self.language),
                        found=", ".join(t.found) or "–",
                        wanted=", ".join(t.example.expect) or "–",
                    ),
                )
                for t in failed
            )
        )

    def attempt(self, documents: Sequence[Document], header: str, check: Callable[[], object]) -> None:
        try:
            check()
        except AuditorError as error:
            self.bad(error)
            return
        for document in documents:
            self.good(say("check.ok", self.language, path=document.path, what=header))

    def good(self, text: str) -> None:
        self.checked += 1
        out(said(text))

    def bad(self, error: AuditorError) -> None:
        lines = source_lines() if sys.stderr.isatty() else None
        tell(describe(error.problems, source_line=lines, language=self.language))
        self.codes.append(error.exit_code)
