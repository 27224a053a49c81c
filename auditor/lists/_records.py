"""Listed parties as lines of JSON and back: the form in which the store keeps what it read."""

import json
from collections.abc import Iterator
from typing import Any

from auditor.lists._refused import Refused
from auditor.model.listings import (
    DateRole,
    Identifier,
    ListedParty,
    NameKind,
    PartyDate,
    PartyKind,
    PartyName,
    PartyPlace,
    PlaceRole,
    Restriction,
    Strength,
)

FORM = 1
"""Counts up with every change of the lines."""


def to_line(p: ListedParty) -> bytes:
    """One party as one line. Equal parties give equal bytes."""
    row: list[Any] = [
        p.id,
        p.kind,
        [_name(n) for n in p.names],
        p.restrictions,
        p.programmes,
        [[x.role, x.written, x.code] for x in p.places],
        [[x.kind, x.number, x.country] if x.country else [x.kind, x.number] for x in p.identifiers],
        [[x.role, x.written, 1] if x.about else [x.role, x.written] for x in p.dates],
        p.linked,
        p.remarks,
        p.delisted,
    ]
    while not row[-1]:
        row.pop()
    return json.dumps(row, ensure_ascii=False, separators=(",", ":")).encode("utf-8", "strict") + b"\n"


def _name(n: PartyName) -> Any:
    """A plain other name in Latin script, as most are, is its text alone."""
    if n.kind is NameKind.ALIAS and n.strength is Strength.STRONG and n.script == "Latn" and n.language is None:
        return n.text
    row = [n.text, n.kind, n.strength, n.script]
    return [*row, n.language] if n.language else row


_KINDS = {str(k): k for k in PartyKind}
_NAME_KINDS = {str(k): k for k in NameKind}
_STRENGTHS = {str(k): k for k in Strength}
_RESTRICTIONS = {str(k): k for k in Restriction}
_ROLES = {str(k): k for k in PlaceRole}
_DATES = {str(k): k for k in DateRole}


class Records:
    """The parties of one list from the lines that were read and verified; each pass makes them anew."""

    __slots__ = ("_lines", "_source", "count")

    def __init__(self, source: str, lines: bytes, count: int) -> None:
        self._source = source
        self._lines = lines
        self.count = count

    def __len__(self) -> int:
        return self.count

    def __iter__(self) -> Iterator[ListedParty]:
        """Every party in the list's own order. Raises Refused if the lines are not what the store wrote."""
        lines, at, source = self._lines, 0, self._source
        decode = json.JSONDecoder().decode
        seen = 0
        while at < len(lines):
            end = lines.find(b"\n", at)
            if end < 0:
                raise Refused("E-STORE-DAMAGED", "records")
            try:
                yield from_row(source, decode(lines[at:end].decode()))
            except (ValueError, KeyError, TypeError, IndexError):
                raise Refused("E-STORE-DAMAGED", "records") from None
            at = end + 1
            seen += 1
        if seen != self.count:
            raise Refused("E-STORE-DAMAGED", "records")


def from_row(source: str, row: list[Any]) -> ListedParty:
    """The party of a line."""
    row += [()] * (9 - len(row)) + [None] * (11 - max(9, len(row)))
    uid, kind, names, restrictions, programmes, places, identifiers, dates, linked, remarks, delisted = row
    return ListedParty(
        source,
        uid,
        _KINDS[kind],
        tuple(
            PartyName(n)
            if n.__class__ is str
            else PartyName(n[0], _NAME_KINDS[n[1]], _STRENGTHS[n[2]], n[3], n[4] if len(n) > 4 else None)
            for n in names
        ),
        tuple([_RESTRICTIONS[r] for r in restrictions]),
        tuple(programmes),
        tuple([PartyPlace(_ROLES[r], written, code) for r, written, code in places]),
        tuple([Identifier(*i) for i in identifiers]),
        tuple([PartyDate(_DATES[d[0]], d[1], len(d) > 2) for d in dates]),
        tuple(linked),
        remarks,
        delisted,
    )
