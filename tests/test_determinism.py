"""The same facts give the same report, however they are laid out and wherever it runs."""

import json
import os
import random
import subprocess
import sys
from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.audit import Given, audit
from auditor.loading import load_inventory
from auditor.model.codec import to_data
from auditor.model.knowledge import Knowledge
from auditor.model.report import Question, Report
from auditor.model.rules import Pack
from auditor.model.vocabulary import Profile
from auditor.reporters import Style, formats, reporter

ON = date(2026, 11, 23)
RICH = Path(__file__).parent / "rich.yaml"
PARTS = ("organization", "parties", "people", "functions", "contracts", "dependencies", "assets")
Data = dict[str, Any]

SMALL: Data = {
    "auditor": "inventory/1",
    "organization": {
        "id": "o", "name": "O", "seat": "NL",
        "entities": [{"id": "unit-a", "name": "A", "country": "US"}, {"id": "unit-b", "name": "B", "country": "KR"}],
        "owned_by": [{"by": "owner", "percent": "30"}, {"by": "anna", "percent": "20"}],
    },
    "parties": [{"id": "owner", "name": "Owner", "country": "US", "owned_by": [{"by": "anna", "percent": "60"}]},
                {"id": "host", "name": "Host BV", "country": "NL", "owned_by": [{"by": "owner", "percent": "80"}]}],
    "people": [{"id": "anna", "nationalities": ["US", "NL"]}, {"id": "ben", "nationalities": ["KR"]}],
    "functions": [{"id": "f", "criticality": "critical", "needs": ["mail", "disk"]},
                  {"id": "g", "criticality": "high", "needs": [{"any_of": ["disk", "mail"]}, "anna"]}],
    "contracts": [{"id": "c", "party": "unit-a", "banks": ["x", "y"]}, {"id": "d", "party": "unit-b"}],
    "dependencies": [
        {"id": "mail", "product": "microsoft-exchange-online", "contract": "c", "login_via": "entra",
         "used_by": ["anna", "ben", "everyone"], "held_by": {"admins": ["anna", "ben"]},
         "hosted_on": ["disk", "aws-ec2"], "needs": ["entra", "disk"]},
        {"id": "entra", "product": "microsoft-entra-id", "contract": "d", "used_by": ["everyone"]},
        {"id": "disk", "provider": "host", "delivery": "managed", "performed_from": ["US", "NL"]},
        {"id": "odd", "provider": "Zzyzx Unheard Of"},
    ],
    "assets": [{"id": "domain", "kind": "domain", "kept_at": "disk", "held_by": ["anna", "ben"]},
               {"id": "weights", "kind": "weights", "kept_at": "mail", "readable_with": ["entra", "disk"]}],
}  # fmt: skip
QUESTIONS = (Question(), Question("US", "self"), Question("US", "person:anna"), Question("EU", "country:US"))


class Auditor:
    """Audits files, and says what of the report is left when places are taken away."""

    def __init__(self, knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
        self.knowledge, self.packs = knowledge, packs

    def report(self, paths: Iterable[Path], question: Question) -> Report:
        found = load_inventory(list(paths))
        given_ = Given(ON, ON, question, Profile.ALL, inputs=found.inputs)
        return audit(found.inventory, self.knowledge, self.packs, given_)

    def placeless(self, paths: Iterable[Path], question: Question) -> Data:
        report = self.report(paths, question)
        ledger = replace(report.ledger, inputs_given=1, inputs_read=1)
        report = replace(report, about=replace(report.about, inputs=()), ledger=ledger)
        found: Data = _without_places(to_data(report))
        return found


def _without_places(data: Any) -> Any:
    if isinstance(data, dict):
        return {k: _without_places(v) for k, v in data.items() if k != "origin"}
    return [_without_places(v) for v in data] if isinstance(data, list) else data


@pytest.fixture(scope="module")
def auditor(knowledge: Knowledge, packs: tuple[Pack, ...]) -> Auditor:
    return Auditor(knowledge, packs)


def written(folder: Path, name: str, data: Data) -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(data, ensure_ascii=False, indent=1))
    return path


def rich() -> Data:
    found: Data = yaml.load(RICH.read_text(), yaml.BaseLoader)
    return found


@pytest.fixture(scope="module", params=["rich", "small"])
def data(request: pytest.FixtureRequest) -> Data:
    return rich() if request.param == "rich" else SMALL


# -- where things are written ---------------------------------------------------------------------------------------


def test_the_name_of_a_file_changes_nothing(tmp_path: Path, auditor: Auditor, data: Data) -> None:
    for question in QUESTIONS[:2]:
        one = auditor.placeless([written(tmp_path, "a.yaml", data)], question)
        assert one["findings"]
        assert auditor.placeless([written(tmp_path, "한글 z.yml", data)], question) == one


def test_comments_and_empty_lines_change_nothing(tmp_path: Path, auditor: Auditor) -> None:
    text = RICH.read_text()
    spaced = tmp_path / "a.yaml"
    spaced.write_text("# a\n\n" + "".join(f"{line}   # said\n\n" for line in text.splitlines()))
    for question in QUESTIONS[:2]:
        assert auditor.placeless([spaced], question) == auditor.placeless([RICH], question)


def test_line_ends_change_nothing(tmp_path: Path, auditor: Auditor) -> None:
    crlf = tmp_path / "a.yaml"
    crlf.write_bytes(b"\xef\xbb\xbf" + RICH.read_bytes().replace(b"\n", b"\r\n"))
    assert auditor.placeless([crlf], QUESTIONS[1]) == auditor.placeless([RICH], QUESTIONS[1])


def test_splitting_over_files_changes_nothing(tmp_path: Path, auditor: Auditor, data: Data) -> None:
    whole = written(tmp_path, "whole.yaml", data)
    folder = tmp_path / "parts"
    for part in PARTS:
        entries = data[part] if isinstance(data[part], list) else [data[part]]
        for i, entry in enumerate(entries):
            value = [entry] if isinstance(data[part], list) else entry
            written(folder, f"{'sub/' * (i % 3)}{part}-{i}.yaml", {"auditor": "inventory/1", part: value})
    files = sorted(folder.rglob("*.yaml"))
    assert len(files) > 10
    for question in QUESTIONS[:2]:
        one = auditor.placeless([whole], question)
        assert auditor.placeless([folder], question) == one
        assert auditor.placeless(reversed(files), question) == one


def shuffled(data: Data, seed: int) -> Data:
    """The same parts and entries, elsewhere in the file."""
    rng = random.Random(seed)
    parts = list(PARTS)
    rng.shuffle(parts)
    return {"auditor": data["auditor"], **{p: _moved(data[p], rng) for p in parts}}


def _moved(value: Any, rng: random.Random) -> Any:
    if isinstance(value, list):
        return rng.sample(value, len(value))
    return value


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_the_order_of_entries_changes_nothing(
    tmp_path_factory: pytest.TempPathFactory, auditor: Auditor, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("order")
    question = QUESTIONS[seed % len(QUESTIONS)]
    one = auditor.placeless([written(folder, "a.yaml", SMALL)], question)
    assert auditor.placeless([written(folder, "b.yaml", shuffled(SMALL, seed))], question) == one


def test_the_order_of_a_rich_inventory_changes_nothing(tmp_path: Path, auditor: Auditor) -> None:
    for seed, question in enumerate(QUESTIONS[:2]):
        assert auditor.placeless([written(tmp_path, "a.yaml", shuffled(rich(), seed))], question) == auditor.placeless(
            [RICH], question
        )


def everywhere_shuffled(value: Any, rng: random.Random) -> Any:
    """All lists shuffled, also those inside an entry: users, owners, needs, regions."""
    if isinstance(value, dict):
        return {k: everywhere_shuffled(v, rng) for k, v in rng.sample(sorted(value.items()), len(value))}
    if isinstance(value, list):
        return [everywhere_shuffled(v, rng) for v in rng.sample(value, len(value))]
    return value


@given(seed=st.integers(0, 2**32))
@settings(max_examples=25, deadline=None)
def test_the_order_inside_entries_changes_no_finding(
    tmp_path_factory: pytest.TempPathFactory, auditor: Auditor, seed: int
) -> None:
    folder = tmp_path_factory.mktemp("order")
    question = QUESTIONS[seed % len(QUESTIONS)]
    one = auditor.report([written(folder, "a.yaml", SMALL)], question)
    other = auditor.report([written(folder, "b.yaml", everywhere_shuffled(SMALL, random.Random(seed)))], question)
    told = [
        {(f.fingerprint, f.severity, f.confidence, f.laws, tuple(s.node for s in f.subjects)) for f in r.findings}
        for r in (one, other)
    ]
    assert told[0] == told[1]
    assert len(one.reaches) == len(other.reaches)


def test_fingerprints_are_of_ids_and_not_of_words(tmp_path: Path, auditor: Auditor) -> None:
    renamed = json.loads(json.dumps(SMALL))
    renamed["organization"]["name"] = "Another name"
    for part in ("functions", "dependencies", "assets"):
        for entry in renamed[part]:
            entry["name"] = f"Another name of {entry['id']}"
    one, other = (auditor.report([written(tmp_path, "a.yaml", d)], Question("US", "self")) for d in (SMALL, renamed))
    assert [f.fingerprint for f in one.findings] == [f.fingerprint for f in other.findings]
    assert len({f.fingerprint for f in one.findings}) == len(one.findings) > 0


def test_another_question_is_another_finding(tmp_path: Path, auditor: Auditor) -> None:
    path = written(tmp_path, "a.yaml", SMALL)
    prints = [{f.fingerprint for f in auditor.report([path], q).findings} for q in QUESTIONS]
    for i, one in enumerate(prints):
        for other in prints[i + 1 :]:
            assert not one & other


# -- where it runs --------------------------------------------------------------------------------------------------

OUTPUTS = tuple(sorted(set(formats()) - {"text"}))
PLACES = [
    {"PYTHONHASHSEED": seed, "LC_ALL": locale, "TZ": zone}
    for seed, locale, zone in (
        ("0", "C.UTF-8", "UTC"),
        ("1", "C", "Pacific/Kiritimati"),
        ("2", "tr_TR.UTF-8", "America/Los_Angeles"),
        ("random", "C", "UTC"),
        ("random", "C.UTF-8", "Pacific/Kiritimati"),
        ("0", "tr_TR.UTF-8", "Pacific/Kiritimati"),
        ("1", "tr_TR.UTF-8", "UTC"),
        ("2", "C", "America/Los_Angeles"),
    )
]


def run(folder: Path, environment: Mapping[str, str], *arguments: str) -> list[bytes]:
    """Standard output and every written file of an audit in another process."""
    kept = {k: v for k, v in os.environ.items() if k in ("PATH", "SYSTEMROOT", "PYTHONPATH", "HOME")}
    files = [f"{name}.out" for name in OUTPUTS]
    wanted = [a for name, file in zip(OUTPUTS, files, strict=True) for a in ("-o", f"{name}={file}")]
    done = subprocess.run(
        [sys.executable, "-m", "auditor", "audit", "rich.yaml", "--as-of", ON.isoformat(), *wanted, *arguments],
        cwd=folder, env=kept | environment, capture_output=True, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr.decode()
    return [done.stdout, *((folder / file).read_bytes() for file in files)]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_where_it_runs_changes_no_byte(tmp_path: Path, language: str) -> None:
    (tmp_path / "rich.yaml").write_bytes(RICH.read_bytes())
    first, *others = (
        run(tmp_path, place, "--lang", language, "--by", "US", "--who", "self")
        for place in (PLACES if language == "en" else PLACES[1:3])
    )
    assert all(first)
    for other in others:
        assert other == first


def test_a_language_does_not_change_machine_formats(tmp_path: Path) -> None:
    (tmp_path / "rich.yaml").write_bytes(RICH.read_bytes())
    english, korean = (run(tmp_path, PLACES[0], "--lang", language) for language in ("en", "ko"))
    machine = [i for i, name in enumerate(OUTPUTS, 1) if name in ("json", "sarif")]
    assert [english[i] for i in machine] == [korean[i] for i in machine]


def test_the_locale_does_not_choose_the_language(tmp_path: Path) -> None:
    (tmp_path / "rich.yaml").write_bytes(RICH.read_bytes())
    for place in ({"LC_ALL": "ko_KR.UTF-8", "LANG": "ko_KR.UTF-8", "LANGUAGE": "ko"}, {"AUDITOR_LANG": "xx"}):
        assert run(tmp_path, place) == run(tmp_path, PLACES[0])
    assert run(tmp_path, {"AUDITOR_LANG": "ko"}) == run(tmp_path, PLACES[0], "--lang", "ko")


def test_no_clock_is_read_where_the_day_is_given(
    auditor: Auditor, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from auditor.verbs import _options, _run

    def no_clock() -> date:
        raise AssertionError("the clock was read")

    monkeypatch.setattr(_run, "today", no_clock)
    monkeypatch.setattr(_options, "today", no_clock)
    path = written(tmp_path, "a.yaml", SMALL)
    assert _run.make_report(_run.Call((str(path),), as_of=ON)).about.on == ON


def test_the_formats_of_one_report_do_not_depend_on_each_other(auditor: Auditor) -> None:
    report = auditor.report([RICH], QUESTIONS[1])
    one = {name: reporter(name).render(report, Style()) for name in formats()}
    other = {name: reporter(name).render(report, Style()) for name in reversed(formats())}
    assert one == other
