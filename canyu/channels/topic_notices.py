"""Who is told what about topics. Each `hear_…` is a subscriber of the journal."""

from collections.abc import Iterable
from datetime import datetime
from typing import Protocol

from canyu.channels.services import write_notices
from canyu.topics import queries as topics
from canyu.topics.events import (
    MembersMentioned,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicRaised,
    TopicRose,
    TopicSolved,
    TopicStatusSet,
    VoiceAdded,
)


def hear_topic_raised(event: TopicRaised) -> None:
    """Tell the team member who looks after a new topic, and for whom it was posted."""
    if event.keeper_id is not None and event.keeper_id not in {event.author_id, event.posted_by_id}:
        _tell_of(event, [event.keeper_id], "topic", key=f"topic:{event.topic_id}")
    if event.posted_by_id is not None:
        _tell_posted(event, event.author_id, event.posted_by_id, event.product_id)


def hear_voice_added(event: VoiceAdded) -> None:
    """Tell somebody that another person spoke for them."""
    if event.posted_by_id is not None:
        _tell_posted(event, event.member_id, event.posted_by_id, event.product_id)


def hear_topic_status_set(event: TopicStatusSet) -> None:
    """Tell everyone with a voice, and who follows; what shipped is told by the credit instead."""
    if event.status in {"shipped", "confirmed"}:
        return
    heard = topics.listeners_of(event.topic_id)
    _tell_of(
        event,
        sorted((heard.asked | heard.follow) - heard.muted - {event.actor_id}),
        "status",
        key=f"status:{event.topic_id}:{event.status}:{event.at.isoformat()}",
        status=event.status,
    )


def hear_topic_merged(event: TopicMerged) -> None:
    """Tell those who asked in the one topic that it is in the other now."""
    brought = topics.voices_given_in(event.topic_id)
    heard = topics.listeners_of(event.into_id)
    _tell_of(
        event,
        sorted(brought - heard.muted - {event.actor_id}),
        "merged",
        key=f"merged:{event.topic_id}:{event.at.isoformat()}",
        into_id=event.into_id,
    )


def hear_topic_moved(event: TopicMoved) -> None:
    """Tell who looks after it now, and those who asked where it went."""
    heard = topics.listeners_of(event.topic_id)
    keeper = {event.keeper_id} - {None, event.actor_id}
    when = event.at.isoformat()
    _tell_of(event, [one for one in keeper if one], "topic", key=f"topic:{event.topic_id}:{when}")
    _tell_of(
        event,
        sorted((heard.asked | heard.follow) - heard.muted - {event.actor_id, event.keeper_id}),
        "moved",
        key=f"moved:{event.topic_id}:{when}",
    )


def hear_topic_solved(event: TopicSolved) -> None:
    """Tell those who asked that there is an answer, and thank who gave it."""
    heard = topics.listeners_of(event.topic_id)
    helper = {event.helper_id} - {None, event.actor_id}
    # Naming another remark thanks another helper, and tells nobody else again.
    _tell_of(
        event,
        sorted((heard.asked | heard.follow) - heard.muted - {event.actor_id} - helper),
        "solved",
        key=f"solved:{event.topic_id}",
    )
    key = f"helped:{event.topic_id}:{event.remark_id}"
    _tell_of(event, [one for one in helper if one], "helped", key=key)


def hear_topic_rose(event: TopicRose) -> None:
    """Tell those who own its area that nobody has answered."""
    _tell_of(event, event.owner_ids, "rose", key=f"rose:{event.topic_id}")


def hear_topic_hidden(event: TopicHidden) -> None:
    """Tell its author that it was taken off the pages."""
    author_id = topics.topic_of(event.topic_id, at=event.at).author_id
    key = f"hidden:{event.topic_id}:{event.at.isoformat()}"
    _tell_of(event, [author_id] if author_id != event.actor_id else [], "hidden", key=key)


def hear_members_mentioned(event: MembersMentioned) -> None:
    """Tell those who are named, but for whoever wants to hear nothing of it."""
    muted = topics.listeners_of(event.topic_id).muted
    _tell_of(
        event,
        [one for one in event.member_ids if one not in muted],
        "mention",
        key=f"mention:{event.topic_id}:{event.remark_id or event.at.isoformat()}",
        author_id=event.author_id,
    )


def _tell_posted(
    event: TopicRaised | VoiceAdded, member_id: int, posted_by_id: int, product_id: int
) -> None:
    write_notices(
        member_ids=[member_id],
        product_id=product_id,
        kind="posted",
        key=f"posted:{event.topic_id}",
        facts={"topic_id": event.topic_id, "author_id": posted_by_id},
        at=event.at,
    )


class _OfTopic(Protocol):
    """A fact about one topic of one product."""

    @property
    def topic_id(self) -> int: ...
    @property
    def product_id(self) -> int: ...
    @property
    def at(self) -> datetime: ...


def _tell_of(
    event: _OfTopic, member_ids: Iterable[int], kind: str, *, key: str, **facts: int | str
) -> None:
    write_notices(
        member_ids=list(member_ids),
        product_id=event.product_id,
        kind=kind,
        key=key,
        facts={"topic_id": event.topic_id, **facts},
        at=event.at,
    )
