"""What happens to credits."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReleaseCredited(DomainEvent):
    """Everyone whose asking led to a change of this release was credited."""

    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class RemarkMarked(DomainEvent):
    """The team said of a remark that its idea was taken, or what else it did; or took that back."""

    remark_id: int
    product_id: int
    kind: str
    actor_id: int
    is_taken_back: bool


@dataclass(frozen=True, kw_only=True)
class CreditEntered(DomainEvent):
    """An owner wrote by hand that somebody is to be named for a change, or is not."""

    entry_id: int
    change_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class LedgerMended(DomainEvent):
    """The credits of a release were brought back to what follows from the facts."""

    release_id: int
    product_id: int
    n_added: int
    n_taken: int
    n_mended: int


@dataclass(frozen=True, kw_only=True)
class PastNoted(DomainEvent):
    """Credits that a record of the past tells were read from a file."""

    product_id: int
    n_new: int


@dataclass(frozen=True, kw_only=True)
class CardShown(DomainEvent):
    """Somebody chose to show what they brought about."""

    changes = ()

    product_id: int
    change_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class CardWithdrawn(DomainEvent):
    """Somebody shows it no more."""

    changes = ()

    product_id: int
    change_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class GuestJoined(DomainEvent):
    """Somebody made an account by a member's card."""

    changes = ()

    product_id: int
    host_id: int
    guest_id: int


@dataclass(frozen=True, kw_only=True)
class LeadsFound(DomainEvent):
    """A night found members who are ahead, of whom the team was not told before."""

    product_id: int
    n_new: int


@dataclass(frozen=True, kw_only=True)
class LeadInvited(DomainEvent):
    """The team invited a member who is ahead: into a ring, or to a talk where it names none."""

    lead_id: int
    product_id: int
    member_id: int
    actor_id: int
    ring_key: str


@dataclass(frozen=True, kw_only=True)
class LeadPassed(DomainEvent):
    """The team decided not to invite somebody: "not_now", or "never"."""

    lead_id: int
    product_id: int
    actor_id: int
    standing: str


@dataclass(frozen=True, kw_only=True)
class LeadAnswered(DomainEvent):
    """An invited member said yes or no."""

    lead_id: int
    product_id: int
    member_id: int
    answer: str
