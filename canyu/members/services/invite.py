"""Making links that let people in, and taking them back."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from datetime import datetime, timedelta
from typing import Any

from django.db import IntegrityError, transaction

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.errors import InvitationRefused
from canyu.members.events import InvitationMade, InvitationRevoked
from canyu.members.models import Invitation, Member
from canyu.members.rules import check_terms, hash_token
from canyu.members.services.rows import member_for_update

START_DAYS = 7
MOST_NODES = 20


def make_start_link(*, at: datetime) -> str:
    """Make the link for the first owner; return its token. Earlier start links end.

    Raises `InvitationRefused` once there is an operator.
    """
    with transaction.atomic():
        if Member.objects.filter(is_operator=True).exists():
            raise InvitationRefused(
                _("The start link was not made: this Canyu has an operator already."), status=409
            )
        return _make_newest_start_link(at)


def _make_newest_start_link(at: datetime) -> str:
    # Two nodes may start at once. The one that comes second waits for the first at the unique
    # key, is refused there, and then ends the other's link like any earlier one.
    open_links = Invitation.objects.filter(purpose=Invitation.START, revoked_at=None)
    for _turn in range(MOST_NODES):
        open_links.update(revoked_at=at)
        with suppress(IntegrityError), transaction.atomic():
            return _make_link(Invitation(purpose=Invitation.START), at=at, valid_days=START_DAYS)
    return _make_link(Invitation(purpose=Invitation.START), at=at, valid_days=START_DAYS)


def make_invitation(
    *, actor_id: int, grant: Mapping[str, Any], n_uses: int, valid_days: int, at: datetime
) -> str:
    """Make an invitation; return its token, which is not kept and cannot be shown again.

    `grant` is for the room that calls, which also checks that the actor may give it.
    Raises `InvitationRefused`.
    """
    check_terms(n_uses=n_uses, valid_days=valid_days)
    invitation = Invitation(
        purpose=Invitation.JOIN, made_by_id=actor_id, grant=dict(grant), n_uses_left=n_uses
    )
    with transaction.atomic():
        member_for_update(actor_id)
        return _make_link(invitation, at=at, valid_days=valid_days)


def make_recovery_link(
    *, actor_id: int | None, member_id: int, valid_days: int = 2, at: datetime
) -> str:
    """Make a link by which a member sets a password; return its token. Earlier ones end.

    Also the way in for a person whom an import added. The room that calls checks that the actor
    may do this; no actor is the command line of the machine. Raises `NotFound`.
    """
    check_terms(n_uses=1, valid_days=valid_days)
    invitation = Invitation(purpose=Invitation.RECOVER, made_by_id=actor_id, member_id=member_id)
    with transaction.atomic():
        member_for_update(member_id)
        open_links = Invitation.objects.filter(member_id=member_id, revoked_at=None)
        open_links.update(revoked_at=at)
        return _make_link(invitation, at=at, valid_days=valid_days)


def _make_link(invitation: Invitation, *, at: datetime, valid_days: int) -> str:
    token = secrets.token_urlsafe(32)
    invitation.token_hash = hash_token(token)
    invitation.made_at = at
    invitation.expires_at = at + timedelta(days=valid_days)
    invitation.save(force_insert=True)
    publish(
        InvitationMade(
            at=at,
            invitation_id=invitation.pk,
            purpose=invitation.purpose,
            made_by_id=invitation.made_by_id,
        )
    )
    return token


def revoke_invitation(*, actor_id: int, invitation_id: int, at: datetime) -> None:
    """Take a link back; doing it twice changes nothing. Raises `NotFound`.

    The room that calls checks that the actor may do this.
    """
    with transaction.atomic():
        invitation = (
            Invitation.objects.select_for_update(no_key=True).filter(pk=invitation_id).first()
        )
        if invitation is None:
            raise NotFound(_("There is no such invitation."))
        if invitation.revoked_at is not None:
            return
        invitation.revoked_at = at
        invitation.save(update_fields=["revoked_at"])
        publish(InvitationRevoked(at=at, invitation_id=invitation_id, actor_id=actor_id))
