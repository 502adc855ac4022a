"""What happens to the plan."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PlanItemMoved(DomainEvent):
    """The team gave a plan item another state."""

    item_id: int
    product_id: int
    state: str
