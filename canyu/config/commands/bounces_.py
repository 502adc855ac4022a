"""`canyu bounces`."""

import argparse
import sys

from canyu.config.command import OK, CommandFailed

HELP = "take a mail that came back, from standard input: its address gets nothing more"
# As sysexits.h names it: not done now, send it again.
EX_TEMPFAIL = 75


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare no options."""
    del parser


def run(arguments: argparse.Namespace) -> int:
    """Take it; what is none of ours is passed over, so that no mail server sends it back."""
    del arguments
    from canyu.config.faults import sentence_for  # noqa: PLC0415

    try:
        return _take()
    except CommandFailed as problem:
        print(f"4.3.0 {problem}", file=sys.stderr)
        return EX_TEMPFAIL
    except Exception as problem:
        sentence = sentence_for(problem)
        if not sentence:
            raise
        print(f"4.3.0 {sentence}", file=sys.stderr)
        return EX_TEMPFAIL


def _take() -> int:
    from canyu.config.setup import start_with_database  # noqa: PLC0415

    start_with_database()
    from canyu.channels.services import take_bounce  # noqa: PLC0415
    from canyu.channels.services.bounces import MOST_BYTES  # noqa: PLC0415
    from canyu.journal.clock import now  # noqa: PLC0415

    data = sys.stdin.buffer.read(MOST_BYTES)
    # Read to its end: a mail server that is cut off would send it again and again.
    while sys.stdin.buffer.read(MOST_BYTES):
        pass
    print(take_bounce(data=data, at=now()))
    return OK
