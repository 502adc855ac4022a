"""Reading credits."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, F, Q, Window
from django.db.models.functions import RowNumber

from canyu.credits.models import Credit
from canyu.credits.rules import Asking, Due, credits_due
from canyu.releases.queries import ChangeView
from canyu.topics import queries as topics


@dataclass(frozen=True)
class CreditView:
    """One credit."""

    change_id: int
    release_id: int
    product_id: int
    topic_id: int | None
    member_id: int
    role: str
    asked_at: datetime | None
    at: datetime


@dataclass(frozen=True)
class AskedBy:
    """Who asked for a change: the first few by time, and how many there are in all."""

    first_member_ids: tuple[int, ...]
    n_people: int

    @property
    def n_others(self) -> int:
        """People besides the very first."""
        return max(0, self.n_people - 1)


def asked_by(change_ids: Sequence[int], *, n_first: int = 3) -> dict[int, AskedBy]:
    """{change id: who asked for it}; changes that nobody asked for are left out. One query."""
    rows = Credit.objects.filter(change_id__in=change_ids, role__in=("asked", "joined")).annotate(
        place=Window(RowNumber(), partition_by=F("change_id"), order_by=("asked_at", "id")),
        n_people=Window(Count("id"), partition_by=F("change_id")),
    )
    firsts: dict[int, list[int]] = {}
    counts: dict[int, int] = {}
    first_rows = rows.filter(place__lte=n_first).order_by("change_id", "place")
    for change_id, member_id, n_people in first_rows.values_list(
        "change_id", "member_id", "n_people"
    ):
        firsts.setdefault(change_id, []).append(member_id)
        counts[change_id] = n_people
    return {change_id: AskedBy(tuple(ids), counts[change_id]) for change_id, ids in firsts.items()}


def dues_of(changes: Sequence[ChangeView], *, until: datetime) -> dict[int, list[Due]]:
    """{change id: the credits due for it}, by the voices up to a moment; two queries.

    Before a release goes out this tells whom it would thank, after it whom it has to.
    """
    topic_ids = {topic_id for change in changes for topic_id in change.topic_ids}
    askings = [
        Asking(voice.topic_id, voice.member_id, is_author=voice.is_author, at=voice.at)
        for voice in topics.voices_for(topic_ids)
        if voice.at <= until
    ]
    return {
        change.id: credits_due(
            [one for one in askings if one.topic_id in change.topic_ids], change.maker_ids
        )
        for change in changes
    }


def credits_of_member(member_id: int, *, roles: Iterable[str], limit: int) -> list[CreditView]:
    """What this person brought about, newest first."""
    rows = Credit.objects.filter(member_id=member_id, role__in=list(roles))
    return [_view(row) for row in rows.order_by("-at", "-id")[:limit]]


def own_credits_on(change_ids: Iterable[int], member_id: int | None) -> dict[int, CreditView]:
    """{change id: this member's credit for asking}."""
    if member_id is None:
        return {}
    rows = Credit.objects.filter(
        change_id__in=list(change_ids), member_id=member_id, role__in=("asked", "joined")
    )
    return {row.change_id: _view(row) for row in rows}


def credits_of_release(release_id: int) -> list[CreditView]:
    """Every credit for asking that a release gave."""
    rows = Credit.objects.filter(release_id=release_id).filter(~Q(role="made")).order_by("id")
    return [_view(row) for row in rows]


def _view(row: Credit) -> CreditView:
    return CreditView(
        change_id=row.change_id,
        release_id=row.release_id,
        product_id=row.product_id,
        topic_id=row.topic_id,
        member_id=row.member_id,
        role=row.role,
        asked_at=row.asked_at,
        at=row.at,
    )
