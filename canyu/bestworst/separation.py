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

    The best beats all others shown; all shown beat the worst. The maximum is
    finite if and only if every item beats every other along some path (Ford
    1957; Hunter 2004). Raises FitDiverged, naming two sides that never met both ways.
    """
    size = choices.n_items
    counted = choices.counted
    members = members_of(choices.masks, size)
    beats = np.zeros((size, size), dtype=np.bool_)
    for item in range(size):
        beats[item] |= members[(choices.best == item) & counted].any(axis=0)
        beats[:, item] |= members[(choices.worst == item) & counted].any(axis=0)
    for graph, verb in ((beats, "beats"), (beats.T, "loses to")):
        reached = _reachable(graph)
        if not reached.all():
            message = (
                "The answers do not pin the worths down to finite numbers: no item of "
                f"{_listed(reached)} {verb} any of {_listed(~reached)}. "
                "Fit with ghost above 0, or wait for more answers."
            )
            raise FitDiverged(message)


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
