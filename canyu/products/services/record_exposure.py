"""How many people have the product, as it tells."""

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.products.errors import ExposureRefused
from canyu.products.events import ExposureTold
from canyu.products.exposure_table import MAX_ROWS, ExposureRow, check_rows
from canyu.products.models import Exposure
from canyu.products.queries import rings_of
from canyu.products.services.rows import check_team, product_for_update


def record_exposure(
    *, actor_id: int, product_id: int, rows: Sequence[ExposureRow], at: datetime
) -> int:
    """Record all rows or none; what was told before is replaced. Return how many. Team only.

    Raises `NotFound`, `NotAllowed`, and `ExposureRefused`, which names the lines.
    """
    if len(rows) > MAX_ROWS:
        raise ExposureRefused(
            _("Nothing was recorded: there are more than %(most)d lines. Send it in parts."),
            status=413,
            most=MAX_ROWS,
        )
    with transaction.atomic():
        product_for_update(product_id)
        check_team(product_id, actor_id)
        checked = check_rows(rows, ring_keys={ring.key for ring in rings_of(product_id)})
        Exposure.objects.bulk_create(
            [_told(product_id, row, at) for row in checked],
            batch_size=500,
            update_conflicts=True,
            unique_fields=["product", "version", "week", "ring_key", "device"],
            update_fields=["n_people", "told_at"],
        )
        publish(ExposureTold(at=at, product_id=product_id, actor_id=actor_id, n_rows=len(checked)))
    return len(checked)


def _told(product_id: int, row: ExposureRow, at: datetime) -> Exposure:
    return Exposure(
        product_id=product_id,
        version=row.version,
        week=row.week,
        ring_key=row.ring_key,
        device=row.device,
        n_people=row.n_people,
        told_at=at,
    )
