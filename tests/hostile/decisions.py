"""Attacks by a decisions file: for everything, for ever, by oneself."""

from collections.abc import Iterator

from tests.hostile import DECISIONS, Case, swapped


def cases() -> Iterator[Case]:
    """Exit 2 for each, and a finding is never silenced."""
    for name, defect, code, *rest in _rows():
        yield Case(name, "decisions", defect.encode(), code, rest[0] if rest else "", "decisions")


def _rows() -> Iterator[tuple]:
    until, finding = "    until: 2027-01-01\n", "finding: 0123456789abcdef"
    yield "no end", swapped(DECISIONS, until, ""), "E-EXPIRY"
    yield "no end that is known", swapped(DECISIONS, until, "    until: unknown\n"), "E-EXPIRY"
    yield "for ever", swapped(DECISIONS, until, "    until: perpetual\n"), "E-DATE"
    yield "a time zone", swapped(DECISIONS, until, "    until: 2026-11-23T23:30:00-10:00\n"), "E-DATE"
    yield "for everything", swapped(DECISIONS, finding, 'finding: "*"'), "E-DECISION-WIDE"
    yield "for all", swapped(DECISIONS, finding, "finding: ALL"), "E-DECISION-WIDE"
    yield (
        "a rule on everything",
        swapped(DECISIONS, finding, "rule: held-by/domain\n    subject: any"),
        "E-DECISION-WIDE",
    )
    yield "a pattern", swapped(DECISIONS, finding, "rule: held-by/*\n    subject: files"), "E-DECISION-WIDE"
    yield "no thing", swapped(DECISIONS, f"    {finding}\n", ""), "E-DECISION"
    yield "a rule without a subject", swapped(DECISIONS, finding, "rule: held-by/domain"), "E-DECISION"
    yield "a short fingerprint", swapped(DECISIONS, finding, "finding: 0123"), "E-FINGERPRINT"
    yield "a fingerprint in other digits", swapped(DECISIONS, finding, "finding: ０123456789abcdef"), "E-FINGERPRINT"
    yield "in the future", swapped(DECISIONS, "created: 2026-01-01", "created: 2027-01-01"), "E-CLOCK"
    yield "over before it begins", swapped(DECISIONS, until, "    until: 2025-01-01\n"), "E-DECISION"
    yield "no reason", swapped(DECISIONS, "    reason: legal review 42\n", ""), "E-DECISION"
    yield "a reason of nothing", swapped(DECISIONS, "legal review 42", '"\u200b"'), "E-EMPTY-VALUE"
    for name, written in (
        ("oneself", "anna"),
        ("oneself in capitals", "ANNA"),
        ("oneself with a space", '" anna "'),
        ("oneself with a joiner", '"an\u200dna"'),
        ("oneself in fullwidth", "ａnna"),
        ("oneself in Cyrillic", "аnna"),
    ):
        yield f"approved by {name}", swapped(DECISIONS, "approver: ben", f"approver: {written}"), "E-APPROVER"
    yield "approved by nobody", swapped(DECISIONS, "    approver: ben\n", ""), "E-MISSING"
    yield "twice", DECISIONS + DECISIONS[DECISIONS.index("  - id") :], "E-DUP-ID"
    yield "closed without evidence", swapped(DECISIONS, "do: accept", "do: close"), "E-EVIDENCE"
    yield (
        "a licence for ever unknown",
        swapped(
            DECISIONS,
            "do: accept",
            "do: close\n    evidence: {licence: {issuer: OFAC, number: '1', scope: all, until: unknown}}",
        ),
        "E-EVIDENCE",
    )
    yield "an act that is none", swapped(DECISIONS, "do: accept", "do: ignore"), "E-VALUE"
    yield "an unknown key", swapped(DECISIONS, "do: accept", "do: accept\n    force: yes"), "E-UNKNOWN-KEY"
    yield "another header", swapped(DECISIONS, "decisions/1", "waivers/1"), "E-HEADER"
    yield "a bomb", DECISIONS + "a: " + "[" * 20_000, "E-YAML-DEPTH"
