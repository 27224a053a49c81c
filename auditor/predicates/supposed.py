"""What is worked out only when a rule or a verb asks for it: the outages of scenarios, and what functions hang on."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING

from auditor.control import OwnershipGraph
from auditor.model.inventory import Inventory
from auditor.model.knowledge import Knowledge
from auditor.model.report import Reach
from auditor.resolve import Resolution


def base_of(scenario: str) -> str:
    """The id of the scenario of which a run is one."""
    return scenario.partition("/")[0]


if TYPE_CHECKING:
    from auditor.model.causes import Causes, CommonCause
    from auditor.model.outage import ExitFate, Fate, FunctionFate, Outage
    from auditor.model.scenarios import Scenario
    from auditor.outage import World


@dataclass(slots=True, eq=False, repr=False)
class Supposed:
    """Outages by scenario and causes, each worked out once, when first asked for.

    `potential` are the reaches of every law while nobody is designated, where the run has them already.
    """

    inventory: Inventory
    knowledge: Knowledge
    resolution: Resolution
    graph: OwnershipGraph
    on: date
    scenarios: Mapping[str, Scenario]
    potential: tuple[Reach, ...] | None = None
    _world: World | None = None
    _causes: Causes | None = None
    _holding: defaultdict[str, set[int]] | None = None
    _outages: dict[str, tuple[Outage, ...]] = field(default_factory=dict)
    _fates: dict[str, Mapping[str, Fate]] = field(default_factory=dict)
    _functions: dict[str, Mapping[str, FunctionFate]] = field(default_factory=dict)
    _exits: dict[str, Mapping[str, tuple[ExitFate, ...]]] = field(default_factory=dict)

    @property
    def world(self) -> World:
        """The inventory, ready to be asked."""
        if self._world is None:
            from auditor.outage import World  # noqa: PLC0415 - a room that most runs never enter

            self._world = World(self.inventory, self.knowledge, self.resolution, self.graph, self.on)
        return self._world

    @property
    def causes(self) -> Causes:
        """Cut sets, common causes, the matrix and concentration."""
        if self._causes is None:
            from auditor.causes import causes_of, potential  # noqa: PLC0415 - a room that most runs never enter

            reaches = self.potential if self.potential is not None else potential(self.world)
            self._causes = causes_of(self.world, reaches)
        return self._causes

    def hold(self, cause: CommonCause, members: Iterable[str]) -> bool:
        """Whether one of our common causes stops all of these."""
        if self._holding is None:
            self._holding = defaultdict(set)
            for c in self.causes.common:
                for dependency in c.dependencies:
                    self._holding[dependency].add(id(c))
        return all(id(cause) in self._holding.get(m, ()) for m in members)

    def outages(self, ids: Sequence[str] | None = None) -> tuple[Outage, ...]:
        """The outages of scenarios by id, in that order, or of all; those that do not fit give none.

        An id with the name of a run behind it (`us-lists-official/director`) is that run alone. Raises BadQuestion if a
        scenario names somebody who is not known.
        """
        wanted = tuple(self.scenarios) if ids is None else ids
        found = (o for i in wanted for o in self._of(base_of(i)) if i in (o.scenario, base_of(i)))
        return tuple(found)

    def fate(self, outage: Outage, node: str) -> Fate | None:
        """What becomes of a thing or a function in an outage; None if nothing does."""
        if outage.scenario not in self._fates:
            functions = (f.fate for f in outage.functions)
            self._fates[outage.scenario] = {f.node: f for f in (*outage.fates, *functions)}
        return self._fates[outage.scenario].get(node)

    def function(self, outage: Outage, node: str) -> FunctionFate | None:
        """What becomes of a function against what could be borne; None if it is no function."""
        if outage.scenario not in self._functions:
            self._functions[outage.scenario] = {f.fate.node: f for f in outage.functions}
        return self._functions[outage.scenario].get(node)

    def exits(self, outage: Outage, node: str) -> tuple[ExitFate, ...]:
        """The exits of a dependency that stops in an outage."""
        if outage.scenario not in self._exits:
            found: defaultdict[str, list[ExitFate]] = defaultdict(list)
            for e in outage.exits:
                found[e.of].append(e)
            self._exits[outage.scenario] = {n: tuple(ways) for n, ways in found.items()}
        return self._exits[outage.scenario].get(node, ())

    def _of(self, scenario: str) -> tuple[Outage, ...]:
        if scenario not in self.scenarios:
            return ()
        if scenario not in self._outages:
            from auditor.outage import suppose  # noqa: PLC0415 - a room that most runs never enter

            runs = self.world.runs(self.scenarios[scenario])
            self._outages[scenario] = tuple(suppose(self.world, run) for run in runs)
        return self._outages[scenario]
