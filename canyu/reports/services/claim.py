"""One node at a time counts the reports of a release; its claim ends with it, however it ends."""

import fcntl
import zlib
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from django.db import DatabaseError, connection

FILE = "tally.lock"


@contextmanager
def claim_tally(release_id: int, *, waits: bool) -> Iterator[bool]:
    """Tell whether the tally of a release is ours to make; where it `waits`, it will be.

    Nobody who hands in a report waits for a claim. It does not make the tally one of a kind, which
    the table does: it spares a second node the work of a first.
    """
    if connection.vendor == "postgresql":
        with _by_postgres(release_id, waits=waits) as is_ours:
            yield is_ours
        return
    path = Path(str(connection.settings_dict["NAME"]))
    if connection.in_atomic_block or not path.is_file():
        # Nobody else can write meanwhile, or it is in memory, where nobody else is.
        yield True
        return
    with _by_file(path.with_name(FILE), waits=waits) as is_ours:
        yield is_ours


@contextmanager
def _by_postgres(release_id: int, *, waits: bool) -> Iterator[bool]:
    what = f"canyu tally {release_id}".encode()
    key = (zlib.crc32(what) << 31) ^ zlib.crc32(what[::-1])
    if connection.in_atomic_block:
        # It ends with the caller's transaction, also where that has failed by then.
        yield _ask("xact_lock", key, waits=waits)
        return
    is_ours = _ask("lock", key, waits=waits)
    try:
        yield is_ours
    finally:
        if is_ours:
            # A session that has gone has taken its claim along.
            with suppress(DatabaseError), connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def _ask(kind: str, key: int, *, waits: bool) -> bool:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT pg_{'' if waits else 'try_'}advisory_{kind}(%s)", [key])
        (said,) = cursor.fetchone()
    return waits or bool(said)


@contextmanager
def _by_file(path: Path, *, waits: bool) -> Iterator[bool]:
    with path.open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | (0 if waits else fcntl.LOCK_NB))
        except BlockingIOError:
            yield False
            return
        yield True
