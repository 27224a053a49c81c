"""`did you mean`: the nearest of the names that exist, within a budget that no amount of mistakes can exceed."""

from collections.abc import Collection

from auditor.messages import sentence

BUDGET = 200_000
"""Most names that the suggestions of one run are compared with, all together: less than a second."""


class Nearest:
    """Suggestions for the mistakes of one run."""

    def __init__(self) -> None:
        self._left = BUDGET

    def hint(self, written: str, among: Collection[str]) -> str | None:
        """`did you mean …?`; None if no name is near, or if there were too many mistakes to look any further."""
        self._left -= len(among)
        if self._left < 0:
            return None
        from difflib import get_close_matches  # noqa: PLC0415 - only a mistake needs it

        near = get_close_matches(written, sorted(among), 1, 0.6)
        return sentence("meant.near", name=near[0]) if near else None
