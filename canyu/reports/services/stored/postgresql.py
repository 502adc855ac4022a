"""The statements in PostgreSQL's words: all rows as one JSON value, which it takes apart itself.

Measured against arrays (`unnest`), COPY and a list of values: as quick on the server as the
first two, and half of their work on our side.
"""

from collections.abc import Iterable, Sequence
from typing import Any

from django.db import connection
from django.db.backends.utils import CursorDebugWrapper, CursorWrapper
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

TYPES = {
    "bucket": "smallint",
    "release_id": "bigint",
    "member_id": "bigint",
    "revision": "integer",
    "is_team": "boolean",
    "screen": "smallint",
    "shown": "jsonb",
    "untried": "jsonb",
    "best_id": "bigint",
    "worst_id": "bigint",
    "wanted_item_id": "bigint",
    "has_wanted_words": "boolean",
    "edited": "bigint",
    "n": "bigint",
    "filled_at": "timestamptz",
    "changed_at": "timestamptz",
}
"""What is no text."""

ROWS = "jsonb_array_elements(%s::jsonb) AS one"


def _apart(columns: Sequence[str]) -> str:
    parts = (
        f"(one ->> {place})::{TYPES[column]}" if column in TYPES else f"one ->> {place}"
        for place, column in enumerate(columns)
    )
    return f"SELECT {', '.join(parts)} FROM {ROWS}"  # noqa: S608 - names of ours


INSERT = f"{INTO_REPORTS} {_apart(COLUMNS)} {UNLESS_THERE} RETURNING {names(KEY)}"
UPDATE = f"{INTO_REPORTS} {_apart(COLUMNS)} {OR_CHANGE}"
ADD = f"{INTO_COUNTS} {_apart(COUNT_COLUMNS)} {OR_ADD}"
# Django knows no lock that other takers share.
LOOK = (
    f'SELECT {WINDOW_COLUMNS} FROM "{WINDOWS}" '  # noqa: S608 - names of ours
    'WHERE "release_id" = ANY(%s) ORDER BY "release_id" FOR SHARE'
)
# Each key by itself: a join that is planned while the table is new reads all of it, each time.
LOCK = (
    f"SELECT there.* FROM ({_apart(KEY)}) AS asked ({names(KEY)}) "  # noqa: S608 - names of ours
    f'CROSS JOIN LATERAL (SELECT {names(COLUMNS)} FROM "{REPORTS}" AS r WHERE '
    + " AND ".join(f'r."{column}" = asked."{column}"' for column in KEY)
    + " FOR NO KEY UPDATE) AS there"
)


def insert(rows: Sequence[StoredReport]) -> Iterable[Key]:
    """See `Store`."""
    with _prepared() as cursor:
        cursor.execute(INSERT, [_json(rows)])
        if cursor.rowcount == len(rows):
            return []
        inserted = set(cursor.fetchall())
    return [row[:3] for row in rows if row[:3] not in inserted]


def update(rows: Sequence[StoredReport]) -> None:
    """See `Store`."""
    with _prepared() as cursor:
        cursor.execute(UPDATE, [_json(rows)])


def lock(keys: Sequence[Key]) -> Sequence[Sequence[Any]]:
    """See `Store`."""
    # Planned anew each time: a plan of the first minute would read all of what is a table by now.
    with connection.cursor() as cursor:
        cursor.execute(LOCK, [_json(keys)])
        return list(cursor.fetchall())


def windows(release_ids: Sequence[int]) -> Sequence[Sequence[Any]]:
    """See `Store`."""
    with _prepared() as cursor:
        cursor.execute(LOOK, [list(release_ids)])
        return list(cursor.fetchall())


def add(counts: Sequence[tuple[int, str, str, int]]) -> None:
    """See `Store`."""
    with _prepared() as cursor:
        cursor.execute(ADD, [_json(counts)])


def _prepared() -> CursorWrapper:
    """A cursor whose statements the server takes apart and plans once in a connection."""
    from psycopg import Cursor  # noqa: PLC0415 - only who uses it pays for it

    connection.ensure_connection()
    cursor = Cursor(connection.connection)
    wrapper = CursorDebugWrapper if connection.queries_logged else CursorWrapper
    return wrapper(cursor, connection)


def _json(value: Any) -> str:  # noqa: ANN401 - whatever JSON can hold
    return encode(value).decode()
