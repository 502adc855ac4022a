"""Which ring a member is in: theirs to choose, and to leave at any time."""

from datetime import datetime

from django.db import transaction

from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.products.errors import RingRefused
from canyu.products.events import DeviceStated, RingChosen, RingInvitationMade, RingLeft
from canyu.products.models import Ring, RingInvitation, RingMember
from canyu.products.queries import visible_product
from canyu.products.rules import EVERYONE, check_may_join_ring, check_word
from canyu.products.services.rows import check_member, product_for_owner, ring_row, team_stay


def join_product(*, actor_id: int, product_id: int, at: datetime) -> None:
    """Put a member who is in no ring into the ring of everyone; a ring once chosen stays.

    Raises `NotFound`.
    """
    with transaction.atomic():
        visible_product(product_id, actor_id)
        check_member(actor_id)
        if not RingMember.objects.filter(product_id=product_id, member_id=actor_id).exists():
            enter_ring(ring_row(product_id, EVERYONE), actor_id, at)


def choose_ring(*, actor_id: int, product_id: int, ring_key: str, at: datetime) -> None:
    """Go into a ring, from whichever one was in. Raises `NotFound`, `RingRefused`."""
    with transaction.atomic():
        visible_product(product_id, actor_id)
        check_member(actor_id)
        ring = ring_row(product_id, ring_key)
        check_may_join_ring(
            ring.joining,
            is_invited=RingInvitation.objects.filter(ring=ring, member_id=actor_id).exists(),
            is_team=team_stay(product_id, actor_id) is not None,
        )
        enter_ring(ring, actor_id, at)


def enter_ring(ring: Ring, member_id: int, at: datetime) -> None:
    """Write a stay in a ring; the caller has checked all and is in a transaction."""
    row, is_new = RingMember.objects.select_for_update(no_key=True).get_or_create(
        product_id=ring.product_id,
        member_id=member_id,
        defaults={"ring": ring, "joined_at": at},
    )
    if not is_new:
        if row.ring_id == ring.pk:
            return
        row.ring = ring
        row.joined_at = at
        row.save(update_fields=["ring", "joined_at"])
    publish(RingChosen(at=at, product_id=ring.product_id, member_id=member_id, ring_key=ring.key))


def leave_ring(*, actor_id: int, product_id: int, at: datetime) -> None:
    """Leave the product's rings, and forget device and version; leaving twice changes nothing."""
    with transaction.atomic():
        rows = RingMember.objects.filter(product_id=product_id, member_id=actor_id)
        n_left, _by_table = rows.delete()
        if n_left:
            publish(RingLeft(at=at, product_id=product_id, member_id=actor_id))


def leave_all_rings(*, member_id: int, at: datetime) -> None:
    """Leave the rings of every product: for a member whose account has ended."""
    with transaction.atomic():
        rows = RingMember.objects.filter(member_id=member_id)
        for product_id in list(rows.values_list("product_id", flat=True)):
            leave_ring(actor_id=member_id, product_id=product_id, at=at)
        RingInvitation.objects.filter(member_id=member_id).delete()


def invite_to_ring(
    *, actor_id: int, product_id: int, member_id: int, ring_key: str, at: datetime
) -> None:
    """Let a member choose a ring that is by invitation; they are not moved. Owners only.

    Raises `NotFound`, `NotAllowed`.
    """
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        check_member(member_id)
        open_ring_to(ring_row(product_id, ring_key), member_id, at)


def open_ring_to(ring: Ring, member_id: int, at: datetime) -> None:
    """Write that a member may choose a ring; the caller is in a transaction."""
    _row, is_new = RingInvitation.objects.get_or_create(
        ring=ring, member_id=member_id, defaults={"at": at}
    )
    if is_new:
        publish(
            RingInvitationMade(
                at=at, product_id=ring.product_id, member_id=member_id, ring_key=ring.key
            )
        )


def state_device(
    *, actor_id: int, product_id: int, device: str, version: str, at: datetime
) -> None:
    """Say on what one runs the product, and which version; "" takes it back.

    Raises `ProductRefused` for the words and `RingRefused` for members in no ring.
    """
    device, version = check_word(device), check_word(version)
    with transaction.atomic():
        rows = RingMember.objects.filter(product_id=product_id, member_id=actor_id)
        if not rows.update(device=device, version=version):
            raise RingRefused(
                _("The device was not noted: you are in no ring of this product. Choose one first.")
            )
        publish(DeviceStated(at=at, product_id=product_id, member_id=actor_id))
