"""Official lists: one file for each layout, the store that keeps them, and the only sockets of the product.

A list is fetched, judged and put into the store by `update`; an audit gets `Listings` of it. What is missing, old or
damaged is a state and never an empty answer.
"""

from auditor.lists._bundle import export, import_
from auditor.lists._diff import Change, Hit, Ours, changes, hits, ours
from auditor.lists._fetch import Fetcher, Rules, can_fetch
from auditor.lists._formats import formats, sources
from auditor.lists._judge import ACCEPTABLE
from auditor.lists._listings import load_listings, records_of, status_of
from auditor.lists._reading import Source
from auditor.lists._refused import Refused
from auditor.lists._snapshot import Entry, Snapshot
from auditor.lists._store import GENERATIONS, Store
from auditor.lists._update import Updated, Wanted, update

__all__ = [
    "ACCEPTABLE",
    "GENERATIONS",
    "Change",
    "Entry",
    "Fetcher",
    "Hit",
    "Ours",
    "Refused",
    "Rules",
    "Snapshot",
    "Source",
    "Store",
    "Updated",
    "Wanted",
    "can_fetch",
    "changes",
    "export",
    "formats",
    "hits",
    "import_",
    "load_listings",
    "ours",
    "records_of",
    "sources",
    "status_of",
    "update",
]
