"""A fit without a ghost is refused exactly when nothing holds the worths together."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from scipy.sparse.csgraph import connected_components

from canyu.bestworst import MODELS, Answer, FitDiverged, Model, fit, gather_cells
from canyu.bestworst.fit import look, objective_of
from canyu.bestworst.newton import climb
from canyu.bestworst.separation import check_connected

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from canyu.bestworst.choices import Choices

J = 4
FAR = 300.0
# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def answers_of_any_kind(draw: st.DrawFn) -> list[Answer]:
    """Draw a few answers, of which at least one names both."""
    rows = [Answer((0, 1, 2, 3), 0, 3)]
    for _ in range(draw(st.integers(1, 12))):
        shown = draw(st.permutations(range(J)))[: draw(st.integers(2, J))]
        best, worst, *_ = draw(st.permutations(shown))
        kind = draw(st.sampled_from(["both", "both", "best", "worst"]))
        rows.append(
            Answer(
                tuple(shown),
                None if kind == "worst" else best,
                None if kind == "best" else worst,
            )
        )
    return rows


def looked(rows: Sequence[Answer], model: Model = "sequential", n_items: int = J) -> Choices:
    cells = gather_cells(rows, n_items=n_items)
    return look(cells, cells.sum_w, model)


def beats(rows: Sequence[Answer], model: Model) -> NDArray[np.float64]:
    graph = np.zeros((J, J))
    for row in rows:
        if row.best is not None and model != "worst":
            graph[row.best, list(row.shown)] = 1
        if row.worst is not None and model != "best":
            graph[list(row.shown), row.worst] = 1
    return graph


@pytest.mark.parametrize("model", MODELS)
@given(answers_of_any_kind())
@CALM
def test_agrees_with_strong_components_and_with_the_fit(model: Model, rows: list[Answer]) -> None:
    cells = gather_cells(rows, n_items=J)
    whole = connected_components(beats(rows, model), connection="strong")[0] == 1
    if whole:
        check_connected(looked(rows, model))
        found = fit(cells, model=model, ghost=0)
        assert np.isfinite(found.coef).all()
        assert np.isfinite(found.cov).all()
    else:
        with pytest.raises(FitDiverged, match="do not pin the worths down"):
            fit(cells, model=model, ghost=0)


@pytest.mark.parametrize("model", MODELS)
@given(
    rows=answers_of_any_kind(),
    direction=st.lists(st.integers(-2, 2), min_size=J, max_size=J).map(np.array),
)
@CALM
def test_the_likelihood_falls_in_every_direction_or_not_between_two_sides(
    model: Model, rows: list[Answer], direction: NDArray[np.int64]
) -> None:
    """The proof of `check_connected`, in numbers: how fast it falls far out on a line."""
    objective = objective_of(looked(rows, model), model)

    def fall(line: NDArray[np.float64]) -> float:
        return objective.evaluate(FAR * line).loglik / FAR

    graph = beats(rows, model)
    number, side = connected_components(graph, connection="strong")
    if number == 1:
        if np.ptp(direction):
            assert fall(direction.astype(np.float64)) < -0.5
        return
    # Some side is beaten by nobody outside it: lift it.
    top = next(
        side == one for one in range(number) if not graph[np.ix_(side != one, side == one)].any()
    )
    assert fall(top.astype(np.float64)) == pytest.approx(0, abs=0.2)


def test_a_top_left_by_chance_is_refused_too() -> None:
    """Bests told of the joint model, item 2 never best: see `check_connected`."""
    rows = [Answer((0, 1, 2), 0, None)] * 400 + [Answer((0, 1, 2), 1, None)]
    rows += [Answer((0, 1), 0, None, 1e4)] * 403 + [Answer((0, 1), 1, None, 1e4)]
    objective = objective_of(looked(rows, "maxdiff", 3), "maxdiff")
    summit = climb(objective, ghost=0, tolerance=1e-9, max_iterations=200)
    assert np.ptp(summit.top.worth) < 6
    apart = summit.top.worth - np.array([0, 0, 30])
    assert objective.evaluate(apart).loglik < summit.top.loglik - 1
    with pytest.raises(FitDiverged):
        fit(gather_cells(rows, n_items=3), model="maxdiff", ghost=0)


def test_names_both_sides_and_says_what_next() -> None:
    rows = [Answer((0, 1), 0, 1), Answer((0, 1), 1, 0)]
    with pytest.raises(FitDiverged, match=r"\{0, 1\} beats any of \{2\}.*ghost above 0"):
        check_connected(looked(rows, n_items=3))


def test_an_answer_of_no_weight_connects_nothing() -> None:
    rows = [Answer((0, 1), 0, 1), Answer((0, 1), 1, 0, 0.0)]
    with pytest.raises(FitDiverged):
        check_connected(looked(rows, n_items=2))
