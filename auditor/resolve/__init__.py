"""What the inventory wrote → product, legal persons and places behind it, or *Unresolved* with the nearest names.

The answer for a dependency is its supply: a *backing* (tiers of legal persons, places, items, and the parts about which
nothing is known) that it shares with every dependency bought, hosted and built in the same way. The contract's own
words come before the catalogue's; what the catalogue says of the contracting party is marked assumed.
"""

from collections.abc import Iterable, Mapping
from datetime import date

from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.record import record
from auditor.model.report import SUBJECT, Node
from auditor.resolve.backing import ON_OWN_MACHINES, Backing, Gap, Item, Place, Supply, Tier, seen_from
from auditor.resolve.finder import Finder
from auditor.resolve.names import normal_form
from auditor.resolve.traces import Match, Traces

__all__ = [
    "ON_OWN_MACHINES",
    "SUBJECT",
    "Backing",
    "Gap",
    "Item",
    "Match",
    "Place",
    "Resolution",
    "Supply",
    "Tier",
    "Traces",
    "normal_form",
    "resolve",
    "seen_from",
]


@record
class Resolution:
    """All supplies by dependency id, and the names of every node that chains may pass through."""

    supplies: Mapping[str, Supply]
    nodes: Mapping[str, Node]


def resolve(inventory: Inventory, knowledge: Knowledge, on: date) -> Resolution:
    """Look up everything that the inventory names. Pure; the same input gives the same answer in any order."""
    finder = Finder(inventory, knowledge, on)
    supplies = {d.id: finder.supply(d) for d in inventory.dependencies}
    return Resolution(supplies, _nodes(inventory, knowledge, supplies.values()))


def _nodes(inventory: Inventory, knowledge: Knowledge, supplies: Iterable[Supply]) -> Mapping[str, Node]:
    o = inventory.organization
    nodes = [Node(f"org:{o.id}", o.name, o.seat)]
    nodes += [Node(f"unit:{e.id}", e.name, e.country) for e in o.entities]
    nodes += [Node(f"party:{p.id}", p.name, p.country) for p in inventory.parties]
    nodes += [Node(f"person:{p.id}", p.role or p.id, p.residence) for p in inventory.people]
    nodes += [Node(f"function:{f.id}", f.name or f.id) for f in inventory.functions]
    nodes += [Node(f"contract:{c.id}", c.with_ or c.id, c.law) for c in inventory.contracts]
    nodes += [Node(f"asset:{a.id}", a.name or a.id) for a in inventory.assets]
    nodes += [Node(f"entity:{e.id}", e.name, e.incorporated_in) for e in knowledge.entities.values()]
    nodes += [Node(f"product:{p.id}", p.name) for p in knowledge.products.values()]
    nodes += [Node(f"country:{j.id}", j.name.en, j.id, j.name.ko) for j in knowledge.jurisdictions.values()]
    nodes += [Node(f"regime:{r.id}", r.short or r.name, r.authority) for r in knowledge.regimes.values()]
    for supply in supplies:
        d = supply.dependency
        product = knowledge.products.get(d.product or "")
        written = d.name or (product.name if product else d.provider or d.product or d.id)
        nodes.append(Node(supply.node, written))
    return {n.id: n for n in nodes}
