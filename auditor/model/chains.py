"""Chains: the nodes and hops by which a law gets to somebody, the reach that follows, and the fork for a person."""

from auditor.model.record import record
from auditor.model.values import Text
from auditor.model.vocabulary import (
    Basis,
    Concern,
    Confidence,
    Doubt,
    Effect,
    FactStatus,
    LawCertainty,
    Outcome,
    Relation,
)

SUBJECT = "subject"
"""The first node of a chain that holds for many subjects alike: each of them stands in its place."""


@record
class Node:
    """Something a chain passes through. Ids carry their kind: `entity:microsoft`, `country:US`, `regime:…`."""

    id: str
    name: str
    country: str | None = None
    name_ko: str | None = None

    def in_(self, language: str) -> str:
        """The name to read in a language; companies keep their legal name, countries have one in each."""
        return (self.name_ko if language == "ko" else None) or self.name

    @property
    def both(self) -> Text:
        """The name in both languages."""
        return Text(self.name, self.name_ko or self.name)


@record
class Hop:
    """One step of a chain, read from `start` to `end`; `detail` is a word of ours, a share or a quotation."""

    start: str
    relation: Relation
    end: str
    status: FactStatus
    detail: str | None = None
    assumed: bool = False


@record
class Chain:
    """A path by which something follows; as sure as its weakest hop."""

    hops: tuple[Hop, ...]

    @property
    def status(self) -> FactStatus:
        """The weakest status on the way."""
        return max((h.status for h in self.hops), key=lambda s: s.rank, default=FactStatus.STATUTE)

    @property
    def confidence(self) -> Confidence:
        """Low if anything is unverified, medium if anything is assumed or rests on the press, else high."""
        if self.status is FactStatus.UNVERIFIED:
            return Confidence.LOW
        if self.status is FactStatus.PRESS or any(h.assumed for h in self.hops):
            return Confidence.MEDIUM
        return Confidence.HIGH


@record
class Reach:
    """One law gets, on one basis, to somebody who serves us: regime + basis + chain.

    `subjects` are the dependencies, assets or people concerned, all in the same way: chains and link begin at
    `SUBJECT`, in whose place each of them stands. `party` is who must stop, `parent` the last who stands
    behind it. `link` says how the one designated is concerned; `undetermined` holds the reasons why it cannot be
    decided.
    """

    subjects: tuple[str, ...]
    regime: str
    basis: Basis
    law_certainty: LawCertainty
    concern: Concern
    party: str
    parent: str
    effects: tuple[Effect, ...]
    outcome: Outcome
    chains: tuple[Chain, ...]
    target: str | None = None
    link: tuple[Hop, ...] = ()
    undetermined: tuple[Doubt, ...] = ()
    text: str | None = None

    @property
    def chain(self) -> Chain:
        """The chain that was chosen: firmest law, surest facts, fewest hops."""
        return self.chains[0]


@record
class Side:
    """One side of a fork: what happens, by which law, and what is claimed to have happened elsewhere."""

    choice: str
    outcome: Outcome
    basis: Basis | None
    regimes: tuple[str, ...]
    what: Text


@record
class Fork:
    """A service that a designated person shares with others: keep them in it, or separate them."""

    person: str
    dependencies: tuple[str, ...]
    party: str
    keep: Side
    separate: Side
    precedents: tuple[str, ...] = ()
