"""Keys, by which a member's programs sign in."""

import secrets
from datetime import UTC, datetime

from django.db import transaction

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.errors import KeyRefused
from canyu.members.events import KeyMade, KeyRevoked
from canyu.members.models import Key
from canyu.members.queries import MemberView, view_of
from canyu.members.rules import check_key_name, check_right, hash_token
from canyu.members.services.rows import member_for_update

PREFIX = "canyu_"
MAX_KEYS = 50


def make_key(*, actor_id: int, name: str, at: datetime, right: str = "") -> str:
    """Make a key; return it. It is not kept and cannot be shown again. Raises `KeyRefused`.

    With a `right` it opens only what asks for that right, else all that its member may.
    """
    name, right = check_key_name(name), check_right(right)
    key = PREFIX + secrets.token_urlsafe(32)
    with transaction.atomic():
        member = member_for_update(actor_id)
        if Key.objects.filter(member=member, revoked_at=None).count() >= MAX_KEYS:
            raise KeyRefused(
                _("The key was not made: you have %(most)d. Take one back first."),
                status=409,
                most=MAX_KEYS,
            )
        row = Key.objects.create(
            member=member,
            name=name,
            hash=hash_token(key),
            hint=key[-4:],
            right=right,
            made_at=at,
        )
        publish(KeyMade(at=at, key_id=row.pk, member_id=actor_id))
    return key


def revoke_key(*, actor_id: int, key_id: int, at: datetime) -> None:
    """Take back a key of one's own; doing it twice changes nothing. Raises `NotFound`."""
    with transaction.atomic():
        row = (
            Key.objects.select_for_update(no_key=True).filter(pk=key_id, member_id=actor_id).first()
        )
        if row is None:
            raise NotFound(_("There is no such key."))
        if row.revoked_at is not None:
            return
        row.revoked_at = at
        row.save(update_fields=["revoked_at"])
        publish(KeyRevoked(at=at, key_id=key_id, member_id=actor_id))


def member_by_key(*, key: str, at: datetime, right: str = "") -> MemberView:
    """Return whose program this is, and note the day. One query, and one write a day.

    `right` is what is asked for: a key of that right opens it, and one for everything. Raises
    `KeyRefused` (401) for a key that is unknown, taken back, a former member's, or for else.
    """
    rows = Key.objects.select_related("member")
    row = rows.filter(
        hash=hash_token(key), revoked_at=None, member__is_active=True, right__in={"", right}
    ).first()
    if row is None:
        raise KeyRefused(_("The key opens nothing. Make a new one on your settings page."))
    today = at.astimezone(UTC).date()
    if row.last_used_on != today:
        Key.objects.filter(pk=row.pk).update(last_used_on=today)
    return view_of(row.member)
