"""Puts the hot door for reports together, and stands it before the pages."""

import threading
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from ipaddress import ip_address
from time import monotonic, perf_counter
from typing import Any

from django.conf import settings
from django.core.handlers.wsgi import WSGIHandler
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from canyu.config.metrics import Metrics, kind_of
from canyu.config.watch import PATHS as WATCHED
from canyu.config.watch import Watch
from canyu.config.writing import HandBack, OnGroup, written_here
from canyu.intake.door import Door, Queue, Reply, told
from canyu.intake.heads import Head
from canyu.intake.throttle import Throttle
from canyu.intake.wsgi import WsgiDoor, wake_threads
from canyu.journal.errors import gettext_noop

PATH = settings.CANYU_DOOR


# A school or an office is one address.
def by_address() -> Throttle:
    """A limit for one address."""
    return Throttle(per_second=500, burst=5_000)


THREADS = 256
"""Threads that wait here for a commit, besides those that make pages."""
SENTENCES = {
    "method": gettext_noop("Nothing was saved: reports are sent here by POST."),
    "type": gettext_noop("Your report was not saved: send it as application/json."),
    "origin": gettext_noop(
        "Your report was not saved: the page it came from is of another site. "
        "Open the report here and send it again."
    ),
    "length": gettext_noop("Your report was not saved: its length was not told."),
    "large": gettext_noop(
        "Your report was not saved: it is too long. Please shorten your words and send it again."
    ),
    "halting": gettext_noop(
        "Your report was not saved, because it took too long to arrive. "
        "It will be sent again in a moment."
    ),
    "often": gettext_noop(
        "Your report was not saved, because it came too often in a short time. "
        "It will be sent again in a moment."
    ),
    "full": gettext_noop(
        "Your report was not saved yet, because very many come in at this moment. "
        "It will be sent again in a moment."
    ),
    "slow": gettext_noop(
        "It is not certain whether your report was saved. It will be sent again in a moment, "
        "and counts once."
    ),
    "fault": gettext_noop(
        "Your report was not saved, because the store did not take it. "
        "It will be sent again in a moment."
    ),
}


def report_door(metrics: Metrics, queue: Queue) -> Door:
    """The door for reports before a queue, which `metrics` hears of."""
    addresses = by_address()
    # It stays as it is while a process lives, and asking for it costs more than using it.
    n_proxies = settings.CANYU_PROXIES
    metrics.watch_queue(lambda: queue.n_waiting)

    def admit(address: str) -> float:
        return addresses.admit(address, now=monotonic()) if is_public(address) else 0.0

    return Door(
        path=PATH,
        queue=queue,
        admit=admit,
        acknowledge=lru_cache(maxsize=1024)(lambda revision: Reply(200, told(revision=revision))),
        explain=lambda refusal, languages: say(refusal.sentence, languages, refusal.params),
        sentences=lambda why, languages: say(SENTENCES[why], languages),
        sender=lambda head: sender_of(head, n_proxies=n_proxies),
        origins=frozenset({settings.CANYU_ORIGIN} - {""}),
        on_reply=metrics.count_reply,
    )


def say(sentence: str, languages: str, params: Mapping[str, object] | None = None) -> str:
    """A sentence in the first of the languages that there is."""
    with translation.override(_language(languages)):
        said = translation.gettext(sentence)
    return said % params if params else said


def _language(languages: str) -> str:
    for wanted, _ in parse_accept_lang_header(languages):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def sender_of(head: Head, *, n_proxies: int) -> str:
    """The address of whoever sent a request past so many proxies of ours.

    Each proxy adds whom it heard; what stands further left was written by the sender.
    """
    if not n_proxies:
        return head.peer
    heard = [one.strip() for one in head.every("x-forwarded-for").split(",")]
    if len(heard) >= n_proxies and heard[-n_proxies]:
        return heard[-n_proxies]
    return head.peer


@lru_cache(maxsize=4096)
def is_public(address: str) -> bool:
    """Whether an address is somebody's: one of our own network may be everybody's proxy."""
    try:
        return ip_address(address).is_global
    except ValueError:
        return False


class DoorFirst:
    """A WSGI application: the door's address goes to the door, all else to the pages.

    The door's threads only wait, so there may be many; pages are let in a few at a time. The door
    is made with the first report: the process that serves is not the one that loads. Whoever
    watches the process is answered without either.
    """

    def __init__(
        self,
        pages: WSGIHandler,
        *,
        most_pages: int,
        make_queue: Callable[[HandBack, OnGroup], Queue] = written_here,
    ) -> None:
        """Stand before `pages`, of which `most_pages` may be made at once."""
        self._make_queue = make_queue
        self._pages = pages
        self._room = threading.BoundedSemaphore(most_pages)
        self._alone = threading.Lock()
        self._metrics = Metrics()
        self._watch = Watch(self._metrics, is_taking=self._is_taking)
        self.door: Door | None = None

    def __call__(
        self, environ: dict[str, Any], start_response: Callable[..., Any]
    ) -> Iterable[bytes]:
        """Answer one request."""
        path = str(environ.get("PATH_INFO", ""))
        if path in WATCHED:
            return self._watch(environ, start_response)
        if path == settings.CANYU_LIVE:
            # A stream would hold a thread. Told this, browsers come back no more, and pages ask.
            start_response("204 No Content", [("Cache-Control", "no-store")])
            return []
        kind = "door" if path == PATH else kind_of(path)
        counted = self._metrics.counting(kind, start_response)
        began = perf_counter()
        try:
            if kind == "door":
                return WsgiDoor(self._opened())(environ, counted)
            with self._room:
                return self._pages(environ, counted)
        finally:
            self._metrics.time_request(kind, perf_counter() - began)

    def _is_taking(self) -> bool:
        # Before the first report there is no door, and it opens when one comes.
        return self.door is None or self.door.queue.is_running

    def _opened(self) -> Door:
        with self._alone:
            if self.door is None:
                queue = self._make_queue(wake_threads, self._metrics.count_group)
                self.door = report_door(self._metrics, queue)
            return self.door
