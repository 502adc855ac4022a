"""Facts about products."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ProductAdded(DomainEvent):
    """There is a new product."""

    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ProductChanged(DomainEvent):
    """Name, words, language or visibility of a product changed."""

    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TeamJoined(DomainEvent):
    """Somebody is in a team now."""

    product_id: int
    member_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class TeamLeft(DomainEvent):
    """Somebody is in a team no more."""

    product_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class RoleChanged(DomainEvent):
    """Somebody in a team has another role."""

    product_id: int
    member_id: int
    role: str


@dataclass(frozen=True, kw_only=True)
class AreasChanged(DomainEvent):
    """An area of a product is new, or has another name, place or people."""

    product_id: int
    area_id: int


@dataclass(frozen=True, kw_only=True)
class HoursSet(DomainEvent):
    """The team of a product works at other hours, or on other days."""

    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class RingChosen(DomainEvent):
    """A member is in this ring now."""

    changes = ()

    product_id: int
    member_id: int
    ring_key: str


@dataclass(frozen=True, kw_only=True)
class RingLeft(DomainEvent):
    """A member is in no ring of the product."""

    changes = ()

    product_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class DeviceStated(DomainEvent):
    """A member said on what they run the product."""

    changes = ()

    product_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class RingInvitationMade(DomainEvent):
    """A member may choose a ring which is not open to everybody."""

    changes = ()

    product_id: int
    member_id: int
    ring_key: str


@dataclass(frozen=True, kw_only=True)
class InvitationAccepted(DomainEvent):
    """A member came to a product by a link."""

    changes = ()

    product_id: int
    member_id: int
    made_by_id: int | None


@dataclass(frozen=True, kw_only=True)
class ExposureTold(DomainEvent):
    """The product told how many people have it."""

    product_id: int
    actor_id: int
    n_rows: int
