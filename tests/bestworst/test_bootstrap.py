"""The bootstrap finds what normal draws find, where these are right."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from canyu.bestworst import (
    Answer,
    Cells,
    Fit,
    bootstrap_worths,
    cells_of,
    check_by_bootstrap,
    fit_sequential,
    gather_cells,
    make_rows,
    screens,
    simulate_rows,
    stand,
    with_clusters,
)
from tests.bestworst.golden import read_golden


def some_week(n: int, seed: int) -> tuple[Fit, Cells]:
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, 0.5, 8)
    rows = simulate_rows(truth, screens=screens(8), n=n, rng=rng, p_best_only=0.2)
    cells = cells_of(rows)
    return fit_sequential(cells), cells


def assert_same_covariance(worth: np.ndarray, cov: np.ndarray) -> None:
    error = np.sqrt(np.diag(cov))
    np.testing.assert_allclose(worth.std(axis=0), error, rtol=0.04)
    np.testing.assert_allclose(
        np.corrcoef(worth.T), cov / np.outer(error, error), atol=0.04, rtol=0
    )


@pytest.mark.parametrize("ghost", [0, 0.5])
@pytest.mark.parametrize("name", ["rice", "issues", "breadwheat"])
def test_real_surveys_have_the_same_chances_either_way(name: str, ghost: float) -> None:
    cells = read_golden(name).cells()
    fit = fit_sequential(cells, ghost=ghost)
    rng = np.random.default_rng(1)
    found = check_by_bootstrap(stand(fit, rng=rng), fit, cells, rng=rng)
    assert found.difference < 0.03
    assert found.agrees


def test_people_who_answer_often_get_one_weight_each() -> None:
    """350 people with 13 screens each: the leader is 0.95 sure, not the 0.99 of 4,550 people."""
    survey = read_golden("issues")
    rows = survey.rows()
    fit = with_clusters(fit_sequential(survey.cells(), ghost=0), rows)
    rng = np.random.default_rng(2)
    worth = bootstrap_worths(fit, rows, rng=rng, n_draws=10_000)
    leader = fit.coef.argmax()
    assert (worth.argmax(axis=1) == leader).mean() == pytest.approx(0.955, abs=0.01)
    assert_same_covariance(worth, fit.cov_robust)
    found = check_by_bootstrap(stand(fit, rng=rng), fit, rows, rng=rng)
    assert found.difference < 0.03
    assert found.p_win[leader] == pytest.approx(0.945, abs=0.015)


def test_rows_of_people_who_answered_once_are_as_good_as_cells() -> None:
    rng = np.random.default_rng(3)
    rows = simulate_rows(np.array([0.5, 0.0, -0.5]), screens=screens(3), n=200, rng=rng)
    fit = fit_sequential(cells_of(rows))
    for answers in (rows, cells_of(rows)):
        worth = bootstrap_worths(fit, answers, rng=rng, n_draws=10_000)
        assert_same_covariance(worth, fit.cov_robust)
        np.testing.assert_allclose(worth.mean(axis=0), fit.coef, atol=0.01)


def test_weights_of_answers_are_kept_even_when_unequal_in_a_cell() -> None:
    rng = np.random.default_rng(4)
    rows = simulate_rows(np.array([0.5, 0.0, -0.5]), screens=screens(3), n=400, rng=rng)
    weighted = make_rows(
        rows.shown, rows.best, rows.worst, n_items=3, weight=rng.choice([0.0, 0.3, 3.0], 400)
    )
    cells = cells_of(weighted)
    fit = fit_sequential(cells)
    for answers in (weighted, cells):
        assert_same_covariance(
            bootstrap_worths(fit, answers, rng=rng, n_draws=10_000), fit.cov_robust
        )


def test_scores_have_about_the_same_intervals_either_way() -> None:
    fit, cells = some_week(200, 5)
    rng = np.random.default_rng(6)
    standings = stand(fit, rng=rng)
    found = check_by_bootstrap(standings, fit, cells, rng=rng)
    assert (found.low < standings.score).all()
    assert (standings.score < found.high).all()
    width = standings.high - standings.low
    np.testing.assert_allclose(found.high - found.low, width, rtol=0.2)


def test_an_item_never_shown_may_be_anywhere() -> None:
    rng = np.random.default_rng(7)
    rows = simulate_rows(np.array([0.5, 0.0, -0.5]), screens=screens(3), n=200, rng=rng)
    cells = gather_cells(
        [
            Answer(tuple(shown), best, worst)
            for shown, best, worst in zip(
                rows.shown.tolist(), rows.best.tolist(), rows.worst.tolist(), strict=True
            )
        ],
        n_items=4,
    )
    worth = bootstrap_worths(fit_sequential(cells), cells, rng=rng)
    assert worth[:, 3].std() > 1
    assert np.isfinite(worth).all()


def test_thin_weeks_mostly_agree() -> None:
    rng = np.random.default_rng(8)
    agreed = []
    for seed in range(30):
        fit, cells = some_week(60, seed)
        standings = stand(fit, rng=rng, n_draws=5_000)
        agreed.append(check_by_bootstrap(standings, fit, cells, rng=rng, n_draws=2_000).agrees)
    assert np.mean(agreed) > 0.7


def test_errors_that_are_far_too_small_are_found_out() -> None:
    fit, cells = some_week(100, 9)
    rng = np.random.default_rng(10)
    sure = stand(replace(fit, cov=fit.cov / 16), rng=rng)
    assert not check_by_bootstrap(sure, fit, cells, rng=rng).agrees


def test_the_same_seed_says_the_same() -> None:
    fit, cells = some_week(100, 11)
    one = bootstrap_worths(fit, cells, rng=np.random.default_rng(12), n_draws=1_000)
    two = bootstrap_worths(fit, cells, rng=np.random.default_rng(12), n_draws=1_000)
    assert one.tolist() == two.tolist()
    assert one.shape == (1_000, 8)


def test_what_cannot_be_drawn_is_refused() -> None:
    fit, cells = some_week(100, 13)
    rng = np.random.default_rng(14)
    with pytest.raises(ValueError, match="n_draws is 10, must be at least 1000"):
        bootstrap_worths(fit, cells, rng=rng, n_draws=10)
    other = gather_cells([Answer((0, 1), 0, 1)], n_items=2)
    with pytest.raises(ValueError, match="the answers are about 2 items"):
        bootstrap_worths(fit, other, rng=rng)
