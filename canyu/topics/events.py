"""What happens to topics.

Events carry ids and no words: what a person takes back must not live on in the journal. Whoever
needs the words asks `canyu.topics.queries` when it hears the event, and gets what stands then.
"""

from dataclasses import dataclass

from canyu.journal.events import TALK, DomainEvent


@dataclass(frozen=True, kw_only=True)
class TopicRaised(DomainEvent):
    """A member raised a topic, or somebody did it for them (`posted_by_id`)."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    author_id: int
    keeper_id: int | None
    posted_by_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class TopicEdited(DomainEvent):
    """Title, words, kind or area of a topic are other ones now."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class VoiceAdded(DomainEvent):
    """One more person said "me too"; their words, if any, are in `queries.voice_of`."""

    changes = (TALK,)

    topic_id: int
    member_id: int
    product_id: int = 0
    has_words: bool = False
    posted_by_id: int | None = None


@dataclass(frozen=True, kw_only=True)
class VoiceWorded(DomainEvent):
    """Somebody who had a voice said more, or something else, about their own case."""

    changes = (TALK,)

    topic_id: int
    member_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class VoiceWordsHidden(DomainEvent):
    """The team took off the page what somebody said of their own case; the voice counts."""

    changes = (TALK,)

    topic_id: int
    member_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class VoiceWordsShown(DomainEvent):
    """Hidden words of a voice are back."""

    changes = (TALK,)

    topic_id: int
    member_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class VoiceWithdrawn(DomainEvent):
    """Somebody took their "me too" back, with its words."""

    changes = (TALK,)

    topic_id: int
    member_id: int
    product_id: int


@dataclass(frozen=True, kw_only=True)
class TopicStatusSet(DomainEvent):
    """A team member gave a topic a status, with a reason."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int | None
    status: str
    version: str


@dataclass(frozen=True, kw_only=True)
class TopicGiven(DomainEvent):
    """Somebody else of the team looks after a topic now: given by hand, or with its area."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int
    keeper_id: int


@dataclass(frozen=True, kw_only=True)
class TopicMerged(DomainEvent):
    """A topic was put into another one, in which its voices count from now on."""

    changes = (TALK,)

    topic_id: int
    into_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TopicUnmerged(DomainEvent):
    """A topic stands for itself again, with the voices that it had brought."""

    changes = (TALK,)

    topic_id: int
    from_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TopicMoved(DomainEvent):
    """A topic is about another product now; so is all that was merged into it."""

    changes = (TALK,)

    topic_id: int
    from_product_id: int
    product_id: int
    actor_id: int
    keeper_id: int | None


@dataclass(frozen=True, kw_only=True)
class TopicHidden(DomainEvent):
    """The team took a topic off the pages; it counts nowhere any more."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TopicShown(DomainEvent):
    """A hidden topic is back."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TopicSolved(DomainEvent):
    """The asker, the team or a helper said that a topic is solved, by this remark if by one."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int
    remark_id: int | None
    helper_id: int | None


@dataclass(frozen=True, kw_only=True)
class TopicReopened(DomainEvent):
    """What was said to be solved is not."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class TopicRose(DomainEvent):
    """Nobody had answered a question or trouble in time: those of its area are told."""

    changes = (TALK,)

    topic_id: int
    product_id: int
    owner_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class MembersMentioned(DomainEvent):
    """Somebody named members in a topic, or in a remark on one."""

    changes = ()

    topic_id: int
    product_id: int
    author_id: int
    member_ids: tuple[int, ...]
    remark_id: int | None


@dataclass(frozen=True, kw_only=True)
class SpeakerIdentified(DomainEvent):
    """What was said by somebody without an account is a member's: they are one person."""

    changes = (TALK,)

    from_id: int
    to_id: int
