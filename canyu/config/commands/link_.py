"""`canyu link`."""

import argparse

from canyu.config.command import OK, CommandFailed

HELP = "print a one-time link by which a member sets a new password"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("handle", help="whose link")
    parser.add_argument(
        "--address",
        default="http://127.0.0.1:8000",
        help="where Canyu is reached (%(default)s, or CANYU_ORIGIN)",
    )


def run(arguments: argparse.Namespace) -> int:
    """Print the link."""
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from django.conf import settings  # noqa: PLC0415

    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415
    from canyu.members import queries, services  # noqa: PLC0415

    try:
        member = queries.member_by_handle(arguments.handle)
        token = services.make_recovery_link(actor_id=None, member_id=member.id, at=now())
    except Refused as refusal:
        raise CommandFailed(str(refusal)) from refusal
    print(f"{settings.CANYU_ORIGIN or arguments.address}/recover/{token}/")
    return OK
