"""What waits for whom of a team."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Q, QuerySet

from canyu.topics.models import Topic
from canyu.topics.queries.views import TopicView, view_of
from canyu.topics.rules import ANSWER_WITHIN, HELP_KINDS


@dataclass(frozen=True)
class WaitingTopic:
    """A topic that nobody of the team answered yet; `due_at` is when an answer is."""

    topic: TopicView
    due_at: datetime


def topics_waiting_for(
    member_id: int,
    *,
    product_ids: Collection[int],
    area_ids: Collection[int],
    at: datetime,
    limit: int,
) -> list[WaitingTopic]:
    """Topics that wait for this member, the longest waiting first; one query.

    Those that they look after, and of their areas those that rose because nobody answered.
    """
    risen = Q(area_id__in=area_ids, risen_at__isnull=False, helped_at=None)
    rows = _waiting(product_ids).filter(Q(keeper_id=member_id) | risen)
    return [_waits(row, at) for row in rows.order_by("raised_at", "id")[:limit]]


def topics_waiting_by_keeper(
    product_id: int, *, at: datetime, limit: int
) -> dict[int | None, list[WaitingTopic]]:
    """{team member: what waits for them, the longest waiting first}; one query."""
    found: dict[int | None, list[WaitingTopic]] = {}
    for row in _waiting([product_id]).order_by("raised_at", "id")[:limit]:
        found.setdefault(row.keeper_id, []).append(_waits(row, at))
    return found


def _waiting(product_ids: Collection[int]) -> QuerySet[Topic]:
    return Topic.objects.filter(
        product_id__in=product_ids,
        status="received",
        answered_at=None,
        solved_at=None,
        merged_into=None,
        hidden_at=None,
    )


def _waits(row: Topic, at: datetime) -> WaitingTopic:
    is_followed = row.kind in HELP_KINDS and row.helped_at is None and row.rises_at is not None
    due_at = row.rises_at if is_followed else row.raised_at + ANSWER_WITHIN
    return WaitingTopic(view_of(row, at), due_at or row.raised_at + ANSWER_WITHIN)
