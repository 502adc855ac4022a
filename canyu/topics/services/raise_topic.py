"""Raising a topic, for oneself or for somebody who said it elsewhere."""

from datetime import datetime

from django.db import transaction
from django.db.models import Count, Q

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.products import queries as products
from canyu.products.queries.work import hours_of
from canyu.remarks.rules import check_words
from canyu.topics import queries
from canyu.topics.events import TopicRaised
from canyu.topics.hours import Hours, rises_at
from canyu.topics.models import Topic, Voice
from canyu.topics.rules import (
    HELP_KINDS,
    LONGEST_LANGUAGE,
    LONGEST_WORDS,
    check_heard_in,
    check_kind,
    check_title,
    choose_keeper,
    may_post_for_others,
    warmth_of,
)
from canyu.topics.services.rows import mention

OPEN_STATUSES = ("received", "talking", "planned", "doing")


@transaction.atomic
def raise_topic(
    *,
    member_id: int,
    product_id: int,
    kind: str,
    title: str,
    words: str,
    at: datetime,
    language: str = "",
    area_id: int | None = None,
    posted_by_id: int | None = None,
    heard_in: str = "",
    said_at: datetime | None = None,
) -> int:
    """Raise a topic; its author is its first voice, and a team member is named at once.

    Where somebody else posts it, `member_id` is who said it, and counts; `heard_in` is where, and
    `said_at` when, if that was before `at`: then they asked, though nobody could answer yet.
    Returns the topic's id. Raises `TopicRefused` when title, kind or words cannot be taken,
    `NotAllowed` for whoever may not post for others.
    """
    kind, title = check_kind(kind), check_title(title)
    words = check_words(words, longest=LONGEST_WORDS)
    posted_by_id, heard_in = check_poster(product_id, member_id, posted_by_id, heard_in)
    said_at = check_said_at(said_at, posted_by_id, at)
    if area_id not in products.area_ids(product_id):
        area_id = None
    topic = Topic.objects.create(
        product_id=product_id,
        kind=kind,
        title=title,
        words=words,
        language=language[:LONGEST_LANGUAGE],
        area_id=area_id,
        author_id=member_id,
        keeper_id=keeper_for(product_id, area_id),
        raised_at=at,
        status="received",
        status_at=at,
        posted_by_id=posted_by_id,
        heard_in=heard_in,
        said_at=said_at,
        n_voices=1,
        warmth=warmth_of([said_at or at]),
    )
    Voice.objects.create(
        topic=topic,
        counted_in=topic,
        member_id=member_id,
        at=said_at or at,
        posted_by_id=posted_by_id,
        heard_in=heard_in,
    )
    journal.publish(
        TopicRaised(
            at=at,
            topic_id=topic.pk,
            product_id=product_id,
            author_id=member_id,
            keeper_id=topic.keeper_id,
            posted_by_id=posted_by_id,
        )
    )
    named = mention(topic, f"{title}\n{words}", author_id=posted_by_id or member_id, at=at)
    if named:
        journal.publish(named)
    return topic.pk


@transaction.atomic
def plan_rise(*, topic_id: int, zone: str) -> None:
    """Fix when a question or trouble rises unless it is answered; `zone` is the product's.

    Called after the topic is there: which zone is a product's own is known further up.
    """
    topic = Topic.objects.select_for_update(no_key=True).filter(pk=topic_id).first()
    if topic is None or topic.kind not in HELP_KINDS:
        return
    moment = rises_at(topic.raised_at, hours=_hours_in(topic.product_id, zone))
    Topic.objects.filter(pk=topic_id).update(rises_at=moment)


@transaction.atomic
def plan_rises(*, product_id: int, zone: str) -> None:
    """Fix it anew for all of a product that wait: its team works at other hours now."""
    hours = _hours_in(product_id, zone)
    rows = Topic.objects.select_for_update(no_key=True).filter(
        product_id=product_id, kind__in=HELP_KINDS, helped_at=None, risen_at=None, solved_at=None
    )
    waiting = list(rows.order_by("pk"))
    for topic in waiting:
        topic.rises_at = rises_at(topic.raised_at, hours=hours)
    Topic.objects.bulk_update(waiting, ["rises_at"], batch_size=500)


def _hours_in(product_id: int, zone: str) -> Hours:
    told = hours_of(product_id)
    return Hours(zone, told.opens_at, told.closes_at, frozenset(told.weekdays))


def check_poster(
    product_id: int, member_id: int, posted_by_id: int | None, heard_in: str
) -> tuple[int | None, str]:
    """Who posts for whom, (None, "") where it is the same person; raise `NotAllowed`."""
    if posted_by_id is None or posted_by_id == member_id:
        return None, ""
    if not may_post_for_others(
        is_team=products.is_team(product_id, posted_by_id),
        n_solved=queries.n_solved_by(posted_by_id, product_id),
    ):
        raise NotAllowed(
            gettext_noop(
                "Nothing was posted: only the team, and members whose answers have solved "
                "something for three others, may post what somebody else said."
            )
        )
    return posted_by_id, check_heard_in(heard_in)


def check_said_at(
    said_at: datetime | None, posted_by_id: int | None, at: datetime
) -> datetime | None:
    """When something was said that another person posts; nobody antedates their own words."""
    if said_at is None or posted_by_id is None:
        return None
    return min(said_at, at)


def keeper_for(product_id: int, area_id: int | None) -> int | None:
    """The team member who looks after a topic of this area: whom the fewest wait for.

    Of the area's small team, or of everybody where it has none; among equals whoever keeps the
    fewest open.
    """
    team = products.team_member_ids(product_id)
    kept = Topic.objects.filter(
        product_id=product_id,
        keeper__in=team,
        status__in=OPEN_STATUSES,
        merged_into=None,
        hidden_at=None,
    )
    waits = Count("id", filter=Q(status="received", solved_at=None))
    counted = {
        keeper_id: (n_waiting, n_open)
        for keeper_id, n_waiting, n_open in kept.values_list("keeper_id").annotate(
            n_waiting=waits, n_open=Count("id")
        )
    }
    loads = {member_id: counted.get(member_id, (0, 0)) for member_id in team}
    preferred = products.area_maker_ids(area_id) if area_id is not None else ()
    return choose_keeper(loads, tuple(preferred))
