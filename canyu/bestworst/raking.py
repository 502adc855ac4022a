"""Raking of cells: masses brought to all targets at once, and under a cap."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.errors import RakingDiverged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_ROUNDING = 1e-9
_OUT_OF_SIGHT = 1e9


@dataclass(frozen=True, eq=False)
class Margin:
    """One grouping of the cells: codes from 0, and the share each is to get."""

    code: NDArray[np.int64]
    target: Array

    def totals(self, mass: Array) -> Array:
        """Return the share of each code."""
        return np.bincount(self.code, weights=mass, minlength=self.target.size).astype(np.float64)

    def factor(self, mass: Array) -> Array:
        """Return what brings each cell's category to its target."""
        totals = self.totals(mass)
        factor = np.divide(self.target, totals, out=np.zeros_like(totals), where=totals > 0)
        return np.asarray(factor[self.code])

    def miss(self, mass: Array) -> float:
        """Return the largest distance of a share from its target."""
        return float(np.abs(self.totals(mass) - self.target).max())


def rake_cells(
    start: Array, margins: list[Margin], tolerance: float, max_rounds: int
) -> tuple[Array, int]:
    """Multiply by target over total, margin after margin, until all totals are right."""
    mass = start
    for done in range(1, max_rounds + 1):
        for margin in margins:
            mass = mass * margin.factor(mass)
        if largest_miss(margins, mass) <= tolerance:
            return mass, done
    message = (
        f"No weights reach all targets together: after {max_rounds} rounds a share is still "
        f"{largest_miss(margins, mass):.2g} off. Give fewer groupings, or join categories that "
        "hardly anybody is in."
    )
    raise RakingDiverged(message)


def rake_under_cap(
    free: Array, start: Array, margins: list[Margin], cap: float, tolerance: float, max_rounds: int
) -> tuple[Array, int]:
    """Rake on from `free`, with every weight cut to the cap when totals are taken.

    The uncut weights are kept, so that one cut too early grows back. Where
    cap and targets cannot both hold, the cap does.
    """
    mass, rounds = _cut(free, start, cap), 0
    while rounds < max_rounds and largest_miss(margins, mass) > tolerance:
        for margin in margins:
            free = np.minimum(free * margin.factor(mass), _OUT_OF_SIGHT)
            mass = _cut(free, start, cap)
        rounds += 1
    return mass, rounds


def _cut(mass: Array, start: Array, cap: float) -> Array:
    return np.minimum(mass, largest_allowed(mass, start, cap) * start)


def largest_allowed(mass: Array, start: Array, cap: float) -> float:
    """Return the largest weight that the cap allows."""
    some = mass > 0
    return cap * _median(mass[some] / start[some], start[some])


def largest_miss(margins: list[Margin], mass: Array) -> float:
    """Return the largest distance of any share from its target."""
    return max(margin.miss(mass) for margin in margins)


def _median(value: Array, weight: Array) -> float:
    """Return the weighted median, midway between two where half the weight ends."""
    order = np.argsort(value)
    below = np.cumsum(weight[order])
    half = below[-1] / 2
    low, high = np.searchsorted(below, [half * (1 - _ROUNDING), half * (1 + _ROUNDING)])
    return float(value[order][low] + value[order][high]) / 2
