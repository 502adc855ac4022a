"""The door in a process of its own: one thread, and nothing of its own for whoever waits.

Per request there is no thread, no timer and no call from thread to thread: a group's outcomes come
back in one call, and one timer a second looks after all who take too long.
"""

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import suppress
from http import HTTPStatus
from time import monotonic
from typing import Any, Generic, TypeVar

from canyu.intake.door import Door, Reply
from canyu.intake.errors import NotInTime
from canyu.intake.heads import AsgiHead

Item = TypeVar("Item")
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Slip = asyncio.Future[object]
EVERY_SECONDS = 1.0


class Gone(ConnectionError):  # noqa: N818 - the name says what happened
    """Whoever sent the request left before all of it was here."""


class AsgiDoor(Generic[Item]):
    """Answers ASGI requests at a door, in the loop that runs while it is made.

    The queue of the door must hand back to `wake`.
    """

    def __init__(self, door: Door[Item], loop: asyncio.AbstractEventLoop) -> None:
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
            reply = await self._take(await self._read(head, receive), head)
        door.on_reply(reply.why)
        await send(
            {"type": "http.response.start", "status": reply.status, "headers": fields_of(reply)}
        )
        await send({"type": "http.response.body", "body": reply.body})
        return reply

    def close(self) -> None:
        """Look after nobody any more."""
        self._timer.cancel()

    async def _take(self, body: bytes | Reply, head: AsgiHead) -> Reply:
        if isinstance(body, Reply):
            return body
        door = self.door
        slip: Slip = self._loop.create_future()
        if (reply := door.take(body, head, slip)) is not None:
            return reply
        self._waiting.append((monotonic() + door.patience, slip))
        return door.answer(await slip, head)

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
                slip.set_result(NotInTime())
        late = [
            task
            for task, since in self._reading.items()
            if since <= now - self.door.reading_seconds
        ]
        for task in late:
            del self._reading[task]
            task.cancel()


def wake(loop: asyncio.AbstractEventLoop, answered: Sequence[tuple[Slip, object]]) -> None:
    """Hand the slips of a group back, from another thread, in one call to the loop."""
    # A loop that was closed has nobody who waits.
    with suppress(RuntimeError):
        loop.call_soon_threadsafe(_settle, answered)


def _settle(answered: Sequence[tuple[Slip, object]]) -> None:
    for slip, outcome in answered:
        # Whoever left or lost patience has settled it already.
        if not slip.done():
            slip.set_result(outcome)


def fields_of(reply: Reply) -> list[tuple[bytes, bytes]]:
    """The header fields of a reply, as ASGI has them."""
    if reply.status == HTTPStatus.OK and not reply.headers:
        return [*_USUAL, (b"content-length", b"%d" % len(reply.body))]
    return [(name.lower().encode(), value.encode()) for name, value in reply.fields]


_USUAL = [
    (name.lower().encode(), value.encode())
    for name, value in Reply(HTTPStatus.OK, b"").fields
    if name != "Content-Length"
]
