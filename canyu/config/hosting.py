"""Serving an application in a process of its own, until somebody says stop."""

import os
import resource
import signal
import socket
import threading
import time
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Any

from canyu.config.command import CommandFailed
from canyu.config.memory import settle

if TYPE_CHECKING:
    from granian.constants import Interfaces

Application = Any
LAST_PORT = 65535
# The server counts connections, idle ones too: as many as there may be, but for files of our own.
MOST_CONNECTIONS, OTHER_FILES = 16_384, 256
# What is being written when it is told to stop has so long to be acknowledged.
SECONDS_TO_STOP = 20


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


def run_server(
    interface: "Interfaces",
    host: str,
    port: int,
    load: Callable[[], Application],
    **more: Any,  # noqa: ANN401 - what the server takes
) -> None:
    """Serve what `load` returns, which is called in the serving process; `more` goes to the server.

    Ends on SIGINT, SIGTERM and SIGHUP (a terminal that is closed), after what was begun. Raises
    `CommandFailed` where the serving process ended by itself.
    """
    from granian import Granian  # noqa: PLC0415

    most = most_connections()
    server = Granian(
        # A name for the server's own words: `load` makes the application.
        "canyu",
        address=host,
        port=port,
        interface=interface,
        workers=1,
        websockets=False,
        backlog=min(most, 4096),
        backpressure=most,
        workers_kill_timeout=SECONDS_TO_STOP,
        log_enabled=False,
        **more,
    )
    # The server itself would take a hang-up for a wish to load everything anew.
    server.on_startup(lambda: signal.signal(signal.SIGHUP, server.signal_handler_interrupt))
    try:
        server.serve(target_loader=partial(_load, os.getpid(), load), wrap_loader=False)
    except SystemExit as stop:
        if server.interrupt_signal:
            # Ctrl-C reaches both processes, and the other one may be quicker.
            return
        msg = "the process that serves ended by itself; see the lines above. Start again."
        raise CommandFailed(msg) from stop


def most_connections() -> int:
    """How many connections this process may hold, after it has asked for as many as it may."""
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = MOST_CONNECTIONS + OTHER_FILES
    if resource.RLIM_INFINITY not in {soft, hard} and soft < wanted:
        soft = min(hard, wanted)
        resource.setrlimit(resource.RLIMIT_NOFILE, (soft, hard))
    return MOST_CONNECTIONS if soft < 0 else max(128, min(soft - OTHER_FILES, MOST_CONNECTIONS))


def _load(parent: int, load: Callable[[], Application]) -> Application:
    """Load in the serving process, which must not outlive the one that started it."""
    # What is loaded may fork, and must be alone for that.
    loaded = load()
    settle()
    signal.signal(signal.SIGWINCH, lambda _number, _frame: None)
    threading.Thread(target=_leave_with, args=(parent,), name="canyu-parent", daemon=True).start()
    return loaded


def _leave_with(parent: int) -> None:
    main = threading.main_thread().ident or 0
    while os.getppid() == parent:
        time.sleep(0.5)
        # Of two signals at once the second may reach another thread, and be heard by the first
        # thread only when that wakes: Ctrl-C would wait until it is killed.
        signal.pthread_kill(main, signal.SIGWINCH)
    # Killed: it could not tell us to stop. What is acknowledged is on disk.
    os._exit(1)
