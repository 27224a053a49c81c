"""Names as they are compared: one normal form, and an index from it to ids. Listed names are screening's business."""

import unicodedata
from collections.abc import Iterable, Mapping
from difflib import get_close_matches

_LATIN = (
    "ab ag aps as bv co company corp corporation eg ev foundation gmbh inc incorporated kg kk limited llc llp lp ltd "
    "nv oy pbc plc pte pty sa sarl sas se sl spa srl stiftung ug"
)
_OTHERS = "주식회사 유한회사 유한책임회사 株式会社 有限公司"
LEGAL_FORMS = frozenset(f"{_LATIN} {_OTHERS}".split())
"""Company forms that do not tell two companies apart."""

NEAR = 0.75
"""How alike a name must be to be offered as a near one (difflib's ratio)."""

Index = Mapping[str, tuple[str, ...]]
"""Normal form → ids."""


def normal_form(name: str) -> str:
    """NFKC, casefolded, without punctuation and legal forms (unless nothing would be left)."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("(주)", " ")
    words = "".join(c if c.isalnum() else ("" if c in ".'’" else " ") for c in folded).split()
    return " ".join([w for w in words if w not in LEGAL_FORMS] or words)


def name_index(names: Iterable[tuple[str, str]]) -> Index:
    """The index of (name, id) pairs."""
    found: dict[str, set[str]] = {}
    for name, named in names:
        found.setdefault(normal_form(name), set()).add(named)
    return {name: tuple(sorted(ids)) for name, ids in found.items()}


def near(written: str, *indexes: Index) -> tuple[str, ...]:
    """Ids whose names are near the one written, nearest first."""
    names = sorted({n for index in indexes for n in index})
    found = get_close_matches(normal_form(written), names, 3, NEAR)
    return tuple(dict.fromkeys(i for n in found for index in indexes for i in index.get(n, ())))
