"""What changed between two states of a list: added, removed, changed, record by record; and what of it is about us."""

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields

from auditor.model.listings import ListedParty, NameKind


@dataclass(frozen=True, slots=True)
class Change:
    """One record before and after; `what` names the fields that differ."""

    id: str
    before: ListedParty | None
    after: ListedParty | None
    what: tuple[str, ...] = ()

    @property
    def kind(self) -> str:
        """`added`, `removed` or `changed`."""
        return "added" if self.before is None else "removed" if self.after is None else "changed"

    @property
    def party(self) -> ListedParty:
        """The record as it is now, or as it was last."""
        found = self.after or self.before
        if found is None:
            raise ValueError("a change of nothing")
        return found


def changes(before: Iterable[ListedParty], after: Iterable[ListedParty]) -> tuple[Change, ...]:
    """Every difference, sorted by id. Records that bear one id are told apart by their order."""
    old, new = _by_id(before), _by_id(after)
    found = []
    for key in sorted({*old, *new}):
        was, now = old.get(key), new.get(key)
        if was is None or now is None:
            found.append(Change(key[0], was, now))
        elif was != now:
            what = tuple(f.name for f in fields(ListedParty) if getattr(was, f.name) != getattr(now, f.name))
            found.append(Change(key[0], was, now, what))
    return tuple(found)


def _by_id(parties: Iterable[ListedParty]) -> dict[tuple[str, int], ListedParty]:
    seen: dict[str, int] = {}
    found = {}
    for party in parties:
        seen[party.id] = seen.get(party.id, 0) + 1
        found[party.id, seen[party.id]] = party
    return found


@dataclass(frozen=True, slots=True)
class Ours:
    """What we are and depend on: names and numbers, each with who bears it."""

    names: Mapping[str, str]
    numbers: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Hit:
    """Somebody of ours who bears a name or a number of a listed party: exactly, which decides nothing yet."""

    who: str
    on: str
    by: str


def ours(names: Iterable[tuple[str, str]], numbers: Iterable[tuple[str, str]]) -> Ours:
    """(who, name) and (who, number) as they are compared."""
    return Ours(
        {key: who for who, name in sorted(names, reverse=True) if (key := name_key(name))},
        {key: who for who, number in sorted(numbers, reverse=True) if (key := number_key(number))},
    )


def hits(party: ListedParty, us: Ours) -> Iterator[Hit]:
    """Who of ours bears a number or a whole name of a listed party; weak names alone identify nobody."""
    for number in party.identifiers:
        who = us.numbers.get(number_key(number.number))
        if who is not None:
            yield Hit(who, number.number, "identifier")
    for name in party.names:
        if name.strength == "strong" or name.kind is NameKind.PRIMARY:
            who = us.names.get(name_key(name.text))
            if who is not None:
                yield Hit(who, name.text, "name")


def name_key(text: str) -> str:
    """A name without case, punctuation and the width of its letters."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(c if c.isalnum() else " " for c in folded).split())


def number_key(text: str) -> str:
    """An identifier's letters and digits; nothing where they are too few to identify."""
    key = "".join(c for c in unicodedata.normalize("NFKC", text).upper() if c.isalnum())
    return key if len(key) >= 6 and any(c.isdigit() for c in key) else ""
