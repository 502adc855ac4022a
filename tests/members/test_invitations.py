"""Links that let people in, and back in."""

from datetime import datetime, timedelta
from functools import partial

import pytest
from django.contrib.auth import authenticate

from canyu.journal.errors import NotFound
from canyu.journal.queries import n_events
from canyu.members import queries, services
from canyu.members.errors import InvitationRefused, PasswordRefused
from tests.builders import at_once

from .conftest import PASSWORD

pytestmark = pytest.mark.django_db

GRANT = {"product": "lumen", "role": "maker", "ring": "daily"}
NEW_PASSWORD = "warm popcorn tuesday"


def invite(actor_id: int, at: datetime, *, n_uses: int = 1, valid_days: int = 7) -> str:
    return services.make_invitation(
        actor_id=actor_id, grant=GRANT, n_uses=n_uses, valid_days=valid_days, at=at
    )


def test_the_start_link_makes_one_operator(ana: int, bo: int, at: datetime) -> None:
    assert not queries.has_operator()
    token = services.make_start_link(at=at)
    grant = services.use_invitation(token=token, member_id=ana, at=at)
    assert (grant.purpose, grant.values, grant.made_by_id) == ("start", {}, None)
    assert queries.member_of(ana).is_operator
    with pytest.raises(InvitationRefused, match="used up"):
        services.use_invitation(token=token, member_id=bo, at=at)
    with pytest.raises(InvitationRefused, match="operator already"):
        services.make_start_link(at=at)
    assert not queries.member_of(bo).is_operator
    assert n_events("OperatorMade") == 1


def test_a_new_start_link_ends_the_one_before(ana: int, at: datetime) -> None:
    first, second = services.make_start_link(at=at), services.make_start_link(at=at)
    with pytest.raises(InvitationRefused, match="taken back"):
        services.use_invitation(token=first, member_id=ana, at=at)
    services.use_invitation(token=second, member_id=ana, at=at)


def test_the_machine_s_own_command_line_makes_operators(ana: int, bo: int, at: datetime) -> None:
    token = services.make_start_link(at=at)
    services.make_operator(member_id=ana, at=at)
    services.make_operator(member_id=ana, at=at)
    assert queries.member_of(ana).is_operator
    assert n_events("OperatorMade") == 1
    with pytest.raises(InvitationRefused, match="operator already"):
        services.use_invitation(token=token, member_id=bo, at=at)
    with pytest.raises(NotFound):
        services.make_operator(member_id=0, at=at)


def test_an_invitation_gives_what_its_maker_put_in(ana: int, bo: int, at: datetime) -> None:
    token = invite(ana, at)
    assert queries.open_invitation(token, at=at).grant == GRANT
    grant = services.use_invitation(token=token, member_id=bo, at=at)
    assert (grant.purpose, grant.values, grant.made_by_id) == ("join", GRANT, ana)
    assert n_events("InvitationUsed") == 1


def test_an_invitation_is_for_so_many_people_each_once(
    ana: int, bo: int, operator: int, at: datetime
) -> None:
    token = invite(ana, at, n_uses=2)
    services.use_invitation(token=token, member_id=bo, at=at)
    with pytest.raises(InvitationRefused) as refusal:
        services.use_invitation(token=token, member_id=bo, at=at)
    assert refusal.value.status == 409
    assert queries.open_invitation(token, at=at).n_uses_left == 1
    services.use_invitation(token=token, member_id=operator, at=at)
    with pytest.raises(InvitationRefused, match="used up"):
        services.use_invitation(token=token, member_id=ana, at=at)


def test_an_invitation_ends(ana: int, bo: int, at: datetime) -> None:
    token = invite(ana, at)
    with pytest.raises(InvitationRefused, match="no longer valid"):
        services.use_invitation(token=token, member_id=bo, at=at + timedelta(days=7))
    services.use_invitation(token=token, member_id=bo, at=at + timedelta(days=6))


def test_an_invitation_is_taken_back(ana: int, bo: int, at: datetime) -> None:
    token = invite(ana, at)
    (view,) = queries.invitations_granting("product", "lumen", at=at)
    assert queries.invitations_granting("product", "other", at=at) == []
    services.revoke_invitation(actor_id=ana, invitation_id=view.id, at=at)
    services.revoke_invitation(actor_id=ana, invitation_id=view.id, at=at)
    with pytest.raises(InvitationRefused, match="taken back"):
        services.use_invitation(token=token, member_id=bo, at=at)
    assert queries.invitations_granting("product", "lumen", at=at) == []
    assert n_events("InvitationRevoked") == 1
    with pytest.raises(NotFound):
        services.revoke_invitation(actor_id=ana, invitation_id=0, at=at)


@pytest.mark.parametrize("token", ["", "nothing", "\ud800", "参与" * 1000])
def test_an_unknown_link_is_refused(token: str, ana: int, at: datetime) -> None:
    with pytest.raises(InvitationRefused, match="not known"):
        services.use_invitation(token=token, member_id=ana, at=at)
    with pytest.raises(InvitationRefused, match="not known"):
        services.set_password_by_recovery(token=token, password=NEW_PASSWORD, at=at)


def test_a_refused_use_takes_no_place(ana: int, at: datetime) -> None:
    token = invite(ana, at)
    with pytest.raises(NotFound):
        services.use_invitation(token=token, member_id=0, at=at)
    assert queries.open_invitation(token, at=at).n_uses_left == 1


def test_a_recovery_link_sets_a_password_once(ana: int, operator: int, at: datetime) -> None:
    token = services.make_recovery_link(actor_id=operator, member_id=ana, at=at)
    with pytest.raises(PasswordRefused):
        services.set_password_by_recovery(token=token, password="short", at=at)
    assert services.set_password_by_recovery(token=token, password=NEW_PASSWORD, at=at) == ana
    assert authenticate(username="ana", password=NEW_PASSWORD) is not None
    assert authenticate(username="ana", password=PASSWORD) is None
    with pytest.raises(InvitationRefused, match="used up"):
        services.set_password_by_recovery(token=token, password=PASSWORD, at=at)


def test_a_link_is_good_for_its_own_purpose_only(ana: int, bo: int, at: datetime) -> None:
    recovery = services.make_recovery_link(actor_id=None, member_id=ana, at=at)
    with pytest.raises(InvitationRefused, match="not known"):
        services.use_invitation(token=recovery, member_id=bo, at=at)
    with pytest.raises(InvitationRefused, match="not known"):
        services.set_password_by_recovery(token=invite(ana, at), password=NEW_PASSWORD, at=at)


def test_a_new_recovery_link_ends_the_one_before(ana: int, at: datetime) -> None:
    first = services.make_recovery_link(actor_id=None, member_id=ana, at=at)
    services.make_recovery_link(actor_id=None, member_id=ana, at=at)
    with pytest.raises(InvitationRefused, match="taken back"):
        services.set_password_by_recovery(token=first, password=NEW_PASSWORD, at=at)


def test_a_person_of_a_changelog_comes_by_a_recovery_link(at: datetime) -> None:
    person = services.find_or_add_person(handle="MadCcc", name="Mad", at=at)
    token = services.make_recovery_link(actor_id=None, member_id=person, at=at)
    later = at + timedelta(days=1)
    services.set_password_by_recovery(token=token, password=NEW_PASSWORD, at=later)
    assert authenticate(username="madccc", password=NEW_PASSWORD) is not None
    assert queries.profile_of(person).joined_at == later
    assert n_events("MemberJoined") == 1


def test_six_at_once_with_the_start_link_make_one_operator(on_disk: None, at: datetime) -> None:
    ids = [services.register_member(handle=f"m{n}", password=None, at=at) for n in range(6)]
    token = services.make_start_link(at=at)
    outcomes = at_once(
        *(partial(services.use_invitation, token=token, member_id=one, at=at) for one in ids)
    )
    refusals = [one for one in outcomes if isinstance(one, InvitationRefused)]
    (won,) = (
        member_id
        for member_id, outcome in zip(ids, outcomes, strict=True)
        if not isinstance(outcome, Exception)
    )
    assert len(refusals) == 5
    assert all("used up" in str(one) for one in refusals)
    assert [one for one in ids if queries.member_of(one).is_operator] == [won]
