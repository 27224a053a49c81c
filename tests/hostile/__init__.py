"""Our own corpus of attacks: each case is a valid document, its twin, and the same document with one defect.

Everything is made up and written or generated here, so that no scanner stumbles over a file.
"""

from collections.abc import Iterator
from dataclasses import dataclass

INVENTORY = """\
auditor: inventory/1
organization: {id: harbour, name: Harbour Clinic, kind: [ngo], seat: NL}
parties:
  - {id: bank, name: Polder Bank, country: NL}
people:
  - {id: anna, role: director, nationalities: [NL], residence: NL}
functions:
  - {id: care, name: Care, criticality: high, needs: [files]}
contracts:
  - {id: c1, with: Polder Bank, ends: 2027-12-31}
dependencies:
  - {id: files, name: Files, product: nextcloud, tags: [core]}
  - {id: account, provider: bank, delivery: bank, contract: c1}
assets:
  - {id: archive, kind: dataset, kept_at: files}
"""

PACK = """\
auditor: pack/1
pack: own
title: {en: Own, ko: 자체}
profiles: [org, all]
rules:
  - id: own/open
    title: {en: A model, ko: 모델}
    subject: dependency
    severity: low
    when: {all: [{delivery: {in: [saas, api]}}]}
    message: {en: "{subjects} of {cause}", ko: "{subjects}"}
    remedy: {en: Look at it, ko: 살펴보기}
    group_by: subject
    examples:
      - name: one
        inventory:
          dependencies: [{id: m, product: openai-api}]
        expect: [own/open]
      - name: none
        inventory:
          dependencies: [{id: m, product: nextcloud, delivery: self_hosted}]
        expect: []
"""

DECISIONS = """\
auditor: decisions/1
decisions:
  - id: D-1
    finding: 0123456789abcdef
    do: accept
    reason: legal review 42
    proposer: anna
    approver: ben
    created: 2026-01-01
    until: 2027-01-01
"""

TWINS = {"inventory": INVENTORY, "pack": PACK, "decisions": DECISIONS}
REFUSED = {"inventory": 3, "pack": 2, "decisions": 2}


@dataclass(frozen=True, slots=True)
class Case:
    """One attack. Without a code it is harmless: accepted, and the run ends as with the twin."""

    name: str
    kind: str
    defect: bytes
    code: str | None = None
    says: str = ""
    document: str = "inventory"
    count: int | None = None
    process: bool = False
    also: str | None = None
    notes: tuple[str, ...] = ()

    @property
    def refused_with(self) -> int:
        """The exit code of the defect."""
        return REFUSED[self.document] if self.code else 0

    @property
    def twin(self) -> bytes:
        """The valid document that it was made from."""
        return TWINS[self.document].encode()


def swapped(base: str, old: str, new: str) -> str:
    """`base` with its one `old` made `new`: exactly one defect."""
    assert base.count(old) == 1, (old, base.count(old))
    return base.replace(old, new)


def everything() -> Iterator[Case]:
    """All cases."""
    from tests.hostile import decisions, documents, graphs, packs

    for module in (documents, graphs, packs, decisions):
        yield from module.cases()
