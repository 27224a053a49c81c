"""Documents into the nouns of the model: the only JSON Schema, and every problem told with its place."""

from auditor.loading.decisions import load_decisions
from auditor.loading.inventory import Loaded, inventory_of, inventory_of_example, load_inventory
from auditor.loading.knowledge import check_knowledge, knowledge_of, link, load_knowledge
from auditor.loading.packs import link_packs, load_packs, packs_of
from auditor.loading.reading import header_of
from auditor.loading.scenarios import link_scenarios, load_scenarios, scenarios_beside, scenarios_of

__all__ = [
    "Loaded",
    "check_knowledge",
    "header_of",
    "inventory_of",
    "inventory_of_example",
    "knowledge_of",
    "link",
    "link_packs",
    "link_scenarios",
    "load_decisions",
    "load_inventory",
    "load_knowledge",
    "load_packs",
    "load_scenarios",
    "packs_of",
    "scenarios_beside",
    "scenarios_of",
]
