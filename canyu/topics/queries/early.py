"""All voices of a product at once: who spoke early, for whoever looks at that."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import F, Q

from canyu.topics.models import Deed, Topic, Voice
from canyu.topics.queries.trees import standing_ids

DECIDED = ("planned", "doing", "shipped", "declined")


@dataclass(frozen=True)
class GivenView:
    """A voice; `topic_id` is where it counts, `raised` whether it began a topic."""

    topic_id: int
    member_id: int
    at: datetime
    raised: bool
    has_words: bool


def voices_given(product_id: int) -> list[GivenView]:
    """Every voice in a product's topics, without hidden topics and praise; one query."""
    rows = Voice.objects.filter(topic__product_id=product_id, topic__hidden_at=None)
    values = (
        rows.exclude(topic__kind="praise")
        .annotate(asker_id=F("topic__author_id"))
        .order_by("id")
        .values_list("counted_in_id", "member_id", "at", "asker_id", "words")
    )
    return [
        GivenView(
            topic_id, member_id, at, asker_id == member_id, bool(words) or asker_id == member_id
        )
        for topic_id, member_id, at, asker_id, words in values.iterator(chunk_size=5000)
    ]


def first_decided(product_id: int) -> dict[int, datetime]:
    """{topic: when the team first said what becomes of it}; what is merged stands for the whole."""
    rows = Deed.objects.filter(topic__product_id=product_id, kind="status", status__in=DECIDED)
    said = list(rows.order_by("at", "id").values_list("topic_id", "at"))
    standing = standing_ids({topic_id for topic_id, _at in said})
    found: dict[int, datetime] = {}
    for topic_id, at in said:
        found.setdefault(standing[topic_id], at)
    return found


def solutions_by(product_id: int, member_ids: Collection[int]) -> dict[int, tuple[int, int]]:
    """{member: topics of others that their answer solved, own ones that they solved themself}."""
    rows = Topic.objects.filter(
        Q(solution__author_id__in=member_ids), product_id=product_id, solved_at__isnull=False
    )
    found: dict[int, tuple[int, int]] = {}
    for author_id, helper_id in rows.values_list("author_id", "solution__author_id"):
        if helper_id is not None:
            others, own = found.get(helper_id, (0, 0))
            is_own = author_id == helper_id
            found[helper_id] = (others + (not is_own), own + is_own)
    return found
