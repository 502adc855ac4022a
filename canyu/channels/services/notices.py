"""Writing notices, and marking them read."""

import json
from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import connection, transaction

from canyu.channels.models import Notice
from canyu.channels.services.pushes import note_pushes

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
    own: Mapping[int, Mapping[str, Any]] | None = None,
) -> None:
    """Tell these members one thing; whoever was told it before is not told again.

    `own` are facts that are different for each of them.
    """
    moment = connection.ops.adapt_datetimefield_value(at)
    shared, own = json.dumps(facts), own or {}
    rows = [
        (
            one,
            product_id,
            kind,
            key,
            json.dumps({**facts, **own[one]}) if one in own else shared,
            moment,
        )
        for one in dict.fromkeys(member_ids)
    ]
    with connection.cursor() as cursor:
        # Without a model between: a report may invite hundreds of thousands.
        cursor.executemany(INSERT, rows)
    note_pushes(member_ids=[row[0] for row in rows], kind=kind, key=key, at=at)


@transaction.atomic
def read_notices(*, member_id: int, at: datetime) -> int:
    """Mark all of a member's notices read; return how many were not."""
    return Notice.objects.filter(member_id=member_id, read_at__isnull=True).update(read_at=at)
