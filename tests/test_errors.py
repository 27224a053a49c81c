"""Problems in words, in order, safe to print; exit codes by their precedence."""

import itertools
import pickle
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from auditor.errors import AuditorError, Exit, InvalidDocument, Problem, UnusableData, WrongCall, describe, worst
from auditor.model.values import Origin

ORDER = [Exit.INTERNAL, Exit.CALL, Exit.INPUT, Exit.DATA, Exit.INCOMPLETE, Exit.POLICY, Exit.PASSED]
TEXTS = st.text(st.characters())
ORIGINS = st.builds(Origin, TEXTS, TEXTS, st.integers(0, 99), st.integers(0, 99))
PROBLEMS = st.builds(Problem, ORIGINS, st.just("E-X"), TEXTS, st.none() | TEXTS, st.tuples(ORIGINS) | st.just(()))


def problem(line: int = 1, message: str = "wrong", **more: object) -> Problem:
    return Problem(Origin("a.yaml", "", line, 3), "E-X", message, **more)  # type: ignore[arg-type]


def test_exit_codes_are_fixed() -> None:
    assert [(code.name, code.value) for code in Exit] == [
        ("PASSED", 0),
        ("POLICY", 1),
        ("CALL", 2),
        ("INPUT", 3),
        ("INCOMPLETE", 4),
        ("DATA", 5),
        ("INTERNAL", 70),
    ]


def test_worst() -> None:
    for one, other in itertools.combinations_with_replacement(ORDER, 2):
        assert worst([one, other]) is one
        assert worst([other, one]) is one
    assert worst(reversed(ORDER)) is Exit.INTERNAL
    with pytest.raises(ValueError):
        worst([])


@pytest.mark.parametrize(
    ("kind", "code"), [(InvalidDocument, Exit.INPUT), (WrongCall, Exit.CALL), (UnusableData, Exit.DATA)]
)
def test_errors_sort_and_deduplicate(kind: type[AuditorError], code: Exit) -> None:
    one, two, three = problem(2), problem(10, "b"), problem(10, "c")
    error = kind([three, two, one, three])
    assert error.exit_code is code
    assert error.problems == (one, two, three)
    assert str(error) == "a.yaml:2:3: E-X: wrong\na.yaml:10:3: E-X: b\na.yaml:10:3: E-X: c"
    assert kind(one).problems == (one,)
    assert pickle.loads(pickle.dumps(error)).problems == error.problems


def test_order_is_the_reading_order() -> None:
    early, late = Origin("a", "/z", 2, 1), Origin("a", "/a", 10, 1)
    assert [p.origin for p in AuditorError([Problem(late, "E", "m"), Problem(early, "E", "m")]).problems] == [
        early,
        late,
    ]


def test_describe_everything() -> None:
    lines = {3: "    provider: Acme", 7: "한글: [x, 제공자: \tAcme]"}
    problems = [
        Problem(Origin("a.yaml", "/b", 7, 8), "E-TWO", "second", "do this", (Origin("a.yaml", "", 3, 5),)),
        Problem(Origin("a.yaml", "/a", 3, 15), "E-ONE", "first"),
        Problem(Origin("a.yaml"), "E-FILE", "no such file"),
        Problem(Origin(), "E-NO-PLACE", "nowhere"),
        Problem(Origin("", "/x/y"), "E-POINTER", "pointer alone"),
    ]
    assert describe(problems, source_line=lambda origin: lines.get(origin.line)) == "\n".join(
        [
            "E-NO-PLACE: nowhere",
            "/x/y: E-POINTER: pointer alone",
            "a.yaml: E-FILE: no such file",
            "a.yaml:3:15: E-ONE: first",
            "        provider: Acme",
            "                  ^",
            "a.yaml:7:8: E-TWO: second",
            "hint: do this",
            "    한글: [x, 제공자:  Acme]",
            "             ^",
            "also: a.yaml:3:5",
        ]
    )


def test_describe_without_problems() -> None:
    assert describe([]) == ""


def test_describe_counts_what_it_does_not_print() -> None:
    problems = [problem(line) for line in range(1, 1235)]
    text = describe(reversed(problems), limit=1000).split("\n")
    assert len(text) == 1001
    assert text[0] == "a.yaml:1:3: E-X: wrong"
    assert text[-1] == "… and 234 more problems (1,234 in all)"
    assert describe(problems[:3], limit=2).split("\n")[-1] == "… and 1 more problem (3 in all)"
    assert describe(problems[:2], limit=0) == "… and 2 more problems (2 in all)"
    assert "…" not in describe(problems[:2], limit=2)


def test_describe_never_drops_that_a_document_was_read_no_further() -> None:
    unread = replace(problem(1235), code="E-TOO-MANY")
    text = describe([unread, *(problem(line) for line in range(1, 1235))]).split("\n")
    assert text[999:] == [
        "a.yaml:1000:3: E-X: wrong",
        "a.yaml:1235:3: E-TOO-MANY: wrong",
        "… and 234 more problems (1,235 in all)",
    ]


def test_describe_escapes() -> None:
    nasty = Problem(Origin("z\r::stop\n\udcff.yaml", "", 1, 1), "E-X", "a\x1b[2Kb", "c\nd")
    assert describe([nasty], source_line=lambda _: "x\x1by") == (
        "z\\x0d::stop\\x0a\\udcff.yaml:1:1: E-X: a\\x1b[2Kb\nhint: c\\x0ad\n    x\\x1by\n    ^"
    )


def test_caret_counts_escapes_and_wide_characters() -> None:
    at = Problem(Origin("a", "", 1, 5), "E-X", "m")
    assert describe([at], source_line=lambda _: "한\x1b글xy").split("\n")[1:] == ["    한\\x1b글xy", "             ^"]


def test_long_lines_show_a_window() -> None:
    line = "x" * 5000 + "HERE" + "y" * 5000
    at = Problem(Origin("a", "", 1, 5001), "E-X", "m")
    shown, caret = describe([at], source_line=lambda _: line).split("\n")[1:]
    assert shown == "    …" + "x" * 50 + "HERE" + "y" * 46 + "…"
    assert caret == " " * 55 + "^"


def test_first_line_is_bounded() -> None:
    long = Problem(Origin("d/" * 3000 + "file.yaml", "", 12, 3), "E-X", "m" * 5000, "h" * 5000)
    head, hint = describe([long]).split("\n")
    assert len(head) == 500
    assert head.startswith("…")
    assert "/file.yaml:12:3: E-X: mmm" in head
    assert head.endswith("m…")
    assert len(hint) == 500


@given(st.lists(PROBLEMS, max_size=5), st.none() | TEXTS)
def test_describe_is_safe_and_bounded(problems: list[Problem], line: str | None) -> None:
    text = describe(problems, source_line=lambda _: line)
    assert text == describe(reversed(problems), source_line=lambda _: line)
    assert all(character == "\n" or ord(character) >= 32 for character in text)
    assert "\x7f" not in text
    text.encode()
    assert all(len(row) <= 600 for row in text.split("\n"))
