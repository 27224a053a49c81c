"""What functions hang on: minimal cut sets, common causes, the function and jurisdiction matrix, concentration."""

from collections.abc import Sequence

from auditor.causes.concentration import concentration
from auditor.causes.cut_sets import cut_sets
from auditor.causes.groups import common_causes, matrix
from auditor.model.causes import Causes
from auditor.model.report import Question, Reach
from auditor.outage import World
from auditor.reach import designation, find_reaches

__all__ = ["causes_of", "cut_sets", "potential"]


def potential(world: World) -> tuple[Reach, ...]:
    """The reaches of every law in play while nobody is designated."""
    asked = designation(Question(), world.own, world.knowledge, world.on)
    return find_reaches(world.own, world.knowledge, world.resolution, world.ownership, asked, world.on)


def causes_of(world: World, reaches: Sequence[Reach]) -> Causes:
    """Everything functions hang on; `reaches` are those of every law in play while nobody is designated."""
    functions = [f"function:{f.id}" for f in world.own.functions]
    return Causes(
        cuts=tuple(cut_sets(world.needs, f) for f in functions),
        common=common_causes(world, reaches),
        matrix=matrix(world, reaches),
        concentration=concentration(world),
    )
