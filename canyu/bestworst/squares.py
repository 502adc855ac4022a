"""Squared scores of the best-then-worst logit, added up by set instead of by cell.

The score of an answer is (e_b - P_S) - (e_w - Q_T): a chance P over all that
was shown and a chance Q over what was left. Multiplied out, its square needs
only how often each item was named from each set, and which sets went together;
of many thousand cells no score is ever written down.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.choices import chances
from canyu.bestworst.numbering import number_values
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.choices import Choices

    Array = NDArray[np.float64]

_MOST_SETS = 16_384
_LARGEST = 1e290


@dataclass(frozen=True, eq=False)
class _Side:
    """K sets that were chosen from: which set each cell's is (C), and the chances (K, J)."""

    number: NDArray[np.int64]
    chance: Array

    def table(self, choice: NDArray[np.int64], amount: Array) -> Array:
        """Add `amount` (C) up by set and item named (K, J)."""
        n_sets, n_items = self.chance.shape
        # One place more, in front, for those who named none.
        key = self.number * (n_items + 1) + choice + 1
        total = np.bincount(key, weights=amount, minlength=n_sets * (n_items + 1))
        return np.ascontiguousarray(total.reshape(n_sets, n_items + 1)[:, 1:])


def squared_scores(choices: Choices, worth: Array, sum_w2: Array) -> Array | None:
    """Return the sum of w^2 g g' (J, J) over answers; `sum_w2` (C) adds up w^2 in each cell.

    None where there are so many sets that tables of them would not pay, and
    where squared weights are past what can be added up.
    """
    if not sum_w2.max(initial=0) < _LARGEST:
        return None
    best, worst = choices.best, choices.worst
    shown = _side(choices.masks, +worth)
    left = _side(choices.masks_left, -worth)
    if shown is None or left is None:
        return None
    by_best = np.where(best != NOT_NAMED, sum_w2, 0.0)
    by_worst = np.where(worst != NOT_NAMED, sum_w2, 0.0)
    by_both = np.where(best != NOT_NAMED, by_worst, 0.0)
    size = worth.size
    bests, worsts = shown.table(best, by_best), left.table(worst, by_worst)
    together = shown.table(best, by_both)
    # Everything that P is multiplied with, side by side, is one multiplication of matrices.
    of_shown = shown.chance.T @ np.hstack(
        [
            shown.chance * bests.sum(axis=1, keepdims=True),
            bests,
            shown.table(worst, by_both) - _met(shown, left, best, together),
        ]
    )
    of_left = left.chance.T @ np.hstack(
        [
            left.chance * worsts.sum(axis=1, keepdims=True),
            worsts,
            left.table(best, by_both),
        ]
    )
    pairs = np.bincount(
        (best + 1) * (size + 1) + worst + 1, weights=by_both, minlength=(size + 1) ** 2
    ).reshape(size + 1, size + 1)[1:, 1:]
    crossed = pairs - of_left[:, 2 * size :].T - of_shown[:, 2 * size :]
    squares = np.diag(bests.sum(axis=0) + worsts.sum(axis=0)) - crossed - crossed.T
    for product in (of_shown, of_left):
        named = product[:, size : 2 * size]
        squares += product[:, :size] - named - named.T
    return np.asarray(squares, dtype=np.float64)


def _side(masks: NDArray[np.uint64], utility: Array) -> _Side | None:
    sets, number = number_values(masks)
    if sets.size > _MOST_SETS:
        return None
    members = members_of(sets, utility.size)
    found = [chance for _, chance, _ in chances(members, utility)]
    return _Side(number, np.concatenate(found) if found else np.zeros((0, utility.size)))


def _met(shown: _Side, left: _Side, best: NDArray[np.int64], together: Array) -> Array:
    """Add up, for each set shown (K, J), the chances over what each best left of it."""
    total = np.zeros_like(shown.chance)
    left_of = np.zeros(together.shape, dtype=np.int64)
    named = best != NOT_NAMED
    left_of[shown.number[named], best[named]] = left.number[named]
    for item in range(together.shape[1]):
        which = np.flatnonzero(together[:, item])
        total[which] += together[which, item, None] * left.chance[left_of[which, item]]
    return total
