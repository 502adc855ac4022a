"""What comes back when a change is out: who must hear that there are new words about it."""

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime

from django.db import connection, transaction

from canyu.journal import services as journal
from canyu.journal.events import echo_of_change, echo_of_maker
from canyu.products import queries as products
from canyu.releases.echoes import FIRST_HOUR, STILL_NEWS, changes_named
from canyu.releases.events import FirstHourEnded, ReleasePublished
from canyu.releases.models import Change, ChangeMaker, ChangeTopic, FirstHour, Mention, Release
from canyu.remarks.events import (
    RemarkChanged,
    RemarkHidden,
    RemarkRemoved,
    RemarkShown,
    RemarkWritten,
)
from canyu.topics import queries as topics
from canyu.topics.events import (
    TopicEdited,
    TopicHidden,
    TopicMerged,
    TopicMoved,
    TopicRaised,
    TopicShown,
    TopicUnmerged,
)

RemarkEvent = RemarkWritten | RemarkChanged | RemarkRemoved | RemarkHidden | RemarkShown
TopicEvent = (
    TopicRaised | TopicEdited | TopicHidden | TopicShown | TopicMoved | TopicMerged | TopicUnmerged
)
MOST_TOLD = 50
ADD = """
    INSERT INTO releases_opened (release_id, n) VALUES (%s, %s)
    ON CONFLICT (release_id) DO UPDATE SET n = releases_opened.n + excluded.n
"""


@transaction.atomic
def hear_remark(event: RemarkEvent) -> None:
    """Give the echo of what a remark is about another version."""
    if event.subject_kind == "change":
        _mark([event.subject_id])
    elif event.subject_kind == "topic":
        _mark(_changes_from([event.subject_id]))


@transaction.atomic
def hear_topic(event: TopicEvent) -> None:
    """Note which changes a topic names now, and give their echoes another version."""
    topic = topics.topic_of(event.topic_id, at=event.at)
    slug = products.product_by_id(topic.product_id).slug
    named = changes_named(f"{topic.title}\n{topic.words}", slug=slug)
    rows = Change.objects.filter(
        pk__in=named, release__product_id=topic.product_id, release__is_published=True
    )
    there = set(rows.values_list("pk", flat=True))
    before = Mention.objects.filter(topic_id=topic.id)
    gone = before.exclude(change_id__in=there)
    left = list(gone.values_list("change_id", flat=True))
    gone.delete()
    Mention.objects.bulk_create(
        (Mention(change_id=one, topic_id=topic.id, at=event.at) for one in sorted(there)),
        ignore_conflicts=True,
    )
    _mark({*left, *_changes_from([topic.id])})


@transaction.atomic
def hear_release_published(event: ReleasePublished) -> None:
    """Begin the first hour of a release, on the pages of its makers too."""
    FirstHour.objects.get_or_create(
        release_id=event.release_id, defaults={"ends_at": event.at + FIRST_HOUR}
    )
    _mark(Change.objects.filter(release_id=event.release_id).values_list("pk", flat=True))


def end_first_hours(*, at: datetime) -> int:
    """Say of every release whose first hour is over that it is; return how many these were.

    Where nobody looked for long, as after a stop, nothing is said of it.
    """
    due = FirstHour.objects.filter(told_at__isnull=True, ends_at__lte=at).order_by("ends_at")
    return sum(_end_first_hour(one, at) for one in due.values_list("pk", flat=True)[:MOST_TOLD])


@transaction.atomic
def _end_first_hour(release_id: int, at: datetime) -> bool:
    rows = FirstHour.objects.select_for_update(skip_locked=True, of=("self",), no_key=True)
    hour = rows.filter(pk=release_id, told_at__isnull=True).first()
    if hour is None:
        return False
    hour.told_at = at
    hour.save(update_fields=["told_at"])
    if at - hour.ends_at > STILL_NEWS:
        return True
    product_id = Release.objects.values_list("product_id", flat=True).get(pk=release_id)
    journal.publish(FirstHourEnded(at=at, release_id=release_id, product_id=product_id))
    return True


@transaction.atomic
def add_opened(*, counted: Mapping[int, int]) -> None:
    """Add how often the notes of releases were opened since it was told last: {release: n}."""
    known = set(Release.objects.filter(pk__in=list(counted)).values_list("pk", flat=True))
    # In one order everywhere: two nodes that add to the same rows never wait for one another.
    rows = [(one, counted[one]) for one in sorted(known)]
    if rows:
        with connection.cursor() as cursor:
            cursor.executemany(ADD, rows)


def _changes_from(topic_ids: Collection[int]) -> set[int]:
    """Changes that came from these topics, or are named in them."""
    sources = ChangeTopic.objects.filter(
        topic_id__in=topic_ids, change__release__is_published=True
    ).values_list("change_id", flat=True)
    named = Mention.objects.filter(topic_id__in=topic_ids).values_list("change_id", flat=True)
    return {*sources, *named}


def _mark(change_ids: Iterable[int]) -> None:
    changes = sorted(set(change_ids))
    if not changes:
        return
    makers = ChangeMaker.objects.filter(change_id__in=changes).values_list("member_id", flat=True)
    names = [
        *map(echo_of_change, changes),
        *map(echo_of_maker, sorted(set(makers))),
    ]
    journal.mark_changed(*names)
