"""The few statements that a rush is made of. Each store has words of its own for them.

No model stands between: a model made and asked for each row costs more than its writing does.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Protocol, cast

from django.db import connection

from canyu.reports.services.stored import postgresql, sqlite
from canyu.reports.services.stored.rows import (
    Key,
    StoredReport,
    TakingWindow,
    ids_of,
    report_of,
    window_of,
)

__all__ = [
    "Key",
    "StoredReport",
    "TakingWindow",
    "add_counts",
    "ids_of",
    "insert_reports",
    "lock_reports",
    "lock_windows",
    "update_reports",
]


class Store(Protocol):
    """What each of the two can do."""

    def insert(self, rows: Sequence[StoredReport]) -> Iterable[Key]:
        """Insert rows; return the keys of those that were there. These stay as they are."""

    def update(self, rows: Sequence[StoredReport]) -> None:
        """Write rows that are there."""

    def lock(self, keys: Sequence[Key]) -> Sequence[Sequence[Any]]:
        """Rows among these keys, in their order, which nobody else changes until we end."""

    def windows(self, release_ids: Sequence[int]) -> Sequence[Sequence[Any]]:
        """Windows that no close changes until we end."""

    def add(self, counts: Sequence[tuple[int, str, str, int]]) -> None:
        """Add to counts; those that are not there begin at nothing."""


def lock_windows(release_ids: Iterable[int]) -> dict[int, TakingWindow]:
    """Read windows under a lock that takers share and that a close waits for."""
    return {row.release_id: row for row in map(window_of, _store().windows(sorted(release_ids)))}


def insert_reports(rows: Sequence[StoredReport]) -> list[Key]:
    """Insert reports, sorted by their keys; return the keys of those that were there before.

    What was there stays as it is. Who inserts the same at the same moment is waited for.
    """
    return list(_store().insert(rows)) if rows else []


def lock_reports(keys: Sequence[Key]) -> dict[Key, StoredReport]:
    """Read the reports among `keys`, sorted, each under a lock."""
    return {row[:3]: row for row in map(report_of, _store().lock(keys))}


def update_reports(rows: Sequence[StoredReport]) -> None:
    """Write rows that are there, by their keys."""
    if rows:
        _store().update(rows)


def add_counts(added: Mapping[tuple[int, str, str], int]) -> None:
    """Add to the counts, in one order everywhere, so that two nodes never wait for one another."""
    counts = [(*key, n) for key, n in sorted(added.items()) if n]
    if counts:
        _store().add(counts)


def _store() -> Store:
    return cast("Store", postgresql if connection.vendor == "postgresql" else sqlite)
