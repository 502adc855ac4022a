"""Conversations: the newest of many at once, and who spoke in them."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import connection
from django.db.models import Q

from canyu.remarks.models import Remark
from canyu.remarks.queries import RemarkView, view_of
from canyu.remarks.rules import Subject


@dataclass(frozen=True)
class Thread:
    """A remark with its replies, and what it is on."""

    subject: Subject
    remark: RemarkView
    at: datetime
    """When somebody last said something in it who does not answer for the subject."""


def newest_threads(since: Mapping[Subject, datetime], *, limit: int) -> list[Thread]:
    """Conversations on these subjects in which somebody spoke since then; two queries.

    The one with the newest word of others first: answers of those whose subject it is move
    nothing. `limit` in all, and no more is read, however many spoke.
    """
    if not since:
        return []
    table = connection.ops.quote_name(Remark._meta.db_table)  # noqa: SLF001 - Django's own way
    # One by one: each walks the newest end of the index and stops there.
    newest = (
        f"SELECT * FROM (SELECT id, COALESCE(parent_id, id) AS top FROM {table} WHERE "  # noqa: S608 - our names
        "subject_kind = %s AND subject_id = %s AND role = 'remark' AND removed_at IS NULL AND "
        f"hidden_at IS NULL AND NOT is_answer AND written_at >= %s ORDER BY id DESC "
        f"LIMIT {int(limit)}) AS newest"
    )
    moment = connection.ops.adapt_datetimefield_value
    with connection.cursor() as cursor:
        cursor.execute(
            " UNION ALL ".join([newest] * len(since)) + " ORDER BY 1 DESC",
            [value for one, at in since.items() for value in (one.kind, one.id, moment(at))],
        )
        rows = cursor.fetchall()
    tops = list(dict.fromkeys(top for _, top in rows))[:limit]
    return _threads(tops, {top: remark_id for remark_id, top in reversed(rows)})


def _threads(tops: Sequence[int], newest: Mapping[int, int]) -> list[Thread]:
    by_id = {row.pk: row for row in Remark.objects.filter(Q(pk__in=tops) | Q(parent_id__in=tops))}
    replies: dict[int, list[RemarkView]] = {}
    for pk in sorted(by_id):
        row = by_id[pk]
        if row.parent_id is not None and row.removed_at is None:
            replies.setdefault(row.parent_id, []).append(view_of(row, (), False))  # noqa: FBT003 - our own
    return [
        Thread(
            Subject(by_id[top].subject_kind, by_id[top].subject_id),
            view_of(by_id[top], tuple(replies.get(top, ())), False),  # noqa: FBT003 - our own
            by_id[newest[top]].written_at,
        )
        for top in tops
        if top in by_id
    ]


def speakers_on(kind: str, ids: Collection[int], *, until: datetime) -> dict[int, set[int]]:
    """{subject: who said something about it until then that stands}, answers apart; one query."""
    rows = Remark.objects.filter(
        subject_kind=kind,
        subject_id__in=ids,
        role="remark",
        is_answer=False,
        written_at__lte=until,
        removed_at__isnull=True,
        hidden_at__isnull=True,
    ).order_by()
    found: dict[int, set[int]] = {}
    for subject_id, author_id in rows.values_list("subject_id", "author_id").distinct():
        found.setdefault(subject_id, set()).add(author_id)
    return found
