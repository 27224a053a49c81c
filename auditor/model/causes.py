"""What a function hangs on, whatever happens: minimal cut sets, common causes, the matrix, concentration."""

from auditor.model.record import record
from auditor.model.vocabulary import GroupKind


@record
class CutSet:
    """Things that together, and no fewer of them, stop a function; ids of dependencies, assets and people."""

    members: tuple[str, ...]


@record
class FunctionCuts:
    """The minimal cut sets of a function up to three members, smallest first; `complete` if none was left out."""

    function: str
    sets: tuple[CutSet, ...]
    complete: bool = True


@record
class CommonCause:
    """One parent, jurisdiction, law, reseller or person that alone holds a whole cut set of each of these functions."""

    kind: GroupKind
    id: str
    functions: tuple[str, ...]
    dependencies: tuple[str, ...]
    critical: int = 0


@record
class Cell:
    """A function under one authority's law: whether that law alone could stop it, and what it reaches.

    `stops` is None where that hangs on what cannot be decided; otherwise what is reached has a fallback, or not.
    """

    function: str
    authority: str
    stops: bool | None
    dependencies: tuple[str, ...]


@record
class Weight:
    """A share of all weight, in hundredths of a per cent, from what is surely theirs to all that might be."""

    id: str
    low: int
    high: int
    dependencies: tuple[str, ...]


@record
class Concentration:
    """How weight is spread: a dependency weighs 4, 3, 2 or 1 by the most critical function that needs it, else 1.

    `hhi` is the Herfindahl-Hirschman index, 0 to 10,000, as a range: the unknown spread thin, or all at the largest.
    """

    kind: GroupKind
    rows: tuple[Weight, ...]
    hhi_low: int
    hhi_high: int
    total: int
    unknown: tuple[str, ...] = ()


@record
class Causes:
    """Everything that functions hang on."""

    cuts: tuple[FunctionCuts, ...] = ()
    common: tuple[CommonCause, ...] = ()
    matrix: tuple[Cell, ...] = ()
    concentration: tuple[Concentration, ...] = ()
