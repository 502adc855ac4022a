"""Cells: identical answers added up before any arithmetic.

A best-worst model needs of an answer only the set shown and the two choices.
Adding up answers that agree in all three makes a fit cost the same for a
thousand people and for ten million.
"""

from __future__ import annotations

from dataclasses import dataclass, field, fields, replace
from typing import TYPE_CHECKING, Any

import numpy as np

from canyu.bestworst.checks import NOT_NAMED, check_segments
from canyu.bestworst.grouping import Groups, group_choices
from canyu.bestworst.rows import rows_of

if TYPE_CHECKING:
    from collections.abc import Iterable

    from numpy.typing import ArrayLike, NDArray

    from canyu.bestworst.rows import Answer, Rows

_ONE = np.uint64(1)


@dataclass(frozen=True, eq=False)
class Cells:
    """Answers added up by (shown set, segment, best, worst); arrays have one entry a cell.

    Bit j of `masks` is set when item j was shown. `best` and `worst` are item
    numbers or -1 (`NOT_NAMED`). `n` counts answers, `sum_w` and `sum_w2` add
    up their weights and squared weights. `segment` numbers the group of people
    who answered, all 0 where nobody was told apart. Answers that name neither
    best nor worst are in no cell; `n_empty` counts them.
    """

    n_items: int
    masks: NDArray[np.uint64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    n: NDArray[np.int64]
    sum_w: NDArray[np.float64]
    sum_w2: NDArray[np.float64]
    n_empty: int = 0
    segment: NDArray[np.int64] = field(default_factory=lambda: np.zeros(0, dtype=np.int64))

    def __post_init__(self) -> None:
        """Fill in the one segment of people not told apart; freeze the arrays like the class."""
        if not self.segment.size:
            object.__setattr__(self, "segment", np.zeros(self.n.size, dtype=np.int64))
        for values in self._columns().values():
            values.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of cells."""
        return int(self.n.size)

    @property
    def n_answers(self) -> int:
        """Answers that name a best, a worst, or both."""
        return int(self.n.sum())

    @property
    def segments(self) -> NDArray[np.int64]:
        """The segments with an answer, in rising order."""
        return np.unique(self.segment)

    def in_segment(self, segment: int) -> Cells:
        """Return the cells of one segment; who named nothing is counted in none."""
        return replace(self._take(self.segment == segment), n_empty=0)

    def merged(self) -> Cells:
        """Return the cells of everybody, with the segments added up."""
        if not self.segment.any():
            return self
        columns = self._columns() | {"segment": np.zeros_like(self.segment)}
        return _gather(columns, self.n_items, self.n_empty)

    def plus(self, other: Cells) -> Cells:
        """Return these answers and those of `other` together. Raises ValueError as `minus`."""
        return self._with(other, +1)

    def minus(self, other: Cells) -> Cells:
        """Return the cells without the answers of `other`; no row is read again.

        Raises ValueError when `other` is about another number of items, or
        holds answers that are not among these.
        """
        rest = self._with(other, -1)
        if (rest.n < 0).any() or rest.n_empty < 0:
            message = "the answers to leave out are not all among the answers"
            raise ValueError(message)
        # Where all that is left weighs nothing, rounding may leave less than that.
        return replace(rest, sum_w=np.maximum(rest.sum_w, 0.0), sum_w2=np.maximum(rest.sum_w2, 0.0))

    def _with(self, other: Cells, sign: int) -> Cells:
        if other.n_items != self.n_items:
            message = f"the others are about {other.n_items} items, these about {self.n_items}"
            raise ValueError(message)
        signed = {name: sign * getattr(other, name) for name in ("n", "sum_w", "sum_w2")}
        theirs = other._columns() | signed
        columns = {
            name: np.concatenate([ours, theirs[name]]) for name, ours in self._columns().items()
        }
        return _gather(columns, self.n_items, self.n_empty + sign * other.n_empty)

    def _take(self, which: NDArray[np.bool_]) -> Cells:
        taken: dict[str, Any] = {name: values[which] for name, values in self._columns().items()}
        return replace(self, **taken)

    def _columns(self) -> dict[str, NDArray[Any]]:
        names = (one.name for one in fields(self) if one.name not in {"n_items", "n_empty"})
        return {name: getattr(self, name) for name in names}


def gather_cells(answers: Iterable[Answer], *, n_items: int) -> Cells:
    """Check `answers` about items 0 to `n_items` - 1 and add them up to cells.

    Raises ValueError as `make_rows` does.
    """
    return cells_of(rows_of(list(answers), n_items=n_items))


def cells_of(rows: Rows, *, segment: ArrayLike | None = None) -> Cells:
    """Add up the answers of `rows` that agree in shown set, best and worst.

    `segment` (N) numbers the group of people that each answer is of, from 0;
    answers of different segments stay in different cells. Raises ValueError
    for a segment below 0, TypeError for one that is not a whole number.
    """
    segments = None if segment is None else check_segments(segment, len(rows))
    groups = group_choices(rows.masks, rows.best, rows.worst, segments, rows.n_items)
    return count_answers(groups, rows.weight, rows.n_items)


def members_of(masks: NDArray[np.uint64], n_items: int) -> NDArray[np.bool_]:
    """Return a (mask, item) table of who is in which set."""
    bits = np.arange(n_items, dtype=np.uint64)
    members: NDArray[np.bool_] = (masks[:, None] >> bits) & _ONE == _ONE
    return members


def count_answers(groups: Groups, weight: NDArray[np.float64] | None, n_items: int) -> Cells:
    """Make cells of grouped answers."""
    n = groups.count
    if weight is None or (weight == 1).all():
        weights = weights2 = n.astype(np.float64)
    else:
        weights, weights2 = groups.total(weight), groups.total(weight**2)
    return _cells(groups, n, weights, weights2, n_items, 0)


def _gather(columns: dict[str, NDArray[Any]], n_items: int, n_empty: int) -> Cells:
    """Make cells of the columns of cells, those of the same choices added up."""
    groups = group_choices(
        columns["masks"], columns["best"], columns["worst"], columns["segment"], n_items
    )
    sums = (columns["n"].astype(np.float64), columns["sum_w"], columns["sum_w2"])
    return add_counters(groups, sums, n_items, n_empty)


def add_counters(
    groups: Groups, sums: tuple[NDArray[np.float64], ...], n_items: int, n_empty: int
) -> Cells:
    """Make cells of grouped counters n, sum w and sum w^2."""
    n, sum_w, sum_w2 = (groups.total(amount) for amount in sums)
    return _cells(groups, np.rint(n).astype(np.int64), sum_w, sum_w2, n_items, n_empty)


def _cells(
    groups: Groups,
    n: NDArray[np.int64],
    sum_w: NDArray[np.float64],
    sum_w2: NDArray[np.float64],
    n_items: int,
    n_empty: int,
) -> Cells:
    named = (groups.best != NOT_NAMED) | (groups.worst != NOT_NAMED)
    kept = named & (n != 0)
    return Cells(
        n_items=n_items,
        masks=groups.masks[kept],
        best=groups.best[kept],
        worst=groups.worst[kept],
        n=n[kept],
        sum_w=sum_w[kept],
        sum_w2=sum_w2[kept],
        n_empty=n_empty + int(n[~named].sum()),
        segment=groups.segment[kept],
    )
