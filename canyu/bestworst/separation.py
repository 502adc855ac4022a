"""Whether the answers can be fitted without a ghost."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.errors import FitDiverged

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.choices import Choices


def check_connected(choices: Choices) -> None:
    """Refuse answers whose "beats" graph falls apart: no finite maximum then.

    The best beats all others shown; all shown beat the worst. Along a line of
    worths t d, t growing, the chance of an answer falls exponentially unless
    its best is a highest and its worst a lowest of d among those shown: this
    holds for each of the models, whole and partial answers alike. If every
    item beats every other along some path, no d but a constant one is left,
    the likelihood falls in every direction and has its top at finite worths
    (Ford 1957; Hunter 2004). If not, it never falls along the line that lifts
    one side above the other, so that nothing holds the two together. (With
    partial answers to best and worst at once a finite top may be left by
    chance; it is refused too, since its errors would mean nothing.)

    Raises FitDiverged, naming two sides that never met both ways.
    """
    size = choices.n_items
    counted = choices.counted
    masks = choices.masks[counted]
    beats = _met(masks, choices.best[counted], size)
    beats |= _met(masks, choices.worst[counted], size).T
    for graph, verb in ((beats, "beats"), (beats.T, "loses to")):
        reached = _reachable(graph)
        if not reached.all():
            message = (
                "The answers do not pin the worths down to finite numbers: no item of "
                f"{_listed(reached)} {verb} any of {_listed(~reached)}. "
                "Fit with ghost above 0, or wait for more answers."
            )
            raise FitDiverged(message)


def _met(masks: NDArray[np.uint64], choice: NDArray[np.int64], size: int) -> NDArray[np.bool_]:
    """Return which items (columns) stood in any set from which each item (rows) was chosen."""
    # One place more, at the end, for those who named none.
    union = np.zeros(size + 1, dtype=np.uint64)
    np.bitwise_or.at(union, choice, masks)
    return members_of(union[:size], size)


def _reachable(graph: NDArray[np.bool_]) -> NDArray[np.bool_]:
    """Return which items can be reached from item 0."""
    reached: NDArray[np.bool_] = np.arange(len(graph)) == 0
    while True:
        wider = reached | graph[reached].any(axis=0)
        if (wider == reached).all():
            return reached
        reached = wider


def _listed(which: NDArray[np.bool_]) -> str:
    return "{" + ", ".join(str(item) for item in np.flatnonzero(which)) + "}"
