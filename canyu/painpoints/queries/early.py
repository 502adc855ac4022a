"""Since when a topic was known as part of what many say."""

from dataclasses import dataclass
from datetime import datetime

from canyu.painpoints.models import Evidence


@dataclass(frozen=True)
class PointOnTopic:
    """An accepted pain point that a topic is evidence of: found, and accepted by a person."""

    topic_id: int
    point_id: int
    found_at: datetime
    accepted_at: datetime | None


def points_on_topics(product_id: int) -> list[PointOnTopic]:
    """Every topic that an accepted pain point of a product surely stands on; one query."""
    rows = Evidence.objects.filter(
        point__product_id=product_id,
        point__standing="accepted",
        is_maybe=False,
        wording__kind="topic",
        wording__is_gone=False,
    )
    values = rows.order_by("id").values_list(
        "wording__subject_id", "point_id", "point__found_at", "point__decided_at"
    )
    return [PointOnTopic(*one) for one in values]
