"""Reach: which law gets to whom, on which bases, by which chains. Facts of these tests are made up, laws are small."""

import itertools
from collections.abc import Sequence
from datetime import date

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.documents import read_text
from auditor.loading import knowledge_of
from auditor.model.knowledge import Knowledge
from auditor.model.report import SUBJECT, Reach, Report
from auditor.model.vocabulary import Basis, Concern, LawCertainty, Outcome, Relation
from auditor.reach import BadQuestion

from .conftest import ON, Auditing

SOURCE = "sources: [{title: made up, retrieved: 2026-11-23, status: filing}]"

WORLD = f"""
auditor: knowledge/1
jurisdictions:
  - {{id: US, name: {{en: United States, ko: 미국}}, currency: USD}}
  - {{id: IE, name: {{en: Ireland, ko: 아일랜드}}}}
  - {{id: NL, name: {{en: Netherlands, ko: 네덜란드}}}}
  - {{id: RU, name: {{en: Russia, ko: 러시아}}}}
  - id: EU
    name: {{en: European Union, ko: 유럽 연합}}
    members: [{{id: IE, from: 1973-01-01}}, {{id: NL, from: 1958-01-01}}]
ownership_tests:
  - id: subsidiary
    name: {{en: subsidiary, ko: 자회사}}
    citation: made up
    periods: [{{threshold: "50", operator: more_than, aggregate: none, control: yes}}]
    {SOURCE}
  - id: half
    name: {{en: half, ko: 절반}}
    citation: made up
    periods: [{{threshold: "50", operator: at_least, aggregate: all, control: no}}]
    {SOURCE}
entities:
  - {{id: top, name: Top Inc., incorporated_in: US, {SOURCE}}}
  - {{id: irish, name: Irish Ltd, incorporated_in: IE, owned_by: [{{by: top, percent: "100"}}], {SOURCE}}}
  - {{id: dutch, name: Dutch BV, incorporated_in: NL, {SOURCE}}}
  - {{id: host, name: Host LLC, incorporated_in: US, {SOURCE}}}
  - {{id: russian, name: Russian JSC, incorporated_in: RU, {SOURCE}}}
  - {{id: half-russian, name: Half BV, incorporated_in: NL, owned_by: [{{by: russian, percent: "50"}}], {SOURCE}}}
products:
  - id: mail
    name: Mail
    category: mail
    layer: application
    delivery: saas
    sold_by: {{default: top, EU: irish}}
    operated_by: {{default: top, EU: irish}}
    built_on: [{{as: support, entity: top}}]
    {SOURCE}
  - {{id: dutch-mail, name: Dutch mail, category: mail, layer: application, delivery: saas,
      operated_by: {{default: dutch}}, built_on: [{{as: hosting, entity: host}}], {SOURCE}}}
  - {{id: disk, name: Disk, category: storage, layer: data, delivery: saas, operated_by: {{default: half-russian}}, {SOURCE}}}
regimes:
  - id: order
    name: An order whose text names foreign subsidiaries
    authority: US
    citation: made up, s. 1
    periods: [{{status: in_force, from: 2025-02-06}}]
    power: [person, organisation]
    effects: [termination, asset_freeze]
    binds:
      - {{test: incorporated_in, of: US, basis: direct, law_certainty: text}}
      - {{test: owned_by, of: US, ownership: subsidiary, basis: direct, law_certainty: untested, text: foreign subsidiary}}
      - {{test: incorporated_in, of: US, basis: performed, law_certainty: enforcement, over: [hosting, support]}}
      - {{test: located_in, of: US, basis: performed, law_certainty: enforcement}}
      - {{test: clears_through, of: US, basis: performed, law_certainty: enforcement}}
      - {{test: owned_by, of: US, ownership: subsidiary, basis: facilitation, law_certainty: guidance}}
      - {{test: national_of, of: US, basis: recusal, law_certainty: text}}
    reach_of_target: {{ownership: half, support: designation_risk}}
    {SOURCE}
  - id: usual
    name: A programme with the usual definition
    authority: US
    citation: made up, s. 2
    periods: [{{status: in_force}}]
    power: [person, organisation]
    effects: [termination]
    binds:
      - {{test: incorporated_in, of: US, basis: direct, law_certainty: text}}
      - {{test: incorporated_in, of: US, basis: performed, law_certainty: enforcement, over: [hosting, support]}}
      - {{test: owned_by, of: US, ownership: subsidiary, basis: facilitation, law_certainty: guidance}}
    reach_of_target: {{ownership: half}}
    {SOURCE}
  - id: freeze
    name: A freeze of the Union
    authority: EU
    citation: made up, art. 2
    periods: [{{status: in_force}}]
    power: [person, organisation, owner]
    effects: [asset_freeze]
    binds:
      - {{test: incorporated_in, of: EU, basis: direct, law_certainty: text}}
    reach_of_target: {{ownership: half}}
    {SOURCE}
  - id: embargo
    name: An embargo
    authority: US
    citation: made up, s. 3
    periods: [{{status: in_force}}]
    power: [country]
    aimed_at: [RU]
    effects: [termination]
    binds: [{{test: incorporated_in, of: US, basis: direct, law_certainty: regulation}}]
    {SOURCE}
  - id: lapsed
    name: A programme that ended
    authority: US
    citation: made up, s. 4
    periods: [{{status: in_force, until: 2025-06-30}}, {{status: ended, from: 2025-07-01}}]
    power: [person, organisation]
    effects: [termination]
    binds: [{{test: incorporated_in, of: US, basis: direct, law_certainty: text}}]
    {SOURCE}
  - id: open-question
    name: A programme whose state nobody knows
    authority: US
    citation: made up, s. 5
    periods: [{{status: in_force, until: 2026-11-09}}, {{status: unknown, from: 2026-11-10}}]
    power: [person, organisation]
    effects: [termination]
    binds: [{{test: incorporated_in, of: US, basis: direct, law_certainty: text}}]
    {SOURCE}
effects:
  - {{delivery: saas, effect: termination, outcome: stops, note: {{en: stops, ko: 중단}}}}
"""

COURT = """
auditor: inventory/1
organization: {id: court, name: A court (made up), kind: [international_organization], seat: NL}
"""


@pytest.fixture(scope="module")
def world() -> Knowledge:
    """A world of six legal persons."""
    return knowledge_of([read_text(WORLD, "world.yaml")])


@pytest.fixture(scope="module")
def reached(auditing: Auditing, world: Knowledge):  # type: ignore[no-untyped-def]
    """Reaches of an inventory in the small world."""

    def run(text: str, by: str | None = None, who: str | None = None, on: date = ON) -> tuple[Reach, ...]:
        report: Report = auditing(COURT + text, by=by, who=who, on=on, packs=(), knowledge=world)
        return report.reaches

    return run


def bases(reaches: Sequence[Reach], regime: str, subject: str = "dependency:m") -> dict[Basis, LawCertainty]:
    """Basis → certainty of one law for one subject."""
    return {r.basis: r.law_certainty for r in reaches if r.regime == regime and subject in r.subjects}


def drawn(reach: Reach) -> list[str]:
    """The chosen chain as short text."""
    return [f"{h.start} {h.relation} {h.end}" for h in reach.chain.hops]


MAIL = "dependencies: [{id: m, product: mail, used_by: [everyone]}]\n"


def test_an_irish_subsidiary_is_bound_by_the_text_of_one_order_only(reached) -> None:  # type: ignore[no-untyped-def]
    found = reached(MAIL, by="US", who="self")
    assert bases(found, "order") == {
        Basis.DIRECT: LawCertainty.UNTESTED,
        Basis.PERFORMED: LawCertainty.ENFORCEMENT,
        Basis.FACILITATION: LawCertainty.GUIDANCE,
    }
    assert bases(found, "usual") == {
        Basis.PERFORMED: LawCertainty.ENFORCEMENT,
        Basis.FACILITATION: LawCertainty.GUIDANCE,
    }
    direct = next(r for r in found if r.basis is Basis.DIRECT)
    assert direct.party == "entity:irish"
    assert direct.parent == "entity:top"
    assert direct.outcome is Outcome.STOPS
    assert direct.concern is Concern.OURS
    assert drawn(direct) == [
        "subject operated_by entity:irish",
        "entity:irish owned_by entity:top",
        "entity:top incorporated_in country:US",
        "country:US bound_by regime:order",
    ]


def test_the_seat_of_the_customer_chooses_the_contracting_company(auditing: Auditing, world: Knowledge) -> None:
    inside = auditing(COURT + MAIL, packs=(), knowledge=world)
    outside = auditing(COURT.replace("seat: NL", "seat: RU") + MAIL, packs=(), knowledge=world)
    assert inside.assessments[0].contracting == "entity:irish"
    assert inside.assessments[0].contracting_assumed
    assert outside.assessments[0].contracting == "entity:top"


def test_a_signed_contract_comes_before_the_catalogue_and_the_reseller_stays_a_reseller(
    auditing: Auditing, world: Knowledge
) -> None:
    text = """
    parties: [{id: shop, name: Shop (made up) BV, country: NL}]
    contracts: [{id: c, with: Top Inc., via: "Shop (made up) BV"}]
    dependencies: [{id: m, product: mail, contract: c, used_by: [everyone]}]
    """
    report = auditing(COURT + text.replace("\n    ", "\n"), by="US", who="self", packs=(), knowledge=world)
    (a,) = report.assessments
    assert (a.contracting, a.contracting_assumed) == ("entity:top", False)
    assert (a.operating, a.reselling) == ("entity:irish", "party:shop")
    assert bases(report.reaches, "usual")[Basis.DIRECT] is LawCertainty.TEXT
    risk = [r for r in report.reaches if r.basis is Basis.DESIGNATION_RISK]
    assert [r.party for r in risk] == ["party:shop"]


def test_a_tier_behind_an_unbound_supplier_performs(reached) -> None:  # type: ignore[no-untyped-def]
    found = reached("dependencies: [{id: m, product: dutch-mail, used_by: [everyone]}]\n", by="US", who="self")
    assert bases(found, "order") == {
        Basis.PERFORMED: LawCertainty.ENFORCEMENT,
        Basis.DESIGNATION_RISK: LawCertainty.TEXT,
    }
    assert drawn(found[0])[0] == "subject built_on entity:host"


@pytest.mark.parametrize(
    ("field", "relation"),
    [
        ("regions: {processing: [NL], failover: [US]}", Relation.PERFORMED_FROM),
        ("regions: {support: [US]}", Relation.PERFORMED_FROM),
        ("performed_from: [US]", Relation.PERFORMED_FROM),
        ("contract: dollars", Relation.PAID_IN),
    ],
)
def test_a_place_or_a_dollar_is_enough_to_perform(reached, field: str, relation: Relation) -> None:  # type: ignore[no-untyped-def]
    text = f"""
parties: [{{id: own, name: Own (made up) BV, country: NL}}]
contracts: [{{id: dollars, amount: {{value: 5, currency: USD}}}}]
dependencies: [{{id: m, provider: own, delivery: saas, used_by: [everyone], {field}}}]
"""
    found = [r for r in reached(text, by="US", who="self") if r.basis is Basis.PERFORMED]
    assert [r.party for r in found] == ["party:own"]
    assert found[0].chain.hops[0].relation is relation


def test_hosting_on_another_dependency_is_followed_and_circles_end(reached) -> None:  # type: ignore[no-untyped-def]
    text = """
parties: [{id: own, name: Own (made up) BV, country: NL}]
dependencies:
  - {id: m, provider: own, delivery: self_hosted, hosted_on: a, used_by: [everyone]}
  - {id: a, provider: own, delivery: managed, hosted_on: b}
  - {id: b, provider: Host LLC, delivery: managed, hosted_on: m}
"""
    found = [
        r for r in reached(text, by="US", who="self") if "dependency:m" in r.subjects and r.basis is Basis.PERFORMED
    ]
    assert drawn(found[0])[:3] == [
        "subject hosted_on dependency:a",
        "dependency:a hosted_on dependency:b",
        "dependency:b operated_by entity:host",
    ]


PERSON = """
people:
  - {id: p, role: the person, nationalities: [NL]}
  - {id: us, role: an American, nationalities: [US]}
"""


def test_a_person_what_is_theirs_what_they_hold_and_what_they_share(reached) -> None:  # type: ignore[no-untyped-def]
    text = (
        PERSON
        + """
dependencies:
  - {id: own-card, product: mail, used_by: [p]}
  - {id: shared, product: mail, used_by: [everyone]}
  - {id: holds, product: mail, used_by: [us], held_by: {second_factor: p}}
  - {id: nothing, product: mail, used_by: [us]}
assets:
  - {id: domain, kind: domain, kept_at: nothing, held_by: p}
  - {id: other, kind: domain, kept_at: nothing, held_by: us}
"""
    )
    found = reached(text, by="order", who="person:p")
    concerns = {(s, r.concern, r.outcome) for r in found if r.basis is Basis.DIRECT for s in r.subjects}
    assert concerns == {
        ("dependency:own-card", Concern.THEIRS, Outcome.SEAT_ONLY),
        ("dependency:shared", Concern.THEIRS, Outcome.SEAT_ONLY),
        ("dependency:shared", Concern.SHARED, Outcome.AUTHORISED_MAY_REFUSE),
        ("dependency:holds", Concern.HELD_FOR_US, Outcome.FROZEN_IN_PLACE),
        ("asset:domain", Concern.HELD_FOR_US, Outcome.FROZEN_IN_PLACE),
    }
    held = next(r for r in found if "dependency:holds" in r.subjects)
    assert [(h.relation, h.end, h.detail) for h in held.link] == [
        (Relation.HELD_BY, "person:p", "second_factor"),
        (Relation.DESIGNATED_BY, "regime:order", "supposed"),
    ]
    assert drawn(next(r for r in found if "asset:domain" in r.subjects))[0] == "subject kept_at dependency:nothing"


def test_our_own_people_stand_aside_but_not_the_one_designated(reached) -> None:  # type: ignore[no-untyped-def]
    found = reached(PERSON.replace("[NL]", "[NL, US]") + MAIL, by="order", who="person:p")
    assert [r.subjects for r in found if r.basis is Basis.RECUSAL] == [("person:us",)]


def test_a_designated_supplier_binds_us_and_those_it_is_built_on(reached) -> None:  # type: ignore[no-untyped-def]
    text = "dependencies: [{id: m, product: disk, used_by: [everyone]}]\n"
    ours = reached(text, by="EU", who="supplier:russian")
    assert [(r.basis, r.party, r.concern) for r in ours] == [(Basis.WE_ARE_BOUND, "org:court", Concern.SUPPLIER)]
    assert [f"{h.start} {h.relation} {h.end}" for h in ours[0].link] == [
        "subject operated_by entity:half-russian",
        "entity:half-russian owned_by entity:russian",
        "entity:russian designated_by regime:freeze",
    ]
    assert reached(text, by="US", who="supplier:russian") == ()
    behind = reached("dependencies: [{id: m, product: dutch-mail}]\n", by="order", who="supplier:dutch")
    assert [(r.basis, r.party) for r in behind] == [(Basis.PERFORMED, "entity:host")]


@pytest.mark.parametrize(
    ("percent", "concerned"),
    [("50", {()}), ("49.9999", set()), ("40-60", {("shares_unknown",)}), ("100", {()})],
)
def test_an_owner_of_ours_falls_on_us_at_the_threshold(
    auditing: Auditing, world: Knowledge, percent: str, concerned: set[tuple[str, ...]]
) -> None:
    owned = COURT.replace("seat: NL}", f'seat: NL, owned_by: [{{by: owner, percent: "{percent}"}}]}}')
    text = "parties: [{id: owner, name: Owner (made up), country: RU}]\n" + MAIL
    report = auditing(owned + text, by="order", who="owner:owner", packs=(), knowledge=world)
    assert {r.undetermined for r in report.reaches if r.basis is Basis.DIRECT} == concerned
    for reach in report.reaches:
        assert [h.relation for h in reach.link] == [Relation.OWNED_BY, Relation.DESIGNATED_BY]


def test_outside_its_dates_a_law_adds_no_duty_and_an_unknown_state_is_told(reached) -> None:  # type: ignore[no-untyped-def]
    text = MAIL.replace("product: mail", "provider: Top Inc.")
    now = reached(text, by="US", who="self")
    assert not [r for r in now if r.regime == "lapsed"]
    assert {r.undetermined for r in now if r.regime == "open-question"} == {("state_unknown",)}
    then = reached(text, by="US", who="self", on=date(2025, 6, 30))
    assert [r.basis for r in then if r.regime == "lapsed"] == [Basis.DIRECT]
    assert not [r for r in reached(text, by="US", who="self", on=date(2025, 2, 5)) if r.regime == "order"]


def test_a_law_aimed_at_a_country_needs_a_tie_to_it(reached) -> None:  # type: ignore[no-untyped-def]
    text = (
        PERSON.replace("[NL]}", "[NL], residence: RU}")
        + "dependencies: [{id: m, provider: Top Inc., delivery: saas, used_by: [p]}]\n"
    )
    assert {r.regime for r in reached(text, by="US", who="country:RU")} == {"embargo"}
    assert reached(text, by="US", who="country:IE") == ()


@pytest.mark.parametrize(
    ("by", "who", "words"),
    [
        ("USA", None, "--by USA"),
        (None, "nobody", "--who nobody"),
        (None, "person:q", "`q` is not known"),
        (None, "self:x", "not a form"),
        (None, "country:XX", "`XX` is not known"),
    ],
)
def test_a_question_about_nobody_is_refused(reached, by: str | None, who: str | None, words: str) -> None:  # type: ignore[no-untyped-def]
    with pytest.raises(BadQuestion, match=words):
        reached(PERSON + MAIL, by=by, who=who)


# -- properties ----------------------------------------------------------------------------------------------------

OWNERS = ["top", "host", "dutch", "russian"]
stakes = st.lists(
    st.tuples(
        st.integers(0, 4), st.integers(0, 4), st.sampled_from(["10", "50", "50.0001", "51", "100", ">50", "unknown"])
    ),
    max_size=7,
)


def parties_text(edges: Sequence[tuple[int, int, str]], order: Sequence[int] = range(5)) -> str:
    """Five made-up parties that own each other; the first two are also owned by catalogue companies."""
    seen: dict[tuple[int, int], str] = {}
    for holder, held, percent in edges:
        seen.setdefault((holder, held), percent)
    rows = []
    for held in order:
        owned = [f'{{by: p{h}, percent: "{p}"}}' for (h, x), p in seen.items() if x == held]
        owned += ['{by: top, percent: "60"}'] if held == 0 else []
        rows.append(f"  - {{id: p{held}, name: Party {held} (made up), country: NL, owned_by: [{', '.join(owned)}]}}")
    dependencies = [f"  - {{id: d{i}, provider: p{i}, delivery: saas, used_by: [everyone]}}" for i in order]
    return "parties:\n" + "\n".join(rows) + "\ndependencies:\n" + "\n".join(dependencies) + "\n"


def pairs(reaches: Sequence[Reach]) -> set[tuple[str, str, Basis, str]]:
    """What is reached: subject, law, basis, party."""
    return {(s, r.regime, r.basis, r.party) for r in reaches for s in r.subjects if not r.undetermined}


@settings(max_examples=60, deadline=None)
@given(stakes, st.integers(0, 4), st.integers(0, 4))
def test_another_owner_never_removes_a_chain(
    reached, edges: list[tuple[int, int, str]], holder: int, held: int
) -> None:  # type: ignore[no-untyped-def]
    before = reached(parties_text(edges), by="order", who="self")
    after = reached(parties_text([*edges, (holder, held, "100")]), by="order", who="self")
    lost = pairs(before) - pairs(after)
    assert not {x for x in lost if x[2] is not Basis.DESIGNATION_RISK}


@settings(max_examples=40, deadline=None)
@given(stakes, st.permutations(range(5)))
def test_the_order_of_writing_never_matters(reached, edges: list[tuple[int, int, str]], order: list[int]) -> None:  # type: ignore[no-untyped-def]
    straight = reached(parties_text(edges), by="US", who="self")
    shuffled = reached(
        parties_text(list(reversed(edges)) if len({e[:2] for e in edges}) == len(edges) else edges, order),
        by="US",
        who="self",
    )
    assert straight == shuffled


def test_every_basis_found_is_kept_with_its_own_chain(reached) -> None:  # type: ignore[no-untyped-def]
    found = reached(MAIL, by="US", who="self")
    keys = [(s, r.regime, r.basis, r.concern, r.party) for r in found for s in r.subjects]
    assert len(keys) == len(set(keys))
    for r in found:
        assert r.chain.hops[0].start == SUBJECT
        assert r.chain.hops[-1].end == f"regime:{r.regime}"
        for before, after in itertools.pairwise(r.chain.hops):
            assert before.end == after.start
