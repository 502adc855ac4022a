"""How requests were answered: counted by as little work as there can be, told as Prometheus reads.

The library's own counters do in a rush as much as all else that the loop of a door does for a
report; it lets whoever counts by themselves tell it when it asks.
"""

import threading
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import accumulate

from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector


class Answered(Collector):
    """Requests by kind and status, how long each took, and what the door said."""

    def __init__(self, seconds: Sequence[float]) -> None:
        """`seconds` are the bounds between which times are counted, ascending."""
        self._bounds = seconds
        self._alone = threading.Lock()
        self._statuses: Counter[tuple[str, int]] = Counter()
        self._times: dict[str, tuple[list[int], list[float]]] = {}
        self._replies: Counter[str] = Counter()

    def count_request(self, kind: str, status: int) -> None:
        """Count an answer by its kind and the first digit of its status."""
        with self._alone:
            self._statuses[kind, status // 100] += 1

    def time_request(self, kind: str, seconds: float) -> None:
        """Count how long an answer took."""
        place = bisect_left(self._bounds, seconds)
        with self._alone:
            if kind not in self._times:
                self._times[kind] = ([0] * (len(self._bounds) + 1), [0.0])
            counts, total = self._times[kind]
            counts[place] += 1
            total[0] += seconds

    def count_reply(self, why: str) -> None:
        """Count what the door said: "" for an acknowledgement, else the reason of a refusal."""
        with self._alone:
            self._replies[why] += 1

    def collect(self) -> Iterator[Metric]:
        """All of it, as the library asks for it."""
        with self._alone:
            statuses, replies = self._statuses.copy(), self._replies.copy()
            times = {
                kind: (list(counts), total) for kind, (counts, (total,)) in self._times.items()
            }
        yield CounterMetricFamily(
            "canyu_intake_acknowledged", "Reports acknowledged", value=replies.pop("", 0)
        )
        refused = CounterMetricFamily("canyu_intake_refused", "Reports refused", labels=["reason"])
        for why, n in replies.items():
            refused.add_metric([why], n)
        yield refused
        requests = CounterMetricFamily(
            "canyu_requests", "Requests answered", labels=["kind", "status"]
        )
        for (kind, digit), n in statuses.items():
            requests.add_metric([kind, f"{digit}xx"], n)
        yield requests
        yield self._seconds(times)

    def _seconds(self, times: dict[str, tuple[list[int], float]]) -> Metric:
        told = HistogramMetricFamily(
            "canyu_request_seconds", "Seconds until a request was answered", labels=["kind"]
        )
        names = [*(str(float(one)) for one in self._bounds), "+Inf"]
        for kind, (counts, total) in times.items():
            told.add_metric([kind], list(zip(names, accumulate(counts), strict=True)), total)
        return told
