"""A file in a folder is a plug-in: what may be added by writing one file is found by looking into its folder."""

import os


def names_in(folder: str | os.PathLike[str]) -> tuple[str, ...]:
    """The plug-ins of a folder by the names users type, sorted; files that start with `_` are no plug-ins."""
    with os.scandir(folder) as files:
        found = [f.name.removesuffix(".py") for f in files if f.name.endswith(".py") and not f.name.startswith("_")]
    return tuple(sorted(name.replace("_", "-") for name in found))
