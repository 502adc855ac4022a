"""Answers and rows: answered screens as arrays, in displayed order, checked once.

Cells forget who answered, in which order a screen stood, and when. What needs
these (errors by person, position, brigades) works on rows; all else on cells.
"""

from __future__ import annotations

from dataclasses import dataclass
from operator import index
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_ITEMS = 60
"""A shown set is one 64-bit mask; four bits are kept free for markers."""

NOT_NAMED = -1
"""Stands in for the best or the worst where the person named none."""

NOT_SHOWN = -1
"""Fills up the rows of `Rows.shown` behind the last item of a shorter screen."""

_ONE = np.uint64(1)
_MIN_SHOWN = 2


@dataclass(frozen=True, slots=True)
class Answer:
    """What one person said about one screen.

    `shown` holds item numbers in displayed order; `best` and `worst` are items
    of it, or None where the person named none. `weight` says how many people
    the answer stands for; weights should average one.
    """

    shown: tuple[int, ...]
    best: int | None
    worst: int | None
    weight: float = 1.0


@dataclass(frozen=True, eq=False)
class Rows:
    """N answered screens about items 0 to `n_items` - 1.

    `shown` (N, M) holds item numbers in displayed order, filled up on the
    right with -1; `best` and `worst` (N) item numbers or -1 where none was
    named; `weight` (N) how many people an answer stands for; `person` (N)
    whose answer it is, numbered from 0, or None when everybody answered once.
    Made by `make_rows` or `rows_of`, which check them; all arrays are frozen.
    """

    n_items: int
    shown: NDArray[np.int8]
    best: NDArray[np.int8]
    worst: NDArray[np.int8]
    weight: NDArray[np.float64]
    person: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        for values in (self.shown, self.best, self.worst, self.weight, self.person):
            if values is not None:
                values.flags.writeable = False

    def __len__(self) -> int:
        """Return the number of answered screens N."""
        return int(self.best.size)

    @property
    def n_persons(self) -> int:
        """How many people answered."""
        return len(self) if self.person is None else int(np.unique(self.person).size)

    @property
    def masks(self) -> NDArray[np.uint64]:
        """The shown sets (N): bit j is set when item j was shown."""
        masks = np.zeros(len(self), dtype=np.uint64)
        for column in self.shown.T:
            bit = _ONE << np.maximum(column, 0).astype(np.uint64)
            masks |= np.where(column >= 0, bit, np.uint64(0))
        return masks

    @property
    def named(self) -> NDArray[np.bool_]:
        """Which rows name a best, a worst, or both."""
        return np.asarray((self.best != NOT_NAMED) | (self.worst != NOT_NAMED))

    def take(self, which: NDArray[np.bool_] | NDArray[np.integer]) -> Rows:
        """Return the rows chosen by a mask or by indices, in that order."""
        return Rows(
            n_items=self.n_items,
            shown=self.shown[which],
            best=self.best[which],
            worst=self.worst[which],
            weight=self.weight[which],
            person=None if self.person is None else self.person[which],
        )

    def with_weight(self, weight: NDArray[np.float64]) -> Rows:
        """Return the same answers with other weights (N). Raises ValueError for a mad one."""
        return make_rows(
            self.shown,
            self.best,
            self.worst,
            n_items=self.n_items,
            weight=weight,
            person=self.person,
        )


def make_rows(
    shown: ArrayLike,
    best: ArrayLike,
    worst: ArrayLike,
    *,
    n_items: int,
    weight: ArrayLike | None = None,
    person: ArrayLike | None = None,
) -> Rows:
    """Check arrays of answers (see `Rows` for their shapes) and freeze copies of them.

    Raises ValueError, naming the row, its value and what is allowed, when an
    item is out of range or shown twice, a choice was not shown, best and worst
    are one item, a choice was made among fewer than two items, a weight is
    negative or not finite, or the lengths do not agree.
    """
    if not _MIN_SHOWN <= n_items <= MAX_ITEMS:
        message = f"n_items is {n_items}, must be from {_MIN_SHOWN} to {MAX_ITEMS}"
        raise ValueError(message)
    screen = np.atleast_2d(np.asarray(shown, dtype=np.int64))
    chosen = [np.asarray(choice, dtype=np.int64).ravel() for choice in (best, worst)]
    size = chosen[0].size
    screen = screen.reshape(size, -1) if size else np.zeros((0, 1), dtype=np.int64)
    weights = np.ones(size) if weight is None else np.array(weight, dtype=np.float64).ravel()
    persons = None if person is None else np.array(person, dtype=np.int64).ravel()
    for name, values in (("worst", chosen[1]), ("weight", weights), ("person", persons)):
        if values is not None and values.size != size:
            message = f"{name} has {values.size} entries, must have {size}, as best has"
            raise ValueError(message)
    _check_screens(screen, n_items)
    _check_choices(screen, chosen[0], chosen[1])
    mad = ~(np.isfinite(weights) & (weights >= 0))
    if mad.any():
        at = int(np.argmax(mad))
        message = f"answer {at}: weight is {weights[at]}, must be a finite number of at least 0"
        raise ValueError(message)
    return Rows(
        n_items=n_items,
        shown=screen.astype(np.int8),
        best=chosen[0].astype(np.int8),
        worst=chosen[1].astype(np.int8),
        weight=weights,
        person=persons,
    )


def rows_of(answers: Sequence[Answer], *, n_items: int) -> Rows:
    """Turn single answers into rows. Raises ValueError as `make_rows` does."""
    _check_items(answers, n_items)
    width = max((len(answer.shown) for answer in answers), default=1) or 1
    shown = np.full((len(answers), width), NOT_SHOWN, dtype=np.int64)
    for place, answer in enumerate(answers):
        shown[place, : len(answer.shown)] = answer.shown
    return make_rows(
        shown,
        [NOT_NAMED if answer.best is None else answer.best for answer in answers],
        [NOT_NAMED if answer.worst is None else answer.worst for answer in answers],
        n_items=n_items,
        weight=[answer.weight for answer in answers],
    )


def _check_items(answers: Sequence[Answer], n_items: int) -> None:
    """Refuse what an array would take for a mark of its own, or round away."""
    for at, answer in enumerate(answers):
        for item in map(index, answer.shown):
            if item < 0:
                message = f"answer {at}: item {item} was shown, must be from 0 to {n_items - 1}"
                raise ValueError(message)
        for name, choice in (("best", answer.best), ("worst", answer.worst)):
            if choice is not None and index(choice) < 0:
                message = (
                    f"answer {at}: {name} is {choice}, "
                    f"must be one of the shown items {answer.shown}"
                )
                raise ValueError(message)


def _check_screens(screen: NDArray[np.int64], n_items: int) -> None:
    strange = (screen < NOT_SHOWN) | (screen >= n_items)
    if strange.any():
        at, place = divmod(int(np.argmax(strange)), screen.shape[1])
        message = (
            f"answer {at}: item {screen[at, place]} was shown, must be from 0 to {n_items - 1}"
        )
        raise ValueError(message)
    hole = (screen[:, 1:] >= 0) & (screen[:, :-1] < 0)
    if hole.any():
        at = int(np.argmax(hole.any(axis=1)))
        message = f"answer {at}: shown is {screen[at].tolist()}, -1 may stand only at the end"
        raise ValueError(message)
    masks = np.zeros(len(screen), dtype=np.uint64)
    for column in screen.T:
        bit = np.where(column >= 0, _ONE << np.maximum(column, 0).astype(np.uint64), np.uint64(0))
        doubled = (masks & bit) != 0
        if doubled.any():
            at = int(np.argmax(doubled))
            kept = tuple(screen[at][screen[at] >= 0].tolist())
            message = f"answer {at}: shown is {kept}, must hold each item once"
            raise ValueError(message)
        masks |= bit


def _check_choices(
    screen: NDArray[np.int64], best: NDArray[np.int64], worst: NDArray[np.int64]
) -> None:
    for name, choice in (("best", best), ("worst", worst)):
        foreign = (choice != NOT_NAMED) & ~((screen == choice[:, None]).any(axis=1) & (choice >= 0))
        if foreign.any():
            at = int(np.argmax(foreign))
            shown = tuple(screen[at][screen[at] >= 0].tolist())
            message = f"answer {at}: {name} is {choice[at]}, must be one of the shown items {shown}"
            raise ValueError(message)
    same = (best == worst) & (best != NOT_NAMED)
    if same.any():
        at = int(np.argmax(same))
        shown = tuple(item for item in screen[at].tolist() if item >= 0 and item != best[at])
        message = (
            f"answer {at}: best and worst are both {best[at]}, "
            f"worst must be one of the other shown items {shown}"
        )
        raise ValueError(message)
    named = (best != NOT_NAMED) | (worst != NOT_NAMED)
    lonely = named & ((screen >= 0).sum(axis=1) < _MIN_SHOWN)
    if lonely.any():
        at = int(np.argmax(lonely))
        shown = tuple(screen[at][screen[at] >= 0].tolist())
        message = (
            f"answer {at}: a choice was made among {shown}, "
            f"at least {_MIN_SHOWN} items must have been shown"
        )
        raise ValueError(message)
