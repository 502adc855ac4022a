"""Saying "me too", with a word about one's own case, and taking it back."""

from datetime import datetime

from django.db import IntegrityError, transaction

from canyu.journal import services as journal
from canyu.journal.errors import gettext_noop
from canyu.remarks.rules import check_words
from canyu.topics.errors import TopicRefused
from canyu.topics.events import VoiceAdded, VoiceWithdrawn, VoiceWorded
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import LONGEST_VOICE
from canyu.topics.services.raise_topic import check_poster, check_said_at
from canyu.topics.services.rows import (
    count_voices,
    drop_voices,
    own_voice,
    shown_row,
    standing_row,
)


@transaction.atomic
def add_voice(
    *,
    member_id: int,
    topic_id: int,
    at: datetime,
    words: str = "",
    posted_by_id: int | None = None,
    heard_in: str = "",
    said_at: datetime | None = None,
) -> bool:
    """Say "me too", with a word about one's own case; return whether the voice is new.

    Said twice it counts once, and words said later take the place of earlier ones. A topic that
    was merged away leads on to the one it is in. For whom somebody else posts, see `raise_topic`.
    """
    words = check_words(words, longest=LONGEST_VOICE)
    topic = shown_row(topic_id)
    posted_by_id, heard_in = check_poster(topic.product_id, member_id, posted_by_id, heard_in)
    voice = own_voice(topic, member_id)
    if voice is not None:
        # What a person said stands, whatever somebody else posts in their name.
        if posted_by_id is None:
            _word_voice(topic, voice, words, at=at)
        return False
    try:
        with transaction.atomic():
            Voice.objects.create(
                topic=topic,
                counted_in=topic,
                member_id=member_id,
                words=words,
                at=check_said_at(said_at, posted_by_id, at) or at,
                posted_by_id=posted_by_id,
                heard_in=heard_in,
            )
    except IntegrityError:
        return False
    count_voices(topic)
    journal.publish(
        VoiceAdded(
            at=at,
            topic_id=topic.pk,
            member_id=member_id,
            product_id=topic.product_id,
            has_words=bool(words),
            posted_by_id=posted_by_id,
        )
    )
    return True


@transaction.atomic
def withdraw_voice(*, member_id: int, topic_id: int, at: datetime) -> bool:
    """Take back "me too". The author's own voice stays as long as the topic does."""
    topic = standing_row(topic_id)
    voices = Voice.objects.filter(counted_in=topic, member_id=member_id).select_related("topic")
    found = list(voices)
    if any(voice.topic.author_id == member_id for voice in found):
        raise TopicRefused(
            gettext_noop("Your voice was not taken back, because this topic is your own.")
        )
    if not found:
        return False
    drop_voices(Voice.objects.filter(pk__in=[voice.pk for voice in found]), at)
    count_voices(topic)
    journal.publish(
        VoiceWithdrawn(at=at, topic_id=topic.pk, member_id=member_id, product_id=topic.product_id)
    )
    return True


def _word_voice(topic: Topic, voice: Voice, words: str, *, at: datetime) -> None:
    if not words or words == voice.words:
        return
    voice.words = words
    voice.save(update_fields=["words"])
    journal.publish(
        VoiceWorded(
            at=at, topic_id=topic.pk, member_id=voice.member_id, product_id=topic.product_id
        )
    )
