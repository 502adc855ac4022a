"""Coming back in, or in for the first time, by a recovery link."""

from datetime import datetime

from django.contrib.auth.hashers import make_password
from django.db import transaction

from canyu.journal.events import PEOPLE
from canyu.journal.services import mark_changed, publish
from canyu.members.events import InvitationUsed, MemberJoined, PasswordRecovered
from canyu.members.models import Invitation, InvitationUse, Member
from canyu.members.queries import open_invitation
from canyu.members.rules import hash_token
from canyu.members.services.passwords import check_password
from canyu.members.services.rows import member_for_update
from canyu.members.services.use_invitation import claim_place


def set_password_by_recovery(*, token: str, password: str, at: datetime) -> int:
    """Set a password by a recovery link; return the member's id. The link is used up.

    Somebody whom an import had added has joined with this. Every session of the member ends,
    because Django ties sessions to the password. Raises `InvitationRefused`, `PasswordRefused`.
    """
    purposes = (Invitation.RECOVER,)
    view = open_invitation(token, purposes=purposes, at=at)
    check_password(password, Member.objects.get(pk=view.member_id or 0))
    hashed = make_password(password)
    with transaction.atomic():
        claim_place(token, purposes=purposes, at=at)
        invitation = Invitation.objects.get(token_hash=hash_token(token))
        member = member_for_update(invitation.member_id or 0)
        has_joined_now = member.joined_at is None
        member.password = hashed
        member.joined_at = member.joined_at or at
        member.save(update_fields=["password", "joined_at"])
        InvitationUse.objects.create(invitation=invitation, member=member, at=at)
        publish(InvitationUsed(at=at, invitation_id=invitation.pk, member_id=member.pk))
        publish(PasswordRecovered(at=at, member_id=member.pk, invitation_id=invitation.pk))
        if has_joined_now:
            # Pages named them before as somebody who has not come.
            mark_changed(PEOPLE)
            publish(MemberJoined(at=at, member_id=member.pk))
    return member.pk
