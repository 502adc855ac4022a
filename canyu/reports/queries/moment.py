"""Reading everything as of one moment."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress

from django.db import DatabaseError, connection


@contextmanager
def one_moment() -> Iterator[None]:
    """Let every statement inside see one moment, by a transaction that locks nothing.

    Inside a transaction of the caller it is that one's moment.
    """
    if connection.in_atomic_block:
        yield
        return
    # Django's own would take the lock of all writers on SQLite, and would see each statement's own
    # moment on PostgreSQL.
    is_postgres = connection.vendor == "postgresql"
    _say("BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY" if is_postgres else "BEGIN DEFERRED")
    try:
        yield
    except BaseException:
        # What went wrong inside is told, not that the way back was gone with it.
        with suppress(DatabaseError):
            _say("ROLLBACK")
        raise
    _say("ROLLBACK")


def _say(statement: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(statement)
