"""Scheduled work: opening, closing, delivering. Any number of these may run; rows decide."""

import logging
import threading
from datetime import datetime

from django.db import close_old_connections, connections

from canyu.journal import clock
from canyu.journal.services import deliver_due
from canyu.reports.services import close_due_reports, open_due_reports

log = logging.getLogger(__name__)
EVERY_SECONDS = 5.0


def work_once(at: datetime) -> None:
    """Do everything that is due."""
    open_due_reports(at=at)
    close_due_reports(at=at)
    deliver_due(at=at)


class Worker(threading.Thread):
    """Does what is due, every few seconds, until it is told to stop."""

    def __init__(self) -> None:
        super().__init__(name="canyu-worker", daemon=True)
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Work until stopped; a failure is logged and the next round tries again."""
        try:
            while not self._stop_asked.wait(EVERY_SECONDS):
                close_old_connections()
                try:
                    work_once(clock.now())
                except Exception:
                    log.exception("scheduled work failed and will be tried again")
        finally:
            # They belong to this thread, and nobody else can close them.
            connections.close_all()

    def stop(self) -> None:
        """Finish the round and stop."""
        self._stop_asked.set()
        self.join(timeout=10)
