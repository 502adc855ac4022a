"""Reading in which browsers a member is told things."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlsplit

from canyu.channels.models import Browser


@dataclass(frozen=True)
class BrowserView:
    """One browser of a member; `service` is the host by which its maker reaches it."""

    id: int
    service: str
    families: tuple[str, ...]
    made_at: datetime


def browsers_of(member_id: int) -> list[BrowserView]:
    """Return the browsers in which a member is told things, the newest first."""
    rows = Browser.objects.filter(member_id=member_id).order_by("-made_at", "-id")
    return [
        BrowserView(row.pk, urlsplit(row.endpoint).hostname or "", tuple(row.families), row.made_at)
        for row in rows
    ]


def browsers_of_person(member_id: int) -> list[dict[str, Any]]:
    """Everything about the browsers of one person, for their own export."""
    return [
        {
            "endpoint": row.endpoint,
            "told": row.families,
            "language": row.language,
            "zone": row.zone,
            "since": row.made_at.isoformat(),
        }
        for row in Browser.objects.filter(member_id=member_id).order_by("id")
    ]
