"""Grouping answers that agree in shown set, segment, best and worst.

Each answer gets one whole number that says all four; adding up is then one
pass over these numbers. Nothing is sorted unless there are more possible
numbers than are worth a counter each.

Choices are written as item numbers; where there are many sets, as places in
the set instead, which takes fewer counters.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.checks import NOT_NAMED, bits_of
from canyu.bestworst.numbering import chunks, number_values

if TYPE_CHECKING:
    from numpy.typing import NDArray

_ONE = np.uint64(1)
_WIDE = 1 << 18
_MOST_SLOTS = 1 << 22
_SLOTS_PER_ROW = 32


@dataclass(frozen=True, eq=False)
class Groups:
    """C different answers among N, in the order of (set, segment, best, worst).

    `masks`, `segment`, `best` and `worst` (C) say what each group has in
    common; `slot` (N) is where a row is added up, `filled` (C) the slot of
    each group among `n_slots`; `count` (C) is how many rows it holds.
    """

    masks: NDArray[np.uint64]
    segment: NDArray[np.int64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    count: NDArray[np.int64]
    slot: NDArray[np.int64]
    filled: NDArray[np.int64]
    n_slots: int

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
    number = None
    if segment is not None and segment.any():
        different, number = number_values(segment.view(np.uint64))
        labels = different.view(np.int64)
    choices: tuple[NDArray[np.integer], ...] = (best, worst)
    base = n_items + 1
    places = None
    if sets.size * labels.size * base**2 > _WIDE:
        places = _places_of(masks, choices)
    if places is not None:
        choices, base = places, int(np.bitwise_count(sets).max()) + 1
    for part in chunks(key.size):
        _compose(key[part], None if number is None else number[part], labels.size)
        for choice in choices:
            _compose(key[part], choice[part], base)
        # Makes up for both -1, so that no choice is nought.
        key[part] += base + 1
    found, count, slot, filled, n_slots = _slots(key, sets.size * labels.size * base**2)
    rest, of_worst = np.divmod(found, base)
    rest, of_best = np.divmod(rest, base)
    of_set, of_segment = np.divmod(rest, labels.size)
    named = (of_best - 1, of_worst - 1)
    if places is not None:
        items = _items_of(sets, n_items)
        named = (items[of_set, of_best], items[of_set, of_worst])
    return Groups(
        masks=sets[of_set],
        segment=labels[of_segment],
        best=named[0],
        worst=named[1],
        count=count,
        slot=slot,
        filled=filled,
        n_slots=n_slots,
    )


def _compose(key: NDArray[np.int64], digit: NDArray[np.integer] | None, base: int) -> None:
    """Write one more digit behind `key`."""
    if digit is not None:
        key *= base
        key += digit


def _places_of(
    masks: NDArray[np.uint64], choices: tuple[NDArray[np.integer], ...]
) -> tuple[NDArray[np.int8], ...] | None:
    """Return the place of each choice in its set, -1 for none; None when one was not shown."""
    places = tuple(np.empty(masks.size, dtype=np.int8) for _ in choices)
    for part in chunks(masks.size):
        for choice, place in zip(choices, places, strict=True):
            bit = bits_of(choice[part].astype(np.int8))
            inside = masks[part] & bit
            if not np.array_equal(inside, bit):
                return None
            # All bits below that of the choice; nobody chosen has no bit, and all below it.
            place[part] = np.bitwise_count(masks[part] & (bit - _ONE))
            place[part][bit == 0] = NOT_NAMED
    return places


def _items_of(sets: NDArray[np.uint64], n_items: int) -> NDArray[np.int64]:
    """Return the items of each set in rising order, after a -1 for none."""
    owner, item = np.nonzero((sets[:, None] >> np.arange(n_items, dtype=np.uint64)) & _ONE)
    sizes = np.bincount(owner, minlength=sets.size)
    items = np.full((sets.size, int(sizes.max()) + 1), NOT_NAMED, dtype=np.int64)
    items[owner, np.arange(owner.size) - (np.cumsum(sizes) - sizes)[owner] + 1] = item
    return items


def _slots(
    key: NDArray[np.int64], n_keys: int
) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], NDArray[np.int64], int]:
    """Return the keys that occur, how often, each row's slot, each such key's slot, the slots."""
    if n_keys <= min(_MOST_SLOTS, _SLOTS_PER_ROW * key.size):
        count = np.bincount(key, minlength=n_keys)
        found = np.flatnonzero(count > 0)
        return found, count[found], key, found, n_keys
    found, slot, count = np.unique(key, return_inverse=True, return_counts=True)
    return found, count, slot, np.arange(found.size), found.size
