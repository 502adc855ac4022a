from datetime import time, timedelta

import pytest

from canyu.journal.errors import NotAllowed
from canyu.releases import queries, services
from canyu.releases.errors import ReleaseRefused
from canyu.releases.rules import Timetable
from tests.builders import FRIDAY, WEEK, Town, make_member, publish, set_train

pytestmark = pytest.mark.django_db
DAY = timedelta(days=1)


def missed(town: Town, weeks_later: float, *, n_weeks: int = 12) -> list[int]:
    found = queries.missed_weeks_of(town.product, at=FRIDAY + weeks_later * WEEK, n_weeks=n_weeks)
    return [(one.slot - FRIDAY).days // 7 for one in found]


def test_a_product_without_a_train_misses_nothing(town: Town) -> None:
    assert queries.train_of(town.product, at=FRIDAY) is None
    assert missed(town, 9) == []


def test_an_owner_sets_the_train_and_changes_it(town: Town) -> None:
    set_train(town, Timetable(zone="Asia/Shanghai"))
    later = Timetable(zone="Europe/Berlin", weekday=2, leaves_at=time(9, 30))
    set_train(town, later, at=FRIDAY + DAY)

    train = queries.train_of(town.product, at=FRIDAY)
    assert train is not None
    assert train.timetable == later
    assert train.next_slot.isoformat() == "2026-11-25T08:30:00+00:00"
    assert not train.is_paused


def test_nobody_but_an_owner_sets_or_pauses_it(town: Town) -> None:
    set_train(town)
    for actor_id in (town.maker, make_member("ana")):
        with pytest.raises(NotAllowed, match="only an owner"):
            services.set_train(
                actor_id=actor_id, product_id=town.product, timetable=Timetable(), at=FRIDAY
            )
        with pytest.raises(NotAllowed, match="only an owner"):
            services.pause_train(actor_id=actor_id, product_id=town.product, at=FRIDAY)


def test_an_impossible_timetable_leaves_the_train_as_it_was(town: Town) -> None:
    set_train(town)
    with pytest.raises(ReleaseRefused):
        set_train(town, Timetable(zone="Mars/Olympus"))

    train = queries.train_of(town.product, at=FRIDAY)
    assert train is not None
    assert train.timetable == Timetable()


def test_a_missed_week_is_seen_and_a_hotfix_does_not_fill_it(town: Town) -> None:
    set_train(town)
    publish(town, 1, version="5.2", at=FRIDAY)
    publish(town, 1, version="5.2.1", at=FRIDAY + WEEK, is_hotfix=True)
    publish(town, 1, version="5.3", at=FRIDAY + 2 * WEEK + DAY)

    assert missed(town, 1.4) == []
    assert missed(town, 1.6) == [1]
    assert missed(town, 4.6) == [1, 3, 4]
    assert missed(town, 4.6, n_weeks=1) == [4]


def test_weeks_before_the_train_and_weeks_of_a_pause_are_not_missed(town: Town) -> None:
    set_train(town)
    publish(town, 1, version="5.2", at=FRIDAY)
    services.pause_train(actor_id=town.owner, product_id=town.product, at=FRIDAY + WEEK / 2)
    services.pause_train(actor_id=town.owner, product_id=town.product, at=FRIDAY + 5 * WEEK)

    train = queries.train_of(town.product, at=FRIDAY + WEEK)
    assert train is not None
    assert train.is_paused
    assert missed(town, 5) == []

    set_train(town, at=FRIDAY + 5 * WEEK + DAY)
    train = queries.train_of(town.product, at=FRIDAY + 5 * WEEK + DAY)
    assert train is not None
    assert not train.is_paused
    assert missed(town, 5.6) == []
    assert missed(town, 6.6) == [6]
