"""`canyu serve`."""

import argparse
import socket

from canyu.config.command import OK, CommandFailed

HELP = "serve the pages and do the scheduled work"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument(
        "--threads", type=int, default=8, help="requests served at once (%(default)s)"
    )


def run(arguments: argparse.Namespace) -> int:
    """Serve until stopped."""
    check_port_free(arguments.host, arguments.port)
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    address = address_of(arguments.host, arguments.port)
    link = start_link(address)
    print(f"Canyu is at {address}/", flush=True)
    if link:
        print(f"Nobody owns it yet. Open this once to become its first owner: {link}", flush=True)
    serve(arguments.host, arguments.port, arguments.threads)
    return OK


def check_port_free(host: str, port: int) -> None:
    """Raise `CommandFailed` when something else listens there."""
    if not 1 <= port <= 65535:  # noqa: PLR2004
        msg = f"{port} is no port. Choose one from 1 to 65535."
        raise CommandFailed(msg)
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError as problem:
            msg = (
                f"port {port} on {host} cannot be used ({problem.strerror}). "
                f"Stop what listens there, or choose another port: --port {port + 1}"
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
    """Serve pages in a process of their own and do scheduled work in this one."""
    from granian import Granian  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    from canyu.config.worker import Worker  # noqa: PLC0415

    worker = Worker()
    worker.start()
    try:
        Granian(
            "canyu.config.wsgi:application",
            address=host,
            port=port,
            interface=Interfaces.WSGI,
            workers=1,
            blocking_threads=threads,
            backpressure=256,
            workers_kill_timeout=10,
            log_enabled=False,
        ).serve()
    finally:
        worker.stop()
