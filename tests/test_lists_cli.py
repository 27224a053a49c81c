"""`auditor lists` and what an audit makes of lists: exit codes, words in two languages, JSON, bundles, fail closed."""

import json
import os
import shutil
import subprocess
import sys
import tarfile
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from auditor.lists import sources
from auditor.model.knowledge import Knowledge
from tests.made_lists import own_csv, register, targets
from tests.runs import Ran, within

Running = Callable[..., Ran]
TODAY = datetime.now(UTC).date()

PACK = """\
auditor: pack/1
pack: lists
title: {en: Listed parties, ko: 등재자}
profiles: [ci, org, screening]
needs_lists: [%s]
rules:
  - id: lists/any
    title: {en: A dependency, ko: 의존 대상}
    subject: dependency
    severity: low
    when: {supports: {criticality: [critical]}}
    message: {en: m, ko: m}
    remedy: {en: r, ko: r}
    examples:
      - name: one that is critical
        expect: [lists/any]
        inventory:
          auditor: inventory/1
          organization: {id: o, name: O}
          dependencies: [{id: d, product: microsoft-365}]
          functions: [{id: f, name: F, criticality: critical, needs: [d]}]
      - name: one that is not
        expect: []
        inventory:
          auditor: inventory/1
          organization: {id: o, name: O}
          dependencies: [{id: d, product: microsoft-365}]
"""

INVENTORY = """\
auditor: inventory/1
organization: {id: o, name: Lumen Foundation, seat: CH, ids: {lei: 529900T8BM49AURSDO55}}
dependencies:
  - {id: mail, product: microsoft-365}
  - {id: host, provider: kvant}
parties:
  - {id: kvant, name: Kvant Zarechny Systems, country: RU, ids: {vat: RU7700000002}}
"""


@pytest.fixture
def run(monkeypatch: pytest.MonkeyPatch, knowledge: Knowledge, tmp_path: Path) -> Running:
    """The command, with a store of its own."""
    monkeypatch.setenv("AUDITOR_LISTS", str(tmp_path / "store"))
    return within(monkeypatch, knowledge)


@pytest.fixture
def files(tmp_path: Path) -> Path:
    folder = tmp_path / "files"
    folder.mkdir()
    (folder / "own.csv").write_bytes(own_csv(60, TODAY)["own.csv"])
    (folder / "open.csv").write_bytes(targets(60, TODAY)["targets.simple.csv"])
    (folder / "inventory.yaml").write_text(INVENTORY)
    return folder


def test_the_lists_are_those_of_the_page() -> None:
    page = (Path(__file__).parent.parent / "docs/lists.md").read_text()
    assert [name for name in sources() if f"`{name}`" not in page] == []


def test_update_status_verify(run: Running, files: Path) -> None:
    empty = run("lists", "status")
    assert (empty.code, empty.codes) == (5, ["E-LIST-MISSING"])
    assert run("lists", "verify").code == 5
    done = run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY)
    assert (done.code, done.err) == (0, "")
    assert done.out == f"own: 60 records, 120 names; dated {TODAY}; new in the store\n"
    assert run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY).out.startswith(
        "own: nothing new"
    )
    status = run("lists", "status")
    assert (status.code, status.err) == (0, "")
    assert "own   fresh  60" in status.out
    assert run("lists", "status", "own", "un-sc").code == 5
    assert run("lists", "verify").out == "own: 2 files verified\n"
    said = json.loads(run("lists", "status", "--format", "json").out)
    assert said["lists"][0]["entry"]["files"][0]["bytes"] == len((files / "own.csv").read_bytes())
    assert run("lists", "status", "own", "--max-data-age", "0d").code == 0
    korean = run("lists", "status", "--lang", "ko")
    assert "최신" in korean.out
    assert "fresh" not in korean.out


def test_an_undated_file_is_not_usable(run: Running, files: Path) -> None:
    assert run("lists", "update", "own", "--from", files / "own.csv").code == 0
    status = run("lists", "status")
    assert status.code == 5
    assert "says no date" in status.err


def test_what_is_refused_names_its_reason(run: Running, files: Path, tmp_path: Path) -> None:
    assert run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY).code == 0
    before = {p: p.read_bytes() for p in (tmp_path / "store").rglob("*") if p.is_file()}
    (files / "own.csv").write_bytes(own_csv(30, TODAY)["own.csv"])
    bad = run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY)
    assert (bad.code, bad.out) == (5, "")
    assert "own: refused; the copy of " in bad.err
    assert "own: E-LIST-SHRINK: it holds 30 records, the list in force 60\nhint: " in bad.err
    korean = run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY, "--lang", "ko")
    assert "현행 명단은 60건" in korean.err
    as_json = run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY, "--format", "json")
    assert [r["code"] for r in json.loads(as_json.out)["lists"][0]["reasons"]] == [
        "E-LIST-SHRINK",
        "E-LIST-END",
    ] or as_json.code == 5
    assert {p: p.read_bytes() for p in (tmp_path / "store").rglob("*") if p.is_file()} == before
    assert run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY, "--accept", "shrink").code == 0


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["lists", "update", "nobody"], "E-LISTS: there is no list `nobody`"),
        (["lists", "update", "own", "un-sc", "--from", "a.csv"], "E-LISTS: --from with files"),
        (["lists", "update", "--from", "a.csv"], "E-LISTS: --from with files"),
        (["lists", "status", "--max-data-age", "soon"], "E-DATA-AGE: `soon` is not a number of days"),
        (["lists", "status", "--max-data-age", "nobody=3d"], "E-DATA-AGE: "),
        (["lists", "update", "own", "--accept", "anything"], "'anything' is not one of"),
        (["lists", "fetch"], "fetch"),
    ],
)
def test_wrong_calls(run: Running, arguments: list[str], said: str) -> None:
    wrong = run(*arguments)
    assert wrong.code == 2
    assert said in wrong.err


def test_a_list_that_is_only_brought(run: Running) -> None:
    bad = run("lists", "update", "opensanctions")
    assert bad.code == 5
    assert "E-LIST-FROM: `opensanctions` has no address of its own" in bad.err


def test_differences_and_what_concerns_us(run: Running, files: Path) -> None:
    register_ = files / "cn.json"
    register_.write_bytes(register(60, TODAY)["cn.json"])
    assert run("lists", "update", "cn-mofcom", "--from", register_).code == 0
    changed = register(62, TODAY)["cn.json"].replace(b'"cn-3"', b'"cn-300"').replace(b"test", b"changed", 1)
    register_.write_bytes(changed)
    assert run("lists", "update", "cn-mofcom", "--from", register_).code == 0
    diff = run("lists", "diff")
    assert diff.code == 0
    assert diff.out.splitlines()[0] == "cn-mofcom: 3 added, 1 removed, 1 changed"
    assert "  - cn-3 Tarasen" not in diff.out
    assert "- cn-3 Pardis Kvant Systems" in diff.out
    assert "~ cn-0 Kvant Kvant Systems: remarks" in diff.out
    back = json.loads(run("lists", "diff", "0", "1", "--format", "json").out)
    assert sorted(c["change"] for c in back["lists"]["cn-mofcom"]) == [
        "added",
        "changed",
        "removed",
        "removed",
        "removed",
    ]
    assert run("lists", "diff", "7", "0").code == 5
    inventory = files / "inventory.yaml"
    nobody = run("lists", "diff", "--for", inventory)
    assert "no change is about a name or number of ours" in nobody.out
    assert "similar names are not found this way" in nobody.err
    inventory.write_text(INVENTORY.replace("Kvant Zarechny Systems", "'PARDIS  Kvant, Systems'"))
    ours = run("lists", "diff", "--for", inventory)
    assert "for us: 2 changes" in ours.out
    assert "kvant bears Pardis Kvant Systems" in ours.out


def test_bundles(run: Running, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run("lists", "export", tmp_path / "none.tar").code == 5
    assert run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY).code == 0
    assert run("lists", "update", "opensanctions", "--from", files / "open.csv").code == 0
    bundle = tmp_path / "lists.tar"
    assert run("lists", "export", bundle).code == 0
    again = tmp_path / "again.tar"
    assert run("lists", "export", again).code == 0
    assert bundle.read_bytes() == again.read_bytes()
    with tarfile.open(bundle) as tar:
        tar.extractall(tmp_path / "out", filter="data")
    assert (
        subprocess.run(["sha256sum", "-c", "--quiet", "SHA256SUMS"], cwd=tmp_path / "out", check=False).returncode == 0
    )
    monkeypatch.setenv("AUDITOR_LISTS", str(tmp_path / "far"))
    taken = run("lists", "import", bundle)
    assert taken.code == 0, taken.err
    assert run("lists", "status").code == 0
    assert run("lists", "verify").code == 0
    assert run("lists", "import", bundle).out.count("nothing new") == 2
    data = bytearray(bundle.read_bytes())
    for at in range(0, len(data), 997):
        broken = bytearray(data)
        broken[at] ^= 4
        (tmp_path / "broken.tar").write_bytes(broken)
        monkeypatch.setenv("AUDITOR_LISTS", str(tmp_path / "other"))
        result = run("lists", "import", tmp_path / "broken.tar")
        if result.code == 0:  # a byte between the files, which belongs to none
            assert run("lists", "verify").code == 0
            shutil.rmtree(tmp_path / "other")
        else:
            assert result.code == 5, result.err
            assert not (tmp_path / "other" / "current").exists()
    (tmp_path / "cut.tar").write_bytes(data[: len(data) // 2])
    assert run("lists", "import", tmp_path / "cut.tar").code == 5
    assert run("lists", "import", tmp_path / "gone.tar").code == 5


def test_signed_bundles(run: Running, files: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    program = shutil.which("ssh-keygen")
    if program is None:
        pytest.skip("ssh-keygen is not here")
    for key in ("mine", "other"):
        subprocess.run([program, "-q", "-t", "ed25519", "-N", "", "-C", key, "-f", tmp_path / key], check=True)
    signers = tmp_path / "signers"
    signers.write_text("desk@example.org " + (tmp_path / "mine.pub").read_text())
    assert run("lists", "update", "opensanctions", "--from", files / "open.csv").code == 0
    assert run("lists", "export", tmp_path / "signed.tar", "--sign", tmp_path / "mine").code == 0
    assert run("lists", "export", tmp_path / "other.tar", "--sign", tmp_path / "other").code == 0
    assert run("lists", "export", tmp_path / "plain.tar").code == 0
    assert run("lists", "export", tmp_path / "x.tar", "--sign", tmp_path / "nokey").code == 5
    monkeypatch.setenv("AUDITOR_LISTS", str(tmp_path / "far"))
    for bundle, said in (("plain", "is not signed"), ("other", "does not hold")):
        bad = run("lists", "import", tmp_path / f"{bundle}.tar", "--allowed-signers", signers)
        assert (bad.code, bad.codes) == (5, ["E-BUNDLE-SIGNATURE"])
        assert said in bad.err
    assert run("lists", "import", tmp_path / "signed.tar", "--allowed-signers", signers).code == 0
    wrong = run("lists", "import", tmp_path / "signed.tar", "--allowed-signers", signers, "--signer", "no@example.org")
    assert wrong.code == 5


# -- fail closed ---------------------------------------------------------------------------------------------------


def test_a_report_without_lists_says_so(run: Running, files: Path) -> None:
    for name, said in (("text", "no name was compared with an official sanctions list"), ("json", "W-NOT-SCREENED"),
                       ("sarif", "no name was compared"),
                       ("github", "no name was compared"), ("github-summary", "no name was compared")):  # fmt: skip
        report = run("audit", files / "inventory.yaml", "-f", name)
        assert report.code == 0, report.err
        assert said in report.out.replace("\n  ", " ").replace("\n", " "), name
    assert "비교한 이름이 없습니다" in run("audit", files / "inventory.yaml", "--lang", "ko").out.replace("\n  ", " ")


def test_a_pack_that_needs_a_list_fails_closed(run: Running, files: Path, tmp_path: Path) -> None:
    pack = files / "pack.yaml"
    pack.write_text(PACK % "opensanctions")

    def audited(verb: str, *more: object) -> tuple[int, dict[str, object]]:
        done = run(verb, files / "inventory.yaml", "--rules", pack, "-f", "json", *map(str, more))
        assert done.out, done.err
        return done.code, json.loads(done.out)

    for verb in ("audit", "gate"):
        code, report = audited(verb, "--tolerate-unknown", "9") if verb == "gate" else audited(verb)
        assert code == 5, verb
        ledger = report["ledger"]
        assert (ledger["lists_required"], ledger.get("lists_fresh", 0)) == (1, 0)  # type: ignore[index, attr-defined]
        assert [n["code"] for n in report["notes"]] == ["W-NOT-SCREENED", "W-LIST"]  # type: ignore[index, attr-defined]
        (ran,) = [p for p in report["packs"] if p["pack"] == "lists"]  # type: ignore[attr-defined]
        assert not ran["ran"]
    assert run("lists", "update", "opensanctions", "--from", files / "open.csv").code == 0
    code, report = audited("audit")
    assert code == 0
    assert report["ledger"]["lists_fresh"] == 1  # type: ignore[index]
    assert [n["code"] for n in report["notes"]] == ["N-LIST"]  # type: ignore[index, attr-defined]
    assert report["lists"][0]["records"] == 60  # type: ignore[index]
    later = TODAY + timedelta(31)
    assert audited("audit", "--as-of", later)[0] == 5
    assert audited("audit", "--as-of", later, "--max-data-age", "60d")[0] == 5  # nothing newer for a month: frozen
    assert audited("audit", "--as-of", TODAY + timedelta(6))[0] == 5
    assert audited("audit", "--as-of", TODAY + timedelta(6), "--max-data-age", "opensanctions=7d")[0] == 0
    assert audited("audit", "--lists", tmp_path / "nowhere")[0] == 5
    for blob in (tmp_path / "store" / "blobs").rglob("*"):
        if blob.is_file() and b"Kvant" in blob.read_bytes():
            blob.write_bytes(blob.read_bytes()[:-1])
    code, report = audited("audit")
    assert code == 5
    assert report["lists"][0]["state"] == "damaged"  # type: ignore[index]
    pack.write_text(PACK % "nobody")
    wrong = run("audit", files / "inventory.yaml", "--rules", pack)
    assert (wrong.code, wrong.codes) == (2, ["E-PACK-LIST"])


def test_nothing_of_lists_is_loaded_without_need(tmp_path: Path, files: Path) -> None:
    code = (
        "import sys; from auditor import cli\n"
        f"sys.argv = ['auditor', 'audit', {str(files / 'inventory.yaml')!r}]\n"
        "try: cli.main()\nexcept SystemExit: pass\n"
        "print([m for m in sys.modules if m.startswith(('requests', 'urllib3', 'auditor.lists'))])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"


def test_only_update_opens_a_connection(
    run: Running, files: Path, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    import socket

    def refuse(*_: object, **__: object) -> None:
        raise AssertionError("a socket")

    assert run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY).code == 0
    monkeypatch.setattr(socket, "socket", refuse)
    monkeypatch.setattr(socket, "create_connection", refuse)
    for arguments in (
        ["status"], ["verify"], ["diff", "0", "0"], ["export", tmp_path / "x.tar"], ["import", tmp_path / "x.tar"],
        ["update", "own", "--from", files / "own.csv", "--dated", TODAY],
    ):  # fmt: skip
        assert run("lists", *arguments).code == 0, arguments


def test_a_missing_library_is_told(run: Running, monkeypatch: pytest.MonkeyPatch) -> None:
    from auditor.verbs import lists as verb

    monkeypatch.setattr(verb, "can_fetch", lambda: False)
    wrong = run("lists", "update", "un-sc")
    assert (wrong.code, wrong.codes) == (2, ["E-NO-EXTRA"])
    assert "pip install 'auditor[lists]'" in wrong.err


def test_a_disk_that_is_full(run: Running, files: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(os, "fsync", full)
    bad = run("lists", "update", "own", "--from", files / "own.csv", "--dated", TODAY)
    assert (bad.code, bad.codes) == (5, ["E-STORE-WRITE"])
    assert "what was in force still is" in bad.err


def test_help(run: Running) -> None:
    for verb in ("update", "status", "verify", "diff", "export", "import"):
        told = run("lists", verb, "--help")
        assert told.code == 0
        assert told.out.startswith(f"Usage: auditor lists {verb} ")
