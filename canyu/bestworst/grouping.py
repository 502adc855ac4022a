"""Grouping answers that agree in shown set, segment, best and worst.

Each answer gets one whole number that says all four; adding up is then one
pass over these numbers. Nothing is sorted unless there are more possible
numbers than are worth a counter each.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.numbering import chunks, number_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

_MOST_SLOTS = 1 << 22
_SLOTS_PER_ROW = 32


@dataclass(frozen=True, eq=False)
class Groups:
    """C different answers among N, in the order of (set, segment, best, worst).

    `masks`, `segment`, `best` and `worst` (C) say what each group has in
    common; `slot` (N) is where a row is added up, `filled` (C) the slot of
    each group among `n_slots`.
    """

    masks: NDArray[np.uint64]
    segment: NDArray[np.int64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    slot: NDArray[np.int64]
    filled: NDArray[np.int64]
    n_slots: int

    def count(self) -> NDArray[np.int64]:
        """Return how many rows each group holds."""
        return np.bincount(self.slot, minlength=self.n_slots)[self.filled]

    def total(self, amount: NDArray[np.float64]) -> NDArray[np.float64]:
        """Add `amount` (N) up within each group."""
        total = np.bincount(self.slot, weights=amount, minlength=self.n_slots)[self.filled]
        # bincount of nothing counts in whole numbers, whatever the weights.
        return total.astype(np.float64, copy=False)


def group_choices(
    masks: NDArray[np.uint64],
    best: NDArray[np.integer],
    worst: NDArray[np.integer],
    segment: NDArray[np.int64] | None,
    n_items: int,
) -> Groups:
    """Group rows (N) by what they say; best and worst must be from -1 to `n_items` - 1."""
    sets, key = number_values(masks)
    labels = np.zeros(1, dtype=np.int64)
    place = None
    if segment is not None and segment.any():
        different, place = number_values(segment.view(np.uint64))
        labels = different.view(np.int64)
    base = n_items + 1
    for part in chunks(key.size):
        _compose(key[part], None if place is None else place[part], labels.size)
        _compose(key[part], best[part], base)
        _compose(key[part], worst[part], base)
        # Makes up for both -1, so that no choice is nought.
        key[part] += base + 1
    n_keys = sets.size * labels.size * base * base
    found, slot, filled, n_slots = _slots(key, n_keys)
    rest, of_worst = np.divmod(found, base)
    rest, of_best = np.divmod(rest, base)
    of_set, of_segment = np.divmod(rest, labels.size)
    return Groups(
        masks=sets[of_set],
        segment=labels[of_segment],
        best=of_best - 1,
        worst=of_worst - 1,
        slot=slot,
        filled=filled,
        n_slots=n_slots,
    )


def _compose(key: NDArray[np.int64], digit: NDArray[np.integer] | None, base: int) -> None:
    """Write one more digit behind `key`."""
    if digit is not None:
        key *= base
        key += digit


def _slots(
    key: NDArray[np.int64], n_keys: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int]:
    """Return the keys that occur, each row's slot, each occurring key's slot, and the slots."""
    if n_keys <= min(_MOST_SLOTS, _SLOTS_PER_ROW * key.size):
        found = np.flatnonzero(np.bincount(key, minlength=n_keys) > 0)
        return found, key, found, n_keys
    found, slot = np.unique(key, return_inverse=True)
    return found, slot, np.arange(found.size), found.size
