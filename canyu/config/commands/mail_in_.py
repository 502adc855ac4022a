"""`canyu mail-in`."""

import argparse
import sys

from canyu.config.command import OK, CommandFailed

HELP = "take one mail from standard input, for the pipe of a mail server"
# As sysexits.h names them: not done now, send it again.
EX_USAGE, EX_TEMPFAIL = 64, 75
CHUNK = 1024 * 1024


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument(
        "--to", default="", metavar="ADDRESS", help="the address of the envelope, such as Postfix's"
    )
    parser.add_argument("--product", default="", metavar="SLUG", help="about which product it is")


def run(arguments: argparse.Namespace) -> int:
    """Take it. What it ends with is what mail servers read: 0, or a number of sysexits.h."""
    from canyu.config.faults import sentence_for  # noqa: PLC0415

    try:
        return _take(arguments)
    except CommandFailed as problem:
        print(f"4.3.0 {problem}", file=sys.stderr)
        return EX_TEMPFAIL
    except Exception as problem:
        sentence = sentence_for(problem)
        if not sentence:
            raise
        # The store or the place for pictures is away: nothing is lost, it comes again.
        print(f"4.3.0 {sentence}", file=sys.stderr)
        return EX_TEMPFAIL


def _take(arguments: argparse.Namespace) -> int:
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from django.conf import settings  # noqa: PLC0415

    from canyu.channels.errors import LetterRefused  # noqa: PLC0415
    from canyu.channels.sayings.letters import MOST_BYTES  # noqa: PLC0415
    from canyu.channels.services import take_letter  # noqa: PLC0415
    from canyu.journal.clock import now  # noqa: PLC0415
    from canyu.journal.errors import Refused  # noqa: PLC0415

    if not (arguments.product or settings.CANYU_MAIL_IN):
        print("5.1.1 No address is set: CANYU_MAIL_IN, or --product.", file=sys.stderr)
        return EX_USAGE
    data = sys.stdin.buffer.read(MOST_BYTES + 1)
    # Read to its end and not kept: a mail server that is cut off would send it again and again.
    while len(data) > MOST_BYTES and sys.stdin.buffer.read(CHUNK):
        pass
    try:
        taken = take_letter(data=data, at=now(), recipient=arguments.to, slug=arguments.product)
    except LetterRefused as refusal:
        print(f"{refusal.enhanced} {refusal}", file=sys.stderr)
        return refusal.code
    except Refused as refusal:
        print(f"4.3.0 {refusal}", file=sys.stderr)
        return EX_TEMPFAIL
    print(taken.what)
    return OK
