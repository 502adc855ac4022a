"""When a failed delivery is tried again."""

from datetime import datetime, timedelta

FIRST_WAIT = timedelta(seconds=10)
LONGEST_WAIT = timedelta(hours=6)


def next_attempt_at(at: datetime, attempts: int) -> datetime:
    """The time of the next attempt after `attempts` failures: doubling, six hours at most."""
    return at + min(FIRST_WAIT * float(2 ** min(attempts - 1, 20)), LONGEST_WAIT)
