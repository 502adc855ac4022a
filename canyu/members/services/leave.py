"""Leaving, and being forgotten."""

from datetime import datetime

from allauth.mfa.models import Authenticator
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import Q

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.errors import MemberRefused
from canyu.members.events import MemberDeactivated, MemberForgotten
from canyu.members.models import Invitation, Key, Member
from canyu.members.rules import FORMER
from canyu.members.services.rows import member_for_update


def deactivate_member(*, actor_id: int, member_id: int, at: datetime) -> None:
    """End an account: one's own, or as operator anybody's. Name and handle stay as they are.

    No password, passkey, key or link of theirs opens anything afterwards; doing it twice changes
    nothing. Raises `NotAllowed`, `NotFound`, and `MemberRefused` for the last operator.
    """
    with transaction.atomic():
        _deactivate(actor_id=actor_id, member_id=member_id, at=at)


def forget_member(*, actor_id: int, member_id: int, at: datetime) -> None:
    """End an account as `deactivate_member` does, and take name, handle, face and words away.

    What they wrote elsewhere and how they judged stays, without a name. Raises the same.
    """
    with transaction.atomic():
        member = _deactivate(actor_id=actor_id, member_id=member_id, at=at)
        member.handle = member.name = f"{FORMER}{member.pk}"
        member.face = member.about = member.language = ""
        member.last_login = None
        member.credit_way, member.credit_alias = "none", ""
        gone = ["handle", "name", "face", "about", "language", "credit_way", "credit_alias"]
        member.save(update_fields=[*gone, "last_login"])
        Key.objects.filter(member=member).delete()
        publish(MemberForgotten(at=at, member_id=member_id))


def _deactivate(*, actor_id: int, member_id: int, at: datetime) -> Member:
    _hold_operators_and(actor_id, member_id)
    actor = member_for_update(actor_id)
    if actor_id != member_id and not actor.is_operator:
        raise NotAllowed(_("The account was not ended: only its member or the operator can."))
    member = Member.objects.select_for_update(no_key=True).filter(pk=member_id).first()
    if member is None:
        raise NotFound(_("There is no such member."))
    if not member.is_active:
        return member
    if member.is_operator and actor_id == member_id:
        _check_another_operator(member)
    member.is_active = member.is_operator = False
    member.left_at = at
    member.password = make_password(None)
    member.save(update_fields=["is_active", "is_operator", "left_at", "password"])
    Authenticator.objects.filter(user=member).delete()
    Key.objects.filter(member=member, revoked_at=None).update(revoked_at=at)
    theirs = Q(member=member) | Q(made_by=member)
    Invitation.objects.filter(theirs, revoked_at=None).update(revoked_at=at)
    publish(MemberDeactivated(at=at, member_id=member_id, actor_id=actor_id))
    return member


def _hold_operators_and(*member_ids: int) -> None:
    # So that of the last two operators only one can leave; in one order, so that both can ask.
    theirs = Member.objects.filter(Q(pk__in=member_ids) | Q(is_operator=True, is_active=True))
    list(theirs.select_for_update(no_key=True).order_by("pk").values_list("pk"))


def _check_another_operator(member: Member) -> None:
    others = Member.objects.filter(is_operator=True, is_active=True).exclude(pk=member.pk)
    if not others.exists():
        raise MemberRefused(
            _("The account was not ended: nobody else could run this Canyu."), status=409
        )
