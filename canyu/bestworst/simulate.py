"""Answers of simulated people whose taste is known: for tests, demo and bench."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.rows import MAX_ITEMS, NOT_NAMED, NOT_SHOWN, Answer, Rows, make_rows

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

_MIN_SHOWN = 2


def simulate_rows(
    truth: NDArray[np.float64],
    *,
    screens: Sequence[Sequence[int]],
    n: int,
    rng: np.random.Generator,
    p_best_only: float = 0.0,
    p_worst_only: float = 0.0,
    p_empty: float = 0.0,
    position_effect: float = 0.0,
) -> Rows:
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
    check_plan(truth, screens, n, chances)
    named_best, named_worst = draw_habits(n, chances, rng)
    screen_of = rng.integers(len(screens), size=n)
    sizes = np.array([len(screen) for screen in screens])[screen_of]
    shown = np.full((n, max(map(len, screens))), NOT_SHOWN, dtype=np.int64)
    best, worst = np.full((2, n), NOT_NAMED, dtype=np.int64)
    for size in np.unique(sizes):
        people = np.flatnonzero(sizes == size)
        same_size = [tuple(s) if len(s) == size else (0,) * int(size) for s in screens]
        items = rng.permuted(np.array(same_size)[screen_of[people]], axis=1)
        places = choose_places(truth[items], named_best[people], position_effect, rng)
        shown[people, :size] = items
        best[people], worst[people] = (
            np.take_along_axis(items, place[:, None], axis=1).ravel() for place in places
        )
    best[~named_best] = NOT_NAMED
    worst[~named_worst] = NOT_NAMED
    return make_rows(shown, best, worst, n_items=truth.size)


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
    """Draw `n` answers as `simulate_rows` does, one by one. Raises ValueError as it does."""
    rows = simulate_rows(
        truth,
        screens=screens,
        n=n,
        rng=rng,
        p_best_only=p_best_only,
        p_worst_only=p_worst_only,
        p_empty=p_empty,
        position_effect=position_effect,
    )
    return [
        Answer(
            shown=tuple(item for item in shown if item >= 0),
            best=best if best >= 0 else None,
            worst=worst if worst >= 0 else None,
        )
        for shown, best, worst in zip(
            rows.shown.tolist(), rows.best.tolist(), rows.worst.tolist(), strict=True
        )
    ]


def draw_habits(
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


def choose_places(
    worth: NDArray[np.float64],
    named_best: NDArray[np.bool_],
    position_effect: float,
    rng: np.random.Generator,
    agreed: NDArray[np.bool_] | None = None,
) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Return the places of best and worst: the largest of pull plus Gumbel noise.

    `agreed` marks, in the rows that have one, the place that was agreed on as the best.
    """
    pull = position_effect * np.arange(worth.shape[1])
    liking = worth + pull + rng.gumbel(size=worth.shape)
    if agreed is not None:
        liking = np.where(agreed, np.inf, liking)
    best = np.argmax(liking, axis=1)
    hate = -worth + pull + rng.gumbel(size=worth.shape)
    taken = np.flatnonzero(named_best)
    hate[taken, best[taken]] = -np.inf
    return best, np.argmax(hate, axis=1)


def check_plan(
    truth: NDArray[np.float64],
    screens: Sequence[Sequence[int]],
    n: int,
    chances: tuple[float, float, float],
) -> None:
    """Refuse what cannot be simulated, naming it. Raises ValueError."""
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
