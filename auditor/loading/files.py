"""Which files a run reads: named files, and folders by their YAML files in order; nothing is passed over silently."""

from collections.abc import Iterable
from pathlib import Path

from auditor.documents import Document, read
from auditor.errors import InvalidDocument, Problem
from auditor.loading.reading import header_of
from auditor.model.values import Origin

SUFFIXES = (".yaml", ".yml")


def documents_in(paths: Iterable[Path], problems: list[Problem]) -> list[tuple[Document, bool]]:
    """Every YAML document under the paths, each once, with whether it was named itself (not found in a folder).

    Missing paths, empty folders and unreadable files become problems.
    """
    found: list[tuple[Document, bool]] = []
    seen: set[Path] = set()
    for path in paths:
        inside = path.is_dir()
        files = _yaml_files(path) if inside else [path]
        if not files:
            problems.append(Problem(Origin(str(path)), "E-EMPTY", "no .yaml file in this folder"))
        for file in files:
            key = file.resolve()
            if key in seen:
                continue
            seen.add(key)
            try:
                found.append((read(file, root=path if inside else None), not inside))
            except InvalidDocument as error:
                problems.extend(error.problems)
    return found


def _yaml_files(folder: Path) -> list[Path]:
    return sorted(p for p in folder.rglob("*") if p.suffix in SUFFIXES and not p.is_dir())


def wrong_header(document: Document, wanted: str) -> Problem:
    """The problem of a document that is not headed as it should be."""
    header = header_of(document)
    origin = document.origin("/auditor") if header is not None else document.origin("")
    said = f"the document is headed `{header}`" if header is not None else "the document does not say what it is"
    return Problem(origin, "E-HEADER", said, f"its first line should read `auditor: {wanted}`")
