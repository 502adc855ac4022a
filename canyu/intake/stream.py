"""The queue of a door in a loop: what comes goes straight to a process that writes.

There is no thread that would take turns with the loop, and whoever writes never waits for it: the
next group is on the wire while one is being written.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from socket import SHUT_WR
from time import monotonic, sleep
from typing import cast

from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.outcomes import Failure, Group, Outcome
from canyu.intake.wire import Messages, message_of, read_answer
from canyu.intake.writer import SECONDS_BETWEEN_LOOKS, SECONDS_TO_END, Started, end, start

log = logging.getLogger(__name__)
Slip = asyncio.Future[Outcome]
SECONDS_BETWEEN_STARTS = 1.0


class WriterStream(asyncio.Protocol):
    """Takes bodies in a loop and tells each slip what became of its own.

    Begins with `first`, else by starting `command`, which is started anew where it ended: whoever
    waited for that one is told that nobody knows.
    """

    def __init__(
        self,
        command: Sequence[str],
        loop: asyncio.AbstractEventLoop,
        *,
        first: Started | None = None,
        most_waiting: int = 20_000,
        on_group: Callable[[Group], None] = lambda _group: None,
    ) -> None:
        self._command, self._loop = command, loop
        self._most_waiting = most_waiting
        self._on_group = on_group
        # What was not sent yet, and whoever waits for an answer, both in the order of their coming.
        self._bodies: list[bytes] = []
        self._slips: deque[Slip] = deque()
        self._transport: asyncio.Transport | None = None
        self._is_stopping = self._is_told = False
        self._begin(first or start(command))

    @property
    def n_waiting(self) -> int:
        """How many wait for an answer."""
        return len(self._slips)

    @property
    def is_running(self) -> bool:
        """Whether what is submitted now would be written."""
        return not self._is_stopping

    def submit(self, item: bytes, slip: Slip) -> None:
        """Queue a body; its slip is told when it is on disk, or why it is not.

        Raises `QueueFull` instead of growing without end, `IntakeStopped` after `stop`.
        """
        if self._is_stopping:
            raise IntakeStopped
        if len(self._slips) >= self._most_waiting:
            raise QueueFull
        self._bodies.append(item)
        self._slips.append(slip)
        if not self._is_told:
            # After all that came in the same turn of the loop.
            self._is_told = True
            self._loop.call_soon(self._send)

    def stop(self) -> bool:
        """Take nothing more, write what was taken, and end; True where nobody waits any more.

        Called beside the loop, which tells those who wait, or when it runs no more.
        """
        self._is_stopping = True
        until = monotonic() + SECONDS_TO_END
        while self._slips and self._loop.is_running() and monotonic() < until:
            sleep(SECONDS_BETWEEN_LOOKS)
        # The loop may not run any more, and could not close it.
        with suppress(OSError):
            self._wire.shutdown(SHUT_WR)
        end(self._process)
        return not self._slips

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to send."""
        self._transport = cast("asyncio.Transport", transport)
        self._messages = Messages()
        self._send()

    def data_received(self, data: bytes) -> None:
        """Tell those whose groups were answered."""
        for message in self._messages.feed(data):
            answer = read_answer(message)
            for outcome in answer.outcomes:
                _tell(self._slips.popleft(), outcome)
            for group in answer.groups:
                self._on_group(group)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that nobody knows, and start anew."""
        self._transport = None
        for _ in range(len(self._slips) - len(self._bodies)):
            _tell(self._slips.popleft(), Failure(is_unsure=True))
        if not self._is_stopping:
            log.error("who writes ended (%s); starting anew", exc)
            # Not at once: where it cannot live, it would be started without end.
            self._loop.call_later(SECONDS_BETWEEN_STARTS, self._start_anew)

    def _start_anew(self) -> None:
        end(self._process)
        if not self._is_stopping:
            self._begin(start(self._command))

    def _begin(self, started: Started) -> None:
        self._process, self._wire = started
        self._wire.settimeout(0)
        self._connecting = self._loop.create_task(
            self._loop.create_connection(lambda: self, sock=self._wire)
        )

    def _send(self) -> None:
        self._is_told = False
        if self._transport is not None and self._bodies:
            self._transport.write(message_of(self._bodies))
            self._bodies = []


def _tell(slip: Slip, outcome: Outcome) -> None:
    # Whoever left or lost patience has settled it already.
    if not slip.done():
        slip.set_result(outcome)
