"""Bursts and patterns are found when they are there, seldom when not, and left out fairly."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import binom

from canyu.bestworst import (
    Brigade,
    Camp,
    Group,
    Model,
    Pattern,
    Rows,
    SimulatedWeek,
    cells_of,
    find_bursts,
    fit,
    make_rows,
    screens,
    simulate_week,
)
from canyu.bestworst.brigades import (
    find_patterns,
    leave_bursts_out,
    leave_groups_out,
    leave_patterns_out,
)
from canyu.bestworst.refits import Refits, prepare

SPREAD_OUT = np.linspace(0.5, -0.5, 20)


def week(n: int = 2_000, seed: int = 1, **settings: Any) -> SimulatedWeek:
    given: dict[str, Any] = {"screens": screens(20), "rng": np.random.default_rng(seed)}
    return simulate_week(settings.pop("truth", SPREAD_OUT), n=n, **(given | settings))


def refits(rows: Rows, model: Model = "sequential") -> Refits:
    return prepare(rows, fit(cells_of(rows), model=model))


def with_agreed(made: SimulatedWeek, n: int, best: int, worst: int, hour: int) -> SimulatedWeek:
    rows = made.rows
    shown = [best, worst, *(item for item in range(20) if item not in {best, worst})]
    size = rows.shown.shape[1]
    return SimulatedWeek(
        rows=make_rows(
            np.concatenate([rows.shown, np.tile(shown[:size], (n, 1))]),
            np.concatenate([rows.best, np.full(n, best)]),
            np.concatenate([rows.worst, np.full(n, worst)]),
            n_items=20,
        ),
        hour=np.concatenate([made.hour, np.full(n, hour)]),
        is_brigade=np.concatenate([made.is_brigade, np.ones(n, dtype=np.bool_)]),
    )


def test_twelve_alike_in_an_hour_are_a_burst() -> None:
    found = 0
    for seed in range(40):
        made = with_agreed(week(seed=seed), 12, best=10, worst=3, hour=77)
        bursts = find_bursts(made.rows, made.hour)
        found += any((one.hour, one.item, one.side) == (77, 10, "best") for one in bursts)
    assert found >= 38


def test_a_week_without_bursts_has_hardly_any() -> None:
    alarms = 0
    for seed in range(100):
        made = week(seed=seed)
        alarms += bool(find_bursts(made.rows, made.hour))
    assert alarms <= 5


def test_a_burst_says_how_many_and_how_many_were_expected() -> None:
    made = with_agreed(week(), 25, best=10, worst=3, hour=77)
    rows = made.rows
    one = next(one for one in find_bursts(rows, made.hour) if one.side == "best")
    inside = made.hour == 77
    assert one.n == (rows.best[inside] == 10).sum()
    assert one.n_hour == inside.sum()
    share = ((rows.best[~inside] == 10).sum() + 0.5) / ((~inside).sum() + 1)
    assert one.expected == pytest.approx(share * inside.sum())
    assert one.p_value == pytest.approx(binom.sf(one.n - 1, one.n_hour, share))


def test_hours_may_have_any_numbers() -> None:
    made = with_agreed(week(), 25, best=10, worst=3, hour=77)
    usual, later = (find_bursts(made.rows, made.hour + start) for start in (0, 480_000))
    assert [one.p_value for one in usual] == [one.p_value for one in later]
    assert later[0].hour == usual[0].hour + 480_000


def test_one_hour_that_is_the_whole_week_is_no_burst() -> None:
    rows = week(200).rows
    assert find_bursts(rows, np.zeros(200, dtype=np.int64)) == ()


def test_twenty_alike_that_are_unlikely_are_a_pattern() -> None:
    found = 0
    for seed in range(40):
        rows = with_agreed(week(seed=seed), 20, best=17, worst=1, hour=0).rows
        found += any((one.best, one.worst) == (17, 1) for one in find_patterns(refits(rows)))
    assert found >= 38


@pytest.mark.parametrize("model", ["sequential", "maxdiff"])
def test_a_week_without_patterns_has_hardly_any(model: Model) -> None:
    assert sum(bool(find_patterns(refits(week(seed=seed).rows, model))) for seed in range(60)) <= 5


def test_models_of_one_side_say_nothing_of_pairs() -> None:
    rows = with_agreed(week(), 60, best=17, worst=1, hour=0).rows
    assert find_patterns(refits(rows, "best")) == ()


@given(seed=st.integers(0, 1_000))
@settings(max_examples=20, deadline=None)
def test_expected_pairs_add_up_to_the_whole_answers(seed: int) -> None:
    from canyu.bestworst.brigades import _pairs  # noqa: PLC0415 - the table behind the patterns

    for model in ("sequential", "maxdiff"):
        rows = week(300, seed, p_best_only=0.2).rows
        made = refits(rows, "sequential" if model == "sequential" else "maxdiff")
        people = np.bincount(made.cell, minlength=made.weight.size).astype(float)
        counts, expected = _pairs(made, made.start, people)
        whole = ((rows.best >= 0) & (rows.worst >= 0)).sum()
        assert counts.sum() == whole
        assert expected.sum() == pytest.approx(whole)
        assert (np.diag(expected) == 0).all()


def test_only_what_is_too_many_of_a_pattern_is_left_out() -> None:
    made = week(n=6_000)
    honest = int(((made.rows.best == 0) & (made.rows.worst == 19)).sum())
    rows = with_agreed(made, 90, best=0, worst=19, hour=0).rows
    base = refits(rows)
    patterns = [one for one in find_patterns(base) if (one.best, one.worst) == (0, 19)]
    (left_out,) = leave_patterns_out(base, patterns, item=0, end="top")
    assert left_out.n == pytest.approx(90, abs=3 * np.sqrt(honest) + 3)
    assert (left_out.kind, left_out.name, left_out.sign) == ("pattern", "0>19", patterns[0])


def test_a_pattern_that_made_the_first_is_named_so() -> None:
    truth = np.array([0.3, 0.25, -0.1, -0.2, -0.25])
    made = week(
        4_000,
        truth=truth,
        screens=(tuple(range(5)),),
        brigades=(Brigade(0.06, choice=1, worst=0),),
    )
    base = refits(made.rows)
    found = leave_patterns_out(base, find_patterns(base), item=1, end="top")
    assert any(one.changes and one.winner == 0 for one in found)


def test_honest_camps_make_patterns_but_the_first_stays_first() -> None:
    truth = np.array([0.8, 0.1, 0.0, -0.4, -0.5])
    shift = np.array([0.0, 0.0, 0.0, 1.0, -1.0])
    made = week(
        20_000,
        truth=truth,
        screens=(tuple(range(5)),),
        camps=(Camp(0.5, shift), Camp(0.5, -shift)),
    )
    base = refits(made.rows)
    patterns = find_patterns(base)
    assert patterns
    assert not any(one.changes for one in leave_patterns_out(base, patterns, item=0, end="top"))


def test_groups_are_left_out_in_turn_but_for_most_people_and_almost_all() -> None:
    made = week(100)
    base = refits(made.rows)
    everyone = np.ones(100, dtype=np.bool_)
    few, half, most = (np.arange(100) < k for k in (10, 50, 51))
    groups = [
        Group("ring", name, rows)
        for name, rows in (("few", few), ("half", half), ("most", most), ("all", everyone))
    ]
    found = leave_groups_out(base, groups, item=0, end="top")
    assert [one.n for one in found] == [10, 50, 51, 100]
    assert [one.winner is None for one in found] == [False, False, True, True]
    small = refits(week(40).rows)
    (too_many,) = leave_groups_out(small, [Group("r", "x", np.arange(40) < 11)], item=0, end="top")
    assert too_many.winner is None
    nobody = Group("r", "nobody", np.zeros(40, dtype=np.bool_))
    assert leave_groups_out(small, [nobody], item=0, end="top")[0].winner is None


def test_who_is_first_without_a_group_is_who_the_others_put_first() -> None:
    made = week(600)
    base = refits(made.rows)
    which = np.random.default_rng(2).random(600) < 0.4
    for end, pick in (("top", np.argmax), ("bottom", np.argmin)):
        (found,) = leave_groups_out(
            base,
            [Group("ring", "some", which)],
            item=0,
            end="top" if end == "top" else "bottom",
        )
        assert found.winner == int(pick(fit(cells_of(made.rows.take(~which))).coef))
        assert found.changes == (found.winner != 0)


def test_people_are_counted_once_however_often_they_answered() -> None:
    rows = week(90).rows
    twice = make_rows(
        np.tile(rows.shown, (2, 1)),
        np.tile(rows.best, 2),
        np.tile(rows.worst, 2),
        n_items=20,
        person=np.tile(np.arange(90), 2) + 5_000,
    )
    theirs = np.tile(np.arange(90) < 30, 2)
    (found,) = leave_groups_out(refits(twice), [Group("r", "x", theirs)], item=0, end="top")
    assert found.n == 30


def test_each_hour_with_a_burst_is_left_out_once() -> None:
    made = with_agreed(week(), 60, best=10, worst=3, hour=77)
    bursts = find_bursts(made.rows, made.hour)
    # The same people are a burst of bests and one of worsts.
    assert len({one.side for one in bursts if one.hour == 77}) == 2
    found = leave_bursts_out(refits(made.rows), bursts, made.hour, item=10, end="top")
    assert len(found) == len({one.hour for one in bursts})
    ours = next(one for one in found if one.name == "77")
    assert ours.n == (made.hour == 77).sum()
    assert ours.sign in bursts
    assert not isinstance(ours.sign, Pattern)
