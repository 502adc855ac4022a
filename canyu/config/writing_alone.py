"""The process that only writes, started anew: `python -m canyu.config.writing_alone NUMBER`.

Whoever starts it sends groups over the file of that number, see `canyu.intake.writer`, and ends it
by going away.
"""

import os
import signal
import sys


def main() -> None:
    """Write what comes until nobody sends any more."""
    # As `write_alone`, from the first moment on.
    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, signal.SIG_IGN)
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "canyu.config.settings")
    from canyu.config.setup import start_django  # noqa: PLC0415

    start_django()
    from canyu.config.writing import write_alone  # noqa: PLC0415

    write_alone(int(sys.argv[1]))


if __name__ == "__main__":
    main()
