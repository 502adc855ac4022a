"""The Bayesian bootstrap: the same chances without believing that worths are normal.

Every answer is given a random weight, exponential with mean 1 (Rubin 1981), so
that a cell of n equal answers weighs a Gamma(n) draw; the worths follow in one
Newton step, v + H^-1 sum_c (w_c - n_c) g_c. Of people who answered several
screens, each gets one weight for all of them. The ghost is nobody, so it is
not weighed anew but left with the normal error that it adds to the fit's.

Below 300 people this is the check on what `stand` says: normal draws are wrong
where a few answers decide.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import Cells
from canyu.bestworst.intervals import LEVEL, score_of
from canyu.bestworst.persons import score_cells, score_rows
from canyu.bestworst.posterior import directions_of, draw_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.fit import Fit
    from canyu.bestworst.rows import Rows
    from canyu.bestworst.standing import Standings

    Array = NDArray[np.float64]

_MIN_DRAWS = 1_000
_AT_ONCE = 1_000_000
_AGREED = 0.05


@dataclass(frozen=True, eq=False)
class BootstrapCheck:
    """What the bootstrap says of J items, beside the standings it was to check.

    `p_win` and `p_last` (J) are shrunk as those of the standings are, so that
    only the shape of the errors differs; `low` and `high` bound the scores'
    95% intervals. `difference` is the largest by which a chance to win or to
    be last departs from the standings', `agrees` says that it is below 0.05
    (so it was in nine of ten simulated weeks of 60 answers, in all of 300).
    """

    p_win: Array
    p_last: Array
    low: Array
    high: Array
    difference: float
    agrees: bool


def bootstrap_worths(
    fit: Fit,
    answers: Cells | Rows,
    *,
    rng: np.random.Generator,
    n_draws: int = 2_000,
) -> Array:
    """Draw worths (n_draws, J) by the Bayesian bootstrap.

    `answers` are those that were fitted: cells where everybody answered one
    screen (a cell of unequal weights gets the Gamma of equal mean and
    variance), rows where the answers of a person belong together. Raises
    ValueError when they are about another number of items, and for fewer
    than 1,000 draws.
    """
    if n_draws < _MIN_DRAWS:
        message = f"n_draws is {n_draws}, must be at least {_MIN_DRAWS}"
        raise ValueError(message)
    return fit.coef + _deviations(fit, answers, rng, n_draws).T


def check_by_bootstrap(
    standings: Standings,
    fit: Fit,
    answers: Cells | Rows,
    *,
    rng: np.random.Generator,
    n_draws: int = 10_000,
) -> BootstrapCheck:
    """Compare `standings`, made from `fit`, with the bootstrap of the `answers` fitted.

    Raises ValueError as `bootstrap_worths` does.
    """
    worth = bootstrap_worths(fit, answers, rng=rng, n_draws=n_draws).T
    tail = (1 - LEVEL) / 2
    low, high = np.quantile(score_of(worth), (tail, 1 - tail), axis=1)
    posterior = draw_posterior(fit, rng, n_draws, worth - fit.coef[:, None])
    pairs = (standings.p_win, posterior.p_win), (standings.p_last, posterior.p_last)
    difference = max(float(np.abs(said - found).max()) for said, found in pairs)
    return BootstrapCheck(
        p_win=posterior.p_win,
        p_last=posterior.p_last,
        low=low,
        high=high,
        difference=difference,
        agrees=difference < _AGREED,
    )


def _deviations(fit: Fit, answers: Cells | Rows, rng: np.random.Generator, n_draws: int) -> Array:
    """Draw how far the worths stray from the fitted ones, shape (J, n_draws)."""
    if isinstance(answers, Cells):
        slope, shape = _of_cells(fit, answers)
    else:
        slope, shape = _of_persons(fit, answers)
    pull = np.zeros((fit.n_items, n_draws))
    step = max(_AT_ONCE // n_draws, 1)
    for start in range(0, shape.size, step):
        part = slice(start, start + step)
        weight = rng.standard_gamma(shape[part, None], size=(shape[part].size, n_draws))
        pull += slope[part].T @ (weight - shape[part, None])
    ghost = directions_of(fit.cov_ghost)
    # Slopes add up to nought, so that the centred H^-1 serves as well as H^-1 itself.
    return np.asarray(fit.cov_model @ pull + ghost.axes @ ghost.draw(rng, n_draws))


def _of_cells(fit: Fit, cells: Cells) -> tuple[Array, Array]:
    """Return the slope (C, J) that one unit of a Gamma draw carries, and the Gamma's shape (C)."""
    score = score_cells(fit, cells)
    heavy = cells.sum_w > 0
    mean, variance = cells.sum_w[heavy], cells.sum_w2[heavy]
    return score[heavy] * (variance / mean)[:, None], mean**2 / variance


def _of_persons(fit: Fit, rows: Rows) -> tuple[Array, Array]:
    """Return the weighted slopes added up within each person (P, J), and ones (P)."""
    score = score_rows(fit, rows) * rows.weight[:, None]
    if rows.person is None:
        return score, np.ones(len(rows))
    _, person = np.unique(rows.person, return_inverse=True)
    slope = np.zeros((int(person.max(initial=-1)) + 1, fit.n_items))
    np.add.at(slope, person, score)
    return slope, np.ones(len(slope))
