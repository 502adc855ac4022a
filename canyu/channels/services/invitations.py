"""Inviting to an open report, and taking invitations back: in parts, since there may be very many.

A part is one delivery of the journal: its rows, and the fact from which the next part follows, in
one transaction. So it goes on after a kill where it was, on whichever node, and the writing of
others waits for one part only.
"""

from datetime import datetime

from django.db import transaction

from canyu.channels.events import InvitationsRevoked, MembersInvited
from canyu.channels.models import Notice
from canyu.channels.services.notices import write_notices
from canyu.journal.services import publish
from canyu.products import queries as products
from canyu.products.services import hold_product
from canyu.releases import queries as releases
from canyu.reports import queries as reports

N_AT_ONCE = 1_000
"""How many are told, or untold, in one transaction: some tens of milliseconds of writing."""
KIND = Notice.INVITATION


@transaction.atomic
def invite_members(
    *, product_id: int, release_id: int, at: datetime, after: int = 0, limit: int = N_AT_ONCE
) -> None:
    """Invite the next `limit` members, by id, whose ring had the release when its report opened.

    `at` is when it opened. The others follow by `MembersInvited`. Nobody is asked to come to a
    closed door: where the report is closed meanwhile, nothing is done.
    """
    # Held, so that no part is written beside the taking back of all.
    hold_product(product_id)
    if not reports.is_open(release_id):
        return
    reached = releases.roll_out_of(release_id)
    rings = [key for key, since in reached.items() if since <= at] if reached else None
    asked = products.ring_member_ids(product_id, rings, after=after, limit=limit)
    team = set(products.team_member_ids(product_id))
    write_notices(
        member_ids=[one for one in asked if one not in team],
        product_id=product_id,
        kind=KIND,
        key=f"report:{release_id}",
        facts={"release_id": release_id, "version": releases.release_by_id(release_id).version},
        at=at,
    )
    if len(asked) == limit:
        told = MembersInvited(
            at=at, product_id=product_id, release_id=release_id, last_member_id=asked[-1]
        )
        publish(told, is_told_later=True)


@transaction.atomic
def take_back_invitations(*, product_id: int, before: datetime, limit: int = N_AT_ONCE) -> None:
    """Take back `limit` invitations of a product from before a moment.

    The others follow by `InvitationsRevoked`.
    """
    hold_product(product_id)
    standing = Notice.objects.filter(product_id=product_id, kind=KIND, at__lt=before)
    ids = list(standing.order_by("at", "id").values_list("pk", flat=True)[:limit])
    Notice.objects.filter(pk__in=ids).delete()
    if len(ids) == limit:
        publish(InvitationsRevoked(at=before, product_id=product_id), is_told_later=True)
