"""Documents into records: the schema judges, the kinds of text are read, every problem is worded with its place."""

import json
from functools import cache
from typing import TYPE_CHECKING, Any, TypeVar

from auditor.documents import Document, Map
from auditor.errors import Problem
from auditor.loading.fitting import SMALL, fits
from auditor.loading.readers import Reader
from auditor.loading.schema import Schema, schema_of
from auditor.loading.shapes import Record
from auditor.loading.wording import worded

if TYPE_CHECKING:
    import jsonschema_rs

T = TypeVar("T")


def header_of(document: Document) -> str | None:
    """What a document says it is: `inventory/1`, `pack/1`, …; None if it does not say."""
    header = document.value.get("auditor") if isinstance(document.value, Map) else None
    return header if isinstance(header, str) else None


@cache
def judging(record: Any, header: str, predicates: tuple[tuple[str, str], ...] = ()) -> Schema:
    """The judging schema of one kind of document."""
    return schema_of(record, header=header, predicates={name: json.loads(text) for name, text in predicates})


@cache
def validator(
    record: Any, header: str, predicates: tuple[tuple[str, str], ...] = ()
) -> "jsonschema_rs.Draft7Validator":
    """The judging validator of one kind of document; it fetches nothing."""
    import jsonschema_rs  # noqa: PLC0415 - a small document without mistakes does not need it

    return jsonschema_rs.Draft7Validator(judging(record, header, predicates), retriever=_refuse)


def _refuse(uri: str) -> Schema:
    raise ValueError(f"schemas fetch nothing, so not {uri}")


def read_record(
    document: Document,
    record: type[T],
    header: str,
    problems: list[Problem],
    predicates: tuple[tuple[str, str], ...] = (),
    reader: Reader | None = None,
) -> T | None:
    """Read a whole document into one record. Problems are collected; None if there is any.

    Documents that are read by one `reader` share what they have in common.
    """
    kind: Any = record
    body = document.value
    small = len(document.lines.data) <= SMALL
    if not (small and fits(judging(kind, header, predicates), body)):
        judge = validator(kind, header, predicates)
        if not judge.is_valid(body):
            problems.extend(worded(document, Record(record), judge, dict(predicates)))
            return None
    found: T | None = (reader or Reader()).read(kind, document, problems)
    return found
