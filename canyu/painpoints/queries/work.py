"""Pain points that somebody of a team has in their hands."""

from collections.abc import Collection

from django.db.models import Q

from canyu.painpoints.models import Point
from canyu.painpoints.queries.pains import PointView, view_of
from canyu.painpoints.rules import STATES_BY_HAND

STILL_HURT = (*STATES_BY_HAND, "back")


def points_in_hands(
    member_id: int, *, product_ids: Collection[int], area_ids: Collection[int], limit: int
) -> list[PointView]:
    """Accepted pain points that hurt still and that this member keeps, or of their areas.

    Those that rise most come first; one query.
    """
    own = Q(keeper_id=member_id) | Q(area_id__in=area_ids)
    rows = Point.objects.filter(
        own, product_id__in=product_ids, standing="accepted", state__in=STILL_HURT
    )
    views = [view_of(row) for row in rows.order_by("-n_voices", "id")[:limit]]
    return sorted(views, key=lambda one: (one.keeper_id != member_id, -one.rise, -one.n_voices))


def points_by_keeper(product_id: int, *, limit: int) -> dict[int | None, list[PointView]]:
    """{team member: the accepted pain points that hurt still and that they keep}; one query."""
    rows = Point.objects.filter(
        product_id=product_id, standing="accepted", state__in=STILL_HURT
    ).order_by("-n_voices", "id")
    found: dict[int | None, list[PointView]] = {}
    for row in rows[:limit]:
        found.setdefault(row.keeper_id, []).append(view_of(row))
    return found
