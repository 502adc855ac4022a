"""Following a pain point: who looks after it, what was dug out, what answers it."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.journal.events import shown_of_product
from canyu.painpoints.errors import PainPointRefused
from canyu.painpoints.models import Cap, DigNote, Evidence, Point
from canyu.painpoints.queries.meeting import cap_of
from canyu.painpoints.rules import (
    KINDS_OF_NOTE,
    SIZES,
    STATES_BY_HAND,
    check_cap,
    check_choice,
    check_number,
    check_words,
)
from canyu.painpoints.services.rows import move, take_notice, team_point
from canyu.painpoints.services.ship import answer_with_change
from canyu.plan import queries as plan
from canyu.plan import services as plan_services
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases import queries as releases


@transaction.atomic
def notice_point(*, actor_id: int, point_id: int, at: datetime) -> None:
    """Say that what was told of it has been seen."""
    point = team_point(point_id, actor_id)
    take_notice(point, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))


@transaction.atomic
def note_dig(*, actor_id: int, point_id: int, kind: str, words: str, at: datetime) -> int:
    """Write down what was learned, whom somebody asked, or what was tried."""
    point = team_point(point_id, actor_id)
    note = DigNote.objects.create(
        point=point,
        author_id=actor_id,
        kind=check_choice(kind, KINDS_OF_NOTE),
        words=check_words(words),
        at=at,
    )
    if point.state == "noticed":
        move(point, "digging", at)
    take_notice(point, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))
    return note.pk


@transaction.atomic
def change_point(
    *, actor_id: int, point_id: int, keeper_id: int, size: str, state: str, at: datetime
) -> None:
    """Say who looks after it, how large it is, and how far it is."""
    point = team_point(point_id, actor_id)
    _check_accepted(point)
    if not products.is_team(point.product_id, keeper_id):
        raise PainPointRefused(
            gettext_noop("Nothing was changed: who looks after it must be in the team.")
        )
    point.keeper_id, point.size = keeper_id, check_choice(size, ("", *SIZES))
    # What follows from the plan or a release is not set by hand.
    if state != point.state:
        move(point, check_choice(state, STATES_BY_HAND), at)
    take_notice(point, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))


@transaction.atomic
def bind_point(
    *,
    actor_id: int,
    point_id: int,
    at: datetime,
    plan_item_id: int | None = None,
    change_id: int | None = None,
) -> None:
    """Say what answers it: an item of the plan, or a change that went out already."""
    point = team_point(point_id, actor_id)
    _check_accepted(point)
    if plan_item_id is not None:
        item = plan.plan_item_of(plan_item_id, today=at.date())
        if item.product_id != point.product_id:
            raise NotFound(gettext_noop("There is no such plan item."))
        point.plan_item_id = plan_item_id
        if point.state in {"noticed", "digging", "back"}:
            move(point, "planned", at)
    if change_id is not None:
        change = releases.change_of(change_id)
        if change.product_id != point.product_id:
            raise NotFound(gettext_noop("There is no such change."))
        release = releases.release_by_id(change.release_id)
        answer_with_change(point, change_id, release.id, release.published_at or at, at)
    take_notice(point, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))


@transaction.atomic
def plan_point(
    *,
    actor_id: int,
    point_id: int,
    state: str,
    at: datetime,
    title: Mapping[str, str] | None = None,
    due_version: str = "",
    reason: Mapping[str, str] | None = None,
) -> int:
    """Decide on it at the meeting: the plan says so, with its topics; return the plan item.

    Raises `PainPointRefused` where that would be more in work than the team lets itself have.
    """
    point = team_point(point_id, actor_id)
    _check_accepted(point)
    hold_product(point.product_id)
    today = at.date()
    items = {one.id: one for one in plan.plan_of(point.product_id, today=today)}
    known = items.get(point.plan_item_id or 0)
    if state == "doing" and (known is None or known.state != "doing"):
        n_at_work = sum(one.state == "doing" for one in items.values())
        check_cap(n_at_work, cap_of(point.product_id))
    # What went out once and came back is promised anew.
    again = known if known is not None and known.state != "shipped" else None
    item_id = plan_services.put_plan_item(
        actor_id=actor_id,
        product_id=point.product_id,
        item_id=again.id if again else None,
        title=title or (again.title if again else point.name),
        words=again.words if again else {},
        state=state,
        reason=reason or (again.reason if again else {}),
        keeper_id=point.keeper_id,
        due_version=due_version or (again.due_version if again else ""),
        due_on=again.due_on if again else None,
        topic_ids=_topic_ids(point),
        at=at,
    )
    point.plan_item_id = item_id
    if state in {"planned", "doing"}:
        move(point, "planned", at)
    take_notice(point, at)
    point.save()
    journal.mark_changed(shown_of_product(point.product_id))
    return item_id


@transaction.atomic
def set_cap(*, actor_id: int, product_id: int, most_at_once: int, at: datetime) -> None:
    """Say how much the team lets itself have in work at once."""
    if not products.is_team(product_id, actor_id):
        raise NotAllowed(gettext_noop("Nothing was changed: only the team decides on its work."))
    Cap.objects.update_or_create(
        product_id=product_id, defaults={"most_at_once": check_number(most_at_once)}
    )
    del at
    journal.mark_changed(shown_of_product(product_id))


def _topic_ids(point: Point) -> list[int]:
    rows = Evidence.objects.filter(point=point, wording__kind="topic")
    return sorted(rows.values_list("wording__subject_id", flat=True))


def _check_accepted(point: Point) -> None:
    if point.standing != "accepted":
        raise PainPointRefused(
            gettext_noop("Nothing was changed: accept it first, so that it is known what it is."),
            status=409,
        )
