"""A file in a folder is a plug-in: what may be added by writing one file is found by looking into its folder."""

from pathlib import Path


def names_in(folder: str | Path) -> tuple[str, ...]:
    """The plug-ins of a folder by the names users type, sorted; files that start with `_` are no plug-ins."""
    found = (p.stem for p in Path(folder).glob("*.py") if not p.stem.startswith("_"))
    return tuple(sorted(name.replace("_", "-") for name in found))
