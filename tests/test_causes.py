"""What functions hang on whatever happens: common causes, the matrix, concentration; on small made-up organisations."""

from auditor.model.causes import Causes, CommonCause, Concentration
from auditor.model.knowledge import Knowledge
from auditor.model.scenarios import Act, Scenario
from auditor.model.values import Text
from auditor.model.vocabulary import GroupKind

from .supposed import reported

HEAD = """
auditor: inventory/1
organization: {id: o, name: Made Up Institute, seat: NL}
parties: [{id: hall, name: Made Up Hall BV, country: NL}, {id: shop, name: Made Up Shop BV, country: NL}]
people: [{id: ada}, {id: ben}]
contracts:
  - {id: k, party: o, with: Made Up Hall BV}
  - {id: through, party: o, via: Made Up Shop BV}
"""
CLOUDS = (
    HEAD
    + """
functions:
  - {id: f, criticality: critical, needs: [{any_of: [a, b, c]}]}
  - {id: g, criticality: low, needs: [{any_of: [a, room]}]}
  - {id: h, criticality: high, needs: [bank]}
dependencies:
  - {id: a, product: microsoft-azure, contract: through}
  - {id: b, product: aws}
  - {id: c, product: google-cloud}
  - {id: room, provider: hall, contract: k, delivery: managed}
  - {id: bank, provider: hall, contract: k, delivery: bank, held_by: {signatories: [ada]}}
"""
)


def causes(text: str, knowledge: Knowledge) -> Causes:
    """The causes of an inventory."""
    found = reported(text, knowledge, Scenario("any", Text("", ""), (Act("self", "US"),))).causes
    assert found is not None
    return found


def common(found: Causes) -> dict[tuple[GroupKind, str], CommonCause]:
    """Common causes by kind and id."""
    return {(c.kind, c.id): c for c in found.common}


def spread(found: Causes, kind: GroupKind) -> Concentration:
    """The concentration of a kind."""
    return next(c for c in found.concentration if c.kind is kind)


def test_three_clouds_of_one_country_are_one_cause(knowledge: Knowledge) -> None:
    """No parent alone stops the function; their country does, and so does its law."""
    found = causes(CLOUDS, knowledge)
    by = common(found)
    country = by[GroupKind.JURISDICTION, "country:US"]
    assert country.functions == ("function:f",)
    assert country.dependencies == ("dependency:a", "dependency:b", "dependency:c")
    assert country.critical == 1
    assert not any(k is GroupKind.PARENT and "function:f" in c.functions for (k, _), c in by.items())
    assert any(
        k is GroupKind.REGIME and i.startswith("regime:us-") and "function:f" in c.functions for (k, i), c in by.items()
    )
    cells = {(c.function, c.authority): c for c in found.matrix}
    assert cells["function:f", "US"].stops is True
    assert cells["function:g", "US"].stops is False  # a fallback remains
    assert cells["function:g", "US"].dependencies == ("dependency:a",)
    assert ("function:h", "US") not in cells or cells["function:h", "US"].stops is not True


def test_people_and_resellers(knowledge: Knowledge) -> None:
    """Who alone can sign for something needed is a cause; a reseller only of what is bought through it."""
    by = common(causes(CLOUDS, knowledge))
    assert by[GroupKind.PERSON, "person:ada"].functions == ("function:h",)
    assert (GroupKind.PERSON, "person:ben") not in by
    two = common(causes(CLOUDS.replace("signatories: [ada]", "signatories: [ada, ben]"), knowledge))
    assert not any(k is GroupKind.PERSON for k, _ in two)
    assert not any(k is GroupKind.RESELLER for k, _ in by)  # the function has others beside it
    alone = common(causes(CLOUDS.replace("{any_of: [a, b, c]}", "a"), knowledge))
    assert alone[GroupKind.RESELLER, "party:shop"].functions == ("function:f",)
    assert alone[GroupKind.RESELLER, "party:shop"].dependencies == ("dependency:a",)


def test_shares_add_up(knowledge: Knowledge) -> None:
    """Every share stands beside the rows that make it; what is known adds up to the whole."""
    found = spread(causes(CLOUDS, knowledge), GroupKind.PARENT)
    rows = {r.id: r for r in found.rows}
    weights = {"entity:microsoft": 4, "entity:amazon": 4, "entity:alphabet": 4, "party:hall": 1 + 3}
    assert found.total == 16
    assert {i: r.low for i, r in rows.items()} == {i: 10_000 * w // 16 for i, w in weights.items()}
    assert all(r.low == r.high for r in found.rows)
    assert found.hhi_low == found.hhi_high == 2_500
    assert rows["party:hall"].dependencies == ("dependency:bank", "dependency:room")
    assert spread(causes(CLOUDS, knowledge), GroupKind.RESELLER).rows[0].dependencies == ("dependency:a",)


def test_shares_are_ranges_over_what_is_unknown(knowledge: Knowledge) -> None:
    """Behind something unknown may be anybody; the bounds hold for every way it could turn out."""
    text = HEAD + (
        "functions: [{id: f, criticality: critical, needs: [a]}, {id: g, criticality: medium, needs: [x]}]\n"
        "dependencies: [{id: a, product: microsoft-azure}, {id: x, product: nobody-knows-this}, {id: room, provider: hall, contract: k}]\n"
    )
    found = spread(causes(text, knowledge), GroupKind.PARENT)
    assert found.unknown == ("dependency:x",)
    assert [(r.low, r.high) for r in found.rows] == [(10_000 * 4 // 7, 10_000 * 6 // 7), (10_000 // 7, 10_000 * 3 // 7)]
    possible = [[4 + 2, 1], [4, 1 + 2], [4, 1, 2]]
    exact = [10_000 * sum(w * w for w in some) // 49 for some in possible]
    assert found.hhi_low <= min(exact)
    assert max(exact) <= found.hhi_high


def test_private_things_weigh_nothing(knowledge: Knowledge) -> None:
    """What is somebody's own is no share of ours."""
    text = CLOUDS.replace("{id: c, product: google-cloud}", "{id: c, product: google-cloud, standing: private}")
    assert "entity:alphabet" not in {r.id for r in spread(causes(text, knowledge), GroupKind.PARENT).rows}


def test_cut_sets_of_an_inventory(knowledge: Knowledge) -> None:
    """What alone, and what together, stops each function; exits are no alternatives that run already."""
    found = {c.function: c for c in causes(CLOUDS, knowledge).cuts}
    sets = {f: [s.members for s in c.sets] for f, c in found.items()}
    assert sets == {
        "function:f": [("dependency:a", "dependency:b", "dependency:c")],
        "function:g": [("dependency:a", "dependency:room")],
        "function:h": [("dependency:bank",)],
    }
    assert all(c.complete for c in found.values())
    with_exit = CLOUDS.replace("{id: bank,", "{id: bank, exits: [{to: a, lead_time: 1h}],")
    again = {c.function: [s.members for s in c.sets] for c in causes(with_exit, knowledge).cuts}
    assert again == sets
