"""Whether the asking stopped: before against after a change that answers a pain, honestly.

The rate ratio is (askers after / people-weeks after) / (the same before), with the 95% interval
    log RR +- 1.96 sqrt(1/(a + 1/2) + 1/(b + 1/2) + (1/k)(1/n_a + 1/n_b)),
a and b askers and n_a and n_b weeks after and before (Gu, Ng, Tang and Schucany 2008, "Testing the
ratio of two Poisson rates", with the half-counts of Walter; the last term is the variance of a mean
of negative binomial weeks, k pooled over all pains, see `rates.pooled_dispersion`). Where people
come and go within a period, n is (sum e)^2 / sum e^2 of its exposures. The week of the roll-out is
of neither side.

Without exposure fewer askers may be fewer people: then nothing stronger is said than "fewer
voices". If everything else is asked less as well, by as much, neither.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

Answer = Literal["gone", "less", "fewer voices", "unchanged", "too early", "came back"]

GONE = 0.5
"""The upper limit of the ratio below which a pain is gone."""

REACHED = 2 / 3
"""Part of the asking before that must be reached again for "came back"."""

NARROW = 1.5
"""Unchanged: the interval lies between 1/1.5 and 1.5, so that a change of a third is ruled out."""

FEWEST_WEEKS = 3
"""Whole weeks on each side; fewer say too little about how weeks scatter."""

MOST_WEEKS_BEFORE = 26
RECENT_WEEKS = (4, 8)
FEWEST_LATEST = 2
Z = 1.959963984540054
Z_BACK = 3.090232306167813
"""For "came back": 0.001 on this side, since it is asked anew each week after a lucky quiet."""

_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Ratio:
    """A rate over another, its 95% limits, and what it stands on.

    `after` and `before` count askers; `weeks_after` and `weeks_before` whole weeks with exposure,
    or all whole weeks where `adjusted` is false: then people were not divided by.
    """

    ratio: float
    low: float
    high: float
    after: int
    before: int
    weeks_after: int
    weeks_before: int
    adjusted: bool


@dataclass(frozen=True, slots=True)
class History:
    """Distinct askers of whole weeks in order, and how many people could have asked.

    `exposure` is None where nobody told; a week of it that is None or 0 is not known.
    `shipped` is the place of the roll-out's week.
    """

    askers: tuple[int, ...]
    shipped: int
    exposure: tuple[float | None, ...] | None = None

    def __post_init__(self) -> None:
        """Refuse what is no history."""
        if not 0 <= self.shipped < max(len(self.askers), 1):
            msg = f"The roll-out's week {self.shipped} is none of the {len(self.askers)} weeks."
            raise ValueError(msg)
        if self.exposure is not None and len(self.exposure) != len(self.askers):
            msg = f"There are {len(self.askers)} weeks, and exposure of {len(self.exposure)}."
            raise ValueError(msg)
        if any(each < 0 for each in self.askers):
            msg = f"Askers are counted from 0, not {min(self.askers)}."
            raise ValueError(msg)


@dataclass(frozen=True, slots=True)
class Verified:
    """What may be said, and what it stands on.

    `ratio` compares all whole weeks after with those before; None where there are too few. `back`
    compares the latest weeks with those of the quiet that had been claimed. `control` is the same
    as `ratio` for everything else that is asked, and `against_control` the one over the other;
    `with_the_rest` says that the fall is not more than that of the rest. `rose` says that more ask.
    `near` lists the neighbours that are asked more since: the trouble may have moved there.
    """

    answer: Answer
    ratio: Ratio | None
    back: Ratio | None = None
    control: Ratio | None = None
    against_control: Ratio | None = None
    with_the_rest: bool = False
    rose: bool = False
    near: tuple[int, ...] = ()


def rate_ratio(
    history: History,
    before: Sequence[int],
    after: Sequence[int],
    *,
    dispersion: float,
    z: float = Z,
) -> Ratio | None:
    """Return the ratio of the weeks `after` to the weeks `before`, by their places in the history.

    `dispersion` is 1/k. Weeks without exposure are left out; where they are more than half of a
    side, nothing is divided by people. None where a side has no week.
    """
    exposure = _known_exposure(history)
    adjusted = all(
        2 * sum(exposure[at] > 0 for at in side) >= max(len(side), 1) for side in (before, after)
    )
    used = exposure if adjusted else np.ones(len(history.askers))
    sides = [[at for at in side if used[at] > 0] for side in (before, after)]
    if not all(sides):
        return None
    earlier, later = (used[side] for side in sides)
    b, a = (sum(history.askers[at] for at in side) for side in sides)
    log_ratio = np.log((a + _HALF) / later.sum()) - np.log((b + _HALF) / earlier.sum())
    scatter = dispersion * (_scatter(earlier) + _scatter(later))
    reach = z * float(np.sqrt(1 / (a + _HALF) + 1 / (b + _HALF) + scatter))
    return Ratio(
        ratio=float(np.exp(log_ratio)),
        low=float(np.exp(log_ratio - reach)),
        high=float(np.exp(log_ratio + reach)),
        after=a,
        before=b,
        weeks_after=len(sides[1]),
        weeks_before=len(sides[0]),
        adjusted=adjusted,
    )


def verify(
    history: History,
    *,
    dispersion: float,
    claimed_at: int | None = None,
    others: Sequence[int] | None = None,
    near: Mapping[int, Sequence[int]] | None = None,
) -> Verified:
    """Return what the asking since a change says.

    `dispersion` is 1/k pooled over all pains. `claimed_at` is the last week that went into an
    earlier "gone" or "less", if there was one: from then on it may come back. `others` are the
    askers of everything else in the same weeks, `near` those of the pains most like this one.
    """
    before = range(max(0, history.shipped - MOST_WEEKS_BEFORE), history.shipped)
    after = range(history.shipped + 1, len(history.askers))
    if min(len(before), len(after)) < FEWEST_WEEKS:
        return Verified("too early", None)
    ratio = rate_ratio(history, before, after, dispersion=dispersion)
    if ratio is None or min(ratio.weeks_before, ratio.weeks_after) < FEWEST_WEEKS:
        return Verified("too early", ratio)
    control, against = _against_rest(history, others, before, after, dispersion)
    with_the_rest = against is not None and ratio.high < 1 <= against.high
    back = None
    if claimed_at is not None and ratio.adjusted:
        back = _came_back(history, before, claimed_at, dispersion)
    return Verified(
        answer="came back" if back is not None else _answer(ratio, with_the_rest=with_the_rest),
        ratio=ratio,
        back=back,
        control=control,
        against_control=against,
        with_the_rest=with_the_rest,
        rose=ratio.low > 1,
        near=_risen(history, near or {}, before, after, dispersion),
    )


def _answer(ratio: Ratio, *, with_the_rest: bool) -> Answer:
    if ratio.high < 1 and (with_the_rest or not ratio.adjusted):
        return "fewer voices"
    if ratio.high < GONE:
        return "gone"
    if ratio.high < 1:
        return "less"
    # Without people to divide by, as many askers may be more per head, or fewer.
    if ratio.adjusted and ratio.low > 1 / NARROW and (ratio.high < NARROW or ratio.low > 1):
        return "unchanged"
    return "too early"


def _came_back(
    history: History, before: Sequence[int], claimed_at: int, dispersion: float
) -> Ratio | None:
    """Return the latest weeks over the quiet before them, where they are surely more.

    Looks at the latest four weeks, then at the latest eight. It is asked anew each week, hence the
    limit of 3.09 standard errors; and two thirds of what was asked before must be reached again,
    since a small rise from next to nothing is no return. The weeks that were claimed stay quiet.
    """
    n_weeks = len(history.askers)
    for n_latest in RECENT_WEEKS:
        latest = range(max(claimed_at + 1, n_weeks - n_latest), n_weeks)
        quiet = range(history.shipped + 1, latest.start)
        if len(latest) < FEWEST_LATEST or not quiet:
            continue
        surely = rate_ratio(history, quiet, latest, dispersion=dispersion, z=Z_BACK)
        to_before = rate_ratio(history, before, latest, dispersion=dispersion)
        if surely is None or to_before is None or not surely.adjusted or not to_before.adjusted:
            continue
        if surely.low > 1 and to_before.ratio >= REACHED:
            return rate_ratio(history, quiet, latest, dispersion=dispersion)
    return None


def _against_rest(
    history: History,
    others: Sequence[int] | None,
    before: Sequence[int],
    after: Sequence[int],
    dispersion: float,
) -> tuple[Ratio | None, Ratio | None]:
    """Return the ratio of everything else, and this one's over it; the two scatter apart."""
    if others is None:
        return None, None
    own = rate_ratio(history, before, after, dispersion=dispersion)
    rest = rate_ratio(_same_weeks(history, others), before, after, dispersion=dispersion)
    # The rest must have been asked about enough to speak for itself.
    if own is None or rest is None or rest.before == 0:
        return rest, None
    log_ratio = np.log(own.ratio) - np.log(rest.ratio)
    reach = np.hypot(np.log(own.high / own.ratio), np.log(rest.high / rest.ratio))
    over = Ratio(
        ratio=float(np.exp(log_ratio)),
        low=float(np.exp(log_ratio - reach)),
        high=float(np.exp(log_ratio + reach)),
        after=own.after,
        before=own.before,
        weeks_after=own.weeks_after,
        weeks_before=own.weeks_before,
        adjusted=own.adjusted,
    )
    return rest, over


def _risen(
    history: History,
    near: Mapping[int, Sequence[int]],
    before: Sequence[int],
    after: Sequence[int],
    dispersion: float,
) -> tuple[int, ...]:
    """Return the neighbours that are surely asked more, all of them together at 95% (Sidak)."""
    if not near:
        return ()
    z = _two_sided(0.95 ** (1 / len(near)))
    found = {
        number: rate_ratio(_same_weeks(history, askers), before, after, dispersion=dispersion, z=z)
        for number, askers in near.items()
    }
    return tuple(sorted(at for at, each in found.items() if each is not None and each.low > 1))


def _two_sided(level: float) -> float:
    from scipy.special import ndtri  # noqa: PLC0415 - a quarter of a second, when it is needed

    return float(ndtri((1 + level) / 2))


def _same_weeks(history: History, askers: Sequence[int]) -> History:
    return History(tuple(askers), history.shipped, history.exposure)


def _known_exposure(history: History) -> Array:
    """Return exposure by week, 0 where it is not known."""
    if history.exposure is None:
        return np.zeros(len(history.askers))
    told = [0.0 if each is None or not np.isfinite(each) else each for each in history.exposure]
    return np.maximum(np.array(told, dtype=np.float64), 0.0)


def _scatter(exposure: Array) -> float:
    """Return 1 over the number of weeks, each as much as it has people."""
    return float((exposure**2).sum() / exposure.sum() ** 2)
