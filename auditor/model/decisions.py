"""What people decided about findings (`auditor: decisions/1`). Never part of an inventory."""

from dataclasses import field
from datetime import date
from typing import Annotated

from auditor.model.inventory import Licence
from auditor.model.record import record
from auditor.model.values import NOWHERE, Id, Key, Origin
from auditor.model.vocabulary import Do


@record
class Opinion:
    """Counsel's opinion, by author and date."""

    author: Annotated[str, "who wrote it"]
    dated: Annotated[date, Key("date"), "when"]


@record
class Evidence:
    """What closes a legal prohibition: compared identifiers, a licence, or counsel's opinion."""

    identifiers: Annotated[str | None, "identifiers that were compared, for a false match"] = None
    licence: Annotated[Licence | None, "number, issuer, scope, expiry"] = None
    opinion: Annotated[Opinion | None, "author and date"] = None


@record
class Decision:
    """One decision about one finding, or about a rule on one subject."""

    id: Id
    do: Annotated[Do, "accept, dismiss, confirm, close"]
    proposer: Annotated[str, "who asks for it"]
    approver: Annotated[str, "another person, who agrees"]
    created: Annotated[date, "when it was made"]
    finding: Annotated[str | None, "fingerprint of the finding, at least 12 digits of it"] = None
    rule: Annotated[str | None, "rule id, together with a subject"] = None
    subject: Annotated[str | None, "subject id"] = None
    reason: Annotated[str | None, "why"] = None
    evidence: Annotated[Evidence | None, "needed to close a prohibition"] = None
    until: Annotated[date | None, "last day on which it counts"] = None
    scope: Annotated[str | None, "what it is limited to"] = None
    origin: Origin = field(default=NOWHERE, compare=False)
