"""A crowd whose taste is known: each member reads their screen and hands in a report, over HTTP."""

import http.client
import json
import time
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass
from queue import SimpleQueue
from typing import Any, Self

import numpy as np
from scipy.stats import spearmanr

# How far the worths of changes lie apart: the standard deviation in logits. With 0.75 a change at
# the edge of the middle two thirds is liked most about twice as often as the one in the middle.
SPREAD = 0.75
P_BEST_ONLY, P_WORST_ONLY, P_UNTRIED = 0.10, 0.10, 0.10
MOODS = ("scream", "smile", "shrug", "sigh")
P_MOODS = (0.1, 0.5, 0.3, 0.1)


class Refused(Exception):  # noqa: N818 - the word of the product
    """The server said no, or worse."""


class Asker:
    """Asks one server over one connection, which stays open to the end of the `with`."""

    def __init__(self, address: str) -> None:
        self._connection = http.client.HTTPConnection(address, timeout=60)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_problem: object) -> None:
        self._connection.close()

    def ask(self, method: str, path: str, *, key: str = "", body: object = None) -> Any:
        """Return the answer; raise `Refused` unless it is a yes."""
        headers = {"Content-Type": "application/json"}
        if key:
            headers["Authorization"] = f"Bearer {key}"
        sent = None if body is None else json.dumps(body)
        self._connection.request(method, f"/api/v1{path}", sent, headers)
        answer = self._connection.getresponse()
        said = answer.read()
        if answer.status != 200:
            message = f"{method} {path}: {answer.status} {said[:300].decode()}"
            raise Refused(message)
        return json.loads(said)


@dataclass(frozen=True)
class Rush:
    """What it took to hand in everybody's report. Times are of single requests, in seconds."""

    seconds: float
    times: Sequence[float]

    @property
    def per_second(self) -> float:
        return len(self.times) / self.seconds

    def __str__(self) -> str:
        half, most = np.quantile(self.times, [0.5, 0.99]) * 1000
        return f"{self.per_second:4.0f}/s, half within {half:.0f} ms, 99% within {most:.0f} ms"


def draw_truth(change_ids: Sequence[int], *, seed: int) -> dict[int, float]:
    """Draw what each change is worth."""
    rng = np.random.default_rng([seed, 0])
    return dict(zip(change_ids, rng.normal(0, SPREAD, len(change_ids)).tolist(), strict=True))


def draw_cells(
    shown: Sequence[int], truth: Mapping[int, float], rng: np.random.Generator
) -> dict[str, Any]:
    """Draw one member's cells: best, then worst of the rest; some name only one, or skip one."""
    tried = list(shown)
    cells: dict[str, Any] = {"mood": str(rng.choice(MOODS, p=P_MOODS))}
    if rng.random() < P_UNTRIED:
        cells["untried"] = [tried.pop(int(rng.integers(len(tried))))]
    worth = np.array([truth[one] for one in tried])
    best = int(np.argmax(worth + rng.gumbel(size=worth.size)))
    hate = -worth + rng.gumbel(size=worth.size)
    habit = rng.random()
    if habit >= P_WORST_ONLY:
        cells["best"] = tried[best]
        hate[best] = -np.inf
    if habit < P_WORST_ONLY or habit >= P_WORST_ONLY + P_BEST_ONLY:
        cells["worst"] = tried[int(np.argmax(hate))]
    return cells


def fill_reports(
    address: str,
    path: str,
    *,
    keys: Sequence[str],
    truth: Mapping[int, float],
    seed: int,
    n_threads: int,
) -> Rush:
    """Let everybody read their screen and hand in their report; a no ends it all."""
    idle: SimpleQueue[Asker] = SimpleQueue()

    def fill(person: int) -> tuple[float, float]:
        key, rng = keys[person], np.random.default_rng([seed, 1 + person])
        asker = idle.get()
        try:
            begun = time.perf_counter()
            screen = asker.ask("GET", path, key=key)
            read = time.perf_counter()
            cells = draw_cells([change["id"] for change in screen["changes"]], truth, rng)
            drawn = time.perf_counter()
            asker.ask("PUT", path, key=key, body={"token": screen["token"], **cells})
            return read - begun, time.perf_counter() - drawn
        finally:
            # Or the next would wait for it for ever.
            idle.put(asker)

    with ExitStack() as askers, ThreadPoolExecutor(n_threads) as pool:
        for _thread in range(n_threads):
            idle.put(askers.enter_context(Asker(address)))
        begun = time.perf_counter()
        times = [one for both in pool.map(fill, range(len(keys))) for one in both]
        return Rush(time.perf_counter() - begun, times)


def agreement(results: Mapping[str, Any], truth: Mapping[int, float]) -> float:
    """Spearman's rank correlation between the truth and the scores that were found."""
    scores = [(truth[one["change_id"]], one["score"]) for one in results["changes"]]
    if len(scores) != len(truth) or any(score is None for _true, score in scores):
        message = "the results do not score every change"
        raise Refused(message)
    return float(spearmanr(*zip(*scores, strict=True)).statistic)
