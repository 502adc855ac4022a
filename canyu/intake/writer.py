"""A process that does nothing but write, and whoever waits for it.

Whoever answers requests and whoever writes would else take turns at one interpreter: beside the
loop of a door a group took twice its time, and held up everybody who knocked meanwhile.
"""

import logging
import os
import signal
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress
from math import inf
from time import monotonic, sleep
from typing import Protocol

from canyu.intake.batch import write_group
from canyu.intake.outcomes import Body, Failure, Group, Outcome
from canyu.intake.wire import Answer, Messages, message_of, read_answer, read_bodies

log = logging.getLogger(__name__)
SECONDS_TO_END, SECONDS_BETWEEN_LOOKS = 20.0, 0.01
MOST_IN_GROUP = 1_000


class Process(Protocol):
    """A process that was started, as `subprocess` tells of it."""

    @property
    def pid(self) -> int: ...  # noqa: D102
    @property
    def returncode(self) -> int | None: ...  # noqa: D102
    def poll(self) -> int | None: ...  # noqa: D102
    def wait(self, timeout: float | None = None) -> int: ...  # noqa: D102
    def kill(self) -> None: ...  # noqa: D102


class Twin:
    """A copy of this process that was made by a fork, told of as `subprocess` would."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def poll(self) -> int | None:
        """How it ended, None while it runs."""
        if self.returncode is None:
            with suppress(ChildProcessError):
                pid, status = os.waitpid(self.pid, os.WNOHANG)
                if pid:
                    self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def wait(self, timeout: float | None = None) -> int:
        """Wait for its end; raises `subprocess.TimeoutExpired` after so many seconds."""
        until = inf if timeout is None else monotonic() + timeout
        while (code := self.poll()) is None:
            if monotonic() >= until:
                raise subprocess.TimeoutExpired(str(self.pid), timeout or 0.0)
            sleep(SECONDS_BETWEEN_LOOKS)
        return code

    def kill(self) -> None:
        """End it at once."""
        if self.poll() is None:
            os.kill(self.pid, signal.SIGKILL)


Started = tuple[Process, socket.socket]


def fork(write: Callable[[int], None]) -> Started:
    """Start a copy of this process that calls `write` with the number of its end of the wire.

    Only where no other thread runs yet. It is there at once and shares the memory of what was read
    before; one that is started anew later has to be `start`ed.
    """
    ours, theirs = socket.socketpair()
    if pid := os.fork():
        theirs.close()
        return Twin(pid), ours
    code = 1
    try:
        number = theirs.fileno()
        # Above all the sockets at which this process would listen for ever.
        os.closerange(3, number)
        os.closerange(number + 1, os.sysconf("SC_OPEN_MAX"))
        write(number)
        code = 0
    finally:
        os._exit(code)


def start(command: Sequence[str]) -> Started:
    """Start a process that writes: `command`, with the number of its end of the wire added."""
    ours, theirs = socket.socketpair()
    with theirs:
        number = theirs.fileno()
        process = subprocess.Popen(  # noqa: S603 - a command of ours
            [*command, str(number)], pass_fds=[number], stdin=subprocess.DEVNULL
        )
    return process, ours


def end(process: Process) -> None:
    """Wait for a process whose wire was closed: it writes what it has, and ends."""
    try:
        process.wait(SECONDS_TO_END)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


class Writer:
    """Has another process write, for threads that may wait; what a `Committer` calls.

    Begins with `first`, else by starting `command`, which is started anew where it ended.
    """

    def __init__(
        self,
        command: Sequence[str],
        on_group: Callable[[Group], None],
        *,
        first: Started | None = None,
    ) -> None:
        self._command, self._on_group = command, on_group
        self._begin(first or start(command))

    def __call__(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        """Have a group written; nobody knows of it where the process ends meanwhile."""
        if self._process.poll() is not None:
            log.warning("who writes ended (%s); starting anew", self._process.returncode)
            self._wire.close()
            self._begin(start(self._command))
        try:
            self._wire.sendall(message_of(bodies))
            (message,) = self._messages.receive(self._wire)
        except (EOFError, OSError):
            log.exception("who writes ended in the middle of a group of %s", len(bodies))
            return [Failure(is_unsure=True)] * len(bodies)
        answer = read_answer(message)
        for group in answer.groups:
            self._on_group(group)
        return answer.outcomes

    def close(self) -> None:
        """Let the process end."""
        self._wire.close()
        end(self._process)

    def _begin(self, started: Started) -> None:
        self._process, self._wire = started
        self._messages = Messages()


def write_what_comes(number: int, body: Body) -> None:
    """Write what comes over the wire of this number until nobody sends any more.

    What came while a group was being written is the next group, or the next two: then those of the
    first are answered, and may come again, while the second is being written.
    """
    messages = Messages()
    # Where nobody hears the answer any more, that is the end too.
    with socket.socket(fileno=number) as wire, suppress(EOFError, OSError):
        while True:
            came = [read_bodies(one) for one in messages.receive(wire)]
            for bodies in _parts(came, fewest=body.fewest):
                groups: list[Group] = []
                outcomes = [
                    outcome
                    for start in range(0, len(bodies), MOST_IN_GROUP)
                    for outcome in write_group(
                        body, bodies[start : start + MOST_IN_GROUP], groups.append
                    )
                ]
                wire.sendall(message_of(Answer(outcomes, groups)))
    body.close()


def _parts(came: Sequence[list[bytes]], *, fewest: int) -> list[list[bytes]]:
    bodies = [one for message in came for one in message]
    half = len(bodies) // 2
    # Whoever sends one message at a time waits for all of it anyway.
    return [bodies] if len(came) == 1 or half < fewest else [bodies[:half], bodies[half:]]
