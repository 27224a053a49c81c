"""Who stands behind a node by the firmest proofs, found from the nearest on: far owners are asked only if they matter.

`stands_behind` answers for everybody above; that is quadratic in a ladder, of which a finding shows the lowest rung.
"""

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, field

from auditor.control.graph import OwnershipGraph
from auditor.control.judgement import Case, Judgement, Reading, readings, settle
from auditor.model.knowledge import OwnershipPeriod
from auditor.model.vocabulary import FactStatus, Standing

_FIRM = FactStatus.PROVIDER.rank


@dataclass(slots=True)
class Above:
    """The stakes above a node, and whether it would come into reach with one of those above, reading by reading."""

    graph: OwnershipGraph
    node: str
    within: Collection[str] = field(init=False)
    _reached: dict[tuple[Reading, str], bool] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.within = self.graph.ancestors(self.node) | {self.node}

    def firmest(
        self,
        period: OwnershipPeriod,
        candidate: Callable[[str], bool],
        firm: Callable[[str], bool],
        wanted: Standing,
    ) -> tuple[tuple[str, Judgement], ...]:
        """Those of `stands_behind` that can be preferred for having no doubt, sure facts or the shortest proof. Sorted.

        `firm` says whether what is known of a candidate itself is sure. `wanted` is OWNED, or PRESUMED_CONTROLLED,
        which leaves out who owns outright; anybody else who would bring the node into reach is in doubt, and counts
        only if nobody is without. Who is left out is in doubt where another is not, or has a longer proof than another
        of whom everything is sure.

        Raises ValueError as `judge` does.
        """
        owned, controlled, possible = readings(period)
        sure = owned if wanted is Standing.OWNED else controlled
        found: dict[str, Judgement] = {}
        for reading in (sure, possible):
            shortest: int | None = None
            for distance, who in self.upwards(reading):
                if shortest is not None and distance > shortest:
                    break  # a proof is never shorter than the way
                if not candidate(who) or not self.reached(reading, who):
                    continue
                if wanted is Standing.PRESUMED_CONTROLLED and self.reached(owned, who):
                    continue
                judgement = found[who] = self.judge(period, who)
                if judgement.status.rank <= _FIRM and firm(who):
                    shortest = min(len(judgement.proof), len(judgement.proof) if shortest is None else shortest)
            if found:
                break
        return tuple(sorted(found.items()))

    def judge(self, period: OwnershipPeriod, who: str) -> Judgement:
        """The judgement of the node if this one alone were listed."""
        return Case.of(self.graph, period, {who}, self.within).judgement(self.node)

    def upwards(self, reading: Reading) -> Iterator[tuple[int, str]]:
        """Everybody above with the number of stakes between, nearest first, then by id.

        Not through companies that all their holders together could not bring into reach.
        """
        seen = {self.node}
        layer = [self.node]
        distance = 0
        while layer:
            distance += 1
            above = {
                edge.holder for held in layer if self._can_be_met(reading, held) for edge in self.graph.holders(held)
            }
            layer = sorted(above - seen)
            seen |= above
            for who in layer:
                yield distance, who

    def _can_be_met(self, reading: Reading, held: str) -> bool:
        edges = [edge for edge in self.graph.holders(held) if edge.holder != held]
        return sum(map(reading.units, edges)) >= reading.least or any(map(reading.kinds, edges))

    def reached(self, reading: Reading, who: str) -> bool:
        """Whether the node comes into reach if this one alone is listed.

        Who has stakes in one company only, and enough there, reaches whatever that company does: down a ladder the
        answer is the same on every rung.
        """
        rungs: list[str] = []
        climbed: set[str] = set()
        at = who
        answer = self._reached.get((reading, at))
        while answer is None:
            rungs.append(at)
            climbed.add(at)
            only = self._only_below(reading, at)
            if only is None or only in climbed:
                answer = self.node in settle(self.graph, reading, {at}, self.within).steps
            elif only == self.node:
                answer = True
            else:
                at = only
                answer = self._reached.get((reading, at))
        for rung in rungs:
            self._reached[reading, rung] = answer
        return answer

    def _only_below(self, reading: Reading, who: str) -> str | None:
        """The one company in which it has stakes, and which they alone bring into reach; None if that is not so."""
        edges = [e for e in self.graph.holdings(who) if e.held != who and e.held in self.within]
        held = {e.held for e in edges}
        if len(held) != 1:
            return None
        enough = sum(map(reading.units, edges)) >= reading.least or any(map(reading.kinds, edges))
        return held.pop() if enough else None
