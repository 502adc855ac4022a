"""Reading topics."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Q

from canyu.journal.errors import NotFound, gettext_noop
from canyu.members.rules import storable
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import days_late, is_late, likeness


@dataclass(frozen=True)
class TopicView:
    """A topic as a page shows it."""

    id: int
    product_id: int
    kind: str
    title: str
    words: str
    language: str
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

    @property
    def n_others(self) -> int:
        """Voices besides the author's."""
        return self.n_voices - 1


@dataclass(frozen=True)
class TopicPage:
    """One page of a list of topics."""

    topics: tuple[TopicView, ...]
    number: int
    n_pages: int
    n_topics: int


@dataclass(frozen=True)
class VoiceView:
    """One person in a topic."""

    topic_id: int
    member_id: int
    words: str
    at: datetime


PAGE = 20


def topic_of(topic_id: int, *, at: datetime) -> TopicView:
    """One topic; raises `NotFound`."""
    row = Topic.objects.filter(pk=topic_id).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such topic."))
    return _view(row, at)


def topics_of(
    product_id: int,
    *,
    at: datetime,
    page: int = 1,
    kind: str = "",
    status: str = "",
    author_id: int | None = None,
    search: str = "",
) -> TopicPage:
    """A page of a product's topics, newest first, filtered by what is given."""
    rows = Topic.objects.filter(product_id=product_id).order_by("-raised_at", "-id")
    if kind:
        rows = rows.filter(kind=kind)
    if status:
        rows = rows.filter(status=status)
    if author_id is not None:
        rows = rows.filter(voices__member_id=author_id)
    for word in storable(search).split()[:5]:
        rows = rows.filter(title__icontains=word)
    paginator = Paginator(rows, PAGE)
    leaf = paginator.get_page(page)
    return TopicPage(
        topics=tuple(_view(row, at) for row in leaf.object_list),
        number=leaf.number,
        n_pages=paginator.num_pages,
        n_topics=paginator.count,
    )


def topics_by_id(topic_ids: Iterable[int], *, at: datetime) -> dict[int, TopicView]:
    """These topics, in one query."""
    rows = Topic.objects.filter(pk__in=list(topic_ids)).order_by("id")
    return {row.pk: _view(row, at) for row in rows}


def topics_asked_by(
    member_id: int, product_id: int, *, at: datetime, limit: int
) -> list[TopicView]:
    """Topics in which this member has a voice, the last moved first."""
    rows = Topic.objects.filter(product_id=product_id, voices__member_id=member_id)
    return [_view(row, at) for row in rows.order_by("-status_at", "-id")[:limit]]


def topics_kept_by(member_id: int, product_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """Topics that wait for this team member, the longest waiting first."""
    rows = Topic.objects.filter(product_id=product_id, keeper_id=member_id, status="received")
    return [_view(row, at) for row in rows.order_by("raised_at", "id")[:limit]]


def topics_like(product_id: int, title: str, *, at: datetime, limit: int = 5) -> list[TopicView]:
    """Topics whose titles say much the same, the most alike first, among the newest 2,000."""
    rows = Topic.objects.filter(product_id=product_id).order_by("-id")
    titles = list(rows.values_list("id", "title")[:2000])
    alike = sorted(((likeness(title, other), pk) for pk, other in titles), reverse=True)
    ids = [pk for score, pk in alike[:limit] if score >= 0.3]  # noqa: PLR2004
    found = topics_by_id(ids, at=at)
    return [found[pk] for pk in ids if pk in found]


def topic_ids_by_key(product_id: int, keys: Iterable[str]) -> dict[str, int]:
    """Our ids of topics that an import knows by these keys."""
    rows = Topic.objects.filter(product_id=product_id, key__in=[key for key in keys if key])
    return dict(rows.values_list("key", "id"))


def voices_for(topic_ids: Iterable[int]) -> list[VoiceView]:
    """Every voice of these topics, the first first."""
    rows = Voice.objects.filter(topic_id__in=list(topic_ids)).order_by("id")
    return [VoiceView(row.topic_id, row.member_id, row.words, row.at) for row in rows]


def area_ids_of_topics(topic_ids: Iterable[int]) -> dict[int, int]:
    """{topic: its area}; topics in no area are left out. One query."""
    rows = Topic.objects.filter(pk__in=list(topic_ids), area_id__isnull=False)
    return {pk: area_id for pk, area_id in rows.values_list("id", "area_id") if area_id}


def has_voice(topic_id: int, member_id: int | None) -> bool:
    """Whether this member is one of the topic's voices."""
    if member_id is None:
        return False
    return Voice.objects.filter(topic_id=topic_id, member_id=member_id).exists()


def topics_raised_by(member_id: int) -> list[dict[str, object]]:
    """Everything one person raised or joined, for their own export."""
    rows = Voice.objects.filter(member_id=member_id).select_related("topic").order_by("id")
    return [
        {
            "topic_id": row.topic_id,
            "kind": row.topic.kind,
            "title": row.topic.title,
            "words": row.topic.words if row.topic.author_id == member_id else row.words,
            "raised_by_me": row.topic.author_id == member_id,
            "status": row.topic.status,
            "at": row.at.isoformat(),
        }
        for row in rows
    ]


def topics_looked_after_by(member_id: int) -> list[dict[str, object]]:
    """Topics that one person of a team keeps or gave their status, for their own export."""
    rows = Topic.objects.filter(Q(keeper_id=member_id) | Q(status_by_id=member_id)).order_by("id")
    return [
        {
            "topic_id": row.pk,
            "title": row.title,
            "kept_by_me": row.keeper_id == member_id,
            "status_by_me": row.status_by_id == member_id,
            "status": row.status,
            "reason": row.reason if row.status_by_id == member_id else "",
        }
        for row in rows
    ]


def _view(row: Topic, at: datetime) -> TopicView:
    late = is_late(row.raised_at, row.answered_at, row.status, at)
    return TopicView(
        id=row.pk,
        product_id=row.product_id,
        kind=row.kind,
        title=row.title,
        words=row.words,
        language=row.language,
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
    )
