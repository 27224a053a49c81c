"""The catalogue: the same sentences in every language, none missing, none unused, every word of ours in it."""

import ast
import string
from collections.abc import Iterator, Mapping
from enum import StrEnum
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

import auditor
from auditor.documents.syntax import _WORDS
from auditor.loading.wording import record_key
from auditor.messages import LANGUAGES, Count, both, catalogue, filled, language, say, word
from auditor.model import vocabulary as v
from auditor.model.knowledge import Knowledge
from auditor.model.listings import ListState
from auditor.model.values import Text
from auditor.plugins import names_in
from auditor.predicates import PREDICATES
from tests.test_schema import DOCUMENTS, classes

PACKAGE = Path(auditor.__file__).parent
SOURCES = {p.relative_to(PACKAGE).as_posix(): ast.parse(p.read_text()) for p in sorted(PACKAGE.rglob("*.py"))}
SAYING = ("say", "both", "sentence")

# What keys that the code puts together can become.
DYNAMIC: Mapping[str, tuple[str, ...]] = {
    "among.": ("needed", "entity", "dependency", "contract", "holder", "user", "asset"),
    "bin.": ("accepted", "baselined", "below_threshold"),
    "E-DATA-DAMAGED.": ("manifest", "body", "records"),
    "E-YAML-SYNTAX.": tuple(n + end for n, _ in _WORDS.values() for end in ("", "_hint")),
    "confirm.": tuple(r for r in v.Relation if r not in (v.Relation.BOUND_BY, v.Relation.DESIGNATED_BY)),
    "common.": v.GroupKind,
    "lists.": (
        "row_name",
        "row_state",
        "row_records",
        "row_published",
        "row_current",
        "row_age",
        "W_LIST_DUP_UID",
        "W_LIST_FIELD",
        "W_LIST_NAME",
    ),
    "lists_verb.": ("diff", "export", "import", "status", "update", "verify"),
    "file_kind.": ("directory", "pipe", "socket", "device", "special"),
    "next.": ("one", "two", "three"),
    "retrieval.": v.Retrieval,
    "span.": ("hours", "days", "months", "years"),
    "spread.": ("parent", "jurisdiction", "reseller"),
    "tally.": ("stop", "may_stop", "undetermined", "weaker"),
    "tick.": ("1h", "1d", "1w", "1m", "1y"),
    "whatif.": ("in_time", "too_late", "rehearsed", "not_rehearsed"),
    "whatif.cause_": ("law_obliged", "law_may", "choice_obliged", "choice_may"),
    "whatif.choice_": ("supplier", "parent", "country", "currency", "delivery"),
    "whatif.function_": ("stops", "may", "unknown"),
    "option.": (),  # its names stand in the source; below
    "refused.": (),  # likewise
    "relation_with.": ("built_on", "hosted_on", "performed_from"),
    "summary.": (
        "severity",
        "finding",
        "cause",
        "concerns",
        "fingerprint",
        "not_judged",
        "passed",
        "failed",
        "incomplete",
    ),
    "value.": ("text", "mapping", "list"),
    "verb.": names_in(PACKAGE / "verbs"),
}

# Words that are put together from a vocabulary and a member.
VOCABULARIES: Mapping[str, type[StrEnum] | tuple[str, ...]] = {
    "authority": (),  # those of the knowledge; below
    "basis": v.Basis,
    "cause": v.CauseKind,
    "confidence": v.Confidence,
    "control": v.ControlKind,
    "delivery": v.Delivery,
    "detail": (),
    "do": v.Do,
    "doubt": (),
    "fork_side": ("keep", "separate"),
    "found": (),  # what predicates call what they found; below
    "has": ("people", "assets", "models", "contracts", "functions"),
    "fate": (*v.Outcome, *(f"stops_{s}" for s in v.Sureness)),
    "holding": v.Holding,
    "junction": ("all", "any", "not"),
    "kind": v.OrganisationKind,
    "law_certainty": v.LawCertainty,
    "layer": v.Layer,
    "list_state": ListState,
    "outcome": v.Outcome,
    "part": ("product", "provider", "with", "via", "subcontractors", "hosted_on", "built_on"),
    "period": v.PeriodStatus,
    "predicate": tuple(sorted(PREDICATES)),
    "record": (),  # the classes of documents; below
    "relation": v.Relation,
    "role": v.Role,
    "severity": v.Severity,
    "status": v.FactStatus,
    "subject": v.SubjectKind,
    "test": v.BindTest,
}


def placeholders(sentence: str) -> set[str]:
    return {name for _, name, _, _ in string.Formatter().parse(sentence) if name is not None}


def called(node: ast.Call) -> str:
    return ast.unparse(node.func).rpartition(".")[2]


def calls() -> Iterator[tuple[str, ast.Call]]:
    for name, tree in SOURCES.items():
        yield from ((f"{name}:{n.lineno}", n) for n in ast.walk(tree) if isinstance(n, ast.Call))


def literals(node: ast.expr) -> Iterator[str]:
    """The keys that an expression can be, as far as the source says them."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        yield node.value
    elif isinstance(node, ast.IfExp):
        yield from literals(node.body)
        yield from literals(node.orelse)


def said() -> Iterator[tuple[str, str, ast.Call]]:
    """Place, key and call of every sentence whose key stands in the source."""
    for place, node in calls():
        if called(node) in SAYING and node.args:
            yield from ((place, key, node) for key in literals(node.args[0]))
        elif called(node) == "Refused" and len(node.args) > 1:
            yield from ((place, f"refused.{key}", node) for key in literals(node.args[1]))
        elif called(node) == "told" and node.args:
            yield from ((place, f"option.{key}", node) for key in literals(node.args[0]))


SAID = list(said())


def test_languages_have_the_same_keys_and_placeholders() -> None:
    english = catalogue("en")
    assert len(english) > 200
    for chosen in LANGUAGES:
        other = catalogue(chosen)
        assert set(other) == set(english)
        assert [k for k in other if placeholders(other[k]) != placeholders(english[k])] == []
        assert [k for k, sentence in other.items() if not sentence.strip()] == []


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_every_sentence_is_one_of_plain_names(chosen: str) -> None:
    for key, sentence in catalogue(chosen).items():
        if key.startswith("click."):
            continue  # click's own, with its own way of writing names
        for _, name, spec, conversion in string.Formatter().parse(sentence):
            assert conversion is None, key
            assert name is None or name.isidentifier(), key
            assert "{" not in (spec or ""), key
            assert (spec or "").count("|") <= 1, key


def test_every_key_in_the_source_is_in_the_catalogue() -> None:
    assert len(SAID) > 100
    assert [(place, key) for place, key, _ in SAID if key not in catalogue("en")] == []


def test_every_sentence_is_given_what_it_names() -> None:
    wrong = []
    for place, key, node in SAID:
        given_ = {k.arg for k in node.keywords}
        if called(node) == "Refused":
            given_ -= {"line", "column"}  # the place, which is no part of the sentence
        if None not in given_ and placeholders(catalogue("en").get(key, "")) != given_:
            wrong.append((place, key, sorted(map(str, given_))))
    assert wrong == []


def test_keys_that_are_put_together() -> None:
    for place, node in calls():
        if called(node) in SAYING and node.args and isinstance(node.args[0], ast.JoinedStr):
            first = node.args[0].values[0]
            assert isinstance(first, ast.Constant), place
            assert first.value in DYNAMIC, place
    for prefix, names in DYNAMIC.items():
        assert [f"{prefix}{n}" for n in names if f"{prefix}{n}" not in catalogue("en")] == []


def words() -> Iterator[tuple[str, str]]:
    for place, node in calls():
        if called(node) in ("word", "Words") and node.args and isinstance(node.args[0], ast.Constant):
            yield place, node.args[0].value


def test_every_member_of_a_vocabulary_that_is_shown_has_a_word(knowledge: Knowledge) -> None:
    shown = {name for _, name in words()}
    assert len(shown) > 10
    assert shown <= set(VOCABULARIES)
    for name in shown:
        known = VOCABULARIES[name]
        members = [str(m) for m in known]
        if name == "authority":
            members = sorted({r.authority for r in knowledge.regimes.values()})
        if name == "record":
            members = sorted(map(record_key, classes(*DOCUMENTS.values())))
        if name == "found":
            members = sorted(found())
            assert len(members) > 8
        for chosen in LANGUAGES:
            assert [m for m in members if f"{name}.{m}" not in catalogue(chosen)] == [], name
            assert [m for m in members if not word(name, m, chosen)] == []


def found() -> set[str]:
    """What predicates call what they found: the names in their evidence."""
    evidence = [n for place, n in calls() if place.startswith("predicates/") and called(n) == "Evidence"]
    named = [d for n in evidence for d in ast.walk(n) if isinstance(d, ast.Dict)]
    return {k.value for d in named for k in d.keys if isinstance(k, ast.Constant) and isinstance(k.value, str)}


def test_what_a_predicate_asks_is_said_where_it_stands_and_in_both_languages() -> None:
    assert {name: p.description for name, p in PREDICATES.items()} == {
        name: word("predicate", name, "en") for name in PREDICATES
    }


def test_no_sentence_is_left_over() -> None:
    used = {key for _, key, _ in SAID}
    texts = {
        n.value
        for t in SOURCES.values()
        for n in ast.walk(t)
        if isinstance(n, ast.Constant) and isinstance(n.value, str)
    }
    together = (*DYNAMIC, *(f"{name}." for name in VOCABULARIES), "click.", "loaded.")
    assert [k for k in catalogue("en") if k not in used | texts and not k.startswith(together)] == []


def test_options_are_told() -> None:
    told = {key for _, key, node in SAID if called(node) == "told"}
    assert {k for k in catalogue("en") if k.startswith("option.")} == told


# -- saying ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("n", "spec", "expected"),
    [
        (0, "cause|causes", "0 causes"),
        (1, "cause|causes", "1 cause"),
        (2, "cause|causes", "2 causes"),
        (1234567, "cause|causes", "1,234,567 causes"),
        (-1, "cause|causes", "-1 causes"),
        (0, "more", "0 more"),
        (1, "more", "1 more"),
        (1000, "more", "1,000 more"),
        (1000, "", "1,000"),
    ],
)
def test_counts(n: int, spec: str, expected: str) -> None:
    assert format(Count(n), spec) == expected
    assert f"{{n:{spec}}}".format(n=Count(n)) == expected


@given(st.integers())
def test_a_count_says_its_number(n: int) -> None:
    assert int(format(Count(n), "a|b").split()[0].replace(",", "")) == n
    assert format(Count(n), "a|b").split()[1] == ("a" if n == 1 else "b")


def test_saying() -> None:
    assert say("list.more", "en", names="A, B", n=1200) == "A, B and 1,200 more"
    assert both("list.more", names="A", n=1) == Text(
        say("list.more", "en", names="A", n=1), say("list.more", "ko", names="A", n=1)
    )
    with pytest.raises(KeyError):
        say("list.less", "en")
    with pytest.raises(KeyError):
        say("list.more", "en", names="A")


@given(st.text())
def test_what_users_write_is_not_read_as_a_sentence(name: str) -> None:
    assert say("list.more", "en", names=name, n=2) == f"{name} and 2 more"


def test_a_placeholder_reaches_no_attribute() -> None:
    for nasty in ("{names.__class__}", "{names[0]}", "{n.real}", "{0}", "{}"):
        with pytest.raises(KeyError):
            filled(nasty, "en", {"names": "a", "n": 1})


@given(st.integers(), st.text())
def test_a_sentence_is_filled_as_python_would(n: int, name: str) -> None:
    for sentence in ("{{{name}}} has {n:cause|causes}", "{n:} of {name}", "{name}{name}", "", "{{}}"):
        assert filled(sentence, "en", {"n": n, "name": name}) == sentence.format(n=Count(n), name=name)


def test_words() -> None:
    assert word("basis", "we_are_bound", "en") == "we are bound"
    assert word("basis", "nothing we know", "en") == "nothing we know"


@pytest.mark.parametrize(
    ("given_", "chosen"), [("ko", "ko"), ("en", "en"), ("de", "en"), ("", "en"), (None, "en"), ("KO", "en")]
)
def test_the_language_is_chosen_by_one_variable(
    given_: str | None, chosen: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LANG", "ko_KR.UTF-8")
    monkeypatch.setenv("LC_ALL", "ko_KR.UTF-8")
    if given_ is None:
        monkeypatch.delenv("AUDITOR_LANG", raising=False)
    else:
        monkeypatch.setenv("AUDITOR_LANG", given_)
    assert language() == chosen


@pytest.mark.parametrize("chosen", LANGUAGES)
def test_every_sentence_can_be_said(chosen: str) -> None:
    for key, sentence in catalogue(chosen).items():
        if not key.startswith("click."):
            for value in (1, 2):
                assert say(key, chosen, **dict.fromkeys(placeholders(sentence), value)).strip(), key
