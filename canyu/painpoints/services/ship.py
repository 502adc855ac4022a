"""What answers a pain point goes out, and those who asked are asked whether it is gone."""

from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.painpoints.events import AskersAsked, PainAnswered
from canyu.painpoints.models import Asked, Point
from canyu.painpoints.queries.heard import voices_in_point
from canyu.painpoints.rules import ANSWERS, ASK_AFTER, check_choice
from canyu.painpoints.services.rows import move
from canyu.plan.events import PlanItemMoved
from canyu.releases import queries as releases
from canyu.releases.events import ReleasePublished


@transaction.atomic
def hear_release_published(event: ReleasePublished) -> None:
    """Find the pain points that a change of this release answers."""
    changes = releases.changes_of([event.release_id])
    by_item = {one.plan_item_id: one.id for one in changes if one.plan_item_id is not None}
    rows = Point.objects.select_for_update(no_key=True).filter(
        product_id=event.product_id, standing="accepted", plan_item_id__in=by_item
    )
    for point in rows.order_by("id"):
        change_id = by_item[point.plan_item_id or 0]
        answer_with_change(point, change_id, event.release_id, event.at, event.at)
        point.save()


@transaction.atomic
def hear_plan_item_moved(event: PlanItemMoved) -> None:
    """What is planned, or no longer, moves the pain points that it answers."""
    rows = Point.objects.select_for_update(no_key=True).filter(
        plan_item_id=event.item_id, standing="accepted"
    )
    for point in rows.order_by("id"):
        if event.state in {"planned", "doing"} and point.state in {"noticed", "digging", "back"}:
            move(point, "planned", event.at)
        elif event.state in {"considered", "declined"} and point.state == "planned":
            move(point, "digging", event.at)
        point.save()


def answer_with_change(
    point: Point, change_id: int, release_id: int, shipped_at: datetime, at: datetime
) -> None:
    """Write that a change answers it; what was verified of an earlier one is over."""
    if point.change_id == change_id:
        return
    point.change_id, point.shipped_at = change_id, shipped_at
    point.answer, point.figures, point.verified_at, point.claimed_at = "", {}, None, None
    point.asked.all().delete()
    move(point, "shipped", at)
    journal.publish(
        PainAnswered(
            at=at,
            point_id=point.pk,
            product_id=point.product_id,
            release_id=release_id,
            change_id=change_id,
        )
    )


def ask_askers(*, at: datetime) -> int:
    """Ask those who asked, once they could have tried it; return how many pain points it was."""
    due = Point.objects.filter(
        standing="accepted", shipped_at__lte=at - ASK_AFTER, asked__isnull=True
    )
    ids = list(due.order_by("id").values_list("id", flat=True).distinct())
    return sum(_ask(point_id, at) for point_id in ids)


@transaction.atomic
def _ask(point_id: int, at: datetime) -> int:
    point = Point.objects.select_for_update(no_key=True).get(pk=point_id)
    if point.shipped_at is None or point.asked.exists():
        return 0
    shipped_at = point.shipped_at
    heard = voices_in_point(point_id).heard
    askers = sorted({one.member_id for one in heard if one.at <= shipped_at})
    if not askers:
        return 0
    Asked.objects.bulk_create(Asked(point=point, member_id=one, asked_at=at) for one in askers)
    journal.publish(
        AskersAsked(at=at, point_id=point_id, product_id=point.product_id, member_ids=tuple(askers))
    )
    return 1


@transaction.atomic
def say_whether_gone(*, member_id: int, point_id: int, answer: str, at: datetime) -> None:
    """One who asked says whether it is gone: one question, one tap, and it may be changed."""
    check_choice(answer, ANSWERS)
    row = Asked.objects.filter(point_id=point_id, member_id=member_id).first()
    if row is None:
        raise NotAllowed(
            gettext_noop("Nothing was saved: only those who asked for it are asked this.")
        )
    row.answer, row.answered_at = answer, at
    row.save()
    journal.mark_changed(shown_of_product(row.point.product_id))
