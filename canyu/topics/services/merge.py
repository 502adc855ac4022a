"""Putting topics together, taking them apart again, and moving them between products.

Nothing is copied and nothing is lost. A voice stays in the topic where it was given; `counted_in`
says in which one it counts. So a merge can be undone exactly, whatever was said since: what was
said before goes back with its topic, what was said after stays where it was said.
"""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotFound, gettext_noop
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.remarks import services as remarks
from canyu.remarks.rules import Subject, check_words
from canyu.topics import queries
from canyu.topics.errors import TopicRefused
from canyu.topics.events import TopicMerged, TopicMoved, TopicUnmerged
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import LONGEST_REASON, check_merge, check_move
from canyu.topics.services.raise_topic import keeper_for
from canyu.topics.services.rows import (
    NO_TOPIC,
    check_team,
    count_voices,
    hold_rows,
    standing_row,
    topic_row,
    write_deed,
)


@transaction.atomic
def merge_topics(
    *, actor_id: int, topic_id: int, into_id: int, at: datetime, reason: str = ""
) -> int:
    """Put a topic into another one of the same product; return the topic that it is in now.

    Every voice counts there from now on, once a person; credits, statuses and remarks stay.
    Raises `TopicRefused` where the two are one already or about different products.
    """
    words = check_words(reason, longest=LONGEST_REASON)
    _hold_product_of(topic_id)
    hold_rows(topic_id, into_id)
    topic, into = standing_row(topic_id), standing_row(into_id)
    check_team(topic, actor_id)
    check_merge(topic.pk, into.pk, product_id=topic.product_id, into_product_id=into.product_id)
    if into.hidden_at is not None:
        raise NotFound(NO_TOPIC)
    topic.merged_into = into
    topic.save(update_fields=["merged_into"])
    Voice.objects.filter(counted_in=topic).update(counted_in=into)
    count_voices(into)
    write_deed(topic, "merged", actor_id, at, words=words, other_id=into.pk)
    write_deed(into, "took_in", actor_id, at, words=words, other_id=topic.pk)
    journal.publish(
        TopicMerged(
            at=at,
            topic_id=topic.pk,
            into_id=into.pk,
            product_id=topic.product_id,
            actor_id=actor_id,
        )
    )
    return into.pk


@transaction.atomic
def unmerge_topic(*, actor_id: int, topic_id: int, at: datetime) -> None:
    """Undo a merge: the topic stands for itself again, with what it had brought.

    What had been merged into it before comes along. Raises `TopicRefused` if it is in none.
    """
    _hold_product_of(topic_id)
    hold_rows(topic_id)
    topic = topic_row(topic_id)
    check_team(topic, actor_id)
    if topic.merged_into_id is None:
        raise TopicRefused(
            gettext_noop("Nothing was taken apart: this topic stands for itself already."),
            status=409,
        )
    came_from = topic.merged_into_id
    counted_in = standing_row(topic_id)
    topic.merged_into = None
    topic.save(update_fields=["merged_into"])
    Voice.objects.filter(topic_id__in=queries.tree_ids(topic.pk)).update(counted_in=topic)
    count_voices(topic)
    count_voices(counted_in)
    write_deed(topic, "unmerged", actor_id, at, other_id=came_from)
    write_deed(counted_in, "let_go", actor_id, at, other_id=topic.pk)
    journal.publish(
        TopicUnmerged(
            at=at,
            topic_id=topic.pk,
            from_id=counted_in.pk,
            product_id=topic.product_id,
            actor_id=actor_id,
        )
    )


@transaction.atomic
def move_topic(
    *, actor_id: int, topic_id: int, product_id: int, at: datetime, reason: str = ""
) -> None:
    """Say that a topic is about another product; all that was merged into it comes along.

    The team of the product that it leaves may. It gets a keeper there, and no area.
    """
    words = check_words(reason, longest=LONGEST_REASON)
    _hold_product_of(topic_id)
    topic = standing_row(topic_id)
    check_team(topic, actor_id)
    left = products.product_by_id(topic.product_id)
    target = products.visible_product(product_id, actor_id)
    if target.id == left.id:
        raise TopicRefused(
            gettext_noop("The topic was not moved: it is about that product already."), status=409
        )
    check_move(from_open=left.visibility == "open", to_open=target.visibility == "open")
    topic.keeper_id = keeper_for(target.id, None)
    topic.save(update_fields=["keeper"])
    tree = Topic.objects.filter(pk__in=queries.tree_ids(topic.pk))
    taken = set(
        Topic.objects.filter(product_id=target.id)
        .exclude(key="")
        .filter(key__in=tree.values("key"))
        .values_list("key", flat=True)
    )
    # The name that an import knows it by stays its own unless another topic has it there.
    tree.filter(key__in=taken).update(key="")
    voices = Voice.objects.filter(topic__in=tree).exclude(words="").values_list("id", flat=True)
    moved = [Subject("topic", one) for one in queries.tree_ids(topic.pk)]
    moved += [Subject("voice", one) for one in voices]
    remarks.move_flags(from_id=left.id, to_id=target.id, subjects=moved)
    tree.update(product_id=target.id, area_id=None)
    write_deed(topic, "moved", actor_id, at, words=words)
    journal.publish(
        TopicMoved(
            at=at,
            topic_id=topic.pk,
            from_product_id=left.id,
            product_id=target.id,
            actor_id=actor_id,
            keeper_id=topic.keeper_id,
        )
    )


def _hold_product_of(topic_id: int) -> None:
    """Let nobody else merge, part or move topics of this product until the transaction ends."""
    product_id = Topic.objects.filter(pk=topic_id).values_list("product_id", flat=True).first()
    if product_id is None:
        raise NotFound(NO_TOPIC)
    hold_product(product_id)
