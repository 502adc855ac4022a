"""Reading notices."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from canyu.channels.models import Notice


@dataclass(frozen=True)
class NoticeView:
    """One notice; `facts` holds ids that its kind speaks of."""

    id: int
    product_id: int
    kind: str
    facts: Mapping[str, Any]
    at: datetime
    is_read: bool


def notices_for(
    member_id: int, *, limit: int = 50, product_id: int | None = None
) -> list[NoticeView]:
    """A member's notices, newest first: of all products, or of one."""
    told = Notice.objects.filter(member_id=member_id)
    if product_id is not None:
        told = told.filter(product_id=product_id)
    rows = told.order_by("-at", "-id")[:limit]
    return [
        NoticeView(row.pk, row.product_id, row.kind, row.facts, row.at, row.read_at is not None)
        for row in rows
    ]


def unread_among(notice_ids: Collection[int]) -> list[NoticeView]:
    """Those of these notices that still stand and were not seen, newest first."""
    rows = Notice.objects.filter(pk__in=notice_ids, read_at=None).order_by("-at", "-id")
    return [
        NoticeView(row.pk, row.product_id, row.kind, row.facts, row.at, is_read=False)
        for row in rows
    ]


def n_unread_notices(member_id: int) -> int:
    """How many notices a member has not seen; written out, since every page asks it."""
    sql = "SELECT COUNT(*) FROM channels_notice WHERE member_id = %s AND read_at IS NULL"
    with connection.cursor() as cursor:
        cursor.execute(sql, [member_id])
        return int(cursor.fetchone()[0])


def notices_for_export(member_id: int) -> list[dict[str, Any]]:
    """Everything that one person was told, for their own export."""
    rows = Notice.objects.filter(member_id=member_id).order_by("id")
    return [
        {
            "kind": row.kind,
            "about": row.facts,
            "at": row.at.isoformat(),
            "read_at": row.read_at.isoformat() if row.read_at else None,
        }
        for row in rows
    ]
