"""Which notices are mailed how often, and when a mail is made and tried again."""

import re
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

FAMILIES = {
    "answers": ("remark", "answer", "mention", "posted", "hidden", "helped", "lead"),
    "asked": ("credit", "status", "merged", "moved", "solved", "repaired", "gone"),
    "report": ("report",),
    "team": (
        "certify",
        "award",
        "repair",
        "topic",
        "rose",
        "flagged",
        "pain",
        "verified",
        "webhook",
        "hour",
        "leads",
        "lead_said",
    ),
}
"""Kinds of notices by what a member chooses. What is in none is told in the product only."""

PACES = ("now", "day", "week", "never")
HOUR = 8
MONDAY = 0
MOST_NOTICES = 50
MOST_CONFIRMATIONS = 5
CONFIRM_FOR = timedelta(days=3)
LIVES = timedelta(days=2)
"""A mail that could not be sent for so long says nothing new any more."""

WAITS = (
    timedelta(minutes=1),
    timedelta(minutes=5),
    timedelta(minutes=15),
    timedelta(hours=1),
    timedelta(hours=4),
)
MOST_UNSURE = 2
MAILED_AGAIN = ("passed", "failed")
"""States of a mail that never left, so that another one is no repeat."""

FIRST_PERMANENT = 500
ENHANCED = re.compile(r"\b[245]\.\d{1,3}\.\d{1,3}\b")


def next_morning(after: datetime, zone: str) -> datetime:
    """Return the next eight o'clock of a zone, later than a moment."""
    there = after.astimezone(ZoneInfo(zone))
    morning = there.replace(hour=HOUR, minute=0, second=0, microsecond=0)
    return morning if morning > there else morning + timedelta(days=1)


def next_monday(after: datetime, zone: str) -> datetime:
    """Return the next Monday's eight o'clock of a zone, later than a moment."""
    morning = next_morning(after, zone)
    return morning + timedelta(days=(MONDAY - morning.weekday()) % 7)


def wait_after(n_failures: int) -> timedelta:
    """Return how long to wait after so many failures, the first of which is 1."""
    return WAITS[min(n_failures, len(WAITS)) - 1]


def is_address_dead(code: int, words: str) -> bool:
    """Whether an answer to a recipient says that this address takes nothing, now and later.

    A permanent code (RFC 5321, 4.2.1) may as well be about us: a relay that is closed, a policy, a
    mail too large. An enhanced status (RFC 3463, 3.2 and 3.3) says which: 5.1.x is about the
    address, 5.2.1 is a mailbox that is closed; where there is none, the code decides.
    """
    if code < FIRST_PERMANENT:
        return False
    found = ENHANCED.search(words)
    return found is None or is_status_of_address(found[0])


def is_status_of_address(status: str) -> bool:
    """Whether an enhanced status is about the address itself, for good."""
    return status.startswith("5.1.") or status == "5.2.1"
