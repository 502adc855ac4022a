"""Showing what one brought about, taking that back, and noting who came by it."""

import secrets
from datetime import datetime

from django.db import IntegrityError, transaction

from canyu.credits import queries
from canyu.credits.cards import TOKEN_BYTES, check_guest, check_may_show
from canyu.credits.events import CardShown, CardWithdrawn, GuestJoined
from canyu.credits.models import Card, Guest
from canyu.credits.queries.cards import card_of
from canyu.journal import services as journal
from canyu.journal.errors import NotFound, gettext_noop
from canyu.members import queries as members
from canyu.products import queries as products
from canyu.releases import queries as releases


@transaction.atomic
def show_card(*, actor_id: int, change_id: int, at: datetime) -> str:
    """Make the card of one's part in a change; return its token, the same until taken back.

    Raises `CardRefused`, `NotFound`.
    """
    change = releases.changes_by_id([change_id]).get(change_id)
    if change is None:
        raise NotFound(gettext_noop("There is no such change."))
    products.visible_product(change.product_id, actor_id)
    roles = [one.role for one in queries.own_roles_on(change_id, actor_id)]
    check_may_show(roles, is_named=members.as_credited(members.member_of(actor_id)) is not None)
    card = Card(
        token=secrets.token_urlsafe(TOKEN_BYTES),
        product_id=change.product_id,
        change_id=change_id,
        member_id=actor_id,
        at=at,
    )
    try:
        with transaction.atomic():
            card.save(force_insert=True)
    except IntegrityError:
        return Card.objects.get(member_id=actor_id, change_id=change_id, back_at=None).token
    journal.publish(
        CardShown(at=at, product_id=card.product_id, change_id=change_id, member_id=actor_id)
    )
    return card.token


@transaction.atomic
def take_back_card(*, actor_id: int, token: str, at: datetime) -> None:
    """Show a card no more; doing it twice changes nothing. Raises `NotFound` for others' cards."""
    cards = Card.objects.filter(token=token, member_id=actor_id)
    card = cards.first()
    if card is None:
        raise NotFound(gettext_noop("There is no such card of yours."))
    if cards.filter(back_at=None).update(back_at=at):
        journal.publish(
            CardWithdrawn(
                at=at, product_id=card.product_id, change_id=card.change_id, member_id=actor_id
            )
        )


@transaction.atomic
def come_by_card(*, token: str, member_id: int, at: datetime) -> bool:
    """Note that somebody who has just made an account came by a card; return whether it is new.

    It opens nothing: who may make an account and see the product is decided elsewhere. The first
    card counts. Raises `CardRefused`, `CardGone`, `NotFound`.
    """
    card = card_of(token)
    check_guest(
        guest_id=member_id,
        host_id=card.member.id,
        joined_at=members.profile_of(member_id).joined_at,
        shown_at=card.shown_at,
        at=at,
    )
    _guest, is_new = Guest.objects.get_or_create(
        member_id=member_id, defaults={"card_id": card.id, "at": at}
    )
    if is_new:
        journal.publish(
            GuestJoined(
                at=at, product_id=card.product_id, host_id=card.member.id, guest_id=member_id
            )
        )
    return is_new
