"""The process that only writes: `python -m canyu.config.writing_alone NUMBER`.

Whoever starts it sends groups over the file of that number, see `canyu.intake.writer`, and ends it
by going away.
"""

import os
import signal
import sys


def main() -> None:
    """Write what comes until nobody sends any more."""
    # What whoever started us is told to stop by may reach us too, and what they took before must
    # still be written.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    from canyu.config.setup import keep_connection, start_django  # noqa: PLC0415

    start_django()
    keep_connection()
    from canyu.config.writing import ReportBody  # noqa: PLC0415
    from canyu.intake.writer import write_what_comes  # noqa: PLC0415

    write_what_comes(int(sys.argv[1]), ReportBody())


if __name__ == "__main__":
    main()
