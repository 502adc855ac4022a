"""Cells: identical answers added up before any arithmetic.

A best-worst model needs of an answer only the set shown and the two choices.
Adding up answers that agree in all three makes a fit cost the same for a
thousand people and for ten million.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.rows import MAX_ITEMS, rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import NDArray

    from canyu.bestworst.rows import Answer, Rows

_ONE = np.uint64(1)


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

    Raises ValueError as `make_rows` does.
    """
    return cells_of(rows_of(list(answers), n_items=n_items))


def cells_of(rows: Rows) -> Cells:
    """Add up the answers of `rows` that agree in shown set, best and worst."""
    named = rows.named
    return _add_up(
        rows.masks[named],
        rows.best[named].astype(np.int64),
        rows.worst[named].astype(np.int64),
        rows.weight[named],
        n_items=rows.n_items,
        n_empty=len(rows) - int(named.sum()),
    )


def members_of(masks: NDArray[np.uint64], n_items: int) -> NDArray[np.bool_]:
    """Return a (mask, item) table of who is in which set."""
    bits = np.arange(n_items, dtype=np.uint64)
    members: NDArray[np.bool_] = (masks[:, None] >> bits) & _ONE == _ONE
    return members


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
