"""Pack files into packs: structure by the schema that the predicates make, then what only the whole pack shows."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from pathlib import Path

from auditor import __version__
from auditor.documents import Document
from auditor.errors import Problem, WrongCall
from auditor.loading.compiled import from_compiled
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.lookalikes import keys_of
from auditor.loading.nearest import Nearest
from auditor.loading.readers import Reader
from auditor.loading.reading import header_of, read_record
from auditor.loading.shipped import rules_folder
from auditor.messages import sentence
from auditor.model.knowledge import Knowledge
from auditor.model.rules import All, Any, Ask, Condition, Not, Pack, Rule
from auditor.model.values import Origin
from auditor.model.vocabulary import SubjectKind

HEADER = "pack/1"

PLACEHOLDERS = frozenset(
    {
        "cause",
        "subjects",
        "count",
        "target",
        "laws",
        "bases",
        "people",
        "parties",
        "functions",
        "roles",
        "written",
        "held",
        "resellers",
        "scenarios",
        "countries",
    }
)
"""What a message or a remedy may name in braces."""

MOST_PLACEHOLDERS = 12
"""In one text: each may stand for three names of a thousand characters."""

PredicateSchemas = tuple[tuple[str, str], ...]
"""Name and JSON text of each predicate's argument schema, as the predicates room gives it."""


def load_packs(
    paths: Sequence[Path],
    predicates: PredicateSchemas,
    subjects: Mapping[str, tuple[SubjectKind, ...]],
    *,
    examples: bool = False,
) -> tuple[Pack, ...]:
    """The shipped packs and those under `paths`. Raises WrongCall with every problem; names may not clash.

    Scenarios may lie beside packs in a folder; they are not packs.
    """
    problems: list[Problem] = []
    shipped: tuple[Pack, ...] | None = None if examples else from_compiled("packs", __version__, rules_folder())
    found: Iterable[tuple[Document, bool]] = documents_in(paths, problems)
    if shipped is None:
        found = [*documents_in([rules_folder()], problems, shown="rules"), *found]
    documents = [d for d, named in found if named or header_of(d) != "scenario/1"]
    packs = packs_of(documents, predicates, subjects, problems, shipped or ())
    if problems:
        raise WrongCall(problems)
    return packs


def packs_of(
    documents: Iterable[Document],
    predicates: PredicateSchemas,
    subjects: Mapping[str, tuple[SubjectKind, ...]],
    problems: list[Problem],
    beside: tuple[Pack, ...] = (),
) -> tuple[Pack, ...]:
    """Packs of documents at hand and those they stand beside, sorted by name; problems are collected."""
    packs: list[Pack] = list(beside)
    reader = Reader()
    for document in documents:
        if header_of(document) != HEADER:
            problems.append(wrong_header(document, HEADER))
            continue
        pack = read_record(document, Pack, HEADER, problems, predicates, reader)
        if pack is not None:
            problems.extend(_check(pack, subjects))
            packs.append(pack)
    first: dict[str, Pack] = {}
    for pack in packs:
        keys = keys_of(pack.pack)
        known = next((first[key] for key in keys if key in first), pack)
        for key in keys:
            first.setdefault(key, pack)
        if known is not pack:
            problems.append(
                Problem(
                    pack.origin,
                    "E-DUP-PACK",
                    sentence("E-DUP-PACK.there", pack=pack.pack),
                    sentence("E-DUP-PACK.there_hint"),
                    (known.origin,),
                )
            )
    return tuple(sorted(packs, key=lambda p: p.pack))


def _check(pack: Pack, subjects: Mapping[str, tuple[SubjectKind, ...]]) -> Iterator[Problem]:
    if not pack.rules:
        yield Problem(pack.origin, "E-EMPTY", sentence("E-EMPTY.pack", pack=pack.pack))
    seen: dict[str, Rule] = {}
    for rule in pack.rules:
        known = seen.setdefault(rule.id, rule)
        if known is not rule:
            yield Problem(rule.origin, "E-DUP-ID", sentence("E-DUP-ID.rule", id=rule.id), None, (known.origin,))
        if not rule.id.startswith(f"{pack.pack}/"):
            yield Problem(
                rule.origin,
                "E-RULE-ID",
                sentence("E-RULE-ID.name", id=rule.id),
                sentence("E-RULE-ID.name_hint", wanted=f"{pack.pack}/{rule.id.rpartition('/')[2]}"),
            )
        for ask in asks(rule.when):
            if rule.subject not in subjects[ask.predicate]:
                yield Problem(
                    ask.origin,
                    "E-SUBJECT",
                    sentence("E-SUBJECT.cannot", predicate=ask.predicate, subject=rule.subject),
                    sentence("E-SUBJECT.cannot_hint", subjects=", ".join(subjects[ask.predicate])),
                )
        for text in (rule.message.en, rule.message.ko, rule.remedy.en, rule.remedy.ko):
            named = [*placeholders(text)]
            if len(named) > MOST_PLACEHOLDERS:
                said = sentence("E-PLACEHOLDER.many", id=rule.id, n=str(len(named)), most=MOST_PLACEHOLDERS)
                yield Problem(rule.origin, "E-PLACEHOLDER", said)
            for name in named[:MOST_PLACEHOLDERS]:
                if name not in PLACEHOLDERS:
                    yield Problem(
                        rule.origin,
                        "E-PLACEHOLDER",
                        sentence("E-PLACEHOLDER.unknown", name=name),
                        sentence("E-PLACEHOLDER.unknown_hint", names=", ".join(sorted(PLACEHOLDERS))),
                    )
        fires = any(rule.id in e.expect for e in rule.examples)
        passes = any(rule.id not in e.expect for e in rule.examples)
        if not (fires and passes):
            yield Problem(
                rule.origin,
                "E-EXAMPLES",
                sentence("E-EXAMPLES.needs", id=rule.id),
            )


def link_packs(packs: Sequence[Pack], knowledge: Knowledge, scenarios: Collection[str] | None = None) -> list[Problem]:
    """Problems of packs that only the knowledge shows: laws, states and seats that nobody knows would never match.

    `scenarios` are the ids that rules may name; None where those were not read, and so are not judged.
    """
    authorities = {r.authority for r in knowledge.regimes.values()}
    nearest = Nearest()
    problems = []
    for pack in packs:
        known: list[tuple[str, Collection[str]]]
        named: list[tuple[Origin, str, Iterable[str], Collection[str]]] = [
            (pack.origin, "seats", pack.applies_to.seats, knowledge.jurisdictions)
        ]
        for rule in pack.rules:
            named.append((rule.origin, "law", rule.law, knowledge.regimes))
            for ask in asks(rule.when):
                known = [("regime", knowledge.regimes), ("authority", authorities)]
                if scenarios is not None:
                    known.append(("scenario", scenarios))
                for key, among in known:
                    given = ask.arguments.get(key, ())
                    named.append((ask.origin, key, (given,) if isinstance(given, str) else given, among))
        for origin, key, names, allowed in named:
            for name in names:
                if name not in allowed:
                    said = sentence("E-DANGLING.unknown_here", key=key, name=name)
                    problems.append(Problem(origin, "E-DANGLING", said, nearest.hint(name, allowed)))
    return problems


def asks(condition: Condition) -> Iterator[Ask]:
    """Every predicate asked in a condition, in order."""
    match condition:
        case All(of=parts) | Any(of=parts):
            for part in parts:
                yield from asks(part)
        case Not(of=part):
            yield from asks(part)
        case Ask():
            yield condition


def placeholders(text: str) -> Iterator[str]:
    """The names in braces in a message, in one pass."""
    for piece in text.split("{")[1:]:
        name, brace, _ = piece.partition("}")
        yield name if brace else "{"
