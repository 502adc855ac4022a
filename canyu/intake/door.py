"""The hot door: takes one small body, does almost nothing, answers when it is on disk.

There is no session, no cookie, no query: who writes is proved by the signed token in the body. So
nothing here can be done in somebody's name by another site, and still a foreign Origin is sent
away. Here is all that is decided; `wsgi` and `asgi` bring the bytes and do the waiting.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from math import ceil
from typing import Any, Protocol

from canyu.intake.errors import IntakeStopped, QueueFull
from canyu.intake.heads import Head
from canyu.intake.outcomes import Failure, Outcome, Refusal

RETRY_SECONDS = 2
STATUSES = {
    "method": 405,
    "type": 415,
    "origin": 403,
    "length": 411,
    "large": 413,
    "halting": 408,
    "often": 429,
    "full": 503,
    "slow": 503,
    "fault": 503,
}


class Queue(Protocol):
    """Where admitted bodies go."""

    @property
    def n_waiting(self) -> int:
        """How many wait, besides what is being written."""

    @property
    def is_running(self) -> bool:
        """Whether what is submitted now would be written."""

    def submit(self, item: bytes, slip: Any) -> None:  # noqa: ANN401 - of whoever waits
        """Queue a body; raises `QueueFull` or `IntakeStopped`."""

    def stop(self) -> bool:
        """Take nothing more, and write what was taken; False where time did not suffice."""


@dataclass(frozen=True)
class Reply:
    """What is said to whoever knocked; `why` is "" for a yes, else one word for whoever counts."""

    status: int
    body: bytes
    headers: tuple[tuple[str, str], ...] = ()
    why: str = ""

    @cached_property
    def fields(self) -> list[tuple[str, str]]:
        """All header fields, with those that every reply has."""
        return [
            ("Content-Type", "application/json; charset=utf-8"),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            *self.headers,
        ]

    @cached_property
    def messages(self) -> tuple[dict[str, Any], dict[str, Any]]:
        """The two messages that this is in ASGI."""
        fields = [(name.lower().encode(), value.encode()) for name, value in self.fields]
        start = {"type": "http.response.start", "status": self.status, "headers": fields}
        return start, {"type": "http.response.body", "body": self.body}


def told(**facts: object) -> bytes:
    """A body that tells these."""
    return json.dumps(facts, ensure_ascii=False).encode()


@dataclass(frozen=True)
class Door:
    """One address that takes bodies of one kind.

    `admit` gets the address of the sender and returns the seconds it should wait, 0 for none;
    `sender` finds that address; `acknowledge` says a receipt; `explain` says a refusal
    and `sentences` one of `STATUSES`, in one of the languages that were asked for. `origins` are
    addresses besides the Host's own from which a page may send. A body may have `most_bytes` and
    take `reading_seconds` to come; an outcome is waited for `patience` seconds. `on_reply` hears of
    every reply's `why`.
    """

    path: str
    queue: Queue
    admit: Callable[[str], float]
    acknowledge: Callable[[int], Reply]
    explain: Callable[[Refusal, str], str]
    sentences: Callable[[str, str], str]
    sender: Callable[[Head], str] = lambda head: head.peer
    origins: frozenset[str] = frozenset()
    most_bytes: int = 64 * 1024
    reading_seconds: float = 20.0
    patience: float = 30.0
    on_reply: Callable[[str], None] = lambda _why: None

    def turn_away(self, head: Head) -> Reply | None:
        """Say what is wrong around the body, before a byte of it is read; None where nothing is."""
        if head.method != "POST":
            return self.refuse("method", head, ("Allow", "POST"))
        if not head.get("content-type").startswith("application/json"):
            return self.refuse("type", head)
        origin = head.get("origin")
        if origin and origin not in self.origins and not _is_of(origin, head):
            return self.refuse("origin", head)
        length = head.get("content-length")
        if not (length.isascii() and length.isdigit()):
            return self.refuse("length", head)
        return self.refuse("large", head) if int(length) > self.most_bytes else None

    def take(self, body: bytes, head: Head, slip: object) -> Reply | None:
        """Admit and queue a body; None: the slip will be handed back with the outcome."""
        wait = self.admit(self.sender(head))
        if wait > 0:
            return self._too_often(wait, head)
        try:
            self.queue.submit(body, slip)
        except (QueueFull, IntakeStopped):
            return self._later("full", head)
        return None

    def answer(self, outcome: Outcome, head: Head) -> Reply:
        """Put into words what became of a body."""
        if isinstance(outcome, int):
            return self.acknowledge(outcome)
        if isinstance(outcome, Failure):
            return self._later("slow" if outcome.is_unsure else "fault", head)
        if outcome.wait:
            return self._too_often(outcome.wait, head)
        sentence = self.explain(outcome, languages_of(head))
        return Reply(outcome.status, told(detail=sentence), (), str(outcome.status))

    def refuse(self, why: str, head: Head, *headers: tuple[str, str]) -> Reply:
        """Say no for one of the reasons in `STATUSES`."""
        sentence = self.sentences(why, languages_of(head))
        return Reply(STATUSES[why], told(detail=sentence), headers, why)

    def _too_often(self, wait: float, head: Head) -> Reply:
        return self.refuse("often", head, ("Retry-After", str(ceil(wait))))

    def _later(self, why: str, head: Head) -> Reply:
        return self.refuse(why, head, ("Retry-After", str(RETRY_SECONDS)))


def languages_of(head: Head) -> str:
    """The languages that were asked for, as they were, cut where no browser goes on."""
    return head.get("accept-language")[:200]


def _is_of(origin: str, head: Head) -> bool:
    host = head.get("host")
    return origin in {f"http://{host}", f"https://{host}"}
