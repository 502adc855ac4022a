"""Writing the reports that a door took: here, or in a process of its own that only writes."""

import signal
import sys
from asyncio import AbstractEventLoop
from collections.abc import Callable, Sequence
from functools import partial
from time import monotonic
from typing import Any

from django.db import OperationalError, close_old_connections, connection, connections

from canyu.config.memory import settle
from canyu.config.setup import keep_connection
from canyu.intake.batch import write_group
from canyu.intake.committer import Committer
from canyu.intake.errors import StoreAway
from canyu.intake.outcomes import Group, Outcome, Refusal
from canyu.intake.stream import WriterStream
from canyu.intake.throttle import Throttle
from canyu.intake.writer import Writer, fork, write_what_comes
from canyu.journal import clock
from canyu.journal.errors import Refused
from canyu.reports.arrivals import read_arrival
from canyu.reports.services import take_reports
from canyu.reports.submissions import Submission
from canyu.reports.tokens import signing_key

TOO_MANY_REQUESTS = 429
COMMAND = (sys.executable, "-m", "canyu.config.writing_alone")
# Measured with 256 connections. PostgreSQL is asked nine times for a group, however small.
FEWEST = {"sqlite": 32, "postgresql": 128}
HandBack = Callable[[Sequence[tuple[Any, Outcome]]], None]
OnGroup = Callable[[Group], None]


# A person changes their mind now and then.
def by_member() -> Throttle:
    """A limit for one person."""
    return Throttle(per_second=0.5, burst=20)


class ReportBody:
    """Reads, admits and writes reports as they came over the wire, a group in a transaction."""

    def __init__(self) -> None:
        # They stay as they are while a process lives, and asking for them costs more than using
        # them.
        self._key, self._now, self._members = signing_key(), clock.chosen(), by_member()
        self.fewest = FEWEST[connection.vendor]

    def __call__(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        """Write a group; see `canyu.intake.outcomes.Body`."""
        read = self._read(bodies)
        submissions = [one for one in read if isinstance(one, Submission)]
        if not submissions:
            return [one for one in read if isinstance(one, Refusal)]
        taken = iter(_take(submissions))
        return [one if isinstance(one, Refusal) else _outcome(next(taken)) for one in read]

    def close(self) -> None:
        """Give the store back."""
        connections.close_all()

    def _read(self, bodies: Sequence[bytes]) -> list[Submission | Refusal]:
        at, now = self._now(), monotonic()
        read: list[Submission | Refusal] = []
        for body in bodies:
            try:
                one = read_arrival(body, key=self._key, at=at)
            except Refused as refused:
                read.append(_refusal(refused))
                continue
            wait = self._members.admit(str(one.told.member_id), now=now)
            read.append(Refusal(TOO_MANY_REQUESTS, "", wait=wait) if wait else one)
        return read


def _take(submissions: Sequence[Submission]) -> Sequence[int | Refused]:
    try:
        close_old_connections()
        connection.ensure_connection()
    except OperationalError as problem:
        raise StoreAway(str(problem)) from problem
    try:
        return take_reports(submissions)
    except OperationalError as problem:
        # Away, full or locked: each alone would only wait for it once more.
        raise StoreAway(str(problem), is_unsure=_is_unsure(problem)) from problem


def _outcome(taken: int | Refused) -> Outcome:
    return taken if isinstance(taken, int) else _refusal(taken)


def _refusal(refused: Refused) -> Refusal:
    params: dict[str, str | int | float | None] = {
        name: value if isinstance(value, (str, int, float)) else str(value)
        for name, value in refused.params.items()
    }
    return Refusal(refused.status, refused.message, params)


def _is_unsure(problem: OperationalError) -> bool:
    """Whether it may be stored all the same: a server went away, perhaps after its commit."""
    if connection.vendor != "postgresql":
        return False
    from psycopg import OperationalError as Told  # noqa: PLC0415 - only who uses it pays for it

    cause = problem.__cause__
    # What the server refused has a number.
    return isinstance(cause, Told) and cause.sqlstate is None


def written_here(hand_back: HandBack, on_group: OnGroup) -> Committer[Any]:
    """A queue whose reports are written by a thread of this process."""
    body = ReportBody()
    return Committer(partial(write_group, body, on_group=on_group), hand_back, at_end=body.close)


def write_alone(number: int) -> None:
    """Do nothing but write what comes over this wire, in a process that is there for that."""
    # What whoever started us is told to stop by may reach us too, and what they took before must
    # still be written.
    for one in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(one, signal.SIG_IGN)
    keep_connection()
    body = ReportBody()
    settle()
    write_what_comes(number, body)


class WrittenBeside:
    """Makes queues whose reports another process writes, which is started at once, as a fork.

    So it has to be made before there are threads. Of its two ways one is used, once.
    """

    def __init__(self) -> None:
        self._first = fork(write_alone)

    def for_threads(self, hand_back: HandBack, on_group: OnGroup) -> Committer[Any]:
        """A queue for threads."""
        writer = Writer(COMMAND, on_group, first=self._first)
        return Committer(writer, hand_back, at_end=writer.close)

    def for_loop(self, loop: AbstractEventLoop, on_group: OnGroup) -> WriterStream:
        """A queue in a loop."""
        return WriterStream(COMMAND, loop, on_group=on_group, first=self._first)
