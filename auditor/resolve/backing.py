"""Who and what stands behind a dependency. Hops begin at `SUBJECT`, so that one backing serves many dependencies."""

from auditor.model.inventory import Contract, Dependency
from auditor.model.knowledge import Product
from auditor.model.record import record
from auditor.model.report import SUBJECT, Hop, Unresolved
from auditor.model.vocabulary import SERVING, Delivery, Role

ON_OWN_MACHINES = frozenset({Delivery.SELF_HOSTED, Delivery.ON_PREMISES, Delivery.EMBEDDED})
"""Ways of delivery in which nobody needs to serve us for the thing to run."""


@record
class Tier:
    """A legal person that takes part in a dependency, in one role, and how one gets to it."""

    role: Role
    node: str
    hops: tuple[Hop, ...]

    @property
    def serves(self) -> bool:
        """Whether it serves us itself, rather than standing behind somebody who does."""
        return self.role in SERVING


@record
class Place:
    """A country in which a dependency is performed (hosted, supported), and by whom.

    `possible` says that it is one of several regions the product has, and which one is used is not stated.
    """

    role: Role
    country: str
    hops: tuple[Hop, ...]
    by: str | None = None
    possible: bool = False


@record
class Item:
    """A thing under a country's export control on which a dependency is built."""

    role: Role
    country: str
    hops: tuple[Hop, ...]


@record
class Gap:
    """A name that nobody knows, or (`written` is None) one that is not stated, and the ids nearest to it."""

    part: str
    written: str | None
    nearest: tuple[str, ...] = ()


@record(eq=False)
class Backing:
    """What stands behind dependencies that are bought, hosted and built in the same way. Compared by identity."""

    product: Product | None
    delivery: Delivery | None
    customer: str | None
    party: str | None
    currency: str | None
    tiers: tuple[Tier, ...] = ()
    places: tuple[Place, ...] = ()
    items: tuple[Item, ...] = ()
    unchecked: tuple[Role, ...] = ()
    gaps: tuple[Gap, ...] = ()

    @property
    def known(self) -> bool:
        """Whether somebody who serves us is known, or the thing is known and runs without anybody's service."""
        if any(t.serves for t in self.tiers):
            return True
        return self.delivery in ON_OWN_MACHINES and (self.product is not None or bool(self.tiers))

    @property
    def irrevocable(self) -> bool:
        """Whether the product's licence cannot be taken back: open source, open weights."""
        return self.product is not None and self.product.licence is not None and self.product.licence.revocable is False

    def first(self, role: Role) -> Tier | None:
        """The tier of a role that is fewest hops away: tiers are sorted by role, hops and node."""
        return next((t for t in self.tiers if t.role is role), None)


@record
class Supply:
    """One dependency, its contract, what stands behind it, and the dependency as a node of chains."""

    dependency: Dependency
    contract: Contract | None
    backing: Backing
    node: str

    @property
    def unresolved(self) -> tuple[Unresolved, ...]:
        """The gaps of the backing, as this dependency's own."""
        return tuple(
            Unresolved(self.node, g.part, g.written, g.nearest, self.dependency.origin) for g in self.backing.gaps
        )


def seen_from(start: str, hops: tuple[Hop, ...]) -> tuple[Hop, ...]:
    """The same hops with a definite node in place of `SUBJECT`."""
    h = hops[0]
    if h.start != SUBJECT:
        return hops
    return (Hop(start, h.relation, h.end, h.status, h.detail, h.assumed), *hops[1:])
