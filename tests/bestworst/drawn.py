"""Drawn answers, and the models said the long way, for the tests of the models."""

from __future__ import annotations

from itertools import permutations
from typing import TYPE_CHECKING

import numpy as np
from hypothesis import strategies as st

from canyu.bestworst import Answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from canyu.bestworst import Model

J = 5


@st.composite
def some_answers(draw: st.DrawFn, n_items: int = J) -> list[Answer]:
    """Draw answers, at least one of them complete."""
    rows = [Answer((0, 1, 2), 0, 2)]
    for _ in range(draw(st.integers(0, 20))):
        shown = draw(st.permutations(range(n_items)))[: draw(st.integers(2, n_items))]
        best = draw(st.sampled_from([None, *shown]))
        worst = draw(st.sampled_from([None, *(item for item in shown if item != best)]))
        rows.append(Answer(tuple(shown), best, worst, draw(st.sampled_from([0.0, 0.5, 1.0, 2.0]))))
    return rows


def choice(chosen: int, among: Sequence[int], worth: NDArray[np.float64], sign: int) -> float:
    """Return the chance of one choice: softmax."""
    return float(np.exp(sign * worth[chosen]) / np.exp(sign * worth[list(among)]).sum())


def chance(answer: Answer, worth: NDArray[np.float64], model: Model) -> float:
    """Return the chance of an answer by going through all pairs that could be named."""
    best, worst = answer.best, answer.worst
    if model == "best":
        return 1.0 if best is None else choice(best, answer.shown, worth, +1)
    if model == "worst":
        return 1.0 if worst is None else choice(worst, answer.shown, worth, -1)
    if model == "sequential" and best is None:
        return 1.0 if worst is None else choice(worst, answer.shown, worth, -1)
    pairs = {}
    for b, w in permutations(answer.shown, 2):
        if model == "maxdiff":
            pairs[b, w] = np.exp(worth[b] - worth[w])
        else:
            left = [item for item in answer.shown if item != b]
            pairs[b, w] = choice(b, answer.shown, worth, +1) * choice(w, left, worth, -1)
    fits = [p for (b, w), p in pairs.items() if best in {None, b} and worst in {None, w}]
    return float(sum(fits) / sum(pairs.values()))


def long_loglik(worth: NDArray[np.float64], rows: Sequence[Answer], model: Model) -> float:
    """Return the log-likelihood a row at a time."""
    return float(sum(row.weight * np.log(chance(row, worth, model)) for row in rows))


def slope(function: object, at: NDArray[np.float64], step: float = 1e-5) -> NDArray[np.float64]:
    """Return the numerical gradient (or Jacobian, item last) by central differences."""
    assert callable(function)
    ahead = [
        (np.asarray(function(at + move)) - np.asarray(function(at - move))) / (2 * step)
        for move in np.eye(at.size) * step
    ]
    return np.stack(ahead, axis=-1)
