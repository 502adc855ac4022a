"""Figures about this process, in the form that Prometheus reads. None is about a person."""

from collections.abc import Callable
from wsgiref.types import StartResponse

from prometheus_client import (
    CollectorRegistry,
    Counter,
    Gauge,
    GCCollector,
    Histogram,
    ProcessCollector,
    generate_latest,
)
from prometheus_client.exposition import CONTENT_TYPE_LATEST

from canyu.config.answered import Answered
from canyu.intake.outcomes import Group

SIZES = (1, 2, 5, 10, 20, 50, 100, 200, 500, 1000)
SECONDS = (0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)
KINDS = {"/static/": "static", "/api/": "api", "/pictures/": "pictures", "/faces/": "pictures"}
TYPE = CONTENT_TYPE_LATEST


def kind_of(path: str) -> str:
    """What kind of thing was asked for, in one of few words: an address would be too many."""
    return next((kind for start, kind in KINDS.items() if path.startswith(start)), "page")


class Metrics:
    """The figures of one process, with a registry of their own."""

    def __init__(self) -> None:
        self._registry = CollectorRegistry()
        ProcessCollector(registry=self._registry)
        GCCollector(registry=self._registry)
        self._waiting = Gauge(
            "canyu_intake_waiting",
            "Reports that wait to be acknowledged",
            registry=self._registry,
        )
        self._streams = Gauge(
            "canyu_live_streams", "Live pages that wait for news here", registry=self._registry
        )
        self._sizes = Histogram(
            "canyu_intake_group_size",
            "Reports in one group commit",
            buckets=SIZES,
            registry=self._registry,
        )
        self._seconds = Histogram(
            "canyu_intake_group_seconds",
            "Seconds of one group commit",
            buckets=SECONDS,
            registry=self._registry,
        )
        self._failed = Counter(
            "canyu_intake_groups_failed",
            "Group commits that wrote nothing; each report of them is tried alone",
            registry=self._registry,
        )
        self._answered = Answered(SECONDS)
        self._registry.register(self._answered)
        self.count_request = self._answered.count_request
        self.time_request = self._answered.time_request
        self.count_reply = self._answered.count_reply

    def watch_queue(self, n_waiting: Callable[[], int]) -> None:
        """Ask for the length of the queue whenever somebody reads the figures."""
        self._waiting.set_function(n_waiting)

    def watch_streams(self, n_open: Callable[[], int]) -> None:
        """Ask how many live pages there are whenever somebody reads the figures."""
        self._streams.set_function(n_open)

    def count_group(self, group: Group) -> None:
        """Count one commit."""
        self._sizes.observe(group.size)
        self._seconds.observe(group.seconds)
        if not group.is_done:
            self._failed.inc()

    def counting(self, kind: str, start_response: StartResponse) -> StartResponse:
        """Count an answer by its kind and the first digit of its status, when it begins."""

        def start(
            status: str, headers: list[tuple[str, str]], *problem: object
        ) -> Callable[[bytes], object]:
            self.count_request(kind, int(status[:3]))
            return start_response(status, headers, *problem)  # type: ignore[arg-type]

        return start

    def told(self) -> bytes:
        """All figures as text."""
        return generate_latest(self._registry)
