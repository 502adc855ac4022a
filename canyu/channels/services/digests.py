"""Making mails of what is unread: for many members at once, in a fixed number of queries."""

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, F, OuterRef, Q

from canyu.channels.mail_rules import FAMILIES, MOST_NOTICES, next_monday, next_morning
from canyu.channels.models import Dispatch, Mailbox, Notice
from canyu.members import queries as members

AT_ONCE = 200
# What is older was not mailed then, and is in the product still.
NEWS_FOR = timedelta(days=14)


def make_digests(*, at: datetime, limit: int = AT_ONCE) -> int:
    """Make the mails that are due; return for how many members it was looked."""
    return _make(_is_morning(at), at, limit) + _make(_has_urgent(at), at, limit)


@transaction.atomic
def _make(which: Q, at: datetime, limit: int) -> int:
    free = Mailbox.objects.select_for_update(skip_locked=True, no_key=True)
    alive = free.filter(which).exclude(address="").exclude(address=F("dead_address"))
    boxes = list(alive.order_by("id")[:limit])
    if not boxes:
        return 0
    ended = members.ended_among([box.member_id for box in boxes])
    paces = {box.member_id: _due(box, at) for box in boxes}
    news = _news(boxes, paces, at)
    made = [_dispatch(box, news[box.member_id], at) for box in boxes if news[box.member_id]]
    made = [one for one in made if one.member_id not in ended]
    Dispatch.objects.bulk_create(made, ignore_conflicts=True)
    Notice.objects.filter(pk__in=[pk for one in made for pk in one.notice_ids]).update(mailed_at=at)
    for box in boxes:
        _move_on(box, at)
    Mailbox.objects.bulk_update(boxes, ["day_at", "week_at"])
    return len(boxes)


def _is_morning(at: datetime) -> Q:
    return Q(day_at__lte=at) | Q(week_at__lte=at)


def _has_urgent(at: datetime) -> Q:
    wanted = Q(pk__in=[])
    unread = Notice.objects.filter(
        member=OuterRef("member"), read_at=None, mailed_at=None, at__gte=at - NEWS_FOR
    )
    for family, kinds in FAMILIES.items():
        wanted |= Q(**{family: "now"}) & Q(Exists(unread.filter(kind__in=kinds)))
    return wanted


def _due(box: Mailbox, at: datetime) -> set[str]:
    moments = {"day": box.day_at, "week": box.week_at}
    return {"now", *(pace for pace, moment in moments.items() if moment and moment <= at)}


def _news(
    boxes: Iterable[Mailbox], paces: dict[int, set[str]], at: datetime
) -> dict[int, list[int]]:
    wanted = {
        box.member_id: {
            kind
            for family, kinds in FAMILIES.items()
            if getattr(box, family) in paces[box.member_id]
            for kind in kinds
        }
        for box in boxes
    }
    rows = Notice.objects.filter(
        member_id__in=wanted, read_at=None, mailed_at=None, at__gte=at - NEWS_FOR
    )
    found: dict[int, list[int]] = defaultdict(list)
    for member_id, pk, kind in rows.order_by("-at", "-id").values_list("member_id", "pk", "kind"):
        if kind in wanted[member_id] and len(found[member_id]) < MOST_NOTICES:
            found[member_id].append(pk)
    return found


def _dispatch(box: Mailbox, notice_ids: list[int], at: datetime) -> Dispatch:
    moments = [one for one in (box.day_at, box.week_at) if one and one <= at]
    # The newest of its notices is in no other mail, so that this says the same.
    key = f"day:{min(moments).isoformat()}" if moments else f"now:{max(notice_ids)}"
    return Dispatch(
        member_id=box.member_id,
        kind="digest",
        key=key,
        address=box.address,
        notice_ids=notice_ids,
        made_at=at,
        next_at=at,
    )


def _move_on(box: Mailbox, at: datetime) -> None:
    if box.day_at and box.day_at <= at:
        box.day_at = next_morning(at, box.zone)
    if box.week_at and box.week_at <= at:
        box.week_at = next_monday(at, box.zone)
