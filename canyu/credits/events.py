"""What happens to credits."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReleaseCredited(DomainEvent):
    """Everyone whose asking led to a change of this release was credited."""

    release_id: int
    product_id: int
