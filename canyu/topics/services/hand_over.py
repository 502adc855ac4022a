"""Words that turn out to be somebody else's, and words that nobody may keep."""

from datetime import datetime

from django.db import transaction
from django.db.models import Exists, OuterRef

from canyu.journal import services as journal
from canyu.remarks import services as remarks
from canyu.topics.events import SpeakerIdentified, TopicEdited, TopicHidden, VoiceWithdrawn
from canyu.topics.models import Edition, Follow, Topic, Voice
from canyu.topics.services.rows import (
    count_voices,
    drop_voices,
    hold_rows,
    standing_row,
    write_deed,
)

FORGOTTEN = "…"
"""Stands where a title stood that may not be kept."""


@transaction.atomic
def hand_over_words(*, from_id: int, to_id: int, at: datetime) -> None:
    """Let all that one person said be another's, who is the same: where both spoke, once.

    Whoever calls it has asked whether they are the same.
    """
    touched = _topics_with(from_id)
    hold_rows(*touched)
    Topic.objects.filter(author_id=from_id).update(author_id=to_id)
    own = Voice.objects.filter(member_id=to_id, topic=OuterRef("topic"))
    voices = Voice.objects.filter(member_id=from_id)
    drop_voices(voices.filter(Exists(own)), at)
    voices.update(member_id=to_id)
    Follow.objects.filter(member_id=from_id).delete()
    remarks.hand_over_remarks(from_id=from_id, to_id=to_id)
    for topic_id in touched:
        count_voices(standing_row(topic_id))
    journal.publish(SpeakerIdentified(at=at, from_id=from_id, to_id=to_id))


@transaction.atomic
def forget_words(*, member_id: int, at: datetime) -> None:
    """Take away all that one person said: voices and remarks go, topics lose title and words.

    A topic that nobody else joined is taken off the pages. Whoever calls it has asked whether it
    may be done. What is not theirs stays.
    """
    touched = _topics_with(member_id)
    hold_rows(*touched)
    for topic in Topic.objects.filter(author_id=member_id).order_by("pk"):
        _forget_topic(topic, member_id, at)
    Voice.objects.filter(member_id=member_id, topic__author_id=member_id).update(words="")
    for voice in Voice.objects.filter(member_id=member_id).exclude(topic__author_id=member_id):
        topic = standing_row(voice.topic_id)
        drop_voices(Voice.objects.filter(pk=voice.pk), at)
        count_voices(topic)
        journal.publish(
            VoiceWithdrawn(
                at=at, topic_id=topic.pk, member_id=member_id, product_id=topic.product_id
            )
        )
    remarks.forget_remarks(author_id=member_id, at=at)


def _topics_with(member_id: int) -> list[int]:
    raised = Topic.objects.filter(author_id=member_id).values_list("pk", flat=True)
    joined = Voice.objects.filter(member_id=member_id).values_list("topic_id", flat=True)
    return sorted({*raised, *joined})


def _forget_topic(topic: Topic, member_id: int, at: datetime) -> None:
    Edition.objects.filter(topic=topic).delete()
    topic.title, topic.words, topic.edited_at = FORGOTTEN, "", at
    is_alone = not Voice.objects.filter(counted_in=topic).exclude(member_id=member_id).exists()
    if is_alone and topic.hidden_at is None:
        topic.hidden_at = at
        write_deed(topic, "hidden", None, at)
    topic.save(update_fields=["title", "words", "edited_at", "hidden_at"])
    told = TopicHidden if is_alone else TopicEdited
    journal.publish(told(at=at, topic_id=topic.pk, product_id=topic.product_id, actor_id=member_id))
