"""Wanting to hear of a topic, or nothing more of it."""

from datetime import datetime

from django.db import transaction

from canyu.topics.models import Follow
from canyu.topics.services.rows import standing_row


@transaction.atomic
def follow_topic(*, member_id: int, topic_id: int, at: datetime) -> None:
    """Hear of everything that is said and done in a topic."""
    _wish(member_id, topic_id, at, is_muted=False)


@transaction.atomic
def mute_topic(*, member_id: int, topic_id: int, at: datetime) -> None:
    """Hear nothing more of a topic, though one asked for it or was named in it."""
    _wish(member_id, topic_id, at, is_muted=True)


@transaction.atomic
def forget_wish(*, member_id: int, topic_id: int) -> None:
    """Hear what those hear who said nothing: whoever asked hears what becomes of it."""
    topic = standing_row(topic_id)
    Follow.objects.filter(topic=topic, member_id=member_id).delete()


def _wish(member_id: int, topic_id: int, at: datetime, *, is_muted: bool) -> None:
    Follow.objects.update_or_create(
        topic=standing_row(topic_id),
        member_id=member_id,
        defaults={"is_muted": is_muted, "at": at},
    )
