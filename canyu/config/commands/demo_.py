"""`canyu demo`."""

import argparse
import os
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING

from canyu.config.command import OK
from canyu.config.commands.serve_ import address_of, serve
from canyu.config.hosting import check_port_free

if TYPE_CHECKING:
    from collections.abc import Callable

HELP = "make a fictional town once, with twelve weeks behind it, and serve it"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on (%(default)s)")
    parser.add_argument("--port", type=int, default=8000, help="port to listen on (%(default)s)")
    parser.add_argument("--make-only", action="store_true", help="make the town, and serve nothing")
    parser.add_argument(
        "--large", action="store_true", help="a town of its own, with 200 makers and 20,000 members"
    )


def run(arguments: argparse.Namespace) -> int:
    """Make the town where there is none, then serve until stopped."""
    if not arguments.make_only:
        check_port_free(arguments.host, arguments.port)
    os.environ["CANYU_DEMO"] = "1"
    # Where the town lies, so that all its pages tell the time of its train.
    os.environ.setdefault("CANYU_TIME_ZONE", "Asia/Shanghai")
    if arguments.large:
        os.environ.setdefault("CANYU_HOME", "var/demo-large")
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    make_town(is_large=arguments.large)
    if arguments.make_only:
        return OK
    print(f"Open {address_of(arguments.host, arguments.port)}/ (Ctrl+C stops it)", flush=True)
    serve(arguments.host, arguments.port, threads=4)
    return OK


def make_town(*, is_large: bool = False) -> None:
    """Tell the story up to the moment at which a visitor arrives; a told story stays.

    A town that `is_large` grows then to 200 makers and 20,000 members.

    What was begun and interrupted is gone on with. Raises `CommandFailed`.
    """
    from django.conf import settings  # noqa: PLC0415

    from canyu.config.alone import alone  # noqa: PLC0415
    from canyu.demo import queries, services  # noqa: PLC0415

    if queries.is_town_ready() and (services.is_town_large() or not is_large):
        return
    with alone(settings.CANYU_HOME, "town", on_wait=_say_that_it_waits):
        if not queries.is_town_ready():
            _tell_story()
        if is_large and not services.is_town_large():
            _let_grow()


def _tell_story() -> None:
    from canyu.demo import queries, services  # noqa: PLC0415
    from canyu.demo.told import story_of_town  # noqa: PLC0415

    story = story_of_town()
    started = time.monotonic()
    print(
        f"Making the town: {story.n_people:,} people, {story.n_past_weeks} weeks. "
        "This takes about a minute.",
        flush=True,
    )
    services.found_town(on_progress=_show_people)
    services.travel_to(until=queries.arrival(), on_progress=_weekly())
    print(f"The town is there, after {time.monotonic() - started:.0f} s.", flush=True)


def _let_grow() -> None:
    from canyu.demo import services  # noqa: PLC0415
    from canyu.demo.large import LARGE  # noqa: PLC0415

    started = time.monotonic()
    print(f"Letting it grow to {LARGE.n_makers} makers and {LARGE.n_people:,} people.", flush=True)
    services.enlarge_town(size=LARGE, on_progress=_show_people)
    print(f"It has grown, after {time.monotonic() - started:.0f} s.", flush=True)


def _say_that_it_waits() -> None:
    print("Another canyu demo is making this town; waiting for it.", flush=True)


def _show_people(what: str, n_made: int, of: int) -> None:
    print(f"  {n_made} of {of} {what}", file=sys.stderr, flush=True)


def _weekly() -> "Callable[[datetime, int, int], None]":
    shown: set[str] = set()

    def show(at: datetime, n_told: int, of: int) -> None:
        week = f"{at:%Y-%m-%d}" if at.weekday() == 4 else ""  # noqa: PLR2004 - Friday
        if week and week not in shown:
            shown.add(week)
            print(f"  week of {week}: {n_told} of {of} acts", file=sys.stderr, flush=True)

    return show
