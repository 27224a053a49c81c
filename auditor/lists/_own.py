"""What the organisation's own list says of a party, whether it is CSV or YAML."""

from collections.abc import Mapping, Sequence

from auditor.lists._reading import (
    KIND_WORDS,
    Source,
    dated,
    iso,
    kept,
    named,
    names_of,
    number,
    place,
    present,
    restricted,
)
from auditor.lists._refused import Refused
from auditor.model.listings import DateRole, Identifier, ListedParty, NameKind, PartyKind, PlaceRole, Restriction

OWN = Source("own", "The organisation's own list", ("own-csv", "own-yaml"), days=3650, frozen=3650)


def party(source: str, uid: str, cells: Mapping[str, Sequence[str]], where: str) -> ListedParty:
    """A party from its fields. Raises Refused, naming the row, for a word that is none of the vocabulary's."""

    def get(name: str) -> Sequence[str]:
        return cells.get(name, ())

    def first(name: str) -> str:
        return next(iter(get(name)), "")

    kind = KIND_WORDS.get(first("kind").lower())
    if first("kind") and kind is None:
        raise _word("kind", first("kind"), where, tuple(KIND_WORDS))
    known = {str(r): r for r in Restriction}
    for word in get("restrictions"):
        if word not in known:
            raise _word("restrictions", word, where, tuple(known))
    ended = first("ended")
    if ended and iso(ended) is None:
        raise _word("ended", ended, where, ("YYYY-MM-DD",))
    own = [named(n, NameKind.PRIMARY) for n in get("name")[:1]]
    return ListedParty(
        source,
        uid,
        kind or PartyKind.UNKNOWN,
        names_of([*own, *(named(n) for n in (*get("name")[1:], *get("aliases")))], where),
        restricted([known[w] for w in get("restrictions")] or [Restriction.CHOSEN]),
        tuple(get("programme")),
        present(place(PlaceRole.OTHER, c) for c in get("countries")),
        present(_number(i) for i in get("identifiers")),
        present([*(dated(DateRole.BIRTH, d) for d in get("birth")), dated(DateRole.LISTED, first("listed"))]),
        tuple(get("linked")),
        kept("; ".join(get("remarks"))),
        iso(ended) if ended else None,
    )


def _number(text: str) -> Identifier | None:
    """`LEI: 529900T8BM49AURSDO55`, or the number alone."""
    kind, colon, value = text.partition(":")
    return number(kind, value) if colon else number("ID", text)


def _word(field: str, found: str, where: str, words: tuple[str, ...]) -> Refused:
    return Refused("E-LIST-SCHEMA", "word", field=field, found=found[:60], record=where, words=", ".join(words))
