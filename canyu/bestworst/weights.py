"""Weights to the user base: who answered, made to count like those who use.

Raking (iterative proportional fitting: Deming and Stephan 1940; as a
calibration estimator: Deville and Sarndal 1993) multiplies the weights of
each category by target over current share, one grouping after the other,
until all shares are right. Weights above the cap times their median are cut
to it and raked again. What the weights cost is Kish's design effect (1965).

No weight repairs a category that hardly answered. Such ones keep the share
they have among the answers and are named, so that they can be shown apart.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

from canyu.bestworst.errors import RakingDiverged
from canyu.bestworst.raking import Margin, largest_allowed, largest_miss, rake_cells, rake_under_cap

if TYPE_CHECKING:
    from collections.abc import Mapping

    from numpy.typing import ArrayLike, NDArray

    Array = NDArray[np.float64]
    Codes = NDArray[np.int64]

UNKNOWN = -1
"""Stands in for a category where it is not known which one a person is in."""

MIN_PEOPLE = 30
"""A category of fewer people is not weighted up."""

CAP = 5.0
"""No weight is above this many times the median."""

_ROUNDING = 1e-9

Reason = Literal["too few", "over cap", "nobody", "unknown", "no share"]


@dataclass(frozen=True, slots=True)
class NotRaked:
    """A category that was not brought to its target, and why.

    "too few" people, or a weight "over cap": it keeps its own share of the
    answers, and the targets of the others share what remains. The same for
    people whose category is "unknown" (code -1, `target` 0). "nobody": the
    target names a category that nobody who answered is in. "no share": the
    target is nought, so its people weigh nothing. `share` is the category's
    part of the answers, `target` what was asked for.
    """

    grouping: str
    code: int
    n: int
    share: float
    target: float
    reason: Reason


@dataclass(frozen=True, eq=False)
class Raked:
    """A weight for each of N people, with mean one, and what weighting costs.

    `n_eff` is Kish's effective number of people, (sum w)^2 / sum w^2, `deff`
    the design effect N / n_eff. `n_rounds` counts passes over all groupings,
    `n_trimmed` the people whose weight stands at the cap. `miss` is the
    largest distance of a share from its target; `converged` says that it is
    within the tolerance, which it may not be where the cap forbids it.
    """

    weight: Array
    n_eff: float
    deff: float
    n_rounds: int
    n_trimmed: int
    miss: float
    converged: bool
    left_out: tuple[NotRaked, ...]

    def __post_init__(self) -> None:
        """Make the array as frozen as the class."""
        self.weight.flags.writeable = False

    @property
    def n_people(self) -> int:
        """The number of people N."""
        return int(self.weight.size)


def rake(
    groups: Mapping[str, ArrayLike],
    targets: Mapping[str, ArrayLike],
    *,
    cap: float = CAP,
    min_people: int = MIN_PEOPLE,
    tolerance: float = 1e-10,
    max_rounds: int = 1_000,
) -> Raked:
    """Weight N people so that the shares of all categories become the targets.

    `groups` holds for each grouping (ring, device line, ...) the category of
    each person (N whole numbers from 0; -1 where it is not known); `targets`
    for the same groupings the share of each category among all users, by its
    number. Counts do as well as shares: they are divided by their sum. A
    person has one weight, whatever the number of their answers.

    Raises ValueError for groupings without targets (or the other way round),
    for categories without a target, quoting the value and what is allowed,
    for targets that are no shares, and for settings out of range;
    RakingDiverged when no weights can reach all targets together.
    """
    _check_settings(cap, min_people, tolerance, max_rounds)
    people = _people(groups, targets)
    wanted = {name: _shares(name, targets[name]) for name in people}
    for name, codes in people.items():
        _check_codes(name, codes, wanted[name].size)
    cell, codes, count = _combine(list(people.values()))
    n_people = int(count.sum())
    margins, left_out = [], []
    for (name, target), column in zip(wanted.items(), codes, strict=True):
        reached, apart = _reachable(name, column, count, target, cap=cap, min_people=min_people)
        left_out.extend(apart)
        # Code -1 becomes 0, so that the unknown are one more category.
        margins.append(Margin(column + 1, reached))
    start = count / n_people
    mass, rounds = rake_cells(start, margins, tolerance, max_rounds)
    mass, more = rake_under_cap(mass, start, margins, cap, tolerance, max_rounds)
    mass /= mass.sum()
    at_cap = mass >= largest_allowed(mass, start, cap) * start * (1 - _ROUNDING)
    weight = (mass / start)[cell]
    miss = largest_miss(margins, mass)
    n_eff = float(weight.sum() ** 2 / (weight**2).sum())
    return Raked(
        weight=weight,
        n_eff=n_eff,
        deff=n_people / n_eff,
        n_rounds=rounds + more,
        n_trimmed=int(count[at_cap].sum()),
        miss=miss,
        converged=miss <= max(tolerance, _ROUNDING),
        left_out=tuple(left_out),
    )


def _check_settings(cap: float, min_people: int, tolerance: float, max_rounds: int) -> None:
    if not cap > 1:
        message = f"cap is {cap}, must be above 1"
        raise ValueError(message)
    if min_people < 1:
        message = f"min_people is {min_people}, must be at least 1"
        raise ValueError(message)
    if not 0 < tolerance < 1:
        message = f"tolerance is {tolerance}, must be above 0 and below 1"
        raise ValueError(message)
    if max_rounds < 1:
        message = f"max_rounds is {max_rounds}, must be at least 1"
        raise ValueError(message)


def _people(groups: Mapping[str, ArrayLike], targets: Mapping[str, ArrayLike]) -> dict[str, Codes]:
    """Return the categories of each person, checked for length and kind."""
    if not groups or set(groups) != set(targets):
        message = (
            f"groups are {sorted(groups)} and targets are for {sorted(targets)}, "
            "must be the same and at least one"
        )
        raise ValueError(message)
    people = {}
    for name, values in groups.items():
        given = np.asarray(values)
        if given.ndim != 1 or (given.size and given.dtype.kind not in "iu"):
            message = (
                f"{name} holds {given.dtype} of shape {given.shape}, must be a row of integers"
            )
            raise ValueError(message)
        people[name] = given.astype(np.int64)
    sizes = {name: codes.size for name, codes in people.items()}
    if len(set(sizes.values())) > 1 or 0 in sizes.values():
        message = f"groups have {sizes} people, must have the same number, at least 1"
        raise ValueError(message)
    return people


def _shares(name: str, target: ArrayLike) -> Array:
    shares = np.array(target, dtype=np.float64)
    if (
        shares.ndim != 1
        or not np.isfinite(shares).all()
        or (shares < 0).any()
        or not 0 < shares.sum() < np.inf
    ):
        message = (
            f"the targets for {name} are {shares.tolist()}, must be finite numbers "
            "of at least 0 with a sum above 0"
        )
        raise ValueError(message)
    return np.asarray(shares / shares.sum())


def _check_codes(name: str, codes: Codes, size: int) -> None:
    foreign = (codes < UNKNOWN) | (codes >= size)
    if foreign.any():
        at = int(np.argmax(foreign))
        message = (
            f"person {at}: {name} is {codes[at]}, which has no target; must be from 0 to "
            f"{size - 1}, or {UNKNOWN} where it is not known"
        )
        raise ValueError(message)


def _combine(columns: list[Codes]) -> tuple[NDArray[np.int64], Codes, Array]:
    """Return each person's cell (N), each cell's codes (groupings, C) and people (C)."""
    cell = np.zeros(columns[0].size, dtype=np.int64)
    for codes in columns:
        key = cell * (int(codes.max()) + 2) + codes + 1
        _, first, cell, count = np.unique(
            key, return_index=True, return_inverse=True, return_counts=True
        )
    return cell, np.stack([codes[first] for codes in columns]), count.astype(np.float64)


def _reachable(
    name: str, codes: Codes, count: Array, target: Array, *, cap: float, min_people: int
) -> tuple[Array, list[NotRaked]]:
    """Return the shares to rake to (first: the unknown), and what they leave out."""
    n = np.bincount(codes + 1, weights=count, minlength=target.size + 1)
    share, asked = n / n.sum(), np.concatenate([[0.0], target])
    reasons: dict[int, Reason] = {}
    for code in np.flatnonzero((n == 0) & (asked > 0)):
        reasons[int(code)] = "nobody"
    for code in np.flatnonzero((n > 0) & (asked == 0)):
        reasons[int(code)] = "no share" if code else "unknown"
    held = np.zeros(n.size, dtype=np.bool_)
    held[0] = n[0] > 0
    while True:
        reached = _fill(name, share, asked, held)
        with np.errstate(divide="ignore", invalid="ignore"):
            rise = np.where(n > 0, reached / share, 0)
        risen = ~held & (rise > 1 + _ROUNDING)
        thin, heavy = risen & (n < min_people), risen & (rise > cap)
        if not (thin | heavy).any():
            break
        for code in np.flatnonzero(thin | heavy):
            reasons[int(code)] = "too few" if thin[code] else "over cap"
        held |= thin | heavy
    return reached, [
        NotRaked(name, code - 1, int(n[code]), float(share[code]), float(asked[code]), reason)
        for code, reason in sorted(reasons.items())
    ]


def _fill(name: str, share: Array, asked: Array, held: NDArray[np.bool_]) -> Array:
    """Give the held their own shares, and the rest to the others as their targets say."""
    free = np.where(held | (share == 0), 0, asked)
    if not free.sum():
        if (share[~held] > 0).any():
            message = (
                f"The targets for {name} leave nobody to weight: all who answered are in "
                "categories with a target of 0 or of too few people. Rake without it."
            )
            raise RakingDiverged(message)
        return share
    rest = 1 - share[held].sum()
    return np.where(held, share, rest * free / free.sum())
