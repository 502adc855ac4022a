"""Reading leads: for the team alone, for the one who was invited, and for their own export."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from canyu.credits.leads import Evidence
from canyu.credits.models import Lead, LeadNight, LeftAlone
from canyu.journal.errors import NotFound, gettext_noop
from canyu.topics.queries import solutions_by


@dataclass(frozen=True)
class LeadView:
    """Somebody who is surely ahead, with what that stands on and what was decided.

    `figures` has n, n_true, expected, and low, high, shrunk as shares (`credits.foresight`).
    """

    id: int
    product_id: int
    member_id: int
    figures: Mapping[str, Any]
    evidence: tuple[Evidence, ...]
    found_at: datetime
    standing: str
    words: str
    ring_key: str
    decided_by_id: int | None
    decided_at: datetime | None
    answer: str
    answered_at: datetime | None
    n_solved: int = 0
    """Topics of others that their answer solved; `n_own` own ones for which they found a way."""
    n_own: int = 0


@dataclass(frozen=True)
class NightView:
    """What the last look at early voices saw, in numbers; `night_on` is None before the first."""

    night_on: Any
    n_voices: int
    n_people: int
    n_tested: int
    most: int
    """Early voices of whoever has most of them: how near it is to being enough."""


def leads_of(product_id: int) -> list[LeadView]:
    """Everybody whom the team was told of, those found last first; two queries."""
    rows = list(Lead.objects.filter(product_id=product_id).order_by("-found_at", "-id"))
    solved = solutions_by(product_id, [row.member_id for row in rows]) if rows else {}
    return [_view(row, *solved.get(row.member_id, (0, 0))) for row in rows]


def lead_of(lead_id: int, *, product_id: int) -> LeadView:
    """One of them; raises `NotFound`."""
    row = Lead.objects.filter(pk=lead_id, product_id=product_id).first()
    if row is None:
        raise _no_such()
    return _view(row)


def lead_by_id(lead_id: int) -> LeadView:
    """One of them, of any product; raises `NotFound`."""
    row = Lead.objects.filter(pk=lead_id).first()
    if row is None:
        raise _no_such()
    return _view(row)


def own_invitation(product_id: int, member_id: int) -> LeadView:
    """The invitation of this member, for themself; raises `NotFound` where there is none."""
    rows = Lead.objects.filter(product_id=product_id, member_id=member_id, standing="invited")
    row = rows.first()
    if row is None:
        raise NotFound(gettext_noop("There is no invitation for you here."))
    return _view(row)


def night_of(product_id: int) -> NightView:
    """What the last look at early voices saw."""
    row = LeadNight.objects.filter(pk=product_id).first()
    told = row.figures if row else {}
    numbers = (told.get(one, 0) for one in ("n_voices", "n_people", "n_tested", "most"))
    return NightView(row.night_on if row else None, *numbers)


def is_left_alone(member_id: int) -> bool:
    """Whether a member does not want their early voices to be looked at."""
    return LeftAlone.objects.filter(pk=member_id).exists()


def leads_of_person(member_id: int) -> dict[str, Any]:
    """What is kept of one person, for their own export; and what they decided of others."""
    return {
        "early_voices_left_alone": is_left_alone(member_id),
        "early_voices": [
            {
                "product_id": row.product_id,
                "figures": row.figures,
                "evidence": row.evidence,
                "standing": row.standing,
                "words": row.words if row.standing == "invited" else "",
                "answer": row.answer,
            }
            for row in Lead.objects.filter(member_id=member_id).order_by("id")
        ],
        "early_voices_decided": [
            {"lead_id": row.pk, "standing": row.standing, "words": row.words}
            for row in Lead.objects.filter(decided_by_id=member_id).order_by("id")
        ],
    }


def _no_such() -> NotFound:
    return NotFound(gettext_noop("Nobody is suggested here any more."))


def _view(row: Lead, n_solved: int = 0, n_own: int = 0) -> LeadView:
    return LeadView(
        id=row.pk,
        product_id=row.product_id,
        member_id=row.member_id,
        figures=row.figures,
        evidence=tuple(Evidence(**one) for one in row.evidence),
        found_at=row.found_at,
        standing=row.standing,
        words=row.words,
        ring_key=row.ring_key,
        decided_by_id=row.decided_by_id,
        decided_at=row.decided_at,
        answer=row.answer,
        answered_at=row.answered_at,
        n_solved=n_solved,
        n_own=n_own,
    )
