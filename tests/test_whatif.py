"""`auditor whatif`: scenarios by file, id and option; each shipped one on somebody it fits; what is printed."""

import json
from pathlib import Path

import pytest

from auditor.loading import load_scenarios
from auditor.messages import say
from auditor.model.codec import from_data, to_data
from auditor.model.knowledge import Knowledge
from auditor.model.outage import Fate, Outage, Span
from auditor.model.report import Report
from auditor.model.vocabulary import Outcome, Return, Sureness
from auditor.sinks import width
from auditor.views import outages as views

from .conftest import ON, ROOT
from .runs import Within, within
from .supposed import fates, function, reported

SHIPPED = {s.id: s for s in load_scenarios()}
INVENTORIES = sorted((ROOT / "inventories").glob("*.yaml"))
SMALL = """
auditor: inventory/1
organization: {id: o, name: Made Up Institute, seat: NL, owned_by: [{by: boss, percent: 60}]}
parties: [{id: boss, name: Made Up Owner, country: RU}, {id: top, name: Made Up Top, country: RU}]
people: [{id: ada}, {id: ben}]
functions: [{id: f, criticality: critical, tolerable_outage: 24h, needs: [mail]}]
dependencies: [{id: mail, product: slack, used_by: [ada, ben], held_by: {admins: [ada, ben]}}]
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> Within:
    """The command, within this process."""
    return within(monkeypatch, knowledge)


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """A small inventory in a file."""
    path = tmp_path / "small.yaml"
    path.write_text(SMALL, encoding="utf-8")
    return path


def scenario_file(folder: Path, *acts: str, more: str = "", name: str = "own") -> Path:
    """A file with one scenario."""
    path = folder / f"{name}.yaml"
    body = f"  - {{id: {name}, title: {{en: Our own, ko: 우리 것}}, acts: [{', '.join(acts)}]{more}}}\n"
    path.write_text(f"auditor: scenario/1\nscenarios:\n{body}", encoding="utf-8")
    return path


def told(run: Within, *arguments: "str | Path") -> list[dict[str, object]]:
    """The outages of a run as JSON."""
    ran = run("whatif", *arguments, "--as-of", ON.isoformat(), "-o", "json=-")
    assert ran.code == 0, ran.err
    found = json.loads(ran.out).get("outages", [])
    assert isinstance(found, list)
    return found


# -- which scenarios ---------------------------------------------------------------------------------------------------


def test_scenarios_by_option_id_and_file(run: Within, small: Path, tmp_path: Path) -> None:
    """By who and by, by the name of a shipped one, by file; `each` makes one for each; several at once."""

    def ids(*arguments: "str | Path") -> list[object]:
        return [o["scenario"] for o in told(run, small, *arguments)]

    own = scenario_file(tmp_path, "{by: US, who: self}")
    assert ids("--by", "US", "--who", "self") == ["asked"]
    assert ids("--by", "UK", "--who", "self") == ["asked"]
    assert ids("--scenario", "us-lists-official") == ["us-lists-official/ada", "us-lists-official/ben"]
    assert ids("--scenario", own) == ["own"]
    assert ids("--scenario", own, "--scenario", "us-lists-organisation", "--by", "EU") == [
        "own",
        "us-lists-organisation",
        "asked",
    ]
    assert ids("--by", "US", "--who", "person:each") == ["asked/ada", "asked/ben"]
    assert ids("--by", "US", "--who", "owner:each") == ["asked/boss"]
    assert ids("--scenario", "eu-software-ban") == []  # fits nobody who does not sit there
    everything = ids()
    assert "us-lists-official/ada" in everything
    assert "eu-software-ban" not in everything
    assert len(everything) == len(set(everything))


def test_what_does_not_fit_is_told(run: Within, small: Path) -> None:
    """A scenario that was named and fits nobody is no clean page."""
    ran = run("whatif", small, "--scenario", "eu-software-ban")
    assert ran.code == 0
    assert "N-NO-FIT" in ran.out
    assert "eu-software-ban" in ran.out
    assert "N-NO-FIT" not in run("whatif", small).out


def test_several_acts_come_together(run: Within, small: Path) -> None:
    """`--who` twice is one scenario with both; `--by` twice as well."""
    (both,) = told(run, small, "--by", "US", "--who", "person:ada", "--who", "self")
    assert both["acts"] == [{"by": "US", "who": "person:ada"}, {"by": "US", "who": "self"}]
    (two,) = told(run, small, "--by", "US", "--by", "EU", "--who", "self")
    assert two["acts"] == [{"by": "US", "who": "self"}, {"by": "EU", "who": "self"}]


def test_on_moves_the_clocks(run: Within, tmp_path: Path) -> None:
    """`--on` is the day of the act: what has a date ends so much sooner."""
    path = tmp_path / "i.yaml"
    path.write_text(
        SMALL.replace("needs: [mail]", "needs: [ca]").replace(
            "dependencies: [",
            "dependencies: [{id: ca, product: digicert-certificates, clocks: {certificate_until: 2027-01-31}}, ",
        ),
        encoding="utf-8",
    )
    ends = []
    for day in ("2026-11-23", "2027-01-21"):
        (found,) = told(run, path, "--by", "US", "--on", day)
        (f,) = found["functions"]  # type: ignore[misc, attr-defined]
        ends.append(f["fate"]["stops"]["high"])  # type: ignore[index]
    assert ends == [70 * 24, 11 * 24]


WRONG = {
    "an unknown person": (["--who", "person:eve"], "E-QUESTION", "eve"),
    "nearly a person": (["--who", "person:adda"], "E-QUESTION", "ada"),
    "no kind": (["--who", "ada"], "E-QUESTION", "person:ID"),
    "an unknown state": (["--by", "ZZ", "--who", "self"], "E-QUESTION", ""),
    "each of what there is no each": (["--by", "US", "--who", "supplier:each"], "E-QUESTION", ""),
    "a supplier by choice": (["--by", "voluntary", "--who", "supplier:nobody"], "E-QUESTION", ""),
    "a law about others": (["--by", "eu-833-2014-5n", "--who", "self"], "E-QUESTION", "country:RU"),
    "an unknown scenario": (["--scenario", "us-lists-nobody"], "E-SCENARIO", "us-lists-organisation"),
}


@pytest.mark.parametrize("case", WRONG)
def test_wrong_questions_end_in_two(run: Within, small: Path, case: str) -> None:
    """With a code, and where there is one a hint what to write instead."""
    arguments, code, hint = WRONG[case]
    ran = run("whatif", small, *arguments)
    assert ran.code == 2
    assert ran.out == ""
    assert ran.codes == [code]
    assert hint in ran.err


FILES = {
    "an unknown key": ("{by: US, wo: self}", "E-UNKNOWN-KEY", 3),
    "an unknown law": ("{by: us-nothing, who: self}", "E-DANGLING", 3),
    "no acts": ("", "E-EMPTY", 3),
    "a wrong effect": ("{by: US, who: self, effect: blows_up}", "E-VALUE", 3),
}


@pytest.mark.parametrize("case", FILES)
def test_broken_scenario_files_end_in_two(run: Within, small: Path, tmp_path: Path, case: str) -> None:
    """With the place."""
    acts, code, line = FILES[case]
    path = scenario_file(tmp_path, *([acts] if acts else []))
    ran = run("whatif", small, "--scenario", path)
    assert (ran.code, ran.out) == (2, "")
    problem = next(p for p in ran.problems if p["code"] == code)
    assert problem["file"].endswith("own.yaml")
    assert int(problem["line"]) == line, ran.err


def test_files_that_name_nobody_of_ours(run: Within, small: Path, tmp_path: Path) -> None:
    """A scenario is for many organisations; one that names somebody unknown ends in 2 all the same."""
    ran = run("whatif", small, "--scenario", scenario_file(tmp_path, "{by: US, who: 'person:eve'}"))
    assert (ran.code, ran.codes) == (2, ["E-QUESTION"])


# -- the shipped ones --------------------------------------------------------------------------------------------------

ORG = "auditor: inventory/1\norganization: {id: o, name: Made Up, seat: %s, kind: [%s]%s}\n"
MAIL = "functions: [{id: f, criticality: critical, needs: [%s]}]\n"


def of(knowledge: Knowledge, text: str, scenario: str) -> Outage:
    """The one outage of a shipped scenario."""
    (found,) = reported(text, knowledge, SHIPPED[scenario]).outages
    return found


def test_bank_with_its_owner(knowledge: Knowledge) -> None:
    """Listed by name with its owner, a bank loses mail and cloud."""
    text = (
        ORG % ("NL", "bank", ", owned_by: [{by: boss, percent: 49}]")
        + MAIL % "mail"
        + (
            "parties: [{id: boss, name: Made Up Owner, country: RU}]\ndependencies: [{id: mail, product: microsoft-exchange-online}]\n"
        )
    )
    found = of(knowledge, text, "us-lists-organisation-and-owner")
    assert found.scenario == "us-lists-organisation-and-owner/boss"
    assert function(found, "f").fate.sureness is Sureness.OBLIGED
    (owner,) = reported(text, knowledge, SHIPPED["eu-lists-owner"]).outages
    assert function(owner, "f").fate.stops is None  # 49 % without control


@pytest.mark.parametrize(
    ("stake", "sureness"),
    [
        ("percent: 50", Sureness.OBLIGED),
        ("percent: 49.13, control: [board_majority]", Sureness.UNDETERMINED),
        ("percent: 49.13", None),
        ("percent: 40-60", Sureness.UNDETERMINED),
    ],
)
def test_owner_listed_by_the_union(knowledge: Knowledge, stake: str, sureness: Sureness | None) -> None:
    """Half is as if listed; below that control leads to a presumption, which is not decided here."""
    text = (
        ORG % ("IN", "company", f", owned_by: [{{by: boss, {stake}}}]")
        + MAIL % "mail"
        + ("parties: [{id: boss, name: Made Up Owner, country: RU}]\ndependencies: [{id: mail, product: scaleway}]\n")
    )
    assert function(of(knowledge, text, "eu-lists-owner"), "f").fate.sureness is sureness


def test_software_ban(knowledge: Knowledge) -> None:
    """It holds for organisations in Russia: a Union supplier's enterprise software stops or is not renewed."""
    text = ORG % ("RU", "company", "") + MAIL % "erp" + "dependencies: [{id: erp, product: sap-s4hana-cloud}]\n"
    found = of(knowledge, text, "eu-software-ban")
    assert function(found, "f").fate.sureness is Sureness.OBLIGED
    assert {c.regime for c in found.cuts} == {"eu-833-2014-5n"}


def test_accelerators(knowledge: Knowledge) -> None:
    """New boards need a licence; what runs goes on running."""
    text = (
        ORG % ("CN", "company", "")
        + MAIL % "boards"
        + (
            "dependencies: [{id: boards, product: nvidia-data-centre-accelerators}, {id: weights, product: mistral-open-weights}]\n"
        )
    )
    found = of(knowledge, text, "accelerator-licence-denied")
    assert fates(found)["dependency:boards"].worst is Outcome.FROZEN_IN_PLACE
    assert function(found, "f").fate.stops is None


def test_ownership_terms(knowledge: Knowledge) -> None:
    """The provider acts on its own terms: its model stops, another does not."""
    text = ORG % ("SG", "company", ", owned_by: [{by: boss, percent: 80}]") + (
        "parties: [{id: boss, name: Made Up Owner, country: CN}]\n"
        "functions: [{id: f, needs: [model]}, {id: g, needs: [other]}]\n"
        "dependencies: [{id: model, product: anthropic-api}, {id: other, product: mistral-api}]\n"
    )
    found = of(knowledge, text, "model-provider-ownership-terms")
    assert function(found, "f").fate.stops is not None
    assert function(found, "g").fate.stops is None


@pytest.mark.parametrize("scenario", ["cn-countermeasure", "cn-unreliable-entity"])
def test_chinese_countermeasures(knowledge: Knowledge, scenario: str) -> None:
    """They bind who is in China, and nobody else."""
    text = ORG % ("DE", "company", "") + (
        "parties: [{id: cloud, name: Made Up Cloud Ltd, country: CN}]\nfunctions: [{id: f, needs: [host]}, {id: g, needs: [mail]}]\n"
        "dependencies: [{id: host, provider: cloud, delivery: managed}, {id: mail, product: proton-mail}]\n"
    )
    found = of(knowledge, text, scenario)
    assert function(found, "f").fate.stops is not None
    assert function(found, "g").fate.stops is None


def test_certificates_and_domains(knowledge: Knowledge) -> None:
    """Both go, as dependencies and as assets, and may go at once."""
    text = ORG % ("DE", "company", "") + (
        "functions: [{id: f, needs: [cert]}, {id: g, needs: [name]}, {id: h, needs: [mail]}]\n"
        "dependencies: [{id: ca, product: digicert-certificates}, {id: registry, product: domain-com}, {id: mail, product: proton-mail}]\n"
        "assets: [{id: cert, kind: certificate, kept_at: ca, until: 2027-01-01}, {id: name, kind: domain, kept_at: registry}]\n"
    )
    found = of(knowledge, text, "certificates-and-domains-revoked")
    assert function(found, "f").fate.stops == Span(0, 40 * 24)
    assert function(found, "g").fate.sureness is Sureness.OBLIGED
    assert function(found, "h").fate.stops is None


def test_dollars(knowledge: Knowledge) -> None:
    """What is paid in dollars stops when it is used up; what is paid in euros does not."""
    text = ORG % ("DE", "company", "") + (
        "contracts: [{id: k, party: o, currency: USD}, {id: e, party: o, currency: EUR}]\n"
        "functions: [{id: f, needs: [a]}, {id: g, needs: [b]}]\n"
        "dependencies: [{id: a, product: proton-mail, contract: k, clocks: {prepaid_until: 2026-12-31}}, {id: b, product: slack, contract: e}]\n"
    )
    found = of(knowledge, text, "dollars-stop")
    assert function(found, "f").fate.stops == Span(39 * 24, 39 * 24)
    assert function(found, "g").fate.stops is None


def test_session_elsewhere(knowledge: Knowledge) -> None:
    """One for each person: their own account, and nobody else's."""
    found = reported(SMALL, knowledge, SHIPPED["session-from-embargoed-place"]).outages
    assert [o.scenario.rpartition("/")[2] for o in found] == ["ada", "ben"]
    assert all(function(o, "f").fate.worst is Outcome.SEAT_ONLY for o in found)


def test_parents_and_jurisdictions(knowledge: Knowledge) -> None:
    """The parent on which most depends, and a stress test that is called one."""
    text = ORG % ("DE", "company", "") + (
        "functions: [{id: f, criticality: critical, needs: [a, b]}, {id: g, needs: [c]}, {id: h, needs: [d]}]\n"
        "dependencies: [{id: a, product: microsoft-azure}, {id: b, product: microsoft-teams}, {id: c, product: slack}, {id: d, product: proton-mail}]\n"
    )
    top = of(knowledge, text, "top-parent-withdraws")
    assert top.scenario == "top-parent-withdraws/microsoft"
    assert function(top, "f").fate.sureness is Sureness.OBLIGED
    assert function(top, "g").fate.stops is None
    cut = of(knowledge, text, "united-states-cut-off")
    assert cut.stress
    assert [function(cut, i).fate.sureness for i in "fgh"] == [Sureness.OBLIGED, Sureness.OBLIGED, None]
    assert of(knowledge, text, "china-cut-off").tally.go_on == 3


def test_delisting(knowledge: Knowledge) -> None:
    """What was revoked is had anew, services on request, and every note is in both languages."""
    text = (
        ORG % ("DE", "company", "")
        + MAIL % "mail"
        + (
            "dependencies: [{id: mail, product: slack}, {id: ca, product: digicert-certificates}]\n"
            "assets: [{id: cert, kind: certificate, kept_at: ca}]\n"
        )
    )
    found = of(knowledge, text, "us-delists-organisation")
    returns = {node: c.returns for c in found.comebacks for node in c.subjects}
    assert returns["dependency:mail"] is Return.ON_REQUEST
    assert returns["asset:cert"] is Return.ANEW
    assert all(c.note.en and c.note.ko for c in found.comebacks)
    assert of(knowledge, text, "us-lists-organisation").comebacks == ()


def test_every_shipped_scenario_is_tried() -> None:
    """A new one needs a test of its own."""
    here = Path(__file__).read_text(encoding="utf-8")
    elsewhere = {"eu-lists-organisation", "gb-lists-organisation"}
    assert [i for i in SHIPPED if f'"{i}"' not in here and i not in elsewhere] == []


@pytest.mark.parametrize(
    ("scenario", "product"), [("eu-lists-organisation", "scaleway"), ("gb-lists-organisation", "own")]
)
def test_other_listings(knowledge: Knowledge, scenario: str, product: str) -> None:
    """A supplier at home in the place that lists must stop; one elsewhere need not."""
    text = ORG % ("IN", "company", "") + (
        "parties: [{id: own, name: Made Up Hosting Ltd, country: GB}]\nfunctions: [{id: f, needs: [a]}, {id: g, needs: [b]}]\n"
        f"dependencies: [{{id: a, {'provider' if product == 'own' else 'product'}: {product}, delivery: saas}}, {{id: b, product: slack}}]\n"
    )
    found = of(knowledge, text, scenario)
    assert function(found, "f").fate.sureness is Sureness.OBLIGED
    assert function(found, "g").fate.sureness is not Sureness.OBLIGED


# -- what is printed ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", INVENTORIES, ids=lambda p: p.stem)
def test_text_in_both_languages(run: Within, path: Path) -> None:
    """Every shipped inventory, all scenarios and one in full: words, no keys, the same each time."""
    for arguments in ((), ("--by", "US", "--who", "self")):
        pages = {}
        for language in ("en", "ko"):
            first, again = (
                run("whatif", path, *arguments, "--as-of", ON.isoformat(), "--lang", language) for _ in range(2)
            )
            assert first.code == 0, first.err
            assert first.out == again.out
            assert "whatif." not in first.out
            assert max(width(line) for line in first.out.splitlines()) <= 80
            pages[language] = first.out
        assert pages["en"] != pages["ko"]


def test_json_holds_it_all(run: Within, knowledge: Knowledge, tmp_path: Path) -> None:
    """Outages and causes go through the codec and back; SARIF has what an audit has."""
    path = ROOT / "inventories" / "icc-2025.yaml"
    files = {name: tmp_path / f"report.{name}" for name in ("json", "sarif")}
    ran = run(
        "whatif",
        path,
        "--by",
        "US",
        "--who",
        "self",
        "--as-of",
        ON.isoformat(),
        *(f"-o{n}={f}" for n, f in files.items()),
    )
    assert ran.code == 0, ran.err
    data = json.loads(files["json"].read_text(encoding="utf-8"))
    (outage,) = data["outages"]
    assert outage["scenario"] == "asked"
    assert data["causes"]["cuts"]
    report = reported(path.read_text(encoding="utf-8"), knowledge, SHIPPED["us-lists-organisation"])
    assert report.outages
    assert from_data(Report, json.loads(json.dumps(to_data(report)))) == report
    plain = tmp_path / "plain.sarif"
    assert run("audit", path, "--as-of", ON.isoformat(), f"-osarif={plain}").code == 0

    def results(file: Path) -> object:
        return [
            (r["ruleId"], r["partialFingerprints"])
            for r in json.loads(file.read_text(encoding="utf-8"))["runs"][0]["results"]
        ]

    assert results(files["sarif"]) == results(plain)


def drawn(stops: Span | None, sureness: Sureness | None, across: int = 40) -> str:
    return views.bar(Fate("function:f", Outcome.SURVIVES, Outcome.STOPS, sureness, stops), across)


def test_bars_only_go_one_way() -> None:
    """Later ends are drawn further right; no bar claims a stop where none has to come."""
    hours = [0, 1, 5, 24, 24 * 7, 24 * 30, 24 * 365, 24 * 730, 10**6]
    columns = [views.column(h, 40) for h in hours]
    assert columns == sorted(columns)
    assert columns[0] == 0
    assert columns[-1] == 39
    for low in hours:
        for high in (*(h for h in hours if h >= low), None):
            bar = drawn(Span(low, high), Sureness.OBLIGED)
            assert len(bar) == 40
            assert "".join(sorted(bar, key="·▒█".index)) == bar
            assert ("█" in bar) == (high is not None)
        for sureness, mark in ((Sureness.MAY, "░"), (Sureness.UNDETERMINED, "?")):
            bar = drawn(Span(low), sureness)
            assert set(bar) <= {"·", mark}
            assert bar.endswith(mark)
    assert drawn(None, None) == "·" * 40


@pytest.mark.parametrize("language", ["en", "ko"])
def test_days_are_told_as_days(language: str) -> None:
    """Whole days are not told in hours, and units only grow."""
    assert views.duration(24, language) == say("span.days", language, n=1)
    assert views.duration(36, language) == say("span.hours", language, n=36)
    assert views.duration(0, language) == say("span.hours", language, n=0)
    assert views.duration(33 * 24, language) == say("span.days", language, n=33)


def test_wide_names_stand_in_line(run: Within, tmp_path: Path) -> None:
    """Bars begin in the same column whatever letters a name has, and long names are cut."""
    path = tmp_path / "wide.yaml"
    names = ["Mail", "전자우편과 일정 관리 및 그 밖의 모든 업무용 연락", "결제"]
    rows = ", ".join(f"{{id: f{i}, name: {n}, needs: [mail]}}" for i, n in enumerate(names))
    path.write_text(
        SMALL.replace("[{id: f, criticality: critical, tolerable_outage: 24h, needs: [mail]}]", f"[{rows}]"),
        encoding="utf-8",
    )
    for language in ("en", "ko"):
        out = run("whatif", path, "--by", "US", "--lang", language).out
        bars = [line for line in out.splitlines() if "▒▒▒▒▒▒▒▒" in line or ("████████" in line and "▒" in line)]
        bars = [line for line in bars if line.startswith("  ") and not line.startswith("   ")]
        starts = {width(line[: min(line.index(c) for c in "▒█" if c in line)]) for line in bars}
        assert len(bars) >= 3
        assert len(starts) == 1
