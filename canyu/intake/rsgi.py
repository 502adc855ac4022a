"""The door in a process of its own: one thread, and nothing of its own for whoever waits.

Per request there is no thread, no timer and no call from thread to thread: a group's outcomes come
back in one call, and one timer a second looks after all who take too long. RSGI is what the server
speaks with the fewest steps between: a body is one wait, an answer one call.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable
from time import monotonic
from typing import Any, Protocol

from canyu.intake.door import Door, Reply
from canyu.intake.heads import RsgiHead
from canyu.intake.outcomes import Failure
from canyu.intake.stream import Slip

EVERY_SECONDS = 1.0


class Line(Protocol):
    """What the server gives of a connection."""

    def __call__(self) -> Awaitable[bytes]:
        """The whole body; less of it, or an exception, where its sender left."""

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Answer."""


class Gone(ConnectionError):  # noqa: N818 - the name says what happened
    """Whoever sent the request left before all of it was here."""


class RsgiDoor:
    """Answers RSGI requests at a door, in the loop that it is given.

    The queue of the door settles its slips in this loop.
    """

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self.door = door
        self._loop = loop
        # Who reads since when, the longest first; who waits until when, likewise.
        self._reading: dict[asyncio.Task[Any], float] = {}
        self._waiting: deque[tuple[float, Slip]] = deque()
        self._timer = loop.call_later(EVERY_SECONDS, self._look_after)

    async def __call__(self, scope: Any, line: Line) -> Reply:  # noqa: ANN401 - the server's
        """Answer one request; return what was said. Raises `Gone` where nobody is left to hear."""
        door, head = self.door, RsgiHead(scope)
        reply = door.turn_away(head)
        if reply is None:
            body = await self._read(head, line)
            slip: Slip = self._loop.create_future()
            reply = body if isinstance(body, Reply) else door.take(body, head, slip)
            if reply is None:
                self._waiting.append((monotonic() + door.patience, slip))
                reply = door.answer(await slip, head)
        door.on_reply(reply.why)
        line.response_bytes(reply.status, reply.small_fields, reply.body)
        return reply

    def close(self) -> None:
        """Look after nobody any more."""
        self._timer.cancel()

    async def _read(self, head: RsgiHead, line: Line) -> bytes | Reply:
        """The body, of the length that was told, or what is wrong with it; raises `Gone`."""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server is always in one
        self._reading[task] = monotonic()
        try:
            body = await line()
        except asyncio.CancelledError:
            if task in self._reading:
                raise
            # It was us, see `_look_after`.
            task.uncancel()
            return self.door.refuse("halting", head, ("Connection", "close"))
        except Exception as problem:
            raise Gone from problem
        finally:
            self._reading.pop(task, None)
        if len(body) < int(head.get("content-length")):
            raise Gone
        return body

    def _look_after(self) -> None:
        now = monotonic()
        self._timer = self._loop.call_later(EVERY_SECONDS, self._look_after)
        while self._waiting and (self._waiting[0][1].done() or self._waiting[0][0] <= now):
            _, slip = self._waiting.popleft()
            if not slip.done():
                slip.set_result(Failure(is_unsure=True))
        late = [
            task
            for task, since in self._reading.items()
            if since <= now - self.door.reading_seconds
        ]
        for task in late:
            del self._reading[task]
            task.cancel()
