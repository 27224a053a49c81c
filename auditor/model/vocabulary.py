"""The closed vocabularies of the model. Their members are schema enums; prose goes to notes."""

from enum import StrEnum


class Ranked(StrEnum):
    """A vocabulary whose members are ordered by their place in the class, strongest first."""

    rank: int
    """0 for the first member, counting up."""

    def __init__(self, _value: str) -> None:
        self.rank = len(type(self).__members__)


class Word(StrEnum):
    """Values that may stand where a date or an amount is expected. An absent value means unknown, never no."""

    NONE = "none"
    PERPETUAL = "perpetual"
    UNKNOWN = "unknown"


class FactStatus(Ranked):
    """Where a fact comes from, strongest first; a chain is only as sure as its weakest fact."""

    STATUTE = "statute"
    FILING = "filing"
    PROVIDER = "provider"
    PRESS = "press"
    UNVERIFIED = "unverified"


class Confidence(Ranked):
    """How sure a finding is, apart from how severe it would be."""

    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


class Severity(Ranked):
    """How much a finding would hurt, worst first."""

    CRITICAL = "critical"
    HIGH = "high"
    MEDIUM = "medium"
    LOW = "low"


Criticality = Severity


class LawCertainty(Ranked):
    """How settled it is that the law reaches this far, apart from how sure the facts are; firmest first."""

    TEXT = "text"
    REGULATION = "regulation"
    COURT = "court"
    ENFORCEMENT = "enforcement"
    GUIDANCE = "guidance"
    CONTESTED = "contested"
    UNTESTED = "untested"


class Basis(Ranked):
    """The kinds of ground on which somebody must or may stop. Kinds, not grades: the order only picks a headline."""

    WE_ARE_BOUND = "we_are_bound"
    DIRECT = "direct"
    PERFORMED = "performed"
    FACILITATION = "facilitation"
    RECUSAL = "recusal"
    ITEM = "item"
    CAUSING = "causing"
    DESIGNATION_RISK = "designation_risk"
    CONTRACT = "contract"
    CHOSE = "chose"

    @property
    def decided_by(self) -> str:
        """Who decides: `law` obliges, `discretion` of an authority may follow, or the `supplier` chooses."""
        if self is Basis.DESIGNATION_RISK:
            return "discretion"
        return "supplier" if self in (Basis.CONTRACT, Basis.CHOSE) else "law"


class BindTest(StrEnum):
    """Tests by which a regime's own text says whom it binds."""

    INCORPORATED_IN = "incorporated_in"
    LOCATED_IN = "located_in"
    BRANCH_OF = "branch_of"
    NATIONAL_OF = "national_of"
    RESIDENT_OF = "resident_of"
    OWNED_BY = "owned_by"
    CONTROLLED_BY = "controlled_by"
    HEADQUARTERED_IN = "headquartered_in"
    LISTED_ON = "listed_on"
    ITEM_OF_ORIGIN = "item_of_origin"
    CLEARS_THROUGH = "clears_through"
    TERMS_OF = "terms_of"


class Power(StrEnum):
    """What a regime can be aimed at."""

    PERSON = "person"
    ORGANISATION = "organisation"
    VESSEL = "vessel"
    COUNTRY = "country"
    SECTOR = "sector"
    OWNER = "owner"
    EVERYONE_SERVED = "everyone_served"


class Effect(StrEnum):
    """What a regime does to those it is aimed at, or makes others do."""

    TERMINATION = "termination"
    NEW_BUSINESS_BAN = "new_business_ban"
    UPDATE_DENIAL = "update_denial"
    LICENCE_REQUIRED = "licence_required"
    PAYMENT_BLOCK = "payment_block"
    ASSET_FREEZE = "asset_freeze"
    DISCLOSURE = "disclosure"
    REVOCATION = "revocation"
    TRAVEL_BAN = "travel_ban"
    PROCUREMENT_BAN = "procurement_ban"
    SECURITIES_BAN = "securities_ban"


class Outcome(StrEnum):
    """What becomes of a dependency, an asset or a function."""

    STOPS = "stops"
    SEAT_ONLY = "seat_only"
    DEGRADES = "degrades"
    FROZEN_IN_PLACE = "frozen_in_place"
    UNREADABLE = "unreadable"
    RUNS_UNLICENSED = "runs_unlicensed"
    AUTHORISED_MAY_REFUSE = "authorised_may_refuse"
    SURVIVES = "survives"
    UNDETERMINED = "undetermined"


class Timing(StrEnum):
    """When an effect is felt: `when` of a row of the effects table."""

    ANY_TIME = "any_time"
    UP_TO_CLOCK = "up_to_clock"
    AT_CLOCK = "at_clock"
    AT_CHECK = "at_check"
    NEVER = "never"


class ClockName(StrEnum):
    """The clocks of a dependency that end with a date."""

    LICENCE_UNTIL = "licence_until"
    PREPAID_UNTIL = "prepaid_until"
    CERTIFICATE_UNTIL = "certificate_until"
    DOMAIN_UNTIL = "domain_until"
    SUPPORT_UNTIL = "support_until"


class Sureness(Ranked):
    """How sure a cut is, given the act: the law obliges, somebody may decide so, or it cannot be decided."""

    OBLIGED = "obliged"
    MAY = "may"
    UNDETERMINED = "undetermined"


class Scope(Ranked):
    """For whom a cut holds, widest first."""

    ALL = "all"
    ENTITY = "entity"
    PERSON = "person"


class Return(StrEnum):
    """What becomes of a cut when the act is taken back."""

    BY_ITSELF = "by_itself"
    ON_REQUEST = "on_request"
    ANEW = "anew"
    LOST = "lost"


class Retrieval(StrEnum):
    """Whether data can still be had after a cut."""

    ELSEWHERE = "elsewhere"
    UNTIL_STOP = "until_stop"
    BY_CONTRACT = "by_contract"
    FROZEN = "frozen"
    NOT_EXPORTABLE = "not_exportable"
    NOT_STATED = "not_stated"


class GroupKind(StrEnum):
    """By what dependencies are counted together as one common cause."""

    PARENT = "parent"
    JURISDICTION = "jurisdiction"
    REGIME = "regime"
    RESELLER = "reseller"
    PERSON = "person"


class Standing(Ranked):
    """What an ownership test says of a legal person, strongest first."""

    LISTED = "listed"
    OWNED = "owned"
    PRESUMED_CONTROLLED = "presumed_controlled"
    UNDETERMINED = "undetermined"
    NOT_REACHED = "not_reached"


class ControlKind(StrEnum):
    """Ways to control a legal person that are not counted as shares."""

    BOARD_MAJORITY = "board_majority"
    VOTING_MAJORITY = "voting_majority"
    DOMINANT_INFLUENCE = "dominant_influence"
    MANAGEMENT = "management"
    AGREEMENT = "agreement"
    GOLDEN_SHARE = "golden_share"
    VETO = "veto"


class Layer(StrEnum):
    """The AI value chain, and `support` for what is outside it."""

    DATA = "data"
    MODEL = "model"
    INFRASTRUCTURE = "infrastructure"
    APPLICATION = "application"
    SUPPORT = "support"


class Delivery(StrEnum):
    """How a product reaches those who use it."""

    SAAS = "saas"
    MANAGED = "managed"
    API = "api"
    SELF_HOSTED = "self_hosted"
    ON_PREMISES = "on_premises"
    EMBEDDED = "embedded"
    HARDWARE = "hardware"
    REGISTRY = "registry"
    CERTIFICATE = "certificate"
    DOMAIN = "domain"
    STORE = "store"
    NETWORK = "network"
    TELEPHONY = "telephony"
    PAYMENT = "payment"
    BANK = "bank"
    INSURANCE = "insurance"
    PEOPLE = "people"


class Role(Ranked):
    """The part somebody takes in a dependency. The first three serve us; the others stand behind them."""

    CONTRACTING = "contracting"
    OPERATING = "operating"
    RESELLING = "reselling"
    HOSTING = "hosting"
    SUB_PROCESSOR = "sub_processor"
    SUPPORT = "support"
    IDENTITY = "identity"
    PAYMENT = "payment"
    MODEL = "model"
    WEIGHTS = "weights"
    LICENCE = "licence"
    ACCELERATOR = "accelerator"
    UPDATES = "updates"


SERVING = (Role.CONTRACTING, Role.OPERATING, Role.RESELLING)


class Relation(StrEnum):
    """What a hop of a chain says, read from its first node to its second."""

    USED_BY = "used_by"
    NEEDS = "needs"
    PART_OF = "part_of"
    CONTRACTS_WITH = "contracts_with"
    BUYS_THROUGH = "buys_through"
    OPERATED_BY = "operated_by"
    HOSTED_ON = "hosted_on"
    BUILT_ON = "built_on"
    PERFORMED_FROM = "performed_from"
    PAID_IN = "paid_in"
    KEPT_AT = "kept_at"
    READABLE_WITH = "readable_with"
    HELD_BY = "held_by"
    OWNED_BY = "owned_by"
    CONTROLLED_BY = "controlled_by"
    INCORPORATED_IN = "incorporated_in"
    HEADQUARTERED_IN = "headquartered_in"
    NATIONAL_OF = "national_of"
    RESIDENT_OF = "resident_of"
    LOCATED_IN = "located_in"
    LISTED_ON = "listed_on"
    ORIGINATES_IN = "originates_in"
    UNDER_TERMS_OF = "under_terms_of"
    BOUND_BY = "bound_by"
    DESIGNATED_BY = "designated_by"


class Concern(Ranked):
    """How a designation concerns one dependency or asset of ours."""

    OURS = "ours"
    THEIRS = "theirs"
    HELD_FOR_US = "held_for_us"
    SHARED = "shared"
    SUPPLIER = "supplier"
    COUNTRY = "country"
    POTENTIAL = "potential"


class Doubt(StrEnum):
    """Why it cannot be decided whether a law gets there."""

    SHARES_UNKNOWN = "shares_unknown"
    OWNER_SHARES_UNKNOWN = "owner_shares_unknown"
    PRESUMED_CONTROL = "presumed_control"
    REGION_NOT_STATED = "region_not_stated"
    USE_NOT_STATED = "use_not_stated"
    USERS_NOT_STATED = "users_not_stated"
    STATE_UNKNOWN = "state_unknown"


class OrganisationKind(StrEnum):
    """What an organisation is; several may hold."""

    COMPANY = "company"
    PUBLIC_BODY = "public_body"
    INTERNATIONAL_ORGANIZATION = "international_organization"
    NGO = "ngo"
    BANK = "bank"
    RESEARCH = "research"
    INDIVIDUAL = "individual"


class EntityForm(StrEnum):
    """How one of our entities stands to the organisation."""

    BRANCH = "branch"
    SUBSIDIARY = "subsidiary"
    AFFILIATE = "affiliate"
    OFFICE = "office"
    MISSION = "mission"


class LegalPersonKind(StrEnum):
    """What stands behind a name in the knowledge."""

    COMPANY = "company"
    FOUNDATION = "foundation"
    ASSOCIATION = "association"
    COOPERATIVE = "cooperative"
    PUBLIC_BODY = "public_body"
    INTERNATIONAL_ORGANIZATION = "international_organization"
    STATE = "state"
    NATURAL_PERSON = "natural_person"


class ActsAs(StrEnum):
    """Offices a person holds for the organisation towards suppliers."""

    SIGNATORY = "signatory"
    TENANT_ADMIN = "tenant_admin"
    REGISTRANT = "registrant"
    CARD_HOLDER = "card_holder"
    BILLING_CONTACT = "billing_contact"


class Holding(Ranked):
    """In which way a person holds a dependency or an asset for the organisation."""

    HOLDER = "holder"
    REGISTRANT = "registrant"
    ADMIN = "admin"
    SECOND_FACTOR = "second_factor"
    SIGNATORY = "signatory"
    PAYER = "payer"


class AssetKind(StrEnum):
    """What is ours but lies with, or is usable only through, others."""

    DOMAIN = "domain"
    PHONE_NUMBER = "phone_number"
    CERTIFICATE = "certificate"
    SIGNING_IDENTITY = "signing_identity"
    APP = "app"
    PACKAGE_NAME = "package_name"
    HANDLE = "handle"
    WEIGHTS = "weights"
    EMBEDDINGS = "embeddings"
    DATASET = "dataset"
    BACKUP = "backup"
    ESCROW = "escrow"


class Account(StrEnum):
    """On what footing a service is used."""

    ENTERPRISE = "enterprise"
    CONSUMER = "consumer"
    FREE = "free"


class UseStanding(StrEnum):
    """Whether the organisation stands behind the use of a dependency."""

    OFFICIAL = "official"
    TOLERATED = "tolerated"
    PRIVATE = "private"


class Keys(StrEnum):
    """Who holds the keys that make data readable."""

    PROVIDER = "provider"
    CUSTOMER = "customer"
    CUSTOMER_EXTERNAL = "customer_external"
    NONE = "none"


class PeriodStatus(StrEnum):
    """The state of a regime during one period."""

    IN_FORCE = "in_force"
    SUSPENDED = "suspended"
    ENDED = "ended"
    PROPOSED = "proposed"
    UNKNOWN = "unknown"


class SubjectKind(StrEnum):
    """What a rule is about."""

    DEPENDENCY = "dependency"
    FUNCTION = "function"
    ASSET = "asset"
    PERSON = "person"
    CONTRACT = "contract"
    ORGANIZATION = "organization"


class CauseKind(StrEnum):
    """By what a rule groups its subjects: one finding has one cause."""

    PARTY = "party"
    PARENT = "parent"
    PERSON = "person"
    REGIME = "regime"
    RESELLER = "reseller"
    COUNTRY = "country"
    CONTRACT = "contract"
    SUBJECT = "subject"
    ORGANIZATION = "organization"


class Bin(Ranked):
    """Where triage puts a finding. The bins are disjoint, in this order."""

    ACCEPTED = "accepted"
    BASELINED = "baselined"
    BELOW_THRESHOLD = "below_threshold"
    OPEN = "open"


class Do(StrEnum):
    """What a decision does to a finding."""

    ACCEPT = "accept"
    DISMISS = "dismiss"
    CONFIRM = "confirm"
    CLOSE = "close"


class Profile(StrEnum):
    """Named sets of packs; a pack says to which it belongs."""

    CI = "ci"
    ORG = "org"
    SCREENING = "screening"
    ALL = "all"
