"""Which notices are told in a browser at once, and when that is tried again."""

from datetime import timedelta

from canyu.channels.mail_rules import FAMILIES

FAMILY_OF = {kind: family for family, kinds in FAMILIES.items() for kind in kinds}
USUAL = ("answers", "asked")
"""What a browser tells where nothing else was chosen: what one said something for oneself."""

MOST_BROWSERS = 10
LONGEST_ENDPOINT = 1000
LIVES = timedelta(days=1)
"""What could not be told for so long is no news; in the product it stands."""

WAITS = (
    timedelta(seconds=30),
    timedelta(minutes=2),
    timedelta(minutes=10),
    timedelta(hours=1),
)
LONGEST_WAIT = timedelta(hours=6)
MOST_UNSURE = 2
# RFC 8030, 7.3; with a key that is not ours any more (RFC 8292, 4.2) nothing will ever be taken.
GONE = frozenset({403, 404, 410})
NOT_NOW = frozenset({408, 425, 429})
FIRST_OURS, FIRST_THEIRS = 400, 500


def fate_of(status: int | None) -> str:
    """Return what a push service's answer means: told, gone (the browser), later, or refused."""
    if status in GONE:
        return "gone"
    if status is None or status in NOT_NOW or status >= FIRST_THEIRS:
        return "later"
    return "refused" if status >= FIRST_OURS else "told"


def wait_after(n_failures: int, retry_after: str) -> timedelta:
    """Return how long to wait after so many failures, or as the service asks, within reason."""
    usual = WAITS[min(n_failures, len(WAITS)) - 1]
    asked = int(retry_after) if retry_after.isascii() and retry_after.isdigit() else 0
    return min(max(usual, timedelta(seconds=min(asked, 86_400))), LONGEST_WAIT)
