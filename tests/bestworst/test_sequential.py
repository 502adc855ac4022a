"""The fit is R's fit, keeps its symmetries, and stays sane where data are thin."""

from __future__ import annotations

from time import process_time
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.stats import spearmanr

from canyu.bestworst import (
    Answer,
    Fit,
    FitDiverged,
    TooFewAnswers,
    fit_sequential,
    gather_cells,
    screens,
    simulate_answers,
)

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from tests.bestworst.conftest import Survey

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def fit(rows: Sequence[Answer], n_items: int, **settings: Any) -> Fit:
    return fit_sequential(gather_cells(rows, n_items=n_items), **settings)


def difference(values: NDArray[np.float64], item: int, base: int) -> float:
    return float(values[item] - values[base])


def error_of_difference(cov: NDArray[np.float64], item: int, base: int) -> float:
    return float(np.sqrt(cov[item, item] + cov[base, base] - 2 * cov[item, base]))


def agrees(survey: Survey, ours: Fit, theirs: dict[str, Any], null: float | None = None) -> None:
    """Compare with a fit of R, which sets its reference item to zero.

    R's coxph adds a constant of the weights to its log-likelihoods; where
    there are weights, `null` is ours at equal worths, to compare the gains.
    """
    base = survey.items.index(theirs["ref_item"])
    for name, value in theirs["coef"].items():
        item = survey.items.index(name)
        assert difference(ours.coef, item, base) == pytest.approx(value, abs=1e-6)
        error = error_of_difference(ours.cov_model, item, base)
        assert error == pytest.approx(theirs["se_model"][name], abs=1e-6)
    theirs_from = 0.0 if null is None else theirs["loglik_null"]
    gain = ours.loglik - (null or 0.0)
    assert gain == pytest.approx(theirs["loglik"] - theirs_from, abs=1e-5)


# R 4.2.2, survival 3.5-3: conditional logit of the best-then-worst model.
@pytest.mark.parametrize("name", ["rice", "issues", "breadwheat"])
def test_the_fit_is_that_of_r(name: str, request: pytest.FixtureRequest) -> None:
    survey: Survey = request.getfixturevalue(name)
    ours = fit(survey.answers(), len(survey.items), ghost=0)
    agrees(survey, ours, survey.fit("sequential"))
    assert ours.n_answers == len(survey.rows)
    assert ours.n_iterations <= 7


def test_rice_by_value(rice: Survey) -> None:
    """The numbers themselves, so that a changed reference file is noticed."""
    ours = fit(rice.answers(), 7, ghost=0)
    base = rice.items.index("Washfree")
    assert difference(ours.coef, rice.items.index("Safety"), base) == pytest.approx(2.43191163)
    assert difference(ours.coef, rice.items.index("Price"), base) == pytest.approx(2.33831465)
    assert ours.loglik == pytest.approx(-1309.70767992)


@pytest.mark.parametrize("part", ["best", "worst"])
@pytest.mark.parametrize("name", ["rice", "issues", "breadwheat"])
def test_best_only_and_worst_only_are_those_of_r(
    name: str, part: str, request: pytest.FixtureRequest
) -> None:
    survey: Survey = request.getfixturevalue(name)
    rows = [
        Answer(row.shown, row.best, None) if part == "best" else Answer(row.shown, None, row.worst)
        for row in survey.answers()
    ]
    agrees(survey, fit(rows, len(survey.items), ghost=0), survey.fit(part))


def test_weighted_answers_are_those_of_r(rice: Survey) -> None:
    weighted = rice.reference["weighted"]
    rows = rice.answers(weighted["weights_by_respondent"])
    # Every screen had four items: twelve ways to choose a best and a worst.
    null = -sum(row.weight for row in rows) * np.log(12)
    agrees(rice, fit(rows, 7, ghost=0), weighted["fits"]["sequential"], null)


@pytest.mark.parametrize("value", ["0", "1"])
def test_segments_are_those_of_r(rice: Survey, value: str) -> None:
    theirs = rice.reference["segments_chem"][f"chem{value}"]
    agrees(rice, fit(rice.answers(chem=value), 7, ghost=0), theirs)


def test_the_sandwich_is_that_of_r(breadwheat: Survey) -> None:
    """One answer a farmer, so R's clusters by farmer are our answers."""
    theirs = breadwheat.fit("sequential")
    ours = fit(breadwheat.answers(), 16, ghost=0)
    base = breadwheat.items.index(theirs["ref_item"])
    for name, value in theirs["se_cluster_respondent"].items():
        error = error_of_difference(ours.cov_robust, breadwheat.items.index(name), base)
        assert error == pytest.approx(value, abs=1e-6)


def test_the_ghost_is_that_of_plackett_luce(breadwheat: Survey) -> None:
    """R's PlackettLuce 0.4.3 with npseudo = 0.5; its log-likelihood leaves the ghost out."""
    theirs = breadwheat.fit("pl_np05")
    ours = fit(breadwheat.answers(), 16, ghost=0.5)
    base = breadwheat.items.index(theirs["ref_item"])
    for name, value in theirs["coef"].items():
        item = breadwheat.items.index(name)
        assert difference(ours.coef, item, base) == pytest.approx(value, abs=1e-6)
    assert ours.loglik == pytest.approx(theirs["loglik"], abs=1e-5)


def naive_loglik(worth: NDArray[np.float64], rows: Sequence[Answer]) -> float:
    """The model as one would say it, a row at a time."""
    total = 0.0
    for row in rows:
        left = list(row.shown)
        if row.best is not None:
            total += row.weight * np.log(np.exp(worth[row.best]) / np.exp(worth[left]).sum())
            left.remove(row.best)
        if row.worst is not None:
            total += row.weight * np.log(np.exp(-worth[row.worst]) / np.exp(-worth[left]).sum())
    return float(total)


@st.composite
def some_answers(draw: st.DrawFn, n_items: int = 5) -> list[Answer]:
    """Draw answers, at least one of them complete."""
    rows = [Answer((0, 1, 2), 0, 2)]
    for _ in range(draw(st.integers(0, 20))):
        shown = draw(st.permutations(range(n_items)))[: draw(st.integers(2, n_items))]
        best = draw(st.sampled_from([None, *shown]))
        worst = draw(st.sampled_from([None, *(item for item in shown if item != best)]))
        rows.append(Answer(tuple(shown), best, worst, draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))))
    return rows


@given(some_answers(), st.integers(0, 4))
@CALM
def test_the_fit_tops_the_naive_likelihood(rows: list[Answer], item: int) -> None:
    found = fit(rows, 5)
    assert found.loglik == pytest.approx(naive_loglik(found.coef, rows))

    # The ghost's location is free here, so take the best shift at each point.
    def penalised(worth: NDArray[np.float64]) -> float:
        shifts = np.linspace(-0.5, 0.5, 401)[:, None] + worth
        ghost = 0.5 * (shifts - 2 * np.logaddexp(0, shifts)).sum(axis=1)
        return naive_loglik(worth, rows) + float(ghost.max())

    top = penalised(found.coef)
    for step in (-0.05, 0.05):
        beside = found.coef.copy()
        beside[item] += step
        assert penalised(beside) < top


@given(some_answers(), st.permutations(range(5)))
@CALM
def test_relabelled_items_have_relabelled_worths(rows: list[Answer], label: list[int]) -> None:
    def renamed(item: int | None) -> int | None:
        return None if item is None else label[item]

    again = [
        Answer(tuple(label[item] for item in row.shown), renamed(row.best), renamed(row.worst))
        for row in rows
    ]
    plain = [Answer(row.shown, row.best, row.worst) for row in rows]
    ours, theirs = fit(plain, 5), fit(again, 5)
    grid = np.ix_(label, label)
    np.testing.assert_allclose(theirs.coef[label], ours.coef, atol=1e-8)
    np.testing.assert_allclose(theirs.cov_model[grid], ours.cov_model, atol=1e-8)
    np.testing.assert_allclose(theirs.cov_robust[grid], ours.cov_robust, atol=1e-8)


@given(some_answers(), st.integers(2, 4))
@CALM
def test_a_weight_is_as_many_people(rows: list[Answer], times: int) -> None:
    copied = fit([Answer(row.shown, row.best, row.worst) for row in rows] * times, 5)
    weighted = fit([Answer(row.shown, row.best, row.worst, times) for row in rows], 5)
    np.testing.assert_allclose(weighted.coef, copied.coef, atol=1e-8)
    np.testing.assert_allclose(weighted.cov_model, copied.cov_model, atol=1e-8)
    assert weighted.loglik == pytest.approx(copied.loglik)


@given(some_answers())
@CALM
def test_worths_are_centred_and_covariances_are_ones(rows: list[Answer]) -> None:
    found = fit(rows, 5)
    assert found.coef.sum() == pytest.approx(0, abs=1e-9)
    for cov in (found.cov_model, found.cov_robust):
        np.testing.assert_allclose(cov.sum(axis=0), 0, atol=1e-8)
        assert np.linalg.eigvalsh(cov).min() > -1e-8
        assert (np.diag(cov) > 0).all()
    larger = np.maximum(np.diag(found.cov_model), np.diag(found.cov_robust))
    np.testing.assert_allclose(np.diag(found.cov), larger)


def test_equal_weights_of_any_size_do_not_change_worths_or_robust_errors() -> None:
    rng = np.random.default_rng(5)
    rows = simulate_answers(np.array([0.5, 0.0, -0.5]), screens=screens(3), n=80, rng=rng)
    heavy = [Answer(row.shown, row.best, row.worst, 7.0) for row in rows]
    plain, weighted = fit(rows, 3, ghost=0), fit(heavy, 3, ghost=0)
    np.testing.assert_allclose(weighted.coef, plain.coef, atol=1e-9)
    np.testing.assert_allclose(weighted.cov_robust, plain.cov_robust, atol=1e-9)


def test_from_300_answers_on_the_robust_errors_stand_alone() -> None:
    rng = np.random.default_rng(6)
    truth = np.array([0.5, 0.2, 0.0, -0.7])
    for n, alone in ((299, False), (300, True)):
        found = fit(simulate_answers(truth, screens=screens(4), n=n, rng=rng), 4)
        assert np.array_equal(found.cov, found.cov_robust) is alone


def test_two_items_are_a_plain_logit() -> None:
    rows = [Answer((0, 1), 0, 1)] * 30 + [Answer((1, 0), 1, 0)] * 20
    found = fit(rows, 2, ghost=0)
    assert difference(found.coef, 0, 1) == pytest.approx(np.log(30 / 20))
    assert error_of_difference(found.cov_model, 0, 1) == pytest.approx(np.sqrt(1 / 30 + 1 / 20))
    assert found.loglik == pytest.approx(30 * np.log(0.6) + 20 * np.log(0.4))


@pytest.mark.parametrize("n", [1, 40, 100_000])
def test_everybody_agreeing_gives_finite_worths(n: int) -> None:
    found = fit([Answer((0, 1, 2), 0, 2)] * n, 3)
    assert np.isfinite(found.coef).all()
    assert found.coef[0] > found.coef[1] > found.coef[2]
    assert np.isfinite(found.cov).all()
    with pytest.raises(FitDiverged):
        fit([Answer((0, 1, 2), 0, 2)] * n, 3, ghost=0)


@pytest.mark.parametrize("n", [30, 3_000])
def test_an_item_never_shown_stands_in_the_middle_and_is_unsure(n: int) -> None:
    rng = np.random.default_rng(7)
    truth = np.array([0.6, 0.0, -0.6])
    found = fit(simulate_answers(truth, screens=screens(3), n=n, rng=rng), 4)
    assert abs(found.coef[3]) < 0.1
    errors = np.sqrt(np.diag(found.cov))
    assert errors[3] > 1.4
    assert errors[3] > 1.5 * errors[:3].max()


@pytest.mark.parametrize(
    "rows", [[], [Answer((0, 1), None, None)] * 5, [Answer((0, 1), 0, 1, 0.0)]]
)
def test_nothing_said_is_nothing_to_fit(rows: list[Answer]) -> None:
    with pytest.raises(TooFewAnswers, match="nothing to fit"):
        fit(rows, 2)


def test_too_few_steps_are_said() -> None:
    with pytest.raises(FitDiverged, match="did not settle in 1 steps"):
        fit([Answer((0, 1, 2), 0, 2)] * 9, 3, max_iterations=1)


@pytest.mark.parametrize(
    ("wrong", "sentence"),
    [
        ({"ghost": -0.1}, "ghost is -0.1, must be"),
        ({"ghost": float("inf")}, "ghost is inf, must be"),
        ({"tolerance": 0.0}, "tolerance is 0.0, must be above 0"),
        ({"max_iterations": 0}, "max_iterations is 0, must be at least 1"),
    ],
)
def test_settings_out_of_range_are_named(wrong: dict[str, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        fit([Answer((0, 1), 0, 1)], 2, **wrong)


def test_truth_is_found_again() -> None:
    rng = np.random.default_rng(8)
    truth = rng.normal(0, 0.8, 20)
    rows = simulate_answers(
        truth, screens=screens(20), n=2_000, rng=rng, p_best_only=0.3, p_worst_only=0.1
    )
    found = fit(rows, 20)
    assert spearmanr(found.coef, truth).statistic > 0.95
    np.testing.assert_allclose(found.coef, truth - truth.mean(), atol=0.45)


@pytest.mark.parametrize("n", [80, 400])
def test_intervals_hold_the_truth_as_often_as_they_say(n: int) -> None:
    rng = np.random.default_rng(n)
    truth = np.linspace(-1, 1, 8)
    held = []
    for _ in range(150):
        rows = simulate_answers(truth, screens=screens(8), n=n, rng=rng, p_best_only=0.3)
        found = fit(rows, 8)
        held.append(np.abs(found.coef - truth) < 1.96 * np.sqrt(np.diag(found.cov)))
    # 1,200 not quite independent intervals: three errors are about 0.025.
    assert 0.925 < np.mean(held) < 0.98


@pytest.mark.parametrize("n_items", [7, 20, 60])
def test_a_hundred_thousand_answers_take_well_under_a_second(n_items: int) -> None:
    rng = np.random.default_rng(9)
    truth = rng.normal(0, 0.8, n_items)
    rows = simulate_answers(truth, screens=screens(n_items), n=100_000, rng=rng)
    start = process_time()
    fit(rows, n_items)
    assert process_time() - start < 0.8
