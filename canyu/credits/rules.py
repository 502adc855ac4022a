"""What counts as having led to a change."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

# "asked": raised a topic that the change came from. "joined": said "me too" there.
# "made": is one of its makers.
ROLES = ("asked", "joined", "made")


@dataclass(frozen=True)
class Asking:
    """One person's voice in one topic that a change came from."""

    topic_id: int
    member_id: int
    is_author: bool
    at: datetime


@dataclass(frozen=True)
class Due:
    """A credit that is due."""

    member_id: int
    role: str
    topic_id: int | None
    asked_at: datetime | None


def credits_due(askings: Iterable[Asking], maker_ids: Sequence[int]) -> list[Due]:
    """Who is credited for a change, each person once for asking and once for making.

    The earliest voice counts; who raised any of the topics asked, everybody else joined.
    """
    by_member: dict[int, list[Asking]] = {}
    for asking in sorted(askings, key=lambda one: (one.at, one.topic_id)):
        by_member.setdefault(asking.member_id, []).append(asking)
    due = []
    for member_id, own in by_member.items():
        raised = [one for one in own if one.is_author]
        first = (raised or own)[0]
        due.append(Due(member_id, "asked" if raised else "joined", first.topic_id, first.at))
    return due + [Due(maker_id, "made", None, None) for maker_id in dict.fromkeys(maker_ids)]
