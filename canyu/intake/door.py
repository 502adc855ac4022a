"""The hot door: takes one small body, does almost nothing, answers when it is on disk.

It stands before everything else in the same WSGI process. There is no session, no cookie, no
query: who writes is proved by the signed token in the body. So nothing here can be done in
somebody's name by another site, and still a foreign Origin is sent away.
"""

import json
from collections.abc import Callable, Iterable
from concurrent.futures import Future
from concurrent.futures import TimeoutError as NotInTime
from dataclasses import dataclass, field
from http import HTTPStatus
from math import ceil
from typing import Any, Generic, Protocol, TypeVar

from canyu.intake.errors import IntakeStopped, QueueFull

Item = TypeVar("Item")
Taken_contra = TypeVar("Taken_contra", contravariant=True)
Environ = dict[str, Any]
StartResponse = Callable[..., Any]
RETRY_SECONDS = 2


class Queue(Protocol[Taken_contra]):
    """Where admitted items go."""

    @property
    def is_running(self) -> bool:
        """Whether what is submitted now would be written."""

    def submit(self, item: Taken_contra) -> "Future[Any]":
        """Queue an item; raises `QueueFull` or `IntakeStopped`."""


@dataclass(frozen=True)
class Reply:
    """What is said to whoever knocked; `why` is "" for a yes, else one word for whoever counts."""

    status: int
    told: dict[str, Any]
    headers: tuple[tuple[str, str], ...] = field(default=())
    why: str = ""


@dataclass(frozen=True)
class Door(Generic[Item]):
    """One address that takes bodies of one kind.

    `read` turns a body into an item or raises; `admit` gets item and address of the sender and
    returns the seconds it should wait, 0 for none; `acknowledge` turns a receipt into what is
    told; `explain` turns an exception into status and sentence, in the languages that were asked
    for. `origins` are addresses besides the Host's own from which a page may send. `on_reply` hears
    of every reply's `why`.
    """

    path: str
    queue: Queue[Item]
    read: Callable[[bytes], Item]
    admit: Callable[[Item, str], float]
    acknowledge: Callable[[Any], dict[str, Any]]
    explain: Callable[[Exception, str], tuple[int, str]]
    sentences: Callable[[str, str], str]
    origins: frozenset[str] = frozenset()
    most_bytes: int = 64 * 1024
    patience: float = 30.0
    on_reply: Callable[[str], None] = lambda _why: None

    def __call__(self, environ: Environ, start_response: StartResponse) -> Iterable[bytes]:
        """Answer one WSGI request."""
        languages = str(environ.get("HTTP_ACCEPT_LANGUAGE", ""))[:200]
        fault = self._fault_of(environ)
        reply = self._away(*fault, languages) if fault else self._take(environ, languages)
        self.on_reply(reply.why)
        body = json.dumps(reply.told, ensure_ascii=False).encode()
        start_response(
            f"{reply.status} {HTTPStatus(reply.status).phrase}",
            [
                ("Content-Type", "application/json; charset=utf-8"),
                ("Content-Length", str(len(body))),
                ("Cache-Control", "no-store"),
                *reply.headers,
            ],
        )
        return [body]

    def _take(self, environ: Environ, languages: str) -> Reply:
        try:
            item = self.read(environ["wsgi.input"].read(int(environ["CONTENT_LENGTH"])))
        except Exception as problem:  # noqa: BLE001 - `explain` knows what it can say
            status, sentence = self.explain(problem, languages)
            return Reply(status, {"detail": sentence}, why=str(status))
        wait = self.admit(item, str(environ.get("REMOTE_ADDR", "")))
        if wait > 0:
            return self._later("often", languages, status=429, seconds=ceil(wait))
        try:
            future = self.queue.submit(item)
        except (QueueFull, IntakeStopped):
            return self._later("full", languages, status=503, seconds=RETRY_SECONDS)
        try:
            receipt = future.result(self.patience)
        except NotInTime:
            return self._later("slow", languages, status=503, seconds=RETRY_SECONDS)
        except Exception as problem:  # noqa: BLE001 - `explain` knows what it can say
            status, sentence = self.explain(problem, languages)
            is_ours = status >= HTTPStatus.INTERNAL_SERVER_ERROR
            headers = (("Retry-After", str(RETRY_SECONDS)),) if is_ours else ()
            return Reply(status, {"detail": sentence}, headers, str(status))
        return Reply(200, self.acknowledge(receipt))

    def _fault_of(self, environ: Environ) -> tuple[str, int] | None:
        """What is wrong around the body, before a byte of it is read: why, and the status."""
        if environ["REQUEST_METHOD"] != "POST":
            return "method", 405
        if not str(environ.get("CONTENT_TYPE", "")).startswith("application/json"):
            return "type", 415
        origin = str(environ.get("HTTP_ORIGIN", ""))
        if origin and origin not in self.origins and not _is_of(origin, environ):
            return "origin", 403
        length = str(environ.get("CONTENT_LENGTH", ""))
        if not (length.isascii() and length.isdigit()):
            return "length", 411
        return ("large", 413) if int(length) > self.most_bytes else None

    def _away(self, why: str, status: int, languages: str) -> Reply:
        headers = (("Allow", "POST"),) if status == HTTPStatus.METHOD_NOT_ALLOWED else ()
        return Reply(status, {"detail": self.sentences(why, languages)}, headers, why)

    def _later(self, why: str, languages: str, *, status: int, seconds: int) -> Reply:
        told = {"detail": self.sentences(why, languages)}
        return Reply(status, told, (("Retry-After", str(seconds)),), why)


def _is_of(origin: str, environ: Environ) -> bool:
    host = str(environ.get("HTTP_HOST", ""))
    return origin in {f"http://{host}", f"https://{host}"}
