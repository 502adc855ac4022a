"""The nightly pass: average link over all that is remembered. It proposes; people decide.

Groups of posts that came one by one are worse than groups made of all at once. The night makes
them anew about what people decided: what they put together stays together and is one unit, what
they parted is not joined, and a post that they placed is not touched. What it finds about posts
that nobody decided about it says as moves, which `settle` may carry out; what it finds about
decided clusters (two say the same, one says two things) it only proposes.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.textmine.linking import link, mean_likeness
from canyu.textmine.nearness import Likeness

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.textmine.clusters import Clusters

    Ints = NDArray[np.intp]

NEARLY = 0.8
"""Clusters are proposed for joining from that part of the threshold on, split below it."""

WIDE = 0.7
"""That part of the threshold makes families: clusters that may say the same, to be looked at."""

MOST_JOINS = 50
"""Proposed in one night, the most alike."""

FEWEST_OF_A_PART = 2
"""Posts; a single one that stands apart is no reason to split."""


@dataclass(frozen=True, slots=True)
class Move:
    """A post that nobody decided about would be better in `to`; None: in a cluster of its own kin.

    Moves to None that share a `fresh` number belong into one new cluster.
    """

    item: int
    to: int | None
    fresh: int = 0


@dataclass(frozen=True, slots=True)
class Join:
    """Two clusters may say the same: how alike they are, on average over their pairs."""

    clusters: tuple[int, int]
    likeness: float


@dataclass(frozen=True, slots=True)
class Split:
    """An accepted cluster may say several things: its parts, the largest first."""

    cluster: int
    parts: tuple[tuple[int, ...], ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Family:
    """Posts of several clusters that may say the same in unlike words, and how alike they are.

    At most one decided cluster is among them. Wider than clusters, so that few words or two
    languages do not hide that many ask; whoever counts their voices must say "may".
    """

    items: tuple[int, ...]
    likeness: float


@dataclass(frozen=True, slots=True)
class Night:
    """What a night found; nothing of it is done yet. Moves aside, all of it is for people."""

    moves: tuple[Move, ...] = ()
    joins: tuple[Join, ...] = ()
    splits: tuple[Split, ...] = ()
    families: tuple[Family, ...] = ()


@dataclass(frozen=True, eq=False, slots=True)
class _Units:
    """What the night groups: the posts that a decided cluster holds as one, others each alone."""

    items: tuple[int, ...]
    unit: Ints
    cores: tuple[int, ...]
    core: Ints
    barred: NDArray[np.bool_]


def regroup(clusters: Clusters) -> Night:
    """Return what would be better, without changing anything. Deterministic."""
    units = _units_of(clusters)
    if not units.items:
        return Night()
    likeness = _likeness(clusters, units.items, units.unit)
    group = link(likeness, clusters.night_threshold, units.core, units.barred)[units.unit]
    numbers = _numbered(clusters, units, group)
    moves = _moves(clusters, units, group, numbers)
    joins = _joins(clusters, units, likeness, numbers, group)
    families = _families(units, likeness, group, WIDE * clusters.night_threshold)
    return Night(moves, joins, tuple(_splits(clusters, units)), families)


def settle(clusters: Clusters, night: Night) -> tuple[int, ...]:
    """Carry out the moves of a night; return the items moved.

    Only posts that nobody decided about are moved, checked once more: decisions taken since the
    night was computed stand. Joins and splits stay proposals.
    """
    moved = []
    fresh: dict[int, int] = {}
    for move in night.moves:
        if move.item not in clusters or move.item in clusters.decisions.held:
            continue
        to = move.to
        if to is None:
            if move.fresh not in fresh:
                fresh[move.fresh] = clusters.new_cluster()
            to = fresh[move.fresh]
        to = clusters.decisions.heir_of(to)
        if clusters.decisions.may_be_in(move.item, to) and clusters.cluster_of(move.item) != to:
            clusters.move(move.item, to)
            moved.append(move.item)
    return tuple(moved)


def _units_of(clusters: Clusters) -> _Units:
    held, barred_from = clusters.decisions.held, clusters.decisions.barred
    items = tuple(sorted(clusters.memory.row_of))
    cores = tuple(sorted({held[item] for item in items if item in held}))
    number = {cluster: at for at, cluster in enumerate(cores)}
    unit = np.zeros(len(items), dtype=np.intp)
    core = list(range(len(cores)))
    for at, item in enumerate(items):
        if item in held:
            unit[at] = number[held[item]]
        else:
            unit[at] = len(core)
            core.append(-1)
    barred = np.zeros((len(cores), len(core)), dtype=np.bool_)
    for at, item in enumerate(items):
        for cluster in barred_from.get(item, ()):
            if cluster in number and item not in held:
                barred[number[cluster], unit[at]] = True
    return _Units(items, unit, cores, np.array(core, dtype=np.intp), barred)


def _likeness(clusters: Clusters, items: tuple[int, ...], unit: Ints) -> Likeness:
    return Likeness(clusters.memory.corpus, clusters.memory.posts_of(items), unit)


def _numbered(clusters: Clusters, units: _Units, group: Ints) -> dict[int, int]:
    """Return the cluster whose number each group goes on under; other groups are new.

    That of its core; else the open cluster that gives it most posts, each to one group, the largest
    share first.
    """
    numbers = {int(group[units.unit == at][0]): each for at, each in enumerate(units.cores)}
    shared: dict[tuple[int, int], int] = {}
    for at, item in enumerate(units.items):
        pair = (int(group[at]), clusters.cluster_of(item))
        shared[pair] = shared.get(pair, 0) + 1
    taken = set(units.cores)
    for found, cluster in sorted(shared, key=lambda pair: (-shared[pair], pair[1], pair[0])):
        if found not in numbers and cluster not in taken:
            numbers[found] = cluster
            taken.add(cluster)
    return numbers


def _moves(
    clusters: Clusters, units: _Units, group: Ints, numbers: dict[int, int]
) -> tuple[Move, ...]:
    moves = []
    for at, item in enumerate(units.items):
        to = numbers.get(int(group[at]))
        if item in clusters.decisions.held or to == clusters.cluster_of(item):
            continue
        # Posts barred from an open cluster alone are none of the link's business.
        if to is not None and not clusters.decisions.may_be_in(item, to):
            continue
        moves.append(Move(item, to, 0 if to is not None else int(group[at])))
    return tuple(moves)


def _joins(
    clusters: Clusters, units: _Units, likeness: Likeness, numbers: dict[int, int], group: Ints
) -> tuple[Join, ...]:
    """Return pairs with at least one decided cluster that are alike, none dismissed or apart."""
    decisions = clusters.decisions
    sizes = np.bincount(group)
    wanted = np.array(
        [
            each
            for each in sorted(numbers)
            if (sizes[each] > 1 or numbers[each] in units.cores)
            and decisions.standing_of(numbers[each]) != "dismissed"
        ],
        dtype=np.intp,
    )
    decided = [at for at, each in enumerate(wanted) if numbers[int(each)] in units.cores]
    if wanted.size == 0 or not decided:
        return ()
    among = mean_likeness(likeness, wanted)
    found = {}
    for one in decided:
        for other in np.flatnonzero(among[one] >= NEARLY * clusters.night_threshold):
            a, b = sorted((numbers[int(wanted[one])], numbers[int(wanted[other])]))
            if a != b and not decisions.are_apart(a, b):
                found[a, b] = round(float(among[one, other]), 4)
    ranked = sorted(found, key=lambda pair: (-found[pair], pair))[:MOST_JOINS]
    return tuple(Join(pair, found[pair]) for pair in ranked)


def _families(
    units: _Units, likeness: Likeness, group: Ints, threshold: float
) -> tuple[Family, ...]:
    """Return what a lower threshold puts together of the groups; uses up `likeness`."""
    n_groups = len(likeness)
    core = np.full(n_groups, -1, dtype=np.intp)
    barred = np.zeros((len(units.cores), n_groups), dtype=np.bool_)
    np.maximum.at(core, group, units.core[units.unit])
    for at, flags in enumerate(units.barred):
        np.logical_or.at(barred[at], group, flags[units.unit])
    family_of_group = link(likeness, threshold, core, barred)
    family = family_of_group[group]
    n_merged = np.bincount(family_of_group)
    found = []
    for each in np.flatnonzero(n_merged > 1):
        items = tuple(units.items[row] for row in np.flatnonzero(family == each))
        inside = float(mean_likeness(likeness, np.array([each]))[0, 0])
        # The mean over pairs of different posts: each is wholly like itself.
        size = len(items)
        found.append(Family(items, round((inside * size - 1) / (size - 1), 4)))
    return tuple(sorted(found, key=lambda each: (-len(each.items), each.items)))


def _splits(clusters: Clusters, units: _Units) -> list[Split]:
    found = []
    for at, cluster in enumerate(units.cores):
        items = tuple(units.items[row] for row in np.flatnonzero(units.unit == at))
        decisions = clusters.decisions
        if (
            len(items) < 2 * FEWEST_OF_A_PART
            or cluster in decisions.whole
            or decisions.standing_of(cluster) != "accepted"
        ):
            continue
        likeness = _likeness(clusters, items, np.arange(len(items)))
        nobody = np.full(len(items), -1, dtype=np.intp)
        barred = np.zeros((0, len(items)), dtype=np.bool_)
        group = link(likeness, NEARLY * clusters.night_threshold, nobody, barred)
        sizes = np.bincount(group)
        largest = np.argsort(-sizes, kind="stable")
        parts = [each for each in largest if sizes[each] >= FEWEST_OF_A_PART]
        if len(parts) > 1:
            listed = tuple(
                tuple(items[row] for row in np.flatnonzero(group == each)) for each in parts
            )
            most = float(mean_likeness(likeness, np.array(parts[:2]))[0, 1])
            found.append(Split(cluster, listed, round(most, 4)))
    return found
