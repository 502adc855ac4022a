from collections import Counter
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from canyu.bestworst import screens
from canyu.members import services as members
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.reports.answers import Filled, exposed_on, rows_for
from canyu.reports.queries.filled import filled_reports
from canyu.reports.rules import ReportCells
from tests.builders import FRIDAY, TUESDAY, Town, fill, make_people, open_week, town
from tests.reports.test_bands import filled

__all__ = ["town"]


def hours(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)


def test_what_was_not_tried_is_not_compared() -> None:
    one = filled(shown=(3, 1, 2), untried=(1,), best=2)
    assert one.tried == (3, 2)
    assert one.compares
    assert not filled(shown=(1, 2), untried=(2,), best=1).compares
    assert not filled(best=None).is_judging


def test_rows_keep_the_order_of_the_screen() -> None:
    rows = rows_for(
        [filled(shown=(3, 1, 2), best=2, worst=3), filled(shown=(2, 3), untried=(), best=2)],
        (1, 2, 3),
    )
    assert rows.shown.tolist() == [[2, 0, 1], [1, 2, -1]]
    assert (rows.best.tolist(), rows.worst.tolist()) == ([1, 1], [2, -1])


def on_design(n_changes: int, n: int, *, seed: int = 1) -> list[Filled]:
    design = screens(n_changes)
    rng = np.random.default_rng(seed)
    return [filled(shown=design[rng.integers(n_changes)], best=None) for _ in range(n)]


def test_screens_of_the_server_are_known_by_their_sets() -> None:
    reports = on_design(20, 400)
    found = exposed_on(reports, range(20))
    counts = Counter(one for report in reports for one in report.shown)
    assert found.reach == 5 / 20
    assert found.excess == tuple(max(0.0, counts[one] - 100) for one in range(20))
    picked = [report for report in reports if 7 in report.shown]
    assert exposed_on(picked, range(20)).excess[7] == len(picked) * (1 - 5 / 20)


@pytest.mark.parametrize(
    "reports",
    [
        [filled(shown=(1, 2, 3))] * 4,
        on_design(7, 30),
        # Random sets from elsewhere: more of them than the design has.
        [
            filled(shown=tuple(np.random.default_rng(seed).permutation(12)[:5]))
            for seed in range(60)
        ],
        [],
    ],
)
def test_where_everybody_saw_all_or_screens_are_not_ours_nothing_is_claimed(
    reports: list[Filled],
) -> None:
    n_changes = 12 if reports and len(reports[0].shown) == 5 else 3
    n_changes = 7 if reports and len(reports[0].shown) == 7 else n_changes
    found = exposed_on(reports, range(n_changes))
    if reports:
        assert found.reach == 1.0
    assert found.excess == (0.0,) * n_changes


@pytest.mark.django_db
def test_reports_are_read_with_how_their_people_came(
    town: Town, django_assert_num_queries: Any
) -> None:
    people = make_people(town.product, 4)
    for host, guest in zip([town.owner, *people], people, strict=False):
        token = members.make_invitation(
            actor_id=host,
            grant={"product": "lumen", "ring": "everyone"},
            n_uses=1,
            valid_days=7,
            at=FRIDAY,
        )
        members.use_invitation(token=token, member_id=guest, at=FRIDAY)
    products.state_device(
        actor_id=people[0], product_id=town.product, device="Pocket", version="", at=FRIDAY
    )
    week = open_week(town, 3)
    first = releases.changes_of([week])[0].id
    later = TUESDAY + timedelta(hours=2)
    for member_id in people[:3]:
        fill(week, member_id, ReportCells(best=first), at=TUESDAY)
    fill(week, people[3], ReportCells(mood="smile"), at=TUESDAY)
    fill(week, people[3], ReportCells(best=first), at=later)
    with django_assert_num_queries(5):
        found = filled_reports(week)
    by_depth = sorted(found, key=lambda one: len(one.inviter_ids))

    assert [one.inviter_ids for one in by_depth] == [
        (town.owner,),
        (people[0], town.owner),
        (people[1], people[0], town.owner),
        (people[2], people[1], people[0], town.owner),
    ]
    assert by_depth[0].device == "Pocket"
    # The hour is that of the cells as they stand.
    assert [one.hour for one in by_depth] == [hours(TUESDAY)] * 3 + [hours(later)]
    assert {one.joined_hour for one in found} == {hours(FRIDAY)}
