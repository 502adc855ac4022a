"""How few people an outcome hangs on.

The influence of a person on the gap between two items is, to first order,
e'H^-1 g with the person's score g. The fewest whose influences add up to the
gap are a first guess (AMIP: Broderick, Giordano and Meager, arXiv 2011.14999).
It is then made good: the most influential are left out, the rest is fitted
again, influences are taken anew, until somebody else is first. What is found
is a group that would do; a smaller one may exist.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from canyu.bestworst.refits import Refits

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.newton import Point

    Array = NDArray[np.float64]

End = Literal["top", "bottom"]
"""Which end of the scale is asked about: the liked most, or the liked least."""

TIE = 1e-9
"""Worths this close count as equal: nobody is first then."""

_MOST_NUMBERS = 20_000_000
_FEW_RIVALS = 4
_TRIED_RIVALS = 2
_MAX_REFITS = 200
_MANY_CELLS = 100_000
_MAX_REFITS_OF_MANY = 12


@dataclass(frozen=True, slots=True)
class Flip:
    """The smallest group found without whom another item is first.

    `k` counts its people, None when leaving people out never changes who is
    first. `winner` is who is first then. `first_order` is the first guess of
    `k`, made without refitting; None when influences never add up to the gap.
    """

    k: int | None
    winner: int | None
    first_order: int | None


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
    if rows.person is not None:
        known, person = np.unique(rows.person, return_inverse=True)
        ones = np.ones(known.size, dtype=np.int64)
        return People(refits, ones, ones, np.ones(known.size), person.astype(np.int64))
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


def leader(worth: Array, end: End) -> int:
    """Return the item at the end asked about, the first by number among equals."""
    return int(np.argmax(worth) if end == "top" else np.argmin(worth))


def is_first(worth: Array, item: int, end: End) -> bool:
    """Say whether `item` stands at that end alone."""
    gap = _gaps(worth, item, end)
    return bool((np.delete(gap, item) > TIE).all())


def towards(worth: Array, item: int, end: End) -> Array:
    """Return the direction (J, 1) in which `item` gets ahead of the next."""
    return _towards(worth.size, item, [_rival(worth, item, end)], end)


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
    lead = float(np.delete(_gaps(total, item, end), item).min())
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


def fewest_to_flip(people: People, item: int, *, end: End = "top") -> Flip:
    """Return the smallest group found without whom `item` is not the first at `end`.

    People, not answers: a person is left out with all their rows. Rivals are
    tried in the order of their first guesses. Costs some dozens of refits.
    """
    refits = people.refits
    everyone = refits.without(np.zeros_like(refits.weight))
    if everyone is None or not is_first(everyone.worth, item, end):
        rival = None if everyone is None else _rival(everyone.worth, item, end)
        return Flip(0, rival, 0)
    guesses = sorted(_first_guesses(people, everyone, item, end))
    best = Flip(None, None, guesses[0][0] if guesses else None)
    rivals = [rival for _, rival in guesses] or [_rival(everyone.worth, item, end)]
    for rival in rivals[:_TRIED_RIVALS]:
        k, winner = _Search(people, item, rival, end).run(everyone, best.k)
        if k is not None and (best.k is None or k < best.k):
            best = Flip(k, winner, best.first_order)
    return best


def _gaps(worth: Array, item: int, end: End) -> Array:
    """Return by how much `item` is ahead of each (J)."""
    gap: Array = worth[item] - worth
    return gap if end == "top" else -gap


def _rival(worth: Array, item: int, end: End) -> int:
    gap = _gaps(worth, item, end)
    gap[item] = np.inf
    return int(np.argmin(gap))


def _towards(n_items: int, item: int, rivals: list[int], end: End) -> Array:
    """Return the directions (J, K) in which `item` gets ahead of each rival."""
    towards = np.zeros((n_items, len(rivals)))
    towards[item] = 1.0
    towards[rivals, np.arange(len(rivals))] = -1.0
    return towards if end == "top" else -towards


def _first_guesses(people: People, point: Point, item: int, end: End) -> list[tuple[int, int]]:
    """Return (how few, rival) of every rival whose gap influences add up to."""
    gap = _gaps(point.worth, item, end)
    nearest = [int(one) for one in np.argsort(gap, kind="stable") if one != item]
    if max(people.refits.weight.size, people.count.size) * gap.size > _MOST_NUMBERS:
        nearest = nearest[:_FEW_RIVALS]
    moved = people.refits.scores(point, _towards(gap.size, item, nearest, end))
    guesses = []
    for column, rival in enumerate(nearest):
        order, value = _ranked(people.influence(moved[:, column]), people.count)
        few = _fewest(value, people.count[order], float(gap[rival]))
        if few is not None:
            guesses.append((few, rival))
    return guesses


def _ranked(influence: Array, left: NDArray[np.int64]) -> tuple[NDArray[np.intp], Array]:
    """Return the kinds that are left and helped, the most helpful first, and how much each did."""
    helped = np.flatnonzero((influence > 0) & (left > 0))
    order = helped[np.argsort(-influence[helped], kind="stable")]
    return order, influence[order]


def _fewest(value: Array, count: NDArray[np.int64], gap: float) -> int | None:
    """Return how many of the first people it takes for their influences to reach `gap`."""
    total = np.cumsum(value * count)
    if not total.size or total[-1] < gap:
        return None
    at = int(np.searchsorted(total, gap))
    before = float(total[at - 1]) if at else 0.0
    last = min(max(int(np.ceil((gap - before) / value[at] - TIE)), 1), int(count[at]))
    return int(count[:at].sum()) + last


class _Search:
    """The greedy search against one rival."""

    def __init__(self, people: People, item: int, rival: int, end: End) -> None:
        self.people = people
        self.item = item
        self.rival = rival
        self.end = end
        self.towards = _towards(people.refits.n_items, item, [rival], end)
        many = people.refits.weight.size > _MANY_CELLS
        self.refits_left = _MAX_REFITS_OF_MANY if many else _MAX_REFITS

    def run(self, point: Point, most: int | None) -> tuple[int | None, int | None]:
        """Return the number of people and who is first without them; give up from `most` on."""
        people, taken = self.people, np.zeros_like(self.people.count)
        while most is None or taken.sum() < most:
            moved = people.refits.scores(point, self.towards)[:, 0]
            order, value = _ranked(people.influence(moved), people.count - taken)
            batch = self._batch(order, value, taken, point)
            if not batch or taken.sum() + batch >= people.n:
                return None, None
            after = self._refit(taken, order, batch, point)
            if after is None:
                return None, None
            if not is_first(after.worth, self.item, self.end):
                return self._narrow(taken, order, batch, point, after)
            if self.refits_left <= 0:
                return None, None
            taken = self._take(taken, order, batch)
            point = after
        return None, None

    def _batch(
        self, order: NDArray[np.intp], value: Array, taken: NDArray[np.int64], point: Point
    ) -> int:
        """Half of those who seem needed; a tenth of all who helped where all seem too few."""
        left = (self.people.count - taken)[order]
        gap = float(_gaps(point.worth, self.item, self.end)[self.rival])
        few = _fewest(value, left, max(gap, TIE))
        if few is None:
            return int(np.ceil(left.sum() / 10))
        # With few refits to spend, all who seem needed go at once.
        hasty = self.refits_left <= _MAX_REFITS_OF_MANY // 2
        return few if hasty else int(np.ceil(few / 2))

    def _take(
        self, taken: NDArray[np.int64], order: NDArray[np.intp], batch: int
    ) -> NDArray[np.int64]:
        """Take the first `batch` people who are left, kind by kind."""
        left = (self.people.count - taken)[order]
        before = np.cumsum(left) - left
        more = taken.copy()
        more[order] += np.clip(batch - before, 0, left)
        return more

    def _refit(
        self, taken: NDArray[np.int64], order: NDArray[np.intp], batch: int, near: Point
    ) -> Point | None:
        self.refits_left -= 1
        removed = self.people.removed(self._take(taken, order, batch))
        return self.people.refits.without(removed, near.worth)

    def _narrow(
        self,
        taken: NDArray[np.int64],
        order: NDArray[np.intp],
        batch: int,
        near: Point,
        after: Point,
    ) -> tuple[int, int]:
        """Return the smallest part of `batch` that does."""
        enough, too_few, flipped = batch, 0, after
        while enough - too_few > 1 and self.refits_left > 0:
            middle = (enough + too_few) // 2
            trial = self._refit(taken, order, middle, near)
            if trial is None or is_first(trial.worth, self.item, self.end):
                too_few = middle
            else:
                enough, flipped = middle, trial
        return int(taken.sum()) + enough, _rival(flipped.worth, self.item, self.end)
