"""What the user writes: the organisation and everything it depends on (`auditor: inventory/1`).

Field by field this is the document's shape: the loading room reads documents into these classes and prints the
editor's schema from them. A text beside a type is the field's description. `None` and an absent key mean *unknown*.
"""

from dataclasses import field
from datetime import date
from typing import Annotated

from auditor.model.record import record
from auditor.model.values import (
    NOWHERE,
    Country,
    Currency,
    Domain,
    Duration,
    Id,
    Key,
    Kind,
    Money,
    Origin,
    Ref,
    Share,
    Until,
)
from auditor.model.vocabulary import (
    Account,
    ActsAs,
    AssetKind,
    ControlKind,
    Criticality,
    Delivery,
    EntityForm,
    Keys,
    Layer,
    OrganisationKind,
    UseStanding,
)


@record
class Identifiers:
    """Official numbers of a legal person."""

    lei: Annotated[str | None, Kind("lei"), "legal entity identifier, ISO 17442"] = None
    kr_brn: Annotated[str | None, "Korean business registration number"] = None
    ch_uid: Annotated[str | None, "Swiss UID"] = None
    vat: Annotated[str | None, "VAT number"] = None
    euid: Annotated[str | None, "European unique identifier"] = None
    duns: Annotated[str | None, "D-U-N-S number"] = None


@record
class Stake:
    """A share that `by` holds in the legal person under which this stands."""

    by: Annotated[Ref, "the holder: a party, entity, person, or the organisation"]
    percent: Annotated[Share | None, "share of the capital: 49.13, 25-50, >50, or unknown"] = None
    voting: Annotated[Share | None, "share of the votes, where it differs"] = None
    control: Annotated[tuple[ControlKind, ...], "kinds of control apart from shares"] = ()
    since: Annotated[date | None, Key("from"), "first day"] = None
    until: Annotated[Until | None, "last day"] = None
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Immunity:
    """An agreement that protects the organisation; it binds those named and nobody else."""

    agreement: Annotated[str, "its name"]
    scope: Annotated[tuple[str, ...], "what it protects"] = ()
    binds: Annotated[tuple[Country, ...], "the states bound by it"] = ()


@record
class Licence:
    """A licence that an authority granted to the organisation."""

    issuer: Annotated[str, "the authority"]
    number: Annotated[str | None, "its number"] = None
    scope: Annotated[str | None, "what it permits"] = None
    until: Annotated[Until | None, "last day"] = None


@record
class OrgEntity:
    """A branch, subsidiary, affiliate, office or mission of the organisation."""

    id: Id
    name: Annotated[str, "its registered name"]
    form: Annotated[EntityForm | None, "how it stands to the organisation"] = None
    country: Annotated[Country | None, "where it sits"] = None
    ids: Annotated[Identifiers | None, "official numbers"] = None
    owned_by: Annotated[tuple[Stake, ...], "who holds shares in it"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Organization:
    """Whose dependencies these are. Exactly one in a run."""

    id: Id
    name: Annotated[str, "its name"]
    name_latin: Annotated[str | None, "its name in Latin letters"] = None
    kind: Annotated[tuple[OrganisationKind, ...], "what it is"] = ()
    seat: Annotated[Country | None, "where it sits"] = None
    ids: Annotated[Identifiers | None, "official numbers"] = None
    domains: Annotated[tuple[Domain, ...], "its internet domains"] = ()
    immunities: Annotated[tuple[Immunity, ...], "headquarters agreements and the like"] = ()
    licences: Annotated[tuple[Licence, ...], "licences it was granted"] = ()
    owned_by: Annotated[tuple[Stake, ...], "who holds shares in it"] = ()
    entities: Annotated[tuple[OrgEntity, ...], "its branches, subsidiaries and offices"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Party:
    """A legal person known only to this inventory: a supplier, a bank, an owner."""

    id: Id
    name: Annotated[str, "its registered name"]
    country: Annotated[Country | None, "where it is incorporated"] = None
    ids: Annotated[Identifiers | None, "official numbers"] = None
    owned_by: Annotated[tuple[Stake, ...], "who holds shares in it"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Relatives:
    """How many relatives live in, or are citizens of, a country. No names."""

    where: Annotated[Country, Key("in"), "the country"]
    count: Annotated[int, "how many"]


@record
class Person:
    """Somebody of the organisation, by role. Names are optional and may stand in a file of their own."""

    id: Id
    name: Annotated[str | None, "only if names are to be screened"] = None
    role: Annotated[str | None, "what they do"] = None
    acts_as: Annotated[tuple[ActsAs, ...], "offices held for the organisation"] = ()
    nationalities: Annotated[tuple[Country, ...], "citizenships"] = ()
    residence: Annotated[Country | None, "where they live"] = None
    permanent_residence_of: Annotated[tuple[Country, ...], "where they may live for good"] = ()
    family: Annotated[tuple[Relatives, ...], "relatives by country, as counts"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Need:
    """What must run for something else to run: one thing, or any one of several, perhaps with a buffer."""

    id: Annotated[Ref | None, "a dependency, asset or person"] = None
    any_of: Annotated[tuple["Need", ...], "one of these is enough"] = ()
    buffer: Annotated[Duration | None, "how long it runs without"] = None

    def leaves(self) -> tuple[str, ...]:
        """Every id named in the need, alternatives included."""
        if self.id is not None:
            return (self.id,)
        return tuple(leaf for need in self.any_of for leaf in need.leaves())


@record
class Function:
    """Something the organisation does that must not stop."""

    id: Id
    name: Annotated[str | None, "as people here call it"] = None
    criticality: Annotated[Criticality | None, "how bad a stop would be"] = None
    tolerable_outage: Annotated[Duration | None, "24h, 7d"] = None
    needs: Annotated[tuple[Need, ...], "what it needs"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Clauses:
    """What the contract says, clause by clause: yes, no, a period, or unknown."""

    sanctions: Annotated[str | None, "may the supplier end it over sanctions"] = None
    suspension: Annotated[str | None, "may the supplier suspend at once"] = None
    change_of_control: Annotated[str | None, "may either end it when an owner changes"] = None
    force_majeure: Annotated[str | None, "does government action count as force majeure"] = None
    exit_help: Annotated[str | None, "must the supplier help to leave"] = None
    data_return: Annotated[str | None, "is data given back, and within which period"] = None
    data_destruction: Annotated[str | None, "is data destroyed, and within which period"] = None


@record
class Escrow:
    """Source code or keys laid with a third party."""

    agent: Annotated[str, "who keeps it"]
    release: Annotated[str | None, "what releases it"] = None


@record
class Contract:
    """A contract with a supplier, perhaps through a reseller, who does not thereby become the supplier."""

    id: Id
    party: Annotated[Ref | None, "which of our entities signed"] = None
    with_: Annotated[str | None, Key("with"), "the counterparty's name, as signed"] = None
    via: Annotated[str | None, "the reseller's name, as signed"] = None
    number: Annotated[str | None, "contract number"] = None
    law: Annotated[Country | None, "governing law"] = None
    notice: Annotated[Duration | None, "period of notice"] = None
    starts: Annotated[date | None, "first day"] = None
    ends: Annotated[Until | None, "last day"] = None
    amount: Annotated[Money | None, "what is paid"] = None
    paid_from: Annotated[Ref | None, "the account, a dependency"] = None
    currency: Annotated[Currency | None, "currency of payment"] = None
    banks: Annotated[tuple[str, ...], "banks on the way"] = ()
    clauses: Annotated[Clauses | None, "what it says"] = None
    escrow: Annotated[Escrow | None, "what lies with a third party"] = None
    subcontractors: Annotated[tuple[str, ...], "named subcontractors"] = ()
    intra_group: Annotated[bool | None, "is the supplier of our own group"] = None
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Regions:
    """Where a service is performed."""

    processing: Annotated[tuple[Country, ...], "where data are processed"] = ()
    failover: Annotated[tuple[Country, ...], "where it fails over to"] = ()
    support: Annotated[tuple[Country, ...], "where support sits"] = ()


@record
class Users:
    """Who uses something: people and entities by id, `everyone`, or about how many."""

    ids: tuple[Ref, ...] = ()
    everyone: bool = False
    about: int | None = None


@record
class HeldBy:
    """Who holds a dependency for the organisation."""

    holder: Annotated[tuple[Ref, ...], Kind("one_or_many"), "in whose name it stands"] = ()
    admins: Annotated[tuple[Ref, ...], Kind("one_or_many"), "administrators"] = ()
    registrant: Annotated[tuple[Ref, ...], Kind("one_or_many"), "registrants"] = ()
    signatories: Annotated[tuple[Ref, ...], Kind("one_or_many"), "those who can sign"] = ()
    payer: Annotated[tuple[Ref, ...], Kind("one_or_many"), "whose card or account pays"] = ()
    second_factor: Annotated[tuple[Ref, ...], Kind("one_or_many"), "whose phone or key gets the code"] = ()


@record
class Data:
    """The data that lie with a dependency."""

    classes: Annotated[tuple[str, ...], "kinds of data"] = ()
    keys: Annotated[Keys | None, "who holds the keys"] = None
    exportable: Annotated[bool | None, "can it be taken out in a usable form"] = None
    tested: Annotated[Until | None, "when that was last tried"] = None


@record
class Clocks:
    """How long something goes on by itself."""

    licence_until: Annotated[Until | None, "end of the licence"] = None
    prepaid_until: Annotated[Until | None, "paid until"] = None
    certificate_until: Annotated[Until | None, "end of the certificate"] = None
    domain_until: Annotated[Until | None, "end of the registration"] = None
    support_until: Annotated[Until | None, "end of support"] = None
    token_lifetime: Annotated[Duration | None, "how long a session lives"] = None
    phones_home_every: Annotated[Duration | None, "how often it asks its maker"] = None


@record
class Exit:
    """A way out of a dependency."""

    to: Annotated[str, "a dependency, a product of the catalogue, or a text"]
    needs: Annotated[tuple[Need, ...], "what the way out needs"] = ()
    lead_time: Annotated[Duration | None, "how long it takes"] = None
    cost: Annotated[Money | None, "what it costs"] = None
    data_return: Annotated[Duration | None, "how long until the data are back"] = None
    tested: Annotated[Until | None, "when it was last rehearsed"] = None


@record
class Dependency:
    """Something the organisation uses that others provide."""

    id: Id
    name: Annotated[str | None, "as people here call it"] = None
    product: Annotated[str | None, "product id of the catalogue"] = None
    provider: Annotated[str | None, "the provider's name as written, when the catalogue has no product"] = None
    part_of: Annotated[str | None, "the bundle: a dependency or a product of the catalogue"] = None
    contract: Annotated[Ref | None, "contract id"] = None
    tenant: Annotated[str | None, "tenant or account name"] = None
    layer: Annotated[Layer | None, "place in the value chain"] = None
    delivery: Annotated[Delivery | None, "how it reaches us"] = None
    account: Annotated[Account | None, "on what footing"] = None
    login_via: Annotated[Ref | None, "the dependency that signs users in"] = None
    performed_from: Annotated[tuple[Country, ...], "where the service is performed"] = ()
    regions: Annotated[Regions | None, "where data and support are"] = None
    hosted_on: Annotated[tuple[str, ...], Kind("one_or_many"), "dependencies or products that host it"] = ()
    built_on: Annotated[tuple[str, ...], Kind("one_or_many"), "dependencies or products it is built on"] = ()
    used_by: Annotated[Users | None, Kind("users"), "people, entities, `everyone`, `{about: 600}`"] = None
    held_by: Annotated[HeldBy | None, "who holds it for us"] = None
    data: Annotated[Data | None, "the data that lie there"] = None
    needs: Annotated[tuple[Need, ...], "what it needs to run"] = ()
    clocks: Annotated[Clocks | None, "how long it goes on by itself"] = None
    exits: Annotated[tuple[Exit, ...], "ways out"] = ()
    responsible: Annotated[str | None, "the unit that answers for it"] = None
    standing: Annotated[UseStanding | None, "does the organisation stand behind its use"] = None
    tags: Annotated[tuple[str, ...], "words of your own"] = ()
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Rebuild:
    """What it takes to make an asset again."""

    time: Annotated[Duration | None, "how long"] = None
    cost: Annotated[Money | None, "how much"] = None
    needs: Annotated[tuple[Need, ...], "with what"] = ()


@record
class Asset:
    """What is ours but lies with, or is usable only through, others."""

    id: Id
    kind: AssetKind
    name: Annotated[str | None, "as people here call it"] = None
    kept_at: Annotated[Ref | None, "the dependency it lies with"] = None
    held_by: Annotated[tuple[Ref, ...], Kind("one_or_many"), "in whose name it stands: a person, an entity, us"] = ()
    readable_with: Annotated[tuple[Ref, ...], "dependencies without which it cannot be read"] = ()
    made_from: Annotated[tuple[Ref, ...], "assets it was made from"] = ()
    until: Annotated[Until | None, "last day"] = None
    revocable: Annotated[bool | None, "can it be taken back before that"] = None
    movable: Annotated[Duration | None, "how long a move takes"] = None
    copies: Annotated[tuple[str, ...], "where copies are"] = ()
    rebuild: Annotated[Rebuild | None, "what it takes to make it again"] = None
    origin: Origin = field(default=NOWHERE, compare=False)


@record
class Inventory:
    """All inventory files of a run, merged: sorted by id, so that the order of writing changes nothing."""

    organization: Organization
    parties: tuple[Party, ...] = ()
    people: tuple[Person, ...] = ()
    functions: tuple[Function, ...] = ()
    contracts: tuple[Contract, ...] = ()
    dependencies: tuple[Dependency, ...] = ()
    assets: tuple[Asset, ...] = ()
