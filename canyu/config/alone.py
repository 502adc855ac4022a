"""One at a time: what no two programs on one folder may do at once."""

import fcntl
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def alone(home: Path, what: str, *, on_wait: Callable[[], None] = lambda: None) -> Iterator[None]:
    """Wait until no other program does `what` on this folder; the lock goes with the process.

    `on_wait` is called once where somebody else is at it.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / f"{what}.lock").open("w") as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            on_wait()
            fcntl.flock(file, fcntl.LOCK_EX)
        yield
