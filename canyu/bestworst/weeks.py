"""Simulated weeks: people who differ, people who agreed on what to say, and when they came."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from canyu.bestworst.rows import NOT_NAMED, NOT_SHOWN, Rows, make_rows
from canyu.bestworst.simulate import check_plan, choose_places, draw_habits

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

HOURS = 168
"""In a week; hour 0 begins it."""

# Few at night, some by day, most in the evening; fewer as the week goes on.
_DAY = np.array([1.0] * 7 + [3.0] * 4 + [5.0] * 7 + [8.0] * 4 + [4.0] * 2)
_DAYS = np.array([3.0, 2.0, 1.5, 1.2, 1.0, 1.0, 0.8])
_RHYTHM = np.outer(_DAYS, _DAY).ravel() / (_DAYS.sum() * _DAY.sum())


@dataclass(frozen=True, eq=False)
class Camp:
    """A `share` of the people whose worths are the truth plus `shift` (J, logits).

    Two camps of one half with opposite shifts are loved and hated by turns;
    one camp with shift = other - truth has a truth of its own.
    """

    share: float
    shift: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Brigade:
    """A `share` of the people, rounded, who agreed to name `choice` the best.

    Their worst is `worst` where the screen shows it (else whom they like
    least), or, when None, any other item by chance. They answer over the
    "week" like others, or within one "hour". Those who see "assigned" screens
    get theirs like everybody, and answer like everybody when `choice` is not on
    it; those who see "picked" ones all have `choice` on theirs.
    """

    share: float
    choice: int
    worst: int | None = None
    spread: Literal["week", "hour"] = "week"
    sees: Literal["assigned", "picked"] = "assigned"


@dataclass(frozen=True, eq=False)
class SimulatedWeek:
    """Answers `rows` (N), the hour of the week of each (N), and whose were arranged (N)."""

    rows: Rows
    hour: NDArray[np.int64]
    is_brigade: NDArray[np.bool_]

    def __post_init__(self) -> None:
        """Make the arrays as frozen as the class."""
        self.hour.flags.writeable = False
        self.is_brigade.flags.writeable = False


def simulate_week(
    truth: NDArray[np.float64],
    *,
    screens: Sequence[Sequence[int]],
    n: int,
    rng: np.random.Generator,
    camps: Sequence[Camp] = (),
    taste_sd: float = 0.0,
    brigades: Sequence[Brigade] = (),
    p_best_only: float = 0.0,
    p_worst_only: float = 0.0,
    p_empty: float = 0.0,
    position_effect: float = 0.0,
) -> SimulatedWeek:
    """Draw the week of `n` people, some of whom may have agreed on what to say.

    As `simulate_rows`, but people differ: each is of at most one of `camps`,
    and has worths of their own around the camp's with deviation `taste_sd`.
    People of `brigades` are among the `n`, and name best and worst always.

    Raises ValueError as `simulate_rows` does, and when shares are negative or
    add up to more than one, when a shift, choice or worst is not about the
    items of `truth`, and when screens are picked that do not exist.
    """
    chances = (p_best_only, p_worst_only, p_empty)
    check_plan(truth, screens, n, chances)
    _check_people(truth, screens, camps, brigades, taste_sd)
    whose = _draw_brigades(n, brigades, rng)
    named_best, named_worst = draw_habits(n, chances, rng)
    worth = _draw_tastes(truth, n, camps, taste_sd, rng)
    screen_of = rng.integers(len(screens), size=n)
    for number, brigade in enumerate(brigades):
        if brigade.sees == "picked":
            theirs = [at for at, screen in enumerate(screens) if brigade.choice in screen]
            people = np.flatnonzero(whose == number)
            screen_of[people] = rng.choice(theirs, size=people.size)
    sizes = np.array([len(screen) for screen in screens])[screen_of]
    shown = np.full((n, max(map(len, screens))), NOT_SHOWN, dtype=np.int64)
    best, worst = np.full((2, n), NOT_NAMED, dtype=np.int64)
    wanted = np.array([brigade.choice for brigade in brigades] + [NOT_NAMED])[whose]
    for size in np.unique(sizes):
        people = np.flatnonzero(sizes == size)
        same_size = [tuple(s) if len(s) == size else (0,) * int(size) for s in screens]
        items = rng.permuted(np.array(same_size)[screen_of[people]], axis=1)
        agreed = items == wanted[people, None]
        told = agreed.any(axis=1)
        named_best[people[told]] = named_worst[people[told]] = True
        seen = np.take_along_axis(worth[people], items, axis=1)
        places = choose_places(seen, named_best[people], position_effect, rng, agreed)
        shown[people, :size] = items
        best[people], worst[people] = (
            np.take_along_axis(items, place[:, None], axis=1).ravel() for place in places
        )
        for number, brigade in enumerate(brigades):
            some = told & (whose[people] == number)
            worst[people[some]] = _agreed_worst(items[some], worst[people[some]], brigade, rng)
    best[~named_best] = NOT_NAMED
    worst[~named_worst] = NOT_NAMED
    return SimulatedWeek(
        rows=make_rows(shown, best, worst, n_items=truth.size),
        hour=_draw_hours(whose, brigades, rng),
        is_brigade=whose >= 0,
    )


def _draw_brigades(
    n: int, brigades: Sequence[Brigade], rng: np.random.Generator
) -> NDArray[np.int64]:
    """Return the number of each person's brigade, -1 for those of none."""
    whose = np.full(n, -1, dtype=np.int64)
    people, start = rng.permutation(n), 0
    for number, brigade in enumerate(brigades):
        stop = start + round(brigade.share * n)
        whose[people[start:stop]] = number
        start = stop
    return whose


def _draw_tastes(
    truth: NDArray[np.float64],
    n: int,
    camps: Sequence[Camp],
    taste_sd: float,
    rng: np.random.Generator,
) -> NDArray[np.float64]:
    """Return everybody's own worths (n, J)."""
    shifts = np.array([camp.shift for camp in camps] + [np.zeros_like(truth)])
    ends = np.cumsum([camp.share for camp in camps])
    camp_of = np.searchsorted(ends, rng.random(n), side="right")
    worth: NDArray[np.float64] = truth + shifts[camp_of]
    if taste_sd:
        worth += taste_sd * rng.standard_normal(worth.shape)
    return worth


def _agreed_worst(
    items: NDArray[np.int64],
    own: NDArray[np.int64],
    brigade: Brigade,
    rng: np.random.Generator,
) -> NDArray[np.int64]:
    """Return the worsts of people of a brigade who see their choice."""
    if brigade.worst is not None:
        return np.where((items == brigade.worst).any(axis=1), brigade.worst, own)
    lot = rng.random(items.shape)
    lot[items == brigade.choice] = -1.0
    return np.take_along_axis(items, lot.argmax(axis=1)[:, None], axis=1).ravel()


def _draw_hours(
    whose: NDArray[np.int64], brigades: Sequence[Brigade], rng: np.random.Generator
) -> NDArray[np.int64]:
    hour = rng.choice(HOURS, size=whose.size, p=_RHYTHM)
    for number, brigade in enumerate(brigades):
        if brigade.spread == "hour":
            hour[whose == number] = rng.choice(HOURS, p=_RHYTHM)
    return hour


def _check_people(
    truth: NDArray[np.float64],
    screens: Sequence[Sequence[int]],
    camps: Sequence[Camp],
    brigades: Sequence[Brigade],
    taste_sd: float,
) -> None:
    if not (np.isfinite(taste_sd) and taste_sd >= 0):
        message = f"taste_sd is {taste_sd}, must be a finite number of at least 0"
        raise ValueError(message)
    for name, groups in (("camps", camps), ("brigades", brigades)):
        shares = [group.share for group in groups]
        if not all(share >= 0 for share in shares) or not sum(shares) <= 1 + 1e-9:
            message = f"the shares of {name} are {shares}, must be from 0 and add up to 1 at most"
            raise ValueError(message)
    for camp in camps:
        if np.shape(camp.shift) != truth.shape or not np.isfinite(camp.shift).all():
            message = f"a shift is {camp.shift}, must be {truth.size} finite numbers"
            raise ValueError(message)
    for brigade in brigades:
        named = {brigade.choice} if brigade.worst is None else {brigade.choice, brigade.worst}
        if not named <= set(range(truth.size)) or brigade.choice == brigade.worst:
            message = (
                f"a brigade names {brigade.choice} and {brigade.worst}, "
                f"must be different items from 0 to {truth.size - 1}"
            )
            raise ValueError(message)
        if brigade.sees == "picked" and not any(brigade.choice in screen for screen in screens):
            message = f"a brigade picks screens with {brigade.choice}, which is on none"
            raise ValueError(message)
