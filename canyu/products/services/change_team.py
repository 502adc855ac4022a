"""Who ships a product."""

from collections.abc import Collection
from datetime import datetime

from django.db import transaction

from canyu.journal.errors import NotFound
from canyu.journal.errors import gettext_noop as _
from canyu.journal.services import publish
from canyu.members.queries import members_of
from canyu.products.errors import TeamRefused
from canyu.products.events import RoleChanged, TeamJoined, TeamLeft
from canyu.products.models import AreaMaker, TeamMember
from canyu.products.rules import check_owner_stays, check_role
from canyu.products.services.rows import (
    check_member,
    product_for_owner,
    product_for_update,
    team_stay,
)


def add_team_member(
    *, actor_id: int, product_id: int, member_id: int, role: str = "maker", at: datetime
) -> None:
    """Take somebody into the team. Owners only.

    Raises `NotFound`, `NotAllowed`, and `TeamRefused` if they are in it.
    """
    check_role(role)
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        check_member(member_id)
        if team_stay(product_id, member_id) is not None:
            raise TeamRefused(_("Nothing was changed: this person is in the team already."))
        enter_team(product_id, member_id, role, at)


def add_makers(*, actor_id: int, product_id: int, member_ids: Collection[int], at: datetime) -> int:
    """Take people into the team as makers, those who are in it stay as they are. Owners only.

    For imports; returns how many are new. Raises `NotFound`, `NotAllowed`.
    """
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        inside = TeamMember.objects.filter(product_id=product_id, left_at=None)
        wanted = set(member_ids) - set(inside.values_list("member_id", flat=True))
        known = members_of(wanted)
        if any(not (member_id in known and known[member_id].is_active) for member_id in wanted):
            raise NotFound(_("Nothing was changed: one of these people is not known here."))
        for member_id in sorted(wanted):
            enter_team(product_id, member_id, TeamMember.MAKER, at)
    return len(wanted)


def enter_team(product_id: int, member_id: int, role: str, at: datetime) -> None:
    """Write a stay; the caller has checked all and is in a transaction."""
    TeamMember.objects.create(product_id=product_id, member_id=member_id, role=role, since=at)
    publish(TeamJoined(at=at, product_id=product_id, member_id=member_id, role=role))


def remove_team_member(*, actor_id: int, product_id: int, member_id: int, at: datetime) -> None:
    """End somebody's stay in the team: owners anybody's, everybody their own.

    What they made stays theirs. Raises `NotFound`, `NotAllowed`, and `TeamRefused` for the last
    owner.
    """
    with transaction.atomic():
        if actor_id == member_id:
            product_for_update(product_id)
        else:
            product_for_owner(product_id, actor_id)
        stay = _stay_or_not_found(product_id, member_id)
        check_owner_stays(is_owner=stay.role == TeamMember.OWNER, n_owners=_n_owners(product_id))
        _end(stay, at)


def leave_all_teams(*, member_id: int, at: datetime) -> None:
    """End every stay of a member whose account has ended; what they made stays theirs."""
    with transaction.atomic():
        for stay in TeamMember.objects.filter(member_id=member_id, left_at=None).order_by("id"):
            _end(stay, at)


def change_role(*, actor_id: int, product_id: int, member_id: int, role: str, at: datetime) -> None:
    """Make a maker an owner, or an owner a maker. Owners only.

    Raises `NotFound`, `NotAllowed`, and `TeamRefused` for the last owner.
    """
    check_role(role)
    with transaction.atomic():
        product_for_owner(product_id, actor_id)
        stay = _stay_or_not_found(product_id, member_id)
        if stay.role == role:
            return
        check_owner_stays(is_owner=stay.role == TeamMember.OWNER, n_owners=_n_owners(product_id))
        give_role(stay, role, at)


def give_role(stay: TeamMember, role: str, at: datetime) -> None:
    """Write a role; the caller has checked all and is in a transaction."""
    stay.role = role
    stay.save(update_fields=["role"])
    publish(RoleChanged(at=at, product_id=stay.product_id, member_id=stay.member_id, role=role))


def _end(stay: TeamMember, at: datetime) -> None:
    stay.left_at = at
    stay.save(update_fields=["left_at"])
    AreaMaker.objects.filter(team_member=stay).delete()
    publish(TeamLeft(at=at, product_id=stay.product_id, member_id=stay.member_id))


def _stay_or_not_found(product_id: int, member_id: int) -> TeamMember:
    stay = team_stay(product_id, member_id)
    if stay is None:
        raise NotFound(_("Nothing was changed: this person is not in the team."))
    return stay


def _n_owners(product_id: int) -> int:
    owners = TeamMember.objects.filter(
        product_id=product_id, role=TeamMember.OWNER, left_at=None, member__is_active=True
    )
    return owners.count()
