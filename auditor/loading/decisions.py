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
                    decision.origin, "E-DUP-ID", f"the decision `{decision.id}` stands twice", None, (known.origin,)
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
            f"`{d.id}` names {' and '.join(named) or 'nothing'}",
            "write either finding, or rule and subject",
        )
    wide = next(
        (v for v in (d.finding, d.rule, d.subject) if v is not None and ("*" in v or v.casefold() in ("all", "any"))),
        None,
    )
    if wide is not None:
        yield Problem(
            d.origin,
            "E-DECISION-WIDE",
            f"`{d.id}` is for `{wide}`: a decision is for one thing",
            "name the finding, or the rule and its subject",
        )
    elif d.finding is not None and (len(d.finding) < SHORTEST or not set(d.finding) <= set("0123456789abcdef")):
        yield Problem(
            d.origin,
            "E-FINGERPRINT",
            f"`{d.id}`: `{d.finding}` is no fingerprint",
            f"copy at least {SHORTEST} digits of it from the report",
        )
    if _person(d.proposer) == _person(d.approver):
        yield Problem(
            d.origin, "E-APPROVER", f"`{d.id}`: proposer and approver are the same", "another person has to agree"
        )
    if d.created > today:
        yield Problem(
            d.origin,
            "E-CLOCK",
            f"`{d.id}` was created in the future ({d.created})",
            "look at the date, and at the clock",
        )
    if d.until is not None and d.until < d.created:
        yield Problem(d.origin, "E-DECISION", f"`{d.id}` ends before it begins")
    if d.do is Do.CLOSE:
        if d.evidence is None or not (d.evidence.identifiers or d.evidence.licence or d.evidence.opinion):
            yield Problem(
                d.origin,
                "E-EVIDENCE",
                f"`{d.id}` closes without evidence",
                "give identifiers, a licence, or an opinion",
            )
        elif d.evidence.licence and (
            d.evidence.licence.number is None
            or d.evidence.licence.scope is None
            or d.evidence.licence.until in (None, Word.NONE, Word.UNKNOWN)
        ):
            yield Problem(
                d.origin,
                "E-EVIDENCE",
                f"`{d.id}`: the licence lacks its number, scope or expiry",
                "write number, scope, and until: with a date or perpetual",
            )
        return
    if d.reason is None:
        yield Problem(d.origin, "E-DECISION", f"`{d.id}` has no reason", "say why")
    if d.until is None and d.do in (Do.ACCEPT, Do.DISMISS):
        yield Problem(d.origin, "E-EXPIRY", f"`{d.id}` has no last day", "write until: and a date")


def _person(written: str) -> str:
    """A name as it is compared: who differs in case, spaces, invisible or look-alike characters only is one person."""
    shown = "".join(c for c in unicodedata.normalize("NFKC", written) if first_invisible(c) is None)
    return " ".join(keys_of(shown)[-1].split())
