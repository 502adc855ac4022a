"""Writing notices, and marking them read."""

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import transaction

from canyu.channels.models import Notice


@transaction.atomic
def write_notices(
    *,
    member_ids: Sequence[int],
    product_id: int,
    kind: str,
    key: str,
    facts: dict[str, Any],
    at: datetime,
) -> None:
    """Tell these members one thing; whoever was told it before is not told again."""
    Notice.objects.bulk_create(
        (
            Notice(
                member_id=member_id, product_id=product_id, kind=kind, key=key, facts=facts, at=at
            )
            for member_id in dict.fromkeys(member_ids)
        ),
        ignore_conflicts=True,
        batch_size=1000,
    )


@transaction.atomic
def read_notices(*, member_id: int, at: datetime) -> int:
    """Mark all of a member's notices read; return how many were not."""
    return Notice.objects.filter(member_id=member_id, read_at__isnull=True).update(read_at=at)
