"""The same audit as a competent engineer in a hurry writes it: the yardstick of `benchmarks/audit.py`.

PyYAML's SafeLoader with the line of each mapping, jsonschema on plain objects with our own schema, a networkx graph with
one walk per dependency (dependency → product → entity → owners → jurisdiction) that is then held against every regime,
rules as plain Python over what was found, `json.dump` with an indent. Nothing is made slow on purpose: indexes are dicts,
what one walk finds serves all regimes, findings are grouped by cause as ours are. Where it does less than ours (no exact
ownership tests, no second chains, no notes, no assessments, no SARIF, no Korean) that is to its advantage.

    python benchmarks/naive.py [--c] [--schema schema.json] inventory.yaml -o findings.json
"""

# ruff: noqa: E501 - a table of rules reads best with one to a line

import argparse
import json
import resource
import sys
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from typing import Any

import jsonschema
import networkx as nx
import yaml

KNOWLEDGE = Path(__file__).parents[1] / "auditor" / "knowledge"
IMPORTANT = ("critical", "high")
CONFIDENTIAL = {"confidential", "secret", "restricted", "privileged", "personal", "sensitive", "health", "source"}
STOPPING = {"termination", "asset_freeze", "payment_block", "new_business_ban", "update_denial", "licence_required"}
SERVING = ("contracting", "operating", "reselling")
OWN_MACHINES = ("self_hosted", "on_premises", "embedded")
DIRECT = ("direct", "performed")
NEAR = ("incorporated_in", "performed_from")


# -- reading -------------------------------------------------------------------------------------------------------


class Lined(dict):
    """A mapping that knows its line."""

    __slots__ = ("line",)


def line_loader(base: type) -> type:
    """A safe loader that keeps every scalar as text, as our schema wants it, and the line of each mapping."""

    def construct(loader: Any, node: Any) -> Iterator[Lined]:
        data = Lined()
        data.line = node.start_mark.line + 1
        yield data
        data.update(loader.construct_mapping(node))

    loader = type("LineLoader", (base,), {"yaml_implicit_resolvers": {}})
    loader.add_constructor("tag:yaml.org,2002:map", construct)  # type: ignore[attr-defined]
    return loader


def read(paths: list[Path], loader: type) -> list[tuple[str, Any]]:
    """Every YAML document under the paths, with its name."""
    files = [f for p in paths for f in (sorted(p.rglob("*.yaml")) if p.is_dir() else [p])]
    found = []
    for file in files:
        with file.open(encoding="utf-8") as stream:
            found.append((str(file), yaml.load(stream, Loader=loader)))  # noqa: S506 - derived from a safe one
    return found


def validate(documents: list[tuple[str, Any]], schema: dict[str, Any]) -> None:
    """Hold every document against the schema and end if one does not fit."""
    validator = jsonschema.Draft7Validator(schema)
    errors = [f"{name}: {e.json_path}: {e.message}" for name, d in documents for e in validator.iter_errors(d)]
    if errors:
        sys.exit("\n".join(errors[:20]))


def merged(documents: list[tuple[str, Any]]) -> dict[str, Any]:
    """All documents as one, every record with the file it stands in."""
    whole: dict[str, Any] = defaultdict(list)
    for name, document in documents:
        for key, value in document.items():
            if isinstance(value, list):
                for record in value:
                    record["__file__"] = name
                whole[key] += value
            else:
                whole[key] = value
    return whole


# -- knowledge and graph -------------------------------------------------------------------------------------------


@dataclass
class World:
    inventory: dict[str, Any]
    on: date
    products: dict[str, Any]
    entities: dict[str, Any]
    regimes: list[dict[str, Any]]
    groups: dict[str, set[str]]
    names: dict[str, str]
    graph: Any
    contracts: dict[str, Any]
    people: set[str]
    needed: dict[str, set[str]]
    functions: dict[str, set[str]]


def many(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [] if value in (None, "unknown") else [value]


def key_of(name: str) -> str:
    return "".join(c for c in name.casefold() if c.isalnum())


def in_force(periods: list[dict[str, Any]], on: str) -> str | None:
    held = [p for p in periods if p.get("from", "") <= on <= p.get("until", "9999")]
    return held[-1]["status"] if held else None


def build(inventory: dict[str, Any], knowledge: dict[str, Any], on: date) -> World:
    """Indexes and the graph of who and what stands behind what."""
    organization = inventory["organization"]
    seat = organization["seat"]
    groups = {j["id"]: {m["id"] for m in j.get("members", [])} for j in knowledge["jurisdictions"] if "members" in j}
    areas = [seat, *sorted(g for g, members in groups.items() if seat in members), "default"]
    entities = {e["id"]: e for e in knowledge["entities"]}
    products = {p["id"]: p for p in knowledge["products"]}
    names = {
        key_of(n): f"entity:{e['id']}" for e in entities.values() for n in (e["id"], e["name"], *e.get("aliases", []))
    }
    names |= {key_of(n): f"party:{p['id']}" for p in inventory["parties"] for n in (p["id"], p["name"])}
    ties = {seat, *(e.get("country") for e in organization.get("entities", []))}
    regimes = []
    for regime in knowledge["regimes"]:
        status = in_force(regime["periods"], on.isoformat())
        aimed = many(regime.get("aimed_at"))
        if (
            status in ("in_force", "unknown")
            and regime["authority"] != "voluntary"
            and not regime.get("concerns")
            and {"organisation", "everyone_served"} & set(regime["power"])
            and (not aimed or any(a in ties or groups.get(a, set()) & ties for a in aimed))
        ):
            regimes.append({**regime, "__undecided__": status == "unknown"})

    g = nx.DiGraph()
    owners = [("entity", e) for e in entities.values()] + [("party", p) for p in inventory["parties"]]
    parties = {p["id"] for p in inventory["parties"]}
    for kind, record in owners:
        node = f"{kind}:{record['id']}"
        for place, relation in (
            ("incorporated_in", "incorporated_in"),
            ("country", "incorporated_in"),
            ("headquartered_in", "headquartered_in"),
        ):
            if place in record:
                g.add_edge(node, f"country:{record[place]}", relation=relation, role=None)
        for stake in record.get("owned_by", []):
            by = stake["by"]
            holder = f"party:{by}" if by in parties else f"entity:{by}" if by in entities else f"person:{by}"
            low, high = share(stake.get("percent", "unknown"))
            if high >= 50:
                g.add_edge(node, holder, relation="owned_by", role=None, sure=low >= 50)
    for p in products.values():
        node = f"product:{p['id']}"
        own = p["delivery"] in OWN_MACHINES
        for offer, relation, role in (
            ("sold_by", "contracts_with", "contracting"),
            ("operated_by", "operated_by", "updates" if own else "operating"),
        ):
            by = next((p[offer][a] for a in areas if a in p[offer]), None) if offer in p else None
            if by is not None:
                g.add_edge(node, f"entity:{by}", relation=relation, role=role)
        for c in p.get("built_on", []):
            if c.get("only_for") and not set(many(c["only_for"])) & set(areas):
                continue
            if "entity" in c:
                g.add_edge(node, f"entity:{c['entity']}", relation="built_on", role=c["as"])
            if "product" in c:
                g.add_edge(node, f"product:{c['product']}", relation="built_on", role=c["as"])
            if "origin_of_item" in c:
                g.add_edge(node, f"country:{c['origin_of_item']}", relation="originates_in", role=c["as"])
        for place, role in (("performed_from", "hosting"), ("support_from", "support")):
            for country in many(p.get(place, {}).get("value")):
                g.add_edge(node, f"country:{country}", relation="performed_from", role=role)
    contracts = {c["id"]: c for c in inventory["contracts"]}
    for c in contracts.values():
        for key, relation, role in (("with", "contracts_with", "contracting"), ("via", "buys_through", "reselling")):
            if key in c and key_of(c[key]) in names:
                g.add_edge(f"contract:{c['id']}", names[key_of(c[key])], relation=relation, role=role)
        for name in c.get("subcontractors", []):
            if key_of(name) in names:
                g.add_edge(f"contract:{c['id']}", names[key_of(name)], relation="built_on", role="sub_processor")
    dependencies = {d["id"] for d in inventory["dependencies"]}
    for d in inventory["dependencies"]:
        node = f"dependency:{d['id']}"
        g.add_node(node)
        if d.get("product") in products:
            g.add_edge(node, f"product:{d['product']}", relation="uses", role=None)
        elif "provider" in d and key_of(d["provider"]) in names:
            g.add_edge(node, names[key_of(d["provider"])], relation="operated_by", role="operating")
        if "contract" in d:
            g.add_edge(node, f"contract:{d['contract']}", relation="under", role=None)
        for key, relation, role in (
            ("hosted_on", "hosted_on", "hosting"),
            ("built_on", "built_on", "sub_processor"),
            ("login_via", "built_on", "identity"),
        ):
            for named in many(d.get(key)):
                other = (
                    f"dependency:{named}"
                    if named in dependencies
                    else f"product:{named}"
                    if named in products
                    else names.get(key_of(named))
                )
                if other:
                    g.add_edge(node, other, relation=relation, role=role)
        regions = d.get("regions", {})
        for country in (
            *many(d.get("performed_from")),
            *many(regions.get("processing")),
            *many(regions.get("failover")),
        ):
            g.add_edge(node, f"country:{country}", relation="performed_from", role="hosting")
        for country in many(regions.get("support")):
            g.add_edge(node, f"country:{country}", relation="performed_from", role="support")

    needed, functions = needs_of(inventory)
    people = {p["id"] for p in inventory["people"]}
    return World(inventory, on, products, entities, regimes, groups, names, g, contracts, people, needed, functions)


def share(written: str) -> tuple[float, float]:
    """Lowest and highest percentage that a text may stand for."""
    if written == "unknown":
        return 0, 100
    if written.startswith(">"):
        return float(written[1:].lstrip("=")) + 0.0001, 100
    if written.startswith("<"):
        return 0, float(written[1:].lstrip("="))
    low, _, high = written.partition("-")
    return float(low), float(high or low)


def leaves(need: Any) -> list[str]:
    if isinstance(need, str):
        return [need]
    return [need["id"]] if "id" in need else [leaf for n in need["any_of"] for leaf in leaves(n)]


def needs_of(inventory: dict[str, Any]) -> tuple[dict[str, set[str]], dict[str, set[str]]]:
    """For each dependency, asset or person: how critical the functions are that need it, and which they are."""
    g = nx.DiGraph()
    for d in inventory["dependencies"]:
        for need in d.get("needs", []):
            g.add_edges_from((d["id"], leaf) for leaf in leaves(need))
        for key in ("hosted_on", "built_on", "login_via"):
            g.add_edges_from((d["id"], named) for named in many(d.get(key)))
    for a in inventory["assets"]:
        g.add_edges_from((a["id"], named) for key in ("readable_with", "kept_at") for named in many(a.get(key)))
    for f in inventory["functions"]:
        node = f"function:{f['id']}"
        for need in f.get("needs", []):
            g.add_edges_from((node, leaf) for leaf in leaves(need))
    needed: dict[str, set[str]] = defaultdict(set)
    functions: dict[str, set[str]] = defaultdict(set)
    for f in inventory["functions"]:
        node = f"function:{f['id']}"
        for named in nx.descendants(g, node) if node in g else ():
            needed[named].add(f.get("criticality", "unknown"))
            if f.get("criticality") in IMPORTANT:
                functions[named].add(f["id"])
    return needed, functions


# -- reaches -------------------------------------------------------------------------------------------------------


@dataclass
class Facts:
    """What is known of one dependency, asset or person when the rules are asked."""

    kind: str
    record: dict[str, Any]
    reaches: list[dict[str, Any]] = field(default_factory=list)
    product: dict[str, Any] | None = None
    contract: dict[str, Any] | None = None
    delivery: str | None = None
    roles: set[str] = field(default_factory=set)
    supplier: str | None = None
    known: bool = True
    unknown: list[tuple[str, str]] = field(default_factory=list)
    needed: set[str] = field(default_factory=set)


def walk(world: World, start: str) -> dict[str, tuple[tuple[str, ...], tuple[str, ...], str | None, bool]]:
    """Every node behind a dependency: the nodes and relations of the shortest path, the part played, is it sure."""
    g = world.graph
    found = {start: ((start,), (), None, True)}
    waiting = [start]
    for node in waiting:
        nodes, relations, role, sure = found[node]
        for other, edge in g[node].items():
            if other not in found:
                part = edge["role"] or role if role in (None, *SERVING) else role
                held = edge["role"] if edge["relation"] == "performed_from" else part
                found[other] = ((*nodes, other), (*relations, edge["relation"]), held, sure and edge.get("sure", True))
                if not other.startswith("country:"):
                    waiting.append(other)
    return found


def within(world: World, place: str, areas: list[str]) -> bool:
    return any(place == a or place in world.groups.get(a, ()) for a in areas)


def reaches_of(world: World, start: str, currency: str | None) -> tuple[list[dict[str, Any]], dict[str, Any]]:
    """One walk, held against every regime: on which bases it gets to this dependency, and by which path."""
    behind = walk(world, start)
    found: dict[tuple[str, str, str], dict[str, Any]] = {}

    def reach(regime: Any, bind: Any, party: str, path: Any, relations: Any, sure: bool) -> None:
        key = (regime["id"], bind["basis"], party)
        if key not in found:
            found[key] = {
                "regime": regime["id"], "authority": regime["authority"], "basis": bind["basis"],
                "effects": regime["effects"], "party": party, "parent": last_owner(world, party),
                "through": relations, "path": path, "undetermined": regime["__undecided__"] or not sure,
                "concern": "potential" if "everyone_served" in regime["power"] else "ours",
            }  # fmt: skip

    for regime in world.regimes:
        for bind in regime["binds"]:
            areas, over, test = many(bind["of"]), many(bind.get("over")) or SERVING, bind["test"]
            if test == "clears_through":
                if currency == "USD" and "US" in areas:
                    reach(regime, bind, start, (start, "currency:USD"), ("paid_in",), True)
                continue
            for node, (path, relations, role, sure) in behind.items():
                if role not in over:
                    continue
                if node.startswith("country:"):
                    place = node[8:]
                    last = relations[-1]
                    if (test == "located_in" and last == "performed_from" and within(world, place, areas)) or (
                        test == "item_of_origin" and last == "originates_in" and within(world, place, areas)
                    ):
                        reach(regime, bind, path[-2], path, relations, sure)
                elif node.startswith(("entity:", "party:")):
                    owned = relations[-1] == "owned_by"
                    for other, edge in world.graph[node].items():
                        if edge["relation"] == test and not owned and within(world, other[8:], areas):
                            reach(regime, bind, node, (*path, other), (*relations, test), sure)
                        elif (
                            test in ("owned_by", "controlled_by")
                            and owned
                            and edge["relation"] == "incorporated_in"
                            and within(world, other[8:], areas)
                        ):
                            party = next(n for n, r in zip(path, (*relations, ""), strict=True) if r == "owned_by")
                            reach(regime, bind, party, (*path, other), (*relations, "incorporated_in"), sure)
                    if test == "terms_of" and node.removeprefix("entity:") in areas:
                        reach(regime, bind, node, path, relations, sure)
    return list(found.values()), behind


def last_owner(world: World, node: str) -> str:
    """The last who stands behind a node."""
    seen = {node}
    while True:
        up = (
            [o for o, e in world.graph[node].items() if e["relation"] == "owned_by" and o not in seen]
            if node in world.graph
            else []
        )
        if not up:
            return node
        node = up[0]
        seen.add(node)


def facts(world: World) -> Iterator[Facts]:
    """Everything the rules are asked of."""
    kept: dict[str, Facts] = {}
    for d in world.inventory["dependencies"]:
        product = world.products.get(d.get("product", ""))
        contract = world.contracts.get(d.get("contract", ""))
        currency = (contract.get("currency") or contract.get("amount", {}).get("currency")) if contract else None
        reaches, behind = reaches_of(world, f"dependency:{d['id']}", currency)
        delivery = d.get("delivery") or (product["delivery"] if product else None)
        unknown = []
        for part, name in (
            ("provider", d.get("provider")),
            ("with", contract and contract.get("with")),
            ("via", contract and contract.get("via")),
        ):
            if name and key_of(name) not in world.names:
                unknown.append((part, name))
        if "product" in d and product is None:
            unknown.append(("product", d["product"]))
        roles = {role for _, _, role, _ in behind.values() if role}
        supplier = next((n for n, (_, _, role, _) in behind.items() if role in SERVING), None)
        known = supplier is not None or (delivery in OWN_MACHINES and product is not None)
        f = Facts(
            "dependency",
            d,
            reaches,
            product,
            contract,
            delivery,
            roles,
            supplier,
            known,
            unknown,
            world.needed[d["id"]],
        )
        kept[d["id"]] = f
        yield f
    for a in world.inventory["assets"]:
        through = kept[a["kept_at"]].reaches if "kept_at" in a else []
        yield Facts("asset", a, through, needed=world.needed[a["id"]])
    holding: dict[str, list[str]] = defaultdict(list)
    for d in world.inventory["dependencies"]:
        for way, who in d.get("held_by", {}).items():
            if len(many(who)) == 1 and way != "__file__":
                holding[many(who)[0]].append(d["id"])
    for a in world.inventory["assets"]:
        if len(many(a.get("held_by"))) == 1:
            holding[many(a["held_by"])[0]].append(a["id"])
    for p in world.inventory["people"]:
        reaches = [
            {"regime": r["id"], "authority": r["authority"], "basis": "recusal", "effects": r["effects"], "party": f"person:{p['id']}",
             "parent": f"person:{p['id']}", "through": (b["test"],), "path": (f"person:{p['id']}", f"country:{c}"),
             "undetermined": r["__undecided__"], "concern": "ours"}
            for r in world.regimes for b in r["binds"] if b["test"] in ("national_of", "resident_of")
            for c in (many(p.get("nationalities")) if b["test"] == "national_of" else many(p.get("residence")))
            if within(world, c, many(b["of"]))
        ]  # fmt: skip
        f = Facts("person", p, reaches, needed=world.needed[p["id"]])
        f.record["__holds__"] = holding.get(p["id"], [])
        yield f


# -- rules ---------------------------------------------------------------------------------------------------------


def hits(
    f: Facts,
    *,
    basis: Any = None,
    effect: Any = None,
    through: Any = None,
    authority: Any = None,
    concern: Any = None,
    undetermined: bool | None = False,
) -> list[dict[str, Any]]:
    """The reaches that fit."""
    return [
        r
        for r in f.reaches
        if (undetermined is None or r["undetermined"] is undetermined)
        and (basis is None or r["basis"] in basis)
        and (effect is None or not effect.isdisjoint(r["effects"]))
        and (through is None or any(t in r["through"] for t in through))
        and (authority is None or r["authority"] == authority)
        and (concern is None or r["concern"] == concern)
    ]


def important(f: Facts) -> bool:
    return "critical" in f.needed or "high" in f.needed


def holders(f: Facts, way: str) -> list[str]:
    held = f.record.get("held_by", {})
    return many(held.get(way)) if isinstance(held, dict) else many(held) if way == "holder" else []


def alone(way: str) -> Callable[[World, Facts], list[str]]:
    def ask(world: World, f: Facts) -> list[str]:
        who = holders(f, way)
        return [f"person:{who[0]}"] if len(who) == 1 and who[0] in world.people else []

    return ask


def parents(found: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(r["parent"] for r in found))


def parties(found: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(r["party"] for r in found))


def regimes(found: list[dict[str, Any]]) -> list[str]:
    return list(dict.fromkeys(f"regime:{r['regime']}" for r in found))


def readable(f: Facts, *keys: str) -> bool:
    data = f.record.get("data")
    return bool(data) and data.get("keys") in keys


def exit_state(f: Facts) -> str:
    exits = f.record.get("exits")
    return "none" if not exits else "tested" if any(e.get("tested", "none") != "none" for e in exits) else "untested"


STOP = {"termination", "asset_freeze"}
ORG = ["org"]
alone_second, alone_admin, alone_holder, alone_registrant, alone_signatory = (
    alone(w) for w in ("second_factor", "admins", "holder", "registrant", "signatories")
)


def bound(f: Facts, effect: set[str] = STOP, **more: Any) -> list[dict[str, Any]]:
    return hits(f, basis=("direct",), effect=effect, **more) or hits(
        f, basis=("performed",), effect=effect, through=NEAR, **more
    )


Rule = tuple[str, str, str, Callable[[World, Facts], list[str]]]

# id, what it is asked of, severity, the causes under which it is found (none: it does not hold)
# fmt: off
RULES: list[Rule] = [
    ("designation/ours-critical", "dependency", "critical", lambda w, f: parents(bound(f, concern="ours")) if "critical" in f.needed else []),
    ("designation/ours", "dependency", "high", lambda w, f: parents(bound(f, concern="ours")) if "critical" not in f.needed else []),
    ("designation/ours-money", "dependency", "high", lambda w, f: parents(bound(f, {"payment_block"}, concern="ours")) if f.delivery in ("payment", "bank") else []),
    ("designation/ours-asset", "asset", "high", lambda w, f: parents(bound(f, concern="ours"))),
    ("designation/at-a-distance", "dependency", "medium", lambda w, f: parents(hits(f, basis=("facilitation", "causing"))) if not hits(f, basis=DIRECT, through=NEAR) else []),
    ("designation/recusal", "person", "medium", lambda w, f: ORG if hits(f, basis=("recusal",)) else []),
    ("designation/support-risk", "dependency", "low", lambda w, f: ORG if hits(f, basis=("designation_risk",)) else []),
    ("designation/own-choice", "dependency", "low", lambda w, f: regimes(hits(f, basis=("contract", "chose")))),
    ("designation/undecided", "dependency", "medium", lambda w, f: parents(hits(f, concern="ours", undetermined=True)) if not hits(f, basis=("direct", "performed", "facilitation")) else []),
    ("designation/held-asset", "asset", "high", lambda w, f: [f"person:{h}" for h in holders(f, "holder") if h in w.people] if hits(f, effect=STOP) else []),
    ("termination/bound-critical", "dependency", "high", lambda w, f: parents(hits(f, basis=("direct",), effect={"termination"}, authority="US")) if important(f) else []),
    ("termination/bound", "dependency", "medium", lambda w, f: parents(hits(f, basis=("direct",), effect={"termination"}, authority="US")) if not important(f) else []),
    ("termination/behind-critical", "dependency", "high", lambda w, f: parents(hits(f, basis=("performed", "facilitation"), effect={"termination"}, through=("incorporated_in",), authority="US")) if "critical" in f.needed and not hits(f, basis=("direct",), effect={"termination"}, authority="US") else []),
    ("termination/behind", "dependency", "medium", lambda w, f: parents(hits(f, basis=("performed", "facilitation"), effect={"termination"}, through=("incorporated_in",), authority="US")) if "critical" not in f.needed and not hits(f, basis=("direct",), effect={"termination"}, authority="US") else []),
    ("termination/performed-there", "dependency", "medium", lambda w, f: parties(hits(f, basis=("performed",), effect={"termination"}, through=("performed_from",), authority="US"))),
    ("termination/dollar", "dependency", "medium", lambda w, f: ORG if hits(f, basis=("performed", "causing"), through=("paid_in",), authority="US") else []),
    ("termination/reseller", "dependency", "medium", lambda w, f: [f"reseller:{f.contract['via']}"] if f.contract and "via" in f.contract and important(f) and hits(f, effect={"termination"}, authority="US") else []),
    ("termination/no-exit", "dependency", "high", lambda w, f: ORG if "critical" in f.needed and exit_state(f) == "none" and hits(f, effect={"termination"}, authority="US") else []),
    ("termination/exit-untested", "dependency", "medium", lambda w, f: ORG if "critical" in f.needed and exit_state(f) == "untested" and hits(f, effect={"termination"}, authority="US") else []),
    ("termination/eu", "dependency", "medium", lambda w, f: parents(hits(f, basis=("direct",), effect=STOP, authority="EU"))),
    ("termination/uk", "dependency", "medium", lambda w, f: parents(hits(f, basis=("direct",), effect=STOP, authority="GB"))),
    ("termination/ch", "dependency", "low", lambda w, f: parents(hits(f, basis=("direct",), effect=STOP, authority="CH"))),
    ("unknown/supplier", "dependency", "high", lambda w, f: [f"name:{n}" for _, n in f.unknown] if not f.known else []),
    ("unknown/contracting", "dependency", "medium", lambda w, f: [f"name:{n}" for p, n in f.unknown if p in ("with", "provider", "product")] if f.known else []),
    ("unknown/reseller", "dependency", "low", lambda w, f: [f"name:{n}" for p, n in f.unknown if p == "via"] if f.known else []),
    ("unknown/contracting-assumed", "dependency", "low", lambda w, f: [f.supplier] if f.supplier and f.contract is None else []),
    ("unknown/tiers", "dependency", "medium", lambda w, f: [f.supplier] if f.supplier and important(f) and not {"hosting", "support"} <= f.roles else []),
    ("unknown/users", "dependency", "low", lambda w, f: ORG if "used_by" not in f.record and f.delivery in ("saas", "managed", "api", "payment", "store", "telephony") else []),
    ("unknown/reach", "dependency", "medium", lambda w, f: parties(hits(f, effect=STOPPING, through=("owned_by", "incorporated_in"), undetermined=True))),
    ("unknown/region", "dependency", "medium", lambda w, f: ORG if important(f) and hits(f, effect=STOPPING, through=("performed_from",), undetermined=True) else []),
    ("disclosure/confidential", "dependency", "high", lambda w, f: parents(hits(f, effect={"disclosure"})) if readable(f, "provider", "none") and important(f) and CONFIDENTIAL & set(f.record["data"].get("classes", ())) else []),
    ("disclosure/readable", "dependency", "medium", lambda w, f: parents(hits(f, effect={"disclosure"})) if readable(f, "provider", "none") and not (important(f) and CONFIDENTIAL & set(f.record["data"].get("classes", ()))) else []),
    ("disclosure/keys-ours", "dependency", "low", lambda w, f: parents(hits(f, effect={"disclosure"})) if readable(f, "customer") else []),
    ("disclosure/keys-not-stated", "dependency", "medium", lambda w, f: parents(hits(f, effect={"disclosure"})) if "data" in f.record and "keys" not in f.record["data"] else []),
    ("disclosure/unsettled", "dependency", "low", lambda w, f: regimes(hits(f, effect={"disclosure"}, undetermined=True)) if "data" in f.record and not readable(f, "customer_external") else []),
    ("held/domain-critical", "asset", "critical", lambda w, f: alone_holder(w, f) if f.record["kind"] == "domain" and important(f) else []),
    ("held/domain", "asset", "high", lambda w, f: alone_holder(w, f) if f.record["kind"] == "domain" and not important(f) else []),
    ("held/identity", "asset", "medium", lambda w, f: alone_holder(w, f) if f.record["kind"] in ("phone_number", "certificate", "app", "handle") else []),
    ("held/registrant", "dependency", "high", lambda w, f: alone_registrant(w, f) or alone_holder(w, f)),
    ("held/second-factor", "dependency", "critical", lambda w, f: alone_second(w, f) if important(f) else []),
    ("held/admin-critical", "dependency", "high", lambda w, f: alone_admin(w, f) if important(f) else []),
    ("held/admin", "dependency", "medium", lambda w, f: alone_admin(w, f) if not important(f) else []),
    ("held/signatory", "dependency", "high", lambda w, f: alone_signatory(w, f) if f.delivery in ("bank", "payment") else []),
    ("held/payer", "dependency", "medium", lambda w, f: [f"person:{h}" for h in holders(f, "payer") if h in w.people]),
    ("held/many", "person", "high", lambda w, f: [f"person:{f.record['id']}"] if len(f.record["__holds__"]) >= 3 else []),
]
# fmt: on
ORDER = {"critical": 0, "high": 1, "medium": 2, "low": 3}


def evaluate(world: World) -> list[dict[str, Any]]:
    """One finding for each rule and cause, worst first."""
    by_kind: dict[str, list[Rule]] = defaultdict(list)
    for rule in RULES:
        by_kind[rule[1]].append(rule)
    found: dict[tuple[str, str], dict[str, Any]] = {}
    for f in facts(world):
        for rule, kind, severity, ask in by_kind[f.kind]:
            for cause in ask(world, f):
                finding = found.get((rule, cause))
                if finding is None:
                    mine = [
                        r for r in f.reaches if cause in (r["parent"], r["party"], f"regime:{r['regime']}")
                    ] or f.reaches
                    finding = found[rule, cause] = {
                        "rule": rule, "severity": severity, "cause": cause, "laws": sorted({r["regime"] for r in mine}),
                        "chain": mine[0]["path"] if mine else [], "functions": set(), "subjects": [],
                    }  # fmt: skip
                finding["functions"] |= world.functions[f.record["id"]]
                finding["subjects"].append(
                    {"id": f"{kind}:{f.record['id']}", "file": f.record["__file__"], "line": f.record.line}
                )
    for finding in found.values():
        finding["functions"] = sorted(finding["functions"])
        finding["message"] = (
            f"{finding['cause']} concerns {len(finding['subjects'])} of ours by {', '.join(finding['laws']) or 'itself'}."
        )
    return sorted(found.values(), key=lambda f: (ORDER[f["severity"]], -len(f["functions"]), f["rule"], f["cause"]))


# -- the run -------------------------------------------------------------------------------------------------------


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("files", nargs="*", type=Path)
    parser.add_argument("-o", "--output", type=Path, default=Path("findings.json"))
    parser.add_argument("--write-schema", type=Path, help="write our judging schema for `--schema`, and end")
    parser.add_argument("--c", action="store_true", help="libyaml's CSafeLoader")
    parser.add_argument("--schema", type=Path, help="our judging schema, written out")
    parser.add_argument("--stages", type=Path, help="where to write the processor time of each stage, as JSON")
    given = parser.parse_args()
    if given.schema and not given.write_schema:
        schema = json.loads(given.schema.read_text())
    else:
        from auditor.loading.inventory import HEADER, InventoryFile  # noqa: PLC0415
        from auditor.loading.schema import schema_of  # noqa: PLC0415

        schema = schema_of(InventoryFile, header=HEADER)
    if given.write_schema:
        given.write_schema.write_text(json.dumps(schema))
        return
    stages: list[tuple[str, float, int]] = []
    at = 0.0

    def stage(name: str) -> None:
        nonlocal at
        now = time.process_time()
        stages.append((name, now - at, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
        at = now

    stage("imports")
    loader = line_loader(yaml.CSafeLoader if given.c else yaml.SafeLoader)
    knowledge = merged(read([KNOWLEDGE], loader))
    stage("knowledge")
    documents = read(given.files, loader)
    stage("read YAML")
    validate(documents, schema)
    stage("schema")
    world = build(merged(documents), knowledge, date.today())
    stage("graph")
    findings = evaluate(world)
    stage("walk, rules")
    with given.output.open("w", encoding="utf-8") as file:
        json.dump(
            {"rules": len(RULES), "regimes": len(world.regimes), "findings": findings},
            file,
            indent=2,
            ensure_ascii=False,
        )
    stage("render JSON")
    if given.stages:
        given.stages.write_text(json.dumps(stages))


if __name__ == "__main__":
    main()
