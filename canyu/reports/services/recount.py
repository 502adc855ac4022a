"""Proving that the counts are those of the rows."""

from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice

from django.db import connection, transaction

from canyu.reports.models import Count, Report, Window
from canyu.reports.rules import ReportCells
from canyu.reports.services.stored import add_counts
from canyu.reports.submissions import CountKey, counts_of

AT_ONCE = 5_000


@dataclass(frozen=True)
class Miscount:
    """A count that does not say what the rows say."""

    release_id: int
    kind: str
    key: str
    counted: int
    in_rows: int


def recount_reports(*, release_id: int, repair: bool = False) -> list[Miscount]:
    """Count the rows of a release anew; return every count that differs, mended where `repair`.

    Counts and rows are read as of one moment. While it mends no report of this release is taken;
    while it only looks nobody waits for it.
    """
    with _mending(release_id) if repair else _looking():
        stored = Counter(
            {
                (row.kind, row.key): row.n
                for row in Count.objects.filter(release_id=release_id).iterator(chunk_size=AT_ONCE)
            }
        )
        found = _count_rows(release_id)
        differing = sorted(key for key in stored.keys() | found.keys() if stored[key] != found[key])
        if repair:
            add_counts({(release_id, *key): found[key] - stored[key] for key in differing})
    return [Miscount(release_id, *key, stored[key], found[key]) for key in differing]


@contextmanager
def _mending(release_id: int) -> Iterator[None]:
    with transaction.atomic():
        Window.objects.select_for_update(no_key=True).filter(pk=release_id).first()
        yield


@contextmanager
def _looking() -> Iterator[None]:
    """Read everything as of one moment, by a transaction that locks nothing."""
    if connection.in_atomic_block:
        yield
        return
    # Django's own would take the lock of all writers on SQLite, and would see each statement's own
    # moment on PostgreSQL.
    is_postgres = connection.vendor == "postgresql"
    with connection.cursor() as cursor:
        cursor.execute(
            "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres else "BEGIN DEFERRED"
        )
    try:
        yield
    finally:
        with connection.cursor() as cursor:
            cursor.execute("ROLLBACK")


def _count_rows(release_id: int) -> Counter[CountKey]:
    counts: Counter[CountKey] = Counter()
    for rows in _chunks(release_id):
        for row in rows:
            counts.update(
                counts_of(
                    ring_key=row.ring_key,
                    is_team=row.is_team,
                    shown=row.shown,
                    cells=ReportCells(
                        mood=row.mood,
                        best=row.best_id,
                        worst=row.worst_id,
                        untried=tuple(row.untried),
                        wanted_item=row.wanted_item_id,
                    ),
                    filled_at=row.filled_at,
                )
            )
    return counts


def _chunks(release_id: int) -> Iterator[Sequence[Report]]:
    rows = Report.objects.filter(release_id=release_id).iterator(chunk_size=AT_ONCE)
    while chunk := list(islice(rows, AT_ONCE)):
        yield chunk
