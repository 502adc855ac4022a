"""The door in a process of its own: one thread, and nothing of its own for whoever waits.

Per request there is no thread, no timer and no call from thread to thread: a group's outcomes come
back in one call, and one timer a second looks after all who take too long.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping
from time import monotonic
from typing import Any

from canyu.intake.door import Door, Reply
from canyu.intake.heads import AsgiHead
from canyu.intake.outcomes import Failure
from canyu.intake.stream import Slip

EVERY_SECONDS = 1.0


Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]


class Gone(ConnectionError):  # noqa: N818 - the name says what happened
    """Whoever sent the request left before all of it was here."""


class AsgiDoor:
    """Answers ASGI requests at a door, in the loop that it is given.

    The queue of the door settles its slips in this loop.
    """

    def __init__(self, door: Door, loop: asyncio.AbstractEventLoop) -> None:
        self.door = door
        self._loop = loop
        # Who reads since when, the longest first; who waits until when, likewise.
        self._reading: dict[asyncio.Task[Any], float] = {}
        self._waiting: deque[tuple[float, Slip]] = deque()
        self._timer = loop.call_later(EVERY_SECONDS, self._look_after)

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> Reply:
        """Answer one request; return what was said. Raises `Gone` where nobody is left to hear."""
        door, head = self.door, AsgiHead(scope)
        reply = door.turn_away(head)
        if reply is None:
            body = await self._read(head, receive)
            slip: Slip = self._loop.create_future()
            reply = body if isinstance(body, Reply) else door.take(body, head, slip)
            if reply is None:
                self._waiting.append((monotonic() + door.patience, slip))
                reply = door.answer(await slip, head)
        door.on_reply(reply.why)
        for message in reply.messages:
            await send(message)
        return reply

    def close(self) -> None:
        """Look after nobody any more."""
        self._timer.cancel()

    async def _read(self, head: AsgiHead, receive: Receive) -> bytes | Reply:
        """The body, of the length that was told, or what is wrong with it; raises `Gone`."""
        length, body = int(head.get("content-length")), b""
        task = asyncio.current_task()
        assert task is not None  # noqa: S101 - a coroutine of a server is always in one
        self._reading[task] = monotonic()
        try:
            while len(body) < length:
                message = await receive()
                if message["type"] != "http.request":
                    raise Gone
                body += message.get("body", b"")
                if not message.get("more_body"):
                    break
        except asyncio.CancelledError:
            if task in self._reading:
                raise
            # It was us, see `_look_after`.
            task.uncancel()
            return self.door.refuse("halting", head, ("Connection", "close"))
        finally:
            self._reading.pop(task, None)
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
