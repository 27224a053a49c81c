"""The list store: a crash or a full disk at any call leaves the state before or the state behind, readers see no half."""

import errno
import os
import re
import shutil
import signal
import subprocess
import sys
import traceback
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from auditor.lists import (
    GENERATIONS,
    Fetcher,
    Refused,
    Rules,
    Store,
    Wanted,
    load_listings,
    records_of,
    update,
)
from auditor.lists import _listings as listings_room
from auditor.model.listings import ListState
from tests.made_lists import TODAY, Made, N, own_csv, source_of, targets

OWN, OPEN = source_of("own-csv"), source_of("opensanctions-csv")


def bring(store: Store, folder: Path, files: Made, layout: str = "own-csv", **more: object) -> object:
    folder.mkdir(exist_ok=True)
    for name, data in files.items():
        (folder / name).write_bytes(data)
    wanted = Wanted((source_of(layout),), tuple(str(folder / n) for n in files), **more)  # type: ignore[arg-type]
    (done,) = update(store, wanted, Fetcher(Rules()), TODAY)
    return done


def tagged(n: int, tag: int) -> Made:
    """An own list whose every record says which edition it is."""
    rows = "".join(f"{i},Kvant {i},edition {tag}\n" for i in range(n))
    return {"own.csv": f"id,name,remarks\n{rows}".encode()}


def whole(store: Store) -> str | None:
    """The digest in force, with everything it needs verified."""
    digest = store.current()
    snapshot = store.manifest(digest)
    for before in snapshot.before:
        for entry in store.manifest(before).entries.values():
            for blob in entry.blobs:
                store.verify(blob)
    for entry in snapshot.entries.values():
        for blob in entry.blobs:
            store.verify(blob)
        assert len(list(records_of(store, entry))) == entry.count
    return digest


# -- states and generations ----------------------------------------------------------------------------------------


def test_generations(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    assert store.current() is None
    assert store.snapshot().entries == {}
    digests = []
    for tag in range(6):
        bring(store, tmp_path / "in", tagged(N, tag))
        digests.append(whole(store))
    assert len(set(digests)) == 6
    snapshot = store.snapshot()
    assert snapshot.before == tuple(reversed(digests[-GENERATIONS:-1]))
    kept = {p.name for p in (tmp_path / "store" / "blobs").rglob("*") if p.is_file()}
    assert len(kept) == GENERATIONS * 3  # a snapshot, a list, its records
    assert not (tmp_path / "store" / "tmp").exists()
    with pytest.raises(Refused):
        store.manifest(digests[0])


def test_the_same_again_takes_no_generation(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    bring(store, tmp_path / "in", tagged(N, 1))
    bring(store, tmp_path / "in", tagged(N, 2))
    before = store.snapshot().before
    bring(store, tmp_path / "in", tagged(N, 2))
    assert store.snapshot().before == before


DAMAGE: dict[str, Callable[[Path], None]] = {
    "a byte of the list": lambda s: flip(s, "own.csv"),
    "a byte of the records": lambda s: flip(s, "records"),
    "the list is gone": lambda s: path_of(s, "own.csv").unlink(),
    "the list is half": lambda s: path_of(s, "own.csv").write_bytes(path_of(s, "own.csv").read_bytes()[:100]),
    "the pointer is gone": lambda s: (s / "current").unlink(),
    "the pointer is half": lambda s: (s / "current").write_bytes((s / "current").read_bytes()[:40]),
    "the pointer is empty": lambda s: (s / "current").write_bytes(b""),
    "the pointer points nowhere": lambda s: (s / "current").write_bytes(b"sha256:" + b"0" * 64 + b"\n"),
    "the pointer is something else": lambda s: (s / "current").write_bytes(os.urandom(72)),
    "the snapshot is another": lambda s: manifest(s).write_bytes(manifest(s).read_bytes().replace(b"60", b"61")),
    "the snapshot is no JSON": lambda s: manifest(s).write_bytes(b"{}"),
    "all files are gone": lambda s: shutil.rmtree(s / "blobs"),
}


def path_of(store: Path, part: str) -> Path:
    entry = Store(store).snapshot().entries["own"]
    return Store(store).path_of(next(b for b in entry.blobs if b.name == part))


def flip(store: Path, part: str) -> None:
    path = path_of(store, part)
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(data)


def manifest(store: Path) -> Path:
    digest = (store / "current").read_text().removeprefix("sha256:").strip()
    return store / "blobs" / digest[:2] / digest


@pytest.mark.parametrize("damage", DAMAGE)
def test_damage_is_a_state_and_no_answer(tmp_path: Path, damage: str) -> None:
    root = tmp_path / "store"
    bring(Store(root), tmp_path / "in", tagged(N, 1), dated=TODAY)
    good = load_listings(root, ("own",), TODAY)
    assert good.status("own").state is ListState.FRESH
    assert len(list(good.parties["own"])) == N
    assert good.unusable(("own",)) == ()
    DAMAGE[damage](root)
    bad = load_listings(root, ("own",), TODAY)
    assert bad.status("own").state is ListState.DAMAGED
    assert bad.status("own").why is not None
    assert "own" not in bad.parties
    assert [s.source for s in bad.unusable(("own", "un-sc"))] == ["own", "un-sc"]


def test_ages(tmp_path: Path) -> None:
    root = tmp_path / "store"
    bring(Store(root), tmp_path / "in", targets(N, TODAY), "opensanctions-csv")
    ages = {0: ListState.FRESH, 5: ListState.FRESH, 6: ListState.STALE, 400: ListState.STALE, -2: ListState.STALE}
    for days, state in ages.items():
        status = load_listings(root, ("opensanctions",), TODAY + timedelta(days)).status("opensanctions")
        assert status.state is state, days
    old = TODAY + timedelta(9)
    assert load_listings(root, ("opensanctions",), old, {"opensanctions": 10}).status("opensanctions").usable
    assert load_listings(root, ("opensanctions",), old, {"*": 10}).status("opensanctions").usable
    assert (
        not load_listings(root, ("opensanctions",), old, {"*": 20, "opensanctions": 3}).status("opensanctions").usable
    )
    assert load_listings(root, ("un-sc",), TODAY).status("un-sc").state is ListState.MISSING
    bring(Store(root), tmp_path / "in2", own_csv(N, TODAY))
    undated = load_listings(root, ("own",), TODAY).status("own")
    assert (undated.state, undated.current) == (ListState.STALE, None)


def test_records_of_an_older_reader_are_made_anew(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = tmp_path / "store"
    store = Store(root)
    bring(store, tmp_path / "in", tagged(N, 1), dated=TODAY)
    entry = store.snapshot().entries["own"]
    store.path_of(entry.records).unlink()
    parties = list(records_of(store, entry))
    assert len(parties) == N
    monkeypatch.setattr(listings_room, "reader_version", lambda _: 9999)
    assert list(records_of(store, entry)) == parties
    flip(root, "own.csv")
    with pytest.raises(Refused):
        records_of(store, entry)


def test_a_reader_that_is_overtaken_reads_again(tmp_path: Path) -> None:
    store = Store(tmp_path / "store")
    bring(store, tmp_path / "in", tagged(N, 0))
    overtaken = iter(range(1, GENERATIONS + 2))

    def work(digest: str | None) -> int:
        for tag in overtaken:  # the first time, so many writers go by that what it wants is gone
            bring(Store(tmp_path / "store"), tmp_path / "in", tagged(N, tag))
        snapshot = store.manifest(digest)
        return len(list(records_of(store, snapshot.entries["own"])))

    digest, count = store.consistent(work)
    assert (digest, count) == (store.current(), N)


def test_writers_wait_and_give_up(tmp_path: Path) -> None:
    import fcntl

    root = tmp_path / "store"
    bring(Store(root), tmp_path / "in", tagged(N, 0))
    before = (root / "current").read_bytes()
    with (root / "lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        with pytest.raises(Refused, match="E-STORE-LOCK"):
            bring(Store(root, lock_seconds=0.2), tmp_path / "in", tagged(N, 1))
        assert load_listings(root, ("own",), TODAY).status("own").records == N  # readers wait for nobody
    assert (root / "current").read_bytes() == before
    assert not (root / "tmp").exists()


def test_a_damaged_file_is_replaced_by_the_same_list(tmp_path: Path) -> None:
    root = tmp_path / "store"
    bring(Store(root), tmp_path / "in", tagged(N, 0))
    bring(Store(root), tmp_path / "in", tagged(N, 1))
    flip(root, "own.csv")
    with pytest.raises(Refused):
        whole(Store(root))
    bring(Store(root), tmp_path / "in", tagged(N, 1), dated=TODAY)
    whole(Store(root))


def test_order_of_durability(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every file is synced before its rename, its folder after it, and the pointer moves last."""
    events: list[tuple[str, str]] = []
    names: dict[int, str] = {}
    real_open, real_fsync, real_replace = os.open, os.fsync, os.replace

    def opened(path: object, *more: object, **named: object) -> int:
        descriptor = real_open(path, *more, **named)  # type: ignore[call-overload]
        names[descriptor] = str(path)
        return int(descriptor)

    monkeypatch.setattr(os, "open", opened)
    monkeypatch.setattr(os, "fsync", lambda d: (events.append(("sync", names[d])), real_fsync(d))[1])
    monkeypatch.setattr(os, "replace", lambda a, b: (events.append(("move", f"{a}>{b}")), real_replace(a, b))[1])
    bring(Store(tmp_path / "store"), tmp_path / "in", tagged(N, 0))
    moves = [(i, e[1].split(">")) for i, e in enumerate(events) if e[0] == "move"]
    assert len(moves) == 5
    for at, (staged, target) in moves:
        assert ("sync", staged) in events[:at], "moved before it was durable"
        assert ("sync", str(Path(target).parent)) in events[at:], "the move was not made durable"
    assert [Path(m[1][1]).name for m in moves][:: len(moves) - 1] == ["current", "current"]  # `empty`, then the first
    last = moves[-1][0]
    for _, (_, target) in moves[:-1]:
        assert ("sync", str(Path(target).parent)) in events[: last - 1], "pointed at before it was durable"


# -- faults --------------------------------------------------------------------------------------------------------

CALLS = ("open", "write", "fsync", "replace", "unlink", "mkdir", "rmdir", "close", "ftruncate")


class Faults:
    """Counts the calls of a process that write, and lets something happen at one of them."""

    def __init__(self, at: int, how: str) -> None:
        self.count = 0
        self.at = at
        self.how = how
        for name in CALLS:
            setattr(os, name, self.wrapped(name, getattr(os, name)))

    def wrapped(self, name: str, call: Callable[..., object]) -> Callable[..., object]:
        def faulty(*given: object, **named: object) -> object:
            if name == "open" and not int(given[1] if len(given) > 1 else 0) & (os.O_CREAT | os.O_WRONLY | os.O_RDWR):  # type: ignore[call-overload]
                return call(*given, **named)
            self.count += 1
            if self.count != self.at:
                return call(*given, **named)
            match self.how:
                case "kill before":
                    os.kill(os.getpid(), signal.SIGKILL)
                case "kill behind":
                    call(*given, **named)
                    os.kill(os.getpid(), signal.SIGKILL)
                case "half" if name == "write":
                    return call(given[0], bytes(given[1])[: max(1, len(given[1]) // 2)])  # type: ignore[arg-type, call-overload]
                case "half":
                    return call(*given, **named)
            if name == "close":
                call(*given, **named)  # the descriptor is gone, as Linux has it
            raise OSError(getattr(errno, self.how), "injected")

        return faulty


HOW = ("kill before", "kill behind", "ENOSPC", "EIO", "EDQUOT", "half")


def in_child(work: Callable[[], None], at: int = 0, how: str = "") -> tuple[int, int]:
    """Exit code (negative: signal) and number of calls of `work` in a process of its own."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        code = 99
        try:
            faults = Faults(at, how)
            try:
                work()
                code = 0
            except (Refused, OSError):
                code = 5
            except BaseException:  # noqa: BLE001 - the child must not go on as a test
                traceback.print_exc()
            calls, faults.at = faults.count, -1
            os.write(write, str(calls).encode())
        finally:
            os._exit(code)
    os.close(write)
    with os.fdopen(read) as pipe:
        said = pipe.read()
    _, status = os.waitpid(child, 0)
    return os.waitstatus_to_exitcode(status), int(said or 0)


Scenario = tuple[Callable[[Path], None], Callable[[Path], None]]


def first_update() -> Scenario:
    return (lambda _: None), (lambda p: bring(Store(p / "store"), p / "in1", tagged(N, 1)) and None)


def second_update() -> Scenario:
    return (
        lambda p: bring(Store(p / "store"), p / "in0", tagged(N, 0)) and None,
        lambda p: bring(Store(p / "store"), p / "in1", tagged(N, 1)) and None,
    )


def fifth_update() -> Scenario:
    def before(p: Path) -> None:
        for tag in range(4):
            bring(Store(p / "store"), p / "in0", tagged(N, tag))

    return before, lambda p: bring(Store(p / "store"), p / "in1", tagged(N, 9)) and None


def two_lists() -> Scenario:
    def before(p: Path) -> None:
        both(p, 0)

    return before, lambda p: both(p, 1)


def both(p: Path, tag: int) -> None:
    folder = p / f"both{tag}"
    folder.mkdir(exist_ok=True)
    (folder / "own").write_bytes(tagged(N, tag)["own.csv"])
    (folder / "opensanctions").write_bytes(targets(N, TODAY)["targets.simple.csv"].replace(b",us_test,", b",%d," % tag))
    done = update(Store(p / "store"), Wanted((OWN, OPEN), (str(folder),)), Fetcher(Rules()), TODAY)
    assert all(d.after is not None for d in done), done


SCENARIOS = {"first": first_update, "second": second_update, "fifth": fifth_update, "two lists": two_lists}


def faults_at(tmp_path: Path, scenario: str, every: int = 1) -> int:
    """Run a scenario with a fault at each of its calls. The store is as before or as after: nothing else ever."""
    before, after = SCENARIOS[scenario]()
    pattern = tmp_path / "pattern"
    pattern.mkdir()
    before(pattern)
    old = whole(Store(pattern / "store"))
    done = tmp_path / "done"
    shutil.copytree(pattern, done)
    code, calls = in_child(lambda: after(done))
    assert code == 0
    new = whole(Store(done / "store"))
    assert new != old
    tried = 0
    for at in range(1, calls + 1):
        for how in HOW:
            if (at * len(HOW) + HOW.index(how)) % every:
                continue
            run = tmp_path / "run"
            shutil.copytree(pattern, run)
            code, _ = in_child(lambda run=run: after(run), at, how)  # type: ignore[misc]
            found = whole(Store(run / "store"))
            assert found in {old, new}, (scenario, at, how, "a third state")
            if code == 0:
                assert found == new, (scenario, at, how, "said to be done, and is not")
            elif how.startswith("kill"):
                assert code == -signal.SIGKILL
            else:
                assert code == 5, (scenario, at, how)
            code, _ = in_child(lambda run=run: after(run))  # type: ignore[misc]
            assert code == 0
            assert whole(Store(run / "store")) is not None
            shutil.rmtree(run)
            tried += 1
    return tried


@pytest.mark.parametrize("scenario", SCENARIOS)
def test_a_fault_leaves_no_third_state(tmp_path: Path, scenario: str) -> None:
    assert faults_at(tmp_path, scenario, every=23) > 3


@pytest.mark.long
def test_a_fault_at_every_call_leaves_no_third_state(tmp_path: Path) -> None:
    tried = {}
    for scenario in SCENARIOS:
        (tmp_path / scenario).mkdir()
        tried[scenario] = faults_at(tmp_path / scenario, scenario)
    assert sum(tried.values()) >= 800, tried


# -- many at once --------------------------------------------------------------------------------------------------


def many(tmp_path: Path, updaters: int, readers: int, rounds: int) -> int:
    """Updaters that each bring two lists of one edition, and readers that must never see two editions."""
    root = tmp_path / "store"
    both(tmp_path, 0)
    stop = tmp_path / "stop"
    reads = tmp_path / "reads"
    reads.mkdir()

    def updater(k: int) -> None:
        for r in range(rounds):
            p = tmp_path / f"u{k}"
            p.mkdir(exist_ok=True)
            (p / "store").symlink_to(root) if not (p / "store").exists() else None
            both(p, k * rounds + r + 1)

    def reader(k: int) -> None:
        seen = 0
        while not stop.exists() or not seen:
            found = load_listings(root, ("own", "opensanctions"), TODAY, {"*": 9999})
            assert found.status("opensanctions").usable, found.lists
            editions = {p.programmes[-1] for p in found.parties["opensanctions"]}
            own = found.status("own")
            assert own.state is not ListState.DAMAGED, own
            store = Store(root)

            def pair(digest: str | None, store: Store = store) -> tuple[set[str], set[str]]:
                entries = store.manifest(digest).entries
                mine = {(p.remarks or "").removeprefix("edition ") for p in records_of(store, entries["own"])}
                theirs = {p.programmes[-1] for p in records_of(store, entries["opensanctions"])}
                return mine, theirs

            _, (mine, theirs) = store.consistent(pair)
            assert mine == theirs, "torn"
            assert len(mine) == 1
            assert len(editions) == 1
            seen += 1
        (reads / str(k)).write_text(str(seen))

    children = {}
    for k in range(readers):
        children[forked(lambda k=k: reader(k))] = f"reader {k}"  # type: ignore[misc]
    writers = {forked(lambda k=k: updater(k)): f"updater {k}" for k in range(updaters)}  # type: ignore[misc]
    wrong = [name for pid, name in writers.items() if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]
    stop.touch()
    wrong += [name for pid, name in children.items() if os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])]
    assert wrong == []
    whole(Store(root))
    return sum(int(p.read_text()) for p in reads.iterdir())


def forked(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child
    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001
        traceback.print_exc()
    finally:
        os._exit(code)


def test_updaters_and_readers(tmp_path: Path) -> None:
    assert many(tmp_path, 2, 4, 3) >= 4


@pytest.mark.long
def test_eight_updaters_and_thirty_two_readers(tmp_path: Path) -> None:
    assert many(tmp_path, 8, 32, 200 // 8) > 100


# -- real system calls ---------------------------------------------------------------------------------------------

SYSCALLS = "write,pwrite64,fsync,fdatasync,rename,renameat,renameat2,unlink,unlinkat,mkdir,mkdirat,ftruncate"


@pytest.mark.long
def test_faults_at_the_system_calls_of_the_command(tmp_path: Path) -> None:
    """The command itself, with the kernel's own calls failing or killing it: nothing of ours is in the way."""
    strace = shutil.which("strace")
    if strace is None:
        pytest.skip("strace is not here")
    store, given = tmp_path / "store", tmp_path / "own.csv"
    given.write_bytes(tagged(N, 0)["own.csv"])
    command = [sys.executable, "-m", "auditor", "lists", "update", "own", "--from", str(given), "--dated", "2026-11-20"]
    log = tmp_path / "log"
    environment = {**os.environ, "PYTHONDONTWRITEBYTECODE": "1"}

    def run(root: Path, *inject: str) -> int:
        traced = [strace, "-f", "-o", str(log), "-e", f"trace={SYSCALLS}", *inject, *command, "--lists", str(root)]
        return subprocess.run(traced, capture_output=True, check=False, env=environment, timeout=120).returncode

    if run(store) != 0:
        pytest.skip("strace may not trace here")
    old = whole(Store(store))
    given.write_bytes(tagged(N, 1)["own.csv"])
    done = tmp_path / "done"
    shutil.copytree(store, done)
    assert run(done) == 0
    new = whole(Store(done))
    counts: dict[str, int] = {}
    for line in log.read_text().splitlines():
        match = re.match(r"\d+\s+(\w+)\(", line)
        if match:
            counts[match[1]] = counts.get(match[1], 0) + 1
    tried = 0
    for call, count in sorted(counts.items()):
        for at in range(1, count + 1):
            for how in ("signal=KILL", "error=ENOSPC", "error=EIO"):
                at_store = tmp_path / "at"
                shutil.copytree(store, at_store)
                code = run(at_store, "-e", f"inject={call}:{how}:when={at}")
                found = whole(Store(at_store))
                assert found in {old, new}, (call, at, how)
                assert code != 0 or found == new, (call, at, how)
                shutil.rmtree(at_store)
                tried += 1
    assert tried == 3 * sum(counts.values()) > 30
