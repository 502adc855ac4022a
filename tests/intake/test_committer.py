"""What a group commit promises to whoever waits."""

import threading
import time
from collections.abc import Sequence
from concurrent.futures import Future
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.intake import committer as intake
from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.outcomes import Failure, Outcome, Refusal

WAIT = 10
NEGATIVE = Refusal(400, "It is negative.")


class Ledger:
    """Writes numbers into a list, and can be held up or made to fail."""

    def __init__(self, poison: int | None = None) -> None:
        self.groups: list[list[int]] = []
        self.written: list[int] = []
        self.poison = poison
        self.go = threading.Event()
        self.go.set()
        self.began = threading.Event()

    def __call__(self, bodies: Sequence[bytes]) -> list[Outcome]:
        self.began.set()
        assert self.go.wait(WAIT)
        items = [int(body) for body in bodies]
        if self.poison in items:
            message = "cannot be written"
            raise OSError(message)
        self.groups.append(items)
        self.written += items
        return [item * 10 if item >= 0 else NEGATIVE for item in items]


class Committer(intake.Committer["Future[Outcome]"]):
    """One that is left a future as a slip."""

    def __init__(self, write: Ledger, **more: Any) -> None:
        self.handed_back: list[int] = []
        super().__init__(write, self.hand_back, **more)

    def put(self, item: int) -> "Future[Outcome]":
        future: Future[Outcome] = Future()
        self.submit(b"%d" % item, future)
        return future

    def hand_back(self, answered: Sequence[tuple["Future[Outcome]", Outcome]]) -> None:
        self.handed_back.append(len(answered))
        for future, outcome in answered:
            future.set_result(outcome)


def test_a_receipt_comes_after_its_write() -> None:
    ledger = Ledger()
    committer = Committer(ledger)
    assert committer.put(4).result(WAIT) == 40
    assert ledger.written == [4]
    assert committer.stop()


def test_what_came_during_a_commit_is_the_next_group() -> None:
    ledger = Ledger()
    ledger.go.clear()
    committer = Committer(ledger, most_in_group=3)
    first = committer.put(0)
    assert ledger.began.wait(WAIT)
    later = [committer.put(n) for n in range(1, 6)]
    assert not first.done()
    assert committer.n_waiting == 5
    ledger.go.set()
    assert [one.result(WAIT) for one in (first, *later)] == [0, 10, 20, 30, 40, 50]
    assert ledger.groups == [[0], [1, 2, 3], [4, 5]]
    assert committer.stop()


def test_a_refusal_is_told_to_its_own_item_only() -> None:
    committer = Committer(Ledger())
    good, bad = committer.put(1), committer.put(-1)
    assert good.result(WAIT) == 10
    assert bad.result(WAIT) == NEGATIVE
    assert committer.stop()


def test_whatever_happens_everybody_is_answered(caplog: pytest.LogCaptureFixture) -> None:
    committer = Committer(Ledger(poison=2))
    assert committer.put(2).result(WAIT) == Failure(is_unsure=True)
    assert committer.put(3).result(WAIT) == 30
    assert committer.stop()
    assert "1 writes were not taken" in caplog.text


def test_a_full_queue_refuses_instead_of_growing() -> None:
    ledger = Ledger()
    ledger.go.clear()
    committer = Committer(ledger, most_waiting=2)
    running = committer.put(0)
    assert ledger.began.wait(WAIT)
    waiting = [committer.put(n) for n in (1, 2)]
    with pytest.raises(QueueFull):
        committer.put(3)
    ledger.go.set()
    assert [one.result(WAIT) for one in (running, *waiting)] == [0, 10, 20]
    assert committer.put(3).result(WAIT) == 30
    assert committer.stop()


def test_stopping_writes_what_was_taken_and_takes_nothing_more() -> None:
    ledger, ended = Ledger(), threading.Event()
    ledger.go.clear()
    committer = Committer(ledger, at_end=ended.set)
    taken = [committer.put(n) for n in range(5)]
    stopper = threading.Thread(target=committer.stop)
    stopper.start()
    ledger.go.set()
    stopper.join(WAIT)
    assert [one.result(0) for one in taken] == [0, 10, 20, 30, 40]
    assert ended.is_set()
    with pytest.raises(IntakeStopped):
        committer.put(6)


def test_a_group_is_handed_back_at_once() -> None:
    ledger = Ledger()
    ledger.go.clear()
    committer = Committer(ledger)
    first = committer.put(1)
    assert ledger.began.wait(WAIT)
    later = [committer.put(n) for n in (2, -3, 4)]
    ledger.go.set()
    assert first.result(WAIT) == 10
    assert later[2].result(WAIT) == 40
    assert committer.stop()
    assert committer.handed_back == [1, 3]


def test_nobody_left_to_hear_stops_nothing(caplog: pytest.LogCaptureFixture) -> None:
    ledger = Ledger()
    committer = Committer(ledger)
    told = committer.put(1)
    assert told.result(WAIT) == 10
    # A future that was told refuses to be told again.
    committer.submit(b"2", told)
    while committer.handed_back != [1, 1]:
        time.sleep(0.001)
    assert committer.put(3).result(WAIT) == 30
    assert committer.stop()
    assert ledger.written == [1, 2, 3]
    assert "told to nobody" in caplog.text


@given(st.lists(st.integers(0, 50), max_size=60), st.integers(1, 7))
def test_from_many_threads_each_is_written_once(items: list[int], most: int) -> None:
    ledger = Ledger()
    committer = Committer(ledger, most_in_group=most)
    receipts: list[Outcome] = []
    threads = [
        threading.Thread(target=lambda n=n: receipts.append(committer.put(n).result(WAIT)))
        for n in items
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert committer.stop()
    assert sorted(ledger.written) == sorted(items)
    assert sorted(map(str, receipts)) == sorted(str(10 * n) for n in items)
    assert all(len(group) <= most for group in ledger.groups)
