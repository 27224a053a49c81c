"""The catalogue: who stands behind the names, hosts and model ids that inventories and tools write."""

import gzip
import json
import re
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from auditor.documents import read_text
from auditor.loading import inventory_of, knowledge_of, load_inventory
from auditor.model.knowledge import Knowledge, Product, Signals, status_of
from auditor.model.vocabulary import Confidence, Delivery, FactStatus, Layer, Role
from auditor.resolve import Supply, Traces, resolve
from auditor.resolve.names import Index, name_index, normal_form
from auditor.verbs._sound import unsound

from . import update_coverage
from .conftest import ON
from .exceptions_of_corpus import NO_PROVIDER, NOBODY_KNOWN


@pytest.fixture(scope="module")
def traces(knowledge: Knowledge) -> Traces:
    return Traces(knowledge.products.values())


@pytest.fixture(scope="module")
def products(knowledge: Knowledge) -> Index:
    return name_index((n, p.id) for p in knowledge.products.values() for n in (p.id, p.name, *p.aliases))


@pytest.fixture(scope="module")
def entities(knowledge: Knowledge) -> Index:
    return name_index((n, e.id) for e in knowledge.entities.values() for n in (e.id, e.name, *e.aliases))


def supply(
    knowledge: Knowledge, dependency: str, seat: str = "NL", contract: str = "", kind: str = "company"
) -> Supply:
    """What stands behind one dependency of an organisation in a country."""
    text = (
        "auditor: inventory/1\n"
        f"organization: {{id: harbour, name: Harbour, kind: [{kind}], seat: {seat}}}\n"
        f"dependencies:\n  - {{id: it, {dependency}{', contract: deal' if contract else ''}}}\n"
    )
    if contract:
        text += f"contracts:\n  - {{id: deal, {contract}}}\n"
    inventory = inventory_of(text, "inventory.yaml").inventory
    return resolve(inventory, knowledge, ON).supplies["it"]


def who(found: Supply, role: Role) -> set[str]:
    return {t.node.partition(":")[2] for t in found.backing.tiers if t.role is role}


def owners(knowledge: Knowledge, entity: str) -> set[str]:
    """Everybody above a legal person."""
    above: set[str] = set()
    waiting = [entity]
    while waiting:
        for stake in knowledge.entities[waiting.pop()].owned_by:
            if stake.by not in above:
                above.add(stake.by)
                waiting.append(stake.by)
    return above


# -- the whole -------------------------------------------------------------------------------------------------------


def test_the_facts_agree_with_themselves(knowledge: Knowledge) -> None:
    assert not unsound(knowledge, ON)


SOURCE = "sources: [{title: made up, retrieved: 2026-11-01, status: filing}]"
UNSOUND = """
auditor: knowledge/1
jurisdictions: [{id: CH, name: {en: Switzerland, ko: 스위스}}]
entities:
  - {id: a, name: Quay AG, ids: {ch_uid: CHE-100.000.006}, owned_by: [{by: b, percent: "60"}], SOURCE}
  - {id: b, name: Quay Ltd, aliases: [quay ag], owned_by: [{by: a, percent: "51"}, {by: c, percent: "50"}], SOURCE}
  - {id: c, name: Pier, ids: {ch_uid: CHE-100.000.007, kr_brn: 100-00-00008}, SOURCE}
  - {id: d, name: Jetty, ids: {kr_brn: 100-00-00009}, owned_by: [{by: c, from: 2020-01-02, until: 2020-01-01}], SOURCE}
products:
  - {id: p, name: P, category: x, layer: data, delivery: saas, part_of: q, SOURCE}
  - {id: q, name: Q, category: x, layer: data, delivery: saas, part_of: p, SOURCE}
  - id: r
    name: R
    category: x
    layer: data
    delivery: saas
    sources: [{title: t, retrieved: 2026-12-24, published: 2026-12-25, status: press}]
""".replace("SOURCE", SOURCE)


def test_facts_that_do_not_agree_with_themselves(knowledge: Knowledge) -> None:
    found = unsound(knowledge_of([read_text(UNSOUND, "facts.yaml")]), ON)
    assert [(p.code, p.message) for p in found] == [
        ("E-CIRCLE", "`a` is owned by majority by itself, through others"),
        ("E-CIRCLE", "`b` is owned by majority by itself, through others"),
        ("E-SHARES", "`b`: its holders have more than 100 percent together"),
        ("E-TWO-BEAR", "`b` bears the name `quay ag`, as `a`"),
        ("E-CHECK-DIGIT", "`c`: `100-00-00008` is no Korean business number"),
        ("E-CHECK-DIGIT", "`c`: `CHE-100.000.007` is no Swiss UID"),
        ("E-DATE", "`d`: the stake of `c` ends before it begins"),
        ("E-CIRCLE", "`p` is part of itself, through others"),
        ("E-CIRCLE", "`q` is part of itself, through others"),
        ("E-DATE", "`r`: a source is said to be read on 2026-12-24, which is to come"),
        ("E-DATE", "`r`: a source of 2026-12-25 was read before, on 2026-12-24"),
    ]


def test_the_catalogue_is_as_wide_as_it_should_be(knowledge: Knowledge) -> None:
    behind = update_coverage.operators(knowledge)
    assert len(knowledge.products) >= 450
    assert len(behind) >= 300
    by_region = {
        name: sum(update_coverage.region_of(knowledge.entities[e]) == name for e in behind)
        for name in update_coverage.REGIONS
    }
    assert by_region["Korea"] >= 40
    assert by_region["European Union"] + by_region["United Kingdom"] + by_region["Switzerland"] >= 80
    assert by_region["China, Hong Kong"] >= 30
    assert by_region["Japan"] >= 15
    assert by_region["India"] >= 10
    assert by_region["Russia"] >= 8


def test_the_page_on_coverage_is_current(knowledge: Knowledge) -> None:
    written = update_coverage.COVERAGE.read_text(encoding="utf-8")
    assert written == update_coverage.coverage(knowledge), "run `python -m tests.update_coverage`"


def test_a_record_without_an_address_does_not_claim_more_than_it_was_read(knowledge: Knowledge) -> None:
    for record in (*knowledge.products.values(), *knowledge.entities.values()):
        for source in record.sources:
            if source.url is None and source.status is not FactStatus.UNVERIFIED:
                assert source.title.startswith("GLEIF") or "accession" in source.title, (record.id, source.title)


# -- traps -----------------------------------------------------------------------------------------------------------

US, CN, RU = "US", "CN", "RU"
TRAPS = [
    # product, customer's country, contracting party, its country, somebody above it
    ("exoscale", "NL", "akenes", "CH", "america-movil"),
    ("elastic-cloud", "NL", "elasticsearch-bv", "NL", "elastic-nv"),
    ("jira", "NL", "atlassian-pty", "AU", "atlassian"),
    ("gitlab", "NL", "gitlab", US, None),
    ("miro", "NL", "miro", US, None),
    ("huggingface-hub", "NL", "hugging-face", US, None),
    ("elevenlabs", "NL", "eleven-labs", US, None),
    ("dynatrace", "NL", "dynatrace-llc", US, "dynatrace-inc"),
    ("huawei-cloud", "NL", "sparkoo-ireland", "IE", "huawei-investment"),
    ("huawei-cloud", "CN", "huawei-cloud-cn", CN, "huawei"),
    ("s3ns-cloud", "FR", "s3ns", "FR", "thales"),
    ("bleu-cloud", "FR", "bleu", "FR", "capgemini"),
    ("nebius-ai-cloud", "NL", "nebius", "NL", "nebius-group"),
    ("yandex-cloud", "RU", "yandex-cloud-llc", RU, "yandex-mkpao"),
    ("kaspersky-endpoint", "NL", "kaspersky-lab", RU, "kaspersky-holding"),
    ("aws-european-sovereign-cloud", "DE", "aws-esc", "DE", "amazon"),
    ("line", "JP", "ly-corp", "JP", "naver"),
    ("coupang", "KR", "coupang", "KR", "coupang-inc"),
    ("aleph-alpha-pharia", "DE", "aleph-alpha", "DE", "cohere"),
    ("globalsign-certificates", "NL", "globalsign", "BE", "gmo-internet-group"),
    ("vonage-api", "GB", "vonage-uk", "GB", "ericsson"),
    ("mailchimp", "NL", "intuit", US, None),
    ("freshdesk", "IN", "freshworks", US, None),
    ("tiktok", "NL", "tiktok-ireland", "IE", "bytedance"),
]


@pytest.mark.parametrize(("product", "seat", "party", "country", "above"), TRAPS, ids=str)
def test_traps(knowledge: Knowledge, product: str, seat: str, party: str, country: str, above: str | None) -> None:
    found = supply(knowledge, f"product: {product}", seat)
    roles = who(found, Role.CONTRACTING) or who(found, Role.LICENCE)
    assert party in roles | who(found, Role.LICENCE)
    assert knowledge.entities[party].incorporated_in == country
    assert (above in owners(knowledge, party)) if above else not owners(knowledge, party)


def test_nebius_is_not_yandex(knowledge: Knowledge) -> None:
    assert not owners(knowledge, "nebius") & {"yandex-mkpao", "yandex-llc"}
    assert knowledge.entities["elastic-nv"].headquartered_in == US
    assert knowledge.entities["kaspersky-holding"].headquartered_in == RU


def test_french_clouds_run_american_technology(knowledge: Knowledge) -> None:
    for product, maker in (("s3ns-cloud", "google"), ("bleu-cloud", "microsoft"), ("delos-cloud", "microsoft")):
        found = supply(knowledge, f"product: {product}", "FR")
        assert {i.country for i in found.backing.items} == {US}
        assert maker in who(found, Role.UPDATES)


def test_an_account_bought_through_a_reseller_is_an_account_with_the_cloud(knowledge: Knowledge) -> None:
    found = supply(knowledge, "product: aws", "KR", contract="via: Megazone Cloud")
    assert who(found, Role.RESELLING) == {"megazone-cloud"}
    assert who(found, Role.OPERATING) == {"aws-korea"}
    assert found.backing.known and not found.backing.gaps
    assert who(supply(knowledge, "product: aws", "KR", contract="via: 메가존클라우드"), Role.RESELLING) == {
        "megazone-cloud"
    }


# -- model ids and hosts ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("written", "product"),
    [
        ("claude-sonnet-4-5", "anthropic-api"),
        ("anthropic/claude-opus-4", "anthropic-api"),
        ("anthropic.claude-3-5-sonnet-20241022-v2:0", "amazon-bedrock"),
        ("eu.anthropic.claude-sonnet-4-20250514-v1:0", "amazon-bedrock"),
        ("bedrock/anthropic.claude-v2", "amazon-bedrock"),
        ("vertex_ai/claude-3-5-sonnet", "vertex-ai"),
        ("claude-3-5-sonnet@20240620", "vertex-ai"),
        ("gpt-4o-mini", "openai-api"),
        ("azure/gpt-4o", "azure-openai"),
        ("openai/gpt-oss-120b", "gpt-oss-weights"),
        ("gpt-oss:20b", "gpt-oss-weights"),
        ("openrouter/anthropic/claude-3.5-sonnet", "openrouter"),
        ("Qwen/Qwen3-235B-A22B", "qwen-open-weights"),
        ("qwen-max", "alibaba-model-studio"),
        ("deepseek-chat", "deepseek-api"),
        ("deepseek-ai/DeepSeek-R1", "deepseek-open-weights"),
        ("meta-llama/Llama-3.3-70B-Instruct", "llama-open-weights"),
        ("mistralai/Mixtral-8x7B-Instruct-v0.1", "mistral-open-weights"),
        ("LGAI-EXAONE/EXAONE-4.0-32B", "exaone-open-weights"),
        ("solar-pro2", "upstage-api"),
        ("HCX-005", "clova-studio"),
        ("GigaChat-2-Max", "gigachat"),
    ],
)
def test_model_ids(traces: Traces, written: str, product: str) -> None:
    match = traces.model(written)
    assert match is not None and match.products == (product,)
    assert match.confidence is Confidence.LOW


def test_a_model_that_nobody_has_heard_of_belongs_to_its_family(knowledge: Knowledge, traces: Traces) -> None:
    assert traces.model("whisper-1") is not None and traces.model("whisper-1").confidence is Confidence.HIGH
    found = supply(knowledge, "provider: claude-mnemosyne-9-2", "US")
    assert who(found, Role.OPERATING) == {"anthropic"}
    operating = found.backing.first(Role.OPERATING)
    assert operating is not None and operating.hops[0].status is FactStatus.UNVERIFIED
    sure = supply(knowledge, "product: anthropic-api", "US").backing.first(Role.OPERATING)
    assert sure is not None and sure.hops[0].status is FactStatus.PROVIDER


def test_one_model_has_three_operators(knowledge: Knowledge) -> None:
    written = ("claude-sonnet-4-5", "us.anthropic.claude-sonnet-4-5-v1:0", "vertex_ai/claude-sonnet-4-5")
    operators = [who(supply(knowledge, f'provider: "{w}"', "US"), Role.OPERATING) for w in written]
    assert operators == [{"anthropic"}, {"aws-inc"}, {"google"}]


def test_what_is_no_model_and_no_host_stays_unknown(knowledge: Knowledge) -> None:
    for written in ("Acme Consulting", "harbour-payroll", "command-centre", "NO", "spark", "o12-partners"):
        found = supply(knowledge, f'provider: "{written}"')
        assert found.backing.gaps and not found.backing.tiers, written


@pytest.mark.parametrize(
    ("written", "product", "confidence"),
    [
        ("api.anthropic.com", "anthropic-api", Confidence.HIGH),
        ("https://bedrock-runtime.eu-central-1.amazonaws.com/model", "amazon-bedrock", Confidence.HIGH),
        ("https://europe-west4-aiplatform.googleapis.com/v1", "vertex-ai", Confidence.HIGH),
        ("https://mine.openai.azure.com/openai", "azure-openai", Confidence.MEDIUM),
        ("ec2.cn-north-1.amazonaws.com.cn", "aws-china-beijing", Confidence.MEDIUM),
        ("ec2.cn-northwest-1.amazonaws.com.cn", "aws-china-ningxia", Confidence.MEDIUM),
        ("s3.us-gov-west-1.amazonaws.com", "aws-govcloud", Confidence.MEDIUM),
        ("s3.eusc-de-east-1.amazonaws.eu", "aws-european-sovereign-cloud", Confidence.MEDIUM),
        ("s3.eu-west-1.amazonaws.com", "aws", Confidence.MEDIUM),
        ("management.chinacloudapi.cn", "azure-china", Confidence.MEDIUM),
        ("obs.eu-west-101.myhuaweicloud.com", "huawei-cloud", Confidence.MEDIUM),
        ("team.atlassian.net/wiki", "confluence", Confidence.MEDIUM),
        ("team.atlassian.net", "jira", Confidence.MEDIUM),
    ],
)
def test_hosts(traces: Traces, written: str, product: str, confidence: Confidence) -> None:
    match = traces.host(written)
    assert match is not None and match.products == (product,) and match.confidence is confidence
    assert traces.host("example.org") is None


@given(st.text("ab*", min_size=1, max_size=7), st.text("ab", max_size=9))
def test_a_star_stands_for_anything(text: str, name: str) -> None:
    assume("*" in text)
    made = Traces([product_with(text)]).model(name or "a")
    wanted = re.fullmatch(".*".join(map(re.escape, text.split("*"))), name or "a")
    assert (made is not None) == (wanted is not None)


def product_with(pattern: str) -> Product:
    return Product("p", "P", "model-api", Layer.MODEL, Delivery.API, signals=Signals(models=(pattern,)))


def test_images_variables_and_packages(traces: Traces) -> None:
    def of(match: object) -> tuple[str, ...]:
        return match.products if match is not None else ()  # type: ignore[attr-defined]

    assert of(traces.image("docker.io/library/redis:7.2@sha256:0123")) == ("redis-server",)
    assert of(traces.image("ghcr.io/acme/tool:1")) == ("ghcr",)
    assert of(traces.image("123456789.dkr.ecr.eu-west-1.amazonaws.com/app")) == ("amazon-ecr",)
    assert of(traces.image("qdrant/qdrant:latest")) == ("qdrant",)
    assert of(traces.image("acme/own")) == ()
    assert of(traces.variable("OPENROUTER_API_KEY")) == ("openrouter",)
    assert of(traces.package("pkg:pypi/qdrant-client@1.9?x=y")) == ("qdrant",)
    assert of(traces.package("pkg:npm/left-pad@1.3.0")) == ("npm",)
    assert of(traces.package("pkg:swift/acme")) == ()


# -- the corpus ------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def corpus(shared: Path) -> Path:
    return shared / "corpus"


def read(corpus: Path, name: str) -> object:
    path = corpus / "providers" / name
    text = gzip.decompress(path.read_bytes()) if path.suffix == ".gz" else path.read_bytes()
    return json.loads(text)


def known(name: str, *traced: object, products: Index, entities: Index) -> bool:
    return any(t is not None for t in traced) or bool(products.get(name) or entities.get(name))


def unexplained(names: Iterable[str]) -> list[str]:
    return sorted(n for n in names if normal_form(n) not in NOBODY_KNOWN and normal_form(n) not in NO_PROVIDER)


def test_providers_of_models_dev(corpus: Path, traces: Traces, products: Index, entities: Index) -> None:
    listed: list[dict[str, str]] = read(corpus, "modelsdev_providers.json")  # type: ignore[assignment]
    missing = [
        p["name"]
        for p in listed
        if not known(
            p["name"],
            traces.host(re.sub(r"\$\{[^}]*\}", "x", p.get("api") or "")),
            products=products,
            entities=entities,
        )
    ]
    assert not unexplained(missing)
    assert len(missing) < len(listed) * 0.36


def test_providers_of_litellm(corpus: Path, traces: Traces, products: Index, entities: Index) -> None:
    listed: dict[str, dict[str, str]] = read(corpus, "litellm_providers.json.gz")["providers"]  # type: ignore[index]
    missing = [
        i
        for i, p in listed.items()
        if not known(
            re.sub(r"\s*\(`.*", "", p["display_name"]), traces.model(f"{i}/x"), products=products, entities=entities
        )
    ]
    assert not unexplained(missing)
    assert len(missing) < len(listed) * 0.36


def test_providers_of_genai_prices(corpus: Path, products: Index, entities: Index) -> None:
    listed: list[dict[str, str]] = read(corpus, "genai_prices_data.json.gz")  # type: ignore[assignment]
    names = [re.sub(r"HuggingFace \((.*)\)", r"\1", p["name"]) for p in listed]
    assert not unexplained(n for n in names if not known(n, products=products, entities=entities))


def test_models_of_litellm(corpus: Path, traces: Traces) -> None:
    listed: dict[str, dict[str, str]] = read(corpus, "litellm_model_prices.json.gz")  # type: ignore[assignment]
    theirs = {i: p.get("litellm_provider") or "" for i, p in listed.items()}
    found = {i: traces.model(i) for i in theirs}
    assert sum(m is not None for m in found.values()) >= 0.84 * len(found)
    wrong = [
        i
        for i, provider in theirs.items()
        for prefix, product in (("bedrock", "amazon-bedrock"), ("azure", "azure-openai"), ("deepseek", "deepseek-api"))
        if provider == prefix and (m := found[i]) is not None and m.products != (product,)
    ]
    assert not wrong


def test_partitions_have_their_operators(corpus: Path, traces: Traces, knowledge: Knowledge) -> None:
    wanted = {"aws": {"aws-inc"}, "aws-cn": {"sinnet", "nwcd"}, "aws-us-gov": {"aws-inc"}, "aws-eusc": {"aws-esc"}}
    listed = read(corpus, "aws_partitions.json")["partitions"]  # type: ignore[index]
    for partition in listed:
        if partition["id"] in wanted:
            found = set()
            for region in partition["regions"]:
                match = traces.host(f"ec2.{region}.{partition['outputs']['dnsSuffix']}")
                offer = knowledge.products[match.products[0]].operated_by if match else None
                if offer is not None:
                    found.add(offer.by["default"])
            assert found == wanted[partition["id"]], partition["id"]


def test_a_page_of_sub_processors(corpus: Path, products: Index, entities: Index) -> None:
    text = (corpus / "inventories" / "subprocessors" / "37signals_basecamp-subprocessors.md").read_text()
    names = re.findall(r"^\* \[([^]]+)\]", text, re.MULTILINE)
    assert len(names) == 11
    found = [n for n in names if products.get(n) or entities.get(n)]
    assert len(found) == len(names)


def test_no_shipped_inventory_has_an_unknown_product(knowledge: Knowledge) -> None:
    for path in sorted((update_coverage.ROOT / "inventories").glob("*.yaml")):
        inventory = load_inventory([path]).inventory
        supplies = resolve(inventory, knowledge, ON).supplies
        assert not [u.written for s in supplies.values() for u in s.unresolved if u.part == "product"], path.name
    assert status_of(knowledge.products["aws"]) is not FactStatus.UNVERIFIED
