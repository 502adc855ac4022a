"""Links to a product."""

from datetime import datetime

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.queries import n_events
from canyu.members import queries as members_queries
from canyu.members import services as members
from canyu.members.errors import InvitationRefused
from canyu.products import queries, services
from canyu.products.errors import TeamRefused

from .conftest import register

pytestmark = pytest.mark.django_db


def role_of(product_id: int, member_id: int) -> str | None:
    return queries.product_ids_of_team(member_id).get(product_id)


def ring_of(product_id: int, member_id: int) -> str | None:
    stay = queries.ring_of(product_id, member_id)
    return stay.key if stay else None


def test_a_link_into_the_team_and_a_ring(owner: int, lumen: int, ana: int, at: datetime) -> None:
    token = services.invite(actor_id=owner, product_id=lumen, role="maker", ring_key="daily", at=at)
    accepted = services.accept_invitation(token=token, member_id=ana, at=at)
    assert (accepted.purpose, accepted.product_slug, accepted.role, accepted.ring_key) == (
        "join",
        "lumen",
        "maker",
        "daily",
    )
    assert (role_of(lumen, ana), ring_of(lumen, ana)) == ("maker", "daily")
    assert n_events("InvitationAccepted") == 1


def test_a_link_without_more_leads_to_everyone(
    owner: int, lumen: int, ana: int, bo: int, at: datetime
) -> None:
    services.choose_ring(actor_id=bo, product_id=lumen, ring_key="weekly", at=at)
    token = services.invite(actor_id=owner, product_id=lumen, n_uses=2, at=at)
    for member_id in (ana, bo):
        services.accept_invitation(token=token, member_id=member_id, at=at)
    assert (role_of(lumen, ana), ring_of(lumen, ana)) == (None, "everyone")
    assert ring_of(lumen, bo) == "weekly"


def test_a_start_link_makes_an_operator_and_no_product(ana: int, at: datetime) -> None:
    token = members.make_start_link(at=at)
    accepted = services.accept_invitation(token=token, member_id=ana, at=at)
    assert (accepted.purpose, accepted.product_id) == ("start", None)
    assert members_queries.member_of(ana).is_operator


def test_an_invitation_lifts_and_never_lowers(
    owner: int, lumen: int, maker: int, at: datetime
) -> None:
    up = services.invite(actor_id=owner, product_id=lumen, role="owner", at=at)
    down = services.invite(actor_id=owner, product_id=lumen, role="maker", at=at)
    services.accept_invitation(token=up, member_id=maker, at=at)
    assert role_of(lumen, maker) == "owner"
    services.accept_invitation(token=down, member_id=maker, at=at)
    assert role_of(lumen, maker) == "owner"


def test_only_owners_invite(owner: int, lumen: int, maker: int, ana: int, at: datetime) -> None:
    for actor_id in (maker, ana):
        with pytest.raises(NotAllowed):
            services.invite(actor_id=actor_id, product_id=lumen, at=at)
    with pytest.raises(TeamRefused):
        services.invite(actor_id=owner, product_id=lumen, role="king", at=at)
    with pytest.raises(NotFound):
        services.invite(actor_id=owner, product_id=lumen, ring_key="nightly", at=at)
    with pytest.raises(InvitationRefused):
        services.invite(actor_id=owner, product_id=lumen, n_uses=0, at=at)


def test_the_link_of_somebody_who_decides_no_more_gives_nothing(
    owner: int, lumen: int, maker: int, ana: int, at: datetime
) -> None:
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    token = services.invite(actor_id=maker, product_id=lumen, role="owner", at=at)
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="maker", at=at)
    with pytest.raises(InvitationRefused):
        services.accept_invitation(token=token, member_id=ana, at=at)
    assert (role_of(lumen, ana), ring_of(lumen, ana)) == (None, None)
    # Nothing was used up by the refusal.
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    services.accept_invitation(token=token, member_id=ana, at=at)
    assert role_of(lumen, ana) == "owner"


def test_one_link_does_not_bring_back_who_was_sent_away(
    owner: int, lumen: int, ana: int, at: datetime
) -> None:
    token = services.invite(actor_id=owner, product_id=lumen, role="maker", n_uses=5, at=at)
    services.accept_invitation(token=token, member_id=ana, at=at)
    services.remove_team_member(actor_id=owner, product_id=lumen, member_id=ana, at=at)
    with pytest.raises(InvitationRefused):
        services.accept_invitation(token=token, member_id=ana, at=at)
    assert role_of(lumen, ana) is None


def test_any_owner_takes_a_link_back(
    owner: int, lumen: int, maker: int, ana: int, at: datetime
) -> None:
    token = services.invite(actor_id=owner, product_id=lumen, role="maker", at=at)
    (view,) = members_queries.invitations_granting("product", "lumen", at=at)
    with pytest.raises(NotAllowed):
        services.take_back_invitation(
            actor_id=maker, product_id=lumen, invitation_id=view.id, at=at
        )
    other = services.add_product(actor_id=owner, slug="other", name={"en": "Other"}, at=at)
    with pytest.raises(NotFound):
        services.take_back_invitation(
            actor_id=owner, product_id=other, invitation_id=view.id, at=at
        )
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    services.take_back_invitation(actor_id=maker, product_id=lumen, invitation_id=view.id, at=at)
    with pytest.raises(InvitationRefused, match="taken back"):
        services.accept_invitation(token=token, member_id=ana, at=at)


def test_owners_help_their_own_people_back_in(
    owner: int, lumen: int, maker: int, ana: int, bo: int, at: datetime
) -> None:
    services.change_role(actor_id=owner, product_id=lumen, member_id=maker, role="owner", at=at)
    services.join_product(actor_id=ana, product_id=lumen, at=at)
    imported = members.find_or_add_person(handle="MadCcc", at=at)
    for member_id in (ana, imported):
        assert services.make_recovery_link(
            actor_id=maker, product_id=lumen, member_id=member_id, at=at
        )
    # Nobody becomes the operator, another owner or a stranger in this way.
    for member_id in (owner, maker, bo):
        with pytest.raises(NotAllowed):
            services.make_recovery_link(
                actor_id=maker, product_id=lumen, member_id=member_id, at=at
            )
    for actor_id in (ana, register("carl")):
        with pytest.raises(NotAllowed):
            services.make_recovery_link(actor_id=actor_id, product_id=lumen, member_id=bo, at=at)
    assert services.make_recovery_link(actor_id=owner, product_id=lumen, member_id=bo, at=at)
