"""Answers and rows: answered screens as arrays, in displayed order, checked once.

Cells forget who answered, in which order a screen stood, and when. What needs
these (errors by person, position, brigades) works on rows; all else on cells.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from operator import index
from typing import TYPE_CHECKING, NoReturn

import numpy as np

from canyu.bestworst.checks import (
    MAX_ITEMS,
    NOT_NAMED,
    NOT_SHOWN,
    amounts,
    check_n_items,
    check_size,
    complaint,
    sound_masks,
    whole,
)
from canyu.bestworst.numbering import chunks

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

__all__ = ["MAX_ITEMS", "NOT_NAMED", "NOT_SHOWN", "Answer", "Rows", "make_rows", "rows_of"]


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
    right with -1, and bit j of `masks` (N) is set where item j was shown;
    `best` and `worst` (N) are item numbers or -1 where none was named;
    `weight` (N) is how many people an answer stands for; `person` (N) whose
    answer it is, numbered from 0, or None when everybody answered once. Made
    by `make_rows` or `rows_of`, which check them; all arrays are frozen.
    """

    n_items: int
    shown: NDArray[np.int8]
    masks: NDArray[np.uint64]
    best: NDArray[np.int8]
    worst: NDArray[np.int8]
    weight: NDArray[np.float64]
    person: NDArray[np.int64] | None = None

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        columns = (self.shown, self.masks, self.best, self.worst, self.weight, self.person)
        for values in columns:
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
    def named(self) -> NDArray[np.bool_]:
        """Which rows name a best, a worst, or both."""
        return np.asarray((self.best != NOT_NAMED) | (self.worst != NOT_NAMED))

    def take(self, which: NDArray[np.bool_] | NDArray[np.integer]) -> Rows:
        """Return the rows chosen by a mask or by indices, in that order."""
        return Rows(
            n_items=self.n_items,
            shown=self.shown[which],
            masks=self.masks[which],
            best=self.best[which],
            worst=self.worst[which],
            weight=self.weight[which],
            person=None if self.person is None else self.person[which],
        )

    def with_weight(self, weight: NDArray[np.float64]) -> Rows:
        """Return the same answers with other weights (N). Raises ValueError for a mad one."""
        return replace(self, weight=amounts("weight", weight, len(self)))


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

    Raises ValueError, naming the first wrong row, its value and what is
    allowed, when an item is out of range or shown twice, a choice was not
    shown, best and worst are one item, a choice was made among fewer than two
    items, a weight is negative or not finite, or the lengths do not agree;
    TypeError when items are not whole numbers.
    """
    check_n_items(n_items)
    bests, worsts = whole("best", best).ravel(), whole("worst", worst).ravel()
    screens = _screens(shown, bests.size)
    check_size("worst", worsts, bests.size)
    weights = np.ones(bests.size) if weight is None else amounts("weight", weight, bests.size)
    persons = None
    if person is not None:
        persons = whole("person", person).ravel().astype(np.int64)
        check_size("person", persons, bests.size)
    masks = np.empty(bests.size, dtype=np.uint64)
    for part in chunks(bests.size):
        sound = sound_masks(screens[part], bests[part], worsts[part], n_items)
        if sound is None:
            _complain(screens, bests, worsts, n_items, part)
        masks[part] = sound
    return Rows(
        n_items=n_items,
        shown=screens.astype(np.int8),
        masks=masks,
        best=bests.astype(np.int8),
        worst=worsts.astype(np.int8),
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


def _screens(shown: ArrayLike, size: int) -> NDArray[np.integer]:
    """Return `shown` as an array of `size` rows and at least one column."""
    screens = np.atleast_2d(whole("shown", shown))
    if not screens.size:
        return np.full((size, 1), NOT_SHOWN, dtype=np.int8)
    check_size("shown", screens, size)
    return screens.reshape(size, -1)


def _complain(
    screens: NDArray[np.integer],
    best: NDArray[np.integer],
    worst: NDArray[np.integer],
    n_items: int,
    part: slice,
) -> NoReturn:
    """Raise ValueError for the first wrong answer in `part`."""
    answers = zip(screens[part].tolist(), best[part].tolist(), worst[part].tolist(), strict=True)
    for at, (shown, liked, disliked) in enumerate(answers, start=part.start):
        words = complaint(shown, liked, disliked, n_items)
        if words is not None:
            message = f"answer {at}: {words}"
            raise ValueError(message)
    # The quick check and the words say the same of every answer.
    raise AssertionError
