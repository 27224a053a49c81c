"""Decisions files into decisions: two people, a reason, an end; evidence for whoever closes a prohibition."""

import unicodedata
from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Annotated

from auditor.errors import Problem, WrongCall
from auditor.loading.files import documents_in, wrong_header
from auditor.loading.lookalikes import keys_of
from auditor.loading.readers import Reader
from auditor.loading.reading import header_of, read_record
from auditor.messages import all_of, sentence
from auditor.model.decisions import Decision
from auditor.model.record import record
from auditor.model.vocabulary import Do, Word
from auditor.sinks import first_invisible

HEADER = "decisions/1"
SHORTEST = 12
"""Digits of a fingerprint that a decision must give at least."""


@record
class DecisionsFile:
    """A decisions file. It counts only when it is named on the command line."""

    decisions: Annotated[tuple[Decision, ...], "what was decided"] = ()


def load_decisions(paths: Sequence[Path], today: date) -> tuple[Decision, ...]:
    """All decisions of the named files, sorted by id. Raises WrongCall with every problem."""
    problems: list[Problem] = []
    decisions: list[Decision] = []
    reader = Reader()
    for document, _ in documents_in(paths, problems):
        if header_of(document) != HEADER:
            problems.append(wrong_header(document, HEADER))
            continue
        file = read_record(document, DecisionsFile, HEADER, problems, reader=reader)
        decisions.extend(file.decisions if file else ())
    seen: dict[str, Decision] = {}
    for decision in decisions:
        known = seen.setdefault(decision.id, decision)
        if known is not decision:
            problems.append(
                Problem(
                    decision.origin, "E-DUP-ID", sentence("E-DUP-ID.decision", id=decision.id), None, (known.origin,)
                )
            )
        problems.extend(_check(decision, today))
    if problems:
        raise WrongCall(problems)
    return tuple(sorted(decisions, key=lambda d: d.id))


def _check(d: Decision, today: date) -> Iterator[Problem]:
    named = [key for key in ("finding", "rule", "subject") if getattr(d, key) is not None]
    if named not in (["finding"], ["rule", "subject"]):
        yield Problem(
            d.origin,
            "E-DECISION",
            sentence("E-DECISION.names", id=d.id, names=all_of(named))
            if named
            else sentence("E-DECISION.nothing", id=d.id),
            sentence("E-DECISION.names_hint"),
        )
    wide = next(
        (v for v in (d.finding, d.rule, d.subject) if v is not None and ("*" in v or v.casefold() in ("all", "any"))),
        None,
    )
    if wide is not None:
        yield Problem(
            d.origin,
            "E-DECISION-WIDE",
            sentence("E-DECISION-WIDE.wide", id=d.id, wide=wide),
            sentence("E-DECISION-WIDE.wide_hint"),
        )
    elif d.finding is not None and (len(d.finding) < SHORTEST or not set(d.finding) <= set("0123456789abcdef")):
        yield Problem(
            d.origin,
            "E-FINGERPRINT",
            sentence("E-FINGERPRINT.none", id=d.id, given=d.finding),
            sentence("E-FINGERPRINT.none_hint", n=SHORTEST),
        )
    if _person(d.proposer) == _person(d.approver):
        yield Problem(d.origin, "E-APPROVER", sentence("E-APPROVER.same", id=d.id), sentence("E-APPROVER.same_hint"))
    if d.created > today:
        yield Problem(
            d.origin,
            "E-CLOCK",
            sentence("E-CLOCK.future", id=d.id, day=d.created),
            sentence("E-CLOCK.future_hint"),
        )
    if d.until is not None and d.until < d.created:
        yield Problem(d.origin, "E-DECISION", sentence("E-DECISION.backwards", id=d.id))
    if d.do is Do.CLOSE:
        if d.evidence is None or not (d.evidence.identifiers or d.evidence.licence or d.evidence.opinion):
            yield Problem(
                d.origin,
                "E-EVIDENCE",
                sentence("E-EVIDENCE.none", id=d.id),
                sentence("E-EVIDENCE.none_hint"),
            )
        elif d.evidence.licence and (
            d.evidence.licence.number is None
            or d.evidence.licence.scope is None
            or d.evidence.licence.until in (None, Word.NONE, Word.UNKNOWN)
        ):
            yield Problem(
                d.origin,
                "E-EVIDENCE",
                sentence("E-EVIDENCE.licence", id=d.id),
                sentence("E-EVIDENCE.licence_hint"),
            )
        return
    if d.reason is None:
        yield Problem(
            d.origin, "E-DECISION", sentence("E-DECISION.no_reason", id=d.id), sentence("E-DECISION.no_reason_hint")
        )
    if d.until is None and d.do in (Do.ACCEPT, Do.DISMISS):
        yield Problem(d.origin, "E-EXPIRY", sentence("E-EXPIRY.none", id=d.id), sentence("E-EXPIRY.none_hint"))


def _person(written: str) -> str:
    """A name as it is compared: who differs in case, spaces, invisible or look-alike characters only is one person."""
    shown = "".join(c for c in unicodedata.normalize("NFKC", written) if first_invisible(c) is None)
    return " ".join(keys_of(shown)[-1].split())
