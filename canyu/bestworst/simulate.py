"""Answers of simulated people whose taste is known: for tests, demo and bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.cells import MAX_ITEMS, Answer

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

_MIN_SHOWN = 2


def simulate_answers(
    truth: NDArray[np.float64],
    *,
    screens: Sequence[Sequence[int]],
    n: int,
    rng: np.random.Generator,
    p_best_only: float = 0.0,
    p_worst_only: float = 0.0,
    p_empty: float = 0.0,
    position_effect: float = 0.0,
) -> list[Answer]:
    """Draw `n` answers from the best-then-worst model with worths `truth` (J, logits).

    Each person gets one of `screens` with equal chance, in an order of their
    own. With the chances given, a person names only the best, only the worst
    (then chosen from the whole screen), or nothing. `position_effect` is added
    to the pull of an item, for best and worst alike, once for each place it
    stands after the first: -0.08 is a mild habit of picking early places.

    Raises ValueError when a screen holds fewer than two items, one twice or a
    stranger, when chances are negative or add up to more than one, when `n`
    is negative, or when `truth` is not a row of finite numbers.
    """
    chances = (p_best_only, p_worst_only, p_empty)
    _check(truth, screens, n, chances)
    if n == 0:
        return []
    named_best, named_worst = _draw_habits(n, chances, rng)
    screen_of = rng.integers(len(screens), size=n)
    sizes = np.array([len(screen) for screen in screens])[screen_of]
    answers: dict[int, Answer] = {}
    for size in np.unique(sizes):
        people = np.flatnonzero(sizes == size)
        same_size = [tuple(s) if len(s) == size else (0,) * int(size) for s in screens]
        shown = rng.permuted(np.array(same_size)[screen_of[people]], axis=1)
        choices = _choose(truth[shown], named_best[people], position_effect, rng)
        rows = _answers(shown, *choices, named_best[people], named_worst[people])
        answers.update(zip(people.tolist(), rows, strict=True))
    return [answers[person] for person in range(n)]


def _draw_habits(
    n: int,
    chances: tuple[float, float, float],
    rng: np.random.Generator,
) -> tuple[NDArray[np.bool_], NDArray[np.bool_]]:
    """Draw who names a best and who names a worst."""
    best_only, worst_only, empty = np.cumsum(chances)
    habit = rng.random(n)
    named_best = (habit < best_only) | (habit >= empty)
    named_worst = ((habit >= best_only) & (habit < worst_only)) | (habit >= empty)
    return named_best, named_worst


def _choose(
    worth: NDArray[np.float64],
    named_best: NDArray[np.bool_],
    position_effect: float,
    rng: np.random.Generator,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of best and worst: the largest of pull plus Gumbel noise."""
    pull = position_effect * np.arange(worth.shape[1])
    best = np.argmax(worth + pull + rng.gumbel(size=worth.shape), axis=1)
    hate = -worth + pull + rng.gumbel(size=worth.shape)
    taken = np.flatnonzero(named_best)
    hate[taken, best[taken]] = -np.inf
    return best, np.argmax(hate, axis=1)


def _answers(
    shown: NDArray[np.int64],
    best: NDArray[np.intp],
    worst: NDArray[np.intp],
    named_best: NDArray[np.bool_],
    named_worst: NDArray[np.bool_],
) -> Iterator[Answer]:
    """Put rows into words of the core."""
    rows = zip(
        shown.tolist(),
        best.tolist(),
        worst.tolist(),
        named_best.tolist(),
        named_worst.tolist(),
        strict=True,
    )
    for items, best_at, worst_at, has_best, has_worst in rows:
        yield Answer(
            shown=tuple(items),
            best=items[best_at] if has_best else None,
            worst=items[worst_at] if has_worst else None,
        )


def _check(
    truth: NDArray[np.float64],
    screens: Sequence[Sequence[int]],
    n: int,
    chances: tuple[float, float, float],
) -> None:
    bounds = f"a row of {_MIN_SHOWN} to {MAX_ITEMS} finite numbers"
    if truth.ndim != 1 or not _MIN_SHOWN <= truth.size <= MAX_ITEMS or not np.isfinite(truth).all():
        message = f"truth is {truth.tolist()}, must be {bounds}"
        raise ValueError(message)
    if not screens:
        message = "screens is empty, must hold at least one screen"
        raise ValueError(message)
    allowed = set(range(truth.size))
    for screen in screens:
        if len(screen) < _MIN_SHOWN or len(set(screen)) < len(screen) or not allowed >= {*screen}:
            message = (
                f"a screen is {tuple(screen)}, must hold at least {_MIN_SHOWN} "
                f"different items from 0 to {truth.size - 1}"
            )
            raise ValueError(message)
    if n < 0:
        message = f"n is {n}, must be at least 0"
        raise ValueError(message)
    # Sums like 0.7 + 0.2 + 0.1 may end a rounding above one.
    if min(chances) < 0 or not sum(chances) <= 1 + 1e-9:
        message = (
            f"the chances of partial answers are {chances}, must be from 0 and add up to 1 at most"
        )
        raise ValueError(message)
