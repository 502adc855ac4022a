"""Links to a product: made by its owners, accepted by whoever holds them."""

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members import queries as members
from canyu.members.errors import InvitationRefused
from canyu.members.services import (
    Grant,
    make_invitation,
    revoke_invitation,
    use_invitation,
)
from canyu.members.services import (
    make_recovery_link as make_link_for_member,
)
from canyu.products.events import InvitationAccepted
from canyu.products.models import Product, RingMember, TeamMember
from canyu.products.rules import EVERYONE, check_role, may_write_team
from canyu.products.services.change_team import enter_team, give_role
from canyu.products.services.choose_ring import enter_ring, open_ring_to
from canyu.products.services.rows import is_operator, product_for_owner, ring_row, team_stay


@dataclass(frozen=True)
class Accepted:
    """What a link gave: a start link no product, the others role and ring if they say so."""

    purpose: str
    product_id: int | None = None
    product_slug: str = ""
    role: str = ""
    ring_key: str = ""


def invite(
    *,
    actor_id: int,
    product_id: int,
    role: str = "",
    ring_key: str = "",
    n_uses: int = 1,
    valid_days: int = 7,
    at: datetime,
) -> str:
    """Make a link to a product, into its team or a ring of it; return the token. Owners only.

    Without role and ring it leads into the ring of everyone. Raises `NotFound`, `NotAllowed`,
    `TeamRefused`, `InvitationRefused`.
    """
    if role:
        check_role(role)
    with transaction.atomic():
        product = product_for_owner(product_id, actor_id)
        if ring_key:
            ring_row(product_id, ring_key)
        return make_invitation(
            actor_id=actor_id,
            grant={"product": product.slug, "role": role, "ring": ring_key},
            n_uses=n_uses,
            valid_days=valid_days,
            at=at,
        )


def take_back_invitation(
    *, actor_id: int, product_id: int, invitation_id: int, at: datetime
) -> None:
    """End a link to a product, whichever owner made it. Owners only.

    Raises `NotFound`, `NotAllowed`.
    """
    with transaction.atomic():
        product = product_for_owner(product_id, actor_id)
        if members.invitation_of(invitation_id).grant.get("product") != product.slug:
            raise NotFound(_("There is no such invitation."))
        revoke_invitation(actor_id=actor_id, invitation_id=invitation_id, at=at)


def make_recovery_link(*, actor_id: int, product_id: int, member_id: int, at: datetime) -> str:
    """Make a link by which a member sets a new password; return the token.

    The operator for anybody. An owner for people of the product, its team or rings, and for those
    whom an import added; but for no operator and no owner: whoever holds the link can become them.
    Raises `NotFound`, `NotAllowed`.
    """
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        if not is_operator(actor_id):
            _check_may_recover(product_id, member_id)
        return make_link_for_member(actor_id=actor_id, member_id=member_id, at=at)


def _check_may_recover(product_id: int, member_id: int) -> None:
    member = members.member_of(member_id)
    stays = TeamMember.objects.filter(member_id=member_id, left_at=None)
    rings = RingMember.objects.filter(member_id=member_id, product_id=product_id)
    is_near = stays.filter(product_id=product_id).exists() or rings.exists()
    is_high = member.is_operator or stays.filter(role=TeamMember.OWNER).exists()
    if is_high or not (is_near or not member.has_joined):
        raise NotAllowed(
            _("The link was not made: only the operator can do this for owners and strangers.")
        )


def accept_invitation(*, token: str, member_id: int, at: datetime) -> Accepted:
    """Use up a place of an invitation and apply what it gives, all or nothing.

    A start link makes the member operator. Raises `InvitationRefused`; also if its maker decides
    for the product no more.
    """
    with transaction.atomic():
        grant = use_invitation(token=token, member_id=member_id, at=at)
        slug = str(grant.values.get("product", ""))
        if not slug:
            return Accepted(grant.purpose)
        product = Product.objects.select_for_update(no_key=True).filter(slug=slug).first()
        if product is None or not _still_decides(product.pk, grant.made_by_id):
            raise InvitationRefused(
                _("This link is no longer valid: who made it may not invite any more.")
            )
        accepted = _apply(product, grant, member_id, at)
        publish(
            InvitationAccepted(
                at=at, product_id=product.pk, member_id=member_id, made_by_id=grant.made_by_id
            )
        )
        return accepted


def _still_decides(product_id: int, member_id: int | None) -> bool:
    if member_id is None:
        return False
    stay = team_stay(product_id, member_id)
    return may_write_team(
        is_owner=stay is not None and stay.role == TeamMember.OWNER,
        is_operator=is_operator(member_id),
    )


def _apply(product: Product, grant: Grant, member_id: int, at: datetime) -> Accepted:
    role, ring_key = str(grant.values.get("role", "")), str(grant.values.get("ring", ""))
    if role:
        _give_role(product.pk, member_id, role, at)
    if ring_key:
        ring = ring_row(product.pk, ring_key)
        open_ring_to(ring, member_id, at)
        enter_ring(ring, member_id, at)
    elif not RingMember.objects.filter(product=product, member_id=member_id).exists():
        enter_ring(ring_row(product.pk, EVERYONE), member_id, at)
    return Accepted(grant.purpose, product.pk, product.slug, role, ring_key)


def _give_role(product_id: int, member_id: int, role: str, at: datetime) -> None:
    stay = team_stay(product_id, member_id)
    if stay is None:
        enter_team(product_id, member_id, role, at)
    elif role == TeamMember.OWNER and stay.role != TeamMember.OWNER:
        # An invitation lifts, it never lowers.
        give_role(stay, role, at)
