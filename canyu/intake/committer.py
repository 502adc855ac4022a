"""Group commit for threads: one transaction for all that came while the one before was running.

A commit that reaches the disk costs the same for one write and for a thousand. There is no timer:
the first write is committed at once, and what arrives meanwhile is the next group. Waiting for
more, even 2 ms, gained nothing in measurement.
"""

import logging
import threading
from collections import deque
from collections.abc import Callable, Sequence
from typing import Generic, TypeVar

from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.outcomes import Failure, Outcome

log = logging.getLogger(__name__)
Slip = TypeVar("Slip")


class Committer(Generic[Slip]):
    """Takes bodies from any thread and hands them in groups to `write`, one group at a time.

    `write` gets the bodies in the order in which they came and returns as many outcomes in the same
    order; what it wrote must be on disk then.

    Whoever hands a body in leaves a slip with it. `hand_back` gets the slips of a whole group with
    their outcomes, once and in the committer's own thread: it wakes those who wait, and no more.
    """

    def __init__(
        self,
        write: Callable[[Sequence[bytes]], Sequence[Outcome]],
        hand_back: Callable[[Sequence[tuple[Slip, Outcome]]], None],
        *,
        most_waiting: int = 20_000,
        most_in_group: int = 1_000,
        at_end: Callable[[], None] = lambda: None,
    ) -> None:
        self._write = write
        self._hand_back = hand_back
        self._most_waiting = most_waiting
        self._most_in_group = most_in_group
        self._at_end = at_end
        self._waiting: deque[tuple[bytes, Slip]] = deque()
        self._has_work = threading.Condition(threading.Lock())
        self._is_stopping = False
        self._thread = threading.Thread(target=self._run, name="canyu-committer", daemon=True)
        self._thread.start()

    @property
    def n_waiting(self) -> int:
        """How many bodies are in the queue, not counting the group that is being written."""
        return len(self._waiting)

    @property
    def is_running(self) -> bool:
        """Whether what is submitted now would be written."""
        return self._thread.is_alive() and not self._is_stopping

    def submit(self, item: bytes, slip: Slip) -> None:
        """Queue a body; its slip is handed back when it is on disk, or with why it is not.

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
                outcomes = self._outcomes([item for item, _ in group])
                self._answer([(slip, one) for (_, slip), one in zip(group, outcomes, strict=True)])
        finally:
            self._at_end()

    def _next_group(self) -> list[tuple[bytes, Slip]]:
        """Wait for work; an empty list says that there will be none any more."""
        with self._has_work:
            while not self._waiting and not self._is_stopping:
                self._has_work.wait()
            size = min(len(self._waiting), self._most_in_group)
            return [self._waiting.popleft() for _ in range(size)]

    def _outcomes(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        try:
            return self._write(bodies)
        except Exception:
            # Whatever it was, those who wait must be answered, and those after them written.
            log.exception("%s writes were not taken", len(bodies))
            return [Failure(is_unsure=True)] * len(bodies)

    def _answer(self, answered: Sequence[tuple[Slip, Outcome]]) -> None:
        try:
            self._hand_back(answered)
        except Exception:
            # Those who waited are gone, as at the end of their process; what was written stands.
            log.exception("%s outcomes were told to nobody", len(answered))
