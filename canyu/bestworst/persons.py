"""Scores of answers and of people, and robust errors when people answered more than once."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.choices import CHUNK, Choices
from canyu.bestworst.fit import look, objective_of
from canyu.bestworst.numbering import number_values
from canyu.bestworst.robust import symmetric, usable
from canyu.bestworst.rows import MAX_ITEMS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

    from canyu.bestworst.cells import Cells
    from canyu.bestworst.fit import Fit
    from canyu.bestworst.rows import Rows

    Array = NDArray[np.float64]


def score_cells(fit: Fit, cells: Cells) -> Array:
    """Return the slope of one answer of unit weight at the fitted worths, for each cell.

    Shape (C, J); each row adds up to nought, and is nought throughout where
    the model does not look at the answer. To first order `fit.cov_model @
    score` is how far one such answer moved the worths. Raises ValueError when
    `cells` are about another number of items.
    """
    _check_items(fit, cells.n_items)
    choices = look(cells, cells.sum_w, fit.model)
    return objective_of(choices, fit.model).scores(slice(None), fit.coef)


def score_rows(fit: Fit, rows: Rows) -> Array:
    """Return the same for each row, shape (N, J), not multiplied by its weight.

    Raises ValueError when `rows` are about another number of items.
    """
    _check_items(fit, rows.n_items)
    score, number, _ = _scores(fit, rows)
    return score[number]


def with_clusters(fit: Fit, rows: Rows) -> Fit:
    """Return `fit` with robust errors that hold when people answered more than once.

    `rows` are the answers that were fitted. Scores are added up within each
    person, weighted, before they are squared: V = H^-1 (sum_p g_p g_p') H^-1,
    without a factor for small samples (Liang and Zeger 1986; R's `coxph` with
    `cluster`). `n_persons` and `cov` follow; all else stays.

    Raises ValueError when `rows` are not as many answers as were fitted or
    are about another number of items.
    """
    _check_items(fit, rows.n_items)
    score, number, counted = _scores(fit, rows)
    kept = np.flatnonzero(counted[number])
    if kept.size != fit.n_answers:
        message = (
            f"rows hold {kept.size} answers that the model looks at, "
            f"must hold the {fit.n_answers} that were fitted"
        )
        raise ValueError(message)
    person = kept if rows.person is None else rows.person[kept]
    meat, n_persons = np.zeros((fit.n_items, fit.n_items)), 0
    for part, starts in _blocks(person):
        chosen = kept[part]
        weighted = score[number[chosen]] * rows.weight[chosen, None]
        summed = np.add.reduceat(weighted, starts, axis=0)
        meat += summed.T @ summed
        n_persons += starts.size
    # Scores add up to nought, so that the centred H^-1 serves as well as H^-1 itself.
    robust = symmetric(fit.cov_ghost + fit.cov_model @ meat @ fit.cov_model)
    return replace(
        fit,
        cov_robust=robust,
        cov=usable(fit.cov_model, robust, n_persons=n_persons),
        n_persons=n_persons,
    )


def _scores(fit: Fit, rows: Rows) -> tuple[Array, NDArray[np.intp], NDArray[np.bool_]]:
    """Return the scores of distinct answers, whose answer each row is, and which count."""
    masks = rows.masks
    _, screen = number_values(masks)
    base = MAX_ITEMS + 1
    key = (screen * base + rows.best + 1) * base + rows.worst + 1
    keys, number = number_values(key.astype(np.uint64))
    first = np.zeros(keys.size, dtype=np.intp)
    first[number] = np.arange(len(rows))
    distinct = Choices(
        n_items=rows.n_items,
        masks=masks[first],
        best=rows.best[first].astype(np.int64),
        worst=rows.worst[first].astype(np.int64),
        weight=np.ones(first.size),
    )
    choices = look(distinct, distinct.weight, fit.model)
    score = objective_of(choices, fit.model).scores(slice(None), fit.coef)
    return score, number, choices.named


def _blocks(person: NDArray[np.int64]) -> Iterator[tuple[NDArray[np.intp], NDArray[np.intp]]]:
    """Yield the rows of some thousand people at a time, and where each one's begin."""
    order = np.argsort(person, kind="stable")
    ordered = person[order]
    starts = np.flatnonzero(np.r_[True, ordered[1:] != ordered[:-1]])
    for at in range(0, starts.size, CHUNK):
        block = starts[at : at + CHUNK]
        end = starts[at + CHUNK] if at + CHUNK < starts.size else person.size
        yield order[block[0] : end], block - block[0]


def _check_items(fit: Fit, n_items: int) -> None:
    if n_items != fit.n_items:
        message = f"the answers are about {n_items} items, must be about the {fit.n_items} fitted"
        raise ValueError(message)
