"""Newton climbs any hill that it is given, and says when there is no top."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
import pytest

from canyu.bestworst import FitDiverged
from canyu.bestworst.newton import Likelihood, anchored, climb, win_ghost

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True)
class Hill:
    """A likelihood of two items that depends on the difference x of their worths."""

    height: Callable[[float], tuple[float, float, float]]
    n_items: int = 2
    total: float = 10.0

    def evaluate(self, worth: Array) -> Likelihood:
        value, slope, curve = self.height(float(worth[0] - worth[1]))
        pull = np.array([1.0, -1.0])
        return Likelihood(value, slope * pull, -curve * np.outer(pull, pull))

    def scores(self, part: slice, worth: Array) -> Array:
        return np.zeros((0, 2))


def bell(x: float) -> tuple[float, float, float]:
    """Hollow where the climb starts."""
    value = float(np.exp(-((x - 3) ** 2) / 2))
    return value, -(x - 3) * value, ((x - 3) ** 2 - 1) * value


def test_finds_the_top_from_where_the_hill_is_hollow() -> None:
    summit = climb(Hill(bell), ghost=0, tolerance=1e-9, max_iterations=100)
    assert np.diff(summit.top.worth)[0] == pytest.approx(-3)
    assert summit.loglik_null == pytest.approx(np.exp(-4.5))
    assert summit.convergence.gradient < 1e-9


def test_a_pass_between_two_tops_is_no_top() -> None:
    hill = Hill(lambda x: (x**2 - x**4 / 4, 2 * x - x**3, 2 - 3 * x**2))
    with pytest.raises(FitDiverged, match="several explain them equally well"):
        climb(hill, ghost=0, tolerance=1e-9, max_iterations=100)


def test_a_plain_is_no_top() -> None:
    with pytest.raises(FitDiverged, match="several explain them equally well"):
        climb(Hill(lambda _: (0.0, 0.0, 0.0)), ghost=0, tolerance=1e-9, max_iterations=100)


def test_a_slope_without_end_does_not_settle() -> None:
    hill = Hill(lambda x: (-np.exp(-x / 9), np.exp(-x / 9) / 9, -np.exp(-x / 9) / 81))
    with pytest.raises(FitDiverged, match="did not settle in 20 steps"):
        climb(hill, ghost=0, tolerance=1e-9, max_iterations=20)


def test_a_slope_that_lies_is_found_out() -> None:
    with pytest.raises(FitDiverged, match="found no way up"):
        climb(Hill(lambda x: (-x, 1.0, -1.0)), ghost=0, tolerance=1e-9, max_iterations=30)


def test_numbers_out_of_range_are_no_step() -> None:
    hill = Hill(lambda _: (0.0, float("inf"), -1.0))
    with pytest.raises(FitDiverged, match="left the range of numbers"):
        climb(hill, ghost=0, tolerance=1e-9, max_iterations=30)


def test_the_ghost_alone_holds_what_nothing_else_does() -> None:
    hill = Hill(lambda x: (x, 1.0, 0.0))
    summit = climb(hill, ghost=1.5, tolerance=1e-9, max_iterations=50)
    # Each item: slope of the hill against 1.5 (1 - 2 win).
    np.testing.assert_allclose(win_ghost(summit.top.worth), [5 / 6, 1 / 6])


def test_anchoring_leaves_differences_alone() -> None:
    information = np.array([[2.0, -2.0], [-2.0, 2.0]])
    step = np.linalg.solve(anchored(information, 0), np.array([1.0, -1.0]))
    np.testing.assert_allclose(step, [0.25, -0.25])
    assert anchored(information, 0.5) is information


def test_the_ghost_is_met_without_overflow() -> None:
    chances = win_ghost(np.array([-1e4, 0.0, 1e4]))
    np.testing.assert_allclose(chances, [0, 0.5, 1], atol=1e-12)
