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
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.choices import Choices, Numbered

    Array = NDArray[np.float64]

_MOST_SETS = 16_384
_LARGEST = 1e290


@dataclass(frozen=True, eq=False)
class _Side:
    """K sets that were chosen from: which set each cell's is (C), and the chances (K, J)."""

    number: NDArray[np.int64]
    chance: Array

    def table(self, choice: NDArray[np.int64], amount: Array) -> Array:
        """Add `amount` (C), nought for who named none, up by set and item named (K, J)."""
        n_sets, n_items = self.chance.shape
        key = self.number * n_items + np.maximum(choice, 0)
        total = np.bincount(key, weights=amount, minlength=n_sets * n_items)
        return np.asarray(total, dtype=np.float64).reshape(n_sets, n_items)


def squared_scores(
    choices: Choices, all_shown: Numbered, all_left: Numbered, worth: Array, sum_w2: Array
) -> Array | None:
    """Return the sum of w^2 g g' (J, J) over answers; `sum_w2` (C) adds up w^2 in each cell.

    `all_shown` and `all_left` number the sets that bests and worsts were
    chosen from. None where there are so many sets that tables of them would not pay, and
    where squared weights are past what can be added up.
    """
    if max(all_shown.masks.size, all_left.masks.size) > _MOST_SETS:
        return None
    if not sum_w2.max(initial=0) < _LARGEST:
        return None
    best, worst = choices.best, choices.worst
    shown, left = _side(all_shown, +worth), _side(all_left, -worth)
    by_best = np.where(best != NOT_NAMED, sum_w2, 0.0)
    by_worst = np.where(worst != NOT_NAMED, sum_w2, 0.0)
    by_both = np.where(best != NOT_NAMED, by_worst, 0.0)
    together = shown.table(best, by_both)
    pair = np.maximum(best, 0) * worth.size + np.maximum(worst, 0)
    pairs = np.bincount(pair, weights=by_both, minlength=worth.size**2)
    # (e_b - P)(e_w - Q)', its four products added up over answers that name both.
    crossed = pairs.reshape(worth.size, worth.size) - left.table(best, by_both).T @ left.chance
    crossed -= shown.chance.T @ shown.table(worst, by_both)
    crossed += shown.chance.T @ _met(shown, left, best, together)
    squares = -crossed - crossed.T
    for side, named in ((shown, shown.table(best, by_best)), (left, left.table(worst, by_worst))):
        # (e - P)(e - P)' of the one choice.
        once = named.T @ side.chance
        squares += np.diag(named.sum(axis=0)) - once - once.T
        squares += (side.chance * named.sum(axis=1, keepdims=True)).T @ side.chance
    return squares


def _side(sets: Numbered, utility: Array) -> _Side:
    chance = np.empty((sets.masks.size, utility.size))
    for part, some, _ in chances(members_of(sets.masks, utility.size), utility):
        chance[part] = some
    return _Side(sets.number, chance)


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
