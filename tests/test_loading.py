"""Documents become records, or every problem is told at once: code, place, and what to write instead."""

import os
from collections.abc import Callable
from datetime import date, timedelta
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from auditor.documents import read_text
from auditor.errors import AuditorError, InvalidDocument, Problem, describe
from auditor.loading import (
    inventory_of,
    link,
    load_inventory,
)
from auditor.loading.inventory import inventory_of_example
from auditor.loading.kinds import BadForm, duration, share
from auditor.model.inventory import Inventory, Need, Person, Users
from auditor.model.knowledge import Knowledge
from auditor.model.values import UNKNOWN_SHARE, WHOLE, Origin, Share
from auditor.model.vocabulary import Keys, Word

TODAY = date(2026, 11, 23)
HEAD = "auditor: inventory/1\norganization: {id: o, name: O, seat: NL}\n"
DEP = "dependencies: [{id: m, product: microsoft-exchange-online}]\n"


def org(fields: str) -> str:
    return f"auditor: inventory/1\norganization: {{id: o, name: O, {fields}}}\n{DEP}"


def dep(fields: str) -> str:
    return f"{HEAD}dependencies:\n  - {{id: m, {fields}}}\n"


def loaded(text: str) -> Inventory:
    return inventory_of(text, "i.yaml").inventory


def told(text: str, knowledge: Knowledge | None = None) -> list[str]:
    """What is said of a wrong inventory."""
    with pytest.raises(InvalidDocument) as caught:
        found = inventory_of(text, "i.yaml")
        if knowledge is not None:
            raise InvalidDocument(link(found.inventory, knowledge))
    assert caught.value.problems
    return describe(caught.value.problems).split("\n")


def write(folder: Path, **files: str) -> Path:
    for name, text in files.items():
        path = folder / (name.replace("__", "/") + ".yaml")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return folder


# -- the shape of an inventory --------------------------------------------------------------------------------------

COUNTRY_HINT = "hint: write the ISO 3166-1 code in capitals, like NO, KR, CH"
DATE_HINT = "hint: write year-month-day, like 2026-11-23"
DURATION_HINT = "hint: write a whole number and h, d, w, m or y, like 72h or 30d"
EMPTY_HINT = "hint: write a value, or remove the key"
ID_HINT = "hint: use letters, digits and . _ - /"
LIST_HINT = "hint: write it in brackets: [ … ]"
MONEY_HINT = "hint: write digits, with a point for decimals"
NEED_HINT = "hint: write {id: …, buffer: …} or {any_of: [ … ], buffer: …}"
DECISION_HINT = (
    "hint: a decision counts only in a file of its own, headed `auditor: decisions/1` and named with --decisions"
)

REFUSED = {
    "unknown key": (
        dep("provder: Acme"),
        ["i.yaml:4:13: E-UNKNOWN-KEY: unknown key `provder`", "hint: did you mean `provider`?"],
    ),
    "unknown key far from all": (
        dep("zzzz: Acme"),
        [
            "i.yaml:4:13: E-UNKNOWN-KEY: unknown key `zzzz`",
            "hint: write one of id, name, product, provider, part_of, contract, tenant, layer, delivery, account, login_via, performed_from, regions, hosted_on, built_on, used_by, held_by, data, needs, clocks, exits, responsible, standing, tags",
        ],
    ),
    "unknown part": (
        HEAD + "dependancies: []\n",
        ["i.yaml:3:1: E-UNKNOWN-KEY: unknown key `dependancies`", "hint: did you mean `dependencies`?"],
    ),
    "unknown key in organisation": (
        org("saet: NL"),
        ["i.yaml:2:32: E-UNKNOWN-KEY: unknown key `saet`", "hint: did you mean `seat`?"],
    ),
    "unknown key in users": (
        dep("used_by: [{abut: 3}]"),
        [
            "i.yaml:4:23: E-MISSING: about is missing",
            "hint: every such entry has one",
            "i.yaml:4:24: E-UNKNOWN-KEY: unknown key `abut`",
            "hint: did you mean `about`?",
        ],
    ),
    "nothing in users": (
        dep("used_by: [{}]"),
        ["i.yaml:4:23: E-MISSING: about is missing", "hint: every such entry has one"],
    ),
    "nothing in a need": (
        dep("needs: [{}]"),
        ["i.yaml:4:21: E-NEED: a need names id or any_of, one of the two", NEED_HINT],
    ),
    "unknown key in need": (
        dep("needs: [{id: m, bufer: 3h}]"),
        ["i.yaml:4:29: E-UNKNOWN-KEY: unknown key `bufer`", "hint: did you mean `buffer`?"],
    ),
    "two at once": (
        dep("provder: Acme, produkt: x"),
        [
            "i.yaml:4:13: E-UNKNOWN-KEY: unknown key `provder`",
            "hint: did you mean `provider`?",
            "i.yaml:4:28: E-UNKNOWN-KEY: unknown key `produkt`",
            "hint: did you mean `product`?",
        ],
    ),
    "missing": (
        HEAD + "dependencies: [{product: x}]\n",
        ["i.yaml:3:16: E-MISSING: id is missing", "hint: every dependency has one"],
    ),
    "missing in entity": (
        org("entities: [{id: e}]"),
        ["i.yaml:2:43: E-MISSING: name is missing", "hint: every org entity has one"],
    ),
    "missing in org": (
        "auditor: inventory/1\norganization: {seat: NL}\n" + DEP,
        [
            "i.yaml:2:15: E-MISSING: id is missing",
            "hint: every organization has one",
            "i.yaml:2:15: E-MISSING: name is missing",
            "hint: every organization has one",
        ],
    ),
    "missing kind of an asset": (
        HEAD + DEP + "assets: [{id: a}]\n",
        ["i.yaml:4:10: E-MISSING: kind is missing", "hint: every asset has one"],
    ),
    "list for text": (dep("name: [x]"), ["i.yaml:4:19: E-TYPE: name: expected a text, found a list"]),
    "mapping for text": (dep("name: {x: y}"), ["i.yaml:4:19: E-TYPE: name: expected a text, found a mapping"]),
    "text for list": (dep("tags: x"), ["i.yaml:4:19: E-TYPE: tags: expected a list, found `x`", LIST_HINT]),
    "mapping for list": (
        dep("tags: {x: y}"),
        ["i.yaml:4:19: E-TYPE: tags: expected a list, found a mapping", LIST_HINT],
    ),
    "text for mapping": (dep("regions: NL"), ["i.yaml:4:22: E-TYPE: regions: expected a mapping, found `NL`"]),
    "list for mapping": (dep("regions: [NL]"), ["i.yaml:4:22: E-TYPE: regions: expected a mapping, found a list"]),
    "list in one or many": (
        dep("held_by: {holder: [[o]]}"),
        ["i.yaml:4:32: E-TYPE: holder: expected a text, found a list"],
    ),
    "mapping in one or many": (
        dep("held_by: {holder: {o: x}}"),
        ["i.yaml:4:31: E-TYPE: holder: expected a text, found a mapping"],
    ),
    "scalar for record": (
        HEAD + "dependencies: [5]\n",
        ["i.yaml:3:16: E-TYPE: dependencies: expected a mapping, found `5`"],
    ),
    "null for part": (
        HEAD + "dependencies: null\n",
        ["i.yaml:3:15: E-TYPE: dependencies: expected a list, found `null`", LIST_HINT],
    ),
    "empty part": (
        HEAD + "dependencies:\n",
        ["i.yaml:3:14: E-TYPE: dependencies: expected a list, found nothing", LIST_HINT],
    ),
    "enum": (
        dep("delivery: sass"),
        ["i.yaml:4:23: E-VALUE: delivery: `sass` is not a value here", "hint: did you mean `saas`?"],
    ),
    "enum far": (
        dep("account: gold"),
        [
            "i.yaml:4:22: E-VALUE: account: `gold` is not a value here",
            "hint: write one of enterprise, consumer, free, unknown",
        ],
    ),
    "enum empty": (
        dep("account: "),
        ["i.yaml:4:22: E-EMPTY-VALUE: account: has no value", "hint: write one of enterprise, consumer, free, unknown"],
    ),
    "enum case": (
        dep("delivery: SaaS"),
        ["i.yaml:4:23: E-VALUE: delivery: `SaaS` is not a value here", "hint: did you mean `saas`?"],
    ),
    "enum in list": (
        org("kind: [charity]"),
        [
            "i.yaml:2:39: E-VALUE: kind: `charity` is not a value here",
            "hint: write one of company, public_body, international_organization, ngo, bank, research, individual",
        ],
    ),
    "empty text": (dep("name: "), ["i.yaml:4:19: E-EMPTY-VALUE: name: has no value", EMPTY_HINT]),
    "spaces": (dep('name: "  "'), ["i.yaml:4:19: E-EMPTY-VALUE: name: has no value", EMPTY_HINT]),
    "joiners": (dep('name: "\u200b\u200d"'), ["i.yaml:4:19: E-EMPTY-VALUE: name: has no value", EMPTY_HINT]),
    "long": (dep("name: " + "x" * 1025), ["i.yaml:4:19: E-TEXT: name: is 1025 characters long; 1024 is the limit"]),
    "empty date": (
        HEAD + DEP + "contracts: [{id: c, starts: }]\n",
        ["i.yaml:4:29: E-EMPTY-VALUE: starts: has no value", EMPTY_HINT],
    ),
    "date": (
        HEAD + DEP + "contracts: [{id: c, starts: 23.11.2026}]\n",
        ["i.yaml:4:29: E-DATE: starts: '23.11.2026' is not a date", DATE_HINT],
    ),
    "date that is none": (
        HEAD + DEP + "contracts: [{id: c, starts: 2026-02-30}]\n",
        ["i.yaml:4:29: E-DATE: starts: '2026-02-30' is not a date", DATE_HINT],
    ),
    "week": (
        HEAD + DEP + "contracts: [{id: c, starts: 2026-W47-1}]\n",
        ["i.yaml:4:29: E-DATE: starts: '2026-W47-1' is not a date", DATE_HINT],
    ),
    "time": (
        HEAD + DEP + "contracts: [{id: c, starts: 2026-11-23T00:00:00Z}]\n",
        ["i.yaml:4:29: E-DATE: starts: '2026-11-23T00:00:00Z' is not a date", DATE_HINT],
    ),
    "date word where none": (
        HEAD + DEP + "contracts: [{id: c, starts: perpetual}]\n",
        ["i.yaml:4:29: E-DATE: starts: 'perpetual' is not a date", DATE_HINT],
    ),
    "until": (
        HEAD + DEP + "contracts: [{id: c, ends: forever}]\n",
        [
            "i.yaml:4:27: E-UNTIL: ends: 'forever' is not a date",
            "hint: write year-month-day, like 2026-11-23; or none, perpetual, unknown",
        ],
    ),
    "duration": (
        dep("clocks: {token_lifetime: 1.5h}"),
        ["i.yaml:4:38: E-DURATION: token_lifetime: '1.5h' is not a duration", DURATION_HINT],
    ),
    "duration unit": (
        dep("clocks: {token_lifetime: 10min}"),
        ["i.yaml:4:38: E-DURATION: token_lifetime: '10min' is not a duration", DURATION_HINT],
    ),
    "duration bare": (
        dep("clocks: {token_lifetime: 10}"),
        ["i.yaml:4:38: E-DURATION: token_lifetime: '10' is not a duration", DURATION_HINT],
    ),
    "duration neg": (
        dep("clocks: {token_lifetime: -1d}"),
        ["i.yaml:4:38: E-DURATION: token_lifetime: '-1d' is not a duration", DURATION_HINT],
    ),
    "bool": (
        dep("data: {exportable: maybe}"),
        ["i.yaml:4:32: E-BOOL: exportable: 'maybe' is neither yes nor no", "hint: write yes, no, or unknown"],
    ),
    "int": (dep("used_by: [{about: many}]"), ["i.yaml:4:31: E-INT: about: 'many' is not a whole number"]),
    "int neg": (
        HEAD + DEP + "people: [{id: p, family: [{in: US, count: -1}]}]\n",
        ["i.yaml:4:43: E-INT: count: '-1' is not a whole number"],
    ),
    "money": (
        dep('exits: [{to: x, cost: {value: "5,000", currency: EUR}}]'),
        ["i.yaml:4:43: E-DECIMAL: value: '5,000' is not a number", MONEY_HINT],
    ),
    "money exp": (
        dep("exits: [{to: x, cost: {value: 1e9, currency: EUR}}]"),
        ["i.yaml:4:43: E-DECIMAL: value: '1e9' is not a number", MONEY_HINT],
    ),
    "money neg": (
        dep("exits: [{to: x, cost: {value: -1, currency: EUR}}]"),
        ["i.yaml:4:43: E-DECIMAL: value: '-1' is not a number", MONEY_HINT],
    ),
    "currency": (
        dep("exits: [{to: x, cost: {value: 1, currency: euro}}]"),
        [
            "i.yaml:4:56: E-CURRENCY: currency: 'euro' is not a currency code",
            "hint: write the ISO 4217 code, like CHF or KRW",
        ],
    ),
    "domain": (
        org("domains: [https://o.example/x]"),
        [
            "i.yaml:2:42: E-DOMAIN: domains: 'https://o.example/x' is not a domain name",
            "hint: write it without https:// and without a path",
        ],
    ),
    "lei": (
        org("ids: {lei: 724500VKKSH9QOLTFR82}"),
        [
            "i.yaml:2:43: E-LEI: lei: '724500VKKSH9QOLTFR82' is not a legal entity identifier",
            "hint: its check digits do not fit; look for a typing slip",
        ],
    ),
    "id": (
        HEAD + "dependencies: [{id: a b}]\n",
        ["i.yaml:3:21: E-ID: id: has a character that an id cannot have: U+0020", ID_HINT],
    ),
    "id nfd": (
        HEAD + "dependencies: [{id: café}]\n",
        ["i.yaml:3:21: E-ID: id: has a character that an id cannot have: U+0301", ID_HINT],
    ),
    "id long": (
        HEAD + "dependencies: [{id: " + "x" * 129 + "}]\n",
        ["i.yaml:3:21: E-ID: id: is longer than 128 characters"],
    ),
    "country form": (
        dep("performed_from: [Nor way]"),
        ["i.yaml:4:30: E-COUNTRY: performed_from: 'Nor way' is not a country code", COUNTRY_HINT],
    ),
    "country": (
        dep("performed_from: [no]"),
        ["i.yaml:4:5: E-COUNTRY: `m` names `no`, which is no country", COUNTRY_HINT],
    ),
    "country unknown in list": (
        dep("performed_from: [unknown]"),
        ["i.yaml:4:5: E-COUNTRY: `m` names `unknown`, which is no country", COUNTRY_HINT],
    ),
    "seat": (org("seat: UK"), ["i.yaml:2:15: E-COUNTRY: `o` names `UK`, which is no country", COUNTRY_HINT]),
    "need both": (
        dep("needs: [{id: m, any_of: [m]}]"),
        ["i.yaml:4:21: E-NEED: a need names id or any_of, one of the two", NEED_HINT],
    ),
    "need nothing": (
        dep("needs: [{buffer: 3d}]"),
        ["i.yaml:4:21: E-NEED: a need names id or any_of, one of the two", NEED_HINT],
    ),
    "need empty": (dep("needs: [{any_of: []}]"), ["i.yaml:4:21: E-NEED: any_of names nothing"]),
    "decisions": (
        HEAD + DEP + "decisions: [{id: x}]\n",
        ["i.yaml:4:1: E-UNKNOWN-KEY: unknown key `decisions`", DECISION_HINT],
    ),
    "waivers": (HEAD + DEP + "waivers: []\n", ["i.yaml:4:1: E-UNKNOWN-KEY: unknown key `waivers`", DECISION_HINT]),
    "ignore in dep": (dep("ignore: yes"), ["i.yaml:4:13: E-UNKNOWN-KEY: unknown key `ignore`", DECISION_HINT]),
    "no org": (
        "auditor: inventory/1\n" + DEP,
        [
            "i.yaml:1:1: E-NO-ORGANIZATION: no file of this run has an `organization`",
            "hint: name the file that holds it, too",
        ],
    ),
    "no dep": (
        HEAD,
        [
            "i.yaml:1:1: E-NO-DEPENDENCIES: there is no dependency to audit",
            "hint: list at least one under `dependencies:`",
        ],
    ),
    "dep unknown": (
        HEAD + "dependencies: unknown\n",
        [
            "i.yaml:3:15: E-NO-DEPENDENCIES: there is no dependency to audit",
            "hint: list at least one under `dependencies:`",
        ],
    ),
    "deps empty list": (
        HEAD + "dependencies: []\n",
        [
            "i.yaml:3:15: E-NO-DEPENDENCIES: there is no dependency to audit",
            "hint: list at least one under `dependencies:`",
        ],
    ),
    "header missing": (
        "organization: {id: o, name: O}\n",
        ["i.yaml:1:1: E-MISSING: auditor is missing", "hint: every inventory file has one"],
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_refusals(case: str, knowledge: Knowledge) -> None:
    text, expected = REFUSED[case]
    assert told(text, knowledge) == expected


REFERENCES = {
    "id stands twice": (
        HEAD + "dependencies:\n  - {id: m, product: x}\n  - {id: m, product: y}\n",
        [
            "i.yaml:5:5: E-DUP-ID: the id `m` stands twice",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:4:5",
        ],
    ),
    "id stands twice over kinds": (
        HEAD + DEP + "assets:\n  - {id: m, kind: domain}\n",
        [
            "i.yaml:5:5: E-DUP-ID: the id `m` stands twice",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:3:16",
        ],
    ),
    "id of the organisation": (
        HEAD + "dependencies: [{id: o, product: x}]\n",
        [
            "i.yaml:3:16: E-DUP-ID: the id `o` stands twice",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:2:15",
        ],
    ),
    "id in other case": (
        HEAD + "dependencies:\n  - {id: m, product: x}\n  - {id: M, product: y}\n",
        [
            "i.yaml:5:5: E-DUP-ID: the id `M` stands twice (first written `m`)",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:4:5",
        ],
    ),
    "id in another composition": (
        HEAD + "dependencies:\n  - {id: 한, product: x}\n  - {id: 한, product: y}\n",
        [
            "i.yaml:5:5: E-DUP-ID: the id `한` stands twice (first written `한`)",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:4:5",
        ],
    ),
    "id in a compatible form": (
        HEAD + "dependencies:\n  - {id: file, product: x}\n  - {id: ﬁle, product: y}\n",
        [
            "i.yaml:5:5: E-DUP-ID: the id `ﬁle` stands twice (first written `file`)",
            "hint: ids differ in more than case; choose another",
            "also: i.yaml:4:5",
        ],
    ),
    "function needs": (
        HEAD + "functions:\n  - {id: f, needs: [mial]}\ndependencies: [{id: mail, product: x}]\n",
        [
            "i.yaml:4:5: E-DANGLING: needs of `f` names `mial`, which is no dependency, asset or person of this run",
            "hint: did you mean `mail`?",
        ],
    ),
    "function needs one of": (
        HEAD
        + "functions:\n  - {id: f, needs: [{any_of: [mail, {any_of: [{id: mial}]}]}]}\ndependencies: [{id: mail, product: x}]\n",
        [
            "i.yaml:4:5: E-DANGLING: needs of `f` names `mial`, which is no dependency, asset or person of this run",
            "hint: did you mean `mail`?",
        ],
    ),
    "dependency needs": (
        HEAD + "dependencies: [{id: mail, needs: [zzzz]}]\n",
        ["i.yaml:3:16: E-DANGLING: needs of `mail` names `zzzz`, which is no dependency, asset or person of this run"],
    ),
    "exit needs": (
        HEAD + "dependencies: [{id: mail, exits: [{to: x, needs: [mial]}]}]\n",
        [
            "i.yaml:3:16: E-DANGLING: needs of an exit of `mail` names `mial`, which is no dependency, asset or person of this run",
            "hint: did you mean `mail`?",
        ],
    ),
    "rebuild needs": (
        HEAD + DEP + "assets: [{id: a, kind: weights, rebuild: {needs: [b]}}]\n",
        [
            "i.yaml:4:10: E-DANGLING: needs of the rebuild of `a` names `b`, which is no dependency, asset or person of this run"
        ],
    ),
    "contract": (
        HEAD + "contracts: [{id: frame}]\ndependencies: [{id: mail, contract: frane}]\n",
        [
            "i.yaml:4:16: E-DANGLING: contract of `mail` names `frane`, which is no contract of this run",
            "hint: did you mean `frame`?",
        ],
    ),
    "contract party": (
        HEAD + DEP + "contracts: [{id: frame, party: branch}]\n",
        ["i.yaml:4:13: E-DANGLING: party of `frame` names `branch`, which is no entity of this run"],
    ),
    "contract paid_from": (
        HEAD + DEP + "contracts: [{id: frame, paid_from: bank}]\n",
        ["i.yaml:4:13: E-DANGLING: paid_from of `frame` names `bank`, which is no dependency of this run"],
    ),
    "login_via": (
        HEAD + "dependencies: [{id: mail, login_via: entra}]\n",
        ["i.yaml:3:16: E-DANGLING: login_via of `mail` names `entra`, which is no dependency of this run"],
    ),
    "kept_at": (
        HEAD + DEP + "assets: [{id: a, kind: weights, kept_at: disk}]\n",
        ["i.yaml:4:10: E-DANGLING: kept_at of `a` names `disk`, which is no dependency of this run"],
    ),
    "readable_with": (
        HEAD + DEP + "assets: [{id: a, kind: weights, readable_with: [key]}]\n",
        ["i.yaml:4:10: E-DANGLING: readable_with of `a` names `key`, which is no dependency of this run"],
    ),
    "made_from": (
        HEAD + DEP + "assets: [{id: a, kind: weights, made_from: [m]}]\n",
        ["i.yaml:4:10: E-DANGLING: made_from of `a` names `m`, which is no asset of this run"],
    ),
    "held_by of an asset": (
        HEAD + DEP + "people: [{id: p}]\nassets: [{id: a, kind: domain, held_by: q}]\n",
        ["i.yaml:5:10: E-DANGLING: held_by of `a` names `q`, which is no person, entity or party of this run"],
    ),
    "holder": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {holder: ana}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/holder of `mail` names `ana`, which is no person, entity or party of this run",
            "hint: did you mean `anna`?",
        ],
    ),
    "admins": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {admins: [anna, bob]}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/admins of `mail` names `bob`, which is no person, entity or party of this run"
        ],
    ),
    "registrant": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {registrant: bob}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/registrant of `mail` names `bob`, which is no person, entity or party of this run"
        ],
    ),
    "signatories": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {signatories: bob}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/signatories of `mail` names `bob`, which is no person, entity or party of this run"
        ],
    ),
    "payer": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {payer: bob}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/payer of `mail` names `bob`, which is no person, entity or party of this run"
        ],
    ),
    "second_factor": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, held_by: {second_factor: bob}}]\n",
        [
            "i.yaml:4:16: E-DANGLING: held_by/second_factor of `mail` names `bob`, which is no person, entity or party of this run"
        ],
    ),
    "used_by": (
        HEAD + "people: [{id: anna}]\ndependencies: [{id: mail, used_by: [everyone, ana]}]\n",
        [
            "i.yaml:4:16: E-DANGLING: used_by of `mail` names `ana`, which is no person or entity of this run",
            "hint: did you mean `anna`?",
        ],
    ),
    "owner of the organisation": (
        "auditor: inventory/1\norganization: {id: o, name: O, owned_by: [{by: patorn}]}\nparties: [{id: patron, name: P}]\n"
        + DEP,
        ["i.yaml:2:43: E-DANGLING: owned_by of `o` names `patorn`, which is not known", "hint: did you mean `patron`?"],
    ),
    "owner of an entity": (
        org("entities: [{id: e, name: E, owned_by: [{by: nobody-at-all}]}]"),
        [
            "i.yaml:2:71: E-DANGLING: owned_by of `e` names `nobody-at-all`, which is not known",
            "hint: add it under `parties:`",
        ],
    ),
    "owner of a party": (
        HEAD
        + "parties: [{id: p, name: P, owned_by: [{by: microsfot}]}]\ndependencies: [{id: m, product: microsoft-exchange-online}]\n",
        [
            "i.yaml:3:39: E-DANGLING: owned_by of `p` names `microsfot`, which is not known",
            "hint: did you mean `microsoft`?",
        ],
    ),
    "stake twice": (
        HEAD
        + DEP
        + "parties:\n  - {id: q, name: Q}\n  - id: p\n    name: P\n    owned_by:\n      - {by: q, percent: 30}\n      - {by: q, percent: 60}\n",
        [
            "i.yaml:10:9: E-DUP-STAKE: `p` states the stake of `q` twice, with different values",
            "hint: write it once, or give the two periods that do not overlap",
            "also: i.yaml:9:9",
        ],
    ),
    "stake twice in org": (
        "auditor: inventory/1\norganization: {id: o, name: O, owned_by: [{by: q}, {by: q, percent: 60}]}\nparties: [{id: q, name: Q}]\n"
        + DEP,
        [
            "i.yaml:2:52: E-DUP-STAKE: `o` states the stake of `q` twice, with different values",
            "hint: write it once, or give the two periods that do not overlap",
            "also: i.yaml:2:43",
        ],
    ),
    "stake thrice": (
        HEAD
        + DEP
        + "parties:\n  - {id: q, name: Q}\n  - id: p\n    name: P\n    owned_by:\n      - {by: q, percent: 30, until: 2020-01-01}\n      - {by: q, percent: 60, from: 2020-01-02}\n      - {by: q, control: [veto], from: 2021-01-01, until: unknown}\n",
        [
            "i.yaml:11:9: E-DUP-STAKE: `p` states the stake of `q` twice, with different values",
            "hint: write it once, or give the two periods that do not overlap",
            "also: i.yaml:10:9",
        ],
    ),
}


@pytest.mark.parametrize("case", REFERENCES)
def test_what_stands_twice_or_leads_nowhere(case: str, knowledge: Knowledge) -> None:
    text, expected = REFERENCES[case]
    assert told(text, knowledge) == expected


COUNTRIES = {
    "seat": org("seat: ZZ"),
    "immunity": org("immunities: [{agreement: A, binds: [NL, ZZ]}]"),
    "entity": org("entities: [{id: e, name: E, country: ZZ}]"),
    "party": HEAD + DEP + "parties: [{id: p, name: P, country: ZZ}]\n",
    "nationality": HEAD + DEP + "people: [{id: p, nationalities: [NL, ZZ]}]\n",
    "residence": HEAD + DEP + "people: [{id: p, residence: ZZ}]\n",
    "permanent residence": HEAD + DEP + "people: [{id: p, permanent_residence_of: [ZZ]}]\n",
    "family": HEAD + DEP + "people: [{id: p, family: [{in: ZZ, count: 1}]}]\n",
    "law": HEAD + DEP + "contracts: [{id: c, law: ZZ}]\n",
    "performed from": dep("performed_from: [ZZ]"),
    "processing": dep("regions: {processing: [ZZ]}"),
    "failover": dep("regions: {failover: [ZZ]}"),
    "support": dep("regions: {support: [ZZ]}"),
}


@pytest.mark.parametrize("case", COUNTRIES)
def test_a_country_that_does_not_exist(case: str, knowledge: Knowledge) -> None:
    said, hint = told(COUNTRIES[case], knowledge)
    assert said.startswith("i.yaml:")
    assert "E-COUNTRY: `" in said
    assert said.endswith("names `ZZ`, which is no country")
    assert hint == COUNTRY_HINT
    assert link(loaded(COUNTRIES[case].replace("ZZ", "KR")), knowledge) == []


def test_all_problems_of_a_file_are_told_together_in_reading_order() -> None:
    text = """auditor: inventory/1
organization: {id: o o, name: '', seat: N-}
people:
  - {id: 'p p', residence: '-', family: [{in: '?', count: x}]}
dependencies:
  - {id: m m, clocks: {token_lifetime: x, support_until: y}, performed_from: ['', US]}
"""
    assert told(text) == [
        "i.yaml:2:20: E-ID: id: has a character that an id cannot have: U+0020",
        ID_HINT,
        "i.yaml:2:31: E-EMPTY-VALUE: name: has no value",
        EMPTY_HINT,
        "i.yaml:4:10: E-ID: id: has a character that an id cannot have: U+0020",
        ID_HINT,
        "i.yaml:4:28: E-COUNTRY: residence: '-' is not a country code",
        COUNTRY_HINT,
        "i.yaml:4:47: E-COUNTRY: in: '?' is not a country code",
        COUNTRY_HINT,
        "i.yaml:4:59: E-INT: count: 'x' is not a whole number",
        "i.yaml:6:10: E-ID: id: has a character that an id cannot have: U+0020",
        ID_HINT,
        "i.yaml:6:40: E-DURATION: token_lifetime: 'x' is not a duration",
        DURATION_HINT,
        "i.yaml:6:58: E-UNTIL: support_until: 'y' is not a date",
        f"{DATE_HINT}; or none, perpetual, unknown",
        "i.yaml:6:79: E-EMPTY-VALUE: performed_from: has no value",
        EMPTY_HINT,
    ]


def test_two_organisations(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD + DEP, b="auditor: inventory/1\n\norganization: {id: p, name: P}\n")
    assert refusal(load_inventory, tmp_path) == [
        "b.yaml:3:15: E-DUP-ORGANIZATION: a second organisation in one run",
        "hint: audit one organisation at a time",
        "also: a.yaml:2:15",
    ]


def refusal(load: Callable[[list[Path]], object], folder: Path, *names: str) -> list[str]:
    """What is said of files in a folder, with their paths below it."""
    with pytest.raises(AuditorError) as caught:
        load([folder / name for name in names] or [folder])
    return describe(caught.value.problems).replace(f"{folder}/", "").split("\n")


# -- values ---------------------------------------------------------------------------------------------------------

SHARES = {
    "49.13": Share(491_300, 491_300),
    "49.1300000": Share(491_300, 491_300),
    " 50 % ": Share(500_000, 500_000),
    "0": Share(0, 0),
    "0.0001": Share(1, 1),
    "100": Share(WHOLE, WHOLE),
    "25-50": Share(250_000, 500_000),
    "33.3333-33.3334": Share(333_333, 333_334),
    ">50": Share(500_001, WHOLE),
    ">=50": Share(500_000, WHOLE),
    "<25": Share(0, 249_999),
    "<=25": Share(0, 250_000),
    "unknown": UNKNOWN_SHARE,
}

NO_SHARES = {
    "49.12345": ("'49.12345' has more than four decimals", "write the interval it lies in, like 33.3333-33.3334"),
    ">33.33333": ("'>33.33333' has more than four decimals", "write the interval it lies in, like 33.3333-33.3334"),
    "50-25": ("'50-25' runs backwards", "write the smaller number first"),
    "100.0001": ("'100.0001' is over 100 per cent", None),
    ">100": ("'>100' leaves no share between 0 and 100 per cent", None),
    "<0": ("'<0' leaves no share between 0 and 100 per cent", None),
} | {
    written: (f"{written!r} is not a percentage", 'write 49.13, 25-50, ">50" or unknown')
    for written in ("-5", "5-", "0x10", "1e1", "1,5", "half", "", "٥٠", "nan", "10-20-30", "1_0", ".5")
}


@pytest.mark.parametrize("written", SHARES)
def test_shares(written: str) -> None:
    assert share(written) == SHARES[written]
    party = f'parties: [{{id: q, name: Q}}, {{id: p, name: P, owned_by: [{{by: q, percent: "{written}"}}]}}]\n'
    assert loaded(HEAD + DEP + party).parties[0].owned_by[0].percent == SHARES[written]


@pytest.mark.parametrize("written", NO_SHARES)
def test_no_shares(written: str) -> None:
    with pytest.raises(BadForm) as caught:
        share(written)
    assert (caught.value.args[0], caught.value.hint) == NO_SHARES[written]


@given(st.integers(0, WHOLE))
def test_a_share_is_exact_to_the_last_digit(units: int) -> None:
    assert share(str(Share(units, units))) == Share(units, units)
    assert share(f"{units // 10_000}.{units % 10_000:04d}") == Share(units, units)


def test_too_many_decimals_in_a_document() -> None:
    party = "parties:\n  - {id: p, name: P, owned_by: [{by: o, percent: 33.33333}]}\n"
    assert told(HEAD + DEP + party) == [
        "i.yaml:5:50: E-SHARE: percent: '33.33333' has more than four decimals",
        "hint: write the interval it lies in, like 33.3333-33.3334",
    ]


@pytest.mark.parametrize(
    ("written", "hours"), [("1h", 1), ("24h", 24), ("7d", 168), ("2w", 336), ("9m", 6480), ("1y", 8760), ("0d", 0)]
)
def test_durations(written: str, hours: int) -> None:
    assert (duration(written).hours, str(duration(written))) == (hours, written)


@pytest.mark.parametrize("written", ["", "h", "1", "1.5h", "-1h", "1 h", "1H", "1min", "1234567h", "١h", "1h30m"])
def test_no_durations(written: str) -> None:
    with pytest.raises(BadForm):
        duration(written)


@pytest.mark.parametrize(
    ("written", "meant"),
    [("yes", True), ("true", True), ("True", True), ("Yes", True), ("no", False), ("false", False), ("No", False),
     ("unknown", None)],
)  # fmt: skip
def test_booleans(written: str, meant: bool | None) -> None:
    data = loaded(dep(f"data: {{exportable: {written}}}")).dependencies[0].data
    assert data is not None
    assert data.exportable is meant


@pytest.mark.parametrize("written", ["on", "off", "1", "0", "YES", "y", "null", "~"])
def test_what_yaml_once_took_for_a_boolean_is_none(written: str) -> None:
    assert told(dep(f"data: {{exportable: {written}}}")) == [
        f"i.yaml:4:32: E-BOOL: exportable: '{written}' is neither yes nor no",
        "hint: write yes, no, or unknown",
    ]


@pytest.mark.parametrize(
    ("written", "read"),
    [("none", Word.NONE), ("perpetual", Word.PERPETUAL), ("unknown", Word.UNKNOWN), ("2027-01-01", date(2027, 1, 1))],
)
def test_words_where_a_last_day_can_stand(written: str, read: object) -> None:
    (contract,) = loaded(HEAD + DEP + f"contracts: [{{id: c, ends: {written}}}]\n").contracts
    assert contract.ends == read
    assert type(contract.ends) is type(read)


def test_unknown_is_the_same_as_leaving_out() -> None:
    said = loaded(
        """auditor: inventory/1
organization: {id: o, name: O, seat: unknown, kind: unknown, domains: unknown}
people: [{id: p, residence: unknown, nationalities: unknown}]
functions: [{id: f, criticality: unknown, tolerable_outage: unknown}]
contracts: [{id: c, law: unknown, starts: unknown, currency: unknown, intra_group: unknown}]
dependencies:
  - id: m
    delivery: unknown
    regions: {processing: unknown}
    data: {keys: unknown, exportable: unknown, classes: unknown}
    clocks: {token_lifetime: unknown}
    hosted_on: unknown
    needs: unknown
"""
    )
    left_out = loaded(
        """auditor: inventory/1
organization: {id: o, name: O}
people: [{id: p}]
functions: [{id: f}]
contracts: [{id: c}]
dependencies: [{id: m, regions: {}, data: {}, clocks: {}}]
"""
    )
    assert said.organization == left_out.organization
    assert (said.people, said.functions, said.contracts) == (left_out.people, left_out.functions, left_out.contracts)
    (one,), (other,) = said.dependencies, left_out.dependencies
    assert one == other


def test_none_is_a_value_and_not_unknown() -> None:
    data = loaded(dep("data: {keys: none, tested: none}")).dependencies[0].data
    assert data is not None
    assert (data.keys, data.tested) == (Keys.NONE, Word.NONE)


def test_texts_stay_as_written() -> None:
    written = ["NO", "on", "010", "22:22", "1.10", "2026-01-01", "~", "null", "0x1F", "1_000", "=1+1"]
    text = dep(f"tags: [{', '.join(written)}]")
    assert loaded(text).dependencies[0].tags == tuple(written)


def test_forms_of_a_need() -> None:
    text = HEAD + "functions: [{id: f, needs: [m, {id: m, buffer: 3d}, {any_of: [m, {any_of: [m]}]}]}]\n" + DEP
    plain, buffered, either = loaded(text).functions[0].needs
    assert plain == Need("m")
    assert (buffered.id, str(buffered.buffer)) == ("m", "3d")
    assert either == Need(None, (Need("m"), Need(None, (Need("m"),))))
    assert either.leaves() == ("m", "m")


def test_one_or_many() -> None:
    people = "people: [{id: p}, {id: q}]\n"
    one = loaded(HEAD + people + "dependencies: [{id: m, held_by: {holder: p, admins: [p, q]}}]\n")
    held = one.dependencies[0].held_by
    assert held is not None
    assert (held.holder, held.admins, held.payer) == (("p",), ("p", "q"), ())


def test_places_of_records() -> None:
    inventory = loaded(HEAD + "dependencies:\n  - {id: b}\n  - id: a\n")
    assert [(d.id, d.origin) for d in inventory.dependencies] == [
        ("a", Origin("i.yaml", "/dependencies/1", 5, 5)),
        ("b", Origin("i.yaml", "/dependencies/0", 4, 5)),
    ]


# -- stakes ---------------------------------------------------------------------------------------------------------


def stakes(*fields: str) -> str:
    listed = "".join(f"      - {{by: q, {f}}}\n" for f in fields)
    return f"{HEAD}{DEP}parties:\n  - {{id: q, name: Q}}\n  - id: p\n    name: P\n    owned_by:\n{listed}"


@pytest.mark.parametrize(
    "fields",
    [
        ("percent: 30", "percent: 60"),
        ("percent: 30", "percent: unknown"),
        ("percent: 30", "percent: 30, voting: 60"),
        ("percent: 30", "control: [veto]"),
        ("percent: 30, until: 2025-01-01", "percent: 60, from: 2025-01-01"),
        ("percent: 60, from: 2025-01-01", "percent: 30, until: 2025-01-01"),
        ("percent: 30, until: unknown", "percent: 60, from: 2025-01-01"),
        ("percent: 30, from: 2024-01-01, until: perpetual", "percent: 60, from: 2025-01-01, until: 2026-01-01"),
        ("percent: 30", "percent: 60, from: 2025-01-01, until: 2025-01-01"),
    ],
)
def test_one_holder_with_two_stakes_on_one_day(fields: tuple[str, str]) -> None:
    assert told(stakes(*fields)) == [
        "i.yaml:10:9: E-DUP-STAKE: `p` states the stake of `q` twice, with different values",
        "hint: write it once, or give the two periods that do not overlap",
        "also: i.yaml:9:9",
    ]


@pytest.mark.parametrize(
    "fields",
    [
        ("percent: 30", "percent: 30"),
        ("percent: 30, control: [veto, management]", "percent: 30, control: [management, veto]"),
        ("percent: 30, until: 2025-01-01", "percent: 60, from: 2025-01-02"),
        ("percent: 60, from: 2025-01-02", "percent: 30, until: 2025-01-01"),
        (
            "percent: 1, until: 2025-01-01",
            "percent: 2, from: 2025-01-02, until: 2025-01-03",
            "percent: 3, from: 2025-01-04",
        ),
    ],
)
def test_one_holder_over_time_or_in_the_same_words(fields: tuple[str, ...]) -> None:
    assert len(loaded(stakes(*fields)).parties[0].owned_by) == len(fields)


DAYS = st.none() | st.integers(1, 6).map(lambda n: date(2025, 1, n))


@given(st.lists(st.tuples(st.sampled_from(["10", "20", "unknown"]), DAYS, DAYS), min_size=1, max_size=5))
@settings(deadline=None)
def test_a_contradiction_is_two_values_on_one_day(held: list[tuple[str, date | None, date | None]]) -> None:
    text = stakes(
        *(
            f"percent: {percent}" + (f", from: {first}" if first else "") + (f", until: {last}" if last else "")
            for percent, first, last in held
        )
    )
    days = [date(2024, 12, 31) + timedelta(days=n) for n in range(8)]
    said = [{p for p, first, last in held if (first or day) <= day <= (last or day)} for day in days]
    if any(first and last and first > last for _, first, last in held):
        assert any(" E-PERIOD: the stake of `q` ends before it begins" in line for line in told(text))
    elif any(len(values) > 1 for values in said):
        assert any(" E-DUP-STAKE: " in line for line in told(text))
    else:
        assert len(loaded(text).parties[0].owned_by) == len(held)


def test_periods_that_run_backwards() -> None:
    contract = (
        "contracts: [{id: c, starts: 2026-01-02, ends: 2026-01-01}, {id: d, starts: 2026-01-02, ends: 2026-01-02}]\n"
    )
    assert told(HEAD + DEP + contract) == [
        "i.yaml:4:13: E-PERIOD: `c` ends before it begins",
        "hint: look at the two dates",
    ]


@given(st.lists(st.tuples(st.sampled_from("pqr"), st.sampled_from("pqr"), st.integers(0, 100)), max_size=6))
@settings(deadline=None)
def test_cycles_and_sums_load_and_only_contradictions_do_not(edges: list[tuple[str, str, int]]) -> None:
    parties = "".join(
        f"  - {{id: {i}, name: {i.upper()}, owned_by: ["
        + ", ".join(f"{{by: {by}, percent: {n}}}" for held, by, n in edges if held == i)
        + "]}\n"
        for i in "pqr"
    )
    said: dict[tuple[str, str], set[int]] = {}
    for held, by, n in edges:
        said.setdefault((held, by), set()).add(n)
    text = HEAD + DEP + "parties:\n" + parties
    if any(len(values) > 1 for values in said.values()):
        assert all(" E-DUP-STAKE: " in line for line in told(text) if line.startswith("i.yaml"))
    else:
        assert len(loaded(text).parties) == 3


def test_shares_over_the_whole_are_warned_of(auditing: Callable[..., object]) -> None:
    parties = (
        "parties: [{id: q, name: Q}, {id: r, name: R}, "
        "{id: p, name: P, owned_by: [{by: q, percent: 80}, {by: r, percent: 80.5}]}]\n"
    )
    report = auditing(HEAD + DEP + parties)
    (note,) = [n for n in report.notes if n.code == "W-OWNERSHIP-SUM"]  # type: ignore[attr-defined]
    assert note.message == "the shares stated in p add up to 160.5 per cent"
    assert note.hint == "look for a stake that is written twice"
    within = auditing(HEAD + DEP + parties.replace("80.5", "20"))
    assert [n.code for n in within.notes] == ["W-NOT-SCREENED"]  # type: ignore[attr-defined]


# -- files ----------------------------------------------------------------------------------------------------------


def codes(problems: tuple[Problem, ...]) -> list[str]:
    return [f"{Path(p.origin.file).name}:{p.origin.line} {p.code}" for p in problems]


def test_an_inventory_over_files_and_folders(tmp_path: Path) -> None:
    write(
        tmp_path,
        org=HEAD,
        sub__mail=f"auditor: inventory/1\n{DEP}",
        sub__deep__people="auditor: inventory/1\npeople: [{id: p}]\n",
    )
    (tmp_path / "sub" / "more.YML").write_text("auditor: inventory/1\ndependencies: [{id: a}]\n")
    (tmp_path / "notes.txt").write_text("not: yaml: [")
    found = load_inventory([tmp_path])
    assert [d.id for d in found.inventory.dependencies] == ["a", "m"]
    assert found.inventory.people == (Person("p"),)
    assert [Path(i.path).name for i in found.inputs] == ["org.yaml", "people.yaml", "mail.yaml", "more.YML"]
    assert len({i.digest for i in found.inputs}) == 4
    assert found.notes == ()


def test_a_file_named_twice_is_read_once(tmp_path: Path) -> None:
    file = write(tmp_path, a=HEAD + DEP) / "a.yaml"
    (tmp_path / "b.yaml").symlink_to(file)
    assert len(load_inventory([file, tmp_path, file]).inputs) == 1


def test_ids_twice_over_two_files(tmp_path: Path) -> None:
    write(tmp_path, a=HEAD + DEP, b="auditor: inventory/1\n# a\ndependencies:\n  - {id: M}\n  - {id: n}\n")
    assert refusal(load_inventory, tmp_path) == [
        "b.yaml:4:5: E-DUP-ID: the id `M` stands twice (first written `m`)",
        "hint: ids differ in more than case; choose another",
        "also: a.yaml:3:16",
    ]


def test_problems_of_several_files_are_told_together_and_sorted(tmp_path: Path) -> None:
    write(
        tmp_path,
        b=HEAD + "dependencies: [{id: m, colour: red}]\n",
        a="auditor: inventory/1\ndependencies: [{id: a, clocks: {token_lifetime: x}}]\n",
        c="a: [\n",
        d="auditor: pack/2\n",
    )
    said = refusal(load_inventory, tmp_path, "d.yaml", "c.yaml", "b.yaml", "a.yaml", "gone.yaml")
    assert [line.split(": ")[:2] for line in said if not line.startswith("hint")] == [
        ["a.yaml:2:49", "E-DURATION"],
        ["b.yaml:3:24", "E-UNKNOWN-KEY"],
        ["c.yaml:2:1", "E-YAML-SYNTAX"],
        ["d.yaml:1:10", "E-HEADER"],
        ["gone.yaml", "E-FILE-MISSING"],
    ]


def test_other_documents_in_a_folder_are_noted(tmp_path: Path) -> None:
    folder = write(
        tmp_path,
        a=HEAD + DEP,
        b="auditor: decisions/1\ndecisions: []\n",
        c="auditor: pack/1\n",
        d="auditor: knowledge/1\n",
        e="# later\nauditor: scenario/1\n",
    )
    found = load_inventory([folder])
    assert [i.path for i in found.inputs] == [str(folder / "a.yaml")]
    assert [(Path(n.origin.file).name, n.origin.line, n.code, n.message) for n in found.notes] == [
        ("b.yaml", 1, "N-SKIPPED", "not an inventory but `decisions/1`: not read as one"),
        ("c.yaml", 1, "N-SKIPPED", "not an inventory but `pack/1`: not read as one"),
        ("d.yaml", 1, "N-SKIPPED", "not an inventory but `knowledge/1`: not read as one"),
        ("e.yaml", 2, "N-SKIPPED", "not an inventory but `scenario/1`: not read as one"),
    ]


@pytest.mark.parametrize("first", [True, False])
def test_other_documents_that_were_named_are_refused(tmp_path: Path, first: bool) -> None:
    folder = write(tmp_path, a=HEAD + DEP, b="auditor: pack/1\n")
    paths = [folder / "b.yaml", folder] if first else [folder, folder / "b.yaml"]
    with pytest.raises(InvalidDocument) as caught:
        load_inventory(paths)
    assert codes(caught.value.problems) == ["b.yaml:1 E-HEADER"]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("auditor: inventory/2\n", ":1:10: E-HEADER: the document is headed `inventory/2`"),
        ("auditor: Inventory/1\n", ":1:10: E-HEADER: the document is headed `Inventory/1`"),
        ("organization: {id: o, name: O}\n", ":1:1: E-HEADER: the document does not say what it is"),
        ("auditor: [inventory/1]\n", ":1:1: E-HEADER: the document does not say what it is"),
    ],
)
def test_a_wrong_header(tmp_path: Path, text: str, said: str) -> None:
    file = write(tmp_path, a=text) / "a.yaml"
    for path in (file, tmp_path):
        with pytest.raises(InvalidDocument) as caught:
            load_inventory([path])
        assert describe(caught.value.problems).split("\n") == [
            f"{file}{said}",
            "hint: its first line should read `auditor: inventory/1`",
        ]


def test_folders_without_anything_to_read(tmp_path: Path) -> None:
    write(tmp_path, other__pack="auditor: pack/1\n")
    (tmp_path / "empty").mkdir()
    (tmp_path / "empty" / "inventory.json").write_text("{}")
    with pytest.raises(InvalidDocument) as caught:
        load_inventory([tmp_path / "empty"])
    assert describe(caught.value.problems) == f"{tmp_path}/empty: E-EMPTY: no .yaml file in this folder"
    with pytest.raises(InvalidDocument) as caught:
        load_inventory([tmp_path / "other"])
    assert describe(caught.value.problems).split("\n") == [
        "E-NO-ORGANIZATION: no file of this run has an `organization`",
        "hint: name the file that holds it, too",
    ]


def test_nothing_in_a_folder_is_passed_over(tmp_path: Path) -> None:
    folder = write(tmp_path / "in", a=HEAD + DEP)
    write(tmp_path / "out", b="auditor: inventory/1\ndependencies: [{id: hidden}]\n")
    (folder / "gone.yaml").symlink_to(tmp_path / "nothing.yaml")
    (folder / "loop.yaml").symlink_to(folder / "loop.yaml")
    (folder / "outside.yaml").symlink_to(tmp_path / "out" / "b.yaml")
    (folder / "people").symlink_to(tmp_path / "out")
    os.mkfifo(folder / "pipe.yaml")
    with pytest.raises(InvalidDocument) as caught:
        load_inventory([folder])
    assert codes(caught.value.problems) == [
        "gone.yaml:0 E-FILE-MISSING",
        "loop.yaml:0 E-FILE-LINK",
        "outside.yaml:0 E-FILE-LINK",
        "people:0 E-FILE-LINK",
        "pipe.yaml:0 E-FILE-KIND",
    ]


def test_paths_that_the_system_refuses(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    for path in (tmp_path / "loop.yaml", tmp_path / ("x" * 300), tmp_path / "a\0b"):
        with pytest.raises(InvalidDocument):
            load_inventory([path])


# -- people by id ---------------------------------------------------------------------------------------------------


def test_people_known_by_id_only() -> None:
    text = HEAD + (
        "dependencies:\n"
        "  - {id: m, used_by: [zoe, everyone], held_by: {admins: [adam, o]}}\n"
        "  - {id: n, used_by: [adam]}\n"
        "assets: [{id: a, kind: domain, held_by: eve}]\n"
        "functions: [{id: f, needs: [adam]}]\n"
    )
    found = inventory_of(text, "i.yaml")
    assert [p.id for p in found.inventory.people] == ["adam", "eve", "zoe"]
    assert describe(found.notes).split("\n") == [
        "i.yaml:4:5: N-PEOPLE-BY-ID: 3 people (`adam`, `eve`, `zoe`) are known by id only; no names were screened",
        "hint: name the file that lists them, too",
    ]


def test_one_person_known_by_id_only() -> None:
    (note,) = inventory_of(dep("used_by: [zoe]"), "i.yaml").notes
    assert note.message == "one person (`zoe`) is known by id only; no names were screened"


def test_many_people_known_by_id_only() -> None:
    ids = ", ".join(f"p{n}" for n in range(7))
    (note,) = inventory_of(dep(f"used_by: [{ids}]"), "i.yaml").notes
    assert note.message.startswith("7 people (`p0`, `p1`, `p2`, `p3`, `p4`, …) are known by id only")


def test_where_people_are_listed_nobody_is_made_up() -> None:
    assert told(HEAD + "people: [{id: adam}]\ndependencies: [{id: m, used_by: [zoe]}]\n") == [
        "i.yaml:4:16: E-DANGLING: used_by of `m` names `zoe`, which is no person or entity of this run"
    ]


def test_an_example_needs_no_header_and_no_organisation() -> None:
    def example(text: str) -> Inventory:
        return inventory_of_example(read_text(text, "p.yaml")).inventory

    assert example("dependencies: [{id: m}]\n").organization.id == "example"
    assert example(HEAD + DEP).organization.id == "o"
    for wrong in ("auditor: pack/1\ndependencies: [{id: m}]\n", "dependencies: []\n", "colour: red\n"):
        with pytest.raises(InvalidDocument):
            example(wrong)


def test_what_is_written_twice_is_read_once_and_each_mistake_told() -> None:
    good = "used_by: [ada, everyone], needs: [b], tags: [x, y], data: {classes: [mail], keys: provider}"
    text = (
        "auditor: inventory/1\norganization: {id: o, name: O}\npeople: [{id: ada}]\ndependencies:\n"
        f"  - {{id: a, clocks: {{token_lifetime: 1h}}, {good}}}\n"
        f"  - {{id: b, clocks: {{token_lifetime: 1h}}, {good}}}\n"
        "  - {id: c, used_by: [{about: 5}]}\n"
        "  - {id: d, used_by: [{about: 6}]}\n"
    )
    a, b, c, d = inventory_of(text, "i.yaml").inventory.dependencies
    assert a.data is b.data
    assert a.clocks is b.clocks
    assert a.used_by is b.used_by
    assert a.tags[0] is b.tags[0]
    assert (c.used_by, d.used_by) == (Users(about=5), Users(about=6))
    assert a.origin != b.origin
    wrong = text.replace("ada, everyone", "a da, everyone").replace("1h", "1 hour").replace("[b]", "[a b]")
    codes = [line.split(": ")[:2] for line in told(wrong.replace("[x, y]", "[x, '']")) if line.startswith("i.yaml")]
    assert codes == [
        [f"i.yaml:{line}:{column}", code]
        for line in (5, 6)
        for column, code in ((38, "E-DURATION"), (57, "E-REF"), (82, "E-REF"), (98, "E-EMPTY-VALUE"))
    ]
