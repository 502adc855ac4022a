"""Plain counts for people: how often shown, named best, named worst.

People are shown counts; decisions are made on the fitted worths, because
counts are biased when items were not shown equally often.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from statistics import NormalDist
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import Cells, members_of
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray


@dataclass(frozen=True, slots=True)
class Share:
    """`k` of `n` with its 95% Wilson interval; `share` is None when n is 0."""

    k: int
    n: int
    share: float | None
    low: float
    high: float


@dataclass(frozen=True, eq=False)
class Counts:
    """Counts per item, each array of length n_items.

    `n_shown` counts the answers with at least one choice that had the item on
    their screen; `n_best` and `n_worst` those that named it. The `w_` arrays
    add up weights in place of people.
    """

    n_shown: NDArray[np.int64]
    n_best: NDArray[np.int64]
    n_worst: NDArray[np.int64]
    w_shown: NDArray[np.float64]
    w_best: NDArray[np.float64]
    w_worst: NDArray[np.float64]

    def best_share(self, item: int) -> Share:
        """Of those who were shown `item`, how many liked it most (unweighted)."""
        return _share(int(self.n_best[item]), int(self.n_shown[item]))

    def worst_share(self, item: int) -> Share:
        """Of those who were shown `item`, how many liked it least (unweighted)."""
        return _share(int(self.n_worst[item]), int(self.n_shown[item]))


def count_choices(cells: Cells) -> Counts:
    """Count showings and choices per item, by people and by weight."""
    members = members_of(cells.masks, cells.n_items)
    people, weight = cells.n.astype(np.float64), cells.sum_w
    return Counts(
        n_shown=_whole(people @ members),
        n_best=_whole(_named(cells.best, people, cells.n_items)),
        n_worst=_whole(_named(cells.worst, people, cells.n_items)),
        w_shown=weight @ members,
        w_best=_named(cells.best, weight, cells.n_items),
        w_worst=_named(cells.worst, weight, cells.n_items),
    )


def wilson_interval(k: float, n: float, *, confidence: float = 0.95) -> tuple[float, float]:
    """Return the score interval of a share of `k` in `n`.

    Never leaves 0 to 1 and stays honest at k = 0 and k = n; (0, 1) when n is
    0. Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209. Raises
    ValueError unless 0 <= k <= n and 0 < confidence < 1.
    """
    if not 0 <= k <= n:
        message = f"k is {k}, must be from 0 to n, which is {n}"
        raise ValueError(message)
    if not 0 < confidence < 1:
        message = f"confidence is {confidence}, must be between 0 and 1"
        raise ValueError(message)
    if n == 0:
        return 0.0, 1.0
    z = NormalDist().inv_cdf(0.5 + confidence / 2)
    share = k / n
    centre = share + z * z / (2 * n)
    half = z * sqrt(share * (1 - share) / n + (z / (2 * n)) ** 2)
    scale = 1 + z * z / n
    # At the ends the exact bound is 0 or 1; rounding must not move it inside.
    low = 0.0 if k == 0 else (centre - half) / scale
    high = 1.0 if k == n else (centre + half) / scale
    return low, high


def _share(k: int, n: int) -> Share:
    low, high = wilson_interval(k, n)
    return Share(k=k, n=n, share=k / n if n else None, low=low, high=high)


def _named(
    choice: NDArray[np.int64],
    amount: NDArray[np.float64],
    n_items: int,
) -> NDArray[np.float64]:
    """Add `amount` up by the item named."""
    named = choice != NOT_NAMED
    total = np.bincount(choice[named], weights=amount[named], minlength=n_items)
    # bincount of nothing counts in whole numbers, whatever the weights.
    return total.astype(np.float64)


def _whole(values: NDArray[np.float64]) -> NDArray[np.int64]:
    return np.rint(values).astype(np.int64)
