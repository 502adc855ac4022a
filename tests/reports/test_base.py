from datetime import timedelta

import pytest

from canyu.products import services as products
from canyu.products.exposure_table import ExposureRow
from canyu.reports.models import Window
from canyu.reports.queries.base import base_of
from canyu.reports.weighing import Base
from tests.builders import FRIDAY, Town, make_people, open_week, town

__all__ = ["town"]

WEEK = FRIDAY.date() - timedelta(days=4)


def tell(town: Town, *rows: ExposureRow) -> None:
    products.record_exposure(
        actor_id=town.owner, product_id=town.product, rows=list(rows), at=FRIDAY
    )


def base(release_id: int) -> Base:
    return base_of(Window.objects.get(pk=release_id))


@pytest.mark.django_db
def test_where_nothing_is_told_the_members_of_the_rings_are_the_base(town: Town) -> None:
    make_people(town.product, 3)
    make_people(town.product, 2, ring="weekly")
    products.choose_ring(actor_id=town.maker, product_id=town.product, ring_key="weekly", at=FRIDAY)
    found = base(open_week(town, 3))
    assert found == Base("members", {"daily": 0, "weekly": 2, "everyone": 3}, {})


@pytest.mark.django_db
def test_what_the_product_told_goes_before_in_its_fullest_week(town: Town) -> None:
    week = open_week(town, 3)
    tell(
        town,
        ExposureRow(WEEK, "everyone", 70, version="5.2", device="phone"),
        ExposureRow(WEEK, "everyone", 30, version="5.2", device="tablet"),
        ExposureRow(WEEK, "weekly", 9, version="5.2", device="phone"),
        ExposureRow(WEEK + timedelta(weeks=1), "weekly", 100, version="5.2", device="phone"),
    )
    assert base(week) == Base("told", {"everyone": 100, "weekly": 9}, {"phone": 79, "tablet": 30})


@pytest.mark.django_db
def test_lines_that_are_told_in_part_have_no_shares(town: Town) -> None:
    week = open_week(town, 3)
    tell(
        town,
        ExposureRow(WEEK, "everyone", 70, version="5.2", device="phone"),
        ExposureRow(WEEK, "everyone", 30, version="5.2"),
    )
    assert base(week) == Base("told", {"everyone": 100}, {})
