"""Cells of columns: from tables and counters, where shown sets are masks already.

No displayed order, no persons: the shortest way from what was stored to a fit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import Cells, add_counters, count_answers
from canyu.bestworst.checks import (
    amounts,
    are_in_range,
    check_n_items,
    check_segments,
    check_size,
    choices_are_sound,
    first_complaint,
    whole,
)
from canyu.bestworst.grouping import Groups, group_choices

if TYPE_CHECKING:
    from numpy.typing import ArrayLike, NDArray

_ROUNDING = 1e-9


def cells_of_columns(
    masks: ArrayLike,
    best: ArrayLike,
    worst: ArrayLike,
    *,
    n_items: int,
    weight: ArrayLike | None = None,
    segment: ArrayLike | None = None,
) -> Cells:
    """Check and add up answers whose shown sets are masks already (all N; see `Cells`).

    Raises ValueError, naming the first wrong row, and TypeError, as `make_rows` does.
    """
    sets, bests, worsts = _columns(masks, best, worst, n_items)
    weights = None if weight is None else amounts("weight", weight, bests.size)
    segments = None if segment is None else check_segments(segment, bests.size)
    groups = _sound_groups("answer", sets, bests, worsts, segments, n_items)
    return count_answers(groups, weights, n_items)


def cells_from_counts(
    masks: ArrayLike,
    best: ArrayLike,
    worst: ArrayLike,
    n: ArrayLike,
    sum_w: ArrayLike | None = None,
    sum_w2: ArrayLike | None = None,
    *,
    n_items: int,
    n_empty: int = 0,
    segment: ArrayLike | None = None,
) -> Cells:
    """Make cells of counters that were kept beside the answers (see `Cells` for each).

    Counters of the same choices are added up, those of nothing left out, and
    those that name neither best nor worst counted in `n_empty`. Without
    `sum_w` and `sum_w2` every answer weighs one. Raises ValueError, naming the
    first wrong counter, as `make_rows` does, and for sums that no weights of
    `n` answers have; TypeError where numbers are not whole.
    """
    sets, bests, worsts = _columns(masks, best, worst, n_items)
    counts = amounts("n", whole("n", n), bests.size, of="counter")
    if (sum_w is None) != (sum_w2 is None):
        message = "sum_w and sum_w2 must be given both or not at all"
        raise ValueError(message)
    if n_empty < 0:
        message = f"n_empty is {n_empty}, must be at least 0"
        raise ValueError(message)
    sums = [
        counts if given is None else amounts(name, given, bests.size, of="counter")
        for name, given in (("sum_w", sum_w), ("sum_w2", sum_w2))
    ]
    _check_sums(counts, *sums)
    segments = None if segment is None else check_segments(segment, bests.size, of="counter")
    groups = _sound_groups("counter", sets, bests, worsts, segments, n_items)
    return add_counters(groups, (counts, *sums), n_items, n_empty)


def _columns(
    masks: ArrayLike, best: ArrayLike, worst: ArrayLike, n_items: int
) -> tuple[NDArray[np.uint64], NDArray[np.integer], NDArray[np.integer]]:
    """Return the three columns as arrays of one length."""
    check_n_items(n_items)
    sets, bests, worsts = (
        whole(name, values).ravel()
        for name, values in (("masks", masks), ("best", best), ("worst", worst))
    )
    check_size("masks", sets, bests.size)
    check_size("worst", worsts, bests.size)
    return np.ascontiguousarray(sets, dtype=np.uint64), bests, worsts


def _sound_groups(
    of: str,
    masks: NDArray[np.uint64],
    best: NDArray[np.integer],
    worst: NDArray[np.integer],
    segment: NDArray[np.int64] | None,
    n_items: int,
) -> Groups:
    """Group first and check the groups, which are fewer; look at rows only to name a wrong one."""
    if are_in_range(best, n_items) and are_in_range(worst, n_items):
        groups = group_choices(masks, best, worst, segment, n_items)
        known = not (groups.masks >> np.uint64(n_items)).any()
        if known and choices_are_sound(groups.masks, groups.best, groups.worst).all():
            return groups
    message = f"{of} {first_complaint(masks, best, worst, n_items)}"
    raise ValueError(message)


def _check_sums(
    n: NDArray[np.float64], sum_w: NDArray[np.float64], sum_w2: NDArray[np.float64]
) -> None:
    """Refuse sums that no n weights of nought or more can have (Cauchy and Schwarz)."""
    square = sum_w**2
    slack = 1 + _ROUNDING
    possible = (square <= n * sum_w2 * slack) & (sum_w2 <= square * slack)
    if not possible.all():
        at = int(np.argmin(possible))
        message = (
            f"counter {at}: no {n[at]:.0f} weights have the sum {sum_w[at]} "
            f"and the sum of squares {sum_w2[at]}"
        )
        raise ValueError(message)
