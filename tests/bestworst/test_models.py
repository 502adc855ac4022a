"""Each model's likelihood is what it says, with the right slopes, however far the worths."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import MODELS, Answer, Model, gather_cells
from canyu.bestworst.fit import look, objective_of
from tests.bestworst.drawn import J, chance, long_loglik, slope, some_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from canyu.bestworst.newton import Objective

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

some_worths = st.lists(st.floats(-3, 3), min_size=J, max_size=J).map(np.array)


def objective(rows: Sequence[Answer], model: Model, n_items: int = J) -> Objective:
    cells = gather_cells(rows, n_items=n_items)
    return objective_of(look(cells, cells.sum_w, model), model)


@pytest.mark.parametrize("model", MODELS)
@given(rows=some_answers(), worth=some_worths)
@CALM
def test_the_likelihood_is_the_one_said_the_long_way(
    model: Model, rows: list[Answer], worth: NDArray[np.float64]
) -> None:
    ours = objective(rows, model).evaluate(worth).loglik
    assert ours == pytest.approx(long_loglik(worth, rows, model), abs=1e-9)


@pytest.mark.parametrize("model", MODELS)
@given(rows=some_answers(), worth=some_worths)
@CALM
def test_gradient_and_information_are_the_slopes(
    model: Model, rows: list[Answer], worth: NDArray[np.float64]
) -> None:
    here = objective(rows, model)
    found = here.evaluate(worth)
    np.testing.assert_allclose(
        found.gradient, slope(lambda v: here.evaluate(v).loglik, worth), atol=1e-6
    )
    np.testing.assert_allclose(
        found.information, -slope(lambda v: here.evaluate(v).gradient, worth), atol=1e-6
    )


@pytest.mark.parametrize("model", MODELS)
@given(rows=some_answers(), worth=some_worths)
@CALM
def test_scores_are_the_slopes_of_single_answers(
    model: Model, rows: list[Answer], worth: NDArray[np.float64]
) -> None:
    cells = gather_cells(rows, n_items=J)
    scores = objective(rows, model).scores(slice(None), worth)
    for at, score in enumerate(scores):
        shown = tuple(item for item in range(J) if int(cells.masks[at]) >> item & 1)
        best, worst = (
            None if chosen < 0 else int(chosen) for chosen in (cells.best[at], cells.worst[at])
        )
        one = Answer(shown, best, worst)
        theirs = slope(lambda v, one=one: np.log(chance(one, v, model)), worth)
        np.testing.assert_allclose(score, theirs, atol=1e-6)


@pytest.mark.parametrize("size", [2, 3, 4, 5])
@given(worth=some_worths)
@CALM
def test_closed_margins_are_sums_over_all_pairs(size: int, worth: NDArray[np.float64]) -> None:
    """P(b) = (e^v_b F - 1) / Z and P(w) = (e^-v_w E - 1) / Z against going through the pairs."""
    shown = tuple(range(size))
    pairs = {(b, w): np.exp(worth[b] - worth[w]) for b, w in permutations(shown, 2)}
    total = sum(pairs.values())
    for item in shown:
        for side, answer in ((0, Answer(shown, item, None)), (1, Answer(shown, None, item))):
            summed = sum(p for pair, p in pairs.items() if pair[side] == item) / total
            ours = objective([answer], "maxdiff").evaluate(worth).loglik
            assert ours == pytest.approx(np.log(summed), abs=1e-9)
            sign = 1 - 2 * side
            e, f = (np.exp(s * worth[:size]).sum() for s in (1, -1))
            closed = (np.exp(sign * worth[item]) * (f if sign > 0 else e) - 1) / (e * f - size)
            assert closed == pytest.approx(summed, abs=1e-9)


@pytest.mark.parametrize("model", MODELS)
@given(rows=some_answers(), shift=st.floats(-30, 30), worth=some_worths)
@CALM
def test_only_differences_of_worths_count(
    model: Model, rows: list[Answer], shift: float, worth: NDArray[np.float64]
) -> None:
    here = objective(rows, model)
    one, two = here.evaluate(worth), here.evaluate(worth + shift)
    assert two.loglik == pytest.approx(one.loglik, abs=1e-9)
    np.testing.assert_allclose(two.gradient, one.gradient, atol=1e-9)
    np.testing.assert_allclose(one.gradient.sum(), 0, atol=1e-9)


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("far", [50.0, 400.0, 2_000.0])
def test_worths_far_apart_stay_numbers(model: Model, far: float) -> None:
    rows = [
        Answer((0, 1, 2), 0, 2),
        Answer((1, 2), 2, 1, 1e6),
        Answer((1, 2, 3), 3, None),
        Answer((0, 1, 3, 4), None, 0, 1e6),
        Answer((3, 4), 3, 4),
    ]
    worth = np.array([far, -far, -far + 0.5, 0, 1])
    here = objective(rows, model)
    found = here.evaluate(worth)
    for values in (
        found.loglik,
        found.gradient,
        found.information,
        here.scores(slice(None), worth),
    ):
        assert np.isfinite(values).all()
    np.testing.assert_allclose(found.gradient.sum() / 1e6, 0, atol=1e-9)
    if far == 50:
        assert found.loglik == pytest.approx(long_loglik(worth, rows, model))


def test_partial_answers_to_best_and_worst_at_once_need_not_be_concave() -> None:
    """So Newton must find its way where the information is no covariance."""
    worth = np.array([0.0, 4.8, 4.8, 12.2])
    found = objective([Answer((0, 1, 2, 3), 0, None)], "maxdiff", 4).evaluate(worth)
    assert np.linalg.eigvalsh(found.information).min() < -0.4
