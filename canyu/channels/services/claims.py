"""Codes by which members prove that it is them who speak elsewhere: they say it there, once."""

import re
from datetime import UTC, datetime, timedelta

from django.utils.crypto import constant_time_compare, salted_hmac

VALID_FOR = timedelta(days=7)
_N_SIGNS = 16
_CODE = re.compile(r"\bcanyu-(\d{1,18})-(\d{1,7})-([0-9a-f]{16})\b")


def claim_code(*, member_id: int, at: datetime) -> str:
    """Return what a member says elsewhere to show who they are there; good for a week, once."""
    told = f"{member_id}-{_day(at)}"
    return f"canyu-{told}-{_signed(told)}"


def claim_in(text: str, *, at: datetime) -> tuple[int, str] | None:
    """The member whose code stands in a text, and what marks it as used; None where there is none.

    A code that is too old is none.
    """
    found = _CODE.search(text[:1_000].casefold())
    if found is None:
        return None
    day = int(found[2])
    if not constant_time_compare(_signed(f"{found[1]}-{found[2]}"), found[3]):
        return None
    return (int(found[1]), found[3]) if day <= _day(at) <= day + VALID_FOR.days else None


def _day(at: datetime) -> int:
    return at.astimezone(UTC).date().toordinal()


def _signed(told: str) -> str:
    made = salted_hmac("canyu.channels.claim", told, algorithm="sha256")
    return made.hexdigest()[:_N_SIGNS]
