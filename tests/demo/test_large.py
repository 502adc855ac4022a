"""A town that grows, made small: makers with a desk each, and pages that cost what they did."""

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from canyu.demo.clock import now
from canyu.demo.large import Size
from canyu.demo.models import Town
from canyu.demo.services import enlarge_town, is_town_large
from canyu.desks.queries import desk_of, loads_of
from canyu.products import queries as products
from tests.demo.small_story import N_PEOPLE

pytestmark = pytest.mark.usefixtures("town")
N_NEW = 40
SMALL = Size(n_makers=12, n_people=N_PEOPLE + N_NEW)
MOST_QUERIES = 26


def desk_at_what_cost(member_id: int) -> tuple[set[str], int]:
    """The kinds of what is on somebody's desk, and how many queries it takes."""
    with CaptureQueriesContext(connection) as asked:
        desk = desk_of(member_id, at=now())
    return {line.kind for line in desk.lines} | ({"words"} if desk.words else set()), len(asked)


def test_a_town_grows_once_and_each_of_its_makers_has_a_desk() -> None:
    product_id = Town.objects.get().product_id
    assert product_id is not None
    assert not is_town_large()
    n_before = sum(products.n_ring_members(product_id).values())

    enlarge_town(size=SMALL)

    assert is_town_large()
    team = products.team_of(product_id)
    assert len(team) == SMALL.n_makers
    assert sum(products.n_ring_members(product_id).values()) - n_before == N_NEW
    desks = [desk_at_what_cost(one.member_id) for one in team]
    assert set.union(*(kinds for kinds, _ in desks)) >= {"topic", "promise", "words"}
    assert max(cost for _, cost in desks) <= MOST_QUERIES
    assert len(loads_of(product_id, at=now())) == SMALL.n_makers
    enlarge_town(size=SMALL)
    assert products.team_of(product_id) == team
