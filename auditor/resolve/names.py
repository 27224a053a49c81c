"""Names as they are compared: one normal form, and an index from it to ids. Listed names are screening's business."""

import unicodedata
from collections import defaultdict
from collections.abc import Iterable, Mapping

from auditor.model.record import record

_LATIN = (
    "ab ag aps as bv co company corp corporation eg ev foundation gmbh inc incorporated kg kk limited llc llp lp ltd "
    "nv oy pbc plc pte pty sa sarl sas se sl spa srl stiftung ug"
)
_OTHERS = "주식회사 유한회사 유한책임회사 株式会社 有限公司"
LEGAL_FORMS = frozenset(f"{_LATIN} {_OTHERS}".split())
"""Company forms that do not tell two companies apart."""

_ASCII = {c: None if chr(c) in ".'" else " " for c in range(128) if not chr(c).isalnum()}
"""What becomes of punctuation: points and apostrophes go, the rest parts words."""

NEAR = 0.75
"""How alike a name must be to be offered as a near one (difflib's ratio)."""

_FIELDS, _OFTEN = 41, 12
_FULL = (1 << _OFTEN) - 1

SHOWN = 3
"""How many near names are offered."""


@record
class Index:
    """Ids by name: as written first, then without legal forms, so that `Proton AG` is not taken for `Proton`."""

    written: Mapping[str, tuple[str, ...]]
    normal: Mapping[str, tuple[str, ...]]

    def get(self, name: str) -> tuple[str, ...]:
        """The ids that bear a name; several if it does not tell them apart, none if nobody bears it."""
        return self.written.get(_folded(name), ()) or self.normal.get(normal_form(name), ())


def _folded(name: str) -> str:
    """NFKC, casefolded, without punctuation."""
    if name.isascii():
        return " ".join(name.lower().translate(_ASCII).split())
    folded = unicodedata.normalize("NFKC", name).casefold().replace("(주)", " 주식회사 ")
    return " ".join("".join(c if c.isalnum() else ("" if c in ".'’" else " ") for c in folded).split())


def normal_form(name: str) -> str:
    """NFKC, casefolded, without punctuation and legal forms (unless nothing would be left)."""
    return _normal(_folded(name))


def _normal(folded: str) -> str:
    words = folded.split()
    return " ".join([w for w in words if w not in LEGAL_FORMS] or words)


def name_index(names: Iterable[tuple[str, str]]) -> Index:
    """The index of (name, id) pairs."""
    written: defaultdict[str, set[str]] = defaultdict(set)
    normal: defaultdict[str, set[str]] = defaultdict(set)
    for name, named in names:
        folded = _folded(name)
        written[folded].add(named)
        normal[_normal(folded)].add(named)
    return Index(*({name: tuple(sorted(ids)) for name, ids in found.items()} for found in (written, normal)))


class Nearest:
    """The names nearest to one that nobody bears: those of difflib's `get_close_matches`, which is not asked of all.

    The characters two names have in common, in order, are at least those that difflib matches: whoever could not be
    near by that measure is not compared any closer. Before that comes a look at which characters occur how often.
    """

    def __init__(self, indexes: Iterable[Index]) -> None:
        self._indexes = tuple(indexes)
        names = sorted({n for index in self._indexes for n in index.normal})
        self._names = [(n, len(n), _characters(n)) for n in names]
        self._found: dict[str, tuple[str, ...]] = {}

    def near(self, name: str) -> tuple[str, ...]:
        """Ids whose names are near the one written, nearest first."""
        written = normal_form(name)
        if written not in self._found:
            names = self._closest(written)
            ids = (i for n in names for index in self._indexes for i in index.normal.get(n, ()))
            self._found[written] = tuple(dict.fromkeys(ids))
        return self._found[written]

    def _closest(self, written: str) -> tuple[str, ...]:
        size, characters = len(written), _characters(written)
        counted = characters.bit_count()
        places = {c: sum(1 << i for i, at in enumerate(written) if at == c) for c in set(written)}
        whole = (1 << size) - 1
        bounds: list[tuple[float, str]] = []
        for name, length, others in self._names:
            least = NEAR * (size + length) / 2
            let_pass = min(size - counted, length - others.bit_count())
            if least > min(size, length, (characters & others).bit_count() + let_pass):
                continue
            # the longest common subsequence, all rows of its table at once: Hyyrö, "Bit-parallel LCS-length
            # computation revisited", 2004
            rows = whole
            for c in name:
                met = rows & places.get(c, 0)
                rows = (rows + met) | (rows - met)
            common = size - (rows & whole).bit_count()
            if common >= least:
                bounds.append((2.0 * common / (size + length) if size + length else 1.0, name))
        bounds.sort(reverse=True)
        from difflib import SequenceMatcher  # noqa: PLC0415 - only a name that nobody bears needs it

        matcher = SequenceMatcher()
        matcher.set_seq2(written)
        best: list[tuple[float, str]] = []
        for bound, name in bounds:
            if len(best) == SHOWN and bound < best[-1][0]:
                break
            matcher.set_seq1(name)
            ratio = matcher.ratio()
            if ratio >= NEAR:
                best = sorted((*best, (ratio, name)), reverse=True)[:SHOWN]
        return tuple(name for _, name in best)


def _characters(name: str) -> int:
    """How often each character occurs in a name, as so many bits of a field of its own.

    What two names have in common counts no less than the characters both have, each as often as both have it. Different
    characters may share a field, and of more than `_OFTEN` in one the rest is let pass, which only makes names more
    alike.
    """
    found = 0
    for c in name:
        at = ord(c) % _FIELDS * _OFTEN
        had = (found >> at & _FULL).bit_count()
        if had < _OFTEN:
            found |= 1 << at + had
    return found
