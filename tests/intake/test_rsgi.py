"""What the door in a loop does with those who are slow, leave, or wait for too long."""

import asyncio
from typing import Any

import pytest

from canyu.intake.door import Door, Reply, told
from canyu.intake.outcomes import Outcome, Refusal
from canyu.intake.rsgi import Gone, RsgiDoor
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


class Line:
    """A connection over which a body comes, or nothing more."""

    def __init__(self, body: bytes, *, is_quiet: bool = False, leaves: bool = False) -> None:
        self.body, self.is_quiet, self.leaves = body, is_quiet, leaves
        self.said: tuple[int, list[tuple[str, str]], bytes] | None = None

    async def __call__(self) -> bytes:
        if self.is_quiet:
            await asyncio.Event().wait()
        if self.leaves:
            message = "the connection was closed"
            raise RuntimeError(message)
        return self.body

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.said = status, headers, body


class Scope:
    """A request as the server tells it."""

    method, path, client = "POST", "/", "127.0.0.1:4711"

    def __init__(self, length: int) -> None:
        self.headers = {"content-type": "application/json", "content-length": str(length)}


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
        self.door = RsgiDoor(door, asyncio.get_running_loop())

    async def knock(self, line: Line, length: int = 4) -> Reply:
        reply = await self.door(Scope(length), line)
        assert line.said == (reply.status, reply.small_fields, reply.body)
        return reply

    def close(self) -> None:
        self.door.close()
        assert self.door._reading == {}


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.intake.rsgi.EVERY_SECONDS", 0.02)


def test_a_body_is_taken_and_its_receipt_told() -> None:
    async def all_of_it() -> None:
        knocking = Knocking()
        assert (await knocking.knock(Line(b"1212"))).body == b'{"receipt": 7}'
        assert (await knocking.knock(Line(b""), length=0)).body == b'{"receipt": 7}'
        assert knocking.desk.written == [b"1212", b""]
        assert knocking.why == ["", ""]
        knocking.close()

    asyncio.run(all_of_it())


@pytest.mark.parametrize("line", [Line(b"12"), Line(b"", leaves=True)])
def test_whoever_leaves_is_forgotten(line: Line) -> None:
    async def all_of_it() -> None:
        knocking = Knocking()
        with pytest.raises(Gone):
            await knocking.knock(line)
        assert (line.said, knocking.why, knocking.desk.written) == (None, [], [])
        knocking.close()

    asyncio.run(all_of_it())


def test_whoever_halts_is_told_and_others_go_on() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(reading_seconds=0.05)
        quiet = [Line(b"", is_quiet=True) for _ in range(3)]
        halting = [asyncio.create_task(knocking.knock(one)) for one in quiet]
        assert (await knocking.knock(Line(b"1212"))).status == 200
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
        halting = asyncio.create_task(knocking.knock(Line(b"", is_quiet=True)))
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
        reply = await knocking.knock(Line(b"1212"))
        assert (reply.status, knocking.why) == (503, ["slow"])
        assert ("Retry-After", "2") in reply.headers
        knocking.desk.held = None
        assert (await knocking.knock(Line(b"1212"))).status == 200
        assert knocking.desk.written == [b"1212", b"1212"]
        knocking.close()

    asyncio.run(all_of_it())


def test_a_refusal_is_explained_and_what_comes_too_often_told_when_to_come_again() -> None:
    async def all_of_it() -> None:
        knocking = Knocking(Desk(NOT_THIS))
        reply = await knocking.knock(Line(b"1212"))
        assert (reply.status, reply.body) == (409, b'{"detail": "not this"}')
        knocking.desk.outcome = Refusal(429, "", wait=2.5)
        reply = await knocking.knock(Line(b"1212"))
        assert (reply.status, ("Retry-After", "3") in reply.headers) == (429, True)
        assert knocking.why == ["409", "often"]
        knocking.close()

    asyncio.run(all_of_it())
