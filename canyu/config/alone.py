"""One at a time: what no two programs on one store may do at once."""

import fcntl
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from django.db import connections


@contextmanager
def alone(home: Path, what: str, *, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait until no other program does `what` on this store; the lock goes with the process.

    `on_wait` is called once where somebody else is at it. A PostgreSQL is asked for the lock, since
    the other program may run on another machine; else it is a file in `home`.
    """
    if connections["default"].vendor == "postgresql":
        with _alone_in_postgres(what, on_wait):
            yield
        return
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{what}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield


@contextmanager
def _alone_in_postgres(what: str, on_wait: Callable[[], None]) -> Iterator[None]:
    # A session of its own holds the lock: the usual one may be closed and opened in between.
    holder = connections.create_connection("default")
    key = zlib.crc32(f"canyu {what}".encode())
    try:
        with holder.cursor() as cursor:
            cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
            (is_ours,) = cursor.fetchone()
            if not is_ours:
                on_wait()
                cursor.execute("SELECT pg_advisory_lock(%s)", [key])
        yield
    finally:
        holder.close()
