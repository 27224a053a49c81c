"""What the product says in Korean: help that lines up, reports without English sentences, titles beside citations."""

import ast
import os
import re
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from datetime import date
from enum import StrEnum
from itertools import takewhile
from pathlib import Path

import pytest

from auditor.errors import AuditorError, InvalidDocument, WrongCall
from auditor.loading import link, link_packs, load_decisions, load_inventory, load_knowledge, load_packs
from auditor.messages import LANGUAGES, Words, both, catalogue, say, shown, word
from auditor.model import vocabulary
from auditor.model.codec import from_data, to_data
from auditor.model.knowledge import Knowledge
from auditor.model.report import Note, Report
from auditor.model.values import Text
from auditor.model.vocabulary import Doubt
from auditor.predicates import PREDICATES
from auditor.reporters import Style, reporter
from auditor.reporters._page import Page
from auditor.sinks import width
from auditor.verbs._help import Formatter
from auditor.verbs._run import packs_for, predicate_schemas, predicate_subjects
from auditor.verbs.explain import _explain_record as explain_record
from auditor.views import chain_rows
from tests.conftest import ROOT, Auditing
from tests.hostile import Case, everything

EN, KO = (catalogue(language) for language in LANGUAGES)
VERBS = sorted(key.removeprefix("verb.") for key in KO if key.startswith("verb."))
COURT = "inventories/icc-2025.yaml"
COLUMNS = 80


def run(*arguments: str, lang: str = "ko", **environment: str) -> subprocess.CompletedProcess[str]:
    """The command as a user calls it."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("AUDITOR", "LC_", "LANG"))}
    told = {**kept, "PYTHONUTF8": "1", "COLUMNS": "80", **({"AUDITOR_LANG": lang} if lang else {}), **environment}
    return subprocess.run(
        [sys.executable, "-m", "auditor", *arguments],
        cwd=ROOT,
        env=told,
        capture_output=True,
        check=False,
        text=True,
        timeout=120,
    )


def helps() -> Iterator[tuple[str, ...]]:
    """Every way to ask for help."""
    yield ("--help",)
    for verb in VERBS:
        yield (verb, "--help")


# -- help ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("arguments", list(helps()), ids=" ".join)
def test_help_is_korean_aligned_and_within_80_columns(arguments: tuple[str, ...]) -> None:
    done = run(*arguments)
    assert done.returncode == 0, done.stderr
    lines = done.stdout.splitlines()
    assert lines[0].startswith("사용법: auditor")
    assert [line for line in lines if width(line) > COLUMNS] == []
    for title in (KO["click.options"], KO["click.commands"]):
        if f"{title}:" in lines:
            rows = list(takewhile(str.strip, lines[lines.index(f"{title}:") + 1 :]))
            assert len({column for row in rows for column in starts(row)}) == 1, "\n".join(rows)
    for english in ("Usage", "Options", "Commands", "Show th", "default:", "OPTIONS", "COMMAND", "FILES", "RANGE"):
        assert english not in done.stdout


def starts(row: str) -> list[int]:
    """The display column at which the description of a row of options or commands starts; none for a bare term."""
    term = re.match(r" {2}\S.*?(?:(?<=\S) {2,}|$)", row)
    if term is None:
        return [width(row) - width(row.lstrip())]
    return [width(term.group())] if term.end() < len(row) else []


def test_help_speaks_the_language_of_the_environment_variable_alone() -> None:
    locale = {"LANG": "ko_KR.UTF-8", "LC_ALL": "ko_KR.UTF-8", "LANGUAGE": "ko"}
    english = run("audit", "--help", lang="", **locale).stdout
    assert english.startswith("Usage: auditor audit [OPTIONS] [FILES]...")
    assert english == run("audit", "--help", "--lang", "ko", lang="").stdout
    assert not re.search("[가-힣]", english)


def test_the_formatter_counts_columns_and_loses_no_word() -> None:
    formatter = Formatter(width=60)
    text = "서비스 제공을 중단하게 될 수 있는 자는 누구이며 그 근거가 되는 법령은 무엇인가"
    with formatter.section("옵션"):
        formatter.write_dl([("--가나다 이름", text), ("-b", text), ("--a-very-long-option-of-its-own NAME", text)])
        formatter.write_text(f"{text}\n\n{text}")
    formatter.write_usage("auditor", "[옵션] " * 16, "사용법: ")
    lines = formatter.getvalue().splitlines()
    assert max(width(line) for line in lines) <= 60
    assert " ".join(formatter.getvalue().split()).count("자는 누구이며") == 5
    assert all(line.startswith(" " * width("사용법: auditor ")) for line in lines[-2:])
    empty = Formatter(width=40)
    empty.write_dl([("term", "")])
    empty.write_usage("auditor", "", "")
    assert empty.getvalue() == "term\nauditor\n"


@pytest.mark.parametrize(
    ("arguments", "lang", "wanted"),
    [
        (("gat",), "ko", "오류: 알 수 없는 명령입니다: 'gat'."),
        (("audit", "--bogus"), "ko", "오류: 알 수 없는 옵션입니다: '--bogus'."),
        (("audit", "--lang", "ko", "--profile", "x", COURT), "", "오류: '--profile'에 잘못된 값: 'x': 다음 중"),
        (("audit", "--lang=ko", "--as-of", "3", COURT), "", "2026-11-23처럼 연-월-일로"),
        (("explain",), "ko", "오류: 누락된 인자 'ID'."),
        (("audit",), "ko", "E-NO-FILES: 입력 파일이 없습니다\n힌트: "),
        (("audit", "--lang", "ko", COURT, "--who", "person:q"), "", "`q`에 대해 알려진 정보가 없습니다\n힌트: "),
        (("audit", "--lang", "en", "--bogus"), "ko", "Error: No such option '--bogus'."),
    ],
)
def test_a_wrong_call_is_answered_in_the_language_asked_for(arguments: tuple[str, ...], lang: str, wanted: str) -> None:
    done = run(*arguments, lang=lang)
    assert done.returncode == 2
    assert wanted in done.stderr


# -- the catalogue -------------------------------------------------------------------------------------------------


def test_every_sentence_is_translated() -> None:
    assert list(EN) == list(KO)
    same = {key for key in EN if EN[key] == KO[key]}
    assert same == {"delivery.saas", "delivery.api", "next.one", "next.two", "value.named"}
    assert [k for k, v in KO.items() if not re.search("[가-힣]", re.sub(r"\{.*?\}", "", v)) and k not in same] == []
    assert [k for k, v in KO.items() if "제재 대상" in v] == []  # an exposed supplier is never called that


WORDS: dict[str, type[StrEnum]] = {
    "basis": vocabulary.Basis,
    "law_certainty": vocabulary.LawCertainty,
    "status": vocabulary.FactStatus,
    "severity": vocabulary.Severity,
    "confidence": vocabulary.Confidence,
    "outcome": vocabulary.Outcome,
    "role": vocabulary.Role,
    "holding": vocabulary.Holding,
    "period": vocabulary.PeriodStatus,
    "relation": vocabulary.Relation,
    "doubt": vocabulary.Doubt,
    "control": vocabulary.ControlKind,
    "kind": vocabulary.OrganisationKind,
    "do": vocabulary.Do,
    "subject": vocabulary.SubjectKind,
    "cause": vocabulary.CauseKind,
    "layer": vocabulary.Layer,
    "delivery": vocabulary.Delivery,
    "test": vocabulary.BindTest,
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_member_of_a_vocabulary_has_its_word(language: str, knowledge: Knowledge) -> None:
    known = catalogue(language)
    missing = [f"{name}.{m}" for name, members in WORDS.items() for m in members if f"{name}.{m}" not in known]
    missing += [
        f"confirm.{m}"
        for m in vocabulary.Relation
        if m not in ("bound_by", "designated_by") and f"confirm.{m}" not in known
    ]
    missing += [
        f"authority.{r.authority}" for r in knowledge.regimes.values() if f"authority.{r.authority}" not in known
    ]
    assert missing == []
    twins = {name: [word(name, m, language) for m in members] for name, members in WORDS.items()}
    assert [name for name, words in twins.items() if len(set(words)) < len(words)] == []


def test_every_law_has_a_korean_title(knowledge: Knowledge) -> None:
    assert [r.id for r in knowledge.regimes.values() if not re.search("[가-힣]", r.name_ko or "")] == []


def test_words_and_texts_in_a_sentence_take_its_language() -> None:
    said = both("verdict.failing", n=2, severity=Words("severity", ("high",)))
    assert said.en == "2 findings at or above high or prohibited by law"
    assert said.ko == "심각도 높음 이상이거나 법적 금지에 해당하는 발견 사항 2건"
    assert both("pack.nothing_there", parts=Words("has", ("people", "models"))).ko.endswith("구성원, 모델")
    assert say("list.more", "ko", names=both("glance.none"), n=1200) == "발견 사항 없음 외 1,200건"


# -- the report ----------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def court() -> str:
    """The Korean report on the court."""
    done = run(
        "audit", COURT, "--lang", "ko", "--by", "US", "--who", "person:prosecutor", "--as-of", "2026-11-23", lang=""
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def test_no_line_of_the_report_is_wider_than_a_terminal(court: str) -> None:
    assert [line for line in court.splitlines() if width(line) > COLUMNS] == []


def pattern(sentence: str) -> re.Pattern[str]:
    """What any use of an English sentence looks like."""
    parts = re.split(r"(\{.*?\})", sentence)
    return re.compile("".join(_piece(p) if p.startswith("{") else re.escape(p) for p in parts))


def _piece(placeholder: str) -> str:
    words = placeholder[1:-1].partition(":")[2]
    return f"[0-9,]+ (?:{words})" if words else ".+"


def test_no_line_of_the_report_is_an_english_sentence(court: str) -> None:
    sentences = {
        k: v
        for k, v in EN.items()
        if v != KO[k] and not k.startswith("click.") and len(re.sub(r"\{.*?\}|[^A-Za-z]", "", v)) > 3  # "and", "or"
    }
    # a line, its label, what stands beside the label; a quoted law may happen to break before "the United States"
    lines = {
        part for line in court.splitlines() for part in (line.strip(), *re.split(" {2,}", line.strip(), maxsplit=1))
    }
    told = {k: line for k, v in sentences.items() for line in lines if pattern(v).fullmatch(line)}
    told.pop("authority.US", None)
    assert told == {}


def test_no_english_word_of_ours_marks_a_fact_or_a_law(court: str) -> None:
    ours = {
        v
        for k, v in EN.items()
        if k.partition(".")[0] in ("status", "mark", "period", "law_certainty", "doubt", "role", "holding")
    }
    marked = {w for inside in re.findall(r"\[([^\]]+)\]", court) for w in inside.split(", ")}
    assert marked & ours == set()
    drawn = [re.split("[├└] ", line)[1] for line in court.splitlines() if re.search("[├└] ", line)]
    assert drawn
    assert [row for row in drawn if not re.match("[가-힣]", row)] == []
    assert "United States " not in "".join(row for row in drawn)  # countries have a Korean name


def test_laws_stand_in_korean_with_the_original_beside(court: str, auditing: Auditing) -> None:
    report = auditing((ROOT / COURT).read_text(), by="US", who="person:prosecutor")
    listed = " ".join(line.strip() for line in court.partition(KO["laws.title"])[2].splitlines())
    named = {i for f in report.findings if f.severity is not vocabulary.Severity.LOW for i in f.laws}
    assert named
    for law in (report.laws[i] for i in named):
        assert f"{law.name_ko} — {law.name}; {law.citation} [{word('period', law.status, 'ko')}]" in listed


# -- doubts, details, notes ----------------------------------------------------------------------------------------


OWNED = """auditor: inventory/1
organization: {id: o, name: 우리 기관, kind: [company], seat: KR}
parties:
  - {id: hub, name: Hub, country: US}
  - {id: tel, name: Tel, country: DE}
  - {id: sub, name: Sub, country: DE, owned_by: [{by: hub, percent: "40-60"}]}
people: [{id: p, role: 대표}]
contracts: [{id: c, with: Sub}]
dependencies:
  - {id: d, name: 메일, contract: c, delivery: saas, used_by: [everyone]}
  - {id: e, name: 전화, provider: Tel, delivery: saas, used_by: [everyone]}
functions: [{id: f, name: 업무, criticality: critical, needs: [d]}]
"""


def text_of(report: Report, language: str) -> str:
    """The report as text, unwrapped."""
    return " ".join(reporter("text").render(report, Style(language, columns=100_000)).decode().split())


def test_doubts_and_details_are_words_in_data_and_sentences_for_readers(auditing: Auditing) -> None:
    report = auditing(OWNED, by="US", who="person:p")
    doubts = {d for r in report.reaches for d in r.undetermined}
    assert Doubt.OWNER_SHARES_UNKNOWN in doubts
    data = to_data(report)
    assert {d for r in data["reaches"] for d in r.get("undetermined", ())} == {str(d) for d in doubts}
    assert from_data(Report, data) == report
    korean, english = text_of(report, "ko"), text_of(report, "en")
    assert "판단 불가: 소유자의 지분이 충분히 알려지지 않음" in korean
    assert "undetermined: the owners' shares are not known well enough" in english
    details = {h.detail for r in report.reaches for h in r.chain.hops}
    assert "listed_for_support" in details
    assert "listed_for_support" not in korean + english
    risk = next(r for r in report.reaches if r.basis is vocabulary.Basis.DESIGNATION_RISK)
    assert chain_rows(report, risk.chain, "ko")[-1].to.endswith(": 지원을 이유로 스스로 지정될 수 있음")
    assert chain_rows(report, risk.chain, "en")[-1].to.endswith(": could itself be listed for support")


def test_notes_are_said_in_korean_and_stay_english_in_data(auditing: Auditing) -> None:
    twice = OWNED.replace('percent: "40-60"}', "percent: 80}, {by: p, percent: 80.5}")
    report = auditing(twice, notes=(Note.of("N-X", both("glance.none")),))
    korean = text_of(report, "ko")
    assert "W-OWNERSHIP-SUM: sub 지분의 합계가 160.5%임 — 두 번 기재된 지분이 있는지 확인하십시오" in korean
    assert "N-X: 발견 사항 없음" in korean
    (note,) = [n for n in report.notes if n.code == "W-OWNERSHIP-SUM"]
    assert (
        note.in_("en") == "the shares stated in sub add up to 160.5 per cent — look for a stake that is written twice"
    )
    assert to_data(note)["message"].startswith("the shares stated")
    assert Note("N-Y", "only English").in_("ko") == "only English"


def test_why_a_pack_did_not_run_is_said_in_korean(auditing: Auditing) -> None:
    report = auditing(OWNED.replace("people: [{id: p, role: 대표}]\n", ""), on=date(2026, 11, 23))
    reasons = [p.why_not.ko for p in report.packs if p.why_not]
    assert reasons
    assert [r for r in reasons if not re.search("[가-힣]", r)] == []


# -- nothing is left in English --------------------------------------------------------------------------------------


ENGLISH = re.compile(r"\b[a-z]{2,}(?: [a-z]{2,}){3,}\b")
"""Four words in a row, without a comma and none with a capital: a name, a title or a citation seldom is that, a sentence always."""


def strings(value: object) -> Iterator[str]:
    """Every text of a record that stands in one language: names, titles of laws and sources, citations, ids."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for key, inner in value.items():
            yield from (str(key), *strings(inner))
    elif isinstance(value, tuple):
        for inner in value:
            yield from strings(inner)
    elif is_dataclass(value) and not isinstance(value, (type, Text)):
        for f in fields(value):
            yield from strings(getattr(value, f.name))


def left_in_english(said: str, quoted: Iterable[str]) -> list[str]:
    """Lines with an English sentence, apart from what is quoted: longest first, for a name may hold another."""
    kept = sorted({" ".join(q.split()) for q in quoted if " " in q}, key=len, reverse=True)
    found = []
    for line in (" ".join(given.split()) for given in said.splitlines()):
        rest = line
        if ENGLISH.search(rest):
            for text in kept:
                rest = rest.replace(text, "")
        rest = re.sub(r"`[^`]*`|'[^']*'|\"[^\"]*\"|https?://\S+|[a-z_]+\([^()]*\)", "", rest)
        if ENGLISH.search(rest):
            found.append(line)
    return found


def test_what_counts_as_english() -> None:
    assert left_in_english("확인 필요: the day was not read", ())
    assert not left_in_english("확인 필요: Blocking the Property of Persons", ())
    assert not left_in_english("누가 the day was not read", ("the day was not read",))
    assert not left_in_english("제8조: 'a foreign branch or subsidiary of it'", ())


@pytest.mark.parametrize(
    ("file", "by", "who"),
    [
        (COURT, "US", "person:prosecutor"),
        ("inventories/relief-organisation.yaml", "US", "self"),
        ("inventories/auditor-self.yaml", "voluntary", None),
        ("examples/unknown.yaml", "US", None),
    ],
)
def test_no_sentence_of_a_report_is_english(file: str, by: str, who: str | None, auditing: Auditing) -> None:
    report = auditing((ROOT / file).read_text(), by=by, who=who)
    quoted = [*strings(report.nodes), *strings(report.laws), *strings(report.about), *strings(report.unresolved)]
    assert left_in_english(text_of_lines(report), quoted) == []


def text_of_lines(report: Report) -> str:
    return reporter("text").render(report, Style("ko", columns=100_000)).decode()


def test_no_record_is_explained_in_english(knowledge: Knowledge) -> None:
    packs = packs_for([], examples=True)
    rules = [r.id for p in packs for r in p.rules]
    for wanted in (
        *rules,
        *knowledge.regimes,
        *knowledge.products,
        *knowledge.entities,
        *knowledge.precedents,
        *PREDICATES,
    ):
        page = Page(Style("ko", columns=100_000))
        explain_record(page, wanted, knowledge, packs)
        records = [getattr(knowledge, kind).get(wanted) for kind in ("regimes", "products", "entities", "precedents")]
        names = [e.name for e in knowledge.entities.values()]
        assert left_in_english(page.text, [*strings(tuple(records)), *names]) == [], wanted


DEFECTS = [c for c in everything() if c.code is not None and not c.process and len(c.defect) < 300_000]


@pytest.mark.parametrize("case", DEFECTS, ids=lambda c: f"{c.kind}: {c.name}")
def test_what_is_wrong_is_said_in_korean(case: Case, tmp_path: Path) -> None:
    file = tmp_path / f"{case.document}.yaml"
    file.write_bytes(case.defect)
    with pytest.raises(AuditorError) as caught:
        if case.document == "inventory":
            problems = link(load_inventory([file]).inventory, load_knowledge())
            raise InvalidDocument(problems)
        if case.document == "pack":
            packs = load_packs([file], predicate_schemas(), predicate_subjects())
            raise WrongCall(link_packs(packs, load_knowledge()))
        load_decisions([file], date(2026, 11, 23))
    for problem in caught.value.problems[:50]:
        for english in (problem.message, problem.hint):
            if english is not None:
                korean = shown(english, "ko")
                assert re.search("[가-힣]", korean), english
                assert left_in_english(korean, ()) == []


def test_no_problem_is_written_in_english_where_it_is_found() -> None:
    """Message and hint of a problem come from the catalogue, not from the source."""
    written = []
    for path in sorted((ROOT / "auditor").rglob("*.py")):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Call) and ast.unparse(node.func).rpartition(".")[2] == "Problem":
                given = [*node.args[2:4], *(k.value for k in node.keywords if k.arg in ("message", "hint"))]
                written += [
                    f"{path.name}:{a.lineno}"
                    for a in given
                    if isinstance(a, ast.JoinedStr | ast.BinOp) or (isinstance(a, ast.Constant) and a.value is not None)
                ]
    assert written == []
