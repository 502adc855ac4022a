"""Reading what members wish to be mailed."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canyu.channels.mail_rules import FAMILIES
from canyu.channels.models import Dispatch, Mailbox


@dataclass(frozen=True)
class MailView:
    """A member's own wishes; `address` is "" until they proved one."""

    address: str
    wanted_address: str
    language: str
    zone: str
    paces: Mapping[str, str]
    dead_address: str
    dead_since: datetime | None
    dead_because: str


def mail_of(member_id: int) -> MailView | None:
    """What a member wishes to be mailed; None where they said nothing."""
    row = Mailbox.objects.filter(member_id=member_id).first()
    if row is None:
        return None
    return MailView(
        address=row.address,
        wanted_address=row.wanted_address,
        language=row.language,
        zone=row.zone,
        paces={family: getattr(row, family) for family in FAMILIES},
        dead_address=row.dead_address,
        dead_since=row.dead_since,
        dead_because=row.dead_because,
    )


def mail_of_person(member_id: int) -> dict[str, Any]:
    """Everything about mail to one person, for their own export."""
    box = mail_of(member_id)
    sent = Dispatch.objects.filter(member_id=member_id).order_by("id")
    return {
        "address": box.address if box else "",
        "address_not_proved": box.wanted_address if box else "",
        "language": box.language if box else "",
        "zone": box.zone if box else "",
        "how_often": dict(box.paces) if box else {},
        "stopped_address": box.dead_address if box else "",
        "stopped_because": box.dead_because if box else "",
        "mails": [
            {
                "kind": row.kind,
                "address": row.address,
                "made_at": row.made_at.isoformat(),
                "state": row.state,
                "ended_at": row.ended_at.isoformat() if row.ended_at else None,
            }
            for row in sent
        ],
    }
