"""When the team of a product may be expected to answer."""

from collections.abc import Collection
from datetime import datetime, time

from django.db import transaction

from canyu.journal.services import publish
from canyu.products.events import HoursSet
from canyu.products.models import WorkHours
from canyu.products.rules import check_hours
from canyu.products.services.rows import product_for_owner


@transaction.atomic
def set_hours(
    *,
    actor_id: int,
    product_id: int,
    weekdays: Collection[int],
    opens_at: time,
    closes_at: time,
    at: datetime,
) -> None:
    """Say on which days, Monday is 0, and between which hours the team answers. Owners only.

    The zone is that of the product's train. Raises `NotFound`, `NotAllowed`, `HoursRefused`.
    """
    days = check_hours(weekdays, opens_at, closes_at)
    product_for_owner(product_id, actor_id)
    WorkHours.objects.update_or_create(
        product_id=product_id,
        defaults={"weekdays": days, "opens_at": opens_at, "closes_at": closes_at},
    )
    publish(HoursSet(at=at, product_id=product_id, actor_id=actor_id))
