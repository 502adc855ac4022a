"""Every fit tops its likelihood, keeps its symmetries, and stays sane where data are thin."""

from __future__ import annotations

from dataclasses import FrozenInstanceError
from time import process_time
from typing import TYPE_CHECKING, Any, cast

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from canyu.bestworst import (
    MODELS,
    Answer,
    Fit,
    FitDiverged,
    Model,
    TooFewAnswers,
    cells_of,
    fit,
    fit_sequential,
    gather_cells,
    score_cells,
    screens,
    simulate_answers,
    simulate_rows,
)
from canyu.bestworst.fit import look, objective_of
from tests.bestworst.drawn import J, long_loglik, some_answers

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

every_model = pytest.mark.parametrize("model", MODELS)


def fitted(rows: Sequence[Answer], n_items: int = J, **settings: Any) -> Fit:
    return fit(gather_cells(rows, n_items=n_items), **settings)


def same(one: Fit, two: Fit, *, robust: bool = True) -> None:
    np.testing.assert_allclose(two.coef, one.coef, atol=1e-8)
    np.testing.assert_allclose(two.cov_model, one.cov_model, atol=1e-8)
    assert two.loglik == pytest.approx(one.loglik)
    assert two.loglik_null == pytest.approx(one.loglik_null)
    if robust:
        np.testing.assert_allclose(two.cov_robust, one.cov_robust, atol=1e-8)
        np.testing.assert_allclose(two.cov, one.cov, atol=1e-8)


def contrasts(cov: NDArray[np.float64], base: int) -> NDArray[np.float64]:
    """Return the covariance of all differences to `base`."""
    taken = np.delete(np.eye(len(cov)), base, axis=0)
    taken[:, base] = -1
    answer: NDArray[np.float64] = taken @ cov @ taken.T
    return answer


@every_model
@given(rows=some_answers(), item=st.integers(0, J - 1))
@CALM
def test_the_fit_tops_the_likelihood_said_the_long_way(
    model: Model, rows: list[Answer], item: int
) -> None:
    found = fitted(rows, model=model)
    assert found.loglik == pytest.approx(long_loglik(found.coef, rows, model))
    assert found.loglik_null == pytest.approx(long_loglik(np.zeros(J), rows, model))

    # The ghost's location is free here, so take the best shift at each point.
    def penalised(worth: NDArray[np.float64]) -> float:
        shifts = np.linspace(-0.5, 0.5, 401)[:, None] + worth
        ghost = 0.5 * (shifts - 2 * np.logaddexp(0, shifts)).sum(axis=1)
        return long_loglik(worth, rows, model) + float(ghost.max())

    top = penalised(found.coef)
    for step in (-0.05, 0.05):
        beside = found.coef.copy()
        beside[item] += step
        assert penalised(beside) < top


@every_model
@given(rows=some_answers(), label=st.permutations(range(J)))
@CALM
def test_relabelled_items_have_relabelled_worths(
    model: Model, rows: list[Answer], label: list[int]
) -> None:
    def renamed(item: int | None) -> int | None:
        return None if item is None else label[item]

    again = [
        Answer(
            tuple(label[item] for item in row.shown),
            renamed(row.best),
            renamed(row.worst),
            row.weight,
        )
        for row in rows
    ]
    ours, theirs = fitted(rows, model=model), fitted(again, model=model)
    grid = np.ix_(label, label)
    np.testing.assert_allclose(theirs.coef[label], ours.coef, atol=1e-8)
    np.testing.assert_allclose(theirs.cov_model[grid], ours.cov_model, atol=1e-8)
    np.testing.assert_allclose(theirs.cov_robust[grid], ours.cov_robust, atol=1e-8)
    assert theirs.never_shown == tuple(sorted(label[item] for item in ours.never_shown))


@every_model
@given(rows=some_answers(), chance=st.randoms(use_true_random=False))
@CALM
def test_the_order_of_answers_and_of_screens_says_nothing(
    model: Model, rows: list[Answer], chance: Any
) -> None:
    again = [
        Answer(tuple(chance.sample(row.shown, len(row.shown))), row.best, row.worst, row.weight)
        for row in chance.sample(rows, len(rows))
    ]
    same(fitted(rows, model=model), fitted(again, model=model))


@every_model
@given(rows=some_answers(), times=st.integers(2, 4))
@CALM
def test_a_weight_is_as_many_people(model: Model, rows: list[Answer], times: int) -> None:
    copied = fitted([Answer(row.shown, row.best, row.worst) for row in rows] * times, model=model)
    weighted = fitted([Answer(row.shown, row.best, row.worst, times) for row in rows], model=model)
    same(copied, weighted, robust=False)
    assert copied.n_answers == times * weighted.n_answers


@every_model
@given(rows=some_answers(), part=st.floats(0.1, 0.9))
@CALM
def test_a_weight_may_be_split(model: Model, rows: list[Answer], part: float) -> None:
    halves = [
        Answer(row.shown, row.best, row.worst, row.weight * share)
        for row in rows
        for share in (part, 1 - part)
    ]
    same(fitted(rows, model=model), fitted(halves, model=model), robust=False)


@every_model
@given(rows=some_answers())
@CALM
def test_worths_are_centred_and_covariances_are_ones(model: Model, rows: list[Answer]) -> None:
    found = fitted(rows, model=model)
    assert found.coef.sum() == pytest.approx(0, abs=1e-9)
    for cov in (found.cov_model, found.cov_robust):
        np.testing.assert_allclose(cov.sum(axis=0), 0, atol=1e-8)
        assert np.linalg.eigvalsh(cov).min() > -1e-8
        assert (np.diag(cov) > 0).all()
    larger = np.maximum(np.diag(found.cov_model), np.diag(found.cov_robust))
    np.testing.assert_allclose(np.diag(found.cov), larger)


@every_model
@pytest.mark.parametrize("base", [0, 3])
def test_any_item_may_be_the_base(model: Model, base: int) -> None:
    """Errors of differences to a base are those of a fit that sets its worth to zero."""
    rng = np.random.default_rng(4)
    truth = np.array([0.9, 0.3, 0.0, -0.4, -0.8])
    rows = simulate_rows(truth, screens=screens(5), n=200, rng=rng)
    cells = cells_of(rows)
    ours = fit(cells, model=model, ghost=0)
    objective = objective_of(look(cells, cells.sum_w, model), model)
    information = objective.evaluate(ours.coef - ours.coef[base]).information
    free = np.delete(np.arange(5), base)
    theirs = np.linalg.inv(information[np.ix_(free, free)])
    np.testing.assert_allclose(contrasts(ours.cov_model, base), theirs, rtol=1e-7)
    scores = score_cells(ours, cells)[:, free]
    meat = (scores * cells.sum_w2[:, None]).T @ scores
    np.testing.assert_allclose(contrasts(ours.cov_robust, base), theirs @ meat @ theirs, rtol=1e-7)


@every_model
def test_equal_weights_of_any_size_do_not_change_worths_or_robust_errors(model: Model) -> None:
    rng = np.random.default_rng(5)
    rows = simulate_answers(np.array([0.5, 0.0, -0.5]), screens=screens(3), n=80, rng=rng)
    for weight in (7.0, 1e6):
        heavy = [Answer(row.shown, row.best, row.worst, weight) for row in rows]
        plain = fitted(rows, 3, ghost=0, model=model)
        weighted = fitted(heavy, 3, ghost=0, model=model)
        np.testing.assert_allclose(weighted.coef, plain.coef, atol=1e-9)
        np.testing.assert_allclose(weighted.cov_robust, plain.cov_robust, atol=1e-9)


def test_from_300_answers_on_the_robust_errors_stand_alone() -> None:
    rng = np.random.default_rng(6)
    truth = np.array([0.5, 0.2, 0.0, -0.7])
    for n, alone in ((299, False), (300, True)):
        found = fitted(simulate_answers(truth, screens=screens(4), n=n, rng=rng), 4)
        assert np.array_equal(found.cov, found.cov_robust) is alone


@pytest.mark.parametrize(
    ("model", "scale", "told"), [("sequential", 1, 1), ("maxdiff", 2, 1), ("best", 1, 1)]
)
def test_two_items_are_a_plain_logit(model: Model, scale: int, told: int) -> None:
    """Best and worst at once counts a difference twice: e^(v - u) over e^(v - u) + e^(u - v)."""
    rows = [Answer((0, 1), 0, 1)] * 30 + [Answer((1, 0), 1, 0)] * 20
    found = fitted(rows, 2, ghost=0, model=model)
    assert scale * (found.coef[0] - found.coef[1]) == pytest.approx(np.log(30 / 20))
    error = np.sqrt(contrasts(found.cov_model, 1)[0, 0])
    assert scale * error == pytest.approx(np.sqrt(1 / 30 + 1 / 20))
    assert found.loglik == pytest.approx(told * (30 * np.log(0.6) + 20 * np.log(0.4)))
    assert found.loglik_null == pytest.approx(told * 50 * np.log(0.5))


def test_each_model_counts_the_answers_that_it_looks_at() -> None:
    rows = [Answer((0, 1, 2), 0, 2)] * 2 + [Answer((0, 1, 2), 1, None)] * 3
    rows += [Answer((0, 1, 2), None, 1)] * 4 + [Answer((0, 1, 2), None, None)] * 5
    counted = {model: fitted(rows, 3, model=model).n_answers for model in MODELS}
    assert counted == {"sequential": 9, "maxdiff": 9, "best": 5, "worst": 6}


@every_model
@pytest.mark.parametrize(("n", "weight"), [(1, 1.0), (40, 1.0), (100_000, 1.0), (1_000, 1e6)])
def test_everybody_agreeing_gives_finite_worths(model: Model, n: int, weight: float) -> None:
    rows = [Answer((0, 1, 2), 0, 2, weight)] * n
    found = fitted(rows, 3, model=model)
    assert np.isfinite(found.coef).all()
    # The model of bests cannot tell 1 from 2, that of worsts not 0 from 1.
    assert found.coef[0] > found.coef[1] - 1e-9 > found.coef[2] - 2e-9
    assert found.coef[0] > found.coef[2] + 0.5
    assert np.isfinite(found.cov).all()
    assert (np.diag(found.cov) > 0).all()
    with pytest.raises(FitDiverged):
        fitted(rows, 3, model=model, ghost=0)


@every_model
def test_worths_far_apart_are_found(model: Model) -> None:
    """A ladder of items, each hardly ever beaten by the one below: 60 logits in all."""
    rows = []
    for low in range(5):
        rows.append(Answer((low, low + 1), low + 1, low, 1e5))
        rows.append(Answer((low, low + 1), low, low + 1, 0.6))
    found = fitted(rows, 6, model=model, ghost=0)
    step = np.log(1e5 / 0.6) / (2 if model == "maxdiff" else 1)
    np.testing.assert_allclose(np.diff(found.coef), step, rtol=1e-6)


@every_model
@pytest.mark.parametrize("n", [30, 3_000])
def test_an_item_never_shown_stands_in_the_middle_is_unsure_and_named(model: Model, n: int) -> None:
    rng = np.random.default_rng(7)
    truth = np.array([0.6, 0.0, -0.6])
    found = fitted(simulate_answers(truth, screens=screens(3), n=n, rng=rng), 4, model=model)
    assert abs(found.coef[3]) < 0.25
    errors = np.sqrt(np.diag(found.cov))
    assert errors[3] > 1.4
    assert errors[3] > 1.5 * errors[:3].max()
    assert found.never_shown == (3,)


def test_an_item_shown_only_to_the_weightless_was_never_shown() -> None:
    rows = [Answer((0, 1), 0, 1), Answer((1, 2), 2, 1, 0.0), Answer((1, 3), None, None)]
    assert fitted(rows, 4).never_shown == (2, 3)


@pytest.mark.parametrize(
    ("model", "rows", "sentence"),
    [
        ("sequential", [], "names a best or a worst"),
        ("maxdiff", [Answer((0, 1), None, None)] * 5, "names a best or a worst"),
        ("sequential", [Answer((0, 1), 0, 1, 0.0)], "names a best or a worst"),
        ("best", [Answer((0, 1), None, 1)], "names a best"),
        ("worst", [Answer((0, 1), 1, None)], "names a worst"),
    ],
)
def test_nothing_said_is_nothing_to_fit(model: Model, rows: list[Answer], sentence: str) -> None:
    with pytest.raises(TooFewAnswers, match=rf"nothing to fit: .* {sentence}\. Wait"):
        fitted(rows, 2, model=model)


@every_model
def test_too_few_steps_are_said(model: Model) -> None:
    with pytest.raises(FitDiverged, match="did not settle in 1 steps"):
        fitted([Answer((0, 1, 2), 0, 2)] * 9, 3, max_iterations=1, model=model)


def test_how_the_fit_came_to_rest_is_told() -> None:
    found = fitted([Answer((0, 1, 2), 0, 2)] * 9, 3, tolerance=1e-7)
    assert found.convergence.n_iterations == found.n_iterations > 2
    assert found.convergence.last_step <= found.convergence.tolerance == 1e-7
    assert 0 <= found.convergence.gradient < 1e-7


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"model": "probit"}, "model is 'probit', must be one of 'sequential', 'maxdiff', 'best'"),
        ({"ghost": -0.1}, "ghost is -0.1, must be"),
        ({"ghost": float("inf")}, "ghost is inf, must be"),
        ({"ghost": float("nan")}, "ghost is nan, must be"),
        ({"tolerance": 0.0}, "tolerance is 0.0, must be above 0"),
        ({"tolerance": float("inf")}, "tolerance is inf, must be above 0 and finite"),
        ({"max_iterations": 0}, "max_iterations is 0, must be at least 1"),
    ],
)
def test_settings_out_of_range_are_named(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fitted([Answer((0, 1), 0, 1)], 2, **wrong)


@pytest.mark.parametrize(
    ("rows", "n_items", "sentence"),
    [
        ([Answer((0,), 0, None)], 1, "n_items is 1, must be from 2 to 60"),
        ([Answer((0, 1), 0, 1)], 61, "n_items is 61, must be from 2 to 60"),
        ([Answer((0,), 0, None)], 2, "at least 2 items must have been shown"),
        ([Answer((0, 1), 0, 1, float("nan"))], 2, "weight is nan, must be a finite number"),
        ([Answer((0, 1), 0, 1, -1.0)], 2, r"weight is -1\.0, must be a finite number"),
        ([Answer((0, 1), 0, 0)], 2, "best and worst are both 0"),
        ([Answer((0, 1), 2, 0)], 3, "best is 2, must be one of the shown"),
    ],
)
def test_mad_answers_reach_no_fit(rows: list[Answer], n_items: int, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fitted(rows, n_items)


def test_a_fit_is_frozen() -> None:
    found = fitted([Answer((0, 1), 0, 1)], 2)
    with pytest.raises(FrozenInstanceError):
        cast("Any", found).loglik = 0.0
    for values in (found.coef, found.cov, found.cov_model, found.cov_robust, found.cov_ghost):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0


def test_the_default_is_best_then_worst() -> None:
    cells = gather_cells([Answer((0, 1, 2), 0, 2)] * 9, n_items=3)
    assert fit(cells).model == fit_sequential(cells).model == "sequential"
    same(fit(cells), fit_sequential(cells))


@every_model
def test_truth_is_found_again(model: Model) -> None:
    """Answers are drawn best then worst; the scales of the other models differ, not the order."""
    rng = np.random.default_rng(8)
    truth = rng.normal(0, 0.8, 20)
    rows = simulate_answers(
        truth, screens=screens(20), n=2_000, rng=rng, p_best_only=0.3, p_worst_only=0.1
    )
    found = fitted(rows, 20, model=model)
    assert spearmanr(found.coef, truth).statistic > 0.93
    if model in {"sequential", "best"}:
        np.testing.assert_allclose(found.coef, truth - truth.mean(), atol=0.5)


@pytest.mark.parametrize("n", [80, 400])
def test_intervals_hold_the_truth_as_often_as_they_say(n: int) -> None:
    rng = np.random.default_rng(n)
    truth = np.linspace(-1, 1, 8)
    held = []
    for _ in range(150):
        rows = simulate_rows(truth, screens=screens(8), n=n, rng=rng, p_best_only=0.3)
        found = fit(cells_of(rows))
        held.append(np.abs(found.coef - truth) < 1.96 * np.sqrt(np.diag(found.cov)))
    # 1,200 not quite independent intervals: three errors are about 0.025.
    assert 0.925 < np.mean(held) < 0.98


@every_model
@pytest.mark.parametrize("n_items", [7, 20, 60])
def test_a_hundred_thousand_answers_take_well_under_a_second(model: Model, n_items: int) -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0, 0.8, n_items)
    cells = cells_of(simulate_rows(truth, screens=screens(n_items), n=100_000, rng=rng))
    start = process_time()
    fit(cells, model=model)
    assert process_time() - start < 0.5
