"""Finding people."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from pytest_django import DjangoAssertNumQueries

from canyu.journal.errors import NotFound
from canyu.members import queries, services
from tests.builders import FRIDAY, make_member, make_operator

pytestmark = pytest.mark.django_db


def test_people_are_found_by_id_and_handle(ana: int) -> None:
    assert queries.member_of(ana) == queries.member_by_handle(" ANA ")
    for missing in (0, 10**18):
        with pytest.raises(NotFound):
            queries.member_of(missing)
    for handle in ("", "nobody-here", "\x00", "\ud800"):
        with pytest.raises(NotFound):
            queries.member_by_handle(handle)


def test_many_are_found_in_one_query(at: datetime, django_assert_num_queries: Any) -> None:
    ids = [services.register_member(handle=f"m{n}", password=None, at=at) for n in range(3)]
    for some in (ids[:1], ids):
        with django_assert_num_queries(1):
            assert set(queries.members_of([*some, 0])) == set(some)
    with django_assert_num_queries(0):
        assert queries.members_of([]) == {}


@pytest.mark.usefixtures("ana")
def test_searching(bo: int, at: datetime) -> None:
    services.register_member(handle="canyu-fan", name="参与者", password=None, at=at)
    assert [view.handle for view in queries.search("AN")] == ["ana", "canyu-fan"]
    assert [view.handle for view in queries.search("参与")] == ["canyu-fan"]
    assert [view.handle for view in queries.search(" li ")] == ["ana"]
    assert queries.search("") == queries.search("%") == queries.search("\ud800\0") == []
    services.deactivate_member(actor_id=bo, member_id=bo, at=at)
    assert queries.search("bo") == []


def test_people_stand_in_the_same_order_on_every_store(at: datetime) -> None:
    handles = ["x-1", "x.1", "x1", "x_1", "xa"]
    for handle in reversed(handles):
        services.register_member(handle=handle, password=None, at=at)
    assert [view.handle for view in queries.search("x")] == handles
    assert [view.handle for view in queries.members_by_handle(handles)] == handles


def test_a_person_s_own_data_is_json_and_whole(ana: int, operator: int, at: datetime) -> None:
    services.make_key(actor_id=ana, name="build", at=at)
    token = services.make_invitation(
        actor_id=operator, grant={"product": "lumen"}, n_uses=1, valid_days=7, at=at
    )
    services.use_invitation(token=token, member_id=ana, at=at)
    data = json.loads(json.dumps(queries.personal_data_of(ana)))
    assert (data["handle"], data["name"], data["joined_at"]) == ("ana", "Ana Li", at.isoformat())
    assert [key["name"] for key in data["keys"]] == ["build"]
    assert data["invitations_used"] == [{"at": at.isoformat()}]
    (made,) = queries.personal_data_of(operator)["invitations_made"]
    assert made["grant"] == {"product": "lumen"}


def test_how_people_came_is_told_by_the_first_link(
    ana: int, bo: int, operator: int, at: datetime, django_assert_num_queries: Any
) -> None:
    for host, later in ((operator, 0), (bo, 1)):
        moment = at + timedelta(hours=later)
        token = services.make_invitation(
            actor_id=host, grant={"product": "lumen"}, n_uses=2, valid_days=7, at=moment
        )
        services.use_invitation(token=token, member_id=ana, at=moment)
    imported = services.find_or_add_person(handle="known-by-name", at=at)
    with django_assert_num_queries(2):
        found = queries.arrivals_of([ana, bo, imported, 10**9])
    hour = int(at.timestamp()) // 3600
    told = zip(found.member_id, found.joined_hour, found.inviter_id, strict=True)
    assert {int(one): (int(joined), int(host)) for one, joined, host in told} == {
        ana: (hour, operator),
        bo: (hour, queries.UNTOLD),
        imported: (queries.UNTOLD, queries.UNTOLD),
    }
    assert found.member_id.tolist() == sorted([ana, bo, imported])
    assert queries.arrivals_of([]).member_id.size == 0


def test_whose_account_was_ended_is_asked_in_one_query(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    operator, ana, bo = make_operator(), make_member("ana"), make_member("bo")
    services.deactivate_member(actor_id=operator, member_id=ana, at=FRIDAY)
    with django_assert_num_queries(1):
        assert queries.ended_among([bo, ana, operator, 10**9]) == {ana}
    assert queries.ended_among([]) == set()
