"""Bests, and worsts given the bests, fitted apart on the same answers.

Both are fits of the same people, so what they say errs together: the joint
covariance comes from the scores of both, added up within each person.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import Cells, cells_of
from canyu.bestworst.fit import Fit, fit
from canyu.bestworst.persons import score_cells
from canyu.bestworst.robust import symmetric, usable
from canyu.bestworst.rows import MAX_ITEMS, NOT_NAMED, Rows

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Array = NDArray[np.float64]

_BLOCK = 16_384


@dataclass(frozen=True, eq=False)
class Apart:
    """The fit of bests, `love`, and of worsts among what was left, `worst`.

    `cells` are the answers, `rest` what the worsts were chosen from. `model`
    and `robust` are the covariances (2J, 2J) of both worths together. `n_eff`
    is the effective number of people (Kish) behind bests or worsts,
    whichever are fewer.
    """

    cells: Cells
    rest: Cells
    love: Fit
    worst: Fit
    model: Array
    robust: Array
    n_persons: int
    n_eff: float

    def cov(self, change: Array) -> Array:
        """Return the covariance to use of `change` (K, 2J) times both worths."""
        model, robust = (symmetric(change @ cov @ change.T) for cov in (self.model, self.robust))
        return usable(model, robust, n_persons=self.n_persons)


def fit_apart(answers: Cells | Rows, *, ghost: float = 0.5) -> Apart:
    """Fit bests and worsts apart. Raises TooFewAnswers and FitDiverged as `fit` does."""
    cells, cell, weight, person = _gather(answers)
    rest = _without_best(cells)
    love, worst = fit(cells, model="best", ghost=ghost), fit(rest, model="worst", ghost=ghost)
    if person is None:
        meat, n_persons = _meat_of_answers(love, worst, cells, rest), cells.n_answers
    else:
        pull = _pull(love, worst, cells, rest)
        meat, n_persons = _meat_of_persons(pull, cell, weight, person)
    fewer = min(_kish(cells, cells.best), _kish(cells, cells.worst))
    return Apart(
        cells=cells,
        rest=rest,
        love=love,
        worst=worst,
        model=_block(love.cov_model, worst.cov_model),
        robust=meat + _block(love.cov_ghost, worst.cov_ghost),
        n_persons=n_persons,
        n_eff=fewer * n_persons / cells.n_answers,
    )


def _gather(
    answers: Cells | Rows,
) -> tuple[Cells, NDArray[np.intp], Array, NDArray[np.int64] | None]:
    """Return the cells, and for rows with persons the cell, weight and person of each."""
    nothing = np.zeros(0, dtype=np.intp)
    if isinstance(answers, Cells):
        return answers, nothing, np.zeros(0), None
    if answers.person is None:
        return cells_of(answers), nothing, np.zeros(0), None
    rows = answers.take(answers.named)
    _, screen = np.unique(rows.masks, return_inverse=True)
    base = MAX_ITEMS + 1
    key = (screen * base + rows.best + 1) * base + rows.worst + 1
    _, first, cell, n = np.unique(key, return_index=True, return_inverse=True, return_counts=True)
    cells = Cells(
        n_items=rows.n_items,
        masks=rows.masks[first],
        best=rows.best[first].astype(np.int64),
        worst=rows.worst[first].astype(np.int64),
        n=n.astype(np.int64),
        sum_w=np.bincount(cell, weights=rows.weight, minlength=n.size).astype(np.float64),
        sum_w2=np.bincount(cell, weights=rows.weight**2, minlength=n.size).astype(np.float64),
        n_empty=len(answers) - len(rows),
    )
    return cells, cell, rows.weight, rows.person


def _without_best(cells: Cells) -> Cells:
    """Return what the worsts were chosen from: all that was shown, less the best."""
    named = cells.best != NOT_NAMED
    bit = np.uint64(1) << np.where(named, cells.best, 0).astype(np.uint64)
    return replace(
        cells,
        masks=np.where(named, cells.masks & ~bit, cells.masks),
        best=np.full_like(cells.best, NOT_NAMED),
    )


def _pull(love: Fit, worst: Fit, cells: Cells, rest: Cells) -> Array:
    """Return how far one answer of each cell moved both worths (C, 2J), to first order."""
    return np.hstack(
        [score_cells(love, cells) @ love.cov_model, score_cells(worst, rest) @ worst.cov_model]
    )


def _meat_of_answers(love: Fit, worst: Fit, cells: Cells, rest: Cells) -> Array:
    """Return the sum of squared pulls, a block of cells at a time."""
    total = np.zeros((2 * love.n_items, 2 * love.n_items))
    for start in range(0, len(cells), _BLOCK):
        part = slice(start, start + _BLOCK)
        pull = _pull(love, worst, _part(cells, part), _part(rest, part))
        total += (pull * cells.sum_w2[part, None]).T @ pull
    return total


def _part(cells: Cells, part: slice) -> Cells:
    columns = ("masks", "best", "worst", "n", "sum_w", "sum_w2", "segment")
    return replace(cells, **{name: getattr(cells, name)[part] for name in columns})


def _meat_of_persons(
    pull: Array, cell: NDArray[np.intp], weight: Array, person: NDArray[np.int64]
) -> tuple[Array, int]:
    """Return the sum of squared pulls, added up by person, and the number of people."""
    order = np.argsort(person, kind="stable")
    start = np.flatnonzero(np.diff(person[order], prepend=person[order[0]] - 1))
    total = np.zeros((pull.shape[1], pull.shape[1]))
    for at in range(0, start.size, _BLOCK):
        block = start[at : at + _BLOCK]
        end = start[at + _BLOCK] if at + _BLOCK < start.size else order.size
        mine = order[block[0] : end]
        summed = np.add.reduceat(pull[cell[mine]] * weight[mine, None], block - block[0], axis=0)
        total += summed.T @ summed
    return total, int(start.size)


def _kish(cells: Cells, choice: NDArray[np.int64]) -> float:
    named = choice != NOT_NAMED
    return float(cells.sum_w[named].sum() ** 2 / cells.sum_w2[named].sum())


def _block(one: Array, other: Array) -> Array:
    nothing = np.zeros_like(one)
    return np.block([[one, nothing], [nothing, other]])
