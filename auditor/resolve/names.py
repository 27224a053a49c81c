"""Names as they are compared: one normal form, and an index from it to ids. Listed names are screening's business."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
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


@dataclass(frozen=True, slots=True)
class Index:
    """Ids by name: as written first, then without legal forms, so that `Proton AG` is not taken for `Proton`."""

    written: Mapping[str, tuple[str, ...]]
    normal: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> tuple[str, ...]:
        """The ids that bear a name; several if it does not tell them apart, none if nobody bears it."""
        return self.written.get(_folded(name), ()) or self.normal.get(normal_form(name), ())


def _folded(name: str) -> str:
    """NFKC, casefolded, without punctuation."""
    folded = unicodedata.normalize("NFKC", name).casefold().replace("(주)", " 주식회사 ")
    return " ".join("".join(c if c.isalnum() else ("" if c in ".'’" else " ") for c in folded).split())


def normal_form(name: str) -> str:
    """NFKC, casefolded, without punctuation and legal forms (unless nothing would be left)."""
    words = _folded(name).split()
    return " ".join([w for w in words if w not in LEGAL_FORMS] or words)


def name_index(names: Iterable[tuple[str, str]]) -> Index:
    """The index of (name, id) pairs."""
    written: defaultdict[str, set[str]] = defaultdict(set)
    normal: defaultdict[str, set[str]] = defaultdict(set)
    for name, named in names:
        written[_folded(name)].add(named)
        normal[normal_form(name)].add(named)
    return Index(*({name: tuple(sorted(ids)) for name, ids in found.items()} for found in (written, normal)))


def near(name: str, *indexes: Index) -> tuple[str, ...]:
    """Ids whose names are near the one written, nearest first."""
    known = sorted({n for index in indexes for n in index.normal})
    found = get_close_matches(normal_form(name), known, 3, NEAR)
    return tuple(dict.fromkeys(i for n in found for index in indexes for i in index.normal.get(n, ())))
