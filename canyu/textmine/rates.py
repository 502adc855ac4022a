"""How many ask, by week: distinct people, and how much weeks scatter beyond chance."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

DAYS_OF_WEEK = 7

USUAL_DISPERSION = 1 / 3
"""1/k where nothing is known: a week may well hold twice what is usual, or half."""

_USUAL_WEEKS = 26.0
"""That many weeks of series are as good as the usual dispersion."""

_MOST_DISPERSION = 2.0


def weekly_voices(
    asked: Iterable[tuple[int, int]], *, first_day: int, n_weeks: int
) -> NDArray[np.int64]:
    """Return the distinct voices in each of `n_weeks` weeks from `first_day` on.

    `asked` holds (day, voice), in any order and as often as there were posts; a voice counts once a
    week. What lies outside is left out.
    """
    seen = {((day - first_day) // DAYS_OF_WEEK, voice) for day, voice in asked}
    weeks = [week for week, _ in seen if 0 <= week < n_weeks]
    return np.bincount(np.array(weeks, dtype=np.int64), minlength=n_weeks)


def new_voices(
    asked: Iterable[tuple[int, int]], *, first_day: int, n_weeks: int
) -> NDArray[np.int64]:
    """Return how many voices each week holds for the first time since `first_day`.

    The sum is the number of distinct voices: who asks every week is still one.
    """
    first: dict[int, int] = {}
    for day, voice in asked:
        week = (day - first_day) // DAYS_OF_WEEK
        if 0 <= week < n_weeks:
            first[voice] = min(week, first.get(voice, week))
    return np.bincount(np.array(list(first.values()), dtype=np.int64), minlength=n_weeks)


def pooled_dispersion(
    series: Sequence[Sequence[float]], exposure: Sequence[Sequence[float]] | None = None
) -> float:
    """Return 1/k of the negative binomial (variance m + m^2 / k), pooled over weekly series.

    By moments: over all weeks with mean m = rate x exposure, sum((y - m)^2 n / (n - 1) - y) over
    sum(m^2), the sampling error of m taken out of m^2; k is the same for all, since one series of a
    few weeks says next to nothing about its own. Weighted with the usual 1/3 as if that came from
    26 weeks, and kept within 0 .. 2. Give series of times when nothing shipped. Raises ValueError
    where exposures and series differ in shape.
    """
    excess = squares = weeks = 0.0
    for at, counts in enumerate(series):
        asked = np.asarray(counts, dtype=np.float64)
        people = np.ones_like(asked) if exposure is None else np.asarray(exposure[at], dtype=float)
        if people.shape != asked.shape:
            msg = f"Series {at} has {asked.size} weeks and {people.size} exposures."
            raise ValueError(msg)
        used = people > 0
        asked, people = asked[used], people[used]
        # A week that is expected to hold less than one says nothing about scatter.
        if asked.size < 2 or asked.sum() < asked.size:
            continue
        mean = asked.sum() / people.sum() * people
        scatter = float(((asked - mean) ** 2).sum()) * asked.size / (asked.size - 1)
        excess += scatter - float(asked.sum())
        squares += max(float((mean**2).sum()) - scatter / asked.size, 0.0)
        weeks += asked.size
    found = excess / squares if squares > 0 else USUAL_DISPERSION
    blended = (weeks * found + _USUAL_WEEKS * USUAL_DISPERSION) / (weeks + _USUAL_WEEKS)
    return min(max(blended, 0.0), _MOST_DISPERSION)
