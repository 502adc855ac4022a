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
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.ends import TIE, End, ahead, is_first, next_one, towards

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from canyu.bestworst.newton import Point
    from canyu.bestworst.people import People

    Array = NDArray[np.float64]

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


def fewest_to_flip(people: People, item: int, *, end: End = "top") -> Flip:
    """Return the smallest group found without whom `item` is not the first at `end`.

    People, not answers: a person is left out with all their rows. Rivals are
    tried in the order of their first guesses. Costs some dozens of refits.
    """
    refits = people.refits
    everyone = refits.without(np.zeros_like(refits.weight))
    if everyone is None or not is_first(everyone.worth, item, end):
        rival = None if everyone is None else next_one(everyone.worth, item, end)
        return Flip(0, rival, 0)
    guesses = sorted(_first_guesses(people, everyone, item, end))
    best = Flip(None, None, guesses[0][0] if guesses else None)
    rivals = [rival for _, rival in guesses] or [next_one(everyone.worth, item, end)]
    many = refits.weight.size > _MANY_CELLS
    for rival in rivals[: 1 if many else _TRIED_RIVALS]:
        k, winner = _Search(people, item, rival, end).run(everyone, best.k)
        if k is not None and (best.k is None or k < best.k):
            best = Flip(k, winner, best.first_order)
    return best


def _first_guesses(people: People, point: Point, item: int, end: End) -> list[tuple[int, int]]:
    """Return (how few, rival) of every rival whose gap influences add up to."""
    gap = ahead(point.worth, item, end)
    nearest = [int(one) for one in np.argsort(gap, kind="stable") if one != item]
    if max(people.refits.weight.size, people.count.size) * gap.size > _MOST_NUMBERS:
        nearest = nearest[:_FEW_RIVALS]
    moved = people.refits.scores(point, towards(gap.size, item, nearest, end))
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
        self.direction = towards(people.refits.n_items, item, [rival], end)
        many = people.refits.weight.size > _MANY_CELLS
        self.refits_left = _MAX_REFITS_OF_MANY if many else _MAX_REFITS

    def run(self, point: Point, most: int | None) -> tuple[int | None, int | None]:
        """Return the number of people and who is first without them; give up from `most` on."""
        people, taken = self.people, np.zeros_like(self.people.count)
        while most is None or taken.sum() < most:
            moved = people.refits.scores(point, self.direction)[:, 0]
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
        gap = float(ahead(point.worth, self.item, self.end)[self.rival])
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
        return int(taken.sum()) + enough, next_one(flipped.worth, self.item, self.end)
