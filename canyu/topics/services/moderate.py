"""Taking a topic or a voice's words off the pages, and putting them back."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject, check_words
from canyu.topics import queries
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicHidden, TopicShown, VoiceWordsHidden, VoiceWordsShown
from canyu.topics.models import Topic, Voice
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


@transaction.atomic
def hide_voice_words(*, actor_id: int, topic_id: int, voice_id: int, at: datetime) -> None:
    """Take what a voice said of its own case off the page: every flag on it was right.

    The voice counts all the same. All that this person said in the topic goes, also in what was
    merged into it.
    """
    _cover(actor_id, topic_id, voice_id, at, is_hidden=True)


@transaction.atomic
def show_voice_words(*, actor_id: int, topic_id: int, voice_id: int, at: datetime) -> None:
    """Put a voice's words back, or leave them: every open flag on them was wrong."""
    _cover(actor_id, topic_id, voice_id, at, is_hidden=False)


def check_voice_in(topic: Topic, voice_id: int) -> Voice:
    """Return a voice that counts in this topic; raise `TopicRefused`."""
    in_id = queries.standing_ids([topic.pk])[topic.pk]
    voice = Voice.objects.filter(pk=voice_id, counted_in_id=in_id).first()
    if voice is None:
        raise TopicRefused(
            gettext_noop("Nothing was changed: there are no such words on this topic."), status=404
        )
    return voice


def _cover(actor_id: int, topic_id: int, voice_id: int, at: datetime, *, is_hidden: bool) -> None:
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    voice = check_voice_in(topic, voice_id)
    rows = Voice.objects.filter(counted_in_id=voice.counted_in_id, member_id=voice.member_id)
    ids = list(rows.values_list("id", flat=True))
    if rows.filter(hidden_at__isnull=is_hidden).update(hidden_at=at if is_hidden else None):
        event = VoiceWordsHidden if is_hidden else VoiceWordsShown
        journal.publish(
            event(
                at=at,
                topic_id=topic.pk,
                member_id=voice.member_id,
                product_id=topic.product_id,
                actor_id=actor_id,
            )
        )
    for one in ids:
        remarks.settle_flags(
            actor_id=actor_id, subject=Subject("voice", one), was_right=is_hidden, at=at
        )


def _settle(actor_id: int, topic_id: int, at: datetime, *, was_right: bool) -> None:
    remarks.settle_flags(
        actor_id=actor_id, subject=Subject("topic", topic_id), was_right=was_right, at=at
    )
