"""Changing what a topic says; what it said before is kept."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products
from canyu.remarks.rules import check_words
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicEdited
from canyu.topics.models import Edition, Topic
from canyu.topics.rules import LONGEST_WORDS, check_kind, check_title
from canyu.topics.services.raise_topic import keeper_for
from canyu.topics.services.rows import hand_topic, mention, topic_row


@transaction.atomic
def edit_topic(
    *,
    actor_id: int,
    topic_id: int,
    title: str,
    words: str,
    kind: str,
    at: datetime,
    area_id: int | None = None,
) -> None:
    """Change a topic: its author everything, the team kind and area too.

    Words are a person's own: the team may not put others into somebody's mouth. Nor may anybody
    change what was merged away. Raises `TopicRefused` or `NotAllowed`.
    """
    topic = topic_row(topic_id)
    is_team = products.is_team(topic.product_id, actor_id)
    is_own = actor_id in {topic.author_id, topic.posted_by_id}
    if not (is_own or is_team):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only its author and the team may change a topic.")
        )
    if topic.merged_into_id is not None or (topic.locked_at is not None and not is_team):
        raise TopicRefused(
            gettext_noop("Nothing was changed, because this topic was merged or locked meanwhile."),
            status=409,
        )
    kind, title = check_kind(kind), check_title(title)
    words = check_words(words, longest=LONGEST_WORDS)
    if not is_own:
        title, words = topic.title, topic.words
    if area_id not in products.area_ids(topic.product_id):
        area_id = None
    old = f"{topic.title}\n{topic.words}"
    if (topic.title, topic.words, topic.kind, topic.area_id) == (title, words, kind, area_id):
        return
    if (topic.title, topic.words) != (title, words):
        Edition.objects.create(
            topic=topic, title=topic.title, words=topic.words, changed_by_id=actor_id, at=at
        )
        topic.edited_at = at
    is_elsewhere = topic.area_id != area_id
    topic.title, topic.words, topic.kind, topic.area_id = title, words, kind, area_id
    topic.save(update_fields=["title", "words", "kind", "area", "edited_at"])
    journal.publish(
        TopicEdited(at=at, topic_id=topic.pk, product_id=topic.product_id, actor_id=actor_id)
    )
    if is_elsewhere:
        _route(topic, actor_id=actor_id, at=at)
    named = mention(topic, f"{title}\n{words}", author_id=actor_id, at=at, before=old)
    if named:
        journal.publish(named)


def _route(topic: Topic, *, actor_id: int, at: datetime) -> None:
    """Hand a topic to the small team of the area that it is in now, if nobody answered yet."""
    if topic.answered_at is not None or topic.area_id is None:
        return
    small_team = set(products.area_maker_ids(topic.area_id))
    if not small_team or topic.keeper_id in small_team:
        return
    keeper_id = keeper_for(topic.product_id, topic.area_id)
    if keeper_id is not None and keeper_id != topic.keeper_id:
        hand_topic(topic, keeper_id, actor_id=actor_id, at=at)
