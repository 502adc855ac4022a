"""One fit of a survey's rows, with errors by person, and what a newcomer is told when it fails."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, cast

import numpy as np

from canyu.bestworst import FitDiverged, TooFewAnswers, cells_of, fit, with_clusters
from canyu.bestworst.cells import members_of
from canyu.bestworst.fit import look
from canyu.bestworst.separation import check_connected
from canyu.surveys.errors import SurveyRefused
from canyu.surveys.names import clipped, listed, quoted

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst import Fit, Model, Rows
    from canyu.surveys.asked import Asked

    Array = NDArray[np.float64]

# The core knows items only by number, and lists them so.
_PLAINER = (
    (
        "the answers do not pin the worths down to finite numbers",
        "without a ghost there is no finite answer",
    ),
    (". Fit with ghost above 0, or wait for more answers", "; leave --ghost at its 0.5"),
)
_NUMBERS = re.compile(r"\{(\d+(?:, \d+)*)\}")


def fit_rows(rows: Rows, items: tuple[str, ...], asked: Asked) -> Fit:
    """Fit the model that is asked for. Raises SurveyRefused with a sentence."""
    try:
        found = fit(cells_of(rows), model=cast("Model", asked.model), ghost=asked.ghost)
        return with_clusters(found, rows)
    except TooFewAnswers:
        choice = asked.model if asked.model in {"best", "worst"} else "best or a worst"
        message = f"no row names a {choice}, so there is nothing to judge"
        raise SurveyRefused(message) from None
    except FitDiverged as problem:
        raise SurveyRefused(_named(str(problem), items)) from None


def is_separated(rows: Rows, asked: Asked) -> bool:
    """Say whether the answers alone, without a ghost, pin no finite worths down."""
    cells = cells_of(rows)
    try:
        check_connected(look(cells, cells.sum_w, cast("Model", asked.model)))
    except FitDiverged:
        return True
    return False


def islands_of(rows: Rows) -> list[tuple[int, ...]]:
    """Return the items in heaps that no screen joins, the largest heap first; never shown: none."""
    inside = members_of(np.unique(rows.masks[rows.named]), rows.n_items).astype(np.float64)
    together = inside.T @ inside > 0
    left = set(np.flatnonzero(together.any(axis=0)).tolist())
    islands = []
    while left:
        reached = np.arange(rows.n_items) == min(left)
        while True:
            wider = reached | together[reached].any(axis=0)
            if (wider == reached).all():
                break
            reached = wider
        islands.append(tuple(np.flatnonzero(reached).tolist()))
        left -= set(islands[-1])
    return sorted(islands, key=len, reverse=True)


def base_of(items: tuple[str, ...], asked: Asked) -> int | None:
    """Return the number of the base item. Raises SurveyRefused when there is none of the name."""
    if asked.base is None:
        return None
    if asked.base not in items:
        message = (
            f'--base asks for "{clipped(asked.base)}", which is no item here; '
            f"the items are {listed(items, most=len(items))}"
        )
        raise SurveyRefused(message)
    return items.index(asked.base)


def relative(coef: Array, base: int | None) -> Array:
    """Return coefficients as differences to the base, or summing to nought."""
    zero = float(coef.mean() if base is None else coef[base])
    return coef - zero


def errors(cov: Array, base: int | None) -> Array:
    """Return standard errors of the coefficients, or of their differences to the base."""
    variance = np.diag(cov)
    if base is not None:
        variance = variance + cov[base, base] - 2 * cov[:, base]
        variance[base] = 0.0
    error: Array = np.sqrt(np.maximum(variance, 0.0))
    return error


def _named(sentence: str, items: tuple[str, ...]) -> str:
    """Put the names of items where the core speaks of numbers."""

    def names(match: re.Match[str]) -> str:
        return listed(quoted(items[int(number)] for number in match[1].split(", ")), most=6)

    first = sentence[:1].lower() + sentence[1:].rstrip(".")
    # What the core says to programmers, said to whoever typed the option.
    for theirs, ours in _PLAINER:
        first = first.replace(theirs, ours)
    return _NUMBERS.sub(names, first)
