"""From fitted worths to what may be said: scores, intervals, who may have won.

Scores and intervals are about the estimate (intervals.py): 95% of them hold
the truth, whatever the truth is. Chances are about who is first (posterior.py)
and are shrunk: whoever is in front is in front partly by luck.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.intervals import LEVEL, score_interval, score_of, worth_interval
from canyu.bestworst.posterior import directions_of, draw_posterior

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.fit import Fit

    Array = NDArray[np.float64]

_MIN_DRAWS = 1_000
_RIVAL_DRAWS = 4_000
_NORMAL = NormalDist()
_TINY = 1e-12


@dataclass(frozen=True, eq=False)
class Standings:
    """What the answers say about J items; arrays are indexed by item.

    `worth` are the fitted worths (they add up to nought) and `score` is
    100 e^v / sum e^v, which adds up to 100; `worth_low` and `worth_high`,
    `low` and `high` bound their 95% intervals. `never_shown` lists items that
    nobody saw: what is said of them is a guess, and their intervals are wide.

    `p_win` and `p_last` are the chances of being the best and the least liked
    item; each adds up to 1. `p_above[i, j]` is the chance that i is liked
    better than j (diagonal one half). `order` lists the items by falling
    score. `not_ruled_out` lists, in that order, every item that none of its
    rivals beats, at 95% over all its comparisons together: with that
    confidence the winner is in it. `ties` lists runs of neighbours in `order`
    (positions may overlap between runs) of which no two can be told apart at
    95%. `spread` is the estimated spread tau of worths, in logits.
    """

    worth: Array
    worth_low: Array
    worth_high: Array
    score: Array
    low: Array
    high: Array
    p_win: Array
    p_last: Array
    p_above: Array
    order: tuple[int, ...]
    not_ruled_out: tuple[int, ...]
    ties: tuple[tuple[int, ...], ...]
    spread: float
    never_shown: tuple[int, ...] = ()

    @property
    def n_items(self) -> int:
        """The number of items J."""
        return int(self.score.size)

    def not_separable(self, i: int, j: int) -> bool:
        """Say whether the 95% interval of the difference of i and j covers nought."""
        return bool(_overlaps(self.p_above)[i, j])


def stand(
    fit: Fit,
    *,
    rng: np.random.Generator,
    n_draws: int = 20_000,
) -> Standings:
    """Say how the items of `fit` stand, the chances from `n_draws` posterior worths.

    Scores and intervals are computed, not drawn. With 20,000 draws the error
    of a chance is below 0.004. The same `rng` state gives the same standings.
    Raises ValueError for fewer than 1,000 draws.
    """
    if n_draws < _MIN_DRAWS:
        message = f"n_draws is {n_draws}, must be at least {_MIN_DRAWS}"
        raise ValueError(message)
    posterior = draw_posterior(fit, rng, n_draws)
    p_above = posterior.p_above
    worth_low, worth_high = worth_interval(fit.coef, fit.cov)
    low, high = score_interval(fit.coef, fit.cov)
    order = np.argsort(-fit.coef, kind="stable")
    unbeaten = _unbeaten(fit, rng)
    return Standings(
        worth=fit.coef,
        worth_low=worth_low,
        worth_high=worth_high,
        score=score_of(fit.coef),
        low=low,
        high=high,
        p_win=posterior.p_win,
        p_last=posterior.p_last,
        p_above=p_above,
        order=tuple(order.tolist()),
        not_ruled_out=tuple(order[unbeaten[order]].tolist()),
        ties=_runs(order, _overlaps(p_above)),
        spread=posterior.spread,
        never_shown=fit.never_shown,
    )


def _overlaps(p_above: Array) -> NDArray[np.bool_]:
    """Say of which pairs the 95% interval of the difference covers nought."""
    tail = (1 - LEVEL) / 2
    return np.asarray((p_above > tail) & (p_above < 1 - tail))


def _runs(order: NDArray[np.intp], tied: NDArray[np.bool_]) -> tuple[tuple[int, ...], ...]:
    """Return the longest runs of `order` in which every pair is tied."""
    runs: list[tuple[int, ...]] = []
    reached = 0
    for start in range(order.size):
        end = start + 1
        while end < order.size and tied[order[end], order[start:end]].all():
            end += 1
        if end - start > 1 and end > reached:
            runs.append(tuple(order[start:end].tolist()))
            reached = end
    return tuple(runs)


def _unbeaten(fit: Fit, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Say which items no rival beats, the comparisons of each item together at 95%.

    For each item one-sided max-t over its J - 1 rivals, on the unshrunk
    worths; an item stays when its upper rank bound is 1 (Mogstad, Romano,
    Shaikh and Wilhelm 2023, marginal bounds; R's csranks, simul = FALSE). The
    true winner goes out only if one of its own comparisons errs, so it stays
    with 95% without paying for comparisons of the others among themselves.
    Critical values come from normal draws with the fit's covariance, where
    bounds on them leave it open.
    """
    size = fit.n_items
    along = directions_of(fit.cov)
    cov = (along.axes * along.variance) @ along.axes.T
    error = np.sqrt(np.maximum(np.add.outer(np.diag(cov), np.diag(cov)) - 2 * cov, _TINY))
    lead = ((fit.coef - fit.coef[:, None]) / error).max(axis=1)
    # The critical value lies between that of one comparison and Bonferroni's.
    one, all_apart = (_NORMAL.inv_cdf(1 - (1 - LEVEL) / n) for n in (1, size - 1))
    unbeaten = lead <= one
    unclear = np.flatnonzero(~unbeaten & (lead <= all_apart))
    if unclear.size:
        noise = along.axes @ along.draw(rng, _RIVAL_DRAWS)
        for item in unclear:
            rival = np.arange(size) != item
            by_chance = (noise[rival] - noise[item]) / error[item, rival, None]
            unbeaten[item] = lead[item] <= np.quantile(by_chance.max(axis=0), LEVEL)
    return np.asarray(unbeaten)
