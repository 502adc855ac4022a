"""Whether the place on the screen was chosen, rather than what stood there.

Where everybody gets an order of their own, every place holds every taste
equally often, so the places of the bests, and those of the worsts, are
uniform whatever people like: a chi-squared test without a model. It says
nothing where a set always stands in one order. When it fires, worths are
fitted again next to a pull of each place, one for bests and one for worsts
(Campbell and Erdem, Am. J. Agric. Econ. 97 (2015) 526, on how common it is).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from scipy.special import chdtrc

from canyu.bestworst.errors import FitDiverged, TooFewAnswers
from canyu.bestworst.newton import win_ghost
from canyu.bestworst.robust import symmetric, usable
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from canyu.bestworst.rows import Rows

    Array = NDArray[np.float64]

MOST_ROWS = 100_000
"""Rows looked at for orders, and fitted with places; of more, a sample."""

_FEWEST_A_PLACE = 5
_FEWEST_VARIED = 0.25
_MAX_STEPS = 50
_TOLERANCE = 1e-8
_CHUNK = 8_192


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


@dataclass(frozen=True, eq=False)
class PlacedFit:
    """Worths (J) next to the pulls of places (M), from the best-then-worst model.

    `coef` sums to zero; `cov` (J, J) is robust, by person where persons are
    known, never below the model's of fewer than 300 people. `place_best` and
    `place_worst` each sum to zero over the places: above nought, the place
    draws choices. `n_answers` are the rows that were fitted, a sample of many.
    """

    coef: Array
    cov: Array
    place_best: Array
    place_worst: Array
    n_answers: int


def check_positions(rows: Rows) -> PositionTest:
    """Test whether bests and worsts fall evenly on the places of the screen.

    Screens of different sizes are tested apart and added up; sizes with fewer
    than five choices a place are left out. People count, not weights; rows
    count as independent, so of people with many screens a small p-value means
    less.
    """
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


def fit_places(rows: Rows, *, ghost: float = 0.5, rng: np.random.Generator) -> PlacedFit:
    """Fit the best-then-worst model with a pull of each place on bests and on worsts.

    More than 100,000 rows are sampled by `rng`. Raises TooFewAnswers when no
    row of positive weight names anything, FitDiverged when the worths and
    pulls are not finite numbers.
    """
    kept = np.flatnonzero(rows.named & (rows.weight > 0))
    if not kept.size:
        message = "There is nothing to fit: no answer of positive weight names a best or a worst."
        raise TooFewAnswers(message)
    if kept.size > MOST_ROWS:
        kept = np.sort(rng.choice(kept, size=MOST_ROWS, replace=False))
    model = _Placed(rows.take(kept), ghost)
    top = model.climb()
    return model.summary(top)


def _orders_vary(rows: Rows) -> bool:
    """Say whether sets that were shown again stood in another order at times.

    Where hardly any set came twice, whether pairs of items did.
    """
    step = max(len(rows) // MOST_ROWS, 1)
    shown = rows.shown[::step].astype(np.int64)
    if not len(shown):
        return False
    factor = np.random.Generator(np.random.PCG64(7)).integers(1, 2**62, size=shown.shape[1])
    order = (shown * (factor | 1)).sum(axis=1)
    sets, number, times = np.unique(rows.masks[::step], return_inverse=True, return_counts=True)
    low, high = np.full(sets.size, np.iinfo(np.int64).max), np.full(sets.size, -(2**63))
    np.minimum.at(low, number, order)
    np.maximum.at(high, number, order)
    again = times > 1
    if times[again].sum() >= 10:
        return bool((low < high)[again].mean() >= _FEWEST_VARIED)
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
    chi2, df = 0.0, 0
    for size, counts in enumerate(table):
        expected = counts.sum() / max(size, 1)
        if size > 1 and expected >= _FEWEST_A_PLACE:
            chi2 += float(((counts[:size] - expected) ** 2).sum() / expected)
            df += size - 1
    return PlaceTest(chi2, df, float(chdtrc(df, chi2))) if df else None


class _Placed:
    """The log-likelihood of rows in J worths, then M pulls on bests, then M on worsts."""

    def __init__(self, rows: Rows, ghost: float) -> None:
        self.rows = rows
        self.ghost = ghost
        self.n_items, self.width = rows.n_items, rows.shown.shape[1]
        self.size = self.n_items + 2 * self.width
        # What only differences fix: all worths (without a ghost), all pulls of a side,
        # and pulls of places that no screen has.
        self.fixed = np.zeros((self.size, self.size))
        for side in range(2):
            start = self.n_items + side * self.width
            self.fixed[start : start + self.width, start : start + self.width] = 1.0
        if ghost == 0:
            self.fixed[: self.n_items, : self.n_items] = 1.0

    def climb(self) -> Array:
        """Return the parameters at the top. Raises FitDiverged."""
        at: Array = np.zeros(self.size)
        value, slope, curve = self.evaluate(at)
        for _ in range(_MAX_STEPS):
            step = np.linalg.solve(self._anchored(curve), slope)
            if not np.isfinite(step).all():
                break
            for _ in range(30):
                trial = at + step
                after = self.evaluate(trial)
                if after[0] >= value - 1e-12 * (1 + abs(value)):
                    break
                step = step / 2
            at, (value, slope, curve) = trial, after
            if np.abs(step).max() <= _TOLERANCE:
                return at
        message = "The answers do not pin worths and pulls of places down to finite numbers."
        raise FitDiverged(message)

    def summary(self, at: Array) -> PlacedFit:
        """Return what was found at the top, with its errors."""
        _, _, curve = self.evaluate(at)
        inverse = np.linalg.inv(self._anchored(curve))
        win = win_ghost(at[: self.n_items])
        meat = np.zeros((self.size, self.size))
        np.fill_diagonal(
            meat[: self.n_items, : self.n_items], self.ghost * (win**2 + (1 - win) ** 2)
        )
        meat += self._meat(at)
        centring = np.zeros((self.n_items, self.size))
        centring[:, : self.n_items] = np.eye(self.n_items) - 1 / self.n_items
        robust = symmetric(centring @ inverse @ meat @ inverse @ centring.T)
        plain = symmetric(centring @ inverse @ centring.T)
        first = self.n_items
        worth, best = at[:first], at[first : first + self.width]
        worst = at[first + self.width :]
        return PlacedFit(
            coef=worth - worth.mean(),
            cov=usable(plain, robust, n_persons=self.rows.n_persons),
            place_best=best - best.mean(),
            place_worst=worst - worst.mean(),
            n_answers=len(self.rows),
        )

    def evaluate(self, at: Array) -> tuple[float, Array, Array]:
        """Return log-likelihood with the ghost's part, gradient and information."""
        worth = at[: self.n_items]
        win = win_ghost(worth)
        value = self.ghost * float(np.sum(worth - 2 * np.logaddexp(0, worth)))
        slope, curve = np.zeros(self.size), np.zeros((self.size, self.size))
        slope[: self.n_items] = self.ghost * (1 - 2 * win)
        np.fill_diagonal(curve[: self.n_items, : self.n_items], 2 * self.ghost * win * (1 - win))
        for rows, side, chance, loglik in self._sides(at):
            weight = self.rows.weight[rows]
            value += float(weight @ loglik)
            score, spread = self._derivatives(rows, side, chance)
            slope += weight @ score
            curve += spread
        return value, slope, curve

    def _sides(self, at: Array) -> Iterator[tuple[NDArray[np.intp], int, Array, Array]]:
        """Yield rows that name a best, or a worst, with the chance of each place (n, M)."""
        rows = self.rows
        for side, (sign, choice) in enumerate(((1, rows.best), (-1, rows.worst))):
            start = self.n_items + side * self.width
            pull = at[start : start + self.width]
            named = np.flatnonzero(choice != NOT_NAMED)
            for begin in range(0, named.size, _CHUNK):
                part = named[begin : begin + _CHUNK]
                shown = rows.shown[part]
                there = shown >= 0
                if side:
                    there &= shown != rows.best[part, None]
                utility = sign * at[np.maximum(shown, 0)] + pull
                utility = np.where(there, utility, -np.inf)
                utility -= utility.max(axis=1, keepdims=True)
                chance = np.exp(utility)
                total = chance.sum(axis=1, keepdims=True)
                place = np.argmax(shown == choice[part, None], axis=1)
                loglik = utility[np.arange(part.size), place] - np.log(total[:, 0])
                yield part, side, chance / total, loglik

    def _derivatives(self, rows: NDArray[np.intp], side: int, chance: Array) -> tuple[Array, Array]:
        """Return the scores (n, P) of some rows and the information that they hold (P, P)."""
        shown = self.rows.shown[rows].astype(np.int64)
        choice = (self.rows.worst if side else self.rows.best)[rows]
        sign, start = (-1.0, self.n_items + self.width) if side else (1.0, self.n_items)
        every = np.arange(rows.size)
        # One column more than there are parameters takes what lies past a screen's end.
        shown[shown < 0] = self.size
        table = np.zeros((rows.size, self.size + 1))
        np.put_along_axis(table, shown, sign * chance, axis=1)
        expected = table[:, :-1]
        expected[:, start : start + self.width] = chance
        score = -expected
        score[every, choice] += sign
        score[every, start + np.argmax(self.rows.shown[rows] == choice[:, None], axis=1)] += 1.0
        weighted = chance * self.rows.weight[rows, None]
        spread = -(expected * self.rows.weight[rows, None]).T @ expected
        shown[shown == self.size] = self.n_items
        cross = np.bincount(
            (shown * self.width + np.arange(self.width)).ravel(),
            weights=weighted.ravel(),
            minlength=(self.n_items + 1) * self.width,
        ).reshape(self.n_items + 1, self.width)[:-1]
        stop = start + self.width
        spread[np.arange(self.n_items), np.arange(self.n_items)] += cross.sum(axis=1)
        spread[np.arange(start, stop), np.arange(start, stop)] += cross.sum(axis=0)
        spread[: self.n_items, start:stop] += sign * cross
        spread[start:stop, : self.n_items] += sign * cross.T
        return score, spread

    def _meat(self, at: Array) -> Array:
        """Add up squared scores, those of a person first added to one another."""
        rows = self.rows
        person = np.arange(len(rows))
        if rows.person is not None:
            person = np.unique(rows.person, return_inverse=True)[1]
        scores = np.zeros((int(person.max()) + 1, self.size))
        for part, side, chance, _ in self._sides(at):
            score, _ = self._derivatives(part, side, chance)
            np.add.at(scores, person[part], score * rows.weight[part, None])
        meat: Array = scores.T @ scores
        return meat

    def _anchored(self, curve: Array) -> Array:
        held: Array = curve + self.fixed * (1 + np.trace(curve) / self.size)
        idle = np.flatnonzero(np.diag(curve) <= 0)
        held[idle, idle] += 1.0
        return held
