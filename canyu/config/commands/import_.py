"""`canyu import`."""

import argparse
import sys
from pathlib import Path

from canyu.config.command import OK, PROBLEM, CommandFailed

HELP = "read releases and credits of the past, or reports collected elsewhere, from a file"
SHOW_EVERY = 50
SHOW_MANY = 1_000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    what = parser.add_subparsers(dest="what", metavar="WHAT", required=True)
    releases = what.add_parser(
        "releases",
        help="a changelog in Markdown, GitHub releases as JSON, or JSON Lines",
    )
    reports = what.add_parser("reports", help="reports in JSON Lines, into open reports")
    credits_ = what.add_parser(
        "credits", help="who asked, helped and made in the past, as a table in CSV"
    )
    for sub in (releases, reports, credits_):
        sub.add_argument("file", type=Path, help="the file; .gz is read too")
        sub.add_argument("--product", required=True, metavar="SLUG", help="into which product")
    releases.add_argument(
        "--format",
        default="",
        choices=["jsonlines", "keepachangelog", "github-releases"],
        help="found out from the file where not given",
    )
    releases.add_argument(
        "--language", default="", metavar="TAG", help="of the words in a Markdown or GitHub file"
    )


def run(arguments: argparse.Namespace) -> int:
    """Read the file; print each problem with its file and line, then what came of it."""
    from canyu.config.setup import product_id_of, start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.channels import services as channels  # noqa: PLC0415
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415

    product_id = product_id_of(arguments.product)
    try:
        if arguments.what == "releases":
            summary = channels.import_releases(
                product_id=product_id,
                path=arguments.file,
                at=now(),
                file_format=arguments.format,
                language=arguments.language,
                on_progress=_show_progress,
            )
        elif arguments.what == "credits":
            summary = channels.import_credits(
                product_id=product_id, path=arguments.file, at=now(), on_progress=_show_many
            )
        else:
            summary = channels.import_reports(
                product_id=product_id, path=arguments.file, at=now(), on_progress=_show_progress
            )
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    for skipped in summary.skipped:
        print(f"left out: {skipped}", file=sys.stderr)
    for problem in summary.problems:
        print(str(problem), file=sys.stderr)
    print(
        f"{summary.n_new} new, {summary.n_changed} changed, {summary.n_same} as before, "
        f"{len(summary.problems)} not read"
    )
    return PROBLEM if summary.problems else OK


def _show_progress(n_seen: int) -> None:
    if n_seen % SHOW_EVERY == 0:
        print(f"{n_seen} read …", file=sys.stderr, flush=True)


def _show_many(n_seen: int) -> None:
    if n_seen % SHOW_MANY == 0:
        print(f"{n_seen} lines read …", file=sys.stderr, flush=True)
