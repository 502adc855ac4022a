"""Rows as they lie in the tables, and the names that both stores give their columns."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
from typing import Any, NamedTuple

from msgspec.json import decode

Key = tuple[int, int, int]


class StoredReport(NamedTuple):
    """A row of the reports; the fields are its columns."""

    bucket: int
    release_id: int
    member_id: int
    revision: int
    ring_key: str
    is_team: bool
    screen: int
    shown: tuple[int, ...]
    untried: tuple[int, ...]
    mood: str
    best_id: int | None
    worst_id: int | None
    wanted_item_id: int | None
    has_wanted_words: bool
    device: str
    version: str
    edited: int
    filled_at: datetime
    changed_at: datetime


class TakingWindow(NamedTuple):
    """What taking a report asks of its window."""

    release_id: int
    was_opened: bool
    was_closed: bool
    plan_item_ids: tuple[int, ...]


REPORTS, COUNTS, WINDOWS = "reports_report", "reports_count", "reports_window"
COLUMNS = StoredReport._fields
KEY = COLUMNS[:3]
COUNT_COLUMNS = ("release_id", "kind", "key", "n")
COUNT_KEY = COUNT_COLUMNS[:3]


def names(columns: Iterable[str], *, of: str = "") -> str:
    """Columns for a statement, as those of a table where `of` is given."""
    return ", ".join(f'{of}."{one}"' if of else f'"{one}"' for one in columns)


INTO_REPORTS = f'INSERT INTO "{REPORTS}" ({names(COLUMNS)})'
INTO_COUNTS = f'INSERT INTO "{COUNTS}" ({names(COUNT_COLUMNS)})'
UNLESS_THERE = f"ON CONFLICT ({names(KEY)}) DO NOTHING"
OR_CHANGE = f"ON CONFLICT ({names(KEY)}) DO UPDATE SET " + ", ".join(
    f'"{one}" = excluded."{one}"' for one in COLUMNS if one not in KEY
)
OR_ADD = f'ON CONFLICT ({names(COUNT_KEY)}) DO UPDATE SET "n" = "{COUNTS}"."n" + excluded."n"'
WINDOW_COLUMNS = '"release_id", "opened_at" IS NOT NULL, "closed_at" IS NOT NULL, "plan_item_ids"'


def report_of(row: Sequence[Any]) -> StoredReport:
    """A row as the store gave it."""
    one = StoredReport(*row)
    return one._replace(
        shown=ids_of(row[7]),
        untried=ids_of(row[8]),
        filled_at=_aware(one.filled_at),
        changed_at=_aware(one.changed_at),
    )


def window_of(row: Sequence[Any]) -> TakingWindow:
    """A row as the store gave it."""
    release_id, was_opened, was_closed, plan_item_ids = row
    return TakingWindow(release_id, bool(was_opened), bool(was_closed), ids_of(plan_item_ids))


@lru_cache(maxsize=4096)
def ids_of(text: str) -> tuple[int, ...]:
    """Ids that are stored as JSON; few lists of them are seen very often."""
    return decode(text, type=tuple[int, ...])


def _aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment
