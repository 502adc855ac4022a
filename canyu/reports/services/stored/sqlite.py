"""The statements in SQLite's words: all rows as one JSON value, which it takes apart itself.

Alone in a process one statement run for each row is as quick. Beside the loop of a door it is not:
each run gives the interpreter's lock away and waits to have it back.
"""

from collections.abc import Iterable, Sequence
from datetime import UTC
from typing import Any

from django.db import connection
from msgspec.json import encode

from canyu.reports.services.stored.rows import (
    COLUMNS,
    COUNT_COLUMNS,
    INTO_COUNTS,
    INTO_REPORTS,
    KEY,
    OR_ADD,
    OR_CHANGE,
    REPORTS,
    UNLESS_THERE,
    WINDOW_COLUMNS,
    WINDOWS,
    Key,
    StoredReport,
    names,
)

MOMENTS = ("filled_at", "changed_at")


def _value(place: int, column: str) -> str:
    value = f"json_extract(value, '$[{place}]')"
    # A moment in UTC, as Django writes it to SQLite.
    return f"replace(rtrim({value}, 'Z'), 'T', ' ')" if column in MOMENTS else value


def _rows(columns: Sequence[str]) -> str:
    values = ", ".join(_value(place, column) for place, column in enumerate(columns))
    # Without a condition the conflict would be read as one of a join.
    return f"SELECT {values} FROM json_each(%s) WHERE true"  # noqa: S608 - places of ours


INSERT = f"{INTO_REPORTS} {_rows(COLUMNS)} {UNLESS_THERE}"
UPDATE = f"{INTO_REPORTS} {_rows(COLUMNS)} {OR_CHANGE}"
ADD = f"{INTO_COUNTS} {_rows(COUNT_COLUMNS)} {OR_ADD}"
LAST = f'SELECT max(rowid) FROM "{REPORTS}"'  # noqa: S608 - a name of ours
_AMONG = f'FROM json_each(%s) AS asked JOIN "{REPORTS}" AS r ON ' + " AND ".join(
    f"r.\"{one}\" = json_extract(asked.value, '$[{place}]')" for place, one in enumerate(KEY)
)
OLDER = f"SELECT {names(KEY, of='r')} {_AMONG} WHERE r.rowid <= %s ORDER BY asked.key"
LOCK = f"SELECT {names(COLUMNS, of='r')} {_AMONG} ORDER BY asked.key"
LOOK = (
    f'SELECT {WINDOW_COLUMNS} FROM "{WINDOWS}" '  # noqa: S608 - names of ours
    'WHERE "release_id" IN (SELECT value FROM json_each(%s))'
)


def insert(rows: Sequence[StoredReport]) -> Iterable[Key]:
    """See `Store`."""
    with connection.cursor() as cursor:
        cursor.execute(LAST)
        (last,) = cursor.fetchone()
        cursor.execute(INSERT, [_json(list(map(_in_utc, rows)))])
        if cursor.rowcount == len(rows):
            return []
        # Rows get rising numbers, and nobody else writes until we end.
        cursor.execute(OLDER, [_json([row[:3] for row in rows]), last])
        return list(cursor.fetchall())


def update(rows: Sequence[StoredReport]) -> None:
    """See `Store`."""
    with connection.cursor() as cursor:
        cursor.execute(UPDATE, [_json(list(map(_in_utc, rows)))])


def lock(keys: Sequence[Key]) -> Sequence[Sequence[Any]]:
    """See `Store`; who writes has locked everything."""
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [_json(keys)])
        return list(cursor.fetchall())


def windows(release_ids: Sequence[int]) -> Sequence[Sequence[Any]]:
    """See `Store`; who writes has locked everything."""
    with connection.cursor() as cursor:
        cursor.execute(LOOK, [_json(release_ids)])
        return list(cursor.fetchall())


def add(counts: Sequence[tuple[int, str, str, int]]) -> None:
    """See `Store`."""
    with connection.cursor() as cursor:
        cursor.execute(ADD, [_json(counts)])


def _json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    return encode(value).decode()


def _in_utc(row: StoredReport) -> StoredReport:
    if row.filled_at.tzinfo is UTC and row.changed_at.tzinfo is UTC:
        return row
    return row._replace(
        filled_at=row.filled_at.astimezone(UTC), changed_at=row.changed_at.astimezone(UTC)
    )
