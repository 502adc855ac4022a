"""Scheduled work: opening, closing, rising, delivering. Any number may run; rows decide."""

import logging
import threading
from collections.abc import Callable
from datetime import datetime

from django.conf import settings
from django.db import close_old_connections, connections

from canyu.channels.services import Wire, push_due, send_due, send_mail_due
from canyu.config.mail import post_of, push_way
from canyu.credits.services import look_for_leads
from canyu.journal import clock
from canyu.journal.services import deliver_due
from canyu.painpoints.services import (
    ask_askers,
    find_points,
    place_new,
    take_earlier,
    verify_due,
    work_nights,
)
from canyu.releases.services import end_first_hours
from canyu.reports.services import close_due_reports, open_due_reports
from canyu.topics.services import raise_unanswered
from canyu.web.chat_words import words_for_chat

log = logging.getLogger(__name__)
EVERY_SECONDS = 5.0
# Between two rounds of one long work: whoever else waits to write comes in there.
BREATH_SECONDS = 0.05


def _place_new(*, at: datetime) -> int:
    del at
    return place_new()


# In this order: what has an hour first, and last what nobody waits for.
WORK: tuple[Callable[..., object], ...] = (
    open_due_reports,
    close_due_reports,
    end_first_hours,
    raise_unanswered,
    take_earlier,
    _place_new,
    find_points,
    work_nights,
    ask_askers,
    verify_due,
    deliver_due,
    look_for_leads,
)
# These do a part at a time. Delivering may leave something to deliver, too: what concerns very
# many is done in parts.
MAY_LEAVE_MORE = frozenset(
    {raise_unanswered, take_earlier, _place_new, deliver_due, look_for_leads}
)


def work_once(at: datetime) -> bool:
    """Do what is due; return whether there may be more already.

    What fails is logged and tried again in the next round; it keeps nothing else waiting.
    """
    may_be_more = False
    for work in WORK:
        try:
            done = work(at=at)
        except Exception:
            log.exception("scheduled work failed and will be tried again")
        else:
            may_be_more |= bool(done) and work in MAY_LEAVE_MORE
    return may_be_more


def send_once(_at: datetime) -> bool:
    """Send what is due to other places; return whether there may be more already."""
    wire = Wire(words=words_for_chat, inside=settings.CANYU_WEBHOOKS_INSIDE)
    return send_due(now=clock.now, wire=wire) > 0


def mail_once(_at: datetime) -> bool:
    """Mail what is due to people; return whether there may be more already."""
    return send_mail_due(now=clock.now, post=post_of()) > 0


def push_once(_at: datetime) -> bool:
    """Tell people in their browsers what is due; return whether there may be more already."""
    return push_due(now=clock.now, way=push_way()) > 0


class Worker(threading.Thread):
    """Does what is due, every few seconds, until it is told to stop."""

    def __init__(
        self, work: Callable[[datetime], bool] | None = None, name: str = "canyu-worker"
    ) -> None:
        super().__init__(name=name, daemon=True)
        self._work = work or work_once
        self._stop_asked = threading.Event()

    def run(self) -> None:
        """Work until stopped; a failure is logged and the next round tries again."""
        try:
            pause = EVERY_SECONDS
            while not self._stop_asked.wait(pause):
                pause = EVERY_SECONDS
                close_old_connections()
                try:
                    if self._work(clock.now()):
                        pause = BREATH_SECONDS
                except Exception:
                    log.exception("scheduled work failed and will be tried again")
        finally:
            # They belong to this thread, and nobody else can close them.
            connections.close_all()

    def stop(self) -> None:
        """Finish the round and stop."""
        self._stop_asked.set()
        self.join(timeout=10)
