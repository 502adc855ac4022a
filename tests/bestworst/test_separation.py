"""A fit without a ghost is refused exactly when it has no finite answer."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from canyu.bestworst import Answer, FitDiverged, fit_sequential, gather_cells
from canyu.bestworst.fit import look
from canyu.bestworst.separation import check_connected

J = 4
# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def full_answers(draw: st.DrawFn) -> list[Answer]:
    """Draw a few answers of which both choices are known."""
    rows = []
    for _ in range(draw(st.integers(1, 9))):
        shown = draw(st.permutations(range(J)))[: draw(st.integers(2, J))]
        best, worst, *_ = draw(st.permutations(shown))
        rows.append(Answer(tuple(shown), best, worst))
    return rows


@given(full_answers())
@CALM
def test_agrees_with_strong_components_and_with_the_fit(rows: list[Answer]) -> None:
    beats = np.zeros((J, J))
    for row in rows:
        beats[row.best, list(row.shown)] = 1
        beats[list(row.shown), row.worst] = 1
    whole = connected_components(beats, connection="strong")[0] == 1
    cells = gather_cells(rows, n_items=J)
    if whole:
        check_connected(look(cells, cells.sum_w, "sequential"))
        assert np.isfinite(fit_sequential(cells, ghost=0).coef).all()
    else:
        with pytest.raises(FitDiverged, match="do not pin the worths down"):
            fit_sequential(cells, ghost=0)


def test_names_both_sides_and_says_what_next() -> None:
    cells = gather_cells([Answer((0, 1), 0, 1), Answer((0, 1), 1, 0)], n_items=3)
    with pytest.raises(FitDiverged, match=r"\{0, 1\} beats any of \{2\}.*ghost above 0"):
        check_connected(look(cells, cells.sum_w, "sequential"))


def test_an_answer_of_no_weight_connects_nothing() -> None:
    rows = [Answer((0, 1), 0, 1), Answer((0, 1), 1, 0, 0.0)]
    cells = gather_cells(rows, n_items=2)
    with pytest.raises(FitDiverged):
        check_connected(look(cells, cells.sum_w, "sequential"))
