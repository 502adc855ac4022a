"""Proving that the counts are those of the rows."""

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from django.db import connection, transaction
from django.db.models import TextField
from django.db.models.functions import Cast

from canyu.reports.models import Count, Report, Window
from canyu.reports.services.stored import add_counts, ids_of
from canyu.reports.submissions import CountKey, count_keys, hour_of

AT_ONCE = 5_000
# The lists as text: few are seen very often, and each is taken apart once.
ASKED = (
    "ring_key",
    "is_team",
    Cast("shown", TextField()),
    Cast("untried", TextField()),
    "best_id",
    "worst_id",
    "mood",
    "wanted_item_id",
    "filled_at",
)


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
    rows = Report.objects.filter(release_id=release_id).values_list(*ASKED)
    for row in rows.iterator(chunk_size=AT_ONCE):
        ring_key, is_team, shown, untried, best, worst, mood, wanted_item, filled_at = row
        counts.update(
            count_keys(
                ring_key=ring_key,
                is_team=is_team,
                shown=ids_of(shown),
                untried=ids_of(untried),
                best=best,
                worst=worst,
                mood=mood,
                wanted_item=wanted_item,
                hour=hour_of(filled_at),
            )
        )
    return counts
