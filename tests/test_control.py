"""Who stands behind whom: the authorities' worked examples, a brute force by definition, and hostile graphs."""

import time
from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from itertools import chain, combinations

import networkx  # type: ignore[import-untyped]
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.control import (
    Above,
    Edge,
    Judgement,
    OwnershipGraph,
    judge,
    overfull,
    ownership_graph,
    period_on,
    stands_behind,
    ultimate_parents,
)
from auditor.model.inventory import Inventory, Organization, OrgEntity, Party, Person, Stake
from auditor.model.knowledge import Entity, Knowledge, KnownStake, OwnershipPeriod, OwnershipTest, Source
from auditor.model.values import UNKNOWN_SHARE, WHOLE, Share, Text
from auditor.model.vocabulary import ControlKind, EntityForm, FactStatus, PeriodStatus, Standing, Word

BOARD = ControlKind.BOARD_MAJORITY
FILING = FactStatus.FILING
HALF = Share(500_000, 500_000)
OFAC = OwnershipPeriod(HALF, "at_least", "all", control=False)
EU = OwnershipPeriod(HALF, "at_least", "all", control=True, since=date(2024, 7, 3))
EU_BEFORE = OwnershipPeriod(HALF, "more_than", "all", control=True, until=date(2024, 7, 2))
UK = OwnershipPeriod(HALF, "more_than", "joint", control=True)
ALONE = OwnershipPeriod(HALF, "at_least", "none", control=False)
TERMS = OwnershipPeriod(HALF, "more_than", "all", control=False)


def share(text: str) -> Share:
    """`49.995`, `25-50`, `?`: exactly, without floats."""
    if text == "?":
        return UNKNOWN_SHARE
    low, _, high = text.partition("-")
    return Share(units(low), units(high or low))


def units(text: str) -> int:
    whole, _, rest = text.partition(".")
    return int(whole) * 10_000 + int(rest.ljust(4, "0") or 0)


def edge(text: str) -> Edge:
    """`X>A 49 board votes:51 joint:pact press`; a hyphen for a share that is not said."""
    ends, *words = text.split()
    holder, held = ends.split(">")
    made = Edge(holder, held, None if words[0] == "-" else share(words[0]), status=FactStatus.FILING, record=held)
    for word in words[1:]:
        name, _, value = word.partition(":")
        match name:
            case "board":
                made = replace(made, control=(BOARD,))
            case "votes":
                made = replace(made, voting=share(value))
            case "joint":
                made = replace(made, joint=value)
            case _:
                made = replace(made, status=FactStatus(name))
    return made


def graph(text: str) -> OwnershipGraph:
    return OwnershipGraph(tuple(edge(line) for line in text.split(", ") if line))


def standings(text: str, period: OwnershipPeriod, listed: Iterable[str]) -> dict[str, str]:
    """What is reached beside those listed."""
    judged = judge(graph(text), period, frozenset(listed))
    assert {n for n, j in judged.items() if j.standing is Standing.LISTED} == set(listed)
    return {node: j.standing.value for node, j in judged.items() if node not in listed}


OWNED, PRESUMED, OPEN = "owned", "presumed_controlled", "undetermined"

EXAMPLES = [
    # OFAC FAQ 401 and the Revised Guidance of 13 August 2014.
    ("whole stake, not multiplied", OFAC, "X", "X>A 50, A>B 50", {"A": OWNED, "B": OWNED}),
    ("through two", OFAC, "X", "X>A 50, X>B 50, A>C 25, B>C 25", {"A": OWNED, "B": OWNED, "C": OWNED}),
    ("directly and through one", OFAC, "X", "X>A 50, X>B 10, A>B 40", {"A": OWNED, "B": OWNED}),
    ("one below counts for nothing", OFAC, "X", "X>A 50, X>B 25, A>C 25, B>C 25", {"A": OWNED}),
    ("two listed added", OFAC, "XY", "X>A 25, Y>A 25", {"A": OWNED}),
    ("control alone does not block", OFAC, "X", "X>A 49 board", {}),
    ("control alone, EU", EU, "X", "X>A 49 board", {"A": PRESUMED}),
    ("control alone, UK", UK, "X", "X>A 49 board", {"A": PRESUMED}),
    ("49.13 % with control, OFAC", OFAC, "X", "X>A 49.13 board", {}),
    ("49.13 % with control, EU", EU, "X", "X>A 49.13 board", {"A": PRESUMED}),
    ("49.13 % without control, EU", EU, "X", "X>A 49.13", {}),
    ("exactly 50 by parts", OFAC, "XY", "X>A 49.995, Y>A 0.005", {"A": OWNED}),
    ("a ten-thousandth short", OFAC, "XY", "X>A 49.995, Y>A 0.0049", {}),
    ("exactly 50, EU since", EU, "X", "X>A 50", {"A": OWNED}),
    ("exactly 50, EU before", EU_BEFORE, "X", "X>A 50", {}),
    ("a little more, EU before", EU_BEFORE, "X", "X>A 50.0001", {"A": OWNED}),
    ("exactly 50, UK", UK, "X", "X>A 50", {}),
    ("exactly 50, at most terms of 'more than'", TERMS, "X", "X>A 50, X>B 50.0001", {"B": OWNED}),
    # UK: each listed person alone, unless joined.
    ("unrelated", UK, "XY", "X>A 30, Y>A 30", {}),
    ("unrelated, elsewhere", EU, "XY", "X>A 30, Y>A 30", {"A": OWNED}),
    ("joint", UK, "XY", "X>A 30 joint:pact, Y>A 30 joint:pact", {"A": OWNED}),
    ("different arrangements", UK, "XY", "X>A 30 joint:pact, Y>A 30 joint:club", {}),
    ("partner not listed", UK, "X", "X>A 30 joint:pact, Y>A 30 joint:pact", {"A": OWNED}),
    ("partners without anyone listed", UK, "Z", "X>A 30 joint:pact, Y>A 30 joint:pact, Z>A 40", {}),
    ("a pact in one company says nothing of another", UK, "X", "X>A 30 joint:p, Y>B 60 joint:p, X>B 5", {}),
    ("one person through two", UK, "X", "X>A 60, X>B 60, A>C 30, B>C 30", {"A": OWNED, "B": OWNED, "C": OWNED}),
    ("two persons through two", UK, "XY", "X>A 60, Y>B 60, A>C 30, B>C 30", {"A": OWNED, "B": OWNED}),
    ("a partner in reach has control", UK, "X", "X>A 1 joint:p, P>A 1 joint:p board, X>Q 60, Q>P 60",
     {"P": OWNED, "Q": OWNED, "A": PRESUMED}),
    ("a partner's control is not its partner's", UK, "X", "X>A 1 joint:p, P>A 1 joint:p board", {}),
    ("its own shares under a pact", UK, "X", "X>A 30 joint:p, A>A 30 joint:p", {}),
    ("joint labels outside the UK", ALONE, "X", "X>A 30 joint:p, Y>A 30 joint:p", {}),
    # none: one holder must do.
    ("two holders do not add up", ALONE, "XY", "X>A 30, Y>A 30", {}),
    ("two stakes of one holder do", ALONE, "X", "X>A 30, X>A 20", {"A": OWNED}),
    ("one that does carries on", ALONE, "X", "X>A 50, A>B 50, X>C 25, A>C 25", {"A": OWNED, "B": OWNED}),
    # Control and votes.
    ("votes", EU, "X", "X>A 10 votes:51, X>B 10 votes:50", {"A": PRESUMED}),
    ("votes, OFAC", OFAC, "X", "X>A 10 votes:51", {}),
    ("perhaps the votes", EU, "X", "X>A 10 votes:40-60", {"A": OPEN}),
    ("what is presumed carries on", EU, "X", "X>A 10 board, A>B 60", {"A": PRESUMED, "B": PRESUMED}),
    ("ownership is stronger", EU, "X", "X>A 10 board, A>B 60, X>B 50", {"A": PRESUMED, "B": OWNED}),
    ("control that needs no stake", EU, "X", "X>A - board", {"A": PRESUMED}),
    ("control that needs no stake, OFAC", OFAC, "X", "X>A - board", {}),
    ("control with an unknown stake, OFAC", OFAC, "X", "X>A ? board", {"A": OPEN}),
    # Ranges.
    ("not said", OFAC, "X", "X>A -", {"A": OPEN}),
    ("low end reaches", OFAC, "X", "X>A 50-100", {"A": OWNED}),
    ("high end reaches", OFAC, "X", "X>A 10-50", {"A": OPEN}),
    ("high end reaches no more", TERMS, "X", "X>A 10-50", {}),
    ("low ends add up", OFAC, "X", "X>A 20-30, X>B 60, B>A 30-90", {"A": OWNED, "B": OWNED}),
    ("below the undetermined", OFAC, "X", "X>A ?, A>B 100", {"A": OPEN, "B": OPEN}),
    ("others do not narrow it", OFAC, "X", "X>A ?, Z>A 60", {"A": OPEN}),
    ("perhaps owned is less than presumed", EU, "X", "X>A ? board", {"A": PRESUMED}),
    # Cycles, self-holdings, sums over 100 %.
    ("self-holding", OFAC, "X", "A>A 100", {}),
    ("self-holding does not help", OFAC, "X", "A>A 10 board, X>A 40", {}),
    ("self-control", EU, "X", "A>A 10 board, X>A 40", {}),
    ("two in a circle", OFAC, "X", "A>B 50, B>A 50", {}),
    ("two in a circle, entered", OFAC, "X", "A>B 90, B>A 40, X>A 50", {"A": OWNED, "B": OWNED}),
    ("a circle does not lift itself", OFAC, "X", "A>B 90, B>A 40, X>A 10", {}),
    ("160 %", OFAC, "X", "X>A 80, Y>A 80", {"A": OWNED}),
    ("the other of 160 %", OFAC, "Y", "X>A 80, Y>A 80", {"A": OWNED}),
    ("held by what it holds", OFAC, "X", "X>A 60, A>X 60", {"A": OWNED}),
    ("listed, and owned by another who is listed", UK, "XY", "X>Y 60, Y>A 30, X>A 30", {"A": OWNED}),
]  # fmt: skip


@pytest.mark.parametrize(
    ("period", "listed", "stakes", "reached"), [row[1:] for row in EXAMPLES], ids=[r[0] for r in EXAMPLES]
)
def test_worked_example(period: OwnershipPeriod, listed: str, stakes: str, reached: dict[str, str]) -> None:
    assert standings(stakes, period, listed) == reached


def test_listed_without_stakes_is_listed() -> None:
    found = judge(graph(""), OFAC, ["X"])
    assert found == {"X": Judgement(Standing.LISTED, Share(0, 0), (), (), FactStatus.STATUTE)}


def test_judgement_in_full() -> None:
    stakes = graph("X>A 50, X>B 10-20 board press, A>B 40 votes:60, Z>B 50 board, X>C 25-75 votes:45-55, A>D 30 board")
    judged = judge(stakes, EU, ["X"])
    assert list(judged) == ["A", "B", "C", "D", "X"]
    xa, xb, ab = edge("X>A 50"), edge("X>B 10-20 board press"), edge("A>B 40 votes:60")
    assert judged["A"] == Judgement(Standing.OWNED, share("50"), (xa,), (), FactStatus.FILING)
    assert judged["B"] == Judgement(
        Standing.OWNED, share("50-60"), (xa, ab, xb), (BOARD, ControlKind.VOTING_MAJORITY), FactStatus.PRESS
    )
    assert judged["C"] == Judgement(
        Standing.UNDETERMINED,
        share("25-75"),
        (edge("X>C 25-75 votes:45-55"),),
        (ControlKind.VOTING_MAJORITY,),
        FactStatus.FILING,
    )
    assert judged["D"] == Judgement(
        Standing.PRESUMED_CONTROLLED, share("30"), (xa, edge("A>D 30 board")), (BOARD,), FactStatus.FILING
    )
    assert judge(stakes, OFAC, ["X"])["B"].controls == ()
    assert "D" not in judge(stakes, OFAC, ["X"])


def test_share_may_exceed_the_whole_and_is_per_holder_where_nothing_is_added() -> None:
    assert judge(graph("X>A 80, Y>A 80"), OFAC, ["X", "Y"])["A"].share == share("160")
    assert judge(graph("X>A 80, Y>A 90"), ALONE, ["X", "Y"])["A"].share == share("90")
    assert judge(graph("X>A 80, Y>A 90"), UK, ["X", "Y"])["A"].share == share("80")
    assert judge(graph("X>A 30 joint:p, Y>A 25 joint:p, Z>A 40"), UK, ["X", "Z"])["A"].share == share("55")


def test_proof_is_the_firmest_then_the_shortest_then_the_smallest_ids() -> None:
    firmest = judge(graph("X>A 60 unverified, X>B 60, B>C 60, C>A 60"), OFAC, ["X"])["A"]
    assert firmest.proof == (edge("X>B 60"), edge("B>C 60"), edge("C>A 60"))
    assert firmest.status is FactStatus.FILING
    shortest = judge(graph("X>B 60, B>D 60, X>D 60"), OFAC, ["X"])["D"]
    assert shortest.proof == (edge("X>D 60"),)
    smallest = judge(graph("Y>A 60, X>A 60"), OFAC, ["X", "Y"])["A"]
    assert smallest.proof == (edge("X>A 60"),)
    needed = judge(graph("V>A 20, W>A 20, X>A 40"), OFAC, ["V", "W", "X"])["A"]
    assert needed.proof == (edge("V>A 20"), edge("X>A 40"))


def test_proof_of_a_joint_holding_keeps_the_stake_that_draws_the_partner() -> None:
    found = judge(graph("X>A 1 joint:p, P>A 60 joint:p, A>P 100 unverified"), UK, ["X"])
    assert found["A"].proof == (edge("X>A 1 joint:p"), edge("P>A 60 joint:p"))
    assert found["A"].status is FactStatus.FILING
    assert found["P"].status is FactStatus.UNVERIFIED


def test_proof_holds_all_who_are_needed_once_and_nobody_else() -> None:
    through_two = judge(graph("X>A 50, X>B 50, X>Z 90, A>C 25, B>C 25, C>D 50"), OFAC, ["X"])["D"]
    assert through_two.proof == tuple(map(edge, ("X>A 50", "X>B 50", "A>C 25", "B>C 25", "C>D 50")))
    stakes = graph("X>A 5 joint:p, P>A 22 joint:p, B>A 30 joint:p press, X>B 60")
    assert judge(stakes, UK, ["X"])["A"].proof == tuple(map(edge, ("X>B 60", "P>A 22 joint:p", "B>A 30 joint:p press")))


def test_who_is_listed_is_judged_as_listed_whoever_owns_it() -> None:
    found = judge(graph("X>Y 60 statute"), UK, ["X", "Y"])["Y"]
    assert found == Judgement(Standing.LISTED, Share(0, 0), (), (), FactStatus.STATUTE)


def test_a_judgement_under_joint_is_the_strongest_of_any_listed_person() -> None:
    stakes = graph("X>A 10 board, Y>A 60 press")
    assert judge(stakes, UK, ["X", "Y"])["A"].proof == (edge("Y>A 60 press"),)


def test_unknown_words_are_refused() -> None:
    with pytest.raises(ValueError, match="unknown operator: less_than"):
        judge(graph(""), replace(OFAC, operator="less_than"), ["X"])
    with pytest.raises(ValueError, match="unknown aggregate: some"):
        judge(graph(""), replace(OFAC, aggregate="some"), ["X"])


@pytest.mark.parametrize("wrong", [Share(-1, 5), Share(5, 4)])
def test_what_is_no_share_is_refused(wrong: Share) -> None:
    with pytest.raises(ValueError, match="not a share"):
        OwnershipGraph((Edge("X", "A", wrong),))
    with pytest.raises(ValueError, match="not a share"):
        OwnershipGraph((Edge("X", "A", HALF, voting=wrong),))


def test_a_threshold_may_be_a_range() -> None:
    vague = replace(OFAC, threshold=share("20-50"))
    assert standings("X>A 20, X>B 19.9999, X>C 50", vague, "X") == {"A": OPEN, "C": OWNED}


# --- the graph ------------------------------------------------------------------------------------------------------


def test_graph_is_sorted_and_counts_a_repeated_statement_once() -> None:
    stakes = graph("Y>A 25, X>A 25, X>A 25, X>B 1")
    assert stakes.nodes == ("A", "B", "X", "Y")
    assert stakes.holders("A") == (edge("X>A 25"), edge("Y>A 25"))
    assert stakes.holdings("X") == (edge("X>A 25"), edge("X>B 1"))
    assert stakes.holders("X") == stakes.holdings("A") == ()
    assert stakes == graph("X>B 1, X>A 25, Y>A 25")


def test_overfull() -> None:
    assert overfull(graph("X>A 80, Y>A 80, X>B 60, Y>B 40, X>C 60, Y>C ?")) == (("A", 1_600_000),)


@pytest.mark.parametrize(
    ("stakes", "top"),
    [
        ("", ("A",)),
        ("X>A 50, Y>A 50", ("A",)),
        ("X>A 50.0001, Y>A 49.9999", ("X",)),
        ("X>A 26, X>A 25", ("X",)),
        ("P>A 100, X>P 100, X>Y 100", ("X",)),
        ("P>A 60, Q>A 30 board, X>P 10 votes:51, Y>Q 50.1-60", ("X", "Y")),
        ("X>A 40-60", ("A",)),
        ("X>A ?", ("A",)),
        ("A>A 100", ("A",)),
        ("B>A 60, A>B 60", ("A",)),
        ("D>A 60, C>D 60, D>C 60", ("C",)),
        ("D>A 60, C>D 60, D>C 60, X>C 10 board", ("X",)),
        ("B>A 60, C>A - board, D>B 60, B>D 60, F>C 60, E>F 60, F>E 60", ("B", "E")),
        ("A>Z 60, Z>A 60, A>B 60, B>A 10 board, X>B 60", ("X",)),
    ],
)
def test_ultimate_parents(stakes: str, top: tuple[str, ...]) -> None:
    assert ultimate_parents(graph(stakes), "A") == top


def test_stands_behind() -> None:
    stakes = graph("US>P 100, P>S 60, US>Q 100, Q>S 10, F>S 30, U>F ?, S>K 100")
    found = stands_behind(stakes, OFAC, "S", lambda node: node != "P")
    assert [(who, j.standing.value) for who, j in found] == [("US", OWNED)]
    assert found[0][1].proof == (edge("US>P 100"), edge("P>S 60"))
    assert found[0][1].share == share("70")
    assert [who for who, _ in stands_behind(stakes, OFAC, "K", lambda _: True)] == ["P", "S", "US"]
    assert stands_behind(stakes, OFAC, "nobody", lambda _: True) == ()
    assert stands_behind(graph("A>B 100, B>A 100"), OFAC, "A", lambda node: node == "A") == ()
    assert [(w, j.standing.value) for w, j in stands_behind(graph("X>A ?"), OFAC, "A", lambda _: True)] == [("X", OPEN)]


def test_period_on() -> None:
    name, gap = Text("", ""), replace(OFAC, since=date(2026, 11, 10), status=PeriodStatus.UNKNOWN)
    test = OwnershipTest("eu", name, "", (EU, EU_BEFORE))
    assert period_on(test, date(2024, 7, 2)) is EU_BEFORE
    assert period_on(test, date(2024, 7, 3)) is EU
    assert period_on(test, date.min) is EU_BEFORE
    assert period_on(test, date.max) is EU
    gapped = OwnershipTest("bis", name, "", (gap, replace(EU, until=date(2025, 11, 9)), OFAC))
    assert period_on(gapped, date(2026, 11, 10)) is gap
    assert period_on(gapped, date(2026, 1, 1)) is OFAC
    assert period_on(OwnershipTest("none", name, "", (EU,)), date(2020, 1, 1)) is None
    on_50 = {
        day: standings("X>A 50", period_on(test, day) or OFAC, "X") for day in (date(2024, 7, 2), date(2024, 7, 3))
    }
    assert on_50 == {date(2024, 7, 2): {}, date(2024, 7, 3): {"A": OWNED}}


# --- from documents -------------------------------------------------------------------------------------------------

TODAY = date(2026, 6, 1)


def knowledge(*entities: Entity) -> Knowledge:
    return Knowledge({}, {e.id: e for e in entities}, {}, {}, {}, {})


def test_ownership_graph_looks_owners_up_in_the_inventory_first() -> None:
    organization = Organization(
        "us",
        "Us",
        owned_by=(Stake("fund", HALF), Stake("kim", share("10")), Stake("big"), Stake("nobody-knows", share("1"))),
        entities=(
            OrgEntity("fr", "Filiale", EntityForm.SUBSIDIARY),
            OrgEntity("br", "Branch", EntityForm.BRANCH),
            OrgEntity("of", "Office", EntityForm.OFFICE),
            OrgEntity("mi", "Mission", EntityForm.MISSION),
            OrgEntity("af", "Affiliate", EntityForm.AFFILIATE),
            OrgEntity("so", "Something"),
            OrgEntity("jv", "Joint", EntityForm.SUBSIDIARY, owned_by=(Stake("us", HALF), Stake("fr", share("5")))),
        ),
    )
    parties = (
        Party("fund", "Fund", owned_by=(Stake("kim", None, share("60"), (ControlKind.VETO, BOARD, ControlKind.VETO)),)),
    )
    inventory = Inventory(organization, parties, (Person("kim"),))
    known = knowledge(
        Entity("fund", "another fund", owned_by=(KnownStake("big", HALF, joint="pact", status=FactStatus.PRESS),)),
        Entity("big", "Big"),
    )
    filing, whole = FactStatus.FILING, share("100")
    assert set(ownership_graph(inventory, known, TODAY).edges) == {
        Edge("party:fund", "org:us", HALF, status=filing, record="us"),
        Edge("person:kim", "org:us", share("10"), status=filing, record="us"),
        Edge("entity:big", "org:us", None, status=filing, record="us"),
        Edge("entity:nobody-knows", "org:us", share("1"), status=filing, record="us"),
        Edge("org:us", "unit:fr", whole, status=filing, record="fr"),
        Edge("org:us", "unit:br", whole, status=filing, record="br"),
        Edge("org:us", "unit:of", whole, status=filing, record="of"),
        Edge("org:us", "unit:mi", whole, status=filing, record="mi"),
        Edge("org:us", "unit:af", UNKNOWN_SHARE, status=filing, record="af"),
        Edge("org:us", "unit:so", UNKNOWN_SHARE, status=filing, record="so"),
        Edge("org:us", "unit:jv", HALF, status=filing, record="jv"),
        Edge("unit:fr", "unit:jv", share("5"), status=filing, record="jv"),
        Edge("person:kim", "party:fund", None, share("60"), (BOARD, ControlKind.VETO), None, filing, "fund"),
        Edge("entity:big", "entity:fund", HALF, joint="pact", status=FactStatus.PRESS, record="fund"),
    }


@pytest.mark.parametrize(
    ("since", "until", "valid"),
    [
        (None, None, True),
        (TODAY, TODAY, True),
        (date(2026, 6, 2), None, False),
        (None, date(2026, 5, 31), False),
        (date(2020, 1, 1), Word.UNKNOWN, True),
        (None, Word.PERPETUAL, True),
        (None, Word.NONE, True),
    ],
)
def test_stakes_are_those_of_the_day(since: date | None, until: date | Word | None, valid: bool) -> None:
    organization = Organization("us", "Us", owned_by=(Stake("x", HALF, since=since, until=until),))
    known = knowledge(Entity("e", "E", owned_by=(KnownStake("x", HALF, since=since, until=until),)))
    found = ownership_graph(Inventory(organization), known, TODAY)
    assert [e.held for e in found.edges] == (["entity:e", "org:us"] if valid else [])


@pytest.mark.parametrize(
    ("statuses", "own", "status"),
    [
        ((), None, FactStatus.UNVERIFIED),
        ((FactStatus.FILING, FactStatus.PRESS, FactStatus.UNVERIFIED), None, FactStatus.FILING),
        ((FactStatus.PRESS,), FactStatus.STATUTE, FactStatus.STATUTE),
    ],
)
def test_status_of_a_catalogue_stake(
    statuses: tuple[FactStatus, ...], own: FactStatus | None, status: FactStatus
) -> None:
    sources = tuple(Source("read", TODAY, s) for s in statuses)
    known = knowledge(Entity("e", "E", owned_by=(KnownStake("x", HALF, status=own),), sources=sources))
    found = ownership_graph(Inventory(Organization("us", "Us")), known, TODAY)
    assert [e.status for e in found.edges] == [status]


# --- size -----------------------------------------------------------------------------------------------------------


def test_a_chain_of_2500_does_not_hang() -> None:
    stakes = OwnershipGraph(tuple(Edge(f"C{i:04}", f"C{i + 1:04}", share("100")) for i in range(2500)))
    start = time.process_time()
    judged = judge(stakes, EU, ["C0000"])
    assert len(judged) == 2501
    assert [e.holder for e in judged["C2500"].proof] == [f"C{i:04}" for i in range(2500)]
    assert ultimate_parents(stakes, "C2500") == ("C0000",)
    assert len(stakes.ancestors("C2500")) == 2500
    assert [who for who, _ in stands_behind(stakes, EU, "C2500", lambda node: node < "C0003")] == [
        "C0000",
        "C0001",
        "C0002",
    ]
    assert time.process_time() - start < 10  # a quadratic way takes minutes


@pytest.mark.parametrize("stake", ["100", "?", "0 board_majority"])
@pytest.mark.parametrize("wanted", [Standing.OWNED, Standing.PRESUMED_CONTROLLED])
def test_the_firmest_of_2500_above_each_other_is_found_in_time(stake: str, wanted: Standing) -> None:
    share_, _, kind = stake.partition(" ")
    control = (ControlKind(kind),) if kind else ()
    rungs = [
        Edge(f"C{i + 1:04}", f"C{i:04}", None if share_ == "?" else share(share_), control=control, status=FILING)
        for i in range(2_500)
    ]
    above = Above(OwnershipGraph(tuple(rungs)), "C0000")
    start = time.perf_counter()
    told = above.firmest(EU, lambda node: node >= "C0100", lambda _: True, wanted)
    nearest = [] if (stake, wanted) == ("100", Standing.PRESUMED_CONTROLLED) else ["C0100"]
    assert [who for who, _ in told] == nearest
    assert [len(j.proof) for _, j in told] == [100] * len(nearest)
    assert time.perf_counter() - start < 2


@pytest.mark.parametrize("period", [OFAC, EU, UK, ALONE])
def test_a_ladder_with_2_to_the_30_paths(period: OwnershipPeriod) -> None:
    size = "50" if period is not ALONE else "60"
    rungs = [(f"L{i:02}{a}", f"L{i + 1:02}{b}") for i in range(30) for a in "ab" for b in "ab"]
    sides = [("X", "L00a"), ("X", "L00b")]
    stakes = OwnershipGraph(
        (*(Edge(a, b, share(size)) for a, b in rungs), *(Edge(a, b, share("60")) for a, b in sides))
    )
    start = time.perf_counter()
    judged = judge(stakes, period, ["X"])
    assert judged["L30b"].standing is Standing.OWNED
    assert len(judged) == 63
    assert len(judged["L30b"].proof) <= len(stakes.edges)
    assert ultimate_parents(stakes, "L30b") == (("L30b",) if size == "50" else ("X",))
    assert time.perf_counter() - start < 2


def test_five_thousand_small_holders_are_added_in_time() -> None:
    stakes = OwnershipGraph(tuple(Edge(f"H{i:04}", "A", Share(100, 100)) for i in range(5000)))
    start = time.perf_counter()
    found = judge(stakes, OFAC, stakes.nodes[1:])["A"]
    assert (found.standing, found.share, len(found.proof)) == (Standing.OWNED, HALF, 5000)
    assert time.perf_counter() - start < 2


# --- properties -----------------------------------------------------------------------------------------------------

NAMES = "ABCDEFGH"
PERCENT = WHOLE // 100
amounts = st.sampled_from([0, 1, 10, 20, 25, 30, 40, 49, 50, 51, 60, 100]).map(lambda p: p * PERCENT)
shares = st.one_of(amounts.map(lambda a: Share(a, a)), st.tuples(amounts, amounts).map(lambda t: Share(min(t), max(t))))


def edges_among(names: str) -> st.SearchStrategy[Edge]:
    return st.builds(
        Edge,
        holder=st.sampled_from(names),
        held=st.sampled_from(names),
        share=st.one_of(st.none(), shares, shares, shares),
        voting=st.one_of(st.none(), st.none(), st.none(), shares),
        control=st.sampled_from([(), (), (), (), (), (BOARD,), (ControlKind.VETO,)]),
        joint=st.sampled_from([None, None, "p", "q"]),
        status=st.sampled_from(FactStatus),
        record=st.just("r"),
    )


edges = edges_among(NAMES)
graphs = st.one_of(
    st.lists(edges, min_size=8, max_size=16), *(st.lists(edges_among(NAMES[:n]), max_size=14) for n in (3, 4, 5))
)
periods = st.builds(
    OwnershipPeriod,
    threshold=st.sampled_from([share("50"), share("50"), share("25"), share("49.9999"), share("25-50")]),
    operator=st.sampled_from(["at_least", "more_than"]),
    aggregate=st.sampled_from(["all", "joint", "none"]),
    control=st.booleans(),
)
listings = st.sets(st.sampled_from(NAMES), min_size=1, max_size=3)


def brute_force(stakes: Iterable[Edge], period: OwnershipPeriod, listed: set[str]) -> dict[str, Standing]:
    """The definition itself: the least model is what all closed sets of nodes have in common."""
    stakes = list(dict.fromkeys(stakes))
    people = [{who} for who in listed] if period.aggregate == "joint" else [listed]

    def size(stake: Edge, end: str) -> int:
        if stake.share is None:
            return 0 if end == "low" or (stake.control and stake.voting is None) else WHOLE
        return int(getattr(stake.share, end))

    def enough(total: int, end: str) -> bool:
        wanted = period.threshold.high if end == "low" else period.threshold.low
        return total >= wanted if period.operator == "at_least" else total > wanted

    def follows(node: str, among: frozenset[str], end: str, control: bool) -> bool:
        own = [s for s in stakes if s.held == node and s.holder != node]
        theirs = [s for s in own if s.holder in among]
        if control and any(s.control or (s.voting and getattr(s.voting, end) > WHOLE // 2) for s in theirs):
            return True
        match period.aggregate:
            case "all":
                groups = [theirs]
            case "none":
                groups = [[s for s in theirs if s.holder == who] for who in among]
            case _:
                pacts = {s.joint for s in theirs} - {None}
                groups = [[s for s in own if s in theirs or s.joint in pacts]]
        return any(group and enough(sum(size(s, end) for s in group), end) for group in groups)

    def least_model(seeds: set[str], end: str, control: bool) -> frozenset[str]:
        nodes = seeds | {s.held for s in stakes} | {s.holder for s in stakes}
        every = map(
            frozenset, chain.from_iterable(combinations(sorted(nodes - seeds), n) for n in range(len(nodes) + 1))
        )
        model = frozenset(nodes)
        for more in every:
            candidate = more | seeds
            # A set that does not cut the model down cannot change it, closed or not.
            if not model <= candidate and all(n in candidate or not follows(n, candidate, end, control) for n in nodes):
                model &= candidate
        return model

    found: dict[str, Standing] = {}
    for standing, end, control in (
        (Standing.OWNED, "low", False),
        (Standing.PRESUMED_CONTROLLED, "low", period.control),
        (Standing.UNDETERMINED, "high", period.control),
    ):
        for seeds in people:
            for node in least_model(seeds, end, control):
                found.setdefault(node, standing)
    return found | dict.fromkeys(listed, Standing.LISTED)


def by_standing(stakes: Iterable[Edge], period: OwnershipPeriod, listed: set[str]) -> dict[str, Standing]:
    return {node: j.standing for node, j in judge(OwnershipGraph(tuple(stakes)), period, listed).items()}


@settings(max_examples=300, deadline=None)
@given(graphs, periods, listings)
def test_as_the_brute_force(stakes: list[Edge], period: OwnershipPeriod, listed: set[str]) -> None:
    assert by_standing(stakes, period, listed) == brute_force(stakes, period, listed)


@pytest.mark.long
@settings(max_examples=5_000, deadline=None)
@given(graphs, periods, listings)
def test_as_the_brute_force_at_length(stakes: list[Edge], period: OwnershipPeriod, listed: set[str]) -> None:
    assert by_standing(stakes, period, listed) == brute_force(stakes, period, listed)


@settings(max_examples=300, deadline=None)
@given(graphs, edges, periods, listings, st.data())
def test_more_never_reaches_less(
    stakes: list[Edge], further: Edge, period: OwnershipPeriod, listed: set[str], data: st.DataObject
) -> None:
    before = by_standing(stakes, period, listed)
    added = by_standing([*stakes, further], period, listed)
    assert all(added[node].rank <= standing.rank for node, standing in before.items())
    also = by_standing(stakes, period, listed | {further.holder})
    assert all(also[node].rank <= standing.rank for node, standing in before.items())
    # Only a share that is said can be raised; one stake is raised at both ends.
    said = [i for i, s in enumerate(stakes) if s.share is not None and stakes.count(s) == 1]
    if said:
        place = data.draw(st.sampled_from(said))
        old = stakes[place].share
        assert old is not None
        raised = replace(stakes[place], share=Share(old.low + 10 * PERCENT, old.high + 10 * PERCENT), record="raised")
        higher = by_standing([*stakes[:place], raised, *stakes[place + 1 :]], period, listed)
        assert all(higher[node].rank <= standing.rank for node, standing in before.items())


@settings(max_examples=200, deadline=None)
@given(graphs, periods, listings, st.randoms())
def test_order_never_matters(stakes: list[Edge], period: OwnershipPeriod, listed: set[str], random: object) -> None:
    shuffled = list(stakes)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    one, other = OwnershipGraph(tuple(stakes)), OwnershipGraph(tuple(shuffled))
    assert one == other
    assert judge(one, period, sorted(listed)) == judge(other, period, sorted(listed, reverse=True))


@settings(max_examples=300, deadline=None)
@given(graphs, periods, listings)
def test_proofs_replay(stakes: list[Edge], period: OwnershipPeriod, listed: set[str]) -> None:
    for node, judgement in judge(OwnershipGraph(tuple(stakes)), period, listed).items():
        replayed = judge(OwnershipGraph(judgement.proof), period, listed)[node]
        assert replayed.standing is judgement.standing
        assert (judgement.proof == ()) is (judgement.standing is Standing.LISTED)
        assert len(set(judgement.proof)) == len(judgement.proof)
        assert set(judgement.proof) <= set(stakes)
        assert judgement.status is max(
            (e.status for e in judgement.proof), key=lambda s: s.rank, default=FactStatus.STATUTE
        )
        # Derivation order: what is proven from a prefix stays proven, and the last stake is into the node itself.
        assert all(e.held == node for e in judgement.proof[-1:])
        for place, stake in enumerate(judgement.proof):
            if stake.joint is None:
                assert stake.holder in judge(OwnershipGraph(judgement.proof[:place]), period, listed)
        # The firmest: on firmer facts alone it would not have that standing.
        firmer = [s for s in stakes if s.status.rank < judgement.status.rank]
        again = judge(OwnershipGraph(tuple(firmer)), period, listed).get(node)
        if judgement.proof:
            assert again is None or again.standing.rank > judgement.standing.rank


@settings(max_examples=200, deadline=None)
@given(graphs, periods, listings)
def test_no_stake_of_a_proof_is_superfluous(stakes: list[Edge], period: OwnershipPeriod, listed: set[str]) -> None:
    for node, judgement in judge(OwnershipGraph(tuple(stakes)), period, listed).items():
        last = [e for e in judgement.proof if e.held == node]
        for spared in last if all(e.joint is None for e in last) else []:
            rest = tuple(e for e in judgement.proof if e is not spared)
            found = judge(OwnershipGraph(rest), period, listed).get(node)
            assert found is None or found.standing.rank > judgement.standing.rank


@settings(max_examples=200, deadline=None)
@given(graphs, periods, listings)
def test_shares_and_controls_are_those_of_all_in_reach(
    stakes: list[Edge], period: OwnershipPeriod, listed: set[str]
) -> None:
    period = replace(period, aggregate="all")
    judged = judge(OwnershipGraph(tuple(stakes)), period, listed)
    for node, judgement in judged.items():

        def upto(rank: int, node: str = node) -> list[Edge]:
            return [s for s in set(stakes) if s.held == node != s.holder and s.holder in judged
                    and judged[s.holder].standing.rank <= rank]  # fmt: skip

        counting = upto(max(judgement.standing.rank, Standing.OWNED.rank))
        assert judgement.share == Share(sum(s.counted.low for s in counting), sum(s.counted.high for s in counting))
        sure = judgement.standing is not Standing.UNDETERMINED
        looking = upto(max(judgement.standing.rank, Standing.PRESUMED_CONTROLLED.rank)) if period.control else []
        kinds = {kind for s in looking for kind in s.control}
        votes = [s.voting.low if sure else s.voting.high for s in looking if s.voting is not None]
        kinds |= {ControlKind.VOTING_MAJORITY for v in votes if v > WHOLE // 2}
        assert judgement.controls == tuple(sorted(kinds))


@settings(max_examples=200, deadline=None)
@given(graphs, periods, st.sampled_from(NAMES), st.sets(st.sampled_from(NAMES)))
def test_stands_behind_is_judging_each_alone(
    stakes: list[Edge], period: OwnershipPeriod, node: str, candidates: set[str]
) -> None:
    whole = OwnershipGraph(tuple(stakes))
    alone = [(who, judge(whole, period, [who]).get(node)) for who in sorted(candidates) if who != node]
    assert stands_behind(whole, period, node, candidates.__contains__) == tuple(
        (w, j) for w, j in alone if j is not None
    )


@settings(max_examples=400, deadline=None)
@given(
    graphs,
    periods,
    st.sampled_from(NAMES),
    st.sets(st.sampled_from(NAMES)),
    st.sets(st.sampled_from(NAMES)),
    st.sampled_from([Standing.OWNED, Standing.PRESUMED_CONTROLLED]),
)
def test_the_firmest_above_is_the_firmest_of_all_who_stand_behind(
    stakes: list[Edge], period: OwnershipPeriod, node: str, candidates: set[str], firm: set[str], wanted: Standing
) -> None:
    graph = OwnershipGraph(tuple(stakes))
    everybody = dict(stands_behind(graph, period, node, candidates.__contains__))
    if wanted is Standing.PRESUMED_CONTROLLED:
        everybody = {who: j for who, j in everybody.items() if j.standing is not Standing.OWNED}
    told = dict(Above(graph, node).firmest(period, candidates.__contains__, firm.__contains__, wanted))
    assert told.items() <= everybody.items()

    def unsure(who: str) -> int:
        status = everybody[who].status
        return max(0 if who in firm else 2, 2 if status is FactStatus.UNVERIFIED else status is FactStatus.PRESS)

    for besides in range(3):  # how sure the rest of a chain is
        best = [
            min(
                ((j.standing is not wanted, max(besides, unsure(w)), len(j.proof), w) for w, j in among.items()),
                default=None,
            )
            for among in (everybody, told)
        ]
        assert best[0] == best[1]


@given(graphs)
def test_ancestors_as_networkx_has_them(stakes: list[Edge]) -> None:
    oracle = networkx.DiGraph([(s.holder, s.held) for s in stakes])
    whole = OwnershipGraph(tuple(stakes))
    for node in whole.nodes:
        assert whole.ancestors(node) == networkx.ancestors(oracle, node)
    assert whole.ancestors("nobody") == frozenset()


@given(graphs)
def test_ultimate_parents_as_the_tops_of_the_condensation(stakes: list[Edge]) -> None:
    stakes = list(set(stakes))
    climbs = networkx.DiGraph()
    climbs.add_nodes_from(NAMES)
    for holder, held in {(s.holder, s.held) for s in stakes if s.holder != s.held}:
        between = [s for s in stakes if (s.holder, s.held) == (holder, held)]
        votes = any(s.voting is not None and s.voting.low > WHOLE // 2 for s in between)
        if votes or any(s.control for s in between) or sum(s.counted.low for s in between) > WHOLE // 2:
            climbs.add_edge(held, holder)
    for node in NAMES:
        part = climbs.subgraph({node} | networkx.descendants(climbs, node))
        circles = networkx.condensation(part)
        tops = sorted(min(circles.nodes[c]["members"]) for c in circles if not circles.out_degree(c))
        assert ultimate_parents(OwnershipGraph(tuple(stakes)), node) == tuple(tops)
