"""Worths next to pulls of places: the top of the likelihood, the truth, and honest errors."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from scipy.optimize import minimize

from canyu.bestworst import (
    FitDiverged,
    Rows,
    TooFewAnswers,
    cells_of,
    fit,
    fit_places,
    make_rows,
    screens,
    simulate_rows,
)

TRUTH = np.array([0.9, 0.3, 0.0, -0.4, -0.8])


def week(n: int = 2_000, seed: int = 1, **settings: Any) -> Rows:
    given: dict[str, Any] = {"screens": (tuple(range(5)), (0, 1, 4), (2, 3, 4, 1))}
    truth = settings.pop("truth", TRUTH)
    return simulate_rows(truth, n=n, rng=np.random.default_rng(seed), **(given | settings))


def placed(rows: Rows, **settings: Any) -> Any:
    return fit_places(rows, rng=np.random.default_rng(1), **settings)


def long_loglik(rows: Rows, worth: Any, best_pull: Any, worst_pull: Any, ghost: float) -> float:
    everything = np.concatenate([worth, best_pull, worst_pull])
    total = ghost * float(np.sum(everything - 2 * np.log1p(np.exp(everything))))
    for shown, best, worst, weight in zip(
        rows.shown.tolist(),
        rows.best.tolist(),
        rows.worst.tolist(),
        rows.weight.tolist(),
        strict=True,
    ):
        for sign, pull, chosen, out in (
            (1, best_pull, best, -1),
            (-1, worst_pull, worst, best),
        ):
            if chosen >= 0:
                drawn = {
                    item: sign * worth[item] + pull[place]
                    for place, item in enumerate(shown)
                    if item not in {-1, out}
                }
                total += weight * (drawn[chosen] - np.log(np.sum(np.exp(list(drawn.values())))))
    return total


def test_it_is_the_top_of_the_likelihood() -> None:
    rows = week(60, p_best_only=0.2, p_worst_only=0.2, position_effect=-0.3)
    rows = rows.with_weight(np.random.default_rng(2).uniform(0.5, 2, 60))
    found = placed(rows)

    def loss(at: Any) -> float:
        return -long_loglik(rows, at[:5], at[5:10], at[10:], 0.5)

    best = minimize(loss, np.zeros(15), method="BFGS", options={"gtol": 1e-6}).x
    assert found.coef == pytest.approx(best[:5] - best[:5].mean(), abs=1e-4)
    assert found.place_best == pytest.approx(best[5:10] - best[5:10].mean(), abs=1e-4)
    assert found.place_worst == pytest.approx(best[10:] - best[10:].mean(), abs=1e-4)


def test_habits_are_told_from_likes() -> None:
    found = placed(week(20_000, position_effect=-0.4))
    pull = -0.4 * np.arange(5)
    assert found.coef == pytest.approx(TRUTH - TRUTH.mean(), abs=0.08)
    assert found.place_best == pytest.approx(pull - pull.mean(), abs=0.1)
    assert found.place_worst == pytest.approx(pull - pull.mean(), abs=0.1)


def test_without_habits_it_is_the_fit_without_places() -> None:
    rows = week(5_000)
    plain, found = fit(cells_of(rows)), placed(rows)
    assert found.coef == pytest.approx(plain.coef, abs=0.02)
    assert np.sqrt(np.diag(found.cov)) == pytest.approx(np.sqrt(np.diag(plain.cov)), rel=0.05)


def test_who_looks_at_nothing_but_places_tells_no_worths() -> None:
    rng = np.random.default_rng(5)
    shown = rng.permuted(np.tile(range(4), (200, 1)), axis=1)
    rows = make_rows(shown, shown[:, 0], shown[:, 3], n_items=4)
    found = placed(rows)
    assert found.place_best.argmax() == 0
    assert found.place_worst.argmax() == 3
    assert np.isfinite(found.cov).all()
    assert np.abs(found.coef).max() < 2 * np.sqrt(np.diag(found.cov)).min()
    with pytest.raises(FitDiverged):
        placed(rows, ghost=0.0)


def test_errors_cover_the_truth() -> None:
    inside, n_weeks = 0, 150
    for seed in range(n_weeks):
        found = placed(week(400, seed, position_effect=-0.3))
        gap = found.coef[0] - found.coef[1]
        error = np.sqrt(found.cov[0, 0] + found.cov[1, 1] - 2 * found.cov[0, 1])
        inside += abs(gap - 0.6) < 1.96 * error
    assert 0.89 <= inside / n_weeks <= 0.99


def test_answers_of_one_person_widen_the_errors() -> None:
    rows = week(400)
    twice = rows.take(np.tile(np.arange(400), 2))
    same = make_rows(
        twice.shown, twice.best, twice.worst, n_items=5, person=np.tile(np.arange(400), 2)
    )
    once = np.sqrt(np.diag(placed(rows).cov))
    assert np.sqrt(np.diag(placed(same).cov)) == pytest.approx(once, rel=0.02)
    assert (np.sqrt(np.diag(placed(twice).cov)) < 0.8 * once).all()


def test_a_start_changes_nothing_but_the_way() -> None:
    rows = week(800, position_effect=-0.2)
    far, near = placed(rows), placed(rows, start=fit(cells_of(rows)).coef)
    assert near.coef == pytest.approx(far.coef, abs=1e-6)
    assert near.cov == pytest.approx(far.cov, abs=1e-6)


def test_of_many_rows_a_sample_is_fitted() -> None:
    rows = simulate_rows(
        np.linspace(0.5, -0.5, 8),
        screens=screens(8),
        n=1_000,
        rng=np.random.default_rng(4),
    )
    found = placed(rows.take(np.arange(150_000) % 1_000))
    assert found.n_answers == 100_000


def test_nothing_cannot_be_fitted() -> None:
    with pytest.raises(TooFewAnswers):
        placed(week(10, p_empty=1.0))
