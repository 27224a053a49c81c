"""The answer: what was asked, judged, found and left unknown. Reporters see this and nothing else."""

from collections.abc import Mapping
from dataclasses import field
from datetime import date
from typing import TYPE_CHECKING

from auditor.model.chains import SUBJECT, Chain, Fork, Hop, Node, Reach, Side
from auditor.model.knowledge import Claim, Clock, Source
from auditor.model.listings import ListStatus
from auditor.model.record import record
from auditor.model.rules import Reference
from auditor.model.values import NOWHERE, Origin, Text
from auditor.model.vocabulary import (
    Bin,
    CauseKind,
    Confidence,
    Criticality,
    Delivery,
    Effect,
    Layer,
    Outcome,
    PeriodStatus,
    Profile,
    Role,
    Severity,
)

if TYPE_CHECKING:  # most reports tell of no outage: whoever reads their type hints says where these two stand
    from auditor.model.causes import Causes
    from auditor.model.outage import Outage

__all__ = [
    "FORMAT",
    "SUBJECT",
    "About",
    "Answer",
    "Assessment",
    "Case",
    "Chain",
    "Finding",
    "Fork",
    "Hop",
    "Input",
    "Law",
    "Ledger",
    "Node",
    "Note",
    "PackRun",
    "Question",
    "Reach",
    "Report",
    "Side",
    "Subject",
    "ToConfirm",
    "Unresolved",
    "Verdict",
]

FORMAT = "report/1"


@record(order=True)
class Input:
    """A file that was read, and the SHA-256 of its bytes."""

    path: str
    digest: str


@record
class Subject:
    """What a finding is about, and where that stands."""

    node: str
    origin: Origin = NOWHERE


@record
class Answer:
    """What one condition of a rule was found to be, for `explain`."""

    condition: str
    holds: bool
    value: Text | None = None
    parts: tuple["Answer", ...] = ()


@record
class Finding:
    """A rule, one cause, and everything it concerns. It indicates; it decides nothing."""

    fingerprint: str
    pack: str
    rule: str
    severity: Severity
    confidence: Confidence
    title: Text
    message: Text
    remedy: Text
    cause_kind: CauseKind
    cause: str
    subjects: tuple[Subject, ...]
    reaches: tuple[int, ...] = ()
    chains: tuple[Chain, ...] = ()
    answers: tuple[Answer, ...] = ()
    laws: tuple[str, ...] = ()
    precedents: tuple[str, ...] = ()
    references: tuple[Reference, ...] = ()
    critical_functions: tuple[str, ...] = ()
    prohibition: bool = False
    bin: Bin = Bin.OPEN
    decision: str | None = None


@record
class Unresolved:
    """Something written that the catalogue and the inventory do not know, with the nearest names."""

    subject: str
    part: str
    written: str | None
    nearest: tuple[str, ...] = ()
    origin: Origin = NOWHERE


@record
class Assessment:
    """What one dependency was taken to be, who stands behind it, and what was not checked."""

    id: str
    name: str
    origin: Origin
    product: str | None = None
    delivery: Delivery | None = None
    layer: Layer | None = None
    contracting: str | None = None
    contracting_assumed: bool = False
    operating: str | None = None
    reselling: str | None = None
    parent: str | None = None
    unchecked: tuple[Role, ...] = ()
    functions: tuple[str, ...] = ()
    criticality: Criticality | None = None
    judged: bool = True


@record
class Law:
    """What a report needs to say about one regime."""

    id: str
    name: str
    authority: str
    citation: str
    status: PeriodStatus
    effects: tuple[Effect, ...]
    short: str | None = None
    name_ko: str | None = None
    notice: Clock | None = None
    latency: Clock | None = None
    carve_outs: tuple[Text, ...] = ()
    conflicts_with: tuple[str, ...] = ()
    to_verify: tuple[Text, ...] = ()
    words: tuple[Text, ...] = ()
    sources: tuple[Source, ...] = ()


@record
class Case:
    """What a report needs to say about one precedent."""

    id: str
    title: Text
    date: str
    outcome: Outcome
    summary: Text
    claims: tuple[Claim, ...] = ()
    sources: tuple[Source, ...] = ()


@record
class ToConfirm:
    """An unverified or assumed fact, and how much hangs on it."""

    statement: Text
    record: str
    dependencies: tuple[str, ...]
    critical_functions: int


@record
class PackRun:
    """A pack, and whether it ran; if not, why."""

    pack: str
    title: Text
    rules: int
    ran: bool
    why_not: Text | None = None


@record
class Question:
    """Who acts (a state, a regime, `voluntary`) and who is designated; None where nobody was named."""

    by: str | None = None
    who: str | None = None


@record
class About:
    """What the report is about and what it was made from."""

    organization: str
    name: str
    version: str
    question: Question
    as_of: date
    on: date
    profile: Profile
    kinds: tuple[str, ...] = ()
    seat: str | None = None
    inputs: tuple[Input, ...] = ()
    knowledge: str = ""
    knowledge_date: date | None = None
    records: Mapping[str, int] = field(default_factory=dict)
    overlays: tuple[str, ...] = ()


@record
class Ledger:
    """What was given and what was done with it. Exit 0 needs every pair to be equal."""

    inputs_given: int = 0
    inputs_read: int = 0
    dependencies: int = 0
    judged: int = 0
    unknown: int = 0
    rules_loaded: int = 0
    rules_evaluated: int = 0
    lists_required: int = 0
    lists_fresh: int = 0
    outputs_asked: int = 0
    outputs_written: int = 0

    def imbalances(self) -> tuple[str, ...]:
        """The names of the pairs that do not balance."""
        pairs = (
            ("inputs", self.inputs_given, self.inputs_read),
            ("dependencies", self.dependencies, self.judged + self.unknown),
            ("rules", self.rules_loaded, self.rules_evaluated),
            ("lists", self.lists_required, self.lists_fresh),
            ("outputs", self.outputs_asked, self.outputs_written),
        )
        return tuple(name for name, given, done in pairs if given != done)


@record
class Verdict:
    """How the findings weigh against what was asked of the gate."""

    fail_on: Severity | None = None
    tolerate_unknown: int = 0
    failing: tuple[str, ...] = ()
    unknown: int = 0
    notes: tuple[Text, ...] = ()


@record
class Note:
    """Something the reader should know about the run that is no finding."""

    code: str
    message: str
    hint: str | None = None
    origin: Origin = NOWHERE
    message_ko: str | None = None
    hint_ko: str | None = None

    @classmethod
    def of(cls, code: str, message: Text, hint: Text | None = None, origin: Origin = NOWHERE) -> "Note":
        """A note in both languages."""
        return cls(code, message.en, hint.en if hint else None, origin, message.ko, hint.ko if hint else None)

    def in_(self, language: str) -> str:
        """Message and hint in a language, as far as they are known in it."""
        korean = language == "ko"
        message, hint = (korean and self.message_ko) or self.message, (korean and self.hint_ko) or self.hint
        return f"{message} — {hint}" if hint else message


@record
class Report:
    """Everything one audit has to say."""

    about: About
    assessments: tuple[Assessment, ...] = ()
    unresolved: tuple[Unresolved, ...] = ()
    reaches: tuple[Reach, ...] = ()
    forks: tuple[Fork, ...] = ()
    outages: "tuple[Outage, ...]" = ()
    causes: "Causes | None" = None
    findings: tuple[Finding, ...] = ()
    to_confirm: tuple[ToConfirm, ...] = ()
    packs: tuple[PackRun, ...] = ()
    nodes: Mapping[str, Node] = field(default_factory=dict)
    laws: Mapping[str, Law] = field(default_factory=dict)
    precedents: Mapping[str, Case] = field(default_factory=dict)
    lists: tuple[ListStatus, ...] = ()
    notes: tuple[Note, ...] = ()
    ledger: Ledger = Ledger()
    verdict: Verdict = Verdict()
    auditor: str = FORMAT

    @property
    def not_screened(self) -> tuple[Note, ...]:
        """What was not compared with official lists, and why: no output may keep silent about it."""
        return tuple(n for n in self.notes if n.code in {"W-NOT-SCREENED", "W-LIST"})

    def in_bin(self, where: Bin) -> tuple[Finding, ...]:
        """The findings that triage put there."""
        return tuple(f for f in self.findings if f.bin is where)

    def name(self, node: str | None, language: str = "en") -> str:
        """The name of a node, or its id without the kind."""
        if node is None:
            return "?"
        known = self.nodes.get(node)
        return known.in_(language) if known else node.partition(":")[2] or node
