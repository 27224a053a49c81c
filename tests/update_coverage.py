"""Rewrites COVERAGE.md from the shipped facts: `python -m tests.update_coverage`. A test says when it is out of date."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from auditor.loading import load_knowledge
from auditor.model.knowledge import Entity, Knowledge, Product, status_of
from auditor.model.vocabulary import FactStatus

ROOT = Path(__file__).resolve().parent.parent
COVERAGE = ROOT / "COVERAGE.md"
REGIONS: Mapping[str, frozenset[str]] = {
    "Korea": frozenset({"KR"}),
    "European Union": frozenset(
        [
            "AT",
            "BE",
            "BG",
            "CY",
            "CZ",
            "DE",
            "DK",
            "EE",
            "ES",
            "FI",
            "FR",
            "GR",
            "HR",
            "HU",
            "IE",
            "IT",
            "LT",
            "LU",
            "LV",
            "MT",
            "NL",
            "PL",
            "PT",
            "RO",
            "SE",
            "SI",
            "SK",
        ]
    ),
    "United Kingdom": frozenset({"GB"}),
    "Switzerland": frozenset({"CH"}),
    "United States": frozenset({"US"}),
    "China, Hong Kong": frozenset({"CN", "HK"}),
    "Japan": frozenset({"JP"}),
    "India": frozenset({"IN"}),
    "Russia": frozenset({"RU"}),
}
"""Countries by where a legal person is incorporated; one without that counts where it is run from."""


def region_of(e: Entity) -> str:
    """The region of a legal person, by incorporation, and by its seat where islands of convenience hide that."""
    for place in (
        (e.headquartered_in, e.incorporated_in) if e.incorporated_in in ("KY", "VG", None) else (e.incorporated_in,)
    ):
        for name, countries in REGIONS.items():
            if place in countries:
                return name
    return "elsewhere"


def operators(knowledge: Knowledge) -> frozenset[str]:
    """Entities that operate, sell, make or keep up a product."""
    offers = [o for p in knowledge.products.values() for o in (p.operated_by, p.sold_by) if o is not None]
    parts = [c.entity for p in knowledge.products.values() for c in p.built_on if c.entity is not None]
    return frozenset(e for o in offers for e in o.by.values()) | frozenset(parts)


def coverage(knowledge: Knowledge) -> str:
    """The page as it should be."""
    return "\n".join(_page(knowledge)) + "\n"


def _page(k: Knowledge) -> Iterator[str]:
    yield "# Coverage of the catalogue\n"
    yield "Written by `python -m tests.update_coverage` from `auditor/knowledge`. Do not edit.\n"
    yield f"{len(k.products)} products, {len(k.entities)} legal persons, of which {len(operators(k))} stand behind a"
    yield "product themselves. A record has the status of its best source; a field may say a weaker one of its own.\n"
    yield "| best source | products | legal persons |\n|---|--:|--:|"
    products = Counter(status_of(p) for p in k.products.values())
    entities = Counter(status_of(e) for e in k.entities.values())
    for s in FactStatus:
        if products[s] or entities[s]:
            yield f"| {s} | {products[s]} | {entities[s]} |"
    yield "\n## Legal persons by region\n"
    yield "By incorporation; by seat where they are incorporated in the Cayman or British Virgin Islands.\n"
    yield "| region | legal persons | behind a product | to confirm |\n|---|--:|--:|--:|"
    behind = operators(k)
    for name in (*REGIONS, "elsewhere"):
        there = [e for e in k.entities.values() if region_of(e) == name]
        yield f"| {name} | {len(there)} | {sum(e.id in behind for e in there)} | {sum(map(_unverified, there))} |"
    yield "\n## Products by category\n"
    yield "| category | products | to confirm |\n|---|--:|--:|"
    categories = sorted({p.category for p in k.products.values()})
    for category in categories:
        found = [p for p in k.products.values() if p.category == category]
        yield f"| {category} | {len(found)} | {sum(map(_unverified, found))} |"
    yield "\n## To confirm\n"
    yield "Known without a public source that was read. Findings that rest on them say so.\n"
    yield "### Products\n"
    for category in categories:
        yield from _ids(category, (p for p in k.products.values() if p.category == category))
    yield "\n### Legal persons\n"
    for name in (*REGIONS, "elsewhere"):
        yield from _ids(name, (e for e in k.entities.values() if region_of(e) == name))


def _unverified(record: Entity | Product) -> bool:
    return status_of(record) is FactStatus.UNVERIFIED


def _ids(name: str, records: Iterable[Entity | Product]) -> Iterator[str]:
    found = sorted(r.id for r in records if _unverified(r))
    if found:
        yield f"- {name}: {', '.join(found)}"


if __name__ == "__main__":
    COVERAGE.write_text(coverage(load_knowledge()), encoding="utf-8")
