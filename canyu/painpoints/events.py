"""What happens to pain points."""

from dataclasses import dataclass

from canyu.journal.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PainNoticed(DomainEvent):
    """More ask for the same than by chance: somebody should look."""

    point_id: int
    product_id: int
    kind: str
    n_people: int
    days: int
    told_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PainDecided(DomainEvent):
    """A team member accepted, split, joined, renamed or dismissed a pain point."""

    point_id: int
    product_id: int
    actor_id: int
    verb: str


@dataclass(frozen=True, kw_only=True)
class PainMoved(DomainEvent):
    """A pain point came into another state."""

    point_id: int
    product_id: int
    state: str


@dataclass(frozen=True, kw_only=True)
class PainAnswered(DomainEvent):
    """A change that answers a pain point is out."""

    point_id: int
    product_id: int
    release_id: int
    change_id: int


@dataclass(frozen=True, kw_only=True)
class AskersAsked(DomainEvent):
    """Those who asked are asked whether it is gone."""

    point_id: int
    product_id: int
    member_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PainVerified(DomainEvent):
    """What the asking says since the change shipped is another answer than before."""

    point_id: int
    product_id: int
    answer: str
