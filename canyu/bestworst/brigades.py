"""Signs of people who answer by arrangement, and what is left without them.

A brigade shows as a burst (one item is named far more often in one hour than
in the rest of the week) or as a pattern (one pair of best and worst is named
far more often than the fitted worths allow). Both are signs, not proof: what
they are for is to ask whether the same item is first without them. Groups
that a caller knows (rings, devices, who invited whom) are left out likewise.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Literal

import numpy as np

from canyu.bestworst.cells import members_of
from canyu.bestworst.ends import End, leader, next_one, towards
from canyu.bestworst.rows import NOT_NAMED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from canyu.bestworst.newton import Point
    from canyu.bestworst.refits import Refits
    from canyu.bestworst.rows import Rows

    Array = NDArray[np.float64]

Side = Literal["best", "worst"]

LEVEL = 0.01
"""Of each test, all its comparisons together."""

FEWEST_LEFT = 30
"""With fewer people left, a group's leaving says nothing."""

_MOST_PATTERNS = 20
_ROUNDS = 4
_TINY = 1e-300


@dataclass(frozen=True, eq=False)
class Group:
    """Some of the people: `rows` (N) says which answers are theirs.

    `kind` says what they have in common (a ring, a device line), `name` which.
    """

    kind: str
    name: str
    rows: NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Burst:
    """An hour in which `item` was named best (or worst) far more often than else.

    `n` of the hour's `n_hour` choices named it, where the rest of the week
    lets `expected` do so.
    """

    hour: int
    item: int
    side: Side
    n: int
    n_hour: int
    expected: float
    p_value: float


@dataclass(frozen=True, slots=True)
class Pattern:
    """A pair of best and worst that `n` answers name, where the worths let `expected` do so."""

    best: int
    worst: int
    n: int
    expected: float
    p_value: float


@dataclass(frozen=True, slots=True)
class LeftOut:
    """Who is first without some of the people.

    `kind` is that of the group, "hour" for a burst or "pattern" for equal
    answers too many; `n` counts the people left out, of a pattern only those
    too many. `winner` is who is first then, None where it was not tried, since
    the group holds more than half of the people or leaves fewer than thirty;
    `changes` says whether that is another item than the one asked about.
    `sign` is the surest burst of that hour, or the pattern, where one made the
    group suspicious.
    """

    kind: str
    name: str
    n: int
    winner: int | None
    changes: bool
    sign: Burst | Pattern | None = None


def find_bursts(rows: Rows, hour: NDArray[np.integer]) -> tuple[Burst, ...]:
    """Return bursts, the surest first: hour and item against the item's share in other hours.

    `hour` (N) numbers the hours of the week from 0. Tail of the binomial, at
    0.01 for all hours, items and both sides together (Bonferroni). The share
    elsewhere is taken one half choice up, so that a first mention is no burst.
    """
    from scipy.special import bdtrc  # noqa: PLC0415 - a quarter of a second, when it is needed

    hours, at = np.unique(np.asarray(hour), return_inverse=True)
    found = []
    for side, choice in (("best", rows.best), ("worst", rows.worst)):
        named = np.flatnonzero(choice != NOT_NAMED)
        table = np.bincount(
            at[named] * rows.n_items + choice[named], minlength=hours.size * rows.n_items
        ).reshape(hours.size, rows.n_items)
        in_hour = table.sum(axis=1, keepdims=True)
        share = (table.sum(axis=0) - table + 0.5) / (named.size - in_hour + 1)
        tail = np.where(table > 0, bdtrc(table - 1.0, in_hour, np.minimum(share, 1.0)), 1.0)
        sure = tail * (2 * table.size) < LEVEL
        found += [
            Burst(
                hour=int(hours[h]),
                item=int(item),
                side="best" if side == "best" else "worst",
                n=int(table[h, item]),
                n_hour=int(in_hour[h, 0]),
                expected=float(in_hour[h, 0] * share[h, item]),
                p_value=float(tail[h, item]),
            )
            for h, item in np.argwhere(sure & (table > in_hour * share))
        ]
    return tuple(sorted(found, key=lambda one: (one.p_value, one.hour, one.item)))


def find_patterns(refits: Refits) -> tuple[Pattern, ...]:
    """Return pairs of best and worst named too often for the fitted worths, the surest first.

    Tail of the Poisson with the fitted mean, at 0.01 for all pairs together
    (Bonferroni); people count, not weights. Where people's tastes differ much
    there are such pairs without any arrangement. Models of one side only say
    nothing of pairs.
    """
    if refits.model not in {"sequential", "maxdiff"}:
        return ()
    from scipy.special import pdtrc  # noqa: PLC0415 - a quarter of a second, when it is needed

    people = np.bincount(refits.cell, minlength=refits.weight.size).astype(np.float64)
    counts, expected = _pairs(refits, refits.start, people)
    possible = expected > 0
    tail = np.where(
        counts > expected, pdtrc(np.maximum(counts - 1, 0), np.maximum(expected, _TINY)), 1.0
    )
    sure = possible & (tail * max(int(possible.sum()), 1) < LEVEL)
    found = [
        Pattern(
            best=int(best),
            worst=int(worst),
            n=round(float(counts[best, worst])),
            expected=float(expected[best, worst]),
            p_value=float(tail[best, worst]),
        )
        for best, worst in np.argwhere(sure)
    ]
    return tuple(sorted(found, key=lambda one: (one.p_value, one.best, one.worst)))


def leave_groups_out(
    refits: Refits, groups: Sequence[Group], *, item: int, end: End
) -> tuple[LeftOut, ...]:
    """Fit without each group in turn, to see whether `item` stays first at `end`.

    `rows` of the groups must match those of `refits`.
    """
    return tuple(_leave_group(refits, group, item, end) for group in groups)


def leave_bursts_out(
    refits: Refits,
    bursts: Sequence[Burst],
    hour: NDArray[np.integer],
    *,
    item: int,
    end: End,
) -> tuple[LeftOut, ...]:
    """Fit without each hour that holds a burst in turn: without everybody who answered then."""
    left_out = []
    for one in {burst.hour: burst for burst in reversed(bursts)}.values():
        group = Group("hour", str(one.hour), np.asarray(hour) == one.hour)
        left_out.append(replace(_leave_group(refits, group, item, end), sign=one))
    return tuple(left_out)


def leave_patterns_out(
    refits: Refits, patterns: Sequence[Pattern], *, item: int, end: End
) -> tuple[LeftOut, ...]:
    """Fit without what each pattern holds too many, the twenty that helped `item` most.

    How many are too many is asked again of the worths without them, until
    what stays is what the others' answers lead one to expect.
    """
    point = refits.without(np.zeros_like(refits.weight))
    if point is None or not patterns:
        return ()
    rival = next_one(point.worth, item, end)
    direction = towards(refits.n_items, item, [rival], end)
    moved = refits.weight * refits.scores(point, direction)[:, 0]
    helped = [
        (1 - one.expected / one.n)
        * float(moved[(refits.best == one.best) & (refits.worst == one.worst)].sum())
        for one in patterns
    ]
    order = np.argsort(-np.array(helped), kind="stable")[:_MOST_PATTERNS]
    return tuple(_leave_pattern(refits, patterns[at], point, item, end) for at in order)


def _leave_group(refits: Refits, group: Group, item: int, end: End) -> LeftOut:
    n, everybody = refits.count_people(group.rows), refits.n_people
    if not n or 2 * n > everybody or everybody - n < FEWEST_LEFT:
        return LeftOut(group.kind, group.name, n, None, changes=False)
    point = refits.without(refits.weigh(group.rows))
    if point is None:
        return LeftOut(group.kind, group.name, n, None, changes=False)
    first = leader(point.worth, end)
    return LeftOut(group.kind, group.name, n, first, changes=first != item)


def _leave_pattern(refits: Refits, pattern: Pattern, point: Point, item: int, end: End) -> LeftOut:
    name = f"{pattern.best}>{pattern.worst}"
    cells = (refits.best == pattern.best) & (refits.worst == pattern.worst)
    people = np.bincount(refits.cell, minlength=refits.weight.size).astype(np.float64)
    everybody, too_many, after = refits.n_people, 0.0, point
    for _ in range(_ROUNDS):
        share = np.where(cells, 1 - too_many / pattern.n, 1.0)
        _, expected = _pairs(refits, after.worth, people * share)
        # What stays of the pattern is expected among what stays of everybody.
        before, too_many = (
            too_many,
            max(pattern.n - float(expected[pattern.best, pattern.worst]), 0),
        )
        if 2 * too_many > everybody or everybody - too_many < FEWEST_LEFT:
            return LeftOut("pattern", name, round(too_many), None, changes=False, sign=pattern)
        trial = refits.without(np.where(cells, refits.weight * too_many / pattern.n, 0.0))
        if trial is None:
            return LeftOut("pattern", name, round(too_many), None, changes=False, sign=pattern)
        after = trial
        if abs(too_many - before) < 0.5:
            break
    first = leader(after.worth, end)
    n = round(too_many)
    return LeftOut("pattern", name, n, first, changes=first != item, sign=pattern)


def _pairs(refits: Refits, worth: Array, people: Array) -> tuple[Array, Array]:
    """Return counts of pairs among whole answers and what `worth` expects, both (J, J).

    `people` (C) counts the answers of each cell.
    """
    whole = (refits.best != NOT_NAMED) & (refits.worst != NOT_NAMED)
    counts = np.zeros((worth.size, worth.size))
    np.add.at(counts, (refits.best[whole], refits.worst[whole]), people[whole])
    sets, number = np.unique(refits.masks[whole], return_inverse=True)
    times = np.bincount(number, weights=people[whole], minlength=sets.size).astype(np.float64)
    inside = members_of(sets, worth.size)
    expected = np.zeros_like(counts)
    for begin in range(0, sets.size, 16_384):
        part = slice(begin, begin + 16_384)
        expected += _expected(refits, worth, inside[part], times[part])
    np.fill_diagonal(expected, 0.0)
    return counts, expected


def _expected(refits: Refits, worth: Array, inside: NDArray[np.bool_], times: Array) -> Array:
    """Return how often each pair is expected in sets (K, J) shown `times` (K)."""
    high = np.where(inside, np.exp(worth - worth.max()), 0.0)
    low = np.where(inside, np.exp(worth.min() - worth), 0.0)
    high /= np.maximum(high.sum(axis=1, keepdims=True), _TINY)
    low /= np.maximum(low.sum(axis=1, keepdims=True), _TINY)
    if refits.model == "maxdiff":
        both = np.maximum(1 - (high * low).sum(axis=1), _TINY)
        expected: Array = (high * (times / both)[:, None]).T @ low
    else:
        expected = (high * times[:, None] / np.maximum(1 - low, _TINY)).T @ low
    return expected
