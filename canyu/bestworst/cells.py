"""Answers and cells: identical answers added up before any arithmetic.

A best-worst model needs of an answer only the set shown and the two choices.
Adding up answers that agree in all three makes a fit cost the same for a
thousand people and for ten million.
"""

from __future__ import annotations

from array import array
from dataclasses import dataclass
from itertools import chain
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

MAX_ITEMS = 60
"""A shown set is one 64-bit mask; four bits are kept free for markers."""

NOT_NAMED = -1
"""Stands in `Cells.best` and `Cells.worst` where the person named none."""

_MIN_SHOWN = 2
_ONE = np.uint64(1)


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said about one screen.

    `shown` holds item numbers in displayed order; `best` and `worst` are items
    of it, or None where the person named none. `weight` says how many people
    the answer stands for; weights should average one.
    """

    shown: tuple[int, ...]
    best: int | None
    worst: int | None
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Cells:
    """Answers added up by (shown set, best, worst); all arrays have one entry a cell.

    Bit j of `masks` is set when item j was shown. `best` and `worst` are item
    numbers or -1 (`NOT_NAMED`). `n` counts answers, `sum_w` and `sum_w2` add
    up their weights and squared weights. Answers that name neither best nor
    worst are in no cell; `n_empty` counts them.
    """

    n_items: int
    masks: NDArray[np.uint64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    n: NDArray[np.int64]
    sum_w: NDArray[np.float64]
    sum_w2: NDArray[np.float64]
    n_empty: int = 0

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        for values in (self.masks, self.best, self.worst, self.n, self.sum_w, self.sum_w2):
            values.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of cells."""
        return int(self.n.size)

    @property
    def n_answers(self) -> int:
        """Answers that name a best, a worst, or both."""
        return int(self.n.sum())


def gather_cells(answers: Iterable[Answer], *, n_items: int) -> Cells:
    """Check `answers` about items 0 to `n_items` - 1 and add them up to cells.

    Raises ValueError, naming the answer by its place, its value and what is
    allowed, when an item is out of range or shown twice, a choice was not
    shown, best and worst are one item, a choice was made among fewer than two
    items, or a weight is negative or not finite.
    """
    if not _MIN_SHOWN <= n_items <= MAX_ITEMS:
        message = f"n_items is {n_items}, must be from {_MIN_SHOWN} to {MAX_ITEMS}"
        raise ValueError(message)
    rows = list(answers)
    masks = _masks_of(rows, n_items)
    best = _choices_of((row.best for row in rows), masks, rows, "best")
    worst = _choices_of((row.worst for row in rows), masks, rows, "worst")
    weight = np.fromiter((row.weight for row in rows), np.float64, len(rows))
    _check_rows(rows, masks, best, worst, weight)
    named = (best != NOT_NAMED) | (worst != NOT_NAMED)
    return _add_up(
        masks[named],
        best[named],
        worst[named],
        weight[named],
        n_items=n_items,
        n_empty=len(rows) - int(named.sum()),
    )


def members_of(masks: NDArray[np.uint64], n_items: int) -> NDArray[np.bool_]:
    """Return a (mask, item) table of who is in which set."""
    bits = np.arange(n_items, dtype=np.uint64)
    members: NDArray[np.bool_] = (masks[:, None] >> bits) & _ONE == _ONE
    return members


def _masks_of(rows: Sequence[Answer], n_items: int) -> NDArray[np.uint64]:
    """Turn each shown tuple into a mask, refusing strangers and doubles."""
    lengths = np.fromiter((len(row.shown) for row in rows), np.int64, len(rows))
    flat = np.array(array("q", chain.from_iterable(row.shown for row in rows)), dtype=np.int64)
    owner = np.repeat(np.arange(len(rows)), lengths)
    strange = (flat < 0) | (flat >= n_items)
    if strange.any():
        at = int(np.argmax(strange))
        message = f"answer {owner[at]}: item {flat[at]} was shown, must be from 0 to {n_items - 1}"
        raise ValueError(message)
    masks = np.zeros(len(rows), dtype=np.uint64)
    filled = lengths > 0
    if filled.any():
        starts = (np.cumsum(lengths) - lengths)[filled]
        masks[filled] = np.bitwise_or.reduceat(_ONE << flat.astype(np.uint64), starts)
    doubled = np.bitwise_count(masks) != lengths
    if doubled.any():
        at = int(np.argmax(doubled))
        message = f"answer {at}: shown is {rows[at].shown}, must hold each item once"
        raise ValueError(message)
    return masks


def _choices_of(
    values: Iterable[int | None],
    masks: NDArray[np.uint64],
    rows: Sequence[Answer],
    name: str,
) -> NDArray[np.int64]:
    """Turn choices into an array, refusing those that were not on the screen."""
    given = array("q", (NOT_NAMED if value is None else value for value in values))
    chosen = np.array(given, dtype=np.int64)
    blank = np.fromiter((getattr(row, name) is None for row in rows), np.bool_, len(rows))
    in_range = (chosen >= 0) & (chosen < MAX_ITEMS)
    bit = np.where(in_range, chosen, 0).astype(np.uint64)
    foreign = ~blank & ~(in_range & ((masks >> bit) & _ONE == _ONE))
    if foreign.any():
        at = int(np.argmax(foreign))
        shown = rows[at].shown
        message = f"answer {at}: {name} is {chosen[at]}, must be one of the shown items {shown}"
        raise ValueError(message)
    return chosen


def _check_rows(
    rows: Sequence[Answer],
    masks: NDArray[np.uint64],
    best: NDArray[np.int64],
    worst: NDArray[np.int64],
    weight: NDArray[np.float64],
) -> None:
    """Refuse one item as both choices, a choice without rivals, a mad weight."""
    same = (best == worst) & (best != NOT_NAMED)
    if same.any():
        at = int(np.argmax(same))
        others = tuple(item for item in rows[at].shown if item != best[at])
        message = (
            f"answer {at}: best and worst are both {best[at]}, "
            f"worst must be one of the other shown items {others}"
        )
        raise ValueError(message)
    mad = ~(np.isfinite(weight) & (weight >= 0))
    if mad.any():
        at = int(np.argmax(mad))
        message = f"answer {at}: weight is {weight[at]}, must be a finite number of at least 0"
        raise ValueError(message)
    lonely = ((best != NOT_NAMED) | (worst != NOT_NAMED)) & (np.bitwise_count(masks) < _MIN_SHOWN)
    if lonely.any():
        at = int(np.argmax(lonely))
        message = (
            f"answer {at}: a choice was made among {rows[at].shown}, "
            f"at least {_MIN_SHOWN} items must have been shown"
        )
        raise ValueError(message)


def _add_up(
    masks: NDArray[np.uint64],
    best: NDArray[np.int64],
    worst: NDArray[np.int64],
    weight: NDArray[np.float64],
    *,
    n_items: int,
    n_empty: int,
) -> Cells:
    """Group equal (mask, best, worst) triples; cells come out in a fixed order."""
    sets, set_id = np.unique(masks, return_inverse=True)
    base = MAX_ITEMS + 1
    keys, cell_id = np.unique(
        (set_id * base + best + 1) * base + worst + 1,
        return_inverse=True,
    )
    size = keys.size
    return Cells(
        n_items=n_items,
        masks=sets[keys // (base * base)],
        best=keys // base % base - 1,
        worst=keys % base - 1,
        n=np.bincount(cell_id, minlength=size),
        sum_w=np.bincount(cell_id, weights=weight, minlength=size).astype(np.float64),
        sum_w2=np.bincount(cell_id, weights=weight**2, minlength=size).astype(np.float64),
        n_empty=n_empty,
    )
