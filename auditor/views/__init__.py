"""Rows and sentences that reporters and screens share. User text in them is still raw: a sink has to make it safe."""

from auditor.views.findings import HopRow, LawRow, bases_by_law, chain_rows, headline, law_name, names, place_of

__all__ = ["HopRow", "LawRow", "bases_by_law", "chain_rows", "headline", "law_name", "names", "place_of"]
