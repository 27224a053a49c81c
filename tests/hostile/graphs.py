"""Attacks on what is followed from one record to the next: owners, hosts, needs."""

from collections.abc import Iterable, Iterator
from itertools import pairwise

from tests.hostile import INVENTORY, Case, swapped

BANK = "  - {id: bank, name: Polder Bank, country: NL}\n"
Edge = tuple[str, str, str]


def owned(edges: Iterable[Edge]) -> str:
    """The inventory with further parties, who hold shares (holder, held, fields); `bank` is the supplier."""
    holdings: dict[str, list[str]] = {"bank": []}
    for holder, held, fields in edges:
        holdings.setdefault(holder, [])
        holdings.setdefault(held, []).append(f"{{by: {holder}, {fields}}}")
    lines = (
        f"  - {{id: {i}, name: {i}, country: {'NL' if i == 'bank' else 'US'}, owned_by: [{', '.join(of)}]}}\n"
        for i, of in holdings.items()
    )
    return swapped(INVENTORY, BANK, "".join(lines))


def chain(n: int) -> list[Edge]:
    """Each holds all of the next; the last holds the bank."""
    names = [*(f"p{i}" for i in range(n)), "bank"]
    return [(a, b, "percent: 100") for a, b in pairwise(names)]


def dependencies(lines: Iterable[str]) -> str:
    """The inventory with further dependencies."""
    return INVENTORY.replace("assets:", "".join(f"  - {{{line}}}\n" for line in lines) + "assets:")


def cases() -> Iterator[Case]:
    """Cycles, sums, contradictions, ladders and nets."""
    for name, defect, code, *rest in _rows():
        options = rest[1] if len(rest) > 1 else {}
        yield Case(name, "graph", defect.encode(), code, rest[0] if rest else "", **options)


def _rows() -> Iterator[tuple]:
    whole, process = "percent: 100", {"process": True}
    yield "who holds itself", owned([("bank", "bank", whole)]), None
    yield "who hold each other", owned([("p", "bank", whole), ("bank", "p", whole)]), None
    yield "a circle of fifty", owned([*chain(50), ("bank", "p0", whole)]), None
    over = {"notes": ("W-OWNERSHIP-SUM",)}
    yield "over the whole", owned([("p", "bank", "percent: 80"), ("q", "bank", "percent: 80")]), None, "160", over
    yield "exactly half by parts", owned([("p", "bank", "percent: 49.995"), ("q", "bank", "percent: 0.005")]), None
    yield "a share told twice", owned([("p", "bank", "percent: 30"), ("p", "bank", "percent: 60")]), "E-DUP-STAKE"
    yield "a share told 20,000 times", owned([("p", "bank", "percent: 30")] * 20_000), None
    periods = [
        ("p", "bank", f"percent: {1 + i % 2}, from: {1000 + i:04}-01-01, until: {1000 + i:04}-12-31")
        for i in range(5_000)
    ]
    yield "a share over 5,000 years", owned(periods), None
    yield (
        "a share told 5,000 ways",
        owned([("p", "bank", f"percent: {i % 100}") for i in range(5_000)]),
        "E-DUP-STAKE",
        "",
        {"count": 1_000},
    )
    yield "a ladder of a hundred", owned(chain(100)), None, "", process
    for said in ("percent: 100", "percent: unknown", "control: [board_majority]"):
        rungs = [*chain(2_500)[:-1], ("p2499", "bank", said)]
        yield f"a ladder of 2,500, {said}", owned((a, b, said) for a, b, _ in rungs), None, "", process
    ladder = chain(2_500)[:-1]
    yield "a ladder of 2,500 to little", owned([*ladder, ("p2499", "bank", "percent: 1")]), None, "", process
    for size, name, code in ((90, "ninety", None), (150, "a hundred and fifty", "E-STAKES")):
        for share in ("1", "unknown"):
            net = [(f"p{a}", f"p{b}", f"percent: {share}") for a in range(size) for b in range(size) if a != b]
            yield f"a net of {name}, each {share}", owned([("p0", "bank", whole), *net]), code, "", process
    yield "three hundred holders", owned([(f"p{i}", "bank", "percent: 0.3") for i in range(300)]), None
    yield (
        "an unknown holder",
        swapped(INVENTORY, "Polder Bank, country: NL", "Polder Bank, owned_by: [{by: nobody}]"),
        "E-DANGLING",
    )
    yield (
        "what runs on itself",
        dependencies(
            [
                "id: a, hosted_on: b, built_on: [a], needs: [b], part_of: b, login_via: a",
                "id: b, hosted_on: a, part_of: a",
            ]
        ),
        None,
    )
    for field in ("hosted_on: %s", "part_of: %s", "login_via: %s", "needs: [%s]"):
        lines = [f"id: d{i}, product: nextcloud, {field % f'd{max(i - 1, 0)}'}" for i in range(500)]
        yield f"five hundred behind {field[:-4]}", dependencies(lines), None, "", {"process": "hosted" in field}
    layers = [
        f"id: d{i}-{j}, hosted_on: [{', '.join(f'd{i - 1}-{k}' for k in range(10)) if i else 'files'}]"
        for i in range(20)
        for j in range(10)
    ]
    yield "twenty layers of ten", dependencies(layers), None
    deep = "[{any_of: " * 25 + "[files]" + "}]" * 25
    yield "alternatives in alternatives", swapped(INVENTORY, "needs: [files]", f"needs: {deep}"), None
    yield "alternatives to nothing", swapped(INVENTORY, "needs: [files]", "needs: [{any_of: []}]"), "E-NEED"
