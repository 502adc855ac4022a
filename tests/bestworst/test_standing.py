"""What is said of the items is honest, whole and repeatable."""

from __future__ import annotations

from dataclasses import replace
from itertools import combinations, pairwise
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    Answer,
    Fit,
    Standings,
    fit_sequential,
    gather_cells,
    screens,
    simulate_answers,
    stand,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from tests.bestworst.conftest import Survey

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
FEWER = settings(CALM, max_examples=max(settings().max_examples // 2, 10))


def fit_of(truth: Sequence[float], n: int, rng: np.random.Generator) -> Fit:
    worth = np.array(truth, dtype=np.float64)
    rows = simulate_answers(worth, screens=screens(worth.size), n=n, rng=rng)
    return fit_sequential(gather_cells(rows, n_items=worth.size))


@st.composite
def some_standings(draw: st.DrawFn) -> Standings:
    truth = draw(st.lists(st.floats(-2, 2), min_size=3, max_size=9))
    n = draw(st.integers(5, 400))
    rng = np.random.default_rng(draw(st.integers(0, 1000)))
    return stand(fit_of(truth, n, rng), rng=rng, n_draws=1_000)


@given(some_standings())
@FEWER
def test_the_parts_make_a_whole(found: Standings) -> None:
    assert found.score.sum() == pytest.approx(100)
    assert found.p_win.sum() == pytest.approx(1)
    assert found.p_last.sum() == pytest.approx(1)
    assert (found.low < found.score).all()
    assert (found.score < found.high).all()
    assert (found.worth_low < found.worth).all()
    assert (found.worth < found.worth_high).all()
    assert (found.low >= 0).all()
    assert (found.high <= 100).all()
    np.testing.assert_allclose(found.p_above + found.p_above.T, 1)
    assert sorted(found.order) == list(range(found.n_items))
    assert all(found.score[a] >= found.score[b] for a, b in pairwise(found.order))
    assert found.not_ruled_out
    assert found.spread > 0


@given(some_standings())
@FEWER
def test_ties_are_the_longest_runs_of_neighbours_not_told_apart(found: Standings) -> None:
    place = {item: at for at, item in enumerate(found.order)}
    for run in found.ties:
        first, last = place[run[0]], place[run[-1]]
        assert found.order[first : last + 1] == run
        assert len(run) > 1
        assert all(found.not_separable(a, b) for a, b in combinations(run, 2))
    covered = {pair for run in found.ties for pair in pairwise(run)}
    for a, b in pairwise(found.order):
        assert found.not_separable(a, b) == ((a, b) in covered)
    for run, other in combinations(found.ties, 2):
        assert not set(run) <= set(other)
        assert not set(other) <= set(run)


def test_a_clear_winner_and_a_clear_last() -> None:
    rng = np.random.default_rng(1)
    found = stand(fit_of([1.5, 0.2, 0.0, -0.2, -1.5], 1_000, rng), rng=rng)
    assert found.p_win[0] > 0.99
    assert found.p_last[4] > 0.99
    assert found.not_ruled_out == (0,)
    assert found.order[0] == 0
    assert found.order[-1] == 4
    assert not found.not_separable(0, 1)


def test_equals_are_not_ranked_on_noise() -> None:
    rng = np.random.default_rng(2)
    found = stand(fit_of([0.0] * 6, 60, rng), rng=rng)
    assert found.p_win.max() < 0.5
    assert len(found.not_ruled_out) == 6
    assert found.ties == (found.order,)


def test_two_items_can_stand() -> None:
    rows = [Answer((0, 1), 0, 1)] * 30 + [Answer((1, 0), 1, 0)] * 20
    found = stand(fit_sequential(gather_cells(rows, n_items=2)), rng=np.random.default_rng(3))
    # A flat prior would say 0.92; shrinking may only lower it.
    assert 0.75 < found.p_win[0] < 0.92
    assert found.p_last[1] == pytest.approx(found.p_win[0])
    assert found.not_ruled_out == (0, 1)


def test_an_item_never_shown_is_not_ruled_out() -> None:
    rng = np.random.default_rng(4)
    rows = simulate_answers(np.array([1.0, 0.0, -1.0]), screens=screens(3), n=500, rng=rng)
    found = stand(fit_sequential(gather_cells(rows, n_items=4)), rng=rng)
    assert 3 in found.not_ruled_out
    assert 1 not in found.not_ruled_out
    assert found.high[3] - found.low[3] > 20
    assert found.never_shown == (3,)


def test_intervals_are_computed_and_not_drawn() -> None:
    fit = fit_of([0.3, 0.1, 0.0, -0.2], 100, np.random.default_rng(5))
    one = stand(fit, rng=np.random.default_rng(6), n_draws=1_000)
    two = stand(fit, rng=np.random.default_rng(7), n_draws=3_000)
    assert one.low.tolist() == two.low.tolist()
    assert one.high.tolist() == two.high.tolist()
    assert one.score == pytest.approx(100 * np.exp(fit.coef) / np.exp(fit.coef).sum())


def test_of_two_items_the_interval_is_that_of_their_difference() -> None:
    rows = [Answer((0, 1), 0, 1)] * 30 + [Answer((1, 0), 1, 0)] * 20
    fit = fit_sequential(gather_cells(rows, n_items=2), ghost=0)
    found = stand(fit, rng=np.random.default_rng(3), n_draws=1_000)
    error = np.sqrt(1 / 30 + 1 / 20)
    odds = np.exp(np.log(30 / 20) + 1.959964 * np.array([-error, error]))
    assert found.score[0] == pytest.approx(60)
    assert [found.low[0], found.high[0]] == pytest.approx(100 * odds / (1 + odds), rel=1e-6)
    assert [found.worth_low[0], found.worth_high[0]] == pytest.approx(np.log(odds) / 2, rel=1e-6)


@pytest.mark.parametrize("ghost", [0.5, 1e-6])
@pytest.mark.parametrize("n_items", [2, 7, 60])
def test_one_voice_still_makes_a_finite_standing(n_items: int, ghost: float) -> None:
    rows = [Answer(tuple(range(n_items)), 0, n_items - 1)] * 5_000
    fit = fit_sequential(gather_cells(rows, n_items=n_items), ghost=ghost)
    found = stand(fit, rng=np.random.default_rng(16), n_draws=1_000)
    for values in (found.score, found.low, found.high, found.worth_low, found.p_above):
        assert np.isfinite(values).all()
    assert (found.low <= found.score + 1e-9).all()
    assert (found.score <= found.high + 1e-9).all()
    assert found.order[0] == 0
    assert found.not_ruled_out[0] == 0


def test_the_same_seed_says_the_same() -> None:
    fit = fit_of([0.3, 0.1, 0.0, -0.2], 100, np.random.default_rng(5))
    one = stand(fit, rng=np.random.default_rng(6))
    two = stand(fit, rng=np.random.default_rng(6))
    assert one.p_win.tolist() == two.p_win.tolist()
    assert one.low.tolist() == two.low.tolist()
    assert one.not_ruled_out == two.not_ruled_out


def test_relabelled_items_stand_the_same_up_to_drawing() -> None:
    label = [3, 0, 4, 1, 2]
    fit = fit_of([0.8, 0.4, 0.0, -0.4, -0.8], 120, np.random.default_rng(7))
    renamed = {"coef": np.empty_like(fit.coef), "cov": np.empty_like(fit.cov)}
    renamed["coef"][label] = fit.coef
    renamed["cov"][np.ix_(label, label)] = fit.cov
    one = stand(fit, rng=np.random.default_rng(8))
    two = stand(replace(fit, **renamed), rng=np.random.default_rng(9))
    np.testing.assert_allclose(two.p_win[label], one.p_win, atol=0.02)
    np.testing.assert_allclose(two.score[label], one.score)
    np.testing.assert_allclose(two.low[label], one.low)
    assert two.spread == pytest.approx(one.spread)


def test_with_many_answers_scores_are_those_of_the_worths() -> None:
    rng = np.random.default_rng(10)
    truth = np.array([0.9, 0.5, 0.1, -0.3, -1.2])
    found = stand(fit_of(truth.tolist(), 100_000, rng), rng=rng)
    expected = 100 * np.exp(truth) / np.exp(truth).sum()
    np.testing.assert_allclose(found.score, expected, atol=0.6)
    assert (found.high - found.low < 1).all()


def test_rice_has_no_sure_winner(rice: Survey) -> None:
    """Safety and Price lead together; Washfree is last (as the counts say)."""
    fit = fit_sequential(gather_cells(rice.answers(), n_items=7))
    found = stand(fit, rng=np.random.default_rng(11))
    names = [rice.items[item] for item in found.not_ruled_out]
    assert names[:2] == ["Safety", "Price"]
    assert found.p_win.max() < 0.90
    assert rice.items[found.order[-1]] == "Washfree"
    assert found.p_last[rice.items.index("Washfree")] > 0.999


def test_a_thin_week_is_calibrated() -> None:
    """50 answers on 12 nearly equal items: the case that unshrunk draws overstate."""
    rng = np.random.default_rng(12)
    claimed, right, held, kept = [], [], [], []
    for _ in range(150):
        truth = rng.normal(0, 0.3, 12)
        found = stand(fit_of(truth.tolist(), 50, rng), rng=rng, n_draws=2_000)
        leader = int(found.p_win.argmax())
        claimed.append(found.p_win[leader])
        right.append(leader == truth.argmax())
        kept.append(int(truth.argmax()) in found.not_ruled_out)
        score = 100 * np.exp(truth) / np.exp(truth).sum()
        held.append(((found.low <= score) & (score <= found.high)).mean())
    assert abs(np.mean(claimed) - np.mean(right)) < 0.12
    assert 0.93 < np.mean(held) < 0.97
    assert np.mean(kept) > 0.93


def test_a_winner_is_kept_as_often_as_said_in_the_hardest_case() -> None:
    """Where all are equal each is a winner, and chance beats each as often as it can."""
    rng = np.random.default_rng(13)
    kept = np.zeros(5)
    for _ in range(150):
        found = stand(fit_of([0] * 5, 300, rng), rng=rng, n_draws=1_000)
        kept[list(found.not_ruled_out)] += 1 / 150
    # 750 decisions at 0.95: three errors are 0.024.
    assert 0.92 < kept.mean() < 0.98


def test_too_few_draws_are_refused() -> None:
    fit = fit_of([0.3, 0.0, -0.3], 50, np.random.default_rng(14))
    with pytest.raises(ValueError, match="n_draws is 999, must be at least 1000"):
        stand(fit, rng=np.random.default_rng(15), n_draws=999)
