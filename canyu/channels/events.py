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
class WordsTaken(DomainEvent):
    """Words that people said elsewhere came in, and wait for somebody of the team."""

    changes = ()

    product_id: int
    n_new: int
    way: str


@dataclass(frozen=True, kw_only=True)
class SheetTaken(DomainEvent):
    """Some rows of a table of words were taken, up to this one; there may be more."""

    changes = ()

    product_id: int
    sheet_id: int
    upto: int


@dataclass(frozen=True, kw_only=True)
class GuestLinked(DomainEvent):
    """A person of an origin turned out to be a member: by a code of theirs, or the team says so."""

    guest_id: int
    product_id: int
    member_id: int
    actor_id: int | None


@dataclass(frozen=True, kw_only=True)
class GuestForgotten(DomainEvent):
    """A person of an origin is forgotten, and what they said with them."""

    product_id: int
    actor_id: int


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


@dataclass(frozen=True, kw_only=True)
class MailChosen(DomainEvent):
    """A member chose what they are mailed, or proved an address, or stopped it."""

    member_id: int
    changes = ()


@dataclass(frozen=True, kw_only=True)
class MailEnded(DomainEvent):
    """Nothing goes to a member's address any more: its server says that it takes nothing."""

    member_id: int
    product_id: int | None
    changes = ()


@dataclass(frozen=True, kw_only=True)
class BrowserChosen(DomainEvent):
    """A member chose to be told things in a browser, or no more."""

    member_id: int
    changes = ()
