"""What happens to topics."""

from dataclasses import dataclass

from canyu.journal.events import TALK, DomainEvent


@dataclass(frozen=True, kw_only=True)
class TopicRaised(DomainEvent):
    """A member raised a topic."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    author_id: int
    keeper_id: int | None


@dataclass(frozen=True, kw_only=True)
class VoiceAdded(DomainEvent):
    """One more person said "me too"."""

    changes = (TALK,)

    topic_id: int
    member_id: int


@dataclass(frozen=True, kw_only=True)
class TopicStatusSet(DomainEvent):
    """A team member gave a topic a status, with a reason."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int | None
    status: str
    version: str
