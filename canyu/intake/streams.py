"""Live pages: whoever follows something is told that there is news, and asks the page what it is.

One look at the store a turn serves all who follow in this process, and none is made while nobody
does. Nothing here is needed by another process: whoever comes back, here or on another node, says
which version they have, and is told at once where that is not the last one.
"""

import asyncio
import logging
from collections import Counter
from collections.abc import Awaitable, Callable, Collection, Mapping
from concurrent.futures import ThreadPoolExecutor
from time import monotonic
from typing import Any
from urllib.parse import parse_qs

from canyu.intake.door import Reply, languages_of
from canyu.intake.heads import AsgiHead

log = logging.getLogger(__name__)
Message = dict[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Versions = Mapping[str, str]

LOOK_SECONDS = 0.5
BEAT_SECONDS = 20.0
# Then the browser comes back by itself; connections that nobody reads go away like this as well.
LONGEST_SECONDS = 1_800.0
COME_BACK_SECONDS = 3
LONGEST_VERSION = 200
HEADERS = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    # For nginx; docs/deployment.md says it there as well.
    (b"x-accel-buffering", b"no"),
]


class _Follower:
    """One open stream: what it follows, and what wakes it."""

    __slots__ = ("names", "wake")

    def __init__(self, names: tuple[str, ...]) -> None:
        self.names = names
        self.wake = asyncio.Event()


class Streams:
    """All who follow something in this process.

    `look` returns the versions of some names, called in a thread of its own; `follower` reads a
    permit and returns who follows what, or None where it is none; `refuse` says no for one of
    "method", "permit", "full", in the languages that were asked for. At most `most` may follow at
    once, and `most_each` of one person.
    """

    def __init__(
        self,
        look: Callable[[Collection[str]], Versions],
        follower: Callable[[str], tuple[int, tuple[str, ...]] | None],
        refuse: Callable[[str, str], Reply],
        *,
        most: int = 2_000,
        most_each: int = 8,
    ) -> None:
        self._look, self._permit, self._refuse = look, follower, refuse
        self._most, self._most_each = most, most_each
        self._by_name: dict[str, set[_Follower]] = {}
        self._by_person: Counter[int] = Counter()
        self._known: Versions = {}
        self._looking: asyncio.Task[None] | None = None
        self._thread = ThreadPoolExecutor(1, "canyu-news")
        self._is_stopping = False

    @property
    def n_open(self) -> int:
        """How many follow something now."""
        return self._by_person.total()

    async def __call__(self, scope: Mapping[str, Any], receive: Receive, send: Send) -> int:
        """Answer one request; return the status that was said."""
        head = AsgiHead(scope)
        told = self._permit(_asked(scope, "permit")) if head.method == "GET" else None
        if told is None or self._is_full(told[0]):
            why = "method" if head.method != "GET" else "permit" if told is None else "full"
            reply = self._refuse(why, languages_of(head))
            for message in reply.messages:
                await send(message)
            return reply.status
        person, names = told
        one = _Follower(names)
        self._by_person[person] += 1
        for name in names:
            self._by_name.setdefault(name, set()).add(one)
        try:
            await self._tell(one, _version_told(head, scope), receive, send)
        finally:
            self._forget(person, one)
        return 200

    def stop(self) -> None:
        """End all streams: a server that is told to stop waits for them."""
        self._is_stopping = True
        for one in {one for some in self._by_name.values() for one in some}:
            one.wake.set()
        if self._looking is not None:
            self._looking.cancel()
        self._thread.shutdown(wait=False)

    def _is_full(self, person: int) -> bool:
        is_too_many = self.n_open >= self._most or self._by_person[person] >= self._most_each
        return is_too_many or self._is_stopping

    async def _tell(self, one: _Follower, version: str, receive: Receive, send: Send) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
        await _say(send, f"retry: {COME_BACK_SECONDS * 1000}\n\n")
        left = asyncio.ensure_future(_until_left(receive))
        left.add_done_callback(lambda _left: one.wake.set())
        until = monotonic() + LONGEST_SECONDS
        if self._looking is None:
            self._looking = asyncio.ensure_future(self._look_on())
        try:
            while monotonic() < until:
                now = _joined(self._known, one.names)
                if now not in {"", version}:
                    version = now
                    await _say(send, f"id: {version}\nevent: news\ndata: {version}\n\n")
                is_beat = await _wait(one.wake)
                if left.done() or self._is_stopping:
                    break
                if is_beat:
                    await _say(send, ":\n\n")
            if not left.done():
                await send({"type": "http.response.body", "body": b""})
        finally:
            left.cancel()

    async def _look_on(self) -> None:
        """Look at the store again and again, as long as anybody follows."""
        loop = asyncio.get_running_loop()
        try:
            while self._by_name:
                try:
                    names = list(self._by_name)
                    known = await loop.run_in_executor(self._thread, self._look, names)
                except Exception:
                    log.exception("who follows is told later: the store did not answer")
                else:
                    self._wake(known)
                await asyncio.sleep(LOOK_SECONDS)
        finally:
            self._known, self._looking = {}, None

    def _wake(self, known: Versions) -> None:
        before, self._known = self._known, known
        for name, version in known.items():
            if version != before.get(name):
                for one in self._by_name.get(name, ()):
                    one.wake.set()

    def _forget(self, person: int, one: _Follower) -> None:
        self._by_person[person] -= 1
        if not self._by_person[person]:
            del self._by_person[person]
        for name in one.names:
            self._by_name[name].discard(one)
            if not self._by_name[name]:
                del self._by_name[name]


async def _wait(wake: asyncio.Event) -> bool:
    """Wait until woken; True where nothing came for so long that a sign of life is due."""
    try:
        async with asyncio.timeout(BEAT_SECONDS):
            await wake.wait()
    except TimeoutError:
        return True
    wake.clear()
    return False


async def _until_left(receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass


async def _say(send: Send, words: str) -> None:
    await send({"type": "http.response.body", "body": words.encode(), "more_body": True})


def _joined(known: Versions, names: tuple[str, ...]) -> str:
    """One version of all these names; "" where one is not known yet."""
    versions = [known.get(name, "") for name in names]
    return "-".join(versions) if all(versions) else ""


def _version_told(head: AsgiHead, scope: Mapping[str, Any]) -> str:
    """What a page has: since it was made, or since it was told last."""
    return (head.get("last-event-id") or _asked(scope, "since"))[:LONGEST_VERSION]


def _asked(scope: Mapping[str, Any], name: str) -> str:
    found = parse_qs(bytes(scope.get("query_string", b""))[:4_000].decode("latin-1"))
    return found.get(name, [""])[0]
