"""The application of `canyu door`: the door for reports, news for live pages, and no page."""

import asyncio
from collections.abc import Callable
from time import perf_counter

from canyu.config.door import PATH, report_door, say
from canyu.config.live import PATH as LIVE
from canyu.config.live import end_with, live_streams
from canyu.config.metrics import Metrics
from canyu.config.watch import PATHS as WATCHED
from canyu.config.watch import READY, Watch
from canyu.config.writing import OnGroup
from canyu.intake.asgi import AsgiDoor, Gone, Message, Receive, Send
from canyu.intake.door import Queue, Reply, languages_of, told
from canyu.intake.heads import AsgiHead
from canyu.intake.streams import Streams
from canyu.journal.errors import gettext_noop

NOWHERE = gettext_noop("Nothing is at this address. Reports are sent to /door/report.")


class DoorAlone:
    """An ASGI application. The door opens when the server starts, and closes with it."""

    def __init__(self, make_queue: Callable[[asyncio.AbstractEventLoop, OnGroup], Queue]) -> None:
        """Get ready; nothing runs before the server does."""
        self._make_queue = make_queue
        self._metrics = Metrics()
        self._watch = Watch(self._metrics, is_taking=self._is_taking)
        self.door: AsgiDoor | None = None
        self.streams: Streams | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or live with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
            return
        path = scope["path"]
        if path == PATH and self.door is not None:
            began = perf_counter()
            try:
                reply = await self.door(scope, receive, send)
            except Gone:
                return
            self._metrics.count_request("door", reply.status)
            self._metrics.time_request("door", perf_counter() - began)
        elif path == LIVE and self.streams is not None:
            status = await self.streams(scope, receive, send)
            self._metrics.count_request("live", status)
        elif path in WATCHED:
            await self._tell(scope, send)
        else:
            sentence = say(NOWHERE, languages_of(AsgiHead(scope)))
            for message in Reply(404, told(detail=sentence)).messages:
                await send(message)

    def open(self) -> None:
        """Take reports from now on, in the loop that runs."""
        loop = asyncio.get_running_loop()
        queue = self._make_queue(loop, self._metrics.count_group)
        self.door = AsgiDoor(report_door(self._metrics, queue), loop)
        self.streams = live_streams()
        self._metrics.watch_streams(lambda: self.streams.n_open if self.streams else 0)

    async def close(self) -> None:
        """Take nothing more, and see what was taken onto the disk."""
        if self.streams is not None:
            self.streams.stop()
        if self.door is not None:
            # Off the loop, which has to tell those who wait.
            await asyncio.to_thread(self.door.door.queue.stop)
            self.door.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.open()
        if self.streams is not None:
            end_with(asyncio.get_running_loop(), self.streams)
        await send({"type": "lifespan.startup.complete"})
        await receive()
        await self.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _tell(self, scope: Message, send: Send) -> None:
        head, path = AsgiHead(scope), str(scope["path"])
        if path == READY:
            # It asks the store, which may take its time.
            said = await asyncio.to_thread(self._watch.answer, head, path)
        else:
            said = self._watch.answer(head, path)
        headers = [(name.lower().encode(), value.encode()) for name, value in said.fields]
        start = {"type": "http.response.start", "status": said.status.value, "headers": headers}
        await send(start)
        body = b"" if head.method == "HEAD" else said.body
        await send({"type": "http.response.body", "body": body})

    def _is_taking(self) -> bool:
        return self.door is not None and self.door.door.queue.is_running
