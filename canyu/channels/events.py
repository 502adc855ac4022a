"""Facts about telling. What is told to very many is told in parts, and each part is a fact."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class MembersInvited(DomainEvent):
    """Members of a product were invited to a report, in the order of their ids, up to this one.

    `at` is when the report opened.
    """

    product_id: int
    release_id: int
    last_member_id: int


@dataclass(frozen=True, kw_only=True)
class InvitationsRevoked(DomainEvent):
    """Some invitations of a product from before `at` were taken back; there may be more."""

    product_id: int


@dataclass(frozen=True, kw_only=True)
class WebhookEnded(DomainEvent):
    """Nothing is sent to an address any more: it failed for days, or said that it is gone."""

    webhook_id: int
    product_id: int
    changes = ()


@dataclass(frozen=True, kw_only=True)
class WebhookChanged(DomainEvent):
    """Somebody added, changed or took away an address to which facts are sent."""

    webhook_id: int
    product_id: int
    actor_id: int
    changes = ()
