"""Squared scores added up by set are those added up cell by cell."""

from __future__ import annotations

from itertools import combinations
from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import Answer, cells_of, fit, gather_cells, simulate_rows
from canyu.bestworst.fit import look
from canyu.bestworst.robust import _squares
from canyu.bestworst.sequential import Sequential

if TYPE_CHECKING:
    from canyu.bestworst import Model

J = 5
# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def some_answers(draw: st.DrawFn) -> list[Answer]:
    """Draw valid answers, partial ones among them, of all weights."""
    answers = []
    for _ in range(draw(st.integers(1, 15))):
        shown = draw(st.permutations(range(J)))[: draw(st.integers(2, J))]
        best = draw(st.sampled_from([None, *shown]))
        worst = draw(st.sampled_from([None, *(item for item in shown if item != best)]))
        answers.append(Answer(tuple(shown), best, worst, draw(st.sampled_from([0.0, 0.5, 3.0]))))
    return answers


@given(
    some_answers(),
    st.lists(st.floats(-4, 4), min_size=J, max_size=J),
    st.sampled_from(["sequential", "best", "worst"]),
)
@CALM
def test_by_set_or_by_cell(answers: list[Answer], worths: list[float], model: Model) -> None:
    cells = gather_cells(answers, n_items=J)
    worth = np.array(worths)
    objective = Sequential(look(cells, cells.sum_w, model))
    by_set = objective.squares(worth, cells.sum_w2)
    assert by_set is not None
    assert by_set == pytest.approx(_squares(objective, worth, cells.sum_w2), abs=1e-9)


def test_by_set_where_worths_lie_far_apart() -> None:
    cells = gather_cells([Answer((0, 1, 2), 0, 2), Answer((1, 2), 2, None)], n_items=3)
    objective = Sequential(look(cells, cells.sum_w, "sequential"))
    worth = np.array([-900.0, 0.0, 900.0])
    by_set = objective.squares(worth, cells.sum_w2)
    assert by_set == pytest.approx(_squares(objective, worth, cells.sum_w2))


def test_very_many_sets_are_left_to_the_scores() -> None:
    rows = simulate_rows(
        np.linspace(-1, 1, 20),
        screens=list(combinations(range(20), 6)),
        n=30_000,
        rng=np.random.default_rng(1),
    )
    cells = cells_of(rows)
    found = fit(cells)
    assert Sequential(look(cells, cells.sum_w, "sequential")).squares(found.coef, cells.sum_w2) is (
        None
    )
    assert np.diag(found.cov_robust) == pytest.approx(np.diag(found.cov_model), rel=0.05)
