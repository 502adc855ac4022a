"""What happens to awards."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class AwardProposed(DomainEvent):
    """The tally says who wins; an owner may certify it."""

    award_id: int
    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class AwardCertified(DomainEvent):
    """An owner put the award on the wall."""

    award_id: int
    release_id: int
    product_id: int
    maker_ids: tuple[int, ...]
