"""What an act would stop, when, and what survives: the outage of one scenario. Hours count from the act."""

from auditor.model.chains import Chain, Fork, Hop
from auditor.model.knowledge import Clock
from auditor.model.record import record
from auditor.model.scenarios import Act
from auditor.model.values import Text
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Criticality,
    Doubt,
    Effect,
    LawCertainty,
    Outcome,
    Retrieval,
    Return,
    Scope,
    Sureness,
)

NO_CHAIN = Chain(())


@record
class Span:
    """Hours after the act: not before `low`, not after `high`; `high` is None where nothing bounds it."""

    low: int
    high: int | None = None

    @property
    def order(self) -> tuple[int, bool, int]:
        """To sort by: the sooner first; what nothing bounds last among those that begin alike."""
        return self.low, self.high is None, self.high or 0


@record
class Clocks:
    """The four clocks of a cut, kept apart; what is not known is absent."""

    legal_from: Span | None = None
    licensed_until: Span | None = None
    notice: Clock | None = None
    latency: Clock | None = None


@record
class Cut:
    """What one law, or one choice, does to dependencies, assets or people that it concerns alike.

    `stops` is when they can no longer be used; None if they go on, in whatever state `outcome` says. The chain begins
    at `SUBJECT`, in whose place each of the subjects stands.
    """

    subjects: tuple[str, ...]
    outcome: Outcome
    sureness: Sureness
    scope: Scope
    concern: Concern
    basis: Basis
    party: str
    parent: str
    stops: Span | None = None
    surely: bool = True
    """Whether the stop has to come, once the cut is made; else it may."""
    regime: str | None = None
    law_certainty: LawCertainty | None = None
    effects: tuple[Effect, ...] = ()
    clocks: Clocks = Clocks()
    chain: Chain = NO_CHAIN
    link: tuple[Hop, ...] = ()
    undetermined: tuple[Doubt, ...] = ()


@record
class Fate:
    """What becomes of one thing: the mildest and the worst outcome in the set, and when it stops if it does.

    `stops.high` is None where the latest time is unknown, or where it may never come (then `sureness` is not
    `obliged`). `because` leads from the thing to what was cut: ids of needs, the cut one last.
    """

    node: str
    mildest: Outcome
    worst: Outcome
    sureness: Sureness | None = None
    stops: Span | None = None
    because: tuple[str, ...] = ()
    cuts: tuple[int, ...] = ()
    cold_start: bool = True


@record
class FunctionFate:
    """What becomes of a function, against what could be borne."""

    fate: Fate
    name: str
    criticality: Criticality | None
    tolerable: int | None
    back: Span | None = None
    """How long it is gone until an exit that survives has taken over; None if no way back is known."""
    exits: tuple[str, ...] = ()
    """The exits that bring it back."""
    bearable: bool | None = None
    """Whether it is back in time; None where it does not stop, or no tolerable outage is stated."""


@record
class ExitFate:
    """An exit judged under the same scenario, with its own needs; `shared` names what it has in common with the cut."""

    of: str
    number: int
    to: str
    usable: bool | None
    fate: Fate | None = None
    shared: tuple[str, ...] = ()
    lead_time: int | None = None
    rehearsed: bool = False


@record
class DataFate:
    """Whether the data that lie with something cut can still be had, and until when."""

    node: str
    retrieval: Retrieval
    until: Span | None = None
    where: tuple[str, ...] = ()
    days_by_contract: str | None = None
    readable_by_provider: bool | None = None


@record
class ForkFate:
    """A fork with what becomes of the functions on either side."""

    fork: Fork
    keep: tuple[str, ...]
    separate: tuple[str, ...]


@record
class Comeback:
    """What becomes of cut things when the act is taken back."""

    subjects: tuple[str, ...]
    outcome: Outcome
    returns: Return
    note: Text


@record
class Tally:
    """Functions by what becomes of them."""

    stop: int = 0
    may_stop: int = 0
    undetermined: int = 0
    weaker: int = 0
    go_on: int = 0


@record
class Outage:
    """Everything that one scenario does."""

    scenario: str
    title: Text
    acts: tuple[Act, ...]
    stress: bool
    cuts: tuple[Cut, ...]
    fates: tuple[Fate, ...]
    functions: tuple[FunctionFate, ...]
    exits: tuple[ExitFate, ...]
    data: tuple[DataFate, ...]
    forks: tuple[ForkFate, ...]
    loops: tuple[tuple[str, ...], ...]
    comebacks: tuple[Comeback, ...] = ()
    unjudged: tuple[str, ...] = ()
    precedents: tuple[str, ...] = ()
    note: Text | None = None

    @property
    def tally(self) -> Tally:
        """How many functions stop, may stop, cannot be judged, go on weaker, go on."""
        stop = may = unknown = weaker = 0
        for f in self.functions:
            if f.fate.stops is not None:
                stop += f.fate.sureness is Sureness.OBLIGED
                may += f.fate.sureness is Sureness.MAY
                unknown += f.fate.sureness is Sureness.UNDETERMINED
            elif f.fate.worst is not Outcome.SURVIVES:
                weaker += 1
        return Tally(stop, may, unknown, weaker, len(self.functions) - stop - may - unknown - weaker)
