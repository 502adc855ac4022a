"""How often the notes of releases were opened: counted in memory, and added up now and then.

Of a page view nothing is written, and of nobody it is known that they came. What a process counted
in its last seconds goes with it when it ends.
"""

import threading
from collections import Counter
from datetime import datetime

from canyu.releases.services import add_opened


class Openings:
    """The counts of one process since they were added to those of all."""

    def __init__(self) -> None:
        self._counted: Counter[int] = Counter()
        self._alone = threading.Lock()

    def add(self, release_id: int) -> None:
        """Count one opening."""
        with self._alone:
            self._counted[release_id] += 1

    def store(self, _at: datetime) -> bool:
        """Add what was counted to what is stored; whether there is more is known by nobody."""
        with self._alone:
            counted, self._counted = self._counted, Counter()
        if not counted:
            return False
        try:
            add_opened(counted=counted)
        except Exception:
            with self._alone:
                self._counted.update(counted)
            raise
        return False


openings = Openings()
