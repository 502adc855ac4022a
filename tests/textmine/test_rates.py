"""Askers by week, and how weeks scatter."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.textmine.rates import USUAL_DISPERSION, new_voices, pooled_dispersion, weekly_voices

ASKED = st.lists(st.tuples(st.integers(-20, 80), st.integers(0, 9)), max_size=60)


@given(ASKED, st.integers(-10, 10), st.integers(0, 9))
def test_weeks_hold_distinct_people_and_no_other_count(
    asked: list[tuple[int, int]], first_day: int, n_weeks: int
) -> None:
    found = weekly_voices(asked, first_day=first_day, n_weeks=n_weeks)
    assert found.tolist() == [
        len({voice for day, voice in asked if start <= day < start + 7})
        for start in range(first_day, first_day + 7 * n_weeks, 7)
    ]
    new = new_voices(asked, first_day=first_day, n_weeks=n_weeks)
    inside = {voice for day, voice in asked if first_day <= day < first_day + 7 * n_weeks}
    assert new.sum() == len(inside)
    assert (new <= found).all()
    assert (weekly_voices(asked * 3, first_day=first_day, n_weeks=n_weeks) == found).all()


def simulated(rng: np.random.Generator, k: float | None, n: int, exposure: np.ndarray) -> list:
    rate = rng.uniform(2, 15, (n, 1)) * exposure
    return (rng.poisson(rate if k is None else rng.gamma(k, 1 / k, rate.shape) * rate)).tolist()


@pytest.mark.parametrize(("k", "wanted"), [(None, 0.0), (3.0, 1 / 3), (1.5, 2 / 3)])
def test_many_series_tell_the_dispersion(k: float | None, wanted: float) -> None:
    rng = np.random.default_rng(11)
    exposure = np.linspace(0.6, 1.4, 12)
    series = simulated(rng, k, 600, exposure)
    found = pooled_dispersion(series, [exposure.tolist()] * 600)
    assert found == pytest.approx(wanted, abs=0.04)


def test_moments_by_hand() -> None:
    """One series 2, 4, 6: mean 4, scatter 8 x 3/2 = 12; (12 - 12) / (48 - 4) = 0, of 3 weeks."""
    assert pooled_dispersion([[2, 4, 6]]) == pytest.approx(26 / 3 / 29)
    # 0 and 12: scatter 72 x 2 = 144, less 12; 72 - 72 leaves no mean: nothing is learned of it.
    assert pooled_dispersion([[0, 12]]) == pytest.approx(USUAL_DISPERSION)


def test_where_little_is_known_the_usual_holds() -> None:
    assert pooled_dispersion([]) == pytest.approx(USUAL_DISPERSION)
    assert pooled_dispersion([[0, 0, 1], [5]]) == pytest.approx(USUAL_DISPERSION)
    assert pooled_dispersion([[3, 4]], [[0.0, 0.0]]) == pytest.approx(USUAL_DISPERSION)
    with pytest.raises(ValueError, match="2 weeks and 1 exposures"):
        pooled_dispersion([[3, 4]], [[1.0]])
