"""Ratios and p-values count what can differ, and hold together."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import chi2, norm

from canyu.bestworst.ratio import (
    chances_of,
    differences,
    holm,
    likelihood_ratio,
    n_differences,
    two_sided,
)


def test_the_ratio_is_chi_square() -> None:
    found = likelihood_ratio(apart=-10.0, together=-16.0, df=5, deff=1.5, ghost=0)
    assert found.statistic == pytest.approx(12)
    assert found.p_model == pytest.approx(chi2.sf(12, 5))
    assert found.p == pytest.approx(chi2.sf(8, 5))


def test_a_design_effect_below_one_is_not_believed() -> None:
    found = likelihood_ratio(apart=-10.0, together=-16.0, df=5, deff=0.8, ghost=0)
    assert found.deff == 1
    assert found.p == found.p_model


@pytest.mark.parametrize(("apart", "df"), [(-10.1, 5), (-9.0, 0)])
def test_nothing_gained_and_nothing_to_gain_are_no_evidence(apart: float, df: int) -> None:
    found = likelihood_ratio(apart=apart, together=-10.0, df=df, deff=1.0, ghost=0.5)
    assert found.statistic == 0
    assert found.p == found.p_model == 1


def test_chances_are_those_of_the_tables() -> None:
    np.testing.assert_allclose(chances_of(np.array([3.84, 0.0]), 1), [chi2.sf(3.84, 1), 1])
    np.testing.assert_allclose(two_sided(np.array([-1.96, 1.96, 0])), [2 * norm.sf(1.96)] * 2 + [1])


def test_holm_by_hand() -> None:
    np.testing.assert_allclose(holm(np.array([0.03, 0.01, 0.9, 0.02])), [0.06, 0.04, 0.9, 0.06])


@given(st.lists(st.floats(0, 1), min_size=1, max_size=20))
def test_holm_lies_between_one_test_and_bonferroni(p: list[float]) -> None:
    plain = np.array(p)
    adjusted = holm(plain)
    assert (adjusted >= plain).all()
    assert (adjusted <= np.minimum(1, plain * plain.size) + 1e-12).all()
    assert (np.diff(adjusted[np.argsort(plain, kind="stable")]) >= 0).all()


@pytest.mark.parametrize(
    ("sets", "expected"),
    [
        ([[0, 1, 2, 3]], 3),
        ([[0, 1], [2, 3]], 2),
        ([[0, 1], [1, 2], [2, 3]], 3),
        ([[0, 1]], 1),
        ([[2]], 0),
        ([], 0),
    ],
)
def test_differences_are_told_within_what_hangs_together(
    sets: list[list[int]], expected: int
) -> None:
    masks = np.array([sum(1 << item for item in one) for one in sets], dtype=np.uint64)
    assert n_differences(masks, 4) == expected


@pytest.mark.parametrize("size", [2, 7, 60])
def test_the_basis_spans_the_centred(size: int) -> None:
    basis = differences(size)
    np.testing.assert_allclose(basis.T @ basis, np.eye(size - 1), atol=1e-12)
    np.testing.assert_allclose(basis @ basis.T, np.eye(size) - 1 / size, atol=1e-12)
