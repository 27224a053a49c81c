"""Which files a run reads: named files, and folders by their YAML files in order; nothing is passed over silently."""

import os
from collections.abc import Iterable, Iterator
from pathlib import Path

from auditor.documents import Document, read
from auditor.errors import InvalidDocument, Problem
from auditor.loading.reading import header_of
from auditor.messages import sentence
from auditor.model.values import Origin

SUFFIXES = (".yaml", ".yml")


def documents_in(
    paths: Iterable[Path], problems: list[Problem], shown: str | None = None
) -> Iterator[tuple[Document, bool]]:
    """Every YAML document under the paths, each once, with whether it was named itself (not found in a folder).

    Each is read when it is asked for. Missing paths, empty folders and what cannot be read become problems. With
    `shown`, files found in a folder are called by that name and their path within it, wherever the folder lies.
    """
    seen: set[str] = set()
    given = [(path, _is_folder(path)) for path in paths]
    named = {_real(path) for path, inside in given if not inside}
    for path, inside in given:
        for file in _yaml_files(path, problems) if inside else [path]:
            key = _real(file)
            if key in seen:
                continue
            seen.add(key)
            try:
                name = f"{shown}/{file.relative_to(path).as_posix()}" if shown and inside else None
                yield read(file, shown=name, root=path if inside else None), key in named
            except InvalidDocument as error:
                problems.extend(error.problems)


def _is_folder(path: Path) -> bool:
    """Whether it is a folder; what the system cannot even look at (a name too long) is for the reader to refuse."""
    try:
        return path.is_dir()
    except OSError:
        return False


def _real(path: Path) -> str:
    """What a path leads to, as far as the system can say."""
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return str(path)


def _yaml_files(folder: Path, problems: list[Problem]) -> list[Path]:
    """The YAML files of a folder and all folders below it; one that cannot be looked into is a problem."""
    files: list[Path] = []
    before = len(problems)

    def unreadable(error: OSError) -> None:
        problems.append(Problem(Origin(str(error.filename)), "E-FILE-READ", sentence("E-FILE-READ.folder")))

    for at, folders, names in os.walk(folder, onerror=unreadable):
        files += [Path(at, name) for name in names if Path(name).suffix.lower() in SUFFIXES]
        for link in (p for p in (Path(at, name) for name in folders) if p.is_symlink()):
            hint = sentence("E-FILE-LINK.folder_hint")
            problems.append(Problem(Origin(str(link)), "E-FILE-LINK", sentence("E-FILE-LINK.folder"), hint))
    if not files and len(problems) == before:
        problems.append(Problem(Origin(str(folder)), "E-EMPTY", sentence("E-EMPTY.folder")))
    return sorted(files)


def wrong_header(document: Document, wanted: str) -> Problem:
    """The problem of a document that is not headed as it should be."""
    header = header_of(document)
    origin = document.origin("/auditor") if header is not None else document.origin("")
    said = sentence("E-HEADER.other", header=header) if header is not None else sentence("E-HEADER.none")
    return Problem(origin, "E-HEADER", said, sentence("E-HEADER.hint", wanted=wanted))
