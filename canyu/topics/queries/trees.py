"""Which topic stands for which after merges."""

from collections.abc import Iterable

from canyu.topics.models import Topic


def standing_ids(topic_ids: Iterable[int]) -> dict[int, int]:
    """{topic id: id of the topic that it stands in now}, itself where it was not merged.

    One query and one more for each step of merged into merged. Unknown ids stand for themselves.
    """
    found = {topic_id: topic_id for topic_id in topic_ids}
    ahead = set(found)
    while ahead:
        rows = Topic.objects.filter(pk__in=ahead, merged_into__isnull=False)
        steps = {row.pk: row.merged_into_id for row in rows.only("merged_into_id")}
        found = {topic_id: steps.get(now) or now for topic_id, now in found.items()}
        ahead = {into_id for into_id in steps.values() if into_id is not None}
    return found


def tree_ids(topic_id: int) -> list[int]:
    """A topic and all that was merged into it, directly or not; itself first."""
    found = [topic_id]
    ahead = [topic_id]
    while ahead:
        rows = Topic.objects.filter(merged_into__in=ahead).order_by("pk")
        ahead = list(rows.values_list("pk", flat=True))
        found += ahead
    return found
