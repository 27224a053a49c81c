"""Compiles shipped facts and packs to one file, which a distribution carries: `python -m auditor.verbs._compile`."""

from dataclasses import replace
from pathlib import Path

from auditor import __version__
from auditor.loading.compiled import digests, write_compiled
from auditor.loading.knowledge import read_knowledge
from auditor.loading.scenarios import load_scenarios
from auditor.loading.shipped import shipped_folders
from auditor.model.rules import Pack
from auditor.verbs._run import packs_for


def compile_to(path: Path) -> None:
    """Write the compiled file. Raises an AuditorError if the sources are not valid."""
    packs = tuple(_without_examples(pack) for pack in packs_for([], examples=True))
    records = {"knowledge": read_knowledge(), "packs": packs, "scenarios": load_scenarios()}
    write_compiled(path, __version__, digests(shipped_folders()), records)


def _without_examples(pack: Pack) -> Pack:
    """Examples hold whole documents, which only `check` and `explain` read."""
    return replace(pack, rules=tuple(replace(rule, examples=()) for rule in pack.rules))


if __name__ == "__main__":
    compile_to(Path(__file__).parent.parent / "_data" / "compiled.bin")
