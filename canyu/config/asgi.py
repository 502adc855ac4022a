"""The application of `canyu door`: the door for reports, and nothing of the pages."""

import asyncio
from functools import partial
from time import perf_counter

from canyu.config.door import PATH, report_door, say
from canyu.config.metrics import Metrics
from canyu.config.watch import PATHS as WATCHED
from canyu.config.watch import READY, Watch
from canyu.intake import asgi
from canyu.intake.asgi import AsgiDoor, Gone, Message, Receive, Send
from canyu.intake.door import Reply, languages_of, told
from canyu.intake.heads import AsgiHead
from canyu.journal.errors import gettext_noop
from canyu.reports.submissions import Submission

NOWHERE = gettext_noop("Nothing is at this address. Reports are sent to /door/report.")


class DoorAlone:
    """An ASGI application. The door opens when the server starts, and closes with it."""

    def __init__(self) -> None:
        """Get ready; nothing runs before the server does."""
        self._metrics = Metrics()
        self._watch = Watch(self._metrics, is_taking=self._is_taking)
        self.door: AsgiDoor[Submission] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or live with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["path"] == PATH and self.door is not None:
            began = perf_counter()
            try:
                reply = await self.door(scope, receive, send)
            except Gone:
                return
            self._metrics.count_request("door", reply.status)
            self._metrics.time_request("door", perf_counter() - began)
        elif scope["path"] in WATCHED:
            await self._tell(scope, send)
        else:
            sentence = say(NOWHERE, languages_of(AsgiHead(scope)))
            reply = Reply(404, told(detail=sentence))
            await _send(reply.status, reply.fields, reply.body, send)

    def open(self) -> None:
        """Take reports from now on, in the loop that runs."""
        loop = asyncio.get_running_loop()
        self.door = AsgiDoor(report_door(self._metrics, partial(asgi.wake, loop)), loop)

    async def close(self) -> None:
        """Take nothing more, and see what was taken onto the disk."""
        if self.door is not None:
            # Off the loop, which has to tell those who wait.
            await asyncio.to_thread(self.door.door.queue.stop)
            self.door.close()

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        self.open()
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
        body = b"" if head.method == "HEAD" else said.body
        await _send(said.status.value, said.fields, body, send)

    def _is_taking(self) -> bool:
        return self.door is not None and self.door.door.queue.is_running


async def _send(status: int, fields: list[tuple[str, str]], body: bytes, send: Send) -> None:
    headers = [(name.lower().encode(), value.encode()) for name, value in fields]
    await send({"type": "http.response.start", "status": status, "headers": headers})
    await send({"type": "http.response.body", "body": body})
