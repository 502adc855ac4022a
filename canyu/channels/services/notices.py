"""Writing notices, and marking them read."""

import json
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from canyu.channels.models import Notice

INSERT = """
    INSERT INTO channels_notice (member_id, product_id, kind, "key", facts, "at")
    VALUES (%s, %s, %s, %s, %s, %s) ON CONFLICT (member_id, "key") DO NOTHING
"""


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
    told = (
        product_id,
        kind,
        key,
        json.dumps(facts),
        connection.ops.adapt_datetimefield_value(at),
    )
    with connection.cursor() as cursor:
        # Without a model between: a report may invite hundreds of thousands.
        cursor.executemany(INSERT, [(one, *told) for one in dict.fromkeys(member_ids)])


@transaction.atomic
def read_notices(*, member_id: int, at: datetime) -> int:
    """Mark all of a member's notices read; return how many were not."""
    return Notice.objects.filter(member_id=member_id, read_at__isnull=True).update(read_at=at)
