"""The same fit again and again, each time without some of the people.

Whoever asks what an award hangs on leaves people out and looks who is first
then. Rows are added up to cells once; every further fit sees only cells with
a little less weight, and starts from where the last one ended.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.choices import CHUNK, Choices
from canyu.bestworst.fit import look, objective_of
from canyu.bestworst.grouping import group_choices
from canyu.bestworst.newton import Point, anchored, climb, evaluate
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.fit import Fit, Model
    from canyu.bestworst.newton import Objective
    from canyu.bestworst.rows import Rows

    Array = NDArray[np.float64]

# Newton squares the error: after a step so small next to nothing is left.
_TOLERANCE = 1e-6
_MAX_STEPS = 12
_LONGEST = 2.0
_SPARE_GHOST = 0.5
_ROUNDING = 1e-9


@dataclass(frozen=True, eq=False)
class Refits:
    """Rows added up to C cells, with the way back from each row to its cell.

    `rows` are the N answers that the model looks at, `cell` (N) is the cell
    of each and `weight` (C) what each cell weighs. `start` (J) are the worths
    of the fit to all of them.
    """

    rows: Rows
    model: Model
    ghost: float
    masks: NDArray[np.uint64]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    cell: NDArray[np.int64]
    weight: Array
    start: Array

    @property
    def n_items(self) -> int:
        """The number of items J."""
        return self.rows.n_items

    @cached_property
    def person(self) -> NDArray[np.int64] | None:
        """The number of each row's person, from 0 and without gaps; None where each is one."""
        if self.rows.person is None:
            return None
        return np.unique(self.rows.person, return_inverse=True)[1].astype(np.int64)

    @property
    def n_people(self) -> int:
        """How many people answered."""
        return len(self.rows) if self.person is None else int(self.person.max(initial=-1)) + 1

    def count_people(self, which: NDArray[np.bool_]) -> int:
        """Count the people who gave the answers of a mask (N)."""
        if self.person is None:
            return int(np.count_nonzero(which))
        return int(np.count_nonzero(np.bincount(self.person[which])))

    def weigh(self, which: NDArray[np.bool_] | NDArray[np.integer]) -> Array:
        """Return what the rows of a mask or of indices weigh in each cell (C)."""
        total = np.bincount(
            self.cell[which], weights=self.rows.weight[which], minlength=self.weight.size
        )
        return total.astype(np.float64)

    def objective(self, removed: Array) -> Objective:
        """Return the log-likelihood of what is left without the weights `removed` (C)."""
        left = self.weight - removed
        left[left < _ROUNDING * self.weight] = 0.0
        kept = left > 0
        cells = Choices(
            n_items=self.n_items,
            masks=self.masks[kept],
            best=self.best[kept],
            worst=self.worst[kept],
            weight=left[kept],
        )
        return objective_of(cells, self.model)

    def without(self, removed: Array, start: Array | None = None) -> Point | None:
        """Fit what is left without the weights `removed` (C); None where nothing is.

        Newton's method from `start`, by default from the fit to all. With no
        ghost, answers that no longer pin the worths down get one of 0.5.
        """
        objective = self.objective(removed)
        if not objective.total > 0:
            return None
        point = _settle(objective, self.start if start is None else start, self.ghost)
        if point is not None:
            return point
        ghost = self.ghost or _SPARE_GHOST
        return climb(objective, ghost=ghost, tolerance=_TOLERANCE, max_iterations=100).top

    def scores(self, point: Point, towards: Array) -> Array:
        """Return how far one answer of each cell moved v along `towards` (J, K), as (C, K).

        To first order: the slope of the answer times H^-1 at `point`.
        """
        directions = np.linalg.solve(anchored(point.information, self.ghost), towards)
        cells = Choices(self.n_items, self.masks, self.best, self.worst, self.weight)
        objective = objective_of(cells, self.model)
        moved = np.empty((self.weight.size, towards.shape[1]))
        for begin in range(0, self.weight.size, CHUNK):
            part = slice(begin, begin + CHUNK)
            moved[part] = objective.scores(part, point.worth) @ directions
        return moved


def looks_at(rows: Rows, model: Model) -> NDArray[np.bool_]:
    """Say which rows `model` looks at (N): for bests only, those that name a best."""
    if model == "best":
        return np.asarray(rows.best != NOT_NAMED)
    if model == "worst":
        return np.asarray(rows.worst != NOT_NAMED)
    return rows.named


def prepare(rows: Rows, fit: Fit) -> Refits:
    """Add up `rows`, which `fit` was made from, for fitting them again without some.

    All rows must be such that the model looks at them (`looks_at`).
    """
    groups = group_choices(rows.masks, rows.best, rows.worst, None, rows.n_items)
    number = np.zeros(groups.n_slots, dtype=np.int64)
    number[groups.filled] = np.arange(groups.filled.size)
    cell = number[groups.slot]
    weight = groups.total(rows.weight)
    everything = Choices(rows.n_items, groups.masks, groups.best, groups.worst, weight)
    seen = look(everything, weight, fit.model)
    return Refits(
        rows=rows,
        model=fit.model,
        ghost=fit.ghost,
        masks=groups.masks,
        best=np.asarray(seen.best, dtype=np.int64),
        worst=np.asarray(seen.worst, dtype=np.int64),
        cell=cell,
        weight=weight,
        start=_settled_start(seen, fit),
    )


def _settled_start(seen: Choices, fit: Fit) -> Array:
    """Shift the centred worths to where the ghost, who stands at nought, wants them."""
    if fit.ghost == 0:
        return fit.coef
    point = _settle(objective_of(seen, fit.model), fit.coef, fit.ghost)
    return fit.coef if point is None else point.worth


def _settle(objective: Objective, start: Array, ghost: float) -> Point | None:
    """Take Newton steps from nearby; None when that leads astray."""
    point = evaluate(objective, start, ghost)
    for _ in range(_MAX_STEPS):
        try:
            step = np.linalg.solve(anchored(point.information, ghost), point.gradient)
        except np.linalg.LinAlgError:
            return None
        if not np.isfinite(step).all() or np.abs(step).max() > _LONGEST:
            return None
        trial = evaluate(objective, point.worth + step, ghost)
        if trial.objective < point.objective - _ROUNDING * (1 + abs(point.objective)):
            return None
        point = trial
        if np.abs(step).max() <= _TOLERANCE:
            return point
    return None
