"""Rows that services of this room begin with, and what each act needs."""

from datetime import datetime
from typing import Any

from canyu.journal import services as journal
from canyu.journal.errors import NotAllowed, NotFound, gettext_noop
from canyu.painpoints.errors import PainPointRefused
from canyu.painpoints.events import PainDecided, PainMoved
from canyu.painpoints.models import Decision, Point
from canyu.painpoints.services.grouping import held_grouping
from canyu.products import queries as products


def team_point(point_id: int, actor_id: int) -> Point:
    """Return a pain point that somebody of the team changes, held until the transaction ends."""
    point = Point.objects.select_for_update(no_key=True).filter(pk=point_id).first()
    if point is None:
        raise NotFound(gettext_noop("There is no such pain point."))
    if not products.is_team(point.product_id, actor_id):
        raise NotAllowed(
            gettext_noop("Nothing was changed: only the team of this product works on pain points.")
        )
    if point.standing == "joined":
        raise PainPointRefused(
            gettext_noop("Nothing was changed: this pain point was joined to another one."),
            status=409,
        )
    return point


def write_decision(
    point: Point, *, verb: str, facts: dict[str, Any], actor_id: int, at: datetime, reason: str = ""
) -> None:
    """Keep a decision, which the clusters hear with the worker's next round."""
    grouping = held_grouping(point.product_id)
    grouping.step += 1
    grouping.save(update_fields=["step"])
    Decision.objects.create(
        product_id=point.product_id,
        point=point,
        step=grouping.step,
        verb=verb,
        facts=facts,
        reason=reason,
        actor_id=actor_id,
        at=at,
    )
    journal.publish(
        PainDecided(
            at=at, point_id=point.pk, product_id=point.product_id, actor_id=actor_id, verb=verb
        )
    )


def move(point: Point, state: str, at: datetime) -> None:
    """Bring a pain point into a state; the caller saves it."""
    if point.state == state:
        return
    point.state, point.state_at = state, at
    journal.publish(PainMoved(at=at, point_id=point.pk, product_id=point.product_id, state=state))


def take_notice(point: Point, at: datetime) -> None:
    """Whoever does something about a pain point has taken notice of what was told."""
    if point.told_at is not None:
        point.noticed_at = at
