"""JSON Schemas of the documents, made from their shapes: one that judges, one that helps an editor.

The judging schema sees texts, mappings and lists only, because the reader keeps every scalar as text. It uses no
`pattern` and no `format`: those tests are ours, and linear. The editor's schema adds descriptions and also takes the
numbers, dates and booleans that an editor sees in an unquoted scalar.
"""

from collections.abc import Mapping
from typing import Any

from auditor.loading.kinds import SAYS_UNKNOWN
from auditor.loading.shapes import Field, Leaf, ListOf, MapOf, Record, Shape, Special

Schema = dict[str, Any]


def schema_of(
    record: type, *, header: str, editor: bool = False, predicates: Mapping[str, Schema] | None = None
) -> Schema:
    """The draft-07 schema of documents that start with `auditor: <header>` and hold the fields of `record`.

    Without a header it is that of a document within another.
    """
    writer = _Writer(editor, dict(predicates or {}))
    body = writer.record(record)
    if header:
        body["properties"] = {"auditor": {"const": header}, **body["properties"]}
        body["required"] = ["auditor", *body.get("required", [])]
    if editor:
        body["properties"]["auditor"]["description"] = "the kind of this document and the version of its shape"
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": f"auditor {header}",
        **body,
        "definitions": writer.definitions,
    }


class _Writer:
    def __init__(self, editor: bool, predicates: dict[str, Schema]) -> None:
        self.editor = editor
        self.predicates = predicates
        self.definitions: dict[str, Schema] = {}

    def record(self, cls: type) -> Schema:
        found = Record(cls).fields
        body: Schema = {
            "type": "object",
            "properties": {f.key: self._field(f) for f in found},
            "additionalProperties": False,
        }
        required = [f.key for f in found if f.required]
        if required:
            body["required"] = required
        if self.editor and cls.__doc__:
            body["description"] = cls.__doc__.split("\n")[0]
        return body

    def _field(self, field: Field) -> Schema:
        written = self.of(field.shape, optional=not field.required)
        if self.editor and field.description:
            return (
                {"description": field.description, **written}
                if "$ref" not in written
                else {"description": field.description, "allOf": [written]}
            )
        return written

    def of(self, shape: Shape, *, optional: bool = False) -> Schema:
        match shape:
            case Leaf():
                return self._leaf(shape, optional)
            case ListOf(item=item, or_one=or_one):
                many: Schema = {"type": "array", "items": self.of(item)}
                if or_one:
                    return _either("array", many, self.of(item))
                return _either("array", many, {"enum": ["unknown"]}) if optional else many
            case MapOf(value=value):
                return {"type": "object", "additionalProperties": self.of(value)}
            case Record(of=cls):
                if cls.__name__ not in self.definitions:
                    self.definitions[cls.__name__] = {}
                    self.definitions[cls.__name__].update(self.record(cls))
                return {"$ref": f"#/definitions/{cls.__name__}"}
            case Special(name=name):
                if name not in self.definitions:
                    self.definitions[name] = {}
                    self.definitions[name].update(getattr(self, f"_{name}")())
                return {"$ref": f"#/definitions/{name}"}

    def _leaf(self, leaf: Leaf, optional: bool) -> Schema:
        if leaf.kind == "enum":
            words = list(leaf.words)
            return {"enum": [*words, "unknown"] if optional and "unknown" not in words else words}
        if not self.editor:
            return {"type": "string"}
        match leaf.kind:
            case "bool":
                return {"enum": [True, False, "yes", "no", *(["unknown"] if optional else [])]}
            case "int" | "decimal" | "share":
                return {"type": ["string", "number"]}
            case kind if kind in SAYS_UNKNOWN or kind == "until":
                return {"type": "string"}
        return {"type": ["string", "number", "boolean"]}

    def _text(self) -> Schema:
        return {"type": "string"} if not self.editor else {"type": ["string", "number"]}

    def _need(self) -> Schema:
        need = {"$ref": "#/definitions/need"}
        return _either(
            "object",
            {
                "type": "object",
                "properties": {"id": self._text(), "any_of": {"type": "array", "items": need}, "buffer": self._text()},
                "additionalProperties": False,
            },
            self._text(),
        )

    def _users(self) -> Schema:
        about = {
            "type": "object",
            "properties": {"about": self._text()},
            "required": ["about"],
            "additionalProperties": False,
        }
        return {"type": "array", "items": _either("object", about, self._text())}

    def _offer(self) -> Schema:
        return {"type": "object", "additionalProperties": self._text()}

    def _performed(self) -> Schema:
        value = _either("array", {"type": "array", "items": self._text()}, {"enum": ["unknown"]})
        status = {"type": "string"}
        return {
            "type": "object",
            "properties": {"value": value, "status": status},
            "required": ["value"],
            "additionalProperties": False,
        }

    def _prose(self) -> Schema:
        both: Schema = {
            "type": "object",
            "properties": {"en": self._text(), "ko": self._text()},
            "required": ["en"],
            "additionalProperties": False,
        }
        return _either("object", both, self._text())

    def _condition(self) -> Schema:
        condition = {"$ref": "#/definitions/condition"}
        many = {"type": "array", "items": condition, "minItems": 1}
        return {
            "type": "object",
            "properties": {"all": many, "any": many, "not": condition, **self.predicates},
            "additionalProperties": False,
            "minProperties": 1,
            "maxProperties": 1,
        }

    def _document(self) -> Schema:
        return {"type": "object"}


def _either(kind: str, then: Schema, otherwise: Schema) -> Schema:
    # if/then/else on the type gives one error of the right branch, where anyOf gives none that helps
    return {"if": {"type": kind}, "then": then, "else": otherwise}
