"""Documents into records: the schema judges, the kinds of text are read, every problem is worded with its place."""

import json
from dataclasses import dataclass, field
from functools import cache
from typing import Any, TypeVar

import jsonschema_rs

from auditor.documents import Document, Map, Seq, Value
from auditor.errors import Problem
from auditor.loading.kinds import READERS, SAYS_UNKNOWN, BadForm, blank
from auditor.loading.schema import Schema, schema_of
from auditor.loading.shapes import Leaf, ListOf, MapOf, Record, Shape, Special
from auditor.loading.wording import called_by, step, worded
from auditor.model.inventory import Need, Users
from auditor.model.knowledge import Offer, Performed
from auditor.model.rules import All, Ask, Condition, Not
from auditor.model.rules import Any as AnyOf
from auditor.model.values import Country, Duration, Origin, Text
from auditor.model.vocabulary import FactStatus

T = TypeVar("T")


def header_of(document: Document) -> str | None:
    """What a document says it is: `inventory/1`, `pack/1`, …; None if it does not say."""
    header = document.value.get("auditor") if isinstance(document.value, Map) else None
    return header if isinstance(header, str) else None


@cache
def validator(
    record: Any,
    header: str,
    predicates: tuple[tuple[str, str], ...] = (),
) -> jsonschema_rs.Draft7Validator:
    """The judging validator of one kind of document; it fetches nothing."""
    schema = schema_of(record, header=header, predicates={name: json.loads(text) for name, text in predicates})
    return jsonschema_rs.Draft7Validator(schema, retriever=_refuse)


def _refuse(uri: str) -> Schema:
    raise ValueError(f"schemas fetch nothing, so not {uri}")


def read_record(
    document: Document,
    record: type[T],
    header: str,
    problems: list[Problem],
    predicates: tuple[tuple[str, str], ...] = (),
) -> T | None:
    """Read a whole document into one record. Problems are collected; None if the structure is wrong."""
    kind: Any = record
    judge = validator(kind, header, predicates)
    body = document.value
    if not judge.is_valid(body):
        problems.extend(worded(document, Record(record), judge, dict(predicates)))
        return None
    reader = _Reader(document, problems)
    before = len(problems)
    found: Any = reader.record(record, body, "", skip=("auditor",))
    return found if len(problems) == before else None


@dataclass(slots=True)
class _Reader:
    document: Document
    problems: list[Problem] = field(default_factory=list)

    def record(self, cls: Any, value: Any, pointer: str, skip: tuple[str, ...] = ()) -> Any:
        given: dict[str, object] = {}
        complete = True
        for f in Record(cls).fields:
            if f.key in value and f.key not in skip:
                found = self.of(f.shape, value[f.key], f"{pointer}/{f.key}", optional=not f.required)
                if found is not None:
                    given[f.attribute] = found
                elif f.required:
                    complete = False  # the other keys are still read, so that all their problems are told
        if not complete:
            return None
        if "origin" in cls.__dataclass_fields__:
            given["origin"] = Origin(self.document.path, pointer, value.line, value.column)
        return cls(**given)

    def of(self, shape: Shape, value: Any, pointer: str, *, optional: bool = False) -> Any:
        match shape:
            case Leaf():
                return self.leaf(shape, value, pointer, optional)
            case ListOf(item=item):
                if isinstance(value, str) and value == "unknown" and optional:
                    return ()
                if not isinstance(value, Seq):
                    found = self.of(item, value, pointer)
                    return () if found is None else (found,)
                read = (self.of(item, v, f"{pointer}/{i}") for i, v in enumerate(value))
                return tuple(found for found in read if found is not None)
            case MapOf(value=inner):
                return {k: self.of(inner, v, f"{pointer}/{step(k)}") for k, v in value.items()}
            case Record(of=cls):
                return self.record(cls, value, pointer)
            case Special(name=name):
                return getattr(self, f"_{name}")(value, pointer)

    def leaf(self, leaf: Leaf, value: str, pointer: str, optional: bool) -> Any:
        if leaf.kind == "enum":
            if value == "unknown" and "unknown" not in leaf.words:
                return None
            return leaf.enum(value) if leaf.enum else value
        if value == "unknown" and optional and leaf.kind in SAYS_UNKNOWN:
            return None
        try:
            return READERS[leaf.kind](value)
        except BadForm as bad:
            name = called_by(pointer.split("/"))
            code, said, hint = f"E-{leaf.kind.upper()}", str(bad.args[0]), bad.hint
            if blank(value):
                code, said, hint = "E-EMPTY-VALUE", "has no value", "write a value, or remove the key"
            self.problems.append(Problem(self.document.origin(pointer), code, f"{name}: {said}", hint))
            return None

    def _need(self, value: Value, pointer: str) -> Need | None:
        if isinstance(value, str):
            named = self.leaf(Leaf("ref"), value, pointer, False)
            return None if named is None else Need(named)
        assert isinstance(value, Map)
        if ("id" in value) == ("any_of" in value):
            hint = "write {id: …, buffer: …} or {any_of: [ … ], buffer: …}"
            self.problems.append(
                Problem(self.document.origin(pointer), "E-NEED", "a need names id or any_of, one of the two", hint)
            )
            return None
        buffer: Duration | None = None
        if "buffer" in value:
            buffer = self.leaf(Leaf("duration"), str(value["buffer"]), f"{pointer}/buffer", True)
        if "id" in value:
            return Need(self.leaf(Leaf("ref"), str(value["id"]), f"{pointer}/id", False), (), buffer)
        members = self.of(ListOf(Special("need")), value["any_of"], f"{pointer}/any_of")
        if not value["any_of"]:
            self.problems.append(Problem(self.document.origin(pointer), "E-NEED", "any_of names nothing"))
            return None
        return Need(None, members, buffer)

    def _users(self, value: Seq, pointer: str) -> Users:
        ids, everyone, about = [], False, None
        for i, user in enumerate(value):
            if isinstance(user, Map):
                about = self.leaf(Leaf("int"), str(user["about"]), f"{pointer}/{i}/about", False)
            elif user == "everyone":
                everyone = True
            else:
                ids.append(self.leaf(Leaf("ref"), str(user), f"{pointer}/{i}", False))
        return Users(tuple(i for i in ids if i is not None), everyone, about)

    def _offer(self, value: Map, pointer: str) -> Offer:
        by: dict[str, str] = {}
        status = None
        for key, named in value.items():
            if key == "status":
                status = self._status(str(named), f"{pointer}/{key}")
            elif (found := self.leaf(Leaf("ref"), str(named), f"{pointer}/{key}", False)) is not None:
                by[key] = found
        return Offer(by, status)

    def _performed(self, value: Map, pointer: str) -> Performed:
        where: tuple[Country, ...] = self.of(ListOf(Leaf("country")), value["value"], f"{pointer}/value", optional=True)
        return Performed(where, self._status(str(value["status"]), f"{pointer}/status") if "status" in value else None)

    def _prose(self, value: Value, pointer: str) -> Text | None:
        """Both languages, or one text alone, which no other stands beside."""
        if isinstance(value, str):
            alone: str | None = self.leaf(Leaf("text"), value, pointer, False)
            return None if alone is None else Text(alone, "")
        assert isinstance(value, Map)
        read = {k: self.leaf(Leaf("text"), str(v), f"{pointer}/{k}", False) for k, v in value.items()}
        return None if None in read.values() else Text(read["en"], read.get("ko", ""))

    def _status(self, value: str, pointer: str) -> FactStatus | None:
        try:
            return FactStatus(value)
        except ValueError:
            hint = "write one of " + ", ".join(FactStatus)
            self.problems.append(Problem(self.document.origin(pointer), "E-VALUE", f"{value!r} is no status", hint))
            return None

    def _condition(self, value: Map, pointer: str) -> Condition:
        ((name, inner),) = value.items()
        below = f"{pointer}/{name}"
        if name in ("all", "any"):
            parts = tuple(self._condition(v, f"{below}/{i}") for i, v in enumerate(inner))  # type: ignore[arg-type]
            return All(parts) if name == "all" else AnyOf(parts)
        if name == "not":
            return Not(self._condition(inner, below))  # type: ignore[arg-type]
        assert isinstance(inner, Map)
        arguments = {k: tuple(str(i) for i in v) if isinstance(v, Seq) else str(v) for k, v in inner.items()}
        return Ask(name, arguments, Origin(self.document.path, pointer, value.line, value.column))

    def _document(self, value: Map, pointer: str) -> Document:  # noqa: ARG002
        """A document within a document keeps the file's name and lines, so that its own problems have places."""
        return Document(self.document.path, value, self.document.digest, self.document.lines)
