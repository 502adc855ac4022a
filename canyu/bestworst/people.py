"""Who stands behind the rows: whom one can leave out, and how much they weigh."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.ends import TIE, End, ahead

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.refits import Refits

    Array = NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class People:
    """Who can be left out: U kinds of people, `count` (U) of each, all of a kind alike.

    With `person` (N), a kind is one person with all their rows; without,
    `cell` and `weight` (U) say what the answers of a kind have in common.
    """

    refits: Refits
    count: NDArray[np.int64]
    cell: NDArray[np.int64]
    weight: Array
    person: NDArray[np.int64] | None

    @property
    def n(self) -> int:
        """How many people there are."""
        return int(self.count.sum())

    def weights(self) -> tuple[Array, NDArray[np.int64]]:
        """Return the weight of each kind of person, and how many people there are of it."""
        if self.person is None:
            return self.weight, self.count
        weight = np.bincount(self.person, self.refits.rows.weight, minlength=self.count.size)
        return weight.astype(np.float64), self.count

    def influence(self, moved: Array) -> Array:
        """Return how far one person of each kind moved what `moved` (C) says of cells (U)."""
        if self.person is None:
            moves: Array = self.weight * moved[self.cell]
            return moves
        rows = self.refits.rows
        return np.bincount(
            self.person, rows.weight * moved[self.refits.cell], minlength=self.count.size
        ).astype(np.float64)

    def removed(self, taken: NDArray[np.int64]) -> Array:
        """Return what `taken` (U) people of each kind weigh in each cell (C)."""
        size = self.refits.weight.size
        if self.person is None:
            return np.bincount(self.cell, self.weight * taken, minlength=size).astype(np.float64)
        which = np.flatnonzero(taken[self.person])
        return self.refits.weigh(which)


def people_of(refits: Refits) -> People:
    """Return who stands behind the rows: persons where they are known, else one a row."""
    rows = refits.rows
    if refits.person is not None:
        ones = np.ones(refits.n_people, dtype=np.int64)
        return People(refits, ones, ones, np.ones(ones.size), refits.person)
    weights, kind = np.unique(rows.weight, return_inverse=True)
    key = refits.cell * weights.size + kind
    n_keys = refits.weight.size * weights.size
    if n_keys <= 4 * len(rows) + 1024:
        counts = np.bincount(key, minlength=n_keys)
        found = np.flatnonzero(counts)
        count = counts[found]
    else:
        found, count = np.unique(key, return_counts=True)
    return People(refits, count, found // weights.size, weights[found % weights.size], None)


def effective_size(people: People) -> float:
    """Return Kish's effective number of people, (sum w)^2 / sum w^2 over persons."""
    weight, count = people.weights()
    square = float(count @ weight**2)
    return float(count @ weight) ** 2 / square if square > 0 else 0.0


def count_bound(refits: Refits, people: People, item: int, end: End) -> tuple[float, int]:
    """Return the lead of `item` in bests less worsts, and how many people it surely survives.

    A report changes a lead by at most twice its weight, so a lead L survives
    the loss of any k people whose weights add up to less than L / 2, whoever
    they are. The lead is that over the next item, negative where another item
    has more; then nobody is survived.
    """
    total = np.zeros(refits.n_items)
    for sign, choice in ((1, refits.best), (-1, refits.worst)):
        named = choice >= 0
        np.add.at(total, choice[named], sign * refits.weight[named])
    lead = float(np.delete(ahead(total, item, end), item).min())
    weight, count = people.weights()
    order = np.argsort(-weight, kind="stable")
    before = np.concatenate([[0.0], np.cumsum(weight[order] * count[order])])
    kinds = int(np.searchsorted(2 * before[1:], lead - TIE, side="left"))
    if lead <= TIE:
        return lead, 0
    if kinds == order.size:
        return lead, people.n
    into = (lead / 2 - before[kinds]) / weight[order[kinds]]
    return lead, int(count[order[:kinds]].sum()) + max(int(np.ceil(into - TIE)) - 1, 0)
