"""What if: acts into cuts, cuts through the needs, and what stops, when, and what is left."""

from auditor.outage.needs import NeedGraph, need_graph
from auditor.outage.scenario import Run, fits
from auditor.outage.supposing import World, suppose

__all__ = ["NeedGraph", "Run", "World", "fits", "need_graph", "suppose"]
