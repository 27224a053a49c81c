"""Who acts, on whom, and whom that obliges: which law gets to a dependency, on which bases, by which chains."""

from auditor.reach.binding import Bound, Laws
from auditor.reach.concern import HELD
from auditor.reach.fork import forks
from auditor.reach.question import VOLUNTARY, BadQuestion, Designation, Target, designation
from auditor.reach.search import find_reaches

__all__ = [
    "HELD",
    "VOLUNTARY",
    "BadQuestion",
    "Bound",
    "Designation",
    "Laws",
    "Target",
    "designation",
    "find_reaches",
    "forks",
]
