"""Reading what comes back when a change is out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from canyu.releases.models import Mention, Opened, Release
from canyu.releases.queries.pages import ChangeView
from canyu.remarks.queries.threads import speakers_on
from canyu.topics import queries as topics

MOST_MENTIONS = 500


@dataclass(frozen=True)
class MentionView:
    """A topic that names a change."""

    change_id: int
    topic_id: int
    at: datetime


def mentions_of(change_ids: Collection[int], *, limit: int) -> list[MentionView]:
    """Topics that name these changes, the newest first; one query."""
    rows = Mention.objects.filter(change_id__in=change_ids).order_by("-id")[:limit]
    return [MentionView(row.change_id, row.topic_id, row.at) for row in rows]


def n_opened(release_ids: Collection[int]) -> dict[int, int]:
    """{release: how often its notes were opened}, by people outside the team; one query."""
    return dict(Opened.objects.filter(release_id__in=release_ids).values_list("release_id", "n"))


def speakers_of(changes: Sequence[ChangeView], *, at: datetime) -> dict[int, set[int]]:
    """{change: who said something about it until then, or named it in a topic}, makers apart.

    Three queries. They said it in public: it tells nothing of what is in reports.
    """
    ids = [one.id for one in changes]
    found = speakers_on("change", ids, until=at)
    named = mentions_of(ids, limit=MOST_MENTIONS)
    known = topics.topics_by_id({one.topic_id for one in named}, at=at)
    for one in named:
        if one.topic_id in known and one.at <= at:
            found.setdefault(one.change_id, set()).add(known[one.topic_id].author_id)
    return {one.id: found.get(one.id, set()) - set(one.maker_ids) for one in changes}


def next_versions(product_ids: Collection[int]) -> dict[int, str]:
    """{product: the version that its team is writing}, the last begun; one query."""
    rows = Release.objects.filter(product_id__in=product_ids, is_published=False)
    return dict(rows.order_by("id").values_list("product_id", "version"))


def versions_out(product_ids: Collection[int], versions: Collection[str]) -> set[tuple[int, str]]:
    """Those of these versions that are out, each with its product; one query."""
    rows = Release.objects.filter(
        product_id__in=product_ids, version__in=versions, is_published=True
    )
    return set(rows.values_list("product_id", "version"))
