"""Newton's method for any model of choices, with the ghost that keeps worths finite."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np

from canyu.bestworst.errors import FitDiverged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ROUNDING = 8 * float(np.finfo(np.float64).eps)
_MAX_HALVINGS = 40
_LONGEST = 10.0
_FLATTEST = 1e-12


@dataclass(frozen=True, eq=False)
class Likelihood:
    """Log-likelihood of the answers at one place, with slope and curvature.

    `information` is minus the second derivative (J, J).
    """

    loglik: float
    gradient: Array
    information: Array


class Objective(Protocol):
    """What a model supplies: its log-likelihood, and the score of each of its cells."""

    @property
    def n_items(self) -> int:
        """The number of items J."""

    @property
    def total(self) -> float:
        """The weight of all choices, on which rounding errors scale."""

    def evaluate(self, worth: Array) -> Likelihood:
        """Return log-likelihood, gradient and information at `worth` (J)."""

    def scores(self, part: slice, worth: Array) -> Array:
        """Return the gradient of one answer of unit weight, for each cell in `part`."""

    def squares(self, worth: Array, sum_w2: Array) -> Array | None:
        """Return sum w^2 g g' over answers; None where it has to be made of scores.

        `sum_w2` (C) adds up the squared weights of each cell.
        """


@dataclass(frozen=True, slots=True)
class Convergence:
    """How Newton's method came to rest.

    `last_step` is the length of the last step in logits (the largest entry),
    `gradient` the largest entry of the slope that was left, `tolerance` what
    the last step was asked to be at most.
    """

    n_iterations: int
    last_step: float
    gradient: float
    tolerance: float


@dataclass(frozen=True, eq=False)
class Point:
    """The penalised log-likelihood at `worth`, with what Newton needs to leave it."""

    worth: Array
    loglik: float
    objective: float
    gradient: Array
    information: Array

    @property
    def win(self) -> Array:
        """The chance of each item against the ghost."""
        return win_ghost(self.worth)


@dataclass(frozen=True, eq=False)
class Summit:
    """Where the climb ended, the log-likelihood it set out from, and how it went."""

    top: Point
    loglik_null: float
    convergence: Convergence


def climb(objective: Objective, *, ghost: float, tolerance: float, max_iterations: int) -> Summit:
    """Climb from equal worths to the top of log-likelihood plus ghost.

    Steps are at most ten logits long and are halved while they lead
    downhill. Raises FitDiverged when `max_iterations` did not do, or no way
    leads up, or where it ends is no top.
    """
    start = evaluate(objective, np.zeros(objective.n_items), ghost)
    rounding = _ROUNDING * (1 + objective.total)
    point, step = start, np.zeros(0)
    for iteration in range(1, max_iterations + 1):
        step = _step(point, ghost)
        point = _advance(objective, point, step, ghost, rounding)
        last, slope = float(np.abs(step).max()), float(np.abs(point.gradient).max())
        # When all agree, large sums cancel and leave nothing but rounding to climb.
        if last <= tolerance or slope <= rounding:
            _check_top(point, ghost)
            return Summit(point, start.loglik, Convergence(iteration, last, slope, tolerance))
    message = (
        f"The fit did not settle in {max_iterations} steps "
        f"(the last one was {np.abs(step).max():.2g}, wanted {tolerance:.2g}). "
        "Allow more steps, or a larger ghost."
    )
    raise FitDiverged(message)


def evaluate(objective: Objective, worth: Array, ghost: float) -> Point:
    """Return the model's likelihood at `worth` with the ghost added to it."""
    own = objective.evaluate(worth)
    win = win_ghost(worth)
    haunted = ghost * float(np.sum(worth - 2 * np.logaddexp(0, worth)))
    curve = np.diag(2 * ghost * win * (1 - win))
    return Point(
        worth=worth,
        loglik=own.loglik,
        objective=own.loglik + haunted,
        gradient=own.gradient + ghost * (1 - 2 * win),
        information=own.information + curve,
    )


def anchored(information: Array, ghost: float) -> Array:
    """Make the information invertible where only differences are identified."""
    if ghost > 0:
        return information
    return information + np.full_like(information, np.trace(information) / information.size)


def win_ghost(worth: Array) -> Array:
    """Return the chance of each item against the ghost, without overflow."""
    chance: Array = np.exp(-np.logaddexp(0, -worth))
    return chance


def _check_top(point: Point, ghost: float) -> None:
    """Refuse a level place from which some way still leads up, or none leads down."""
    if _is_positive(anchored(point.information, ghost)):
        return
    message = (
        "The answers do not say which worths are likeliest: several explain them equally well. "
        "Fit with a larger ghost, fit another model, or wait for more answers."
    )
    raise FitDiverged(message)


def _is_positive(matrix: Array) -> bool:
    """Say whether a symmetric matrix is positive definite."""
    try:
        np.linalg.cholesky(matrix)
    except np.linalg.LinAlgError:
        return False
    return True


def _step(point: Point, ghost: float) -> Array:
    """Return Newton's step, cut to a length at which nothing overflows.

    Where the log-likelihood is not concave, directions that curve the wrong
    way count as if they curved as much the right way, so that the step leads
    uphill (saddle-free Newton: Dauphin et al. 2014).
    """
    matrix = anchored(point.information, ghost)
    if np.isfinite(matrix).all() and np.isfinite(point.gradient).all():
        step = _solve(matrix, point.gradient)
        longest = float(np.abs(step).max())
        return step if longest <= _LONGEST else step * (_LONGEST / longest)
    message = "The fit left the range of numbers. Check the weights for extreme values."
    raise FitDiverged(message)


def _solve(matrix: Array, gradient: Array) -> Array:
    if _is_positive(matrix):
        return np.asarray(np.linalg.solve(matrix, gradient), dtype=np.float64)
    curve, axes = np.linalg.eigh(matrix)
    bent = np.maximum(np.abs(curve), _FLATTEST * max(float(np.abs(curve).max()), _FLATTEST))
    return np.asarray(axes @ ((axes.T @ gradient) / bent), dtype=np.float64)


def _advance(
    objective: Objective, point: Point, step: Array, ghost: float, rounding: float
) -> Point:
    """Take the longest of step, step/2, step/4, ... that does not lead downhill."""
    floor = point.objective - rounding * (1 + np.abs(point.worth).max())
    for _ in range(_MAX_HALVINGS):
        trial = evaluate(objective, point.worth + step, ghost)
        if trial.objective >= floor:
            return trial
        step = step / 2
    message = "The fit found no way up from where it stood. Check the weights for extreme values."
    raise FitDiverged(message)
