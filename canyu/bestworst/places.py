"""Worths of items next to the pull of the places they stood at.

To the best-then-worst model each place of the screen adds a pull of its own,
one for bests and one for worsts, the same whatever stands there. With orders
drawn for each person, places cost the ranking nothing and the fit only
sharpens it; it answers whether the first is first by its place (Campbell and
Erdem, Am. J. Agric. Econ. 97 (2015) 526: half of the people they asked went
by the place).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

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
"""Rows fitted with places; of more, a sample."""

_MAX_STEPS = 50
_MAX_HALVINGS = 30
_TOLERANCE = 1e-7
_CHUNK = 8_192


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


def fit_places(
    rows: Rows,
    *,
    ghost: float = 0.5,
    start: Array | None = None,
    rng: np.random.Generator,
) -> PlacedFit:
    """Fit the best-then-worst model with a pull of each place on bests and on worsts.

    More than 100,000 rows are sampled by `rng`. `start` (J) are worths to
    begin at, such as those of a fit without places. The ghost holds pulls as
    it holds worths, so that a crowd that looks at nothing but places has
    finite ones. Raises TooFewAnswers when no
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
    top, curve = model.climb(np.zeros(rows.n_items) if start is None else start)
    return model.summary(top, curve)


class _Placed:
    """The log-likelihood of rows in J worths, then M pulls on bests, then M on worsts."""

    def __init__(self, rows: Rows, ghost: float) -> None:
        self.rows = rows
        self.ghost = ghost
        self.n_items, self.width = rows.n_items, rows.shown.shape[1]
        self.size = self.n_items + 2 * self.width
        # What only differences fix where no ghost does: all worths, and all pulls of a side.
        self.fixed = np.zeros((self.size, self.size))
        for start, width in (
            (0, self.n_items),
            (self.n_items, self.width),
            (self.n_items + self.width, self.width),
        ):
            self.fixed[start : start + width, start : start + width] = float(ghost == 0)

    def climb(self, start: Array) -> tuple[Array, Array]:
        """Return the parameters at the top and the information there. Raises FitDiverged."""
        at: Array = np.zeros(self.size)
        at[: self.n_items] = start
        value, slope, curve = self.evaluate(at)
        for _ in range(_MAX_STEPS):
            try:
                step = np.linalg.solve(self._anchored(curve), slope)
            except np.linalg.LinAlgError:
                break
            if not np.isfinite(step).all():
                break
            for _ in range(_MAX_HALVINGS):
                trial = at + step
                after = self.evaluate(trial)
                if after[0] >= value - 1e-12 * (1 + abs(value)):
                    break
                step = step / 2
            at, (value, slope, curve) = trial, after
            if np.abs(step).max() <= _TOLERANCE:
                return at, curve
        message = "The answers do not pin worths and pulls of places down to finite numbers."
        raise FitDiverged(message)

    def summary(self, at: Array, curve: Array) -> PlacedFit:
        """Return what was found at the top, with its errors."""
        inverse = np.linalg.inv(self._anchored(curve))
        win = win_ghost(at)
        meat = np.diag(self.ghost * (win**2 + (1 - win) ** 2)) + self._meat(at)
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
        win = win_ghost(at)
        value = self.ghost * float(np.sum(at - 2 * np.logaddexp(0, at)))
        slope: Array = self.ghost * (1 - 2 * win)
        curve: Array = np.diag(2 * self.ghost * win * (1 - win))
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
