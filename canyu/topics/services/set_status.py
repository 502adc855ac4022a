"""Where a topic stands: statuses, keeper, lock."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.journal.events import TALK
from canyu.products import queries as products
from canyu.remarks.rules import check_words
from canyu.topics import queries
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicStatusSet
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import LONGEST_REASON, check_status
from canyu.topics.services.rows import check_team, hand_topic, standing_row, topic_row, write_deed


@transaction.atomic
def set_status(
    *, actor_id: int, topic_id: int, status: str, reason: str, at: datetime, version: str = ""
) -> None:
    """Give a topic a status with a reason. Only the team may; only those who asked may confirm."""
    topic = standing_row(topic_id)
    if status == "confirmed":
        _check_may_confirm(topic, actor_id)
    elif not products.is_team(topic.product_id, actor_id):
        raise NotAllowed(
            gettext_noop("The status was not changed: only the team of this product may do that.")
        )
    reason = check_status(status, reason)
    _write_status(topic, status=status, reason=reason, version=version, actor_id=actor_id, at=at)


@transaction.atomic
def give_keeper(*, actor_id: int, topic_id: int, keeper_id: int, at: datetime) -> None:
    """Name the team member who looks after a topic."""
    topic = standing_row(topic_id)
    for member_id in (actor_id, keeper_id):
        if not products.is_team(topic.product_id, member_id):
            raise NotAllowed(gettext_noop("Nothing was changed: only the team looks after topics."))
    if topic.keeper_id != keeper_id:
        hand_topic(topic, keeper_id, actor_id=actor_id, at=at)


@transaction.atomic
def ship_topics(*, topic_ids: list[int], version: str, at: datetime) -> None:
    """Say on each topic that it is in a release. Called when a change that came from it ships.

    What a topic was merged into is shipped in its place.
    """
    standing = set(queries.standing_ids(topic_ids).values())
    rows = Topic.objects.select_for_update(no_key=True).filter(pk__in=standing)
    for topic in rows.order_by("pk"):
        if topic.status not in {"shipped", "confirmed"}:
            _write_status(topic, status="shipped", reason="", version=version, actor_id=None, at=at)


@transaction.atomic
def lock_topic(*, actor_id: int, topic_id: int, is_locked: bool, reason: str, at: datetime) -> None:
    """End the talk about a topic, or begin it again. The team may; locking needs a reason."""
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    words = check_words(reason, longest=LONGEST_REASON)
    if is_locked and not words:
        raise TopicRefused(
            gettext_noop("The topic was not locked, because you gave no reason. Say why.")
        )
    if (topic.locked_at is not None) == is_locked:
        return
    topic.locked_at = at if is_locked else None
    topic.save(update_fields=["locked_at"])
    write_deed(topic, "locked" if is_locked else "unlocked", actor_id, at, words=words)
    journal.mark_changed(TALK)


def _write_status(
    topic: Topic, *, status: str, reason: str, version: str, actor_id: int | None, at: datetime
) -> None:
    topic.status, topic.reason, topic.status_at = status, reason, at
    topic.status_by_id = actor_id
    if status != "confirmed":
        topic.version = version
    if topic.answered_at is None:
        topic.answered_at = at
    if topic.helped_at is None:
        topic.helped_at = at
    if status == "confirmed" and topic.solved_at is None:
        # Who asked says so: nothing more is waited for.
        topic.solved_at, topic.solved_by_id = at, actor_id
    topic.save(
        update_fields=[
            "solved_at",
            "solved_by",
            "status",
            "reason",
            "status_at",
            "status_by",
            "version",
            "answered_at",
            "helped_at",
        ]
    )
    write_deed(topic, "status", actor_id, at, words=reason)
    journal.publish(
        TopicStatusSet(
            at=at,
            topic_id=topic.pk,
            product_id=topic.product_id,
            actor_id=actor_id,
            status=status,
            version=topic.version,
        )
    )


def _check_may_confirm(topic: Topic, actor_id: int) -> None:
    if topic.status != "shipped":
        raise TopicRefused(
            gettext_noop("Nothing was confirmed, because this topic has not shipped yet."),
            status=409,
        )
    if not Voice.objects.filter(counted_in=topic, member_id=actor_id).exists():
        raise NotAllowed(
            gettext_noop("Nothing was confirmed: only those who asked can say that it is solved.")
        )
