"""Puts live pages together: the streams of `canyu door`, by permits that pages carry."""

import signal
import threading
from asyncio import AbstractEventLoop
from collections.abc import Collection, Mapping

from django.conf import settings
from django.db import close_old_connections

from canyu.config.door import say
from canyu.intake.door import Reply, told
from canyu.intake.streams import Streams
from canyu.journal import clock
from canyu.journal.errors import gettext_noop
from canyu.journal.permits import open_permit
from canyu.journal.queries import versions_of

PATH = settings.CANYU_LIVE
# A browser that is told anything but 200 comes back no more, and its page asks by itself.
STATUSES = {"method": 405, "permit": 403, "full": 503}
SENTENCES = {
    "method": gettext_noop("News is asked for here by GET."),
    "permit": gettext_noop(
        "No news is told: the page was open for too long, or is not of this server. Reload it."
    ),
    "full": gettext_noop(
        "No news is told at this moment, because very many wait for some. The page asks by itself."
    ),
}


def live_streams() -> Streams:
    """The streams of this process."""
    return Streams(_look, _follower, _refuse)


def end_with(loop: AbstractEventLoop, streams: Streams) -> None:
    """End the streams as soon as this process is told to stop, beside what else that means here.

    The server waits for all answers before it tells its application, and streams have no end.
    """
    if threading.current_thread() is not threading.main_thread():
        return
    for one in (signal.SIGTERM, signal.SIGINT):
        # The loop hears of the signal by its own way as well, whatever stands here.
        signal.signal(one, lambda _number, _frame: loop.call_soon_threadsafe(streams.stop))
        signal.siginterrupt(one, False)  # noqa: FBT003 - the library's own way


def _look(names: Collection[str]) -> Mapping[str, str]:
    # A connection that broke is made anew.
    close_old_connections()
    return versions_of(names)


def _follower(sealed: str) -> tuple[int, tuple[str, ...]] | None:
    permit = open_permit(sealed, at=clock.now())
    return (permit.member_id, permit.names) if permit else None


def _refuse(why: str, languages: str) -> Reply:
    more = (("Allow", "GET"),) if why == "method" else ()
    return Reply(STATUSES[why], told(detail=say(SENTENCES[why], languages)), more, why)
