"""What happens to releases."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReleasePublished(DomainEvent):
    """A release went out."""

    release_id: int
    product_id: int
    is_hotfix: bool


@dataclass(frozen=True, kw_only=True)
class ReleaseImported(DomainEvent):
    """A release of the past was read from a file. Nobody is thanked, nothing opens."""

    release_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class FirstHourEnded(DomainEvent):
    """A release has been out for an hour."""

    changes = ()

    release_id: int
    product_id: int
