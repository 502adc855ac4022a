"""What the door in a loop does with those who are slow, leave, or wait for too long."""

import asyncio
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import pytest

from canyu.intake import asgi
from canyu.intake.asgi import AsgiDoor, Gone
from canyu.intake.committer import Committer
from canyu.intake.door import Door, told

Messages = list[dict[str, Any]]
PART = {"type": "http.request", "body": b"12", "more_body": True}
LEFT = {"type": "http.disconnect"}


class Knocking:
    """A door whose committer writes into a list, and somebody who sends these messages."""

    def __init__(self, write: Callable[[Sequence[bytes]], list[Any]], **more: Any) -> None:
        loop = asyncio.get_running_loop()
        self.committer: Committer[bytes, Any, Any] = Committer(write, partial(asgi.wake, loop))
        self.why: list[str] = []
        self.door: AsgiDoor[bytes] = AsgiDoor(
            Door(
                path="/",
                queue=self.committer,
                read=bytes,
                admit=lambda _item, _sender: 0.0,
                acknowledge=lambda receipt: told(receipt=receipt),
                explain=lambda problem, _languages: (500, str(problem)),
                sentences=lambda why, _languages: why,
                on_reply=self.why.append,
                **more,
            ),
            loop,
        )

    async def knock(self, messages: Messages, length: int = 4, *, is_quiet: bool = False) -> Any:
        left, said = list(messages), list[dict[str, Any]]()

        async def receive() -> dict[str, Any]:
            if is_quiet and not left:
                await asyncio.Event().wait()
            return left.pop(0)

        async def send(message: dict[str, Any]) -> None:
            said.append(message)

        fields = [(b"content-type", b"application/json"), (b"content-length", b"%d" % length)]
        scope = {"type": "http", "method": "POST", "path": "/", "headers": fields}
        reply = await self.door(scope, receive, send)
        assert said[0]["status"] == reply.status
        assert said[1]["body"] == reply.body
        return reply

    def close(self) -> None:
        self.door.close()
        assert self.committer.stop()
        assert self.door._reading == {}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.intake.asgi.EVERY_SECONDS", 0.02)


def write(items: Sequence[bytes]) -> list[Any]:
    return [item.decode() for item in items]


def test_a_body_may_come_in_parts_and_is_not_asked_for_after_its_end() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(write)
        assert (await knocking.knock([PART, PART])).body == b'{"receipt": "1212"}'
        assert (await knocking.knock([], length=0)).body == b'{"receipt": ""}'
        assert knocking.why == ["", ""]
        knocking.close()

    asyncio.run(all_of_it())


def test_whoever_leaves_is_forgotten() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(write)
        with pytest.raises(Gone):
            await knocking.knock([PART, LEFT])
        assert knocking.why == []
        knocking.close()

    asyncio.run(all_of_it())


def test_whoever_halts_is_told_and_others_go_on() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(write, reading_seconds=0.05)
        halting = [asyncio.create_task(knocking.knock([PART], is_quiet=True)) for _ in range(3)]
        assert (await knocking.knock([PART, PART])).status == 200
        for one in halting:
            reply = await one
            assert reply.status == 408
            assert ("Connection", "close") in reply.headers
        assert knocking.why == ["", *["halting"] * 3]
        knocking.close()

    asyncio.run(all_of_it())


def test_a_server_that_ends_may_cancel_whoever_is_read() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(write)
        halting = asyncio.create_task(knocking.knock([PART], is_quiet=True))
        await asyncio.sleep(0.01)
        halting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await halting
        knocking.close()

    asyncio.run(all_of_it())


def test_patience_ends_and_the_write_comes_about_all_the_same() -> None:
    async def all_of_it() -> None:
        written, go = list[bytes](), asyncio.Event()
        loop = asyncio.get_running_loop()

        def slowly(items: Sequence[bytes]) -> list[Any]:
            asyncio.run_coroutine_threadsafe(go.wait(), loop).result(10)
            written.extend(items)
            return write(items)

        knocking = Knocking(slowly, patience=0.05)
        reply = await knocking.knock([PART, PART])
        assert (reply.status, knocking.why) == (503, ["slow"])
        assert ("Retry-After", "2") in reply.headers
        go.set()
        assert (await knocking.knock([PART, PART])).status == 200
        assert written == [b"1212", b"1212"]
        await asyncio.to_thread(knocking.close)

    asyncio.run(all_of_it())


def test_what_fails_is_explained() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(lambda items: [ValueError("not this") for _ in items])
        reply = await knocking.knock([PART, PART])
        assert (reply.status, reply.body) == (500, b'{"detail": "not this"}')
        knocking.close()

    asyncio.run(all_of_it())
