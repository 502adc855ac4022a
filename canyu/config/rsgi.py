"""The application of `canyu door`: the door for reports, and nothing of the pages."""

import asyncio
from collections.abc import Callable
from time import perf_counter
from typing import Any

from canyu.config.door import PATH, report_door, say
from canyu.config.metrics import Metrics
from canyu.config.watch import PATHS as WATCHED
from canyu.config.watch import READY, Watch
from canyu.config.writing import OnGroup
from canyu.intake.door import Queue, Reply, languages_of, told
from canyu.intake.heads import RsgiHead
from canyu.intake.rsgi import Gone, Line, RsgiDoor
from canyu.journal.errors import gettext_noop

NOWHERE = gettext_noop("Nothing is at this address. Reports are sent to /door/report.")


class DoorAlone:
    """An RSGI application. The door opens when the server starts, and closes with it."""

    def __init__(self, make_queue: Callable[[asyncio.AbstractEventLoop, OnGroup], Queue]) -> None:
        """Get ready; nothing runs before the server does."""
        self._make_queue = make_queue
        self._metrics = Metrics()
        self._watch = Watch(self._metrics, is_taking=self._is_taking)
        self.door: RsgiDoor | None = None

    def __rsgi_init__(self, loop: asyncio.AbstractEventLoop) -> None:
        """Take reports from now on."""
        queue = self._make_queue(loop, self._metrics.count_group)
        self.door = RsgiDoor(report_door(self._metrics, queue), loop)

    async def __rsgi__(self, scope: Any, line: Line) -> None:  # noqa: ANN401 - the server's
        """Answer one request."""
        path = scope.path
        if path == PATH and self.door is not None:
            began = perf_counter()
            try:
                reply = await self.door(scope, line)
            except Gone:
                return
            self._metrics.count_request("door", reply.status)
            self._metrics.time_request("door", perf_counter() - began)
        elif path in WATCHED:
            await self._tell(scope, line)
        else:
            sentence = say(NOWHERE, languages_of(RsgiHead(scope)))
            reply = Reply(404, told(detail=sentence))
            line.response_bytes(reply.status, reply.fields, reply.body)

    def __rsgi_del__(self, _loop: asyncio.AbstractEventLoop) -> None:
        """Take nothing more, and see what was taken onto the disk; nobody waits any more."""
        if self.door is not None:
            self.door.close()
            self.door.door.queue.stop()

    async def _tell(self, scope: Any, line: Line) -> None:  # noqa: ANN401 - the server's
        head, path = RsgiHead(scope), str(scope.path)
        if path == READY:
            # It asks the store, which may take its time.
            said = await asyncio.to_thread(self._watch.answer, head, path)
        else:
            said = self._watch.answer(head, path)
        body = b"" if head.method == "HEAD" else said.body
        line.response_bytes(said.status.value, said.fields, body)

    def _is_taking(self) -> bool:
        return self.door is not None and self.door.door.queue.is_running
