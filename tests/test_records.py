"""Records: what a frozen dataclass with slots does, but the freezing is the type checker's."""

import copy
import pickle
import subprocess
import sys
from dataclasses import FrozenInstanceError, dataclass, field, fields, is_dataclass, replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.model.record import record
from auditor.model.values import Origin

ROOT = Path(__file__).resolve().parent.parent


@record
class Kept:
    """Made by our decorator."""

    name: str
    size: int = 1
    parts: tuple[int, ...] = ()
    beside: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@dataclass(frozen=True, slots=True)
class Frozen:
    """Made by the standard library's."""

    name: str
    size: int = 1
    parts: tuple[int, ...] = ()
    beside: str = field(default="", compare=False)
    hidden: str = field(default="", repr=False)


@record(order=True)
class Place:
    """Sorted by our decorator."""

    name: str = ""
    line: int = 0


VALUES = st.tuples(
    st.text(max_size=1), st.integers(0, 1), st.lists(st.integers(0, 1), max_size=1).map(tuple), st.text()
)


@given(VALUES, VALUES)
def test_a_record_is_compared_hashed_and_shown_like_a_frozen_dataclass(one: tuple, other: tuple) -> None:
    a, b, x, y = Kept(*one), Kept(*other), Frozen(*one), Frozen(*other)
    assert (a == b, a != b) == (x == y, x != y)
    assert a != x
    assert len({a, b}) == len({x, y})
    assert repr(a) == repr(x).replace("Frozen", "Kept")
    assert replace(a, name="other") == Kept("other", *one[1:])
    assert [f.name for f in fields(a)] == [f.name for f in fields(x)]
    assert pickle.loads(pickle.dumps(a)) == copy.deepcopy(a) == a


@given(st.lists(st.tuples(st.text(max_size=1), st.integers(0, 1))))
def test_an_ordered_record_is_sorted_by_its_fields(written: list[tuple[str, int]]) -> None:
    assert sorted(Place(*w) for w in written) == [Place(*w) for w in sorted(written)]
    with pytest.raises(TypeError):
        assert Place() < ""
    with pytest.raises(TypeError):
        assert Place() < Origin()


def test_a_record_has_slots_and_no_more() -> None:
    assert is_dataclass(Kept)
    assert not hasattr(Kept("a"), "__dict__")
    with pytest.raises(AttributeError):
        Kept("a").colour = "red"  # type: ignore[attr-defined]
    with pytest.raises(FrozenInstanceError):
        Frozen("a").name = "b"  # type: ignore[misc]
    with pytest.raises(TypeError):
        Kept()  # type: ignore[call-arg]


def test_the_type_checker_lets_nobody_change_a_record(tmp_path: Path) -> None:
    code = "from auditor.model.values import Origin, Share\nShare(1, 2).low = 3\nOrigin().line = 1\nShare(1)\n"
    call = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "--cache-dir", str(tmp_path), "-c", code]
    done = subprocess.run(call, cwd=ROOT, capture_output=True, text=True, check=False, timeout=300)
    said = [line.partition(": error: ")[2] for line in done.stdout.splitlines()[:-1]]
    assert [s.partition("  [")[0] for s in said] == [
        'Property "low" defined in "Share" is read-only',
        'Property "line" defined in "Origin" is read-only',
        'Missing positional argument "high" in call to "Share"',
    ]
