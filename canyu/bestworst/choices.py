"""Choices: what of each answer a model looks at, and softmax over many sets at once."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.numbering import number_values
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

CHUNK = 4_096
"""Sets or cells looked at together, so that a table of them stays small."""

_WIDEST = 600.0
_NEAR = 60.0


@dataclass(frozen=True, eq=False)
class Choices:
    """What a model counts of C cells: sets shown, bests, worsts (or -1), weights.

    A model of bests only sees no worst here, and the other way round; a cell
    of which nothing is left to see is in none of `named`.
    """

    n_items: int
    masks: NDArray[np.uint64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    weight: Array

    @cached_property
    def named(self) -> NDArray[np.bool_]:
        """Which cells say anything (C)."""
        return np.asarray((self.best != NOT_NAMED) | (self.worst != NOT_NAMED))

    @cached_property
    def counted(self) -> NDArray[np.bool_]:
        """Which cells say anything with a weight above zero (C)."""
        return np.asarray(self.named & (self.weight > 0))

    @property
    def masks_left(self) -> NDArray[np.uint64]:
        """The sets shown, less the best where one was named (C)."""
        return _without(self.masks, self.best)

    @property
    def masks_right(self) -> NDArray[np.uint64]:
        """The sets shown, less the worst where one was named (C)."""
        return _without(self.masks, self.worst)

    @property
    def target(self) -> Array:
        """Weighted bests less weighted worsts, per item (J)."""
        bests, worsts = (
            # One place more, in front, for those who named none.
            np.bincount(choice + 1, weights=self.weight, minlength=self.n_items + 1)[1:]
            for choice in (self.best, self.worst)
        )
        return np.asarray(bests - worsts, dtype=np.float64)

    @property
    def shown(self) -> NDArray[np.bool_]:
        """Which items stood in any set that counts (J)."""
        union = np.bitwise_or.reduce(self.masks[self.counted], initial=np.uint64(0))
        return members_of(np.array([union], dtype=np.uint64), self.n_items).ravel()


@dataclass(frozen=True, eq=False)
class Numbered:
    """K distinct sets in rising order, and which of them each cell has (C)."""

    masks: NDArray[np.uint64]
    number: NDArray[np.int64]


@dataclass(frozen=True, eq=False)
class Sets:
    """K distinct sets, members (K, J), with how much was chosen from each (K).

    `sign` is +1 where the most liked was chosen and -1 where the least liked.
    """

    sign: int
    members: NDArray[np.bool_]
    weight: Array


def number_sets(masks: NDArray[np.uint64]) -> Numbered:
    """Number the distinct sets among those of cells (C)."""
    return Numbered(*number_values(masks))


def add_up_sets(
    masks: NDArray[np.uint64],
    weight: Array,
    *,
    n_items: int,
    sign: int = 1,
) -> Sets:
    """Add up the weights of equal sets, leaving out those of no weight."""
    counted = weight > 0
    distinct, set_id = number_values(masks[counted])
    total = np.bincount(set_id, weights=weight[counted], minlength=distinct.size)
    return Sets(sign, members_of(distinct, n_items), total.astype(np.float64))


def chances(members: NDArray[np.bool_], utility: Array) -> Iterator[tuple[slice, Array, Array]]:
    """Yield, a chunk of sets at a time, choice probabilities (k, J) and log-sums (k)."""
    wide = bool(np.ptp(utility) > _WIDEST)
    for start in range(0, len(members), CHUNK):
        part = slice(start, start + CHUNK)
        inside = members[part]
        # One top for all sets is quicker, but must not leave a set of low items all zero.
        top = np.where(inside, utility, -np.inf).max(axis=1) if wide else utility.max()
        pull = utility - (top[:, None] if wide else top)
        chance = np.where(inside, np.exp(np.minimum(pull, 0)), 0) if wide else inside * np.exp(pull)
        total = chance.sum(axis=1)
        chance /= total[:, None]
        yield part, chance, np.log(total) + top


def logit(side: Sets, utility: Array) -> tuple[float, Array, Array]:
    """Return, added up over choices, the log-sums, the chances (J) and their information (J, J).

    The information is sum n (diag P - PP').
    """
    log_sums, expected = 0.0, np.zeros(utility.size)
    together = np.zeros((utility.size, utility.size))
    if np.ptp(utility) > _NEAR:
        for part, chance, log_sum in chances(side.members, utility):
            weight = side.weight[part]
            log_sums += float(weight @ log_sum)
            expected += weight @ chance
            together += (chance * weight[:, None]).T @ chance
        return log_sums, expected, np.diag(expected) - together
    # Worths near enough to be multiplied come in last, so that sets are only added up.
    top = utility.max()
    pull = np.exp(utility - top)
    for start in range(0, len(side.members), CHUNK):
        part = slice(start, start + CHUNK)
        inside, weight = side.members[part].astype(np.float64), side.weight[part]
        total = inside @ pull
        log_sums += float(weight @ (np.log(total) + top))
        expected += (weight / total) @ inside
        inside *= (np.sqrt(weight) / total)[:, None]
        together += inside.T @ inside
    expected *= pull
    return log_sums, expected, np.diag(expected) - np.outer(pull, pull) * together


def _without(masks: NDArray[np.uint64], choice: NDArray[np.int64]) -> NDArray[np.uint64]:
    named = choice != NOT_NAMED
    bit = np.uint64(1) << np.where(named, choice, 0).astype(np.uint64)
    return np.where(named, masks & ~bit, masks)
