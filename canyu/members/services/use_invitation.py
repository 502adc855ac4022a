"""Coming in by a link."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F

from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.errors import InvitationRefused
from canyu.members.events import InvitationUsed
from canyu.members.models import Invitation, InvitationUse, Member
from canyu.members.queries import open_invitation
from canyu.members.rules import hash_token
from canyu.members.services.make_operator import make_operator
from canyu.members.services.rows import member_for_update


@dataclass(frozen=True)
class Grant:
    """What a link gave. `purpose` is "start" or "join", `values` what its maker put in."""

    purpose: str
    values: Mapping[str, Any]
    made_by_id: int | None


def use_invitation(*, token: str, member_id: int, at: datetime) -> Grant:
    """Use up one place of an invitation and return what it gives; the caller applies it.

    A start link makes the member operator here. Raises `InvitationRefused`: unknown, taken back,
    used up, too old, used by this member before.
    """
    with transaction.atomic():
        claim_place(token, purposes=(Invitation.START, Invitation.JOIN), at=at)
        invitation = Invitation.objects.get(token_hash=hash_token(token))
        member = member_for_update(member_id)
        _use, is_new = InvitationUse.objects.get_or_create(
            invitation=invitation, member=member, defaults={"at": at}
        )
        if not is_new:
            raise InvitationRefused(
                _("You came by this link before. There is nothing more to do with it."), status=409
            )
        publish(InvitationUsed(at=at, invitation_id=invitation.pk, member_id=member_id))
        if invitation.purpose == Invitation.START:
            _become_operator(member, at)
        return Grant(invitation.purpose, invitation.grant, invitation.made_by_id)


def claim_place(token: str, *, purposes: tuple[str, ...], at: datetime) -> None:
    """Take one of the places that a link has left, in one statement: two cannot take the last.

    Raises `InvitationRefused`.
    """
    n_claimed = Invitation.objects.filter(
        token_hash=hash_token(token),
        purpose__in=purposes,
        revoked_at=None,
        expires_at__gt=at,
        n_uses_left__gt=0,
    ).update(n_uses_left=F("n_uses_left") - 1)
    if not n_claimed:
        open_invitation(token, purposes=purposes, at=at)
        raise InvitationRefused(_("This link has been used up. Ask for a new one."))


def _become_operator(member: Member, at: datetime) -> None:
    if Member.objects.filter(is_operator=True).exists():
        raise InvitationRefused(_("This Canyu has an operator already. Ask them to invite you."))
    make_operator(member_id=member.pk, at=at)
