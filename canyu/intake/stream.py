"""The queue of a door in a loop: what came goes to a process that writes, in groups.

There is no thread that would take turns with the loop. While one group is being written the next
one is on the wire already, so that whoever writes never waits for us.
"""

import asyncio
import logging
from collections import deque
from collections.abc import Callable, Sequence
from typing import cast

from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.outcomes import Failure, Group, Outcome
from canyu.intake.wire import Messages, message_of, read_answer
from canyu.intake.writer import Process, end, start

log = logging.getLogger(__name__)
Slip = asyncio.Future[Outcome]
# Sent and not answered; more would only make the groups smaller.
MOST_ON_THE_WIRE = 2
SECONDS_BETWEEN_STARTS = 1.0


class WriterStream(asyncio.Protocol):
    """Takes bodies in a loop and tells each slip what became of its own.

    The process of `command` is started with it, and again where it ended: whoever waited for that
    one is told that nobody knows.
    """

    def __init__(
        self,
        command: Sequence[str],
        loop: asyncio.AbstractEventLoop,
        *,
        most_waiting: int = 20_000,
        most_in_group: int = 1_000,
        on_group: Callable[[Group], None] = lambda _group: None,
    ) -> None:
        self._command, self._loop = command, loop
        self._most_waiting, self._most_in_group = most_waiting, most_in_group
        self._on_group = on_group
        self._waiting: deque[tuple[bytes, Slip]] = deque()
        self._sent: deque[list[Slip]] = deque()
        self._transport: asyncio.Transport | None = None
        self._is_stopping = self._is_told = False
        self._process = self._start()

    @property
    def n_waiting(self) -> int:
        """How many bodies were not sent yet."""
        return len(self._waiting)

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
        if len(self._waiting) >= self._most_waiting:
            raise QueueFull
        self._waiting.append((item, slip))
        if not self._is_told:
            # After all that came in the same turn of the loop.
            self._is_told = True
            self._loop.call_soon(self._send)

    def stop(self) -> bool:
        """Take nothing more and let the process end; True where nobody waits any more."""
        self._is_stopping = True
        if self._transport is not None:
            self._transport.close()
        end(self._process)
        return not self._waiting and not self._sent

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        """Begin to send."""
        self._transport = cast("asyncio.Transport", transport)
        self._messages = Messages()
        self._send()

    def data_received(self, data: bytes) -> None:
        """Tell those whose groups were answered."""
        for message in self._messages.feed(data):
            answer, slips = read_answer(message), self._sent.popleft()
            # First what waits: who writes should not wait for those who are told.
            self._send()
            for slip, outcome in zip(slips, answer.outcomes, strict=True):
                _tell(slip, outcome)
            for group in answer.groups:
                self._on_group(group)

    def connection_lost(self, exc: Exception | None) -> None:
        """Say that nobody knows, and start anew."""
        self._transport = None
        for slip in (slip for slips in self._sent for slip in slips):
            _tell(slip, Failure(is_unsure=True))
        self._sent.clear()
        if not self._is_stopping:
            log.error("who writes ended (%s); starting anew", exc)
            # Not at once: where it cannot live, it would be started without end.
            self._loop.call_later(SECONDS_BETWEEN_STARTS, self._start_anew)

    def _start_anew(self) -> None:
        end(self._process)
        if not self._is_stopping:
            self._process = self._start()

    def _start(self) -> Process:
        process, wire = start(self._command)
        wire.settimeout(0)
        self._connecting = self._loop.create_task(
            self._loop.create_connection(lambda: self, sock=wire)
        )
        return process

    def _send(self) -> None:
        self._is_told = False
        while self._transport and self._waiting and len(self._sent) < MOST_ON_THE_WIRE:
            size = min(len(self._waiting), self._most_in_group)
            group = [self._waiting.popleft() for _ in range(size)]
            self._sent.append([slip for _, slip in group])
            self._transport.write(message_of([body for body, _ in group]))


def _tell(slip: Slip, outcome: Outcome) -> None:
    # Whoever left or lost patience has settled it already.
    if not slip.done():
        slip.set_result(outcome)
