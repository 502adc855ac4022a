"""What a topic said before, and what was done to it."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from canyu.topics.models import Deed, Edition


@dataclass(frozen=True)
class EditionView:
    """What a topic said until `until`, and who changed it then."""

    title: str
    words: str
    until: datetime
    changed_by_id: int | None


@dataclass(frozen=True)
class DeedView:
    """One thing that was done to a topic; `other_id` and its title are those of a merge."""

    kind: str
    actor_id: int | None
    words: str
    status: str
    version: str
    other_id: int | None
    other_title: str
    at: datetime


def editions_of(topic_id: int) -> list[EditionView]:
    """What a topic said before it was changed, the oldest first."""
    rows = Edition.objects.filter(topic_id=topic_id).order_by("at", "id")
    return [EditionView(row.title, row.words, row.at, row.changed_by_id) for row in rows]


def deeds_of(topic_ids: Iterable[int]) -> list[DeedView]:
    """What was done to these topics, the oldest first; one query."""
    rows = Deed.objects.filter(topic_id__in=list(topic_ids)).select_related("other")
    return [_deed(row) for row in rows.order_by("at", "id")]


def _deed(row: Deed) -> DeedView:
    return DeedView(
        kind=row.kind,
        actor_id=row.actor_id,
        words=row.words,
        status=row.status,
        version=row.version,
        other_id=row.other_id,
        other_title=row.other.title if row.other and row.other.hidden_at is None else "",
        at=row.at,
    )
