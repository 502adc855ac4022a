"""Which covariance is used, and what is no covariance."""

from __future__ import annotations

import numpy as np
import pytest

from canyu.bestworst import Answer, FitDiverged, gather_cells
from canyu.bestworst.fit import look, objective_of
from canyu.bestworst.newton import evaluate
from canyu.bestworst.robust import covariances, usable


def test_below_300_people_each_item_takes_the_larger_error() -> None:
    model = np.array([[4.0, 1.0], [1.0, 1.0]])
    robust = np.array([[1.0, 0.5], [0.5, 4.0]])
    assert usable(model, robust, n_persons=300) is robust
    mixed = usable(model, robust, n_persons=299)
    np.testing.assert_allclose(np.diag(mixed), [4, 4])
    np.testing.assert_allclose(mixed[0, 1] / 4, robust[0, 1] / 2)


def test_robust_errors_of_nought_are_not_believed_of_few() -> None:
    model = np.eye(2)
    assert usable(model, np.zeros((2, 2)), n_persons=5) is model


def test_what_the_ghost_adds_is_told_apart() -> None:
    cells = gather_cells([Answer((0, 1, 2), 0, 2), Answer((0, 1, 2), 1, 0)], n_items=3)
    objective = objective_of(look(cells, cells.sum_w, "sequential"), "sequential")
    top = evaluate(objective, np.zeros(3), 0.5)
    found = covariances(objective, top, ghost=0.5, sum_w2=cells.sum_w2)
    silent = covariances(objective, top, ghost=0.5, sum_w2=np.zeros(len(cells)))
    np.testing.assert_allclose(found.ghost, silent.robust)
    score = objective.scores(slice(None), top.worth)
    meat = score.T @ score
    np.testing.assert_allclose(found.robust - found.ghost, found.model @ meat @ found.model)


def test_errors_that_are_no_numbers_are_refused() -> None:
    cells = gather_cells([Answer((0, 1), 0, 1)], n_items=2)
    objective = objective_of(look(cells, cells.sum_w, "sequential"), "sequential")
    top = evaluate(objective, np.zeros(2), 0.5)
    with pytest.raises(FitDiverged, match="finite errors"):
        covariances(objective, top, ghost=0.5, sum_w2=np.array([np.inf]))
