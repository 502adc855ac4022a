"""When a fact is sent to an address, and when no more."""

from collections.abc import Iterable
from datetime import datetime, timedelta

from canyu.channels.errors import WebhookRefused
from canyu.journal.errors import gettext_noop

KINDS = (
    "release.published",
    "report.opened",
    "report.closed",
    "award.certified",
    "repair.answered",
    "topic.raised",
    "topic.status",
    "pain.noticed",
    "pain.verified",
)
TEST = "test"
STATES = ("on", "paused", "failing", "gone")
MOST_WEBHOOKS = 20
MOST_LINES = 200
"""Of the log of one address; what was delivered before is left out."""

OLD_SECRET_FOR = timedelta(hours=24)
# What Standard Webhooks proposes: soon at first, then up to a day, some three days in all.
WAITS = (
    timedelta(seconds=5),
    timedelta(minutes=5),
    timedelta(minutes=30),
    timedelta(hours=2),
    timedelta(hours=5),
    timedelta(hours=10),
    timedelta(hours=14),
    timedelta(hours=20),
    timedelta(hours=24),
)
FAILING_FOR = timedelta(days=3)
LONGEST_SPREAD = 0.2
# A message that the other side understood and refuses so often is passed over for the next.
MOST_REFUSALS = 6
GONE = 410
# These say "not now"; any other 4xx says "not this".
NOT_NOW = frozenset({408, 425, 429})


def is_taken(status: int | None) -> bool:
    """Whether a status says that the message arrived."""
    return status is not None and 200 <= status < 300  # noqa: PLR2004 - HTTP's own


def is_refused(status: int | None) -> bool:
    """Whether a status says that this very message will never be taken."""
    return status is not None and 400 <= status < 500 and status not in NOT_NOW  # noqa: PLR2004


def wait_after(n_failures: int, *, spread: float) -> timedelta:
    """Return how long to wait after so many failures; `spread` from 0 to 1 is drawn."""
    wait = WAITS[min(n_failures, len(WAITS)) - 1]
    return wait * (1 + LONGEST_SPREAD * spread)


def has_ended(failing_since: datetime, at: datetime) -> bool:
    """Whether an address has failed for so long that nothing more is sent."""
    return at - failing_since >= FAILING_FOR


def check_kinds(kinds: Iterable[str]) -> list[str]:
    """Return the kinds of facts in their order; raise `WebhookRefused` for none or unknown ones."""
    wanted = set(kinds)
    if not wanted or wanted - set(KINDS):
        raise WebhookRefused(
            gettext_noop("Nothing was saved: choose what is sent, from %(known)s."),
            status=400,
            known=", ".join(KINDS),
        )
    return [one for one in KINDS if one in wanted]
