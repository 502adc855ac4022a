"""Fits of three real surveys are R's fits, model by model.

R 4.2.2, survival 3.5-3 (conditional logit; robust errors by respondent, no
factor for small samples) and PlackettLuce 0.4.3.
"""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from canyu.bestworst import (
    MODELS,
    Answer,
    Cells,
    Fit,
    Model,
    Rows,
    count_choices,
    fit,
    gather_cells,
    make_rows,
    with_clusters,
)
from tests.bestworst.golden import FIXTURES, Golden, condense, read_golden, written

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from tests.bestworst.conftest import Survey

SURVEYS = ("rice", "issues", "breadwheat")


def difference(values: NDArray[np.float64], item: int, base: int) -> float:
    return float(values[item] - values[base])


def error_of_difference(cov: NDArray[np.float64], item: int, base: int) -> float:
    return float(np.sqrt(cov[item, item] + cov[base, base] - 2 * cov[item, base]))


def agrees(
    survey: Golden, ours: Fit, theirs: dict[str, Any], *, signed: int = 1, shift: bool = False
) -> None:
    """Compare with a fit of R, which sets its reference item to zero.

    R's coxph adds a constant of the weights to its log-likelihoods; where
    there are weights, `shift` compares the gains over equal worths.
    """
    base = survey.items.index(theirs["ref_item"])
    for name, value in theirs["coef"].items():
        item = survey.items.index(name)
        assert signed * difference(ours.coef, item, base) == pytest.approx(value, abs=1e-6)
        error = error_of_difference(ours.cov_model, item, base)
        assert error == pytest.approx(theirs["se_model"][name], abs=1e-6)
    gain = theirs["loglik"] - theirs["loglik_null"]
    assert ours.loglik - ours.loglik_null == pytest.approx(gain, abs=1e-5)
    if not shift:
        assert ours.loglik == pytest.approx(theirs["loglik"], abs=1e-5)


def errors_agree(survey: Golden, ours: Fit, theirs: dict[str, Any]) -> None:
    base = survey.items.index(theirs["ref_item"])
    for name, value in theirs["se_cluster_respondent"].items():
        error = error_of_difference(ours.cov_robust, survey.items.index(name), base)
        assert error == pytest.approx(value, abs=1e-6)


def split(survey: Golden) -> Cells:
    """Tell bests and worsts as if two people had said them."""
    bests = [Answer(answer.shown, answer.best, None) for answer in survey.answers()]
    worsts = [Answer(answer.shown, None, answer.worst) for answer in survey.answers()]
    return gather_cells([*bests, *worsts], n_items=len(survey.items))


@pytest.mark.parametrize("model", MODELS)
@pytest.mark.parametrize("name", SURVEYS)
def test_the_fit_is_that_of_r(name: str, model: Model) -> None:
    survey = read_golden(name)
    ours = fit(survey.cells(), model=model, ghost=0)
    agrees(survey, ours, survey.fit(model))
    assert ours.n_answers == ours.n_persons == sum(cell[3] for cell in survey.raw["cells"])
    assert ours.n_iterations <= 7
    assert ours.never_shown == ()


@pytest.mark.parametrize("name", SURVEYS)
def test_bests_and_worsts_told_apart_are_the_marginal_model_of_r(name: str) -> None:
    survey = read_golden(name)
    agrees(survey, fit(split(survey), ghost=0), survey.fit("marginal"))


@pytest.mark.parametrize("name", SURVEYS)
def test_worst_then_best_is_best_then_worst_upside_down(name: str) -> None:
    survey = read_golden(name)
    cells = survey.cells()
    turned = replace(cells, best=cells.worst, worst=cells.best)
    agrees(survey, fit(turned, ghost=0), survey.fit("worstfirst"), signed=-1)


@pytest.mark.parametrize("model", ["maxdiff", "sequential", "best"])
def test_weighted_answers_are_those_of_r(model: Model) -> None:
    rice = read_golden("rice")
    theirs = rice.raw["weighted"]["fits"][model]
    agrees(rice, fit(rice.weighted_cells(), model=model, ghost=0), theirs, shift=True)


@pytest.mark.parametrize("segment", ["chem0", "chem1"])
def test_segments_are_those_of_r(segment: str) -> None:
    rice = read_golden("rice")
    agrees(rice, fit(rice.cells(segment), ghost=0), rice.raw["segments"][segment]["fit"])


@pytest.mark.parametrize("model", MODELS)
def test_errors_by_person_are_those_of_r(model: Model) -> None:
    issues = read_golden("issues")
    ours = with_clusters(fit(issues.cells(), model=model, ghost=0), issues.rows())
    errors_agree(issues, ours, issues.fit(model))
    assert (ours.n_answers, ours.n_persons) == (4_550, 350)
    assert np.array_equal(ours.cov, ours.cov_robust)


@pytest.mark.parametrize("model", MODELS)
def test_errors_of_one_answer_a_person_need_no_persons(model: Model) -> None:
    breadwheat = read_golden("breadwheat")
    ours = fit(breadwheat.cells(), model=model, ghost=0)
    errors_agree(breadwheat, ours, breadwheat.fit(model))


@pytest.mark.parametrize("pseudo", ["pl_np0", "pl_np05"])
def test_sets_of_three_are_plackett_luce(pseudo: str) -> None:
    """R's log-likelihood leaves the ghost out, as ours does."""
    breadwheat = read_golden("breadwheat")
    theirs = breadwheat.fit(pseudo)
    ours = fit(breadwheat.cells(), ghost=0.5 if pseudo == "pl_np05" else 0)
    base = breadwheat.items.index(theirs["ref_item"])
    for name, value in theirs["coef"].items():
        item = breadwheat.items.index(name)
        assert difference(ours.coef, item, base) == pytest.approx(value, abs=1e-6)
    assert ours.loglik == pytest.approx(theirs["loglik"], abs=1e-5)


@pytest.mark.parametrize("name", SURVEYS)
def test_counts_are_exact(name: str) -> None:
    survey = read_golden(name)
    counts = count_choices(survey.cells())
    ours = np.stack([counts.n_shown, counts.n_best, counts.n_worst], axis=1)
    assert ours.tolist() == [survey.raw["counts"][item] for item in survey.items]


def test_rice_by_value() -> None:
    """The numbers themselves, so that a changed reference file is noticed."""
    rice = read_golden("rice")
    base, safety = rice.items.index("Washfree"), rice.items.index("Safety")
    for model, value, loglik in (
        ("sequential", 2.43191163, -1309.70767992),
        ("maxdiff", 2.07193602, -1318.00570760),
    ):
        ours = fit(rice.cells(), model=model, ghost=0)
        assert difference(ours.coef, safety, base) == pytest.approx(value, abs=1e-8)
        assert ours.loglik == pytest.approx(loglik, abs=1e-7)
        assert ours.loglik_null == pytest.approx(-630 * np.log(12))


@pytest.mark.parametrize("name", SURVEYS)
def test_the_small_files_are_the_surveys_cut_down(
    name: str, request: pytest.FixtureRequest
) -> None:
    survey: Survey = request.getfixturevalue(name)
    raw = condense(name, survey)
    assert json.loads(json.dumps(raw)) == read_golden(name).raw
    assert written(raw) == (FIXTURES / f"{name}.json").read_text(encoding="utf-8")


def rows_of_survey(survey: Survey, weights: dict[str, float] | None = None) -> Rows:
    number: dict[str, int] = {}
    answers = survey.answers(weights)
    return make_rows(
        [answer.shown for answer in answers],
        [-1 if answer.best is None else answer.best for answer in answers],
        [-1 if answer.worst is None else answer.worst for answer in answers],
        n_items=len(survey.items),
        weight=[answer.weight for answer in answers],
        person=[number.setdefault(row["respondent"], len(number)) for row in survey.rows],
    )


@pytest.mark.parametrize("model", MODELS)
def test_errors_by_person_of_rice_are_those_of_r(rice: Survey, model: Model) -> None:
    golden = read_golden("rice")
    ours = with_clusters(fit(golden.cells(), model=model, ghost=0), rows_of_survey(rice))
    errors_agree(golden, ours, golden.fit(model))


@pytest.mark.parametrize("model", ["maxdiff", "sequential", "best"])
def test_weighted_errors_by_person_are_those_of_r(rice: Survey, model: Model) -> None:
    golden = read_golden("rice")
    rows = rows_of_survey(rice, rice.reference["weighted"]["weights_by_respondent"])
    ours = with_clusters(fit(golden.weighted_cells(), model=model, ghost=0), rows)
    errors_agree(golden, ours, golden.raw["weighted"]["fits"][model])
