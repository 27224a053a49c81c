"""The schemas: valid, described, harmless, the same as an independent validator says; no field is forgotten."""

import copy
import json
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st
from jsonschema import Draft7Validator

from auditor import cli
from auditor.documents import MAX_DEPTH, Document, plain, read, read_text
from auditor.errors import Problem, describe
from auditor.loading.decisions import DecisionsFile
from auditor.loading.fitting import SMALL, fits
from auditor.loading.inventory import InventoryFile
from auditor.loading.kinds import READERS
from auditor.loading.knowledge import KnowledgeFile
from auditor.loading.reading import read_record, validator
from auditor.loading.scenarios import ScenarioFile
from auditor.loading.schema import schema_of
from auditor.loading.shapes import Leaf, ListOf, MapOf, Record, Shape, Special, fields_of
from auditor.loading.shipped import inventories_folder, knowledge_folder, rules_folder
from auditor.model.inventory import Asset, Contract, Dependency, Inventory, Need, Person, Users
from auditor.model.knowledge import Offer, Performed
from auditor.model.rules import Pack
from auditor.model.values import Origin, Text
from auditor.verbs._run import predicate_schemas
from auditor.verbs.schema import KINDS

RICH = Path(__file__).parent / "rich.yaml"
DOCUMENTS: dict[str, type] = {
    "inventory": InventoryFile,
    "knowledge": KnowledgeFile,
    "pack": Pack,
    "decisions": DecisionsFile,
    "scenario": ScenarioFile,
}
Schema = dict[str, Any]


def printed(kind: str) -> Schema:
    """What `auditor schema` prints."""
    result = CliRunner().invoke(cli.auditor, ["schema", kind], standalone_mode=False)
    assert result.exception is None
    assert result.return_value == 0
    found: Schema = json.loads(result.stdout)
    return found


def predicates_of(kind: str) -> tuple[tuple[str, str], ...]:
    return predicate_schemas() if kind == "pack" else ()


def judging(kind: str) -> Schema:
    """The schema by which documents are judged."""
    predicates = {name: json.loads(text) for name, text in predicates_of(kind)}
    return schema_of(DOCUMENTS[kind], header=f"{kind}/1", predicates=predicates)


def inside(schema: object) -> Iterator[Schema]:
    """Every mapping in a schema."""
    if isinstance(schema, dict):
        yield schema
        for below in schema.values():
            yield from inside(below)
    elif isinstance(schema, list):
        for below in schema:
            yield from inside(below)


def shipped(kind: str) -> list[Path]:
    folders = {"inventory": inventories_folder, "knowledge": knowledge_folder, "pack": rules_folder}
    if kind == "scenario":
        return sorted((rules_folder() / "scenarios").glob("*.yaml"))
    found = sorted(folders[kind]().rglob("*.yaml")) if kind in folders else []
    found = [p for p in found if p.parent.name != "scenarios"]
    return [*found, *([RICH] if kind == "inventory" else [])]


SHIPPED = [(kind, path) for kind in DOCUMENTS for path in shipped(kind)]
NAMES = [f"{kind} {path.stem}" for kind, path in SHIPPED]


# -- the schemas themselves -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_printed_is_a_schema(kind: str) -> None:
    Draft7Validator.check_schema(printed(kind))


@pytest.mark.parametrize("kind", KINDS)
def test_every_record_and_field_is_described(kind: str) -> None:
    schema = printed(kind)
    records = [schema, *schema["definitions"].values()]
    specials = {"need", "users", "offer", "performed", "condition", "document", "prose"}
    undescribed = [n for n, d in schema["definitions"].items() if not d.get("description") and n not in specials]
    assert undescribed == []
    if kind == "report":
        return
    assert schema["description"]
    fields_ = {(r.get("description"), k): v for r in records for k, v in r.get("properties", {}).items() if r}
    missing = {key for (_, key), v in fields_.items() if not v.get("description")}
    # what these are the names of says enough, or they point to a record that is described
    assert missing <= {"id", "any_of", "buffer", "about", "value", "status", "all", "any", "not"} | {
        f.key for cls in classes(*DOCUMENTS.values()) for f in fields_of(cls) if not f.description
    }


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_schemas_that_judge_have_nothing_that_can_be_slow_or_fetch(kind: str) -> None:
    schema = judging(kind)
    Draft7Validator.check_schema(schema)
    for part in inside(schema):
        keywords = {k for k, v in part.items() if not isinstance(v, dict) or k in ("not", "if")}
        assert not keywords & {"pattern", "patternProperties", "format", "$id", "anyOf", "oneOf", "uniqueItems"}
        assert str(part.get("$ref", "#/definitions/")).startswith("#/definitions/")


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_no_record_takes_keys_that_it_does_not_know(kind: str) -> None:
    for schema in (judging(kind), printed(kind)):
        for part in inside(schema):
            if "properties" in part and isinstance(part["properties"], dict) and "type" in part:
                assert part["additionalProperties"] is False


# -- the validator and its oracle -----------------------------------------------------------------------------------


@pytest.mark.parametrize(("kind", "path"), SHIPPED, ids=NAMES)
def test_what_is_shipped_is_valid_for_both_and_for_editors(kind: str, path: Path) -> None:
    document = read(path)
    assert validator(DOCUMENTS[kind], f"{kind}/1", predicates_of(kind)).is_valid(document.value)
    assert fits(judging(kind), document.value)
    assert Draft7Validator(judging(kind)).is_valid(plain(document.value))
    as_editors_see_it = Draft7Validator(printed(kind))
    assert [e.message for e in as_editors_see_it.iter_errors(plain(document.value))] == []
    assert [e.message for e in as_editors_see_it.iter_errors(editor_values(path.read_text()))] == []


class _Core(yaml.SafeLoader):
    """Booleans and numbers as an editor reads them; dates stay texts, as in YAML 1.2."""


_Core.yaml_implicit_resolvers = {
    first: [(tag, regexp) for tag, regexp in resolvers if not tag.endswith((":timestamp", ":bool", ":merge"))]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def editor_values(text: str) -> object:
    return yaml.load(text, _Core)


ODD = ["unknown", "", "x", "everyone", "2026-01-01", [], ["x"], ["unknown"], [[]], [{}], {}, {"x": "y"}, {"id": "x"},
       {"about": "3"}, {"any_of": ["x"]}, [{"about": "3"}], [{"id": "x", "buffer": "3d"}], {"by": "x"}]  # fmt: skip


def steps(value: object) -> Iterator[tuple[str | int, ...]]:
    """The path of every value below."""
    if isinstance(value, dict):
        for key, below in value.items():
            yield (key,)
            yield from ((key, *path) for path in steps(below))
    elif isinstance(value, list):
        for i, below in enumerate(value):
            yield (i,)
            yield from ((i, *path) for path in steps(below))


def mutated(value: Any, path: tuple[str | int, ...], deed: str, odd: object) -> Any:
    """A copy with one thing changed at the path; unchanged if that does not apply there."""
    *above, last = path
    made = copy.deepcopy(value)
    at = made
    for step in above:
        at = at[step]
    match deed:
        case "drop":
            del at[last]
        case "replace":
            at[last] = odd
        case "wrap":
            at[last] = [at[last]]
        case "unwrap" if isinstance(at[last], list) and at[last]:
            at[last] = at[last][0]
        case "add" if isinstance(at[last], dict):
            at[last]["x-new"] = odd
        case "append" if isinstance(at[last], list):
            at[last].append(odd)
        case "rename" if isinstance(last, str):
            at[f"{last}s"] = at.pop(last)
        case "empty" if not isinstance(at[last], str):
            at[last] = type(at[last])()
    return made


DEEDS = ["drop", "replace", "wrap", "unwrap", "add", "append", "rename", "empty"]
SEEDS: dict[str, Any] = {}


def seed(kind: str) -> Any:
    """A rich document of a kind, as plain data."""
    if kind not in SEEDS:
        SEEDS[kind] = plain(read(RICH).value) if kind == "inventory" else sample_document(DOCUMENTS[kind], kind)
    return SEEDS[kind]


@pytest.mark.parametrize("kind", DOCUMENTS)
@given(data=st.data())
@settings(max_examples=150, deadline=None)
def test_both_validators_say_the_same_of_documents_gone_wrong(kind: str, data: st.DataObject) -> None:
    value = seed(kind)
    for _ in range(data.draw(st.integers(1, 3))):
        paths = sorted((path for path in steps(value) if path != ("auditor",)), key=str)  # read before any schema
        if not paths:
            break
        path = data.draw(st.sampled_from(paths))
        value = mutated(value, path, data.draw(st.sampled_from(DEEDS)), data.draw(st.sampled_from(ODD)))
    ours = validator(DOCUMENTS[kind], f"{kind}/1", predicates_of(kind))
    oracle = _oracle(kind)
    assert ours.is_valid(value) is oracle.is_valid(value) is fits(judging(kind), value)
    document = read_text(json.dumps(value), "d.yaml")
    problems: list[Problem] = []
    found = read_record(document, DOCUMENTS[kind], f"{kind}/1", problems, predicates_of(kind))
    assert (found is None) == bool(problems)
    assert describe(problems) == describe(reversed(problems))
    if not oracle.is_valid(value):
        assert problems  # what the schema refuses is told in words of ours, with a place
        assert all(p.origin.line == 1 and p.code != "E-SHAPE" for p in problems)


@pytest.mark.parametrize("kind", ["inventory", "pack"])
def test_the_deepest_document_is_judged_by_all_three(kind: str) -> None:
    value = copy.deepcopy(seed(kind))
    inner: dict[str, Any] = {"any_of": ["x"]} if kind == "inventory" else {"all": [{"not_personal": {}}]}
    key = next(iter(inner))
    for _ in range(MAX_DEPTH):
        inner = {key: [inner]}
    if kind == "inventory":
        value["functions"][0]["needs"] = [inner]
    else:
        value["rules"][0]["when"] = inner
    by_rust = validator(DOCUMENTS[kind], f"{kind}/1", predicates_of(kind)).is_valid(value)
    assert by_rust is _oracle(kind).is_valid(value) is fits(judging(kind), value) is (kind == "inventory")


def test_a_large_document_is_judged_as_a_small_one_is() -> None:
    small = RICH.read_text()
    large = small + f"# {'x' * SMALL}\n"
    for text, wrong in ((small, False), (large, False), (small + "x: y\n", True), (large + "x: y\n", True)):
        problems: list[Problem] = []
        found = read_record(read_text(text, "d.yaml"), DOCUMENTS["inventory"], "inventory/1", problems)
        assert (found is None, bool(problems)) == (wrong, wrong)


ORACLES: dict[str, Any] = {}


def _oracle(kind: str) -> Any:
    return ORACLES.setdefault(kind, Draft7Validator(judging(kind)))


# -- every field has a place and is read ----------------------------------------------------------------------------

SAMPLES = {
    "text": "some text",
    "id": "an-id",
    "ref": "an-id",
    "date": "2026-01-02",
    "until": "2026-01-02",
    "duration": "3d",
    "share": "12.5",
    "bool": "yes",
    "int": "3",
    "decimal": "1.50",
    "country": "KR",
    "currency": "KRW",
    "domain": "a.example",
    "url": "https://a.example/",
    "lei": "724500VKKSH9QOLTFR81",
    "word": "termination",
}


def sample(shape: Shape) -> Any:
    """A document value of a shape that uses everything the shape has."""
    match shape:
        case Leaf(kind="enum"):
            return shape.words[-1]
        case Leaf(kind=kind):
            return SAMPLES[kind]
        case ListOf(item=item):
            return [sample(item)]
        case MapOf(value=value):
            return {"key": sample(value)}
        case Record(of=cls):
            return sample_record(cls)
        case Special(name=name):
            return {
                "need": {"any_of": ["an-id", {"id": "an-id", "buffer": "3d"}], "buffer": "2d"},
                "users": ["an-id", "everyone", {"about": "3"}],
                "offer": {"default": "an-id", "EU": "other-id", "status": "press"},
                "performed": {"value": ["KR"], "status": "press"},
                "condition": {"all": [{"delivery": {"in": "saas"}}, {"not": {"delivery": {"in": ["api"]}}}]},
                "document": {"dependencies": [{"id": "an-id"}]},
                "prose": {"en": "in English", "ko": "한국어로"},
            }[name]


def sample_record(cls: type) -> dict[str, Any]:
    return {f.key: sample(f.shape) for f in fields_of(cls)}


def sample_document(cls: type, kind: str) -> dict[str, Any]:
    return {"auditor": f"{kind}/1", **sample_record(cls)}


def classes(*roots: type) -> set[type]:
    """All record classes that documents of these kinds are read into."""

    def below(shape: Shape) -> Iterator[type]:
        match shape:
            case Record(of=cls):
                yield cls
            case ListOf(item=inner) | MapOf(value=inner):
                yield from below(inner)

    found, waiting = set[type](), list(roots)
    while waiting:
        cls = waiting.pop()
        if cls not in found:
            found.add(cls)
            waiting += [c for f in fields_of(cls) for c in below(f.shape)]
    return found


def used(value: object) -> Iterator[tuple[type, str]]:
    """Class and name of every field below that is not at its default."""
    if is_dataclass(value) and not isinstance(value, (type, Document)):
        for f in fields(value):
            inner = getattr(value, f.name)
            default = f.default_factory() if f.default_factory is not MISSING else f.default
            if default is MISSING or inner != default:
                yield type(value), f.name
            yield from used(inner)
    elif isinstance(value, Mapping):
        for inner in value.values():
            yield from used(inner)
    elif isinstance(value, tuple):
        for inner in value:
            yield from used(inner)


def expected(*roots: type) -> set[tuple[type, str]]:
    return {(cls, f.attribute) for cls in classes(*roots) for f in fields_of(cls)}


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_of_every_class_can_be_written_and_is_read(kind: str) -> None:
    cls = DOCUMENTS[kind]
    document = read_text(json.dumps(sample_document(cls, kind)), "d.yaml")
    problems: list[Problem] = []
    found = read_record(document, cls, f"{kind}/1", problems, predicates_of(kind))
    assert describe(problems) == ""
    assert found is not None
    assert expected(cls) - set(used(found)) == set()


@pytest.mark.parametrize("kind", DOCUMENTS)
def test_every_field_stands_in_both_schemas(kind: str) -> None:
    root = DOCUMENTS[kind]
    for schema in (judging(kind), printed(kind)):
        for cls in classes(root):
            body = schema if cls is root else schema["definitions"][cls.__name__]
            keys = {f.key for f in fields_of(cls)}
            assert set(body["properties"]) - {"auditor"} == keys
            required = {f.key for f in fields_of(cls) if f.required}
            assert set(body.get("required", ())) - {"auditor"} == required


def test_every_class_has_a_name_of_its_own() -> None:
    for root in DOCUMENTS.values():
        names = [cls.__name__ for cls in classes(root)]
        assert len(names) == len(set(names))  # definitions go by it


def test_bookkeeping_is_the_only_thing_that_documents_do_not_write() -> None:
    for cls in classes(*DOCUMENTS.values()):
        written = {f.attribute for f in fields_of(cls)}
        assert {f.name for f in fields(cls)} - written <= {"origin"}


def test_every_kind_of_text_has_a_reader() -> None:
    def kinds(shape: Shape) -> Iterator[str]:
        match shape:
            case Leaf(kind=kind):
                yield kind
            case ListOf(item=inner) | MapOf(value=inner):
                yield from kinds(inner)

    found = {k for cls in classes(*DOCUMENTS.values()) for f in fields_of(cls) for k in kinds(f.shape)}
    assert found - {"enum"} == set(READERS) - ({"word"} - found)


def test_the_rich_inventory_uses_every_field(rich: Inventory) -> None:
    assert expected(InventoryFile) - {(InventoryFile, f.name) for f in fields(InventoryFile)} - set(used(rich)) == set()
    for cls in (Dependency, Contract, Asset, Person):
        assert {f.name for f in fields(cls)} <= {name for c, name in used(rich) if c is cls}
    assert {(Need, "id"), (Need, "any_of"), (Need, "buffer")} <= set(used(rich))
    assert {(Users, "ids"), (Users, "everyone"), (Users, "about")} <= set(used(rich))


def test_short_forms_are_read() -> None:
    text = json.dumps(sample_document(KnowledgeFile, "knowledge"))
    found = read_record(read_text(text, "k.yaml"), KnowledgeFile, "knowledge/1", [])
    assert found is not None
    (product,) = found.products
    assert product.operated_by == Offer({"default": "an-id", "EU": "other-id"}, _status("press"))
    assert product.performed_from == Performed(("KR",), _status("press"))
    assert product.notes == Text("in English", "한국어로")
    assert product.origin == Origin("k.yaml", "/products/0", 1, text.index('"products": [') + 14)


def _status(word: str) -> Any:
    from auditor.model.vocabulary import FactStatus

    return FactStatus(word)
