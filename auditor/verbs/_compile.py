"""Compiles facts, packs and sentences to the files that a distribution carries: `python -m auditor.verbs._compile`."""

import json
from dataclasses import replace
from pathlib import Path

from auditor import __version__
from auditor.compiled import FOLDER, digests, write_compiled
from auditor.loading.compiled import to_compiled
from auditor.loading.knowledge import read_knowledge
from auditor.loading.scenarios import read_scenarios
from auditor.loading.shipped import knowledge_folder, rules_folder, scenarios_folder
from auditor.messages import LANGUAGES, read_catalogue, source_of
from auditor.model.rules import Pack
from auditor.verbs._run import packs_for


def compile_to(folder: Path) -> tuple[Path, ...]:
    """Write the compiled files and tell which. Raises an AuditorError if the sources are not valid."""
    packs = tuple(_without_examples(pack) for pack in packs_for([], examples=True))
    bodies = {
        "knowledge": (knowledge_folder(), to_compiled(read_knowledge())),
        "packs": (rules_folder(), to_compiled(packs)),
        "scenarios": (scenarios_folder(), to_compiled(read_scenarios())),
    }
    for chosen in LANGUAGES:
        sentences = json.dumps(read_catalogue(chosen), ensure_ascii=False, sort_keys=True)
        bodies[f"messages.{chosen}"] = (source_of(chosen), sentences.encode())
    written = []
    for name, (source, body) in bodies.items():
        path = folder / f"{name}.bin"
        write_compiled(path, __version__, digests((source,)), body)
        written.append(path)
    return tuple(written)


def _without_examples(pack: Pack) -> Pack:
    """Examples hold whole documents, which only `check` and `explain` read."""
    return replace(pack, rules=tuple(replace(rule, examples=()) for rule in pack.rules))


if __name__ == "__main__":
    compile_to(FOLDER)
