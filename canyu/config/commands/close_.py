"""`canyu close`."""

import argparse

from canyu.config.command import OK, CommandFailed

HELP = "close the report of a release now, by hand, and write its tally"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("version", help="version of the release")
    parser.add_argument("--product", required=True, metavar="SLUG", help="of which product")


def run(arguments: argparse.Namespace) -> int:
    """Close it and say what the tally found."""
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
    window = queries.window_of(release_id)
    try:
        if window is not None and window.is_being_counted:
            # Whoever closed it has gone before it was counted.
            services.finish_tallies()
        else:
            services.close_report(release_id=release_id, at=now())
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    tally = queries.tally_of(release_id)
    if tally is None:
        print(
            f"The report of {arguments.version} is closed and being counted; "
            "the results come in a moment."
        )
    else:
        enough = "enough to give figures" if tally.figures.is_enough else "too few for figures"
        print(
            f"The report of {arguments.version} is closed: {tally.figures.n_reports} reports, "
            f"{tally.figures.n_judging} of them judged changes, {enough}."
        )
    return OK
