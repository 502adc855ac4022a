"""Taking a topic off the pages, and putting it back."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject, check_words
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicHidden, TopicShown
from canyu.topics.rules import LONGEST_REASON
from canyu.topics.services.rows import check_team, topic_row, write_deed


@transaction.atomic
def hide_topic(*, actor_id: int, topic_id: int, reason: str, at: datetime) -> None:
    """Take a topic off the pages. The team may, with a reason that its author reads."""
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    words = check_words(reason, longest=LONGEST_REASON)
    if not words:
        raise TopicRefused(
            gettext_noop(
                "The topic was not hidden, because you gave no reason. Its author reads it."
            )
        )
    if topic.hidden_at is None:
        topic.hidden_at = at
        topic.save(update_fields=["hidden_at"])
        write_deed(topic, "hidden", actor_id, at, words=words)
        journal.publish(
            TopicHidden(at=at, topic_id=topic.pk, product_id=topic.product_id, actor_id=actor_id)
        )
    _settle(actor_id, topic_id, at, was_right=True)


@transaction.atomic
def show_topic(*, actor_id: int, topic_id: int, at: datetime) -> None:
    """Put a topic back, or leave it there: every open flag on it was wrong."""
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    if topic.hidden_at is not None:
        topic.hidden_at = None
        topic.save(update_fields=["hidden_at"])
        write_deed(topic, "shown", actor_id, at)
        journal.publish(
            TopicShown(at=at, topic_id=topic.pk, product_id=topic.product_id, actor_id=actor_id)
        )
    _settle(actor_id, topic_id, at, was_right=False)


def _settle(actor_id: int, topic_id: int, at: datetime, *, was_right: bool) -> None:
    remarks.settle_flags(
        actor_id=actor_id, subject=Subject("topic", topic_id), was_right=was_right, at=at
    )
