"""How far the leader leads, said so that looking often is no sin.

A 95% interval is right 95 times in 100 when it is looked at once. Looked at
every 50 answers up to 3,000 it is wrong some time or other in a third of
weeks. The intervals here may be looked at as often as anybody likes, and the
answers stopped whenever anybody likes: an asymptotic confidence sequence
(Waudby-Smith, Arbour, Sinha, Kennedy and Ramdas 2024, Annals of Statistics
52:2613), for the fitted gap as the mean of its influences. The price is an
interval 1.5 to 1.7 times as wide for two items, twice as wide for twelve.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.intervals import LEVEL

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.fit import Fit

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class LiveGaps:
    """The lead of the item in front over each of J items at one look, in logits.

    `gap` (J) is the fitted lead, nought for the leader itself; `low` and
    `high` bound it. `not_ruled_out` lists the leader and the items whose `low`
    is not above nought, by falling worth: over all looks of a week together,
    the item that is truly first is left out some time in at most 5% of weeks.
    """

    leader: int
    gap: Array
    low: Array
    high: Array
    not_ruled_out: tuple[int, ...]

    @property
    def is_decided(self) -> bool:
        """Say whether no rival can still be the first."""
        return len(self.not_ruled_out) == 1


def live_gaps(fit: Fit, *, sharpest_at: int = 500) -> LiveGaps:
    """Return the leader's gaps at this look, good at all looks together.

    `fit` is of all answers so far. The 5% of errors are shared out among the
    J - 1 rivals (Bonferroni). `sharpest_at` is the number of people at which
    the intervals cost least; it is chosen before the first look and kept.
    The theory is of large samples: begin to look at 50 people or more. Raises
    ValueError when `sharpest_at` is below 1.
    """
    leader = int(fit.coef.argmax())
    variance = np.diag(fit.cov)
    error = np.sqrt(np.maximum(variance + variance[leader] - 2 * fit.cov[leader], 0))
    error[leader] = 0
    gap = fit.coef[leader] - fit.coef
    alpha = (1 - LEVEL) / max(fit.n_items - 1, 1)
    reach = error * widening(fit.n_persons, alpha=alpha, sharpest_at=sharpest_at)
    order = np.argsort(gap, kind="stable")
    return LiveGaps(
        leader=leader,
        gap=gap,
        low=gap - reach,
        high=gap + reach,
        not_ruled_out=tuple(item for item in order.tolist() if gap[item] <= reach[item]),
    )


def widening(n_persons: int, *, alpha: float, sharpest_at: int) -> float:
    """Return how many standard errors the interval reaches to both sides after `n_persons`.

    With t people and standard error sd_t / sqrt t the half-width is
    sd_t sqrt(2 (t r^2 + 1) / (t^2 r^2) log(sqrt(t r^2 + 1) / alpha)), fewest
    standard errors at t* = `sharpest_at` for r^2 = (-2 log alpha + log(1 - 2 log alpha)) / t*.
    """
    if sharpest_at < 1:
        message = f"sharpest_at is {sharpest_at}, must be at least 1"
        raise ValueError(message)
    log_alpha = float(np.log(alpha))
    ratio = (np.log1p(-2 * log_alpha) - 2 * log_alpha) / sharpest_at * n_persons
    return float(np.sqrt(2 * (ratio + 1) / ratio * (np.log1p(ratio) / 2 - log_alpha)))
