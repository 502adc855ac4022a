"""Lists of topics: found, narrowed down and sorted."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import F, Q, QuerySet

from canyu.members.rules import storable
from canyu.topics.models import Topic
from canyu.topics.queries.views import TopicView, topics_by_id, view_of
from canyu.topics.rules import HELP_KINDS, check_sort, likeness

PAGE = 20
MOST_WORDS = 5
MOST_VERSIONS = 50
NEWEST_FIRST = ("-raised_at", "-id")


@dataclass(frozen=True)
class TopicPage:
    """One page of a list of topics."""

    topics: tuple[TopicView, ...]
    number: int
    n_pages: int
    n_topics: int


@dataclass(frozen=True)
class Sieve:
    """What a list of topics is narrowed down to; what is empty narrows nothing.

    `voice_of` are topics with this member's voice; `is_waiting` those that nobody but the asker
    has said anything to, `is_solved` those that are solved or not.
    """

    kind: str = ""
    status: str = ""
    search: str = ""
    area_id: int | None = None
    version: str = ""
    voice_of: int | None = None
    is_waiting: bool = False
    is_solved: bool | None = None

    @property
    def is_open(self) -> bool:
        """Whether everything passes."""
        return self == Sieve()


def topics_in(
    product_id: int, sieve: Sieve, *, at: datetime, sort: str = "warm", page: int = 1
) -> TopicPage:
    """A page of a product's topics, without those hidden or merged away; two queries.

    Sorted by `rules.warmth_of` ("warm"), by when they were raised ("newest"), or the longest
    waiting first ("waiting").
    """
    rows = _sieved(standing_of(product_id), sieve)
    orders = {"warm": ("-warmth", "-id"), "newest": NEWEST_FIRST, "waiting": ("raised_at", "id")}
    order: tuple[object, ...] = orders[check_sort(sort)]
    if check_sort(sort) == "waiting":
        # Those who wait before those who were answered, in one list.
        order = (F("helped_at").asc(nulls_first=True), "raised_at", "id")
    paginator = Paginator(rows.order_by(*order), PAGE)  # type: ignore[arg-type]
    leaf = paginator.get_page(page)
    return TopicPage(
        topics=tuple(view_of(row, at) for row in leaf.object_list),
        number=leaf.number,
        n_pages=paginator.num_pages,
        n_topics=paginator.count,
    )


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
    sieve = Sieve(kind=kind, status=status, voice_of=author_id, search=search)
    return topics_in(product_id, sieve, at=at, sort="newest", page=page)


def versions_named(product_id: int) -> list[str]:
    """Versions in which topics of a product shipped, the last one first."""
    rows = standing_of(product_id).exclude(version="").order_by("-status_at")
    return list(dict.fromkeys(rows.values_list("version", flat=True)[:1000]))[:MOST_VERSIONS]


def topics_asked_by(
    member_id: int, product_id: int, *, at: datetime, limit: int
) -> list[TopicView]:
    """Topics in which this member has a voice, the last moved first."""
    rows = standing_of(product_id).filter(_voice_of(member_id))
    return [view_of(row, at) for row in rows.order_by("-status_at", "-id")[:limit]]


def topics_kept_by(member_id: int, product_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """Topics that wait for this team member, the longest waiting first."""
    rows = standing_of(product_id).filter(keeper_id=member_id, status="received", solved_at=None)
    return [view_of(row, at) for row in rows.order_by("raised_at", "id")[:limit]]


def topics_risen(product_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """Questions and troubles that rose and wait still, the longest waiting first."""
    rows = waiting_in(standing_of(product_id)).exclude(risen_at=None)
    return [view_of(row, at) for row in rows.order_by("raised_at", "id")[:limit]]


def topics_waiting(product_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """Questions and troubles that nobody answered and that have not risen, the oldest first."""
    rows = waiting_in(standing_of(product_id)).filter(risen_at=None)
    return [view_of(row, at) for row in rows.order_by("raised_at", "id")[:limit]]


def topics_hidden(product_id: int, *, at: datetime, limit: int) -> list[TopicView]:
    """Topics that the team took off the pages, the last one first."""
    rows = Topic.objects.filter(product_id=product_id).exclude(hidden_at=None)
    return [view_of(row, at) for row in rows.order_by("-hidden_at", "-id")[:limit]]


def topics_like(product_id: int, title: str, *, at: datetime, limit: int = 5) -> list[TopicView]:
    """Topics whose titles say much the same, the most alike first, among the newest 2,000."""
    rows = standing_of(product_id).order_by("-id")
    titles = list(rows.values_list("id", "title")[:2000])
    alike = sorted(((likeness(title, other), pk) for pk, other in titles), reverse=True)
    ids = [pk for score, pk in alike[:limit] if score >= 0.3]  # noqa: PLR2004
    found = topics_by_id(ids, at=at)
    return [found[pk] for pk in ids if pk in found]


def topic_ids_by_key(product_id: int, keys: Iterable[str]) -> dict[str, int]:
    """Our ids of topics that an import knows by these keys."""
    rows = Topic.objects.filter(product_id=product_id, key__in=[key for key in keys if key])
    return dict(rows.values_list("key", "id"))


def standing_of(product_id: int) -> "QuerySet[Topic]":
    """The topics of a product that stand for themselves, and are not hidden."""
    return Topic.objects.filter(product_id=product_id, merged_into=None, hidden_at=None)


def waiting_in(rows: "QuerySet[Topic]") -> "QuerySet[Topic]":
    """Those that ask for help and that nobody but the asker has said anything to."""
    return rows.filter(kind__in=HELP_KINDS, helped_at=None, solved_at=None)


def _voice_of(member_id: int) -> Q:
    # Asked for as a set: joined, a topic would come once for each of the member's voices in it.
    return Q(pk__in=Topic.objects.filter(counted__member_id=member_id).values("pk"))


def _sieved(rows: "QuerySet[Topic]", sieve: Sieve) -> "QuerySet[Topic]":
    if sieve.kind:
        rows = rows.filter(kind=sieve.kind)
    if sieve.status:
        rows = rows.filter(status=sieve.status)
    if sieve.area_id is not None:
        rows = rows.filter(area_id=sieve.area_id)
    if sieve.version:
        rows = rows.filter(version=storable(sieve.version))
    if sieve.voice_of is not None:
        rows = rows.filter(_voice_of(sieve.voice_of))
    if sieve.is_waiting:
        rows = rows.filter(helped_at=None, solved_at=None)
    if sieve.is_solved is not None:
        rows = rows.filter(solved_at__isnull=not sieve.is_solved)
    for word in storable(sieve.search).split()[:MOST_WORDS]:
        rows = rows.filter(Q(title__icontains=word) | Q(words__icontains=word))
    return rows
