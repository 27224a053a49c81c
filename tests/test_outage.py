"""What an act would stop, when, and what survives: small made-up organisations on the shipped facts."""

from dataclasses import replace
from datetime import date

import pytest

from auditor.model.knowledge import Knowledge
from auditor.model.outage import Span
from auditor.model.scenarios import Act
from auditor.model.values import Duration
from auditor.model.vocabulary import Effect, Outcome, Retrieval, Scope, Sureness

from .conftest import ON, ROOT
from .supposed import exits, fate, fates, function, outage, outages

US_SELF, US_ADA = Act("self", "US"), Act("person:ada", "US")
ICC = (ROOT / "inventories" / "icc-2025.yaml").read_text(encoding="utf-8")
HEAD = """
auditor: inventory/1
organization: {id: o, name: Made Up Institute, seat: NL, kind: [research]}
parties: [{id: hall, name: Made Up Hall BV, country: NL}]
contracts: [{id: k, party: o, with: Made Up Hall BV, law: NL, currency: EUR}]
"""
ROOM = "{id: room, provider: hall, contract: k, delivery: managed}"


def written(*dependencies: str, functions: str = "", assets: str = "", people: str = "", head: str = HEAD) -> str:
    """An inventory with these dependencies, and a function `f` where none is given."""
    first = dependencies[0].partition("id: ")[2].partition(",")[0].partition("}")[0]
    return "\n".join(
        (
            head,
            f"functions: [{functions or f'{{id: f, criticality: critical, tolerable_outage: 24h, needs: [{first}]}}'}]",
            f"dependencies: [{', '.join(dependencies)}]",
            f"assets: [{assets}]" if assets else "",
            f"people: [{people}]" if people else "",
        )
    )


# -- the Court ---------------------------------------------------------------------------------------------------------


def test_prosecutor_listed(knowledge: Knowledge) -> None:
    """His seats stop for him alone, what he holds is frozen, and the tenant is a fork with the claims of all sides."""
    found = outage(ICC, knowledge, Act("person:prosecutor", "US"))
    assert found.tally.stop == 0
    seats = {n for c in found.cuts if c.outcome is Outcome.SEAT_ONLY for n in c.subjects}
    assert {"dependency:exchange", "dependency:entra", "dependency:evidence", "dependency:signal"} <= seats
    by_node = fates(found)
    assert by_node["dependency:exchange"].mildest is Outcome.SEAT_ONLY
    assert by_node["dependency:exchange"].sureness is Sureness.MAY
    assert by_node["asset:witness-handle"].worst is Outcome.FROZEN_IN_PLACE
    assert by_node["asset:witness-handle"].sureness is Sureness.MAY  # it is held, and may not be taken away
    assert function(found, "victims").fate.stops is None  # there is a number beside the handle
    assert "dependency:judge-visa" not in by_node
    (tenant,) = (f for f in found.forks if "dependency:exchange" in f.fork.dependencies)
    assert {"icc-prosecutor-mailbox-2025", "icc-judges-mailboxes-2025"} <= set(tenant.fork.precedents)
    assert {"function:mail", "function:office", "function:case-files"} <= set(tenant.keep)
    claims = knowledge.precedents["icc-prosecutor-mailbox-2025"].claims
    assert len({c.by.en for c in claims}) >= 3


def test_judge_listed(knowledge: Knowledge) -> None:
    """Cards and shops in a judge's own name stop, with no claim that a function of the Court hangs on them."""
    found = outage(ICC, knowledge, Act("person:judge", "US"))
    by_node = fates(found)
    for card in ("judge-visa", "judge-mastercard", "judge-amex", "judge-paypal"):
        assert by_node[f"dependency:{card}"].sureness is Sureness.OBLIGED
        assert by_node[f"dependency:{card}"].worst is Outcome.STOPS
    assert by_node["dependency:judge-amazon"].stops is not None
    assert "dependency:prosecutor-account" not in by_node


def test_court_listed(knowledge: Knowledge) -> None:
    """What stops, what runs on a clock, and what the exits are worth."""
    found = outage(ICC, knowledge, US_SELF)
    stopping = {f.fate.node for f in found.functions if f.fate.sureness is Sureness.OBLIGED}
    assert stopping == {f"function:{i}" for i in ("case-files", "mail", "hearings", "office", "website")}
    hearings = function(found, "hearings")
    assert hearings.fate.stops is not None
    assert hearings.fate.stops.low == 24  # they can wait a day
    assert function(found, "payroll").fate.stops is None
    assert all(f.bearable is False for f in found.functions if f.fate.node in stopping)
    assert (
        fate(found, "dependency:judge-visa") if "dependency:judge-visa" in fates(found) else True
    )  # private: not ours
    assert not any(n.startswith("dependency:judge-") for n in fates(found))  # private: theirs, not the Court's
    out = exits(found)
    assert out["evidence", "rooms"].usable
    assert out["exchange", "opendesk"].usable is False  # it needs the domain, which goes as well


def test_second_american_cloud_is_no_fallback(knowledge: Knowledge) -> None:
    """Exits to the same parent, and to others under the same laws, are no exits; a Dutch room is one."""
    ways = "exits: [{to: aws, lead_time: 30d}, {to: google-cloud, lead_time: 30d}, {to: microsoft-exchange-online, lead_time: 1d}, {to: room, lead_time: 60d}]"
    found = outage(written(f"{{id: cloud, product: microsoft-azure, {ways}}}", ROOM), knowledge, US_SELF)
    out = exits(found)
    usable = {e.to: e.usable for e in out.values()}
    assert usable == {
        "dependency:exit/aws/0": False,
        "dependency:exit/google-cloud/0": False,
        "dependency:exit/microsoft-exchange-online/0": False,
        "dependency:room": True,
    }
    shared = {e.to: e.shared for e in out.values()}
    assert all(s.startswith("regime:us-") for s in shared["dependency:exit/aws/0"])
    assert shared["dependency:exit/aws/0"]
    assert shared["dependency:exit/microsoft-exchange-online/0"] == ("entity:microsoft",)
    assert function(found, "f").back == Span(60 * 24, 60 * 24)
    alone = outage(
        written("{id: cloud, product: microsoft-azure, exits: [{to: aws, lead_time: 1h}]}"), knowledge, US_SELF
    )
    assert function(alone, "f").back is None
    assert function(alone, "f").bearable is False


# -- what runs where ---------------------------------------------------------------------------------------------------


def test_embeddings_of_a_withdrawn_model_are_unreadable(knowledge: Knowledge) -> None:
    """They lie on one's own disk, and nobody can search with them any more."""
    text = written(
        "{id: embedder, product: openai-embeddings}",
        ROOM,
        functions="{id: f, needs: [index]}",
        assets="{id: index, kind: embeddings, kept_at: room, readable_with: [embedder]}",
    )
    index = fate(outage(text, knowledge, US_SELF), "asset:index")
    assert (index.mildest, index.worst, index.sureness) == (Outcome.UNREADABLE, Outcome.UNREADABLE, Sureness.OBLIGED)
    assert index.because == ("dependency:embedder",)
    assert function(outage(text, knowledge, US_SELF), "f").fate.because == ("asset:index", "dependency:embedder")


@pytest.mark.parametrize("host", ["cloud", "aws"])
def test_open_weights_are_reached_through_their_host(knowledge: Knowledge, host: str) -> None:
    """On own machines at home they survive whatever becomes of their makers and mirrors; at a US host they stop."""
    weights = "product: mistral-open-weights, delivery: self_hosted"
    text = written(
        f"{{id: abroad, {weights}, hosted_on: {host}}}",
        f"{{id: at-home, {weights}, hosted_on: room}}",
        "{id: cloud, product: aws}",
        ROOM,
        functions="{id: f, needs: [abroad]}, {id: g, needs: [at-home]}, {id: h, needs: [{any_of: [abroad, at-home]}]}",
    )
    found = outage(text, knowledge, US_SELF)
    assert function(found, "f").fate.sureness is Sureness.OBLIGED
    assert function(found, "f").fate.because[-1] == {"cloud": "dependency:cloud", "aws": "dependency:abroad"}[host]
    assert function(found, "g").fate.stops is None
    assert fate(found, "dependency:at-home").worst in (Outcome.SURVIVES, Outcome.AUTHORISED_MAY_REFUSE)
    assert function(found, "h").fate.stops is None


def test_licence_to_wind_down_changes_lawfulness_alone(knowledge: Knowledge) -> None:
    """It permits and compels nobody: the same stops at the same hours, and another clock."""
    text = written("{id: mail, product: microsoft-exchange-online, clocks: {prepaid_until: 2027-01-31}}")
    plain, licensed = (
        outage(text, knowledge, a) for a in (US_SELF, replace(US_SELF, licensed_for=Duration(720, "30d")))
    )
    assert (licensed.fates, licensed.functions, licensed.exits) == (plain.fates, plain.functions, plain.exits)
    assert {c.clocks.licensed_until for c in licensed.cuts} == {Span(720, 720)}
    assert {c.clocks.licensed_until for c in plain.cuts} == {None}
    assert [replace(c, clocks=replace(c.clocks, licensed_until=None)) for c in licensed.cuts] == list(plain.cuts)


def test_certificate_may_go_today(knowledge: Knowledge) -> None:
    """Its date is the latest end, counted from the day of the act; what cannot be revoked lasts until then."""
    assets = "{id: cert, kind: certificate, kept_at: ca, until: 2027-06-01}"
    text = written("{id: ca, product: digicert-certificates}", functions="{id: f, needs: [cert]}", assets=assets)
    left = ((date(2027, 6, 1) - ON).days + 1) * 24
    assert function(outage(text, knowledge, US_SELF), "f").fate.stops == Span(0, left)
    later = outage(text, knowledge, US_SELF, on=date(2027, 6, 1))
    assert function(later, "f").fate.stops == Span(0, 24)
    gone = outage(text, knowledge, US_SELF, on=date(2027, 7, 1))
    assert function(gone, "f").fate.stops == Span(0, 0)
    fixed = outage(text.replace("until:", "revocable: no, until:"), knowledge, US_SELF)
    assert function(fixed, "f").fate.stops == Span(left, left)


def test_perpetual_licences_outlast_what_only_ends_renewal(knowledge: Knowledge) -> None:
    """New business that is banned ends what has a date, may end what has none stated, and never what is for good."""
    ban = Act("self", "US", effect=Effect.NEW_BUSINESS_BAN)

    def stops(clocks: str) -> tuple[Span | None, Sureness | None]:
        own = f"{{id: editor, product: microsoft-windows, delivery: self_hosted, clocks: {clocks}}}"
        f = function(outage(written(own), knowledge, ban), "f").fate
        return f.stops, f.sureness

    assert stops("{licence_until: perpetual}") == (None, None)
    assert stops("{licence_until: 2026-11-24}") == (Span(48, 48), Sureness.OBLIGED)
    assert stops("{licence_until: unknown}") == (Span(0), Sureness.MAY)


def test_software_of_ones_own_asks_its_maker(knowledge: Knowledge) -> None:
    """Software that asks stops at a check; that never asks, at the end of its licence or not at all."""

    def stops(clocks: str) -> Span | None:
        own = f"{{id: editor, provider: Example Software Inc., delivery: self_hosted, clocks: {clocks}}}"
        head = HEAD.replace("parties: [", "parties: [{id: maker, name: Example Software Inc., country: US}, ")
        return function(outage(written(own, head=head), knowledge, US_SELF), "f").fate.stops

    asking = stops("{phones_home_every: 30d}")
    assert asking is not None
    assert asking.low == 0
    dated = stops("{phones_home_every: 30d, licence_until: 2026-11-24}")
    assert dated == Span(0, 48)


def test_tokens_bridge_signing_in_and_nothing_else(knowledge: Knowledge) -> None:
    """Whoever is signed in stays so for the lifetime of a token at most; other needs have no such buffer."""
    text = written(
        "{id: app, provider: hall, contract: k, delivery: managed, login_via: sign-in, needs: [sign-in, store]}",
        "{id: sign-in, product: okta-workforce-identity, clocks: {token_lifetime: 24h}}",
        "{id: store, provider: hall, contract: k, delivery: managed, clocks: {token_lifetime: 99d}}",
    )
    app, sign_in = (
        fate(outage(text, knowledge, Act("supplier:okta", "voluntary")), f"dependency:{i}") for i in ("app", "sign-in")
    )
    assert sign_in.stops == Span(0)
    assert app.stops == Span(0)
    kept = outage(text, knowledge, Act("supplier:hall", "voluntary", Effect.PAYMENT_BLOCK))
    assert fate(kept, "dependency:app").stops == Span(0)


# -- whom it concerns --------------------------------------------------------------------------------------------------


def test_scope_of_a_country(knowledge: Knowledge) -> None:
    """An organisation that sits there is cut off whole; one with somebody there loses a seat."""
    mail = "{id: mail, product: slack, used_by: [everyone]}"
    there = HEAD.replace("seat: NL", "seat: IR")
    act = Act("country:IR", "us-iran-itsr")
    assert function(outage(written(mail, head=there), knowledge, act), "f").fate.sureness is not None
    found = outage(written(mail, people="{id: ada, residence: IR}"), knowledge, act)
    assert function(found, "f").fate.worst is Outcome.SEAT_ONLY
    own = outage(written(mail.replace("everyone", "ada"), people="{id: ada, residence: IR}"), knowledge, act)
    assert function(own, "f").fate.stops is not None


def test_scope_of_an_entity(knowledge: Knowledge) -> None:
    """What another of us has the contract for goes on for the others; what only the entity uses stops."""
    head = HEAD.replace("kind: [research]", "entities: [{id: sub, name: Made Up Sub BV, country: NL}]").replace(
        "contracts: [", "contracts: [{id: us, party: o}, {id: subs, party: sub}, "
    )

    def mail(contract: str, users: str) -> Outcome:
        text = written(f"{{id: mail, product: slack, contract: {contract}, used_by: [{users}]}}", head=head)
        found = outage(text, knowledge, Act("entity:sub", "US"))
        return function(found, "f").fate.worst

    assert mail("us", "everyone") is Outcome.SURVIVES
    assert mail("us", "sub, o") is Outcome.DEGRADES
    assert mail("us", "sub") is Outcome.STOPS
    assert mail("subs", "everyone") is Outcome.STOPS


def test_owners_count_together(knowledge: Knowledge) -> None:
    """Two quarters are half of it if both are listed at once, and nothing if they are listed one by one."""
    head = HEAD.replace("kind: [research]", "owned_by: [{by: a, percent: 25}, {by: b, percent: 25}]").replace(
        "parties: [", "parties: [{id: a, name: A, country: RU}, {id: b, name: B, country: RU}, "
    )
    text = written("{id: mail, product: slack, used_by: [everyone]}", head=head)
    a, b = Act("owner:a", "US"), Act("owner:b", "US")
    assert all(function(outage(text, knowledge, one), "f").fate.stops is None for one in (a, b))
    assert function(outage(text, knowledge, a, b), "f").fate.sureness is Sureness.OBLIGED
    assert function(outage(text, knowledge, a, replace(b, by="EU")), "f").fate.stops is None


@pytest.mark.parametrize(
    ("held", "worst", "sureness"),
    [
        ("{payer: ada}", Outcome.FROZEN_IN_PLACE, Sureness.OBLIGED),
        ("{payer: ada, admins: [ada, ben]}", Outcome.FROZEN_IN_PLACE, Sureness.OBLIGED),
        ("{payer: [ada, ben]}", Outcome.DEGRADES, None),
        ("{admins: ada}", Outcome.FROZEN_IN_PLACE, None),
        ("{admins: [ada, ben]}", Outcome.DEGRADES, None),
        ("{second_factor: ada}", Outcome.FROZEN_IN_PLACE, Sureness.MAY),
        ("{holder: [ada, ben]}", Outcome.FROZEN_IN_PLACE, Sureness.MAY),
    ],
)
def test_what_a_person_holds(knowledge: Knowledge, held: str, worst: Outcome, sureness: Sureness | None) -> None:
    """Alone or with others, in one way or several: the worst of all ways."""
    text = written(f"{{id: mail, product: slack, held_by: {held}}}", people="{id: ada}, {id: ben}")
    found = fate(outage(text, knowledge, US_ADA), "dependency:mail")
    assert (found.worst, found.sureness) == (worst, sureness)


def test_bank_accounts(knowledge: Knowledge) -> None:
    """A listed holder's balance is frozen; of a listed signatory that may happen, as another may sign."""
    head = HEAD.replace("parties: [", "parties: [{id: bank, name: Example Bank, country: US}, ").replace(
        "contracts: [", "contracts: [{id: b, party: o, with: Example Bank}, "
    )

    def account(held: str) -> Sureness | None:
        text = written(
            f"{{id: account, provider: bank, contract: b, delivery: bank, held_by: {held}}}",
            head=head,
            people="{id: ada}, {id: ben}",
        )
        return function(outage(text, knowledge, US_ADA), "f").fate.sureness

    assert account("{holder: ada}") is Sureness.OBLIGED
    assert account("{holder: o, signatories: ada}") is Sureness.MAY
    assert account("{holder: o, signatories: [ada, ben]}") is None


def test_supplier_listed(knowledge: Knowledge) -> None:
    """We must stop paying if we are bound; its hosts must stop serving it; who is bound by nothing goes on."""
    text = written("{id: mail, product: proton-mail}", ROOM)
    assert function(outage(text, knowledge, Act("supplier:hall", "EU")), "f").fate.stops is None
    bound = outage(written(ROOM), knowledge, Act("supplier:hall", "EU"))
    assert {c.basis for c in bound.cuts if c.stops} >= {"we_are_bound"}
    assert function(bound, "f").fate.sureness is Sureness.OBLIGED
    free = outage(written(ROOM), knowledge, Act("supplier:hall", "US"))
    assert function(free, "f").fate.sureness is not Sureness.OBLIGED


# -- what is not known -------------------------------------------------------------------------------------------------


def test_unknown_is_undetermined_and_counted(knowledge: Knowledge) -> None:
    """Behind nobody known nothing is promised; but where the act cannot concern a thing, it does not matter."""
    text = written("{id: x, product: nobody-knows-this, used_by: [ben]}", people="{id: ada}, {id: ben}")
    found = outage(text, knowledge, US_SELF)
    assert found.unjudged == ("dependency:x",)
    assert function(found, "f").fate.worst is Outcome.UNDETERMINED
    assert (found.tally.undetermined, found.tally.go_on) == (1, 0)
    assert outage(text, knowledge, Act("person:ben", "US")).tally.undetermined == 1
    assert outage(text, knowledge, US_ADA).tally.go_on == 1


def test_bounds_hold_with_what_is_unknown(knowledge: Knowledge) -> None:
    """What stops at a date for sure may stop before it if somebody unknown stands behind it as well."""
    text = written(
        "{id: ca, product: digicert-certificates}",
        "{id: x, product: nobody-knows-this}",
        functions="{id: f, needs: [cert, x]}",
        assets="{id: cert, kind: certificate, kept_at: ca, until: 2027-06-01, revocable: no}",
    )
    f = function(outage(text, knowledge, US_SELF), "f").fate
    assert f.sureness is Sureness.OBLIGED
    assert f.stops is not None
    assert f.stops.low == 0


def test_of_unknown_delivery(knowledge: Knowledge) -> None:
    """Whoever delivers in an unknown way may stop or not; it is not said that it must."""
    head = HEAD.replace("parties: [", "parties: [{id: maker, name: Example Inc., country: US}, ")
    f = function(outage(written("{id: x, provider: maker}", head=head), knowledge, US_SELF), "f").fate
    assert (f.worst, f.sureness) == (Outcome.UNDETERMINED, Sureness.UNDETERMINED)


# -- the way back ------------------------------------------------------------------------------------------------------


def test_an_exit_of_one_thing_brings_back_no_other(knowledge: Knowledge) -> None:
    """What was cut itself stays cut, though it had failed before by something that is back."""
    text = written(
        "{id: mail, product: proton-mail, clocks: {prepaid_until: 2026-12-31}, needs: [dns]}",
        "{id: dns, product: domain-com, exits: [{to: room, lead_time: 1d}]}",
        ROOM,
    )
    acts = (Act("supplier:proton", "voluntary", Effect.PAYMENT_BLOCK), Act("delivery:domain", "voluntary"))
    found = outage(text, knowledge, *acts)
    assert function(found, "f").fate.stops is not None
    assert function(found, "f").back is None
    only = outage(text, knowledge, acts[1])
    assert function(only, "f").back == Span(24, 24)


def test_nothing_new_is_had_from_who_may_not_supply(knowledge: Knowledge) -> None:
    """What one has goes on where new business is banned; it is no exit for who has it not."""
    ban = Act("self", "US", effect=Effect.UPDATE_DENIAL)
    stop = Act("supplier:proton", "voluntary")
    hardware = "nvidia-data-centre-accelerators"
    text = written(
        f"{{id: mail, product: proton-mail, exits: [{{to: {hardware}, lead_time: 1d}}, {{to: boards, lead_time: 1d}}]}}",
        f"{{id: boards, product: {hardware}}}",
    )
    usable = {e.to: e.usable for e in outage(text, knowledge, replace(ban, effect=Effect.NEW_BUSINESS_BAN), stop).exits}
    assert usable == {f"dependency:exit/{hardware}/0": False, "dependency:boards": True}


def test_what_can_be_got_out(knowledge: Knowledge) -> None:
    """Until the stop, or not at all, or from a copy that goes on elsewhere."""
    data = "data: {classes: [personal], exportable: %s}"
    text = written(
        f"{{id: a, product: slack, {data % 'yes'}}}",
        f"{{id: b, product: slack, {data % 'no'}}}",
        f"{{id: c, product: slack, {data % 'yes'}}}",
        ROOM,
        assets="{id: copy, kind: backup, kept_at: room, made_from: [copy-source]}, {id: copy-source, kind: dataset, kept_at: c, copies: [room]}",
    )
    found = {d.node: d for d in outage(text, knowledge, US_SELF).data}
    assert found["dependency:a"].retrieval is Retrieval.UNTIL_STOP
    assert found["dependency:b"].retrieval is Retrieval.NOT_EXPORTABLE
    assert found["dependency:c"].retrieval is Retrieval.ELSEWHERE
    assert found["dependency:c"].where == ("asset:copy-source",)


def test_acts_on_persons_reach_nobody_else(knowledge: Knowledge) -> None:
    """Scopes are told apart, and no function stops because somebody lost a seat."""
    text = written("{id: mail, product: slack, used_by: [ada, {about: 50}]}", people="{id: ada}")
    found = outage(text, knowledge, US_ADA)
    assert {c.scope for c in found.cuts if c.outcome is Outcome.SEAT_ONLY} == {Scope.PERSON}
    assert function(found, "f").fate.sureness is Sureness.MAY  # the fork: who keeps them in may be refused
    assert outages(text, knowledge, Act("owner:each", "US")) == ()
