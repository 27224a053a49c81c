"""`auditor schema`: the JSON Schema of a kind of document, with descriptions, for editors and for other programs."""

import json

import click

from auditor.loading.decisions import HEADER as DECISIONS
from auditor.loading.decisions import DecisionsFile
from auditor.loading.inventory import HEADER as INVENTORY
from auditor.loading.inventory import InventoryFile
from auditor.loading.knowledge import HEADER as KNOWLEDGE
from auditor.loading.knowledge import KnowledgeFile
from auditor.loading.packs import HEADER as PACK
from auditor.loading.scenarios import HEADER as SCENARIO
from auditor.loading.scenarios import ScenarioFile
from auditor.loading.schema import schema_of
from auditor.model.codec import schema_of as data_schema
from auditor.model.report import Report
from auditor.model.rules import Pack
from auditor.triage import ending
from auditor.verbs._out import out_json
from auditor.verbs._run import predicate_schemas

KINDS = ("decisions", "inventory", "knowledge", "pack", "report", "scenario")


@click.command("schema")
@click.argument("kind", type=click.Choice(KINDS))
def command(kind: str) -> int:
    """Print the schema."""
    match kind:
        case "inventory":
            schema = schema_of(InventoryFile, header=INVENTORY, editor=True)
        case "knowledge":
            schema = schema_of(KnowledgeFile, header=KNOWLEDGE, editor=True)
        case "decisions":
            schema = schema_of(DecisionsFile, header=DECISIONS, editor=True)
        case "scenario":
            schema = schema_of(ScenarioFile, header=SCENARIO, editor=True)
        case "pack":
            predicates = {name: json.loads(text) for name, text in predicate_schemas()}
            schema = schema_of(Pack, header=PACK, editor=True, predicates=predicates)
        case _:
            schema = data_schema(Report)
    out_json(json.dumps(schema, ensure_ascii=False, indent=2))
    return int(ending(()))
