"""`canyu door`."""

import argparse
from typing import TYPE_CHECKING

from canyu.config.command import OK
from canyu.config.hosting import check_port_free, refuse_demo, run_server

if TYPE_CHECKING:
    from collections.abc import Callable

    from canyu.config.asgi import DoorAlone
    from canyu.config.hosting import Application

HELP = "take reports and tell live pages of news, in a process beside the pages"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8100, help="port to listen on (%(default)s)")


def run(arguments: argparse.Namespace) -> int:
    """Take reports until stopped."""
    check_port_free(arguments.host, arguments.port)
    refuse_demo()
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.config.door import PATH  # noqa: PLC0415

    host = f"[{arguments.host}]" if ":" in arguments.host else arguments.host
    print(f"Reports are taken at http://{host}:{arguments.port}{PATH}", flush=True)
    serve(arguments.host, arguments.port)
    return OK


def serve(host: str, port: int, load: "Callable[[], Application] | None" = None) -> None:
    """Take reports in another process; `load` makes another application than the door."""
    from django.db import connections  # noqa: PLC0415
    from granian.constants import Interfaces  # noqa: PLC0415

    # The other process is a copy of this one, and no connection can be used by both.
    connections.close_all()
    run_server(Interfaces.ASGI, host, port, load or load_door)


def load_door() -> "DoorAlone":
    """Make the application, in the process that serves it."""
    from canyu.config.asgi import DoorAlone  # noqa: PLC0415
    from canyu.config.setup import keep_connection  # noqa: PLC0415
    from canyu.config.writing import WrittenBeside  # noqa: PLC0415

    beside = WrittenBeside()
    # Of whoever looks for news twice a second.
    keep_connection()
    return DoorAlone(beside.for_loop)
