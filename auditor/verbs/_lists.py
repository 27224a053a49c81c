"""The list store of a run: where it lies, how old lists may be."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

from auditor.errors import Problem, WrongCall
from auditor.lists import sources
from auditor.messages import say
from auditor.model.values import Origin


def store_folder(named: str | None) -> Path:
    """The list store: the folder named, else `AUDITOR_LISTS`, else the user's data folder (XDG)."""
    if named is not None:
        return Path(named)
    if os.environ.get("AUDITOR_LISTS"):
        return Path(os.environ["AUDITOR_LISTS"])
    data = os.environ.get("XDG_DATA_HOME", "")
    home = Path(data) if data.startswith("/") else Path.home() / ".local" / "share"
    return home / "auditor" / "lists"


_AGE = re.compile(r"(?:([a-z0-9-]+)=)?(\d{1,5})(d|h)?")


def ages(given: Sequence[str], lang: str) -> dict[str, int]:
    """`3d`, `ofac-sdn=2d,un-sc=10d` → days by list; `*` for all that are not named. Raises WrongCall."""
    found = {}
    for part in (p.strip() for g in given for p in g.split(",")):
        match = _AGE.fullmatch(part)
        if match is None or (match[1] is not None and match[1] not in sources()):
            hint = say("error.data_age_hint", lang)
            raise WrongCall(Problem(Origin(), "E-DATA-AGE", say("error.data_age", lang, given=part), hint))
        found[match[1] or "*"] = int(match[2]) // (24 if match[3] == "h" else 1)
    return found
