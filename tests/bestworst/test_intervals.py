"""Intervals of worths and scores: their arithmetic; test_coverage.py holds them to the truth."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from canyu.bestworst.intervals import score_interval, score_of, worth_interval


def some_cov(size: int, seed: int) -> np.ndarray:
    rng = np.random.default_rng(seed)
    centring = np.eye(size) - 1 / size
    half = centring @ rng.normal(0, 0.3, (size, size + 2))
    return half @ half.T


def test_scores_are_shares_of_a_hundred() -> None:
    assert score_of(np.log(np.array([1.0, 2.0, 7.0]))) == pytest.approx([10, 20, 70])
    many = score_of(np.array([[0.0, 900.0], [0.0, -900.0]]))
    np.testing.assert_allclose(many, [[50, 100], [50, 0]])


def test_worths_are_bounded_by_their_errors() -> None:
    low, high = worth_interval(np.array([1.0, -1.0]), np.diag([0.04, 0.25]))
    assert low == pytest.approx([1 - 0.392, -1 - 0.98], abs=1e-4)
    assert high == pytest.approx([1 + 0.392, -1 + 0.98], abs=1e-4)


@pytest.mark.parametrize("seed", range(4))
def test_the_slope_of_a_score_is_that_of_its_logit(seed: int) -> None:
    """Against derivatives taken by small steps."""
    coef, cov = np.random.default_rng(seed).normal(0, 1, 5), some_cov(5, seed)

    def logit(worth: np.ndarray) -> np.ndarray:
        share = score_of(worth) / 100
        return np.log(share / (1 - share))

    steps = 1e-6 * np.eye(5)
    slope = np.stack([(logit(coef + one) - logit(coef - one)) / 2e-6 for one in steps], axis=1)
    reach = 1.959964 * np.sqrt(np.diag(slope @ cov @ slope.T))
    low, high = score_interval(coef, cov)
    np.testing.assert_allclose(low, 100 / (1 + np.exp(reach - logit(coef))), rtol=1e-5)
    np.testing.assert_allclose(high, 100 / (1 + np.exp(-reach - logit(coef))), rtol=1e-5)


@given(
    st.lists(st.floats(-800, 800), min_size=2, max_size=60),
    st.floats(0, 1e6),
    st.integers(0, 100),
)
@settings(deadline=None)
def test_a_score_lies_in_its_interval_and_both_between_0_and_100(
    worth: list[float], scale: float, seed: int
) -> None:
    coef = np.array(worth)
    low, high = score_interval(coef, scale * some_cov(coef.size, seed))
    score = score_of(coef)
    assert (low >= 0).all()
    assert (low <= score + 1e-9).all()
    assert (score <= high + 1e-9).all()
    assert (high <= 100).all()


def test_a_variance_that_rounding_made_negative_is_none() -> None:
    low, high = worth_interval(np.array([1.0, -1.0]), np.diag([-1e-18, 0.0]))
    assert low.tolist() == high.tolist() == [1.0, -1.0]
