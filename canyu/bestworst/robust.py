"""Covariances of fitted worths: from the information, and robust ones from scores."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.choices import CHUNK
from canyu.bestworst.errors import FitDiverged
from canyu.bestworst.newton import anchored

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.newton import Objective, Point

    Array = NDArray[np.float64]

SMALL_SAMPLE = 300
"""Below so many people the robust errors alone are a little too small."""


@dataclass(frozen=True, eq=False)
class Covariances:
    """Covariances (J, J) of centred worths; `ghost` is what the ghost adds to the robust one."""

    model: Array
    robust: Array
    ghost: Array


def covariances(objective: Objective, top: Point, *, ghost: float, sum_w2: Array) -> Covariances:
    """Return model and sandwich covariance of the centred worths.

    `sum_w2` holds the squared weights of the answers in each cell. The
    ghost's wins and losses count as answers in both covariances, so that an
    item hardly anybody saw keeps its wide interval in either.
    """
    size = top.worth.size
    centring = np.eye(size) - 1 / size
    bread = centring @ np.linalg.inv(anchored(top.information, ghost))
    haunted = np.diag(ghost * (top.win**2 + (1 - top.win) ** 2))
    meat = objective.squares(top.worth, sum_w2)
    if meat is None:
        meat = _squares(objective, top.worth, sum_w2)
    found = Covariances(
        model=symmetric(bread @ centring),
        robust=symmetric(bread @ (meat + haunted) @ bread.T),
        ghost=symmetric(bread @ haunted @ bread.T),
    )
    _check_finite(found)
    return found


def _squares(objective: Objective, worth: Array, sum_w2: Array) -> Array:
    """Return sum w^2 g g' from the scores of cells, some at a time."""
    total = np.zeros((worth.size, worth.size))
    for start in range(0, len(sum_w2), CHUNK):
        part = slice(start, start + CHUNK)
        score = objective.scores(part, worth)
        total += (score * sum_w2[part, None]).T @ score
    return total


def usable(cov_model: Array, cov_robust: Array, *, n_persons: int) -> Array:
    """Return the covariance to use: the robust one, or below 300 people the larger.

    Of few people each item takes the larger of its two standard errors, and
    the robust correlations are kept.
    """
    if n_persons >= SMALL_SAMPLE:
        return cov_robust
    model, robust = np.sqrt(np.diag(cov_model)), np.sqrt(np.diag(cov_robust))
    if not (robust > 0).all():
        return cov_model
    scale = np.maximum(model, robust) / robust
    return cov_robust * np.outer(scale, scale)


def _check_finite(found: Covariances) -> None:
    """Refuse errors that are no numbers: the top was too flat for them."""
    errors = np.stack([np.diag(found.model), np.diag(found.robust)])
    if np.isfinite(found.robust).all() and (errors[0] > 0).all() and (errors[1] >= 0).all():
        return
    message = (
        "The answers do not pin the worths down to finite errors. "
        "Fit with a larger ghost, or check the weights for extreme values."
    )
    raise FitDiverged(message)


def symmetric(matrix: Array) -> Array:
    """Remove rounding's asymmetry, so that variances stay variances."""
    return (matrix + matrix.T) / 2
