"""Rings: chosen, by invitation, left."""

from datetime import datetime

import pytest

from canyu.journal.errors import NotAllowed, NotFound
from canyu.journal.queries import n_events
from canyu.members import services as members
from canyu.products import queries, services
from canyu.products.errors import ProductRefused, RingRefused

pytestmark = pytest.mark.django_db


def ring(product_id: int, member_id: int) -> str | None:
    stay = queries.ring_of(product_id, member_id)
    return stay.key if stay else None


def choose(member_id: int, product_id: int, key: str, at: datetime) -> None:
    services.choose_ring(actor_id=member_id, product_id=product_id, ring_key=key, at=at)


def test_nobody_is_in_a_ring_unasked(lumen: int, ana: int) -> None:
    assert ring(lumen, ana) is None
    assert queries.ring_of(lumen, None) is None


def test_joining_a_product_is_being_in_the_ring_of_everyone(
    lumen: int, ana: int, at: datetime
) -> None:
    services.join_product(actor_id=ana, product_id=lumen, at=at)
    assert ring(lumen, ana) == "everyone"
    choose(ana, lumen, "weekly", at)
    services.join_product(actor_id=ana, product_id=lumen, at=at)
    assert ring(lumen, ana) == "weekly"


def test_an_open_ring_is_chosen_and_left_freely(lumen: int, ana: int, at: datetime) -> None:
    for key in ("weekly", "everyone", "everyone"):
        choose(ana, lumen, key, at)
        assert ring(lumen, ana) == key
    services.leave_ring(actor_id=ana, product_id=lumen, at=at)
    services.leave_ring(actor_id=ana, product_id=lumen, at=at)
    assert ring(lumen, ana) is None
    assert (n_events("RingChosen"), n_events("RingLeft")) == (2, 1)


def test_a_ring_by_invitation(owner: int, lumen: int, ana: int, at: datetime) -> None:
    choose(ana, lumen, "everyone", at)
    with pytest.raises(RingRefused) as refusal:
        choose(ana, lumen, "daily", at)
    assert refusal.value.status == 403
    assert ring(lumen, ana) == "everyone"
    assert [view.key for view in queries.rings_open_to(lumen, ana)] == ["weekly", "everyone"]
    for _time in range(2):
        services.invite_to_ring(
            actor_id=owner, product_id=lumen, member_id=ana, ring_key="daily", at=at
        )
    assert ring(lumen, ana) == "everyone"
    assert len(queries.rings_open_to(lumen, ana)) == 3
    choose(ana, lumen, "daily", at)
    services.leave_ring(actor_id=ana, product_id=lumen, at=at)
    choose(ana, lumen, "daily", at)
    assert ring(lumen, ana) == "daily"
    assert n_events("RingInvitationMade") == 1


def test_the_team_may_choose_any_ring(lumen: int, maker: int, at: datetime) -> None:
    assert len(queries.rings_open_to(lumen, maker)) == 3
    choose(maker, lumen, "daily", at)
    assert ring(lumen, maker) == "daily"


def test_only_owners_invite_to_a_ring(lumen: int, maker: int, ana: int, at: datetime) -> None:
    with pytest.raises(NotAllowed):
        services.invite_to_ring(
            actor_id=maker, product_id=lumen, member_id=ana, ring_key="daily", at=at
        )


@pytest.mark.parametrize("key", ["nightly", "", "\0", "\ud800"])
def test_a_ring_that_is_not_there(key: str, lumen: int, ana: int, at: datetime) -> None:
    with pytest.raises(NotFound):
        choose(ana, lumen, key, at)
    with pytest.raises(NotFound):
        choose(ana, 0, "everyone", at)


def test_device_and_version_are_stated_by_those_in_a_ring(
    lumen: int, ana: int, at: datetime
) -> None:
    with pytest.raises(RingRefused):
        services.state_device(actor_id=ana, product_id=lumen, device="x", version="", at=at)
    choose(ana, lumen, "weekly", at)
    services.state_device(actor_id=ana, product_id=lumen, device=" Mi 2S ", version="5.2", at=at)
    with pytest.raises(ProductRefused):
        services.state_device(actor_id=ana, product_id=lumen, device="a" * 65, version="", at=at)
    choose(ana, lumen, "everyone", at)
    stay = queries.ring_of(lumen, ana)
    assert stay is not None
    assert (stay.key, stay.device, stay.version) == ("everyone", "Mi 2S", "5.2")


def test_people_are_counted_by_ring(
    lumen: int, ana: int, bo: int, maker: int, at: datetime
) -> None:
    choose(ana, lumen, "weekly", at)
    choose(bo, lumen, "weekly", at)
    choose(maker, lumen, "daily", at)
    assert queries.n_ring_members(lumen) == {"daily": 1, "weekly": 2, "everyone": 0}
    assert queries.ring_member_ids(lumen, ["weekly"]) == [ana, bo]
    assert queries.ring_member_ids(lumen) == sorted([ana, bo, maker])
    assert queries.ring_keys_of_members(lumen, [ana, maker, 0]) == {ana: "weekly", maker: "daily"}
    members.deactivate_member(actor_id=bo, member_id=bo, at=at)
    assert queries.n_ring_members(lumen)["weekly"] == 1
    assert queries.ring_member_ids(lumen, ["weekly"]) == [ana]


def test_who_has_gone_is_in_no_ring(owner: int, lumen: int, ana: int, at: datetime) -> None:
    services.invite_to_ring(
        actor_id=owner, product_id=lumen, member_id=ana, ring_key="daily", at=at
    )
    choose(ana, lumen, "daily", at)
    services.leave_all_rings(member_id=ana, at=at)
    assert ring(lumen, ana) is None
    assert len(queries.rings_open_to(lumen, ana)) == 2
    members.deactivate_member(actor_id=ana, member_id=ana, at=at)
    with pytest.raises(NotFound):
        choose(ana, lumen, "everyone", at)
