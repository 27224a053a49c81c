"""Why a list is not believed: a code, a sentence in both languages, and what to do."""

from auditor.errors import Problem
from auditor.messages import both, catalogue
from auditor.model.values import Origin, Text


class Refused(Exception):
    """A list, a download, a store or a bundle is not believed. `code` is `E-LIST-…`; the sentence goes by its key."""

    def __init__(self, code: str, key: str, /, *, line: int = 0, column: int = 0, **values: object) -> None:
        self.code = code
        self.what = both(f"refused.{key}", **values)
        known = catalogue("en")
        self.hint: Text | None = both(f"refused.{key}_hint", **values) if f"refused.{key}_hint" in known else None
        self.line, self.column = line, column
        super().__init__(f"{code}: {self.what.en}")

    def problem(self, where: str, language: str) -> Problem:
        """The refusal as a problem of a place: a list's name, a file, an address."""
        hint = self.hint.in_(language) if self.hint is not None else None
        return Problem(Origin(where, "", self.line, self.column), self.code, self.what.in_(language), hint)
