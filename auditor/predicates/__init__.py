"""The rule vocabulary: named predicates that answer with evidence, or not at all. No code, no expressions.

To add one, write one function with its argument schema into the file of its theme; the pack schema, `auditor explain`
and the docs follow.
"""

from auditor.predicates import contracts, holding, law, making, supposing, unknown
from auditor.predicates.facts import HOLDS, Evidence, Facts, Subject, functions_by_need, total
from auditor.predicates.registry import PREDICATES, Predicate

__all__ = [
    "HOLDS",
    "PREDICATES",
    "Evidence",
    "Facts",
    "Predicate",
    "Subject",
    "contracts",
    "functions_by_need",
    "holding",
    "law",
    "making",
    "supposing",
    "total",
    "unknown",
]
