"""What is seen, and in how many queries."""

import json
from datetime import datetime
from typing import Any

import pytest

from canyu.journal.errors import NotFound
from canyu.products import queries, services

from .conftest import register

pytestmark = pytest.mark.django_db


def test_a_product_for_members_is_hidden_from_strangers(
    owner: int, lumen: int, ana: int, at: datetime
) -> None:
    services.add_product(
        actor_id=owner, slug="inside", name={"en": "Inside"}, visibility="members", at=at
    )
    inside = queries.product_of("inside", ana)
    assert [view.slug for view in queries.products_for(None)] == ["lumen"]
    assert [view.slug for view in queries.products_for(ana)] == ["lumen", "inside"]
    with pytest.raises(NotFound):
        queries.product_of("inside", None)
    with pytest.raises(NotFound):
        queries.visible_product(inside.id, None)
    assert queries.visible_product(inside.id, ana) == queries.product_by_id(inside.id) == inside
    assert queries.product_ids_by_slug() == {"inside": inside.id, "lumen": lumen}
    assert set(queries.products_by_id([lumen, inside.id, 0])) == {lumen, inside.id}


@pytest.mark.parametrize("slug", ["", "nothing", "\0", "\ud800", "参与"])
def test_a_product_that_is_not_there(slug: str) -> None:
    with pytest.raises(NotFound):
        queries.product_of(slug, None)
    with pytest.raises(NotFound):
        queries.product_by_id(0)


def test_lists_take_as_many_queries_for_one_as_for_many(
    owner: int, lumen: int, at: datetime, django_assert_num_queries: Any
) -> None:
    n_people = 0
    for n_more in (1, 3):
        for _person in range(n_more):
            n_people += 1
            member_id = register(f"m{n_people}")
            services.add_team_member(actor_id=owner, product_id=lumen, member_id=member_id, at=at)
            services.choose_ring(actor_id=member_id, product_id=lumen, ring_key="daily", at=at)
            area = services.add_area(
                actor_id=owner,
                product_id=lumen,
                slug=f"area-{n_people}",
                name={"en": "Area"},
                at=at,
            )
            services.put_makers_on_area(
                actor_id=owner, area_id=area, member_ids=[owner, member_id], at=at
            )
        with django_assert_num_queries(2):
            assert len(queries.team_of(lumen)) == n_people + 1
        with django_assert_num_queries(2):
            assert len(queries.areas_of(lumen)) == n_people
        with django_assert_num_queries(2):
            assert queries.n_ring_members(lumen)["daily"] == n_people
        with django_assert_num_queries(1):
            assert len(queries.ring_member_ids(lumen)) == n_people
        with django_assert_num_queries(1):
            assert len(queries.products_for(owner)) == 1
        with django_assert_num_queries(1):
            assert queries.rings_of(lumen)


def test_a_person_s_own_data_is_json_in_three_queries(
    owner: int, lumen: int, at: datetime, django_assert_num_queries: Any
) -> None:
    services.invite_to_ring(
        actor_id=owner, product_id=lumen, member_id=owner, ring_key="daily", at=at
    )
    services.choose_ring(actor_id=owner, product_id=lumen, ring_key="weekly", at=at)
    with django_assert_num_queries(3):
        data = json.loads(json.dumps(queries.personal_data_of(owner)))
    assert data["teams"] == [
        {"product": "lumen", "role": "owner", "since": at.isoformat(), "left_at": None}
    ]
    assert data["rings"][0]["ring"] == "weekly"
    assert data["ring_invitations"][0]["ring"] == "daily"
