"""Whether shipped facts agree with themselves: names, official numbers, shares, dates, and what is built on what."""

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import date

from auditor.errors import Problem, ordered
from auditor.messages import sentence
from auditor.model.knowledge import Entity, Knowledge, KnownStake, Product
from auditor.model.values import WHOLE
from auditor.resolve.names import name_index

_UID = re.compile(r"CHE-?(\d{3})\.?(\d{3})\.?(\d{3})")
_BRN = re.compile(r"(\d{3})-?(\d{2})-?(\d{5})")


def unsound(knowledge: Knowledge, on: date) -> tuple[Problem, ...]:
    """A problem for each name of two records, wrong check digit, share too much, date out of order, and circle."""
    return ordered(
        (*_names(knowledge), *_numbers(knowledge), *_shares(knowledge), *_dates(knowledge, on), *_circles(knowledge))
    )


def swiss_uid(written: str) -> bool:
    """Whether a Swiss UID has the right check digit (eCH-0097: modulo 11 with weights 5 4 3 2 7 6 5 4)."""
    parsed = _UID.fullmatch(written)
    if parsed is None:
        return False
    *digits, last = (int(c) for c in "".join(parsed.groups()))
    return (11 - sum(d * w for d, w in zip(digits, (5, 4, 3, 2, 7, 6, 5, 4), strict=True)) % 11) % 11 == last


def korean_brn(written: str) -> bool:
    """Whether a Korean business registration number has the right check digit (weights 1 3 7 1 3 7 1 3 5)."""
    parsed = _BRN.fullmatch(written)
    if parsed is None:
        return False
    *digits, last = (int(c) for c in "".join(parsed.groups()))
    weighted = sum(d * w for d, w in zip(digits, (1, 3, 7, 1, 3, 7, 1, 3, 5), strict=True)) + digits[8] * 5 // 10
    return (10 - weighted % 10) % 10 == last


def _names(k: Knowledge) -> Iterator[Problem]:
    for records in (k.entities, k.products):
        known: Mapping[str, Entity | Product] = records
        index = name_index((n, r.id) for r in known.values() for n in (r.id, r.name, *r.aliases))
        for name, ids in index.written.items():
            if len(ids) > 1:
                others = ", ".join(f"`{i}`" for i in ids[:-1])
                yield Problem(
                    known[ids[-1]].origin,
                    "E-TWO-BEAR",
                    sentence("E-TWO-BEAR.name", id=ids[-1], name=name, others=others),
                )


def _numbers(k: Knowledge) -> Iterator[Problem]:
    for e in k.entities.values():
        if e.ids is not None and e.ids.ch_uid is not None and not swiss_uid(e.ids.ch_uid):
            yield Problem(e.origin, "E-CHECK-DIGIT", sentence("E-CHECK-DIGIT.ch_uid", id=e.id, given=e.ids.ch_uid))
        if e.ids is not None and e.ids.kr_brn is not None and not korean_brn(e.ids.kr_brn):
            yield Problem(e.origin, "E-CHECK-DIGIT", sentence("E-CHECK-DIGIT.kr_brn", id=e.id, given=e.ids.kr_brn))
    leis = defaultdict(list)
    for e in k.entities.values():
        if e.ids is not None and e.ids.lei is not None:
            leis[e.ids.lei].append(e)
    for lei, found in leis.items():
        if len(found) > 1:
            said = sentence("E-TWO-BEAR.lei", id=found[-1].id, lei=lei, other=found[0].id)
            yield Problem(found[-1].origin, "E-TWO-BEAR", said)


def _shares(k: Knowledge) -> Iterator[Problem]:
    for e in k.entities.values():
        held = sum(s.percent.low for s in e.owned_by if s.percent is not None and s.until is None)
        if held > WHOLE:
            yield Problem(e.origin, "E-SHARES", sentence("E-SHARES.over", id=e.id))


def _dates(k: Knowledge, on: date) -> Iterator[Problem]:
    for kind in ("entities", "products", "ownership_tests", "regimes", "precedents"):
        for record in getattr(k, kind).values():
            for source in record.sources:
                if source.retrieved > on:
                    said = sentence("E-DATE.to_come", id=record.id, day=source.retrieved)
                    yield Problem(record.origin, "E-DATE", said)
                if source.published is not None and source.published > source.retrieved:
                    said = sentence(
                        "E-DATE.read_before", id=record.id, published=source.published, day=source.retrieved
                    )
                    yield Problem(record.origin, "E-DATE", said)
    for e in k.entities.values():
        for stake in e.owned_by:
            if stake.since is not None and isinstance(stake.until, date) and stake.until < stake.since:
                yield Problem(e.origin, "E-DATE", sentence("E-DATE.stake", id=e.id, by=stake.by))


def _circles(k: Knowledge) -> Iterator[Problem]:
    """Majorities and bundles that lead back to where they began; small crossed shareholdings do exist."""
    majorities = {e.id: {s.by for s in e.owned_by if _majority(s)} for e in k.entities.values()}
    for i in _leading_back(majorities):
        yield Problem(k.entities[i].origin, "E-CIRCLE", sentence("E-CIRCLE.owned", id=i))
    parts = {p.id: {p.part_of} if p.part_of else set[str]() for p in k.products.values()}
    for i in _leading_back(parts):
        yield Problem(k.products[i].origin, "E-CIRCLE", sentence("E-CIRCLE.part", id=i))


def _majority(s: KnownStake) -> bool:
    return s.percent is not None and s.percent.low > WHOLE // 2 and s.until is None


def _leading_back(edges: Mapping[str, set[str]]) -> Iterator[str]:
    for start in sorted(edges):
        seen, waiting = set[str](), list(edges[start])
        while waiting:
            named = waiting.pop()
            if named == start:
                yield start
                break
            if named not in seen:
                seen.add(named)
                waiting.extend(edges.get(named, ()))
