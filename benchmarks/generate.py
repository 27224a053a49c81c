"""Made-up inventories of any size, the same bytes for the same size and seed: what the benchmarks read.

    python benchmarks/generate.py 10000 -o inventory.yaml
    python benchmarks/generate.py 100000 -o inventory/      # more than one file holds: a folder of several

Nothing in them is true of anybody. Shape: a dependency has about 13 fields (one mapping, two lists) in about 400 bytes;
products of the shipped catalogue are used unevenly, most contracts bear the catalogue's or a party's name as signed,
parties have owners in chains and a few circles, functions need things through trees with alternatives and buffers.
"""

import argparse
import sys
from collections.abc import Iterator, Sequence
from itertools import accumulate
from pathlib import Path
from random import Random
from typing import Any

PER_FILE = 15_000
"""Dependencies a file: the reader takes at most a million nodes and 32 MiB in one."""

# Product of the catalogue, the supplier's name as contracts in Europe have it; most used first.
PRODUCTS = (
    ("microsoft-exchange-online", "Microsoft Ireland Operations Limited"),
    ("aws", "Amazon Web Services EMEA SARL"),
    ("microsoft-azure", "Microsoft Ireland Operations Limited"),
    ("microsoft-teams", "Microsoft Ireland Operations Limited"),
    ("google-workspace", "Google Cloud EMEA Limited"),
    ("microsoft-sharepoint-online", "Microsoft Ireland Operations Limited"),
    ("github-enterprise-cloud", "GitHub, Inc."),
    ("postgresql", ""),
    ("microsoft-windows", "Microsoft Ireland Operations Limited"),
    ("google-cloud", "Google Cloud EMEA Limited"),
    ("debian", ""),
    ("slack", "Slack Technologies Limited"),
    ("cloudflare-cdn", "Cloudflare, Inc."),
    ("zoom", "Zoom Communications, Inc."),
    ("servicenow", "ServiceNow Nederland B.V."),
    ("openai-api", "OpenAI Ireland Limited"),
    ("microsoft-365-e5", "Microsoft Ireland Operations Limited"),
    ("docker-hub", "Docker, Inc."),
    ("hetzner-cloud", "Hetzner Online GmbH"),
    ("ovhcloud-public-cloud", "OVH SAS"),
    ("pypi", ""),
    ("okta-workforce-identity", "Okta, Inc."),
    ("microsoft-entra-id", "Microsoft Ireland Operations Limited"),
    ("nextcloud", "Nextcloud GmbH"),
    ("anthropic-api", "Anthropic Ireland, Limited"),
    ("crowdstrike-falcon", "CrowdStrike, Inc."),
    ("adobe-acrobat-sign", "Adobe Systems Software Ireland Limited"),
    ("domain-com", ""),
    ("lets-encrypt", ""),
    ("huggingface-hub", "Hugging Face, Inc."),
    ("stripe-payments", "Stripe Payments Europe, Limited"),
    ("twilio-sms", "Twilio Ireland Limited"),
    ("amazon-bedrock", "Amazon Web Services EMEA SARL"),
    ("cisco-webex", "Cisco International Limited"),
    ("visa-card", "Visa Europe Limited"),
    ("github-com", ""),
    ("chatgpt-enterprise", "OpenAI Ireland Limited"),
    ("gemini-api", "Google Cloud EMEA Limited"),
    ("mistral-api", "Mistral AI"),
    ("proton-mail", "Proton AG"),
    ("domain-org", ""),
    ("digicert-certificates", "DigiCert, Inc."),
    ("mastercard-card", "Mastercard Europe SA"),
    ("scaleway", "Scaleway SAS"),
    ("llama-open-weights", ""),
    ("infomaniak-hosting", "Infomaniak Network SA"),
    ("paypal", "PayPal (Europe) S.à r.l. et Cie, S.C.A."),
    ("qdrant", ""),
    ("apple-app-store", "Apple Distribution International Limited"),
    ("google-play", ""),
    ("opendesk", ""),
    ("openai-embeddings", "OpenAI Ireland Limited"),
    ("stackit", "Schwarz Digits Cloud GmbH & Co. KG"),
    ("mistral-open-weights", ""),
    ("element-matrix", "Element Creations Limited"),
    ("starlink", "Starlink Internet Services Limited"),
    ("signal-messenger", ""),
    ("collabora-online", "Collabora Productivity Limited"),
    ("open-xchange", "Open-Xchange AG"),
    ("domain-nl", ""),
    ("domain-ch", ""),
    ("gandi-domains", "Gandi SAS"),
    ("swift-messaging", "S.W.I.F.T. SC"),
    ("naver-cloud-platform", "NAVER Cloud Corporation"),
)
IDENTITY = ("microsoft-entra-id", "okta-workforce-identity", "google-workspace")
COMPUTE = ("aws", "microsoft-azure", "google-cloud", "hetzner-cloud", "ovhcloud-public-cloud", "scaleway", "stackit")
ON_OWN_MACHINES = frozenset({"postgresql", "debian", "nextcloud", "qdrant", "opendesk", "llama-open-weights"})
MODELS = frozenset({"openai-api", "anthropic-api", "gemini-api", "mistral-api", "amazon-bedrock", "openai-embeddings"})
CATALOGUE_OWNERS = (
    "microsoft",
    "alphabet",
    "amazon",
    "salesforce",
    "schwarz-group",
    "naver",
    "iliad",
    "united-internet",
)

COUNTRIES = tuple("NL DE FR CH GB US KE UG CD BR IN KR JP PL SE NO IE ZA AE SG CA AU IT ES PT".split())
# Processing and support: an organisation has a handful of set-ups, not a new one for each thing.
REGIONS = (
    *(("NL, IE", "IE"), ("IE", "IN"), ("DE", "DE"), ("DE, NL", "US"), ("FR", "FR"), ("CH", "CH")),
    *(("GB", "IN"), ("US", "US"), ("US, IE", "IN"), ("SG", "SG"), ("KR", "KR"), ("SE, IE", "US")),
)
CURRENCIES = ("EUR", "EUR", "EUR", "EUR", "USD", "USD", "CHF", "GBP", "KRW")
WORDS = (
    "mail files payroll tickets telemetry archive catalogue intranet wiki billing scheduling reporting directory "
    "storage search backup signing translation transcripts imaging logistics procurement training monitoring"
).split()
PLACES = "north south east west central field harbour border district regional mobile night".split()
FIRMS = "Alder Birch Cedar Dune Ember Fjord Gable Heron Islet Juniper Kestrel Larch Meadow Nettle Osprey Pine".split()
TRADES = "Hosting Data Telecom Software Networks Services Logistics Payments Systems Analytics".split()
FORMS = {"DE": "GmbH", "NL": "B.V.", "FR": "SAS", "CH": "AG", "GB": "Ltd", "US": "LLC", "SE": "AB", "PL": "S.A."}
CLASSES = ("personal", "confidential", "public", "operational", "financial", "health", "source")
ASSET_KINDS = ("domain", "phone_number", "certificate", "backup", "dataset", "embeddings", "app", "handle")
CRITICALITY = ("critical", "high", "high", "medium", "medium", "medium", "low", "low")
PEOPLE = 200
UNITS = 50
"""As many in every inventory of 1,000 dependencies and more; fewer in a smaller one."""
RESELLERS = 12


class World:
    """All ids that may be referred to, and the dice."""

    def __init__(self, size: int, seed: int) -> None:
        self.size = size
        self.dice = Random(f"{seed}/{size}")
        self.units = [
            f"unit-{COUNTRIES[i % len(COUNTRIES)].lower()}-{i}" for i in range(min(UNITS, max(3, size // 20)))
        ]
        self.people = [f"person-{i:03d}" for i in range(min(PEOPLE, max(5, size // 5)))]
        self.names = self._party_names(max(RESELLERS, size // 50))
        self.contracts = [self._contract_terms(i) for i in range(max(10, size // 25))]
        self.identity = max(2, size // 500)
        self.compute = max(5, size // 100)
        self.weights = list(accumulate(1 / (i + 3) ** 1.1 for i in range(len(PRODUCTS))))
        self.by_supplier: dict[str, list[str]] = {}
        for i, (supplier, *_) in enumerate(self.contracts):
            self.by_supplier.setdefault(supplier, []).append(f"contract-{i:05d}")
        self.unknown = [f"{self.pick(FIRMS)}{i} {self.pick(TRADES)} Trading" for i in range(max(2, size // 500))]

    def pick(self, among: Sequence[Any]) -> Any:
        return among[int(self.dice.random() * len(among))]

    def chance(self, of: float) -> bool:
        return self.dice.random() < of

    def dependency(self) -> str:
        return f"dep-{int(self.dice.random() * self.size):06d}"

    def _party_names(self, count: int) -> list[tuple[str, str]]:
        found = []
        for i in range(count):
            country = self.pick(COUNTRIES)
            form = FORMS.get(country, "Limited")
            found.append((f"{self.pick(FIRMS)}{i} {self.pick(TRADES)} {form}", country))
        return found

    def _contract_terms(self, number: int) -> tuple[str, str, str]:
        """Supplier as signed, reseller or nothing, currency."""
        supplier = self.pick([s for _, s in PRODUCTS[:30] if s]) if number % 4 else self.pick(self.names)[0]
        reseller = self.names[int(self.dice.random() * RESELLERS)][0] if self.chance(0.3) else ""
        return supplier, reseller, self.pick(CURRENCIES)


def inventory(size: int, seed: int = 1) -> Iterator[tuple[str, Iterator[str]]]:
    """The files of an inventory: a name and the lines of each."""
    world = World(size, seed)
    if size <= PER_FILE:
        yield "inventory", (line for part in (_rest(world), _dependencies(world, 0, size)) for line in part)
        return
    yield "00-organisation", _rest(world)
    for number, first in enumerate(range(0, size, PER_FILE), 1):
        body = _dependencies(world, first, min(first + PER_FILE, size))
        yield f"{number:02d}-dependencies", (line for part in (("auditor: inventory/1",), body) for line in part)


def _rest(world: World) -> Iterator[str]:
    """Everything but the dependencies."""
    yield "auditor: inventory/1"
    yield "organization:"
    yield "  id: relief-federation"
    yield "  name: Made-up Relief Federation"
    yield "  kind: [ngo]"
    yield "  seat: NL"
    yield "  entities:"
    for i, unit in enumerate(world.units):
        form = ("office", "branch", "subsidiary")[i % 3]
        yield f"    - {{id: {unit}, name: Relief {PLACES[i % 12]} {i}, form: {form}, country: {unit[5:7].upper()}}}"
    yield "parties:"
    for i in range(len(world.names)):
        yield from _party(world, i)
    yield "people:"
    for i, person in enumerate(world.people):
        yield f"  - id: {person}"
        yield f"    role: {world.pick(WORDS)} officer {i}"
        yield f"    nationalities: [{', '.join(sorted({world.pick(COUNTRIES) for _ in range(1 + i % 2)}))}]"
        yield f"    residence: {world.pick(COUNTRIES)}"
        if i % 5 == 0:
            yield f"    acts_as: [{world.pick(('signatory', 'tenant_admin', 'registrant'))}]"
    yield "functions:"
    for i in range(max(5, world.size // 100)):
        yield f"  - id: function-{i:05d}"
        yield f"    name: {world.pick(WORDS)} for {world.pick(PLACES)} {i}"
        yield f"    criticality: {world.pick(CRITICALITY)}"
        yield f"    tolerable_outage: {world.pick(('4h', '24h', '3d', '7d', '30d'))}"
        yield "    needs:"
        for _ in range(1 + i % 3):
            yield f"      - {world.dependency()}"
        yield f"      - any_of: [{world.dependency()}, {{id: {world.dependency()}, buffer: 12h}}]"
        yield f"        buffer: {world.pick(('1d', '2d', '30d'))}"
        if i % 4 == 0:
            yield f"      - {world.pick(world.people)}"
    yield "contracts:"
    for i, (supplier, reseller, currency) in enumerate(world.contracts):
        yield f"  - id: contract-{i:05d}"
        yield f"    party: {world.pick(world.units) if i % 3 else 'relief-federation'}"
        yield f'    with: "{supplier}"'
        if reseller:
            yield f'    via: "{reseller}"'
        yield f"    number: C-{2018 + i % 9}-{i}"
        yield f"    law: {world.pick(('NL', 'IE', 'DE', 'US', 'CH'))}"
        yield f"    notice: {world.pick(('30d', '90d', '6m'))}"
        yield f"    ends: 20{27 + i % 4}-{1 + i % 12:02d}-28"
        yield f"    amount: {{value: {900 + i * 37 % 250_000}.50, currency: {currency}, per: year}}"
        if world.chance(0.3):
            yield "    clauses: {sanctions: yes, suspension: unknown, exit_help: no, data_return: 60d}"
        if world.chance(0.05):
            yield f'    subcontractors: ["{world.pick(world.names)[0]}"]'
    yield "assets:"
    for i in range(max(5, world.size // 100)):
        yield f"  - id: asset-{i:05d}"
        yield f"    kind: {ASSET_KINDS[i % len(ASSET_KINDS)]}"
        yield f"    name: {world.pick(WORDS)} {i}"
        yield f"    kept_at: {world.dependency()}"
        yield f"    held_by: [{world.pick(world.people) if i % 3 == 0 else 'relief-federation'}]"
        if i % 6 == 0:
            yield f"    readable_with: [{world.dependency()}]"


def _party(world: World, i: int) -> Iterator[str]:
    name, country = world.names[i]
    yield f"  - id: party-{i:05d}"
    yield f'    name: "{name}"'
    yield f"    country: {country}"
    stakes = []
    if i % 50 == 49:  # a circle of three
        stakes = [f"party-{i - 2:05d}", f"party-{i - 1:05d}"]
    elif i % 50 in (47, 48):
        stakes = [f"party-{i // 50 * 50 + 49:05d}" if i // 50 * 50 + 49 < len(world.names) else "microsoft"]
    elif i % 10 >= 4:  # chains of up to six
        stakes = [f"party-{i - 1:05d}"]
    elif i % 10 == 3:
        stakes = [world.pick(CATALOGUE_OWNERS)]
    elif i % 10 == 2:
        stakes = [world.pick(world.people)]
    if stakes:
        yield "    owned_by:"
        for holder in stakes:
            percent = world.pick(("100", "75", "51", "50", "49.13", "25-50", '">50"', "unknown"))
            yield f"      - {{by: {holder}, percent: {percent}}}"


def _dependencies(world: World, first: int, last: int) -> Iterator[str]:
    yield "dependencies:"
    for i in range(first, last):
        yield from _dependency(world, i)


def _dependency(world: World, i: int) -> Iterator[str]:
    dice, pick = world.dice, world.pick
    supplier = ""
    if i < world.identity:
        product = IDENTITY[i % len(IDENTITY)]
    elif i < world.identity + world.compute:
        product = COMPUTE[i % len(COMPUTE)]
    else:
        product, supplier = dice.choices(PRODUCTS, cum_weights=world.weights)[0]
    yield f"  - id: dep-{i:06d}"
    yield f"    name: {pick(WORDS)} of {pick(PLACES)} {i}"
    roll = dice.random()
    known = roll < 0.85 or i < world.identity + world.compute
    if known:
        yield f"    product: {product}"
        contracts = world.by_supplier.get(supplier)
        contract = pick(contracts) if contracts and world.chance(0.8) else ""
    elif roll < 0.992:
        provider, _ = world.names[int(dice.random() ** 2 * len(world.names))]
        yield f'    provider: "{provider}"'
        yield f"    delivery: {pick(('saas', 'managed', 'telephony', 'people', 'hardware', 'bank', 'api'))}"
        contracts = world.by_supplier.get(provider)
        contract = pick(contracts) if contracts else ""
    else:
        yield f'    provider: "{pick(world.unknown)}"'
        contract = ""
    if contract:
        yield f"    contract: {contract}"
    yield f"    layer: {_layer(product)}"
    yield f"    tenant: t-{dice.getrandbits(32):08x}.example.org"
    yield f"    account: {'enterprise' if roll < 0.9 else 'free'}"
    if product in ON_OWN_MACHINES and known:
        yield f"    hosted_on: dep-{world.identity + int(dice.random() * world.compute):06d}"
    elif i >= world.identity + world.compute and world.chance(0.35):
        number = int(contract[-5:]) if contract else i % UNITS  # one contract or unit, one sign-in
        yield f"    login_via: dep-{number % world.identity:06d}"
    yield from _used_by(world)
    yield from _mapping(world, i)
    if product in MODELS:
        yield f"    built_on: [dep-{world.identity + int(dice.random() * world.compute):06d}]"
    if world.chance(0.04):
        yield f"    needs: [{world.dependency()}]"
    if world.chance(0.25):
        tested = pick(("none", "none", "2026-03-01"))
        yield f"    exits: [{{to: {pick(('nextcloud', 'opendesk', 'hetzner-cloud'))}, lead_time: 90d, tested: {tested}}}]"
    yield f"    responsible: {pick(PLACES)} team {i % 97}"
    yield f"    standing: {'official' if roll < 0.95 else 'tolerated'}"
    yield f"    tags: [{pick(WORDS)}, tier-{i % 4}, cost-{i % 311}]"


def _layer(product: str) -> str:
    if product in MODELS:
        return "model"
    return "infrastructure" if product in COMPUTE or product in ON_OWN_MACHINES else "application"


def _used_by(world: World) -> Iterator[str]:
    roll = world.dice.random()
    if roll < 0.4:
        yield "    used_by: [everyone]"
    elif roll < 0.7:
        yield f"    used_by: [{world.pick(world.units)}, {{about: {20 + int(roll * 900)}}}]"
    elif roll < 0.9:
        yield f"    used_by: [{', '.join(sorted({world.pick(world.people) for _ in range(3)}))}]"


def _mapping(world: World, i: int) -> Iterator[str]:
    pick = world.pick
    match i % 10:
        case 0 | 1 | 2 | 3:
            yield "    data:"
            yield f"      classes: [{', '.join(sorted({pick(CLASSES) for _ in range(2)}))}]"
            yield f"      keys: {pick(('provider', 'provider', 'provider', 'customer', 'customer_external'))}"
            yield f"      exportable: {pick(('yes', 'yes', 'no', 'unknown'))}"
            yield f"      tested: {pick(('none', '2026-05-04'))}"
        case 4 | 5 | 6:
            yield "    held_by:"
            yield "      holder: relief-federation"
            yield f"      admins: [{', '.join(sorted({pick(world.people) for _ in range(1 + i % 3)}))}]"
            yield f"      second_factor: [{pick(world.people)}]"
        case 7 | 8:
            yield "    regions:"
            processing, support = pick(REGIONS)
            yield f"      processing: [{processing}]"
            yield f"      support: [{support}]"
        case _:
            yield "    clocks:"
            yield f"      licence_until: 20{27 + i % 3}-06-30"
            yield f"      token_lifetime: {pick(('1h', '24h', '30d'))}"


def write(size: int, target: Path, seed: int = 1) -> list[Path]:
    """Write an inventory; a target that one file cannot hold becomes a folder. What was written."""
    files = []
    for name, lines in inventory(size, seed):
        path = target
        if size > PER_FILE:
            target.mkdir(parents=True, exist_ok=True)
            path = target / f"{name}.yaml"
        with path.open("w", encoding="utf-8") as file:
            file.writelines(f"{line}\n" for line in lines)
        files.append(path)
    return files


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("size", type=int, help="how many dependencies")
    parser.add_argument("-o", "--output", type=Path, required=True, help=f"a file; above {PER_FILE} a folder")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    files = write(given.size, given.output, given.seed)
    size = sum(f.stat().st_size for f in files)
    sys.stderr.write(f"{given.size} dependencies, {len(files)} file(s), {size / 1e6:.1f} MB\n")


if __name__ == "__main__":
    main()
