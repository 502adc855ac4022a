"""Facts about pictures."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PictureStored(DomainEvent):
    """A picture that was not there before is stored."""

    changes = ()

    key: str
    n_bytes: int
