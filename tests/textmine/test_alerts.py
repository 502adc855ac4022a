"""New, slow, surge: when an owner is told, and when not."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import nbinom

from canyu.textmine.alerts import Watch, find_alert, surge_p_value


def test_three_people_in_fourteen_days_are_new() -> None:
    asked = [(1, 10), (7, 11), (14, 12)]
    alert = find_alert(asked, 14)
    assert alert is not None
    assert (alert.kind, alert.n_people, alert.voices) == ("new", 3, (10, 11, 12))
    assert find_alert(asked, 15) is None
    assert find_alert(asked, 13) is None


def test_one_person_who_asks_forty_times_is_no_news() -> None:
    assert find_alert([(day, 1) for day in range(40)] + [(39, 2)], 39) is None


def test_five_people_in_ninety_days_are_slow() -> None:
    asked = [(20 * at, at) for at in range(5)]
    alert = find_alert(asked, 80)
    assert alert is not None
    assert (alert.kind, alert.n_people, alert.days) == ("slow", 5, 90)
    assert find_alert([(23 * at, at) for at in range(5)], 92) is None


def test_with_a_history_three_people_are_not_new() -> None:
    history = [(day, day) for day in (0, 20, 40)]
    now = [(60, 100), (61, 101), (62, 102)]
    alert = find_alert(history + now, 62)
    assert alert is not None
    assert alert.kind == "slow"
    assert find_alert(history[:2] + now, 62).kind == "new"  # type: ignore[union-attr]


def test_nothing_is_told_twice_before_somebody_took_notice() -> None:
    asked = [(day, day) for day in range(30)]
    watch = Watch()
    told = 0
    for day in range(30):
        alert = find_alert(asked, day, watch)
        if alert is not None:
            told += 1
            watch = watch.told()
    assert told == 1


def test_a_surge_is_told_after_acknowledgement_and_of_people_since() -> None:
    quiet = [(day, day) for day in range(0, 60, 10)]
    surge = [(60 + at // 4, 100 + at) for at in range(16)]
    watch = Watch().told().acknowledged(50)
    alert = find_alert(quiet + surge, 64, watch)
    assert alert is not None
    assert alert.kind == "surge"
    assert alert.n_people == 16
    assert alert.p_value is not None
    assert alert.p_value < 1e-4
    assert alert.expected == pytest.approx((5 + 0.5) / 8)
    assert find_alert(quiet + surge, 64, watch.told()) is None
    assert find_alert(quiet + surge, 64, watch.acknowledged(64)) is None


def test_more_people_about_is_no_surge() -> None:
    quiet = [(day, 1000 + day) for day in range(56)]
    now = [(58, 2000 + at) for at in range(22)]
    watch = Watch().told().acknowledged(0)
    assert find_alert(quiet + now, 62, watch) is not None
    assert find_alert(quiet + now, 62, watch, exposure_share=3 / 8) is None
    assert find_alert(quiet + now, 62, watch, dispersion=1.0) is None


@given(st.integers(1, 60), st.integers(0, 200), st.floats(0.02, 1), st.floats(0, 2))
def test_the_tail_is_that_of_scipys_negative_binomial(
    n_now: int, n_before: int, share: float, dispersion: float
) -> None:
    mean = share * (n_before + 0.5)
    shape = 1 / (1 / (n_before + 0.5) + (1 + share) * dispersion)
    wanted = nbinom.sf(n_now - 1, shape, shape / (shape + mean))
    found = surge_p_value(n_now, n_before, share=share, dispersion=dispersion)
    assert found == pytest.approx(wanted, rel=1e-6, abs=1e-12)
    assert surge_p_value(0, n_before) == 1


@given(st.lists(st.tuples(st.integers(0, 70), st.integers(0, 20)), max_size=60), st.randoms())
def test_neither_order_nor_repeats_nor_the_future_count(
    asked: list[tuple[int, int]], random: object
) -> None:
    found = find_alert(asked, 65)
    random.shuffle(mixed := asked * 2)  # type: ignore[attr-defined]
    assert find_alert([*mixed, *((80, each) for each in range(50))], 65) == found


def test_steady_asking_seldom_surges() -> None:
    """A year of days, rates of 0.2 to 3 people a day: at most one false alarm in five years."""
    rng = np.random.default_rng(3)
    alarms = 0
    for rate in (0.2, 1.0, 3.0):
        daily = rng.poisson(rate, 420)
        asked = [(day, 1000 * day + at) for day in range(420) for at in range(daily[day])]
        watch = Watch().told().acknowledged(0)
        for day in range(63, 420, 1):
            near = [each for each in asked if day - 63 <= each[0] <= day]
            alarms += find_alert(near, day, watch) is not None
    assert alarms <= 1
