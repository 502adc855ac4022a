"""Average link to a threshold, in memory linear in the posts, some pairs staying apart.

Two groups are merged when each is the other's nearest and their mean likeness reaches the
threshold. Mean likeness never rises by merging (it is reducible: that of A + B to C lies between
those of A and of B), so all such pairs may merge in one round, and a group that was not touched
keeps its nearest; the result is that of merging one pair at a time, the most alike first (Murtagh
1983, "A survey of recent advances in hierarchical clustering algorithms"). Pairs that must stay
apart have no likeness, and what they merge with inherits that, which keeps all of this true.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.textmine.nearness import Likeness

    Ints = NDArray[np.intp]
    Flags = NDArray[np.bool_]

_BLOCK = 256
_NEVER = -2.0
_EXACT = 5


def link(likeness: Likeness, threshold: float, core: Ints, barred: Flags) -> Ints:
    """Return the group (n, numbered from 0) of each group that `likeness` starts with.

    `core` (n) numbers what may not be merged with another core, -1 for what is none; `barred`
    (n_cores, n) says which group may not come to which core. `likeness` is used up.
    """
    group = np.arange(len(likeness))
    core, barred = core.copy(), _others_barred(core, barred)
    nearest, most = _nearest(likeness, group, core, barred)
    while True:
        here = np.arange(group_count := len(likeness))
        mutual = (nearest >= 0) & (most >= threshold)
        mutual &= (nearest[nearest] == here) & (here < nearest)
        if not mutual.any():
            return group
        into = here.copy()
        into[nearest[mutual]] = here[mutual]
        kept, into = np.unique(into, return_inverse=True)
        touched = np.bincount(into, minlength=kept.size) > 1
        # Whose nearest merged must look again; others keep theirs, under its new number.
        stale = touched | ((nearest[kept] >= 0) & touched[into[nearest[kept]]])
        nearest = np.where(nearest[kept] >= 0, into[nearest[kept]], -1)
        most = most[kept]
        core = _merged_core(core, into, kept.size)
        barred = _merged_barred(barred, into, kept.size)
        likeness.merged(into, kept.size)
        group = into[group]
        again = np.flatnonzero(stale)
        nearest[again], most[again] = _nearest(likeness, again, core, barred)
        if kept.size == group_count:  # pragma: no cover  # a mutual pair always shrinks them
            return group


def mean_likeness(likeness: Likeness, groups: Ints) -> NDArray[np.float32]:
    """Return the mean likeness (m, m) among some of the groups."""
    return np.asarray(likeness.of(groups)[:, groups])


def _nearest(
    likeness: Likeness, groups: Ints, core: Ints, barred: Flags
) -> tuple[Ints, NDArray[np.float64]]:
    nearest = np.full(groups.size, -1, dtype=np.intp)
    most = np.full(groups.size, _NEVER)
    if len(likeness) < 2:
        return nearest, most
    for start in range(0, groups.size, _BLOCK):
        rows = groups[start : start + _BLOCK]
        found = likeness.of(rows)
        found[np.arange(rows.size), rows] = _NEVER
        if barred.size:
            _forbid(found, rows, core, barred)
        # Rounded, so that equal texts are equally near whatever the order of the sums.
        found = np.round(found, _EXACT)
        at = found.argmax(axis=1)
        most[start : start + _BLOCK] = found[np.arange(rows.size), at]
        nearest[start : start + _BLOCK] = at
    nearest[most <= _NEVER] = -1
    return nearest, most


def _forbid(found: NDArray[np.float32], rows: Ints, core: Ints, barred: Flags) -> None:
    has = core[rows] >= 0
    found[has] = np.where(barred[core[rows[has]]], _NEVER, found[has])
    cores = np.flatnonzero(core >= 0)
    found[:, cores] = np.where(barred[core[cores]][:, rows].T, _NEVER, found[:, cores])


def _others_barred(core: Ints, barred: Flags) -> Flags:
    """Return `barred` with each core barred from all others."""
    found = barred.copy()
    for at in np.flatnonzero(core >= 0):
        found[:, at] = True
        found[core[at], at] = False
    return found


def _merged_core(core: Ints, into: Ints, n_groups: int) -> Ints:
    found = np.full(n_groups, -1, dtype=np.intp)
    np.maximum.at(found, into, core)
    return found


def _merged_barred(barred: Flags, into: Ints, n_groups: int) -> Flags:
    found = np.zeros((barred.shape[0], n_groups), dtype=np.bool_)
    for at, flags in enumerate(barred):
        np.logical_or.at(found[at], into, flags)
    return found
