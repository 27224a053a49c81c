"""Rules against subjects: conditions into evidence, evidence into one finding per cause."""

from auditor.evaluate.finding import fingerprint
from auditor.evaluate.rules import Evaluation, evaluate

__all__ = ["Evaluation", "evaluate", "fingerprint"]
