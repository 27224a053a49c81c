"""Who stands behind whom: the graph of stakes, and what an ownership test says of those who are held.

Nodes are strings with a prefix: `entity:` (catalogue id), and of the inventory `party:`, `person:`, `org:`, `unit:`.
Shares are exact integers, intervals where they are not known.
"""

from auditor.control.firmest import Above
from auditor.control.graph import Edge, OwnershipGraph, majority_line, overfull, ownership_graph, ultimate_parents
from auditor.control.judgement import Judgement, judge, period_on, stands_behind

__all__ = [
    "Above",
    "Edge",
    "Judgement",
    "OwnershipGraph",
    "judge",
    "majority_line",
    "overfull",
    "ownership_graph",
    "period_on",
    "stands_behind",
    "ultimate_parents",
]
