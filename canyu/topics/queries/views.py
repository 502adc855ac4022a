"""One topic, or some, as pages show them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from canyu.journal.errors import NotFound, gettext_noop
from canyu.topics.models import Topic
from canyu.topics.rules import days_late, is_late


@dataclass(frozen=True)
class TopicView:
    """A topic as a page shows it."""

    id: int
    product_id: int
    kind: str
    title: str
    words: str
    language: str
    area_id: int | None
    author_id: int
    keeper_id: int | None
    raised_at: datetime
    status: str
    reason: str
    version: str
    status_at: datetime
    status_by_id: int | None
    n_voices: int
    n_days_late: int
    """Days since an answer was due; 0 when it is not late."""
    posted_by_id: int | None
    """Who wrote it down for its author, `heard_in` where the author had said it."""
    heard_in: str
    edited_at: datetime | None
    helped_at: datetime | None
    """When the first other person said something."""
    risen_at: datetime | None
    solved_at: datetime | None
    solved_by_id: int | None
    solution_id: int | None
    """The remark that solved it."""
    merged_into_id: int | None
    is_locked: bool
    is_hidden: bool
    said_at: datetime | None = None
    """When its author had said it, where it was heard somewhere else."""

    @property
    def n_others(self) -> int:
        """Voices besides the author's."""
        return self.n_voices - 1


def topic_of(topic_id: int, *, at: datetime) -> TopicView:
    """One topic, also one that is hidden or merged away; raises `NotFound`."""
    row = Topic.objects.filter(pk=topic_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such topic."))
    return view_of(row, at)


def topics_by_id(topic_ids: Iterable[int], *, at: datetime) -> dict[int, TopicView]:
    """These topics, in one query; hidden ones are left out."""
    rows = Topic.objects.filter(pk__in=list(topic_ids), hidden_at=None).order_by("id")
    return {row.pk: view_of(row, at) for row in rows}


def topics_after(topic_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """The next topics of all products in the order of their ids, also hidden and merged ones."""
    rows = Topic.objects.filter(pk__gt=topic_id).order_by("id")
    return [view_of(row, at) for row in rows[:limit]]


def topics_flagged(topic_ids: Iterable[int], *, at: datetime) -> dict[int, TopicView]:
    """These topics, also those that are hidden: for whoever decides about them."""
    rows = Topic.objects.filter(pk__in=list(topic_ids)).order_by("id")
    return {row.pk: view_of(row, at) for row in rows}


def area_ids_of_topics(topic_ids: Iterable[int]) -> dict[int, int]:
    """{topic: its area}; topics in no area are left out. One query."""
    rows = Topic.objects.filter(pk__in=list(topic_ids), area_id__isnull=False)
    return {pk: area_id for pk, area_id in rows.values_list("id", "area_id") if area_id}


def view_of(row: Topic, at: datetime) -> TopicView:
    """What pages show of a row."""
    late = is_late(row.raised_at, row.answered_at, row.status, at) and row.solved_at is None
    return TopicView(
        id=row.pk,
        product_id=row.product_id,
        kind=row.kind,
        title=row.title,
        words=row.words,
        language=row.language,
        area_id=row.area_id,
        author_id=row.author_id,
        keeper_id=row.keeper_id,
        raised_at=row.raised_at,
        status=row.status,
        reason=row.reason,
        version=row.version,
        status_at=row.status_at,
        status_by_id=row.status_by_id,
        n_voices=row.n_voices,
        n_days_late=days_late(row.raised_at, at) if late else 0,
        posted_by_id=row.posted_by_id,
        heard_in=row.heard_in,
        edited_at=row.edited_at,
        helped_at=row.helped_at,
        risen_at=row.risen_at,
        solved_at=row.solved_at,
        solved_by_id=row.solved_by_id,
        solution_id=row.solution_id,
        merged_into_id=row.merged_into_id,
        is_locked=row.locked_at is not None,
        is_hidden=row.hidden_at is not None,
        said_at=row.said_at,
    )
