"""Simulated weeks hold the people who were asked for, and only they agree on what to say."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.stats import chisquare

from canyu.bestworst import Brigade, Camp, SimulatedWeek, cells_of, fit, screens, simulate_week

TRUTH = np.array([0.7, 0.2, 0.0, -0.3, -0.6])
ALL = (tuple(range(5)),)


def week(n: int = 4_000, seed: int = 1, **settings: Any) -> SimulatedWeek:
    given: dict[str, Any] = {"screens": ALL, "rng": np.random.default_rng(seed)}
    return simulate_week(settings.pop("truth", TRUTH), n=n, **(given | settings))


def test_ordinary_people_follow_the_truth_and_come_when_people_come() -> None:
    made = week(20_000)
    assert not made.is_brigade.any()
    found = fit(cells_of(made.rows)).coef
    assert found == pytest.approx(TRUTH - TRUTH.mean(), abs=0.06)
    of_day = np.bincount(made.hour % 24, minlength=24)
    assert made.hour.min() >= 0
    assert made.hour.max() < 168
    assert of_day[20] > 4 * of_day[3]


@pytest.mark.parametrize("worst", [3, None])
def test_a_brigade_says_what_it_agreed_on(worst: int | None) -> None:
    made = week(brigades=(Brigade(0.1, choice=4, worst=worst),))
    theirs = made.rows.take(made.is_brigade)
    assert len(theirs) == 400
    assert set(theirs.best.tolist()) == {4}
    if worst is None:
        assert chisquare(np.bincount(theirs.worst, minlength=5)[:4]).pvalue > 0.001
    else:
        assert set(theirs.worst.tolist()) == {3}


def test_a_brigade_of_one_hour_comes_in_one_hour() -> None:
    made = week(brigades=(Brigade(0.05, choice=4, spread="hour"),))
    assert np.unique(made.hour[made.is_brigade]).size == 1
    made = week(brigades=(Brigade(0.05, choice=4, spread="week"),))
    assert np.unique(made.hour[made.is_brigade]).size > 50


def test_who_sees_assigned_screens_can_push_only_what_is_on_them() -> None:
    brigade = Brigade(0.5, choice=7, worst=2)
    made = week(truth=np.linspace(1, -1, 10), screens=screens(10), brigades=(brigade,))
    theirs = made.rows.take(made.is_brigade)
    shows = (theirs.shown == 7).any(axis=1)
    assert shows.mean() == pytest.approx(0.5, abs=0.05)
    assert set(theirs.best[shows].tolist()) == {7}
    assert 7 not in theirs.best[~shows]
    both = shows & (theirs.shown == 2).any(axis=1)
    assert set(theirs.worst[both].tolist()) == {2}


def test_who_picks_screens_sees_the_choice_on_every_one() -> None:
    made = week(truth=np.zeros(10), screens=screens(10), brigades=(Brigade(0.2, 7, sees="picked"),))
    assert (made.rows.take(made.is_brigade).shown == 7).any(axis=1).all()


def test_camps_love_and_hate_the_same_item() -> None:
    shift = np.array([0.0, 0.0, 0.0, 0.0, 3.0])
    made = week(truth=np.zeros(5), camps=(Camp(0.5, shift), Camp(0.5, -shift)))
    best, worst = (np.bincount(one, minlength=5) for one in (made.rows.best, made.rows.worst))
    assert best.argmax() == worst.argmax() == 4


def test_own_tastes_flatten_what_all_agree_on() -> None:
    flat = fit(cells_of(week(20_000, taste_sd=2.0).rows)).coef
    assert 0.3 < np.ptp(flat) / np.ptp(TRUTH) < 0.9


def test_partial_answers_are_ordinary_peoples() -> None:
    made = week(p_best_only=0.5, p_empty=0.3, brigades=(Brigade(0.1, choice=4),))
    assert made.rows.take(made.is_brigade).named.all()
    assert made.rows.take(~made.is_brigade).named.mean() == pytest.approx(0.7, abs=0.04)


def test_the_same_seed_gives_the_same_week() -> None:
    settings: dict[str, Any] = {"taste_sd": 0.5, "brigades": (Brigade(0.1, 1, spread="hour"),)}
    first, again = week(300, **settings), week(300, **settings)
    assert (first.rows.best == again.rows.best).all()
    assert (first.hour == again.hour).all()


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"taste_sd": -1.0}, "taste_sd is -1.0"),
        ({"camps": (Camp(0.6, TRUTH), Camp(0.6, TRUTH))}, "the shares of camps are"),
        ({"camps": (Camp(0.6, np.zeros(2)),)}, "a shift is .* must be 5 finite"),
        ({"brigades": (Brigade(-0.1, 1),)}, "the shares of brigades are"),
        ({"brigades": (Brigade(0.1, 5),)}, "a brigade names 5 and None"),
        ({"brigades": (Brigade(0.1, 1, 1),)}, "a brigade names 1 and 1, must be different"),
        (
            {"brigades": (Brigade(0.1, 4, sees="picked"),), "screens": ((0, 1, 2),)},
            "picks screens with 4, which is on none",
        ),
        ({"n": -1}, "n is -1"),
    ],
)
def test_what_cannot_be_simulated_is_named(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        week(**({"n": 10} | wrong))
