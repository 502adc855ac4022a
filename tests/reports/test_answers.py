from collections import Counter
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

import numpy as np
import pytest

from canyu.bestworst import screens
from canyu.members import services as members
from canyu.products import services as products
from canyu.releases import queries as releases
from canyu.reports.answers import Filled, exposed_on, reports_of, rows_for
from canyu.reports.columns import NOTHING
from canyu.reports.models import Report
from canyu.reports.queries.filled import filled_reports
from canyu.reports.rules import ReportCells
from tests.builders import FRIDAY, TUESDAY, Town, fill, make_people, open_week, town
from tests.reports.test_bands import filled

__all__ = ["town"]


def hours(moment: datetime) -> int:
    return int(moment.timestamp() // 3600)


def test_what_was_not_tried_is_not_compared() -> None:
    reports = reports_of(
        [
            filled(shown=(3, 1, 2), untried=(1,), best=2),
            filled(shown=(1, 2), untried=(2,), best=1),
            filled(best=None),
        ]
    )
    assert [reports.tried.values[code] for code in reports.tried.code] == [(3, 2), (1,), (1, 2, 3)]
    assert reports.compares.tolist() == [True, False, False]
    assert reports.is_judging.tolist() == [True, True, False]


def test_a_report_on_another_change_is_refused_by_its_number() -> None:
    with pytest.raises(ValueError, match="change 4, must be about one of"):
        rows_for(reports_of([filled(shown=(1, 4), best=1)]), (1, 2, 3))


def test_rows_keep_the_order_of_the_screen() -> None:
    rows = rows_for(
        reports_of(
            [filled(shown=(3, 1, 2), best=2, worst=3), filled(shown=(2, 3), untried=(), best=2)]
        ),
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
    found = exposed_on(reports_of(reports), range(20))
    counts = Counter(one for report in reports for one in report.shown)
    assert found.reach == 5 / 20
    assert found.excess == tuple(max(0.0, counts[one] - 100) for one in range(20))
    picked = [report for report in reports if 7 in report.shown]
    assert exposed_on(reports_of(picked), range(20)).excess[7] == len(picked) * (1 - 5 / 20)


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
    found = exposed_on(reports_of(reports), range(n_changes))
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
    by_depth = sorted(
        range(4), key=lambda place: len(found.inviters.values[found.inviters.code[place]])
    )

    assert [found.inviters.values[found.inviters.code[place]] for place in by_depth] == [
        (town.owner,),
        (people[0], town.owner),
        (people[1], people[0], town.owner),
        (people[2], people[1], people[0], town.owner),
    ]
    assert found.device.values[found.device.code[by_depth[0]]] == "Pocket"
    # The hour is that of the cells as they stand.
    assert found.hour[by_depth].tolist() == [hours(TUESDAY)] * 3 + [hours(later)]
    assert found.joined_hour.tolist() == [hours(FRIDAY)] * 4


@pytest.mark.django_db
def test_nobody_stands_above_themselves(town: Town) -> None:
    one, two, three = people = make_people(town.product, 3)
    for host, guest in ((one, two), (two, one), (one, three)):
        token = members.make_invitation(
            actor_id=host,
            grant={"product": "lumen", "ring": "everyone"},
            n_uses=1,
            valid_days=7,
            at=FRIDAY,
        )
        members.use_invitation(token=token, member_id=guest, at=FRIDAY)
    week = open_week(town, 3)
    first = releases.changes_of([week])[0].id
    for member_id in people:
        fill(week, member_id, ReportCells(best=first), at=TUESDAY)
    inviters = filled_reports(week).inviters
    told = Counter(inviters.values[code] for code in inviters.code)
    assert told == {(two,): 1, (one,): 1, (one, two): 1}


@pytest.mark.django_db
def test_what_is_read_is_what_was_handed_in(town: Town) -> None:
    people = make_people(town.product, 30)
    week = open_week(town, 9)
    rng = np.random.default_rng(3)

    def answer(shown: Sequence[int]) -> ReportCells:
        untried, best, worst = rng.permutation(np.array(shown))[:3].tolist()
        return ReportCells(
            mood=str(rng.choice(["smile", "sigh"])),
            best=best if rng.random() < 0.7 else None,
            worst=worst if rng.random() < 0.7 else None,
            untried=(untried,) if rng.random() < 0.5 else (),
        )

    for place, member_id in enumerate(people):
        fill(week, member_id, answer, at=TUESDAY + timedelta(minutes=20 * place))
    found = filled_reports(week)
    rows = list(Report.objects.filter(release_id=week).order_by("bucket", "member_id"))
    assert len(found) == len(rows) == 30
    for place, row in enumerate(rows):
        shown = found.shown.values[found.shown.code[place]]
        tried = found.tried.values[found.tried.code[place]]
        assert shown == tuple(row.shown)
        assert tried == tuple(one for one in row.shown if one not in row.untried)
        assert found.mood.values[found.mood.code[place]] == row.mood
        assert found.ring.values[found.ring.code[place]] == row.ring_key
        chosen = (found.best[place], found.worst[place], found.wanted[place])
        assert chosen == tuple(
            NOTHING if one is None else one
            for one in (row.best_id, row.worst_id, row.wanted_item_id)
        )
        assert found.hour[place] == hours(row.changed_at)
