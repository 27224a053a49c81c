"""Each attack as a valid twin plus one defect: the twin passes, the defect gets its exit code and its error code."""

import json
import os
from pathlib import Path

import pytest

from auditor.documents.files import MAX_BYTES
from auditor.errors import InvalidDocument
from auditor.loading import inventory_of
from auditor.loading.lookalikes import keys_of, looks_like
from auditor.model.knowledge import Knowledge
from tests.hostile import INVENTORY, PACK, Case, everything
from tests.runs import Ran, Within, apart, proper, within

CASES = list(everything())
DAY = ("--as-of", "2026-11-23")


@pytest.fixture
def here(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge) -> Within:
    return within(monkeypatch, knowledge)


def arguments(case: Case, data: bytes, folder: Path) -> tuple[str | Path, ...]:
    """The call that reads `data` as what the case is about."""
    written = folder / f"{case.document}.yaml"
    written.write_bytes(data)
    if case.document == "inventory":
        return ("audit", written, *DAY)
    plain = folder / "plain.yaml"
    plain.write_text(INVENTORY)
    return ("audit", plain, *DAY, "--rules" if case.document == "pack" else "--decisions", written)


def judged(case: Case, ran: Ran) -> None:
    proper(ran)
    assert ran.code == case.refused_with, ran.err[:2000]
    if case.code is None:
        assert ran.err == ""
        assert case.says in ran.out
        assert all(code in ran.out for code in case.notes)
        return
    problems = ran.problems
    assert set(ran.codes) - {case.also} == {case.code}, ran.err[:2000]
    assert case.count is None or len(problems) == case.count
    assert case.says in ran.err, ran.err[:2000]
    for problem in problems:
        assert problem["file"] is None or problem["file"].endswith(f"{case.document}.yaml")
        assert problem["line"] is not None or problem["code"] == "E-TOO-MANY"
    assert ran.out == ""


def test_names_are_told_apart() -> None:
    assert len({(c.kind, c.name) for c in CASES}) == len(CASES)
    assert len(CASES) > 200


@pytest.mark.parametrize("document", ["inventory", "pack", "decisions"])
def test_twins_pass(document: str, here: Within, tmp_path: Path) -> None:
    case = next(c for c in CASES if c.document == document)
    ran = here(*arguments(case, case.twin, tmp_path))
    proper(ran)
    assert (ran.code, ran.err) == (0, "")
    if document == "pack":
        assert here("check", tmp_path / "pack.yaml").code == 0


@pytest.mark.parametrize("case", [c for c in CASES if not c.process], ids=lambda c: f"{c.kind}: {c.name}")
def test_attacks(case: Case, here: Within, tmp_path: Path) -> None:
    judged(case, here(*arguments(case, case.defect, tmp_path)))


@pytest.mark.parametrize("case", [c for c in CASES if c.process], ids=lambda c: f"{c.kind}: {c.name}")
def test_attacks_as_processes(case: Case, tmp_path: Path) -> None:
    judged(case, apart(tmp_path, *arguments(case, case.defect, tmp_path)))


def test_nothing_was_run(here: Within, tmp_path: Path) -> None:
    canary = tmp_path / "canary"
    for case in CASES:
        if b"touch" in case.defect:
            here(*arguments(case, case.defect.replace(b"/tmp/x", str(canary).encode()), tmp_path))
    assert not canary.exists()


# Files and folders.


def test_a_pack_beside_an_inventory_has_no_authority(here: Within, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(INVENTORY)
    (tmp_path / "b.yaml").write_text(PACK)
    ran = here("audit", tmp_path, *DAY)
    proper(ran)
    assert ran.code == 0
    assert "N-SKIPPED" in ran.out
    assert "own (1)" not in ran.out


def fs(folder: Path, kind: str) -> tuple[Path, str]:
    """A file, or what looks like one, and the code it gets; the codes of folders are those of the files in them."""
    out = folder / "out"
    out.mkdir()
    (out / "secret.yaml").write_text("root:x:0:0\n")
    tree = folder / "tree"
    tree.mkdir()
    at = tree / "x.yaml"
    match kind:
        case "a link out of the folder":
            at.symlink_to(out / "secret.yaml")
            return tree, "E-FILE-LINK"
        case "a link to a folder":
            at.symlink_to(out)
            return tree, "E-FILE-LINK"
        case "links in a circle":
            at.symlink_to(tree / "y.yaml")
            (tree / "y.yaml").symlink_to(at)
            return at, "E-FILE-LINK"
        case "a pipe":
            os.mkfifo(at)
            return at, "E-FILE-KIND"
        case "a pipe in a folder":
            os.mkfifo(at)
            return tree, "E-FILE-KIND"
        case "a device":
            return Path("/dev/zero"), "E-FILE-KIND"
        case "a link to a device":
            at.symlink_to("/dev/zero")
            return at, "E-FILE-KIND"
        case "a folder by the name of a file":
            at.mkdir()
            return at, "E-EMPTY"
        case "33 MiB":
            at.write_bytes(INVENTORY.encode() + b"#" * (MAX_BYTES + 2**20))
            return at, "E-YAML-SIZE"
        case "33 MiB that take no room":
            with at.open("wb") as file:
                file.truncate(MAX_BYTES + 2**20)
            return at, "E-YAML-SIZE"
        case "nothing there":
            return at, "E-FILE-MISSING"
        case "a name too long":
            return tree / ("x" * 300), "E-FILE-READ"
        case "a file as a folder":
            at.write_text(INVENTORY)
            return at / "y.yaml", "E-FILE-READ"
    at.write_text(INVENTORY)
    at.chmod(0)
    return at, "E-FILE-READ"


FILES = [
    *(
        "a link out of the folder",
        "a link to a folder",
        "links in a circle",
        "a pipe",
        "a pipe in a folder",
        "a device",
    ),
    *("a link to a device", "a folder by the name of a file", "33 MiB", "33 MiB that take no room", "nothing there"),
    *("a name too long", "a file as a folder", "no permission"),
]


@pytest.mark.parametrize("kind", FILES)
def test_files(kind: str, here: Within, tmp_path: Path) -> None:
    if kind == "no permission" and os.geteuid() == 0:
        pytest.skip("root may read everything")
    path, code = fs(tmp_path, kind)
    ran = here("audit", path, *DAY)
    proper(ran)
    assert (ran.code, ran.codes) == (3, [code] * len(ran.codes)), ran.err
    assert ran.codes
    assert "root:x" not in ran.out + ran.err


@pytest.mark.parametrize("kind", ["a pipe", "a device", "33 MiB", "a link out of the folder"])
def test_files_as_processes(kind: str, tmp_path: Path) -> None:
    path, code = fs(tmp_path, kind)
    ran = apart(tmp_path, "audit", path, *DAY)
    proper(ran)
    assert (ran.code, ran.codes) == (3, [code])


NAMES = [
    b"z\r::stop-commands::tok\r.yaml",
    b"z\n::error::x.yaml",
    b"z\x1b]0;pwn\x07.yaml",
    b"n\xffame.yaml",
    b"\xc2\x9b2J.yaml",
    "\u202egpj.yaml".encode(),
    b"##vso[task.complete].yaml",
    b"::error::x.yaml",
    b"--help.yaml",
    b"=cmd.yaml",
    b"<img src=x>.yaml",
    b"a%0Ab.yaml",
    b"[x](y).yaml",
    b'it\'s "quoted".yaml',
    "한글.yaml".encode(),
]


@pytest.mark.parametrize("name", NAMES, ids=ascii)
def test_names_of_files(name: bytes, here: Within, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    monkeypatch.chdir(folder)
    Path(os.fsdecode(name)).write_text(INVENTORY)
    for call in (["audit", "--", os.fsdecode(name)], ["audit", str(folder)], ["check", "--", os.fsdecode(name)]):
        ran = here(*call)
        proper(ran)
        assert ran.code == 0, ran.err
    Path(os.fsdecode(name)).write_text(INVENTORY + "x: y\n")
    for call in (["audit", "--", os.fsdecode(name)], ["audit", str(folder)], ["check", "--", os.fsdecode(name)]):
        ran = here(*call)
        proper(ran)
        assert (ran.code, ran.codes) == (3, ["E-UNKNOWN-KEY"]), ran.err


def test_a_name_that_is_no_text_as_a_process(tmp_path: Path) -> None:
    (tmp_path / os.fsdecode(b"n\xffa\rm\x1be.yaml")).write_text(INVENTORY + "x: y\n")
    ran = apart(tmp_path, "audit", os.fsencode(tmp_path) + b"/n\xffa\rm\x1be.yaml")
    proper(ran)
    assert (ran.code, ran.codes) == (3, ["E-UNKNOWN-KEY"])
    assert "n\\udcffa\\x0dm\\x1be.yaml:16:1: " in ran.err


# Look-alike ids.


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("mail", "mаil"),
        ("MAIL", "МАІL"),
        ("scope", "ѕсоре"),
        ("bot", "ВОТ"),
        ("kiosk", "κioѕk"),
        ("beta", "ΒΕΤΑ"),
        ("Straße", "STRASSE"),
        ("ｍail", "mаil"),
        ("пристань", "ПРИСТАНЬ"),
        ("ΟΔΟΣ", "οδος"),
        ("가", "가"),
    ],
)
def test_ids_that_look_the_same_are_the_same(one: str, other: str) -> None:
    assert set(keys_of(one)) & set(keys_of(other))
    text = INVENTORY.replace("id: anna", f"id: {one}").replace("id: archive", f"id: {other}")
    with pytest.raises(InvalidDocument, match="E-DUP-ID"):
        inventory_of(text, "i.yaml")


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("m1", "ml"),
        ("node-0", "node-o"),
        ("почта", "почты"),
        ("вода", "boda"),
        ("mail", "майл"),
        ("서버", "서비"),
        ("日本", "日木"),
        ("resume", "résumé"),
        ("rn", "m"),
    ],
)
def test_ids_that_do_not_look_the_same_stay_apart(one: str, other: str) -> None:
    assert not set(keys_of(one)) & set(keys_of(other))


def test_look_alikes_are_named() -> None:
    assert looks_like("mаil") == "U+0430 (CYRILLIC SMALL LETTER A) looks like `a`"
    assert looks_like("ｍail") == "U+FF4D (FULLWIDTH LATIN SMALL LETTER M) looks like `m`"
    assert looks_like("mail") is None
    assert looks_like("메일") is None


# Decisions that silence a finding, and those that do not.

EXPOSED = INVENTORY.replace("product: nextcloud", "product: microsoft-exchange-online")


@pytest.mark.parametrize("zone", ["UTC", "Pacific/Kiritimati", "America/Los_Angeles"])
def test_an_expired_decision_silences_nothing(
    zone: str, here: Within, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TZ", zone)
    inventory, decisions = tmp_path / "inventory.yaml", tmp_path / "decisions.yaml"
    inventory.write_text(EXPOSED)
    call = ("gate", inventory, *DAY, "--fail-on", "low", "-f", "json")
    before = here(*call)
    assert before.code == 1
    failing = json.loads(before.out)["verdict"]["failing"]

    def decided(until: str, do: str = "accept") -> Ran:
        lines = (
            f"  - {{id: D{i}, finding: {f}, do: {do}, reason: r, proposer: a, approver: b, created: 2026-01-01, until: {until}}}\n"
            for i, f in enumerate(failing)
        )
        decisions.write_text("auditor: decisions/1\ndecisions:\n" + "".join(lines))
        ran = here(*call, "--decisions", decisions)
        proper(ran)
        return ran

    assert decided("2026-11-23").code == 0
    expired = decided("2026-11-22")
    assert expired.code == 1
    assert json.loads(expired.out)["verdict"]["failing"] == failing
    assert "N-DECISION-EXPIRED" in expired.out
    assert decided("2026-11-23", "confirm").code == 1
    folder = tmp_path / "tree"
    folder.mkdir()
    (folder / "a.yaml").write_text(EXPOSED)
    decided("2026-11-23")
    (folder / "b.yaml").write_text(decisions.read_text())
    beside = here("gate", folder, *DAY, "--fail-on", "low")
    assert beside.code == 1
    assert "N-SKIPPED" in beside.out
