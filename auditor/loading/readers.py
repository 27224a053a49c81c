"""Shapes into readers: one function for each, made once and used for every record of a run.

A reader takes a value that the schema found good and gives what the model holds. Equal texts, and equal small records,
are read once and shared: an inventory says the same few things many times.
"""

from collections.abc import Callable, Hashable
from typing import Any

from auditor.documents import Document, Map, Seq, Value
from auditor.errors import Problem
from auditor.loading.kinds import READERS, SAYS_UNKNOWN, BadForm, blank
from auditor.loading.shapes import Leaf, ListOf, MapOf, Record, Shape, Special
from auditor.loading.wording import called_by, step
from auditor.messages import sentence
from auditor.model.inventory import Need, Users
from auditor.model.knowledge import Offer, Performed
from auditor.model.rules import All, Ask, Condition, Not
from auditor.model.rules import Any as AnyOf
from auditor.model.values import Country, Duration, Origin, Text
from auditor.model.vocabulary import FactStatus

MOST_KEPT = 10_000
"""Texts or records of one field that are kept to be shared; then the keeping starts anew."""

Read = Callable[[Any, str], Any]
"""A value and its JSON pointer into what the model holds; None where there is nothing, or a problem was told."""


class _Kept(dict[Hashable, Any]):
    """What the texts of one field were read as. Raises BadForm for one that is not of the field's kind."""

    __slots__ = ("read",)

    def __init__(self, read: Callable[[str], object]) -> None:
        self.read = read

    def __missing__(self, text: str) -> Any:
        found = self.read(text)
        if len(self) >= MOST_KEPT:
            self.clear()
        self[text] = found
        return found

    def keep(self, key: Hashable, found: object) -> None:
        if len(self) >= MOST_KEPT:
            self.clear()
        self[key] = found


class Reader:
    """Reads documents of a run, one after the other; what it shares is forgotten with it."""

    def __init__(self) -> None:
        self._problems: list[Problem] = []
        self._document: Document
        self._records: dict[type, Read] = {}
        self._refs = _Kept(READERS["ref"])
        self._buffers = _Kept(_of_leaf(Leaf("duration"), optional=True))
        self._numbers = _Kept(READERS["int"])
        self._countries = self._list(ListOf(Leaf("country")), optional=True)
        self._said = self._leaf(_Kept(READERS["text"]), "text")
        self._users_kept = _Kept(str)

    def read(self, record: type, document: Document, problems: list[Problem]) -> Any:
        """The record that a whole document is. Problems are collected; None where there is any."""
        self._document, self._problems = document, problems
        before = len(problems)
        try:
            found = self._record(record)(document.value, "")
        finally:
            del self._document  # it may be large, and the next one too
        return found if len(problems) == before else None

    # -- one reader for each shape -------------------------------------------------------------------------------------

    def _of(self, shape: Shape, *, optional: bool = False) -> Read:
        match shape:
            case Leaf():
                return self._leaf(_Kept(_of_leaf(shape, optional)), shape.kind)
            case ListOf():
                return self._list(shape, optional)
            case MapOf(value=inner):
                return self._map(self._of(inner))
            case Record(of=cls):
                return self._record(cls)
            case Special(name=name):
                special: Read = self._document_in if name == "document" else getattr(self, f"_{name}")
                return special

    def _leaf(self, kept: _Kept, kind: str) -> Read:
        def read(value: Any, pointer: str) -> Any:
            try:
                return kept[value]
            except BadForm as bad:
                self._bad(kind, value, pointer, bad)
                return None

        return read

    def _list(self, shape: ListOf, optional: bool) -> Read:
        item = shape.item
        kept = _Kept(_of_leaf(item, False)) if isinstance(item, Leaf) else None
        one = self._of(item) if kept is None else self._leaf(kept, item.kind)  # type: ignore[union-attr]
        at_once: Callable[[Any], object] | None = None if kept is None else kept.__getitem__

        def read(value: Any, pointer: str) -> tuple[Any, ...]:
            if not isinstance(value, Seq):
                if optional and value == "unknown":
                    return ()
                found = one(value, pointer)
                return () if found is None else (found,)
            if at_once is not None:
                try:
                    entries = tuple(map(at_once, value))
                except BadForm:
                    pass  # once more, with pointers
                else:
                    return entries if None not in entries else tuple(e for e in entries if e is not None)
            read_one = (one(entry, f"{pointer}/{i}") for i, entry in enumerate(value))
            return tuple([entry for entry in read_one if entry is not None])

        return read

    def _map(self, inner: Read) -> Read:
        def read(value: Any, pointer: str) -> dict[str, Any]:
            return {key: inner(v, f"{pointer}/{step(key)}") for key, v in value.items()}

        return read

    def _record(self, cls: Any) -> Read:
        known = self._records.get(cls)
        if known is None:

            def later(value: Any, pointer: str) -> Any:
                """For a record that may hold itself, until its reader is made."""
                return self._records[cls](value, pointer)

            self._records[cls] = later
            known = self._records[cls] = self._made(cls)
        return known

    def _made(self, cls: Any) -> Read:
        fields: dict[str, tuple[str, bool, str, _Kept | None, Read]] = {}
        for f in Record(cls).fields:
            if isinstance(f.shape, Leaf):
                kept = _Kept(_of_leaf(f.shape, optional=not f.required))
                fields[f.key] = f.attribute, f.required, f.shape.kind, kept, self._leaf(kept, f.shape.kind)
            else:
                fields[f.key] = f.attribute, f.required, "", None, self._of(f.shape, optional=not f.required)
        has_origin = _has_origin(cls)

        def read(value: Any, pointer: str) -> Any:
            given: dict[str, object] = {}
            complete = True
            for key, v in value.items():
                field = fields.get(key)
                if field is None:
                    continue  # the header
                attribute, required, kind, kept, inner = field
                if kept is not None:
                    try:
                        found = kept[v]
                    except BadForm as bad:
                        found = None
                        self._bad(kind, v, f"{pointer}/{key}", bad)
                else:
                    found = inner(v, f"{pointer}/{key}")
                if found is not None:
                    given[attribute] = found
                elif required:
                    complete = False  # the other keys are still read, so that all their problems are told
            if not complete:
                return None
            if has_origin:
                given["origin"] = Origin(self._document.path, pointer, value.line, value.column)
            return cls(**given)

        return read if has_origin or not _alike_is_equal(Record(cls)) else self._shared(read)

    def _shared(self, read: Read) -> Read:
        """A reader of small records without places: those that are written alike are one."""
        kept = _Kept(str)

        def shared(value: Any, pointer: str) -> Any:
            try:
                key = *value, *[tuple(v) if v.__class__ is Seq else v for v in value.values()]
                found = kept.get(key)
            except TypeError:  # it holds a mapping
                return read(value, pointer)
            if found is None:
                before = len(self._problems)
                found = read(value, pointer)
                if len(self._problems) == before:
                    kept.keep(key, found)
            return found

        return shared

    def _bad(self, kind: str, value: str, pointer: str, bad: BadForm) -> None:
        name = called_by(pointer.split("/"))
        code, said, hint = f"E-{kind.upper()}", sentence("value.named", name=name, what=bad.args[0]), bad.hint
        if blank(value):
            code, said = "E-EMPTY-VALUE", sentence("E-EMPTY-VALUE.value", name=name)
            hint = sentence("E-EMPTY-VALUE.value_hint")
        self._problem(pointer, code, said, hint)

    def _problem(self, pointer: str, code: str, said: str, hint: str | None = None) -> None:
        self._problems.append(Problem(self._document.origin(pointer), code, said, hint))

    # -- shapes with short forms of their own --------------------------------------------------------------------------

    def _ref(self, value: object, pointer: str) -> str | None:
        found: str | None = self._leaf(self._refs, "ref")(str(value), pointer)
        return found

    def _need(self, value: Value, pointer: str) -> Need | None:
        if isinstance(value, str):
            named = self._ref(value, pointer)
            return None if named is None else Need(named)
        assert isinstance(value, Map)
        if ("id" in value) == ("any_of" in value):
            self._problem(pointer, "E-NEED", sentence("E-NEED.one"), sentence("E-NEED.one_hint"))
            return None
        buffer: Duration | None = None
        if "buffer" in value:
            buffer = self._leaf(self._buffers, "duration")(value["buffer"], f"{pointer}/buffer")
        if "id" in value:
            return Need(self._ref(value["id"], f"{pointer}/id"), (), buffer)
        several = value["any_of"]
        if not several:
            self._problem(pointer, "E-NEED", sentence("E-NEED.empty"))
            return None
        read = (self._need(v, f"{pointer}/any_of/{i}") for i, v in enumerate(several))
        return Need(None, tuple([need for need in read if need is not None]), buffer)

    def _users(self, value: Seq, pointer: str) -> Users:
        key: tuple[object, ...] = tuple(value)
        try:
            known: Users | None = self._users_kept.get(key)
        except TypeError:  # it holds a mapping
            key, known = (), None
        if known is not None:
            return known
        before = len(self._problems)
        ids, everyone, about = [], False, None
        for i, user in enumerate(value):
            if isinstance(user, Map):
                about = self._leaf(self._numbers, "int")(user["about"], f"{pointer}/{i}/about")
            elif user == "everyone":
                everyone = True
            else:
                ids.append(self._ref(user, f"{pointer}/{i}"))
        found = Users(tuple([i for i in ids if i is not None]), everyone, about)
        if key and len(self._problems) == before:
            self._users_kept.keep(key, found)
        return found

    def _offer(self, value: Map, pointer: str) -> Offer:
        by: dict[str, str] = {}
        status = None
        for key, named in value.items():
            if key == "status":
                status = self._status(str(named), f"{pointer}/{key}")
            elif (found := self._ref(named, f"{pointer}/{key}")) is not None:
                by[key] = found
        return Offer(by, status)

    def _performed(self, value: Map, pointer: str) -> Performed:
        where: tuple[Country, ...] = self._countries(value["value"], f"{pointer}/value")
        return Performed(where, self._status(str(value["status"]), f"{pointer}/status") if "status" in value else None)

    def _prose(self, value: Value, pointer: str) -> Text | None:
        """Both languages, or one text alone, which no other stands beside."""
        if isinstance(value, str):
            alone: str | None = self._said(value, pointer)
            return None if alone is None else Text(alone, "")
        assert isinstance(value, Map)
        read = {k: self._said(v, f"{pointer}/{k}") for k, v in value.items()}
        return None if None in read.values() else Text(read["en"], read.get("ko", ""))

    def _status(self, value: str, pointer: str) -> FactStatus | None:
        try:
            return FactStatus(value)
        except ValueError:
            hint = sentence("meant.one_of", names=", ".join(FactStatus))
            self._problem(pointer, "E-VALUE", sentence("E-VALUE.status", given=repr(value)), hint)
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
        return Ask(name, arguments, Origin(self._document.path, pointer, value.line, value.column))

    def _document_in(self, value: Map, pointer: str) -> Document:  # noqa: ARG002
        """A document within a document keeps the file's name and lines, so that its own problems have places."""
        return Document(self._document.path, value, self._document.digest, self._document.lines)


def _of_leaf(leaf: Leaf, optional: bool) -> Callable[[str], object]:
    """A text into what it stands for; None where it says that nothing is known. Raises BadForm."""
    if leaf.kind == "enum":
        enum, says_unknown = leaf.enum, "unknown" not in leaf.words

        def word(value: str) -> object:
            if value == "unknown" and says_unknown:
                return None
            return enum(value) if enum else value

        return word
    read = READERS[leaf.kind]
    if not optional or leaf.kind not in SAYS_UNKNOWN:
        return read
    return lambda value: None if value == "unknown" else read(value)


def _alike_is_equal(shape: Shape) -> bool:
    """Whether nothing in the shape knows its place, and nothing in it can be changed."""
    match shape:
        case Leaf():
            return True
        case ListOf(item=item):
            return _alike_is_equal(item)
        case Record(of=cls):
            return not _has_origin(cls) and all(_alike_is_equal(f.shape) for f in shape.fields)
        case Special(name=name):
            return name in ("need", "users")
    return False


def _has_origin(cls: Any) -> bool:
    return "origin" in cls.__dataclass_fields__
