"""`canyu open`."""

import argparse
from contextlib import suppress
from datetime import timedelta

from canyu.config.command import OK, CommandFailed

HELP = "open the report of a release now, by hand"
MOST_HOURS = 24 * 90


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("version", help="version of the release")
    parser.add_argument("--product", required=True, metavar="SLUG", help="of which product")
    parser.add_argument(
        "--hours",
        type=_hours,
        help="close it this many hours from now (else at the train's hour, or after 24)",
    )


def _hours(text: str) -> float:
    with suppress(ValueError):
        if 0 < (hours := float(text)) <= MOST_HOURS:
            return hours
    msg = f"{text} is no number of hours from 0 to {MOST_HOURS}"
    raise argparse.ArgumentTypeError(msg)


def run(arguments: argparse.Namespace) -> int:
    """Open it."""
    from canyu.config.setup import (  # noqa: PLC0415
        product_id_of,
        release_id_of,
        start_with_database,
    )

    start_with_database()
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415
    from canyu.reports import queries, services  # noqa: PLC0415

    release_id = release_id_of(product_id_of(arguments.product), arguments.version)
    at = now()
    closes_at = at + timedelta(hours=arguments.hours) if arguments.hours else None
    try:
        services.open_report(release_id=release_id, at=at, closes_at=closes_at)
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    window = queries.window_of(release_id)
    if window is not None:
        print(
            f"The report of {arguments.version} is open: {len(window.change_ids)} changes are "
            f"judged until {window.closes_at:%Y-%m-%d %H:%M %Z}."
        )
    return OK
