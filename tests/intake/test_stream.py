"""The queue of a loop: what it promises when the process that writes is slow, or ends."""

import asyncio
import sys
import time
from collections.abc import Callable, Coroutine
from pathlib import Path
from typing import Any

import pytest

from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.outcomes import Failure, Group, Outcome
from canyu.intake.stream import Slip, WriterStream
from tests.intake.scribe import NO

WAIT = 10


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("canyu.intake.stream.SECONDS_BETWEEN_STARTS", 0.05)


class Desk:
    """A stream with its file."""

    def __init__(self, folder: Path, **more: Any) -> None:
        self.file = folder / "book"
        self.groups: list[Group] = []
        self._loop = asyncio.get_running_loop()
        command = [sys.executable, "-m", "tests.intake.scribe", str(self.file)]
        self.stream = WriterStream(command, self._loop, on_group=self.groups.append, **more)

    def put(self, body: bytes) -> Slip:
        slip: Slip = self._loop.create_future()
        self.stream.submit(body, slip)
        return slip

    async def told(self, *slips: Slip) -> list[Outcome]:
        return await asyncio.wait_for(asyncio.gather(*slips), WAIT)

    def lines(self) -> list[str]:
        return self.file.read_text("ascii").split()


def run(story: Callable[[], Coroutine[Any, Any, None]]) -> None:
    asyncio.run(story())


def test_what_came_in_one_turn_is_one_group_and_what_came_meanwhile_the_next(
    tmp_path: Path,
) -> None:
    async def story() -> None:
        desk = Desk(tmp_path)
        first = [desk.put(one) for one in (b"a", b"no", b"slowly")]
        assert desk.stream.n_waiting == 3
        assert await desk.told(*first) == [1, NO, 2]
        slow = desk.put(b"slowly")
        await asyncio.sleep(0.2)
        later = []
        for number in range(5):
            later.append(desk.put(b"%d" % number))
            await asyncio.sleep(0.01)
        assert await desk.told(slow, *later) == [3, 4, 5, 6, 7, 8]
        assert [one.size for one in desk.groups] == [3, 1, 5]
        assert desk.stream.n_waiting == 0
        assert desk.stream.stop()
        assert desk.lines() == ["a", "slowly", "slowly", *"01234", "closed"]

    run(story)


def test_half_of_many_is_told_before_the_other_half_is_written(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk(tmp_path)
        assert await desk.told(desk.put(b"first")) == [1]
        slow = desk.put(b"slowly")
        await asyncio.sleep(0.1)
        later = []
        for body in (b"a", b"b", b"c", b"d", b"e", b"slowly"):
            later.append(desk.put(body))
            # A message each.
            await asyncio.sleep(0)
        assert await desk.told(slow, *later[:3]) == [2, 3, 4, 5]
        assert not any(one.done() for one in later[3:])
        assert await desk.told(*later[3:]) == [6, 7, 8]
        assert [one.size for one in desk.groups] == [1, 1, 3, 3]
        assert desk.stream.stop()
        assert desk.lines() == ["first", "slowly", *"abcde", "slowly", "closed"]

    run(story)


def test_a_process_that_dies_is_told_as_it_is_and_another_goes_on(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk(tmp_path)
        assert await desk.told(desk.put(b"a")) == [1]
        assert await desk.told(desk.put(b"b"), desk.put(b"die")) == [Failure(is_unsure=True)] * 2
        # Nobody is there yet who would write this; it waits for whoever comes.
        assert await desk.told(desk.put(b"c")) == [2]
        assert desk.stream.stop()
        assert desk.lines() == ["a", "c", "closed"]

    run(story)


def test_a_full_queue_refuses_and_one_that_stops_too(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk(tmp_path, most_waiting=2)
        taken = [desk.put(b"a"), desk.put(b"b")]
        with pytest.raises(QueueFull):
            desk.put(b"c")
        assert await desk.told(*taken) == [1, 2]
        assert desk.stream.is_running
        assert desk.stream.stop()
        assert not desk.stream.is_running
        with pytest.raises(IntakeStopped):
            desk.put(b"d")

    run(story)


def test_what_was_taken_before_a_stop_is_written_and_told(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk(tmp_path)
        taken = [desk.put(b"slowly"), desk.put(b"a")]
        assert await asyncio.to_thread(desk.stream.stop)
        assert await desk.told(*taken) == [1, 2]
        assert desk.lines() == ["slowly", "a", "closed"]

    run(story)


def test_whoever_left_holds_nobody_up(tmp_path: Path) -> None:
    async def story() -> None:
        desk = Desk(tmp_path)
        gone, stays = desk.put(b"a"), desk.put(b"b")
        gone.cancel()
        assert await desk.told(stays) == [2]
        assert desk.stream.stop()

    run(story)


def test_it_stops_although_its_loop_runs_no_more(tmp_path: Path) -> None:
    loop = asyncio.new_event_loop()

    async def begin() -> Desk:
        desk = Desk(tmp_path)
        assert await desk.told(desk.put(b"a")) == [1]
        return desk

    desk = loop.run_until_complete(begin())
    began = time.monotonic()
    assert desk.stream.stop()
    assert time.monotonic() - began < WAIT
    assert desk.lines() == ["a", "closed"]
    loop.run_until_complete(asyncio.sleep(0))
    loop.close()
