"""Drawn worths are shrunk as far as the formula says, and chances are read from them."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from canyu.bestworst import Fit, cells_of, fit_sequential, screens, simulate_rows
from canyu.bestworst.posterior import Posterior, directions_of, draw_posterior


def some_fit(spread: float, n: int = 400, n_items: int = 8, seed: int = 1) -> Fit:
    rng = np.random.default_rng(seed)
    truth = rng.normal(0, spread, n_items)
    return fit_sequential(cells_of(simulate_rows(truth, screens=screens(n_items), n=n, rng=rng)))


def test_directions_make_up_the_covariance() -> None:
    fit = some_fit(0.5)
    along = directions_of(fit.cov)
    np.testing.assert_allclose((along.axes * along.variance) @ along.axes.T, fit.cov, atol=1e-12)
    np.testing.assert_allclose(along.axes.sum(axis=0), 0, atol=1e-9)
    drawn = along.axes @ along.draw(np.random.default_rng(2), 40_000)
    np.testing.assert_allclose(np.cov(drawn), fit.cov, atol=0.04 * fit.cov.max())


def test_draws_follow_the_posterior_summed_over_tau() -> None:
    """Mean and variance against the formula, with tau on a grid of its own."""
    fit = some_fit(0.3, n=150)
    along = directions_of(fit.cov)
    estimate = along.axes.T @ fit.coef
    tau = np.linspace(0.0005, 60, 120_000)[:, None]
    total = along.variance + tau**2
    logweight = -0.5 * (np.log(total) + estimate**2 / total).sum(axis=1) - np.log1p(tau[:, 0] ** 2)
    weight = np.exp(logweight - logweight.max())
    weight /= weight.sum()
    kept = tau**2 / total
    mean = weight @ (kept * estimate)
    variance = weight @ (kept * along.variance + (kept * estimate) ** 2) - mean**2

    found = draw_posterior(fit, np.random.default_rng(3), 40_000)
    drawn = along.axes.T @ found.worth
    np.testing.assert_allclose(drawn.mean(axis=1), mean, atol=0.01)
    np.testing.assert_allclose(drawn.var(axis=1), variance, rtol=0.05)
    assert found.spread == pytest.approx(float(weight @ tau[:, 0]), rel=0.02)


def test_clear_worths_are_hardly_shrunk_and_thin_ones_much() -> None:
    clear = some_fit(1.0, n=5_000)
    found = draw_posterior(clear, np.random.default_rng(4), 5_000)
    np.testing.assert_allclose(found.worth.mean(axis=1), clear.coef, atol=0.02)
    thin = some_fit(0.0, n=60)
    found = draw_posterior(thin, np.random.default_rng(4), 5_000)
    assert np.abs(found.worth.mean(axis=1)).max() < 0.7 * np.abs(thin.coef).max()


def test_deviations_of_another_shape_are_kept() -> None:
    """Given deviations that never stray, worths are the estimate, shrunk."""
    fit = some_fit(1.0, n=5_000)
    found = draw_posterior(fit, np.random.default_rng(5), 1_000, np.zeros((8, 1_000)))
    np.testing.assert_allclose(found.worth.mean(axis=1), fit.coef, atol=0.02)
    assert found.worth.std(axis=1).max() < 0.01


def test_chances_are_counted_from_the_draws() -> None:
    worth = np.array([[3.0, 1.0, 2.0, 2.0], [1.0, 2.0, 1.0, 1.0], [2.0, 3.0, 3.0, 0.0]])
    found = Posterior(worth, spread=1.0)
    assert found.p_win.tolist() == [0.5, 0, 0.5]
    assert found.p_last.tolist() == [0.25, 0.5, 0.25]
    assert found.p_above.tolist() == [[0.5, 0.75, 0.5], [0.25, 0.5, 0.25], [0.5, 0.75, 0.5]]


def test_a_covariance_of_nothing_is_no_trouble() -> None:
    fit = some_fit(0.5)
    sure = draw_posterior(replace(fit, cov=np.zeros((8, 8))), np.random.default_rng(6), 1_000)
    np.testing.assert_allclose(sure.worth.mean(axis=1), fit.coef, atol=1e-3)
    assert sure.p_win.max() == 1
