"""Group commit: one transaction for all that came while the one before was running.

A commit that reaches the disk costs the same for one write and for a thousand. There is no timer:
the first write is committed at once, and what arrives meanwhile is the next group. Waiting for
more, even 2 ms, gained nothing in measurement.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from time import perf_counter
from typing import Generic, TypeVar

from canyu.intake.errors import IntakeStopped, QueueFull

log = logging.getLogger(__name__)
Item = TypeVar("Item")
Slip = TypeVar("Slip")
Receipt = TypeVar("Receipt")


@dataclass(frozen=True)
class Group:
    """One commit as it went: how many writes, how long it took, and whether it succeeded."""

    size: int
    seconds: float
    is_done: bool


class Committer(Generic[Item, Slip, Receipt]):
    """Takes items from any thread and hands them in groups to `body`, one group at a time.

    `body` gets the items in the order in which they came and returns as many outcomes in the same
    order: a receipt, or an exception that only its own item is told. All it wrote must be on disk
    when it returns. If it raises, nothing of the group was written: each item is then tried by
    itself, so that one that cannot be written fails nobody else; unless `is_fault_of_none` says
    that what it raised is no item's fault, as when the store is away: then all are told it at once.

    Whoever hands an item in leaves a slip with it. `hand_back` gets the slips of a whole group with
    their outcomes, once and in the committer's own thread: it wakes those who wait, and no more.
    """

    def __init__(
        self,
        body: Callable[[Sequence[Item]], Sequence[Receipt | Exception]],
        hand_back: Callable[[Sequence[tuple[Slip, Receipt | Exception]]], None],
        *,
        most_waiting: int = 20_000,
        most_in_group: int = 1_000,
        on_group: Callable[[Group], None] = lambda _group: None,
        at_end: Callable[[], None] = lambda: None,
        is_fault_of_none: Callable[[Exception], bool] = lambda _problem: False,
    ) -> None:
        self._body = body
        self._hand_back = hand_back
        self._most_waiting = most_waiting
        self._most_in_group = most_in_group
        self._on_group = on_group
        self._at_end = at_end
        self._is_fault_of_none = is_fault_of_none
        self._waiting: deque[tuple[Item, Slip]] = deque()
        self._has_work = threading.Condition(threading.Lock())
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="canyu-committer", daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """How many items are in the queue, not counting the group that is being written."""
        return len(self._waiting)

    @property
    def is_running(self) -> bool:
        """Whether what is submitted now would be written."""
        return self._thread.is_alive() and not self._is_stopping

    def submit(self, item: Item, slip: Slip) -> None:
        """Queue an item; its slip is handed back when it is on disk, or with why it is not.

        Raises `QueueFull` instead of growing without end, `IntakeStopped` after `stop`.
        """
        with self._has_work:
            if self._is_stopping:
                raise IntakeStopped
            if len(self._waiting) >= self._most_waiting:
                raise QueueFull
            self._waiting.append((item, slip))
            self._has_work.notify()

    def stop(self, *, timeout: float | None = 30.0) -> bool:
        """Take nothing more, write what was taken, and end; False where time did not suffice."""
        with self._has_work:
            self._is_stopping = True
            self._has_work.notify()
        self._thread.join(timeout)
        return not self._thread.is_alive()

    def _run(self) -> None:
        try:
            while group := self._next_group():
                self._write(group)
        finally:
            self._at_end()

    def _next_group(self) -> list[tuple[Item, Slip]]:
        """Wait for work; an empty list says that there will be none any more."""
        with self._has_work:
            while not self._waiting and not self._is_stopping:
                self._has_work.wait()
            size = min(len(self._waiting), self._most_in_group)
            return [self._waiting.popleft() for _ in range(size)]

    def _write(self, group: list[tuple[Item, Slip]]) -> None:
        began = perf_counter()
        try:
            outcomes = self._body([item for item, _ in group])
        except Exception as problem:  # noqa: BLE001 - whatever it was, its group must be answered
            self._on_group(Group(len(group), perf_counter() - began, is_done=False))
            self._write_singly(group, problem)
            return
        self._on_group(Group(len(group), perf_counter() - began, is_done=True))
        self._answer([(slip, outcome) for (_, slip), outcome in zip(group, outcomes, strict=True)])

    def _write_singly(self, group: list[tuple[Item, Slip]], problem: Exception) -> None:
        if len(group) == 1 or self._is_fault_of_none(problem):
            log.error("%s writes were not taken", len(group), exc_info=problem)
            self._answer([(slip, problem) for _, slip in group])
            return
        log.warning("a group of %s was not written (%s); trying each alone", len(group), problem)
        for one in group:
            self._write([one])

    def _answer(self, answered: Sequence[tuple[Slip, Receipt | Exception]]) -> None:
        try:
            self._hand_back(answered)
        except Exception:
            # Those who waited are gone, as at the end of their process; what was written stands.
            log.exception("%s outcomes were told to nobody", len(answered))
