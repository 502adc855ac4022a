"""Talking about a topic."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.products import queries as products
from canyu.remarks import queries as remark_queries
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject
from canyu.topics import queries
from canyu.topics.errors import TopicRefused
from canyu.topics.models import Topic
from canyu.topics.services.moderate import check_voice_in
from canyu.topics.services.rows import check_team, mention, shown_row, topic_row


@transaction.atomic
def comment_on_topic(
    *,
    member_id: int,
    topic_id: int,
    text: str,
    at: datetime,
    parent_id: int | None = None,
    is_once: bool = False,
) -> int:
    """Write a remark under a topic; one by the team is an answer and stops the clock.

    A reply to what was said in a topic that was merged into this one stays with that one. With
    `is_once` the same words are said once.
    Raises `TopicRefused` where it is locked, for all but the team.
    """
    topic = shown_row(topic_id)
    is_answer = products.is_team(topic.product_id, member_id)
    if topic.locked_at is not None and not is_answer:
        raise TopicRefused(
            gettext_noop(
                "Your words were not saved: the team has locked this topic. "
                "You can still say “me too”, or raise another one."
            ),
            status=409,
        )
    remark_id = remarks.write_remark(
        author_id=member_id,
        subject=_subject_for(topic, parent_id),
        text=text,
        at=at,
        parent_id=parent_id,
        is_answer=is_answer,
        is_once=is_once,
    )
    mark_answered(topic, member_id=member_id, is_team=is_answer, at=at)
    named = mention(topic, text, author_id=member_id, at=at, remark_id=remark_id)
    if named:
        journal.publish(named)
    return remark_id


def mark_answered(topic: Topic, *, member_id: int, is_team: bool, at: datetime) -> None:
    """Stop the clocks that somebody's words stop."""
    stopped = []
    if is_team and topic.answered_at is None:
        topic.answered_at = at
        stopped.append("answered_at")
    if member_id != topic.author_id and topic.helped_at is None:
        topic.helped_at = at
        stopped.append("helped_at")
    if stopped:
        topic.save(update_fields=stopped)


@transaction.atomic
def hide_remark(*, actor_id: int, topic_id: int, remark_id: int, at: datetime) -> None:
    """Take a remark off a topic's page: the team may; every flag on it was right."""
    _check_remark(actor_id, topic_id, remark_id)
    remarks.hide_remark(actor_id=actor_id, remark_id=remark_id, at=at)
    remarks.settle_flags(
        actor_id=actor_id, subject=Subject("remark", remark_id), was_right=True, at=at
    )


@transaction.atomic
def show_remark(*, actor_id: int, topic_id: int, remark_id: int, at: datetime) -> None:
    """Put a remark back, or leave it: every open flag on it was wrong."""
    _check_remark(actor_id, topic_id, remark_id)
    remarks.show_remark(actor_id=actor_id, remark_id=remark_id, at=at)
    remarks.settle_flags(
        actor_id=actor_id, subject=Subject("remark", remark_id), was_right=False, at=at
    )


@transaction.atomic
def flag_in_topic(
    *,
    member_id: int,
    topic_id: int,
    reason: str,
    at: datetime,
    remark_id: int | None = None,
    voice_id: int | None = None,
    words: str = "",
) -> bool:
    """Ask the team to look at a topic, a remark or a voice's words; return whether that is new."""
    topic = topic_row(topic_id)
    subject = Subject("topic", topic_id)
    if remark_id is not None:
        check_remark_in(topic, remark_id)
        subject = Subject("remark", remark_id)
    elif voice_id is not None:
        check_voice_in(topic, voice_id)
        subject = Subject("voice", voice_id)
    return remarks.flag_words(
        member_id=member_id,
        product_id=topic.product_id,
        subject=subject,
        reason=reason,
        words=words,
        at=at,
    )


def check_remark_in(topic: Topic, remark_id: int) -> None:
    """Raise `TopicRefused` unless this remark is on the topic, or on what is merged into it."""
    about = remark_queries.remark_subject(remark_id)
    if about is None or about.kind != "topic" or about.id not in queries.tree_ids(topic.pk):
        raise TopicRefused(
            gettext_noop("Nothing was changed: there is no such remark on this topic."), status=404
        )


def _check_remark(actor_id: int, topic_id: int, remark_id: int) -> None:
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    check_remark_in(topic, remark_id)


def _subject_for(topic: Topic, parent_id: int | None) -> Subject:
    own = Subject("topic", topic.pk)
    about = remark_queries.remark_subject(parent_id) if parent_id is not None else None
    if about is None or about == own or about.kind != "topic":
        return own
    return about if about.id in queries.tree_ids(topic.pk) else own
