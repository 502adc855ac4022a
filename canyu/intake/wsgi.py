"""The door in a process of pages: a thread waits for each commit."""

from collections.abc import Callable, Iterable, Sequence
from http import HTTPStatus
from threading import Lock
from typing import Any

from canyu.intake.door import Door, Reply
from canyu.intake.heads import WsgiHead
from canyu.intake.outcomes import Failure, Outcome

NOBODY_KNOWS = Failure(is_unsure=True)


class ThreadSlip:
    """What a thread waits with; the cheapest thing that one thread can be woken by."""

    __slots__ = ("_gate", "_outcome")

    def __init__(self) -> None:
        self._gate = Lock()
        self._gate.acquire()
        self._outcome: Outcome = NOBODY_KNOWS

    def tell(self, outcome: Outcome) -> None:
        """Wake the thread, once."""
        self._outcome = outcome
        self._gate.release()

    def wait(self, seconds: float) -> Outcome:
        """The outcome, or that nobody knows where it did not come."""
        return self._outcome if self._gate.acquire(timeout=seconds) else NOBODY_KNOWS


def wake_threads(answered: Sequence[tuple[ThreadSlip, Outcome]]) -> None:
    """Hand the slips of a group back."""
    for slip, outcome in answered:
        slip.tell(outcome)


class WsgiDoor:
    """Answers WSGI requests at a door whose queue hands back to `wake_threads`."""

    def __init__(self, door: Door) -> None:
        self.door = door

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        reply = self._reply_to(environ)
        self.door.on_reply(reply.why)
        start_response(f"{reply.status} {HTTPStatus(reply.status).phrase}", reply.fields)
        return [reply.body]

    def _reply_to(self, environ: dict[str, Any]) -> Reply:
        head, door = WsgiHead(environ), self.door
        if (reply := door.turn_away(head)) is not None:
            return reply
        body = environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"]))
        slip = ThreadSlip()
        if (reply := door.take(body, head, slip)) is not None:
            return reply
        return door.answer(slip.wait(door.patience), head)
