"""`canyu serve`."""

import argparse
import os
import signal
import socket
import threading
import time
from contextlib import suppress
from functools import partial
from typing import TYPE_CHECKING

from canyu.config.command import OK, CommandFailed

if TYPE_CHECKING:
    from canyu.config.door import DoorFirst

HELP = "serve the pages and do the scheduled work"
MOST_THREADS = 128
LAST_PORT = 65535


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


def refuse_demo() -> None:
    """Raise `CommandFailed` where the environment asks for the town: its clock stands still."""
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    from django.conf import settings  # noqa: PLC0415

    if settings.CANYU_DEMO:
        msg = (
            "nothing is served, because CANYU_DEMO is set: the demo's clock stands still and "
            "anybody may look around as anybody. Unset it, or run: canyu demo"
        )
        raise CommandFailed(msg)


def check_port_free(host: str, port: int) -> None:
    """Raise `CommandFailed` when something else listens there."""
    if not 1 <= port <= LAST_PORT:
        msg = f"{port} is no port. Choose one from 1 to {LAST_PORT}."
        raise CommandFailed(msg)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except socket.gaierror as problem:
            msg = (
                f"{host} is no address of this machine ({problem.strerror}). Choose another --host."
            )
            raise CommandFailed(msg) from problem
        except OSError as problem:
            msg = (
                f"port {port} on {host} cannot be used ({problem.strerror}). Stop what listens "
                f"there, or choose another port: --port {port + 1 if port < LAST_PORT else 8000}"
            )
            raise CommandFailed(msg) from problem


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


def serve(host: str, port: int, threads: int) -> None:
    """Serve pages in a process of their own and do scheduled work in this one.

    Ends on SIGINT, SIGTERM and SIGHUP (a terminal that is closed), after what was begun.
    """
    from django.db import connections  # noqa: PLC0415
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    from canyu.config.door import THREADS as AT_DOOR  # noqa: PLC0415
    from canyu.config.worker import Worker  # noqa: PLC0415

    # The process of the pages is a copy of this one, and no connection can be used by both.
    connections.close_all()
    server = Granian(
        "canyu.config.wsgi:application",
        address=host,
        port=port,
        interface=Interfaces.WSGI,
        workers=1,
        blocking_threads=threads + AT_DOOR,
        backpressure=256,
        workers_kill_timeout=10,
        log_enabled=False,
    )
    # The server itself would take a hang-up for a wish to load everything anew.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    worker = Worker()
    worker.start()
    try:
        server.serve(target_loader=partial(_load_pages, os.getpid(), threads), wrap_loader=False)
    except SystemExit as stop:
        if server.interrupt_signal:
            # Ctrl-C reaches both processes, and the other one may be quicker.
            return
        msg = "the process that serves the pages ended by itself; see the lines above. Start again."
        raise CommandFailed(msg) from stop
    finally:
        worker.stop()


def _load_pages(parent: int, n_threads: int) -> "DoorFirst":
    """Load the pages, in their own process, which must not outlive the one that started it."""
    from canyu.config.setup import keep_connections  # noqa: PLC0415

    keep_connections(n_threads)
    threading.Thread(target=_leave_with, args=(parent,), name="canyu-parent", daemon=True).start()
    from canyu.config.door import DoorFirst  # noqa: PLC0415
    from canyu.config.wsgi import pages  # noqa: PLC0415

    return DoorFirst(pages, most_pages=n_threads)


def _leave_with(parent: int) -> None:
    while os.getppid() == parent:
        time.sleep(0.5)
    # Killed: it could not tell us to stop. What is acknowledged is on disk.
    os._exit(1)
