"""Cards: what they tell, who shows them, how many came by them."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from canyu.credits.errors import CardGone
from canyu.credits.models import Card, Guest
from canyu.credits.queries.credits import CreditView, own_roles_on
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.members.queries import MemberView, as_credited
from canyu.members.rules import storable
from canyu.reports.queries import reports_among
from canyu.topics.queries import voices_among


@dataclass(frozen=True)
class CardView:
    """A card that is shown. `member` shows it, and `named` is how they wish to be named."""

    id: int
    token: str
    product_id: int
    change_id: int
    member: MemberView
    named: MemberView
    shown_at: datetime
    credits: tuple[CreditView, ...]


@dataclass(frozen=True)
class Guests:
    """How many made an account by somebody's cards, and how many of them took part since."""

    n_came: int
    n_took_part: int


def card_of(token: str) -> CardView:
    """A card by its address. Raises `NotFound`, and `CardGone` for what is shown no more.

    It is gone as well where its member left, is not to be named, or is credited no more.
    """
    row = Card.objects.filter(token=storable(token)).first()
    if row is None:
        raise NotFound(gettext_noop("There is no such card. Check that its address is whole."))
    member = members.member_of(row.member_id)
    named = as_credited(member)
    credited = own_roles_on(row.change_id, member.id)
    if row.back_at is not None or named is None or not member.is_active or not credited:
        raise CardGone(gettext_noop("This card is gone: who showed it shows it no more."))
    return CardView(
        id=row.pk,
        token=row.token,
        product_id=row.product_id,
        change_id=row.change_id,
        member=member,
        named=named,
        shown_at=row.at,
        credits=tuple(credited),
    )


def card_tokens_of(member_id: int, change_ids: Iterable[int]) -> dict[int, str]:
    """{change: the token of the card that this member shows for it}; one query."""
    rows = Card.objects.filter(member_id=member_id, change_id__in=list(change_ids), back_at=None)
    return dict(rows.values_list("change_id", "token"))


def guests_of(member_id: int) -> Guests:
    """How many came by the cards of a member; who they are is told to nobody. Three queries.

    Who ended their account counts no more. Who took part gave a voice or filled a report.
    """
    rows = Guest.objects.filter(card__member_id=member_id, member__is_active=True)
    ids = list(rows.values_list("member_id", flat=True))
    return Guests(len(ids), len(voices_among(ids) | reports_among(ids)) if ids else 0)


def cards_for_export(member_id: int) -> dict[str, list[dict[str, object]]]:
    """What is kept of a member's cards, and by which card they came, as JSON values."""
    cards = Card.objects.filter(member_id=member_id).order_by("id")
    came = Guest.objects.filter(member_id=member_id)
    return {
        "cards": [
            {
                "change": row.change_id,
                "shown_at": row.at.isoformat(),
                "taken_back_at": row.back_at.isoformat() if row.back_at else None,
            }
            for row in cards
        ],
        "came_by_card": [{"at": row.at.isoformat()} for row in came],
    }
