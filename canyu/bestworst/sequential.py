"""The best-then-worst logit.

A person shown the set S names the best b with P = e^v_b / sum_S e^v_k, then
the worst w of the others with P = e^-v_w / sum_{S-b} e^-v_k. A worst without
a best is taken from all of S. For sets of three this is Plackett-Luce. The
log-likelihood is concave, and weights, partial answers and screens of any
size stay inside it (Marley and Louviere 2005; Delle Site et al. 2018).

Given choices without worsts it is the logit of bests, given choices without
bests the logit of worsts over all that was shown.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.choices import Choices, Numbered, Sets, chances, logit, number_sets
from canyu.bestworst.newton import Likelihood
from canyu.bestworst.rows import NOT_NAMED
from canyu.bestworst.squares import squared_scores

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]


class Sequential:
    """The log-likelihood t'v - sum_{A,s} n_{A,s} log sum_A e^{s v}, t = bests less worsts.

    A is the set a choice was made from, s = +1 for a best and -1 for a worst.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._target = choices.target
        self._shown = number_sets(choices.masks)
        # Where nobody named a worst, nothing was chosen from what was left.
        any_worst = bool((choices.worst != NOT_NAMED).any())
        self._left = number_sets(choices.masks_left) if any_worst else self._shown
        self._sides = (
            _side(choices, +1, choices.best, self._shown),
            _side(choices, -1, choices.worst, self._left),
        )

    @property
    def n_items(self) -> int:
        """The number of items J."""
        return self._choices.n_items

    @property
    def total(self) -> float:
        """The weight of all choices."""
        return sum(float(side.weight.sum()) for side in self._sides)

    def evaluate(self, worth: Array) -> Likelihood:
        """Return log-likelihood, gradient t - sum s n P, information sum n (diag P - PP')."""
        loglik = float(self._target @ worth)
        gradient = self._target.copy()
        information = np.zeros((worth.size, worth.size))
        for side in self._sides:
            log_sums, expected, curvature = logit(side, side.sign * worth)
            loglik -= log_sums
            gradient -= side.sign * expected
            information += curvature
        return Likelihood(loglik, gradient, information)

    def scores(self, part: slice, worth: Array) -> Array:
        """Return the gradient of one answer of unit weight, for each cell in `part`."""
        choices = self._choices
        score = np.zeros((choices.masks[part].size, worth.size))
        for sign, choice, masks in (
            (1, choices.best[part], choices.masks[part]),
            (-1, choices.worst[part], choices.masks_left[part]),
        ):
            rows = np.flatnonzero(choice != NOT_NAMED)
            members = members_of(masks[rows], worth.size)
            whole = rows.size == len(score)
            for inner, chance, _ in chances(members, sign * worth):
                # A slice is written to in place, where everybody named one.
                score[inner if whole else rows[inner]] -= sign * chance
            score[rows, choice[rows]] += sign
        return score

    def squares(self, worth: Array, sum_w2: Array) -> Array | None:
        """Return sum w^2 g g' over answers, by set; None where there are too many sets."""
        return squared_scores(self._choices, self._shown, self._left, worth, sum_w2)


def _side(choices: Choices, sign: int, choice: NDArray[np.int64], numbered: Numbered) -> Sets:
    amount = np.where(choice == NOT_NAMED, 0.0, choices.weight)
    weight = np.bincount(numbered.number, weights=amount, minlength=numbered.masks.size)
    chosen = weight > 0
    members = members_of(numbered.masks[chosen], choices.n_items)
    return Sets(sign, members, weight[chosen].astype(np.float64))
