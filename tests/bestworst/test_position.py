"""Places: the test keeps its level, finds habits, and says when it cannot know."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from scipy.stats import binomtest, chisquare

from canyu.bestworst import Rows, check_positions, make_rows, rows_of, screens, simulate_rows
from tests.bestworst.conftest import read_survey

if TYPE_CHECKING:
    from tests.bestworst.conftest import Survey

TRUTH = np.array([0.9, 0.3, 0.0, -0.4, -0.8])


def week(n: int = 2_000, seed: int = 1, **settings: Any) -> Rows:
    truth = settings.pop("truth", TRUTH)
    given: dict[str, Any] = {"screens": (tuple(range(truth.size)),)}
    return simulate_rows(truth, n=n, rng=np.random.default_rng(seed), **(given | settings))


@pytest.mark.parametrize(
    ("trait", "best", "worst"),
    [
        ("germination", [272, 111, 110], [119, 194, 180]),
        ("grainquality", [267, 110, 116], [121, 198, 174]),
        ("yield", [218, 109, 166], [123, 198, 172]),
        ("overall", [192, 149, 152], [165, 111, 217]),
    ],
)
def test_farmers_chose_labels_too(trait: str, best: list[int], worst: list[int]) -> None:
    survey = read_survey("bws-breadwheat", task=trait)
    found = check_positions(rows_of(survey.answers(), n_items=len(survey.items)))
    assert found.best_at.tolist() == best
    assert found.worst_at.tolist() == worst
    assert found.best is not None
    assert found.best.df == 2
    assert found.best.p_value == pytest.approx(float(chisquare(best).pvalue))
    assert found.worst is not None
    assert found.worst.p_value == pytest.approx(float(chisquare(worst).pvalue))
    assert not found.is_clean(0.01)


def test_one_order_for_all_cannot_be_asked(issues: Survey, rice: Survey) -> None:
    for survey in (issues, rice):
        found = check_positions(rows_of(survey.answers(), n_items=len(survey.items)))
        assert (found.testable, found.orders_vary, found.best) == (False, False, None)


def test_numbers_in_rising_order_cannot_be_asked_though_sets_differ() -> None:
    rng = np.random.default_rng(3)
    shown = np.sort(np.array([rng.choice(40, 4, replace=False) for _ in range(300)]), axis=1)
    assert not check_positions(make_rows(shown, shown[:, 0], shown[:, 1], n_items=40)).testable
    mixed = rng.permuted(shown, axis=1)
    assert check_positions(make_rows(mixed, mixed[:, 0], mixed[:, 1], n_items=40)).testable


def test_a_few_stray_orders_among_many_equal_ones_cannot_be_asked_either() -> None:
    # Brought in from elsewhere in one order, with two answers given here.
    shown = [[3, 2, 1, 0]] * 60 + [[1, 0, 2, 3], [2, 0, 3, 1]]
    rows = make_rows(shown, [0] * 62, [2] * 60 + [3, 3], n_items=4)
    assert not check_positions(rows).testable
    half = make_rows([[0, 1], [1, 0]] * 40, [0] * 80, [1] * 80, n_items=2)
    assert check_positions(half).testable


def test_the_level_is_kept_whatever_people_like() -> None:
    alarms, n_weeks = 0, 400
    for seed in range(n_weeks):
        found = check_positions(week(300, seed))
        assert found.best is not None
        alarms += found.best.p_value < 0.05
    assert binomtest(alarms, n_weeks, 0.05).pvalue > 0.001


def test_a_mild_habit_is_found_by_two_thousand() -> None:
    truth = np.linspace(0.6, -0.6, 12)
    for seed in range(20):
        rows = week(2_000, seed, truth=truth, screens=screens(12), position_effect=-0.08)
        found = check_positions(rows)
        assert not found.is_clean(0.05)


def test_screens_of_different_sizes_are_asked_apart() -> None:
    two_sizes = ((0, 1, 2, 3, 4), (0, 1, 2))
    # Places 3 and 4 are seldom chosen, since half of the screens have none.
    found = check_positions(week(4_000, screens=two_sizes))
    assert found.best is not None
    assert found.best.df == 4 + 2
    assert found.is_clean(0.001)
    assert found.best_at[0] > found.best_at[4] + 500
    assert not check_positions(week(4_000, screens=two_sizes, position_effect=-0.2)).is_clean(0.01)


def test_partial_answers_are_asked_for_what_they_say() -> None:
    found = check_positions(week(500, p_best_only=1.0))
    assert found.best is not None
    assert found.worst is None
    assert found.worst_at.sum() == 0


def test_too_few_choices_are_not_asked() -> None:
    assert not check_positions(week(20)).testable
    assert not check_positions(week(0)).testable


def test_one_screen_asked_again_of_one_person_is_one_draw_of_places() -> None:
    rng = np.random.default_rng(5)
    once = simulate_rows(np.zeros(4), screens=((0, 1, 2, 3),), n=400, rng=rng)
    shown, best, worst = (
        np.repeat(part, 4, axis=0) for part in (once.shown, once.best, once.worst)
    )
    person = np.repeat(np.arange(400), 4)
    again = make_rows(shown, best, worst, n_items=4, person=person)
    found, expected = check_positions(again), check_positions(once)
    assert found.testable
    assert found.best_at.tolist() == expected.best_at.tolist()
    assert found.best == expected.best
