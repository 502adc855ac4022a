"""Pain points as lists show them."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.translation import gettext as _

from canyu.members.queries import MemberView
from canyu.painpoints.queries.pains import PointView
from canyu.web import pain_words
from canyu.web.cards import People


@dataclass(frozen=True)
class PainCard:
    """A pain point in a list, with its keeper and its words."""

    point: PointView
    keeper: MemberView | None
    state: str
    alert: str
    sure: str
    verdict: str


def pain_cards(points: Sequence[PointView]) -> list[PainCard]:
    """Cards of these, in their order; one query."""
    people = People(point.keeper_id for point in points)
    return [
        PainCard(
            point=point,
            keeper=people.one(point.keeper_id),
            state=pain_words.state_of(point),
            alert=pain_words.alert_of(point),
            sure=_(pain_words.SURE[point.sureness]),
            verdict=pain_words.verdict_of(point) if point.shipped_at else "",
        )
        for point in points
    ]
