"""What may be asked by whoever watches this process: does it live, is it ready, how does it go.

These answers stand before the pages and need none of their threads' room: a process that is busy
lives all the same, and whoever takes it for dead would only make it worse.
"""

import hmac
import logging
import threading
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from ipaddress import ip_address
from time import monotonic
from typing import Any

from django.conf import settings
from django.db import DatabaseError, connection

from canyu.config.metrics import TYPE, Metrics
from canyu.intake.heads import Head, WsgiHead

log = logging.getLogger(__name__)
ALIVE, READY, METRICS = "/healthz", "/readyz", "/metrics"
PATHS = frozenset({ALIVE, READY, METRICS})
TEXT = "text/plain; charset=utf-8"
# Asked more often than that, it says again what it said.
READY_SECONDS = 1.0
LOCAL_NAMES = {"localhost", "127.0.0.1", "[::1]"}
# Whoever stands in front says so in one of these.
FORWARDED = ("x-forwarded-for", "x-forwarded-host", "forwarded", "x-real-ip")
NOT_TOLD = (
    "Figures are told to this machine itself, and to whoever sends CANYU_METRICS_TOKEN as a "
    "bearer token.\n"
)


@dataclass(frozen=True)
class Said:
    """An answer to whoever watches."""

    status: HTTPStatus
    kind: str
    body: bytes

    @property
    def fields(self) -> list[tuple[str, str]]:
        """All its header fields."""
        return [
            ("Content-Type", self.kind),
            ("Content-Length", str(len(self.body))),
            ("Cache-Control", "no-store"),
            ("X-Content-Type-Options", "nosniff"),
        ]


class Watch:
    """Answers for the three addresses in `PATHS`."""

    def __init__(self, metrics: Metrics, *, is_taking: Callable[[], bool]) -> None:
        """`is_taking` says whether reports that come in would be written."""
        self._metrics = metrics
        self._is_taking = is_taking
        self._is_migrated = False
        self._alone = threading.Lock()
        self._asked_at = float("-inf")
        self._faults: list[str] = []

    def __call__(
        self, environ: Mapping[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one WSGI request."""
        said = self.answer(WsgiHead(environ), str(environ["PATH_INFO"]))
        start_response(f"{said.status.value} {said.status.phrase}", said.fields)
        return [b"" if environ["REQUEST_METHOD"] == "HEAD" else said.body]

    def answer(self, head: Head, path: str) -> Said:
        """Answer at one of `PATHS`; that for READY may wait for the store."""
        if head.method not in {"GET", "HEAD"}:
            return Said(HTTPStatus.METHOD_NOT_ALLOWED, TEXT, b"Only to be asked, by GET.\n")
        if path == ALIVE:
            return Said(HTTPStatus.OK, TEXT, b"ok")
        if path == METRICS:
            if not may_see_figures(head):
                return Said(HTTPStatus.FORBIDDEN, TEXT, NOT_TOLD.encode())
            return Said(HTTPStatus.OK, TYPE, self._metrics.told())
        faults = self._faults_now()
        if faults:
            return Said(HTTPStatus.SERVICE_UNAVAILABLE, TEXT, "\n".join(faults).encode())
        return Said(HTTPStatus.OK, TEXT, b"ok")

    def _faults_now(self) -> list[str]:
        with self._alone:
            if monotonic() - self._asked_at >= READY_SECONDS:
                self._faults = list(self._look())
                self._asked_at = monotonic()
            return self._faults

    def _look(self) -> Iterable[str]:
        if not self._is_taking():
            yield "reports are not taken any more"
        try:
            with connection.cursor() as cursor:
                cursor.execute("SELECT 1")
            if not self._has_tables():
                yield "the database is not of this version"
        except DatabaseError as problem:
            log.warning("not ready: %s", problem)
            yield "the database does not answer"
        finally:
            # This thread has other things to do, and may not come by here again.
            connection.close()

    def _has_tables(self) -> bool:
        # Found once, it stays so: a process runs one version, and tables are not taken away.
        if not self._is_migrated:
            from canyu.config.setup import is_migrated  # noqa: PLC0415

            self._is_migrated = is_migrated()
        return self._is_migrated


def may_see_figures(head: Head) -> bool:
    """Whether this request comes from the machine itself, past no proxy, or knows the token."""
    token = str(settings.CANYU_METRICS_TOKEN)
    sent = head.get("authorization")
    if token and hmac.compare_digest(
        sent.encode(errors="replace"), f"Bearer {token}".encode(errors="replace")
    ):
        return True
    if any(head.has(name) for name in FORWARDED):
        return False
    host = head.get("host")
    # A page of elsewhere, opened on this machine, asks by its own name; so may a proxy.
    if host.rpartition(":")[0] not in LOCAL_NAMES and host not in LOCAL_NAMES:
        return False
    try:
        return ip_address(head.peer).is_loopback
    except ValueError:
        return False
