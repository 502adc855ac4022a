"""Raising topics, adding voices, answering with a status."""

from datetime import datetime

from django.db import IntegrityError, transaction
from django.db.models import Count, F

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import TALK
from canyu.products import queries as products
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject, check_words
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicRaised, TopicStatusSet, VoiceAdded
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import (
    LONGEST_LANGUAGE,
    LONGEST_VOICE,
    LONGEST_WORDS,
    check_kind,
    check_status,
    check_title,
    choose_keeper,
)

OPEN_STATUSES = ("received", "talking", "planned", "doing")


@transaction.atomic
def raise_topic(
    *,
    member_id: int,
    product_id: int,
    kind: str,
    title: str,
    words: str,
    at: datetime,
    language: str = "",
    area_id: int | None = None,
) -> int:
    """Raise a topic; its author is its first voice, and a team member is named at once.

    Returns the topic's id. Raises `TopicRefused` when title, kind or words cannot be taken.
    """
    kind, title = check_kind(kind), check_title(title)
    words = check_words(words, longest=LONGEST_WORDS)
    if area_id not in products.area_ids(product_id):
        area_id = None
    topic = Topic.objects.create(
        product_id=product_id,
        kind=kind,
        title=title,
        words=words,
        language=language[:LONGEST_LANGUAGE],
        area_id=area_id,
        author_id=member_id,
        keeper_id=_keeper_for(product_id, area_id),
        raised_at=at,
        status="received",
        status_at=at,
        n_voices=1,
    )
    Voice.objects.create(topic=topic, member_id=member_id, at=at)
    journal.publish(
        TopicRaised(
            at=at,
            topic_id=topic.pk,
            product_id=product_id,
            author_id=member_id,
            keeper_id=topic.keeper_id,
        )
    )
    return topic.pk


@transaction.atomic
def add_voice(*, member_id: int, topic_id: int, at: datetime, words: str = "") -> bool:
    """Say "me too"; saying it twice changes nothing. Return whether the voice is new."""
    words = check_words(words, longest=LONGEST_VOICE)
    topic = _topic(topic_id)
    try:
        with transaction.atomic():
            Voice.objects.create(topic=topic, member_id=member_id, words=words, at=at)
    except IntegrityError:
        return False
    Topic.objects.filter(pk=topic_id).update(n_voices=F("n_voices") + 1)
    journal.publish(VoiceAdded(at=at, topic_id=topic_id, member_id=member_id))
    return True


@transaction.atomic
def withdraw_voice(*, member_id: int, topic_id: int) -> bool:
    """Take back "me too". The author's own voice stays as long as the topic does."""
    topic = _topic(topic_id)
    if topic.author_id == member_id:
        raise TopicRefused(
            gettext_noop("Your voice was not taken back, because this topic is your own.")
        )
    gone, _ = Voice.objects.filter(topic_id=topic_id, member_id=member_id).delete()
    if gone:
        Topic.objects.filter(pk=topic_id).update(n_voices=F("n_voices") - 1)
        journal.mark_changed(TALK)
    return bool(gone)


@transaction.atomic
def comment_on_topic(
    *, member_id: int, topic_id: int, text: str, at: datetime, parent_id: int | None = None
) -> int:
    """Write a remark under a topic; one by the team is an answer and stops the clock."""
    topic = _topic(topic_id)
    is_answer = products.is_team(topic.product_id, member_id)
    remark_id = remarks.write_remark(
        author_id=member_id,
        subject=Subject("topic", topic_id),
        text=text,
        at=at,
        parent_id=parent_id,
        is_answer=is_answer,
    )
    if is_answer and topic.answered_at is None:
        Topic.objects.filter(pk=topic_id).update(answered_at=at)
    return remark_id


@transaction.atomic
def set_status(
    *, actor_id: int, topic_id: int, status: str, reason: str, at: datetime, version: str = ""
) -> None:
    """Give a topic a status with a reason. Only the team may; only the asker may confirm."""
    topic = _topic(topic_id)
    if status == "confirmed":
        _check_may_confirm(topic, actor_id)
    elif not products.is_team(topic.product_id, actor_id):
        raise NotAllowed(
            gettext_noop("The status was not changed: only the team of this product may do that.")
        )
    reason = check_status(status, reason)
    _write_status(topic, status=status, reason=reason, version=version, actor_id=actor_id, at=at)


@transaction.atomic
def give_keeper(*, actor_id: int, topic_id: int, keeper_id: int) -> None:
    """Name the team member who looks after a topic."""
    topic = _topic(topic_id)
    for member_id in (actor_id, keeper_id):
        if not products.is_team(topic.product_id, member_id):
            raise NotAllowed(gettext_noop("Nothing was changed: only the team looks after topics."))
    Topic.objects.filter(pk=topic_id).update(keeper_id=keeper_id)
    journal.mark_changed(TALK)


@transaction.atomic
def ship_topics(*, topic_ids: list[int], version: str, at: datetime) -> None:
    """Say on each topic that it is in a release. Called when a change that came from it ships."""
    for topic in (
        Topic.objects.select_for_update(no_key=True).filter(pk__in=topic_ids).order_by("pk")
    ):
        if topic.status not in {"shipped", "confirmed"}:
            _write_status(topic, status="shipped", reason="", version=version, actor_id=None, at=at)


def _write_status(
    topic: Topic, *, status: str, reason: str, version: str, actor_id: int | None, at: datetime
) -> None:
    topic.status, topic.reason, topic.status_at = status, reason, at
    topic.status_by_id = actor_id
    if status != "confirmed":
        topic.version = version
    if topic.answered_at is None:
        topic.answered_at = at
    topic.save(
        update_fields=["status", "reason", "status_at", "status_by", "version", "answered_at"]
    )
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
    if not Voice.objects.filter(topic=topic, member_id=actor_id).exists():
        raise NotAllowed(
            gettext_noop("Nothing was confirmed: only those who asked can say that it is solved.")
        )


def _keeper_for(product_id: int, area_id: int | None) -> int | None:
    loads = dict.fromkeys(products.team_member_ids(product_id), 0)
    kept = (
        Topic.objects.filter(product_id=product_id, keeper__in=loads, status__in=OPEN_STATUSES)
        .values_list("keeper_id")
        .annotate(n=Count("id"))
    )
    for keeper_id, n in kept:
        if keeper_id is not None:
            loads[keeper_id] = n
    preferred = products.area_maker_ids(area_id) if area_id is not None else ()
    return choose_keeper(loads, tuple(preferred))


def _topic(topic_id: int) -> Topic:
    topic = Topic.objects.select_for_update(no_key=True).filter(pk=topic_id).first()
    if topic is None:
        raise NotFound(gettext_noop("There is no such topic."))
    return topic
