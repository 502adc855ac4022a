"""What many tests begin with: made by the services once, then written as the same rows."""

import hashlib
from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Generic, TypeVar

from django.db import connections

T = TypeVar("T")
# By table: its columns, and its rows.
Rows = dict[str, tuple[list[str], list[tuple[Any, ...]]]]


class Kept(Generic[T]):
    """What `make` writes into an empty store, and what it returns.

    Where anything was written before, or outside a transaction, it is made anew.
    """

    def __init__(self, make: Callable[[], T]) -> None:
        self._make = make
        self.made: T | None = None
        self.rows: Rows = {}

    def again(self) -> T:
        """The same, in the transaction of this test."""
        if not connections["default"].in_atomic_block:
            return self._make()
        if self.made is not None and not is_any_written(self.rows):
            write(self.rows)
            return self.made
        before = all_rows()
        made = self._make()
        if "members_member" not in before:
            after = all_rows()
            self.rows = {table: told for table, told in after.items() if told != before.get(table)}
            # Only what is new can be written again.
            if not self.rows.keys() & before.keys():
                self.made = made
        return made


def is_any_written(tables: Iterable[str]) -> bool:
    """Whether any of these tables holds anything."""
    asked = " OR ".join(
        f"EXISTS (SELECT 1 FROM {_quoted(table)})"  # noqa: S608 - our own tables
        for table in tables
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        return bool(cursor.fetchone()[0])


def write(tables: Rows, *, is_over: bool = False) -> None:
    """Write these rows; where `is_over`, in the place of what the tables hold."""
    with connections["default"].cursor() as cursor:
        for table, (columns, rows) in tables.items():
            if is_over:
                cursor.execute(f"DELETE FROM {_quoted(table)}")  # noqa: S608 - our own tables
            if not rows:
                continue
            one = f"({', '.join(['%s'] * len(columns))})"
            cursor.execute(
                f"INSERT INTO {_quoted(table)} ({', '.join(map(_quoted, columns))}) "  # noqa: S608 - our own tables
                f"VALUES {', '.join([one] * len(rows))}",
                [value for row in rows for value in row],
            )


def _quoted(name: str) -> str:
    return connections["default"].ops.quote_name(name)


@cache
def _tables() -> tuple[str, ...]:
    return tuple(connections["default"].introspection.django_table_names(only_existing=True))


def all_rows() -> Rows:
    """What stands in all tables; those that hold nothing are left out."""
    found = {}
    asked = ", ".join(
        f"EXISTS (SELECT 1 FROM {_quoted(table)})"  # noqa: S608 - our own tables
        for table in _tables()
    )
    with connections["default"].cursor() as cursor:
        cursor.execute(f"SELECT {asked}")
        held = cursor.fetchone()
        for table, is_held in zip(_tables(), held, strict=True):
            if is_held:
                cursor.execute(f"SELECT * FROM {_quoted(table)}")  # noqa: S608 - our own tables
                found[table] = ([one[0] for one in cursor.description], cursor.fetchall())
    return found


def digest(tables: Rows) -> str:
    """A name for a state; what is drawn for members who have no password is no part of it."""
    said = hashlib.sha256()
    for table, (columns, rows) in sorted(tables.items()):
        kept = [at for at, column in enumerate(columns) if column != "password"]
        said.update(repr((table, sorted(repr([row[at] for at in kept]) for row in rows))).encode())
    return said.hexdigest()
