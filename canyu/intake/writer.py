"""A process that does nothing but write, and whoever waits for it.

Whoever answers requests and whoever writes would else take turns at one interpreter: beside the
loop of a door a group took twice its time, and held up everybody who knocked meanwhile.
"""

import logging
import socket
import subprocess
from collections.abc import Callable, Sequence
from contextlib import suppress

from canyu.intake.batch import write_group
from canyu.intake.outcomes import Body, Failure, Group, Outcome
from canyu.intake.wire import Answer, Messages, message_of, read_answer, read_bodies

log = logging.getLogger(__name__)
SECONDS_TO_END = 20.0
MOST_IN_GROUP = 1_000
Process = subprocess.Popen[bytes]


def start(command: Sequence[str]) -> tuple[Process, socket.socket]:
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

    It starts the process, and again where it ended.
    """

    def __init__(self, command: Sequence[str], on_group: Callable[[Group], None]) -> None:
        self._command, self._on_group = command, on_group
        self._start()

    def __call__(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        """Have a group written; nobody knows of it where the process ends meanwhile."""
        if self._process.poll() is not None:
            log.warning("who writes ended (%s); starting anew", self._process.returncode)
            self._wire.close()
            self._start()
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

    def _start(self) -> None:
        self._process, self._wire = start(self._command)
        self._messages = Messages()


def write_what_comes(number: int, body: Body) -> None:
    """Write what comes over the wire of this number until nobody sends any more.

    What came while a group was being written is the next group.
    """
    messages = Messages()
    # Where nobody hears the answer any more, that is the end too.
    with socket.socket(fileno=number) as wire, suppress(EOFError, OSError):
        while True:
            bodies = [one for came in messages.receive(wire) for one in read_bodies(came)]
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
