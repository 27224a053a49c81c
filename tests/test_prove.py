"""The long proofs: generated documents by the hundred thousand, and a fuzzer, meet nothing but our own errors."""

import importlib.util
import subprocess
import sys
import time
from datetime import date
from functools import lru_cache
from pathlib import Path
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from auditor.audit import Given, audit
from auditor.documents import read_text
from auditor.errors import InvalidDocument, describe
from auditor.loading import inventory_of, link
from auditor.model.knowledge import Knowledge
from auditor.model.report import Question
from auditor.model.rules import Pack
from auditor.reach import BadQuestion
from auditor.reporters import Style, formats, reporter
from auditor.resolve import names
from auditor.triage import exit_code
from tests.generated import Maker
from tests.hostile import everything
from tests.runs import COMMAND, CONTROL, PROBLEM

ON = date(2026, 11, 23)
SLOW = 5.0
"""Seconds for one small document, on a machine however busy."""
QUESTIONS = (
    *(
        Question(),
        Question("US"),
        Question("US"),
        Question("EU"),
        Question("EU", "self"),
        Question("US", "person:ada"),
        Question(None, "party:bank"),
    ),
    *(
        Question("voluntary"),
        Question("CN", "country:NL"),
        Question("US", "supplier:mail"),
        Question("US", "owner:mail"),
    ),
)
DOCUMENTS = 100_000
FUZZ_SECONDS = 60
ROOT = Path(__file__).resolve().parent.parent


def attempt(text: str, draw: Random, knowledge: Knowledge, packs: tuple[Pack, ...]) -> bool:
    """Read, load, link, audit and render; whether it could be audited. Fails on anything but our own errors."""
    started = time.perf_counter()
    audited = False
    try:
        loaded = inventory_of(text, "f.yaml")
        unknown = link(loaded.inventory, knowledge)
        if unknown:
            raise InvalidDocument(unknown)
        given = Given(ON, ON, draw.choice(QUESTIONS), inputs=loaded.inputs)
        report = audit(loaded.inventory, knowledge, packs, given)
    except InvalidDocument as error:
        assert error.problems
        told = describe(error.problems)
        assert not CONTROL.search(told)
        assert not COMMAND.search(told)
        for line in told.split("\n"):
            assert PROBLEM.fullmatch(line) or line.startswith(("hint: ", "also: ", "… ")), line
    except BadQuestion:
        pass
    else:
        audited = True
        assert exit_code(report, report.ledger) in (0, 4)
        if draw.random() < 0.1:
            for name in formats():
                out = reporter(name).render(report, Style(draw.choice(("en", "ko")))).decode()
                assert not CONTROL.search(out), name
    assert time.perf_counter() - started < SLOW
    return audited


def test_most_generated_documents_are_good(knowledge: Knowledge, packs: tuple[Pack, ...]) -> None:
    draw = Random(1)
    maker = Maker(draw)
    audited = sum(attempt(maker.text(), draw, knowledge, packs) for _ in range(200))
    assert 60 <= audited <= 180


@settings(max_examples=50, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.randoms(use_true_random=False))
def test_generated_documents(knowledge: Knowledge, packs: tuple[Pack, ...], draw: Random) -> None:
    attempt(Maker(draw, 0.5).text(), draw, knowledge, packs)


@pytest.mark.long
def test_a_hundred_thousand_generated_documents(
    knowledge: Knowledge, packs: tuple[Pack, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    # each audit reads the names of the whole catalogue again, which is most of the time of one so small
    for name in ("_folded", "normal_form"):
        monkeypatch.setattr(names, name, lru_cache(100_000)(getattr(names, name)))
    audited = tried = 0
    started = time.monotonic()

    @settings(
        max_examples=DOCUMENTS,
        deadline=None,
        database=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(st.integers(0, 2**64 - 1))
    def run(seed: int) -> None:
        nonlocal audited, tried
        draw = Random(seed)
        tried += 1
        audited += attempt(Maker(draw, 0.35).text(), draw, knowledge, packs)

    run()
    print(f"{tried:,} documents, {audited:,} audited, {time.monotonic() - started:.0f} s")  # noqa: T201 - for `-s`
    assert tried >= DOCUMENTS
    assert audited > DOCUMENTS // 10


@pytest.mark.long
def test_the_fuzzer_finds_nothing(tmp_path: Path) -> None:
    if importlib.util.find_spec("atheris") is None:
        pytest.skip("atheris is not installed (it has no wheel for this Python or system): not fuzzed")
    seeds, artefacts = tmp_path / "seeds", tmp_path / "artefacts"
    seeds.mkdir()
    artefacts.mkdir()
    small = [c for c in everything() if len(c.defect) < 20_000]
    for number, data in enumerate(
        [*(c.defect for c in small), *(Maker(Random(n)).text().encode() for n in range(100))]
    ):
        (seeds / f"{number}").write_bytes(data)
    ran = subprocess.run(
        [
            *(
                sys.executable,
                "-m",
                "tests.fuzz_reader",
                f"-max_total_time={FUZZ_SECONDS}",
                "-timeout=10",
                "-max_len=20000",
            ),
            *("-rss_limit_mb=1024", f"-artifact_prefix={artefacts}/", str(seeds)),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        timeout=10 * FUZZ_SECONDS,
        check=False,
    )
    assert ran.returncode == 0, ran.stderr[-4_000:] + repr([p.read_bytes()[:500] for p in artefacts.iterdir()])
    assert "Done " in ran.stderr


def test_generated_texts_are_the_same_each_time() -> None:
    def made() -> list[str]:
        maker = Maker(Random(7))
        return [maker.text() for _ in range(20)]

    assert made() == made()
    read_text(Maker(Random(1), 1.1).written(Maker(Random(1)).inventory()), "f.yaml")
