"""The statements in SQLite's words: rows one by one, in one call; all else as one JSON value."""

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from functools import lru_cache
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

SHOWN, FILLED_AT = COLUMNS.index("shown"), COLUMNS.index("filled_at")
VALUES = f"VALUES ({', '.join(['%s'] * len(COLUMNS))})"


def _rows(columns: Sequence[str]) -> str:
    values = ", ".join(f"json_extract(value, '$[{place}]')" for place in range(len(columns)))
    # Without a condition the conflict would be read as one of a join.
    return f"SELECT {values} FROM json_each(%s) WHERE true"  # noqa: S608 - places of ours


INSERT = f"{INTO_REPORTS} {VALUES} {UNLESS_THERE}"
UPDATE = f"{INTO_REPORTS} {VALUES} {OR_CHANGE}"
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
        cursor.executemany(INSERT, list(map(_values, rows)))
        if cursor.rowcount == len(rows):
            return []
        # Rows get rising numbers, and nobody else writes until we end.
        cursor.execute(OLDER, [_json([row[:3] for row in rows]), last])
        return list(cursor.fetchall())


def update(rows: Sequence[StoredReport]) -> None:
    """See `Store`."""
    with connection.cursor() as cursor:
        cursor.executemany(UPDATE, list(map(_values, rows)))


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


def _values(row: StoredReport) -> tuple[Any, ...]:
    return (
        *row[:SHOWN],
        _ids(row.shown),
        _ids(row.untried),
        *row[SHOWN + 2 : FILLED_AT],
        _moment(row.filled_at),
        _moment(row.changed_at),
    )


@lru_cache(maxsize=4096)
def _ids(ids: tuple[int, ...]) -> str:
    return _json(ids)


@lru_cache(maxsize=4096)
def _moment(moment: datetime) -> str:
    # In UTC, as Django writes it to SQLite. All of a group have the same.
    return str(moment.astimezone(UTC).replace(tzinfo=None))
