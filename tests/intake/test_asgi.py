"""What the door in a loop does with those who are slow, leave, or wait for too long."""

import asyncio
from typing import Any

import pytest

from canyu.intake.asgi import AsgiDoor, Gone
from canyu.intake.door import Door, Reply, told
from canyu.intake.outcomes import Outcome, Refusal
from canyu.intake.stream import Slip

NOT_THIS = Refusal(409, "not this")


class Desk:
    """A queue that answers at once, or when it is let go."""

    def __init__(self, outcome: Outcome = 7) -> None:
        self.outcome = outcome
        self.written: list[bytes] = []
        self.held: list[Slip] | None = None
        self.is_running, self.n_waiting = True, 0

    def submit(self, item: bytes, slip: Slip) -> None:
        self.written.append(item)
        if self.held is None:
            slip.set_result(self.outcome)
        else:
            self.held.append(slip)

    def stop(self) -> bool:
        return True


PART = {"type": "http.request", "body": b"12", "more_body": True}
LEFT = {"type": "http.disconnect"}
Messages = list[dict[str, Any]]


class Knocking:
    """A door before a desk."""

    def __init__(self, desk: Desk | None = None, **more: Any) -> None:
        self.desk = desk or Desk()
        self.why: list[str] = []
        door = Door(
            path="/",
            queue=self.desk,
            admit=lambda _sender: 0.0,
            acknowledge=lambda receipt: Reply(200, told(receipt=receipt)),
            explain=lambda refusal, _languages: refusal.sentence,
            sentences=lambda why, _languages: why,
            on_reply=self.why.append,
            **more,
        )
        self.door = AsgiDoor(door, asyncio.get_running_loop())

    async def knock(self, messages: Messages, length: int = 4, *, is_quiet: bool = False) -> Reply:
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
        assert tuple(said) == reply.messages
        return reply

    def close(self) -> None:
        self.door.close()
        assert self.door._reading == {}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.intake.asgi.EVERY_SECONDS", 0.02)


def test_a_body_may_come_in_parts_and_is_not_asked_for_after_its_end() -> None:
    async def all_of_it() -> None:
        knocking = Knocking()
        assert (await knocking.knock([PART, PART])).body == b'{"receipt": 7}'
        assert (await knocking.knock([], length=0)).body == b'{"receipt": 7}'
        assert knocking.desk.written == [b"1212", b""]
        assert knocking.why == ["", ""]
        knocking.close()

    asyncio.run(all_of_it())


def test_whoever_leaves_is_forgotten() -> None:
    async def all_of_it() -> None:
        knocking = Knocking()
        with pytest.raises(Gone):
            await knocking.knock([PART, LEFT])
        assert (knocking.why, knocking.desk.written) == ([], [])
        knocking.close()

    asyncio.run(all_of_it())


def test_whoever_halts_is_told_and_others_go_on() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(reading_seconds=0.05)
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
        knocking = Knocking()
        halting = asyncio.create_task(knocking.knock([PART], is_quiet=True))
        await asyncio.sleep(0.01)
        halting.cancel()
        with pytest.raises(asyncio.CancelledError):
            await halting
        knocking.close()

    asyncio.run(all_of_it())


def test_patience_ends_and_the_write_comes_about_all_the_same() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(patience=0.05)
        knocking.desk.held = []
        reply = await knocking.knock([PART, PART])
        assert (reply.status, knocking.why) == (503, ["slow"])
        assert ("Retry-After", "2") in reply.headers
        knocking.desk.held = None
        assert (await knocking.knock([PART, PART])).status == 200
        assert knocking.desk.written == [b"1212", b"1212"]
        knocking.close()

    asyncio.run(all_of_it())


def test_a_refusal_is_explained_and_what_comes_too_often_told_when_to_come_again() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(Desk(NOT_THIS))
        reply = await knocking.knock([PART, PART])
        assert (reply.status, reply.body) == (409, b'{"detail": "not this"}')
        knocking.desk.outcome = Refusal(429, "", wait=2.5)
        reply = await knocking.knock([PART, PART])
        assert (reply.status, ("Retry-After", "3") in reply.headers) == (429, True)
        assert knocking.why == ["409", "often"]
        knocking.close()

    asyncio.run(all_of_it())
