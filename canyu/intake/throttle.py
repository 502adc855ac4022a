"""How often one source may write: a bucket of tokens each, kept for those seen lately."""

import threading
from collections import OrderedDict


class Throttle:
    """Lets each source through `burst` times at once and `per_second` times in the long run.

    Sources are forgotten, the longest unseen first, beyond `most_sources`: memory has a bound.
    """

    def __init__(self, *, per_second: float, burst: int, most_sources: int = 100_000) -> None:
        self._per_second = per_second
        self._burst = burst
        self._most_sources = most_sources
        self._levels: OrderedDict[str, tuple[float, float]] = OrderedDict()
        self._alone = threading.Lock()

    def admit(self, source: str, *, now: float) -> float:
        """Take one; return 0.0, or the seconds to wait where none is left. `now` is in seconds."""
        with self._alone:
            level, since = self._levels.pop(source, (float(self._burst), now))
            # A clock that steps back must not lock anybody out.
            level = min(self._burst, level + max(0.0, now - since) * self._per_second)
            wait = 0.0 if level >= 1 else (1 - level) / self._per_second
            self._levels[source] = (level - 1 if wait == 0.0 else level, now)
            if len(self._levels) > self._most_sources:
                self._levels.popitem(last=False)
        return wait
