"""The joint logit of best and worst, in time that grows with the screen, not its square.

A person shown the set S of m items names the pair (b, w) with P = e^(v_b -
v_w) / Z. With E = sum_S e^v and F = sum_S e^-v, Z = EF - m, since the pairs
of an item with itself are no choice. So are the margins closed: P(b) = (e^v_b
F - 1) / Z and P(w) = (e^-v_w E - 1) / Z, which is what an answer says that
names only one of the two (Marley and Louviere 2005; Marley and Pihlens 2012).

The log-likelihood of whole answers is concave, that of partial ones need not
be: they are whole answers of which something is missing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.choices import Choices, Sets, add_up_sets, chances
from canyu.bestworst.newton import Likelihood
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class _Joint:
    """What the model says of k sets: `log_z` (k) and the margins, each (k, J).

    `high` and `low` are softmax of v and of -v; the chance of the pair (i, j)
    is `scale` (k) times high_i times low_j.
    """

    log_z: Array
    scale: Array
    high: Array
    low: Array

    @property
    def best(self) -> Array:
        """P(b): an item is the best with every worst but itself."""
        chance: Array = self.scale[:, None] * self.high * (1 - self.low)
        return chance

    @property
    def worst(self) -> Array:
        """P(w): the other way round."""
        chance: Array = self.scale[:, None] * self.low * (1 - self.high)
        return chance


class MaxDiff:
    """The log-likelihood of pairs, with what partial answers leave open summed out.

    t'v - sum n_S log Z_S + sum_{best only} log F_{S-b} + sum_{worst only} log
    E_{S-w}, t = bests less worsts.
    """

    def __init__(self, choices: Choices) -> None:
        self._choices = choices
        self._target = choices.target
        no_best, no_worst = choices.best == NOT_NAMED, choices.worst == NOT_NAMED
        self._screens = _sets(choices, choices.named, choices.masks)
        self._open = (
            _sets(choices, choices.named & no_worst, choices.masks_left, sign=-1),
            _sets(choices, choices.named & no_best, choices.masks_right, sign=+1),
        )

    @property
    def n_items(self) -> int:
        """The number of items J."""
        return self._choices.n_items

    @property
    def total(self) -> float:
        """The weight of all choices."""
        return 2 * float(self._screens.weight.sum())

    def evaluate(self, worth: Array) -> Likelihood:
        """Return log-likelihood, gradient, and the pairs' information less that of what is missing.

        Far from the top the difference need not be positive definite.
        """
        loglik = float(self._target @ worth)
        gradient = self._target.copy()
        information = np.zeros((worth.size, worth.size))
        for part, joint in _joints(self._screens.members, worth):
            weight = self._screens.weight[part]
            loglik -= float(weight @ joint.log_z)
            gradient -= weight @ (joint.best - joint.worst)
            information += _information(joint, weight)
        for side in self._open:
            for part, chance, log_sum in chances(side.members, side.sign * worth):
                weight = side.weight[part]
                expected = weight @ chance
                loglik += float(weight @ log_sum)
                gradient += side.sign * expected
                information -= np.diag(expected) - (chance * weight[:, None]).T @ chance
        return Likelihood(loglik, gradient, information)

    def scores(self, part: slice, worth: Array) -> Array:
        """Return the gradient of one answer of unit weight, for each cell in `part`."""
        choices = self._choices
        best, worst = choices.best[part], choices.worst[part]
        score = np.zeros((best.size, worth.size))
        rows = np.flatnonzero(choices.named[part])
        for inner, joint in _joints(members_of(choices.masks[part][rows], worth.size), worth):
            score[rows[inner]] -= joint.best - joint.worst
        for sign, choice, other, left in (
            (1, best, worst, choices.masks_left[part]),
            (-1, worst, best, choices.masks_right[part]),
        ):
            named = np.flatnonzero(choice != NOT_NAMED)
            score[named, choice[named]] += sign
            alone = np.flatnonzero((choice != NOT_NAMED) & (other == NOT_NAMED))
            members = members_of(left[alone], worth.size)
            for inner, chance, _ in chances(members, -sign * worth):
                score[alone[inner]] -= sign * chance
        return score

    def squares(self, worth: Array, sum_w2: Array) -> Array | None:  # noqa: ARG002
        """Return None: a score here does not come apart into a set's and a choice's."""
        return None


def _sets(
    choices: Choices, which: NDArray[np.bool_], masks: NDArray[np.uint64], sign: int = 1
) -> Sets:
    return add_up_sets(masks[which], choices.weight[which], n_items=choices.n_items, sign=sign)


def _joints(members: NDArray[np.bool_], worth: Array) -> Iterator[tuple[slice, _Joint]]:
    """Yield, a chunk of sets at a time, what the model says of them."""
    both = zip(chances(members, worth), chances(members, -worth), strict=True)
    for (part, high, log_e), (_, low, log_f) in both:
        # By Cauchy and Schwarz EF >= m^2, so of EF - m at least half is left: no cancelling.
        paired = members[part].sum(axis=1) * np.exp(-(log_e + log_f))
        yield part, _Joint(log_e + log_f + np.log1p(-paired), 1 / (1 - paired), high, low)


def _information(joint: _Joint, weight: Array) -> Array:
    """Return the weighted sum over sets of the covariance of (is best) - (is worst)."""
    best, worst = joint.best, joint.worst
    pairs = (joint.high * (weight * joint.scale)[:, None]).T @ joint.low
    np.fill_diagonal(pairs, 0)
    lead = best - worst
    return np.diag(weight @ (best + worst)) - pairs - pairs.T - (lead * weight[:, None]).T @ lead
