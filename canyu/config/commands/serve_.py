"""`canyu serve`."""

import argparse
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from canyu.config.command import OK
from canyu.config.hosting import check_port_free, refuse_demo, run_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from canyu.config.door import DoorFirst
    from canyu.config.hosting import Application

HELP = "serve the pages and do the scheduled work"
MOST_THREADS = 128


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--threads", type=_threads, default=8, help="requests served at once (%(default)s)"
    )


def _threads(text: str) -> int:
    with suppress(ValueError):
        if 1 <= (threads := int(text)) <= MOST_THREADS:
            return threads
    msg = f"{text} is no number of threads from 1 to {MOST_THREADS}"
    raise argparse.ArgumentTypeError(msg)


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    check_port_free(arguments.host, arguments.port)
    refuse_demo()
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    address = address_of(arguments.host, arguments.port)
    link = start_link(address)
    print(f"Canyu is at {address}/", flush=True)
    if link:
        print(f"Nobody owns it yet. Open this once to become its first owner: {link}", flush=True)
    serve(arguments.host, arguments.port, arguments.threads)
    return OK


def address_of(host: str, port: int) -> str:
    """The address that a browser on this machine opens."""
    from django.conf import settings  # noqa: PLC0415

    if settings.CANYU_ORIGIN:
        return str(settings.CANYU_ORIGIN)
    name = "127.0.0.1" if host in {"0.0.0.0", "::"} else host  # noqa: S104
    return f"http://[{name}]:{port}" if ":" in name else f"http://{name}:{port}"


def start_link(address: str) -> str:
    """A one-time link for the first owner, or "" where there is one already."""
    from canyu.journal.clock import machine_now  # noqa: PLC0415
    from canyu.members import queries, services  # noqa: PLC0415

    if queries.has_operator():
        return ""
    return f"{address}/start/{services.make_start_link(at=machine_now())}/"


def serve(
    host: str, port: int, threads: int, load: "Callable[[], Application] | None" = None
) -> None:
    """Serve pages in a process of their own and do scheduled work in this one.

    `load` makes another application than the pages. Ends on SIGINT, SIGTERM and SIGHUP (a terminal
    that is closed), after what was begun.
    """
    from django.conf import settings  # noqa: PLC0415
    from django.db import connections  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    from canyu.config.door import THREADS as AT_DOOR  # noqa: PLC0415
    from canyu.config.worker import Worker, mail_once, push_once, send_once  # noqa: PLC0415

    # The process of the pages is a copy of this one, and no connection can be used by both.
    connections.close_all()
    # Whoever waits for other places must hold up nothing else.
    workers = [Worker(), Worker(send_once, "canyu-sender")]
    if not settings.CANYU_DEMO:
        # In the town anybody is anybody, and nobody is called from outside.
        workers.append(Worker(push_once, "canyu-pusher"))
    if settings.CANYU_MAIL_FROM:
        workers.append(Worker(mail_once, "canyu-mailer"))
    for one in workers:
        one.start()
    try:
        run_server(
            Interfaces.WSGI,
            host,
            port,
            load or partial(load_pages, threads),
            blocking_threads=threads + AT_DOOR,
        )
    finally:
        for one in workers:
            one.stop()


def load_pages(n_threads: int) -> "DoorFirst":
    """Make the application, in the process that serves it."""
    from canyu.config.setup import keep_connections  # noqa: PLC0415
    from canyu.config.writing import WrittenBeside  # noqa: PLC0415

    # Before there are threads, and before this process has a pool.
    beside = WrittenBeside()
    keep_connections(n_threads)
    from canyu.config.door import DoorFirst  # noqa: PLC0415
    from canyu.config.worker import Worker  # noqa: PLC0415
    from canyu.config.wsgi import pages  # noqa: PLC0415
    from canyu.painpoints.queries.index import indexes  # noqa: PLC0415
    from canyu.web.openings import openings  # noqa: PLC0415

    indexes.begin()
    # Only the process that makes pages knows how often they were opened.
    Worker(openings.store, "canyu-openings").start()
    return DoorFirst(pages, most_pages=n_threads, make_queue=beside.for_threads)
