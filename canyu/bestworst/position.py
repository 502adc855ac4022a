"""Whether the place on the screen was chosen, rather than what stood there.

Where everybody gets an order of their own, every place holds every taste
equally often, so the places of the bests, and those of the worsts, are
uniform whatever people like: a chi-squared test without a model. It says
nothing where a set always stands in one order. What is left of the worths
when it fires, `places` tells.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.rows import Rows


_MOST_ROWS = 100_000
_FEWEST_A_PLACE = 5
_FEWEST_VARIED = 0.25


@dataclass(frozen=True, slots=True)
class PlaceTest:
    """How even the places of one kind of choice are: chi-squared, its freedom, its p-value."""

    chi2: float
    df: int
    p_value: float


@dataclass(frozen=True, eq=False)
class PositionTest:
    """Whether places were chosen; each side None where it cannot be asked.

    `best_at` and `worst_at` (M) count choices by place on the screen.
    `orders_vary` says whether sets stood in more than one order.
    """

    orders_vary: bool
    best: PlaceTest | None
    worst: PlaceTest | None
    best_at: NDArray[np.int64]
    worst_at: NDArray[np.int64]

    @property
    def testable(self) -> bool:
        """Whether there was anything to test."""
        return self.best is not None or self.worst is not None

    def is_clean(self, level: float) -> bool:
        """Say whether neither side's p-value is below `level`."""
        return all(side is None or side.p_value >= level for side in (self.best, self.worst))


def check_positions(rows: Rows) -> PositionTest:
    """Test whether bests and worsts fall evenly on the places of the screen.

    Screens of different sizes are tested apart and added up; sizes with fewer
    than five choices a place are left out. People count, not weights; rows
    count as independent, so of people with many screens a small p-value means
    less.
    """
    rows = _once_a_person(rows)
    vary = _orders_vary(rows)
    width = rows.shown.shape[1]
    size = (rows.shown >= 0).sum(axis=1)
    sides = []
    for choice in (rows.best, rows.worst):
        place = _places(rows, choice)
        named = choice != NOT_NAMED
        table = np.bincount(
            size[named] * width + place[named], minlength=(width + 1) * width
        ).reshape(width + 1, width)
        sides.append((table.sum(axis=0), _even(table) if vary else None))
    (best_at, best), (worst_at, worst) = sides
    return PositionTest(vary, best, worst, best_at, worst_at)


def _once_a_person(rows: Rows) -> Rows:
    """Keep of one person's answers to one screen in one order only the first.

    Asked again about other traits of the same things, people choose where their favourite stands
    again: that is one draw of places, not several.
    """
    if rows.person is None:
        return rows
    screens = np.column_stack([rows.person, rows.shown])
    _, first = np.unique(screens, axis=0, return_index=True)
    return rows if first.size == len(rows) else rows.take(np.sort(first))


def _orders_vary(rows: Rows) -> bool:
    """Say whether of sets that were shown again a good part stood in another than the usual order.

    Where hardly any set came twice, whether pairs of items did.
    """
    step = max(len(rows) // _MOST_ROWS, 1)
    shown = rows.shown[::step].astype(np.int64)
    if not len(shown):
        return False
    factor = np.random.Generator(np.random.PCG64(7)).integers(1, 2**62, size=shown.shape[1])
    order = (shown * (factor | 1)).sum(axis=1)
    sets, number, times = np.unique(rows.masks[::step], return_inverse=True, return_counts=True)
    pairs, n = np.unique(np.stack([number, order]), axis=1, return_counts=True)
    usual = np.zeros(sets.size, dtype=np.int64)
    np.maximum.at(usual, pairs[0], n)
    again = times > 1
    if times[again].sum() >= 10:
        # One stray order among many equal ones does not make an order of one's own.
        return bool((times - usual)[again].sum() >= _FEWEST_VARIED * times[again].sum())
    before = np.zeros((rows.n_items, rows.n_items), dtype=np.int64)
    for early in range(shown.shape[1]):
        for late in range(early + 1, shown.shape[1]):
            both = shown[:, late] >= 0
            np.add.at(before, (shown[both, early], shown[both, late]), 1)
    met = before + before.T > 1
    return bool(met.any() and ((before > 0) & (before.T > 0))[met].mean() >= _FEWEST_VARIED)


def _places(rows: Rows, choice: NDArray[np.int8]) -> NDArray[np.intp]:
    """Return the place of each row's choice; nonsense where none was named."""
    return np.asarray(np.argmax(rows.shown == choice[:, None], axis=1))


def _even(table: NDArray[np.int64]) -> PlaceTest | None:
    """Test counts (size, place) for evenness within each size."""
    from scipy.special import chdtrc  # noqa: PLC0415 - a quarter of a second, when it is needed

    chi2, df = 0.0, 0
    for size, counts in enumerate(table):
        expected = counts.sum() / max(size, 1)
        if size > 1 and expected >= _FEWEST_A_PLACE:
            chi2 += float(((counts[:size] - expected) ** 2).sum() / expected)
            df += size - 1
    return PlaceTest(chi2, df, float(chdtrc(df, chi2))) if df else None
