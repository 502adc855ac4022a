"""When to tell the owner of an area: on something new, something slow, or a surge.

Few and sure rather than many: a pain that was told of is not told of again until somebody
acknowledged it, and what was told as new or slow can later only surge. All count distinct people.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from collections.abc import Iterable

Kind = Literal["new", "slow", "surge"]


@dataclass(frozen=True, slots=True)
class Bar:
    """So many people within so many days."""

    n_people: int
    days: int


NEW = Bar(n_people=3, days=14)
SLOW = Bar(n_people=5, days=90)

HISTORY_DAYS = 56
"""How far back a pain has a history, before the window that is looked at."""

SURGE_DAYS = 7
SURGE_P = 1e-4
FEWEST_IN_SURGE = 3
_HALF = 0.5


@dataclass(frozen=True, slots=True)
class Watch:
    """What was told of a pain: whether ever, whether it waits for an answer, and since when not.

    `acknowledged_on` is a day; people up to it are no news.
    """

    ever: bool = False
    waiting: bool = False
    acknowledged_on: int | None = None

    def told(self) -> Watch:
        """Return the watch after an alert: it waits for somebody."""
        return Watch(ever=True, waiting=True, acknowledged_on=self.acknowledged_on)

    def acknowledged(self, day: int) -> Watch:
        """Return the watch after somebody took notice on a day."""
        return Watch(ever=True, waiting=False, acknowledged_on=day)


@dataclass(frozen=True, slots=True)
class Alert:
    """Tell of a pain: why, the people in the window, its length in days, who asked.

    For a surge, `expected` people were to come, and `p_value` is the chance of so many or more.
    """

    kind: Kind
    day: int
    n_people: int
    days: int
    voices: tuple[int, ...]
    expected: float | None = None
    p_value: float | None = None


def surge_p_value(
    n_now: int,
    n_before: int,
    *,
    share: float = SURGE_DAYS / HISTORY_DAYS,
    dispersion: float = 0.0,
) -> float:
    """Return the chance of `n_now` people or more, where `n_before` came in the time before.

    Gamma-Poisson: with Jeffreys' prior the rate before is Gamma(n_before + 1/2), and what comes in
    `share` of that time is negative binomial with mean share (n_before + 1/2). Weeks that scatter
    by themselves (`dispersion` = 1/k) add theirs for the week now and, by `share`, for the mean of
    those before: 1/shape = 1 / (n_before + 1/2) + (1 + share) / k. `share` is that of exposures,
    where they are known.
    """
    if n_now <= 0:
        return 1.0
    mean = share * (n_before + _HALF)
    shape = 1 / (1 / (n_before + _HALF) + (1 + share) * dispersion)
    # P(X >= x) of the negative binomial is I_q(x, shape), q = mean / (mean + shape).
    from scipy.special import betainc  # noqa: PLC0415 - a quarter of a second, when it is needed

    return float(betainc(n_now, shape, mean / (mean + shape)))


def find_alert(
    asked: Iterable[tuple[int, int]],
    today: int,
    watch: Watch = Watch(),  # frozen, and empty
    *,
    dispersion: float = 0.0,
    exposure_share: float | None = None,
) -> Alert | None:
    """Return what is to be told of a pain on the day `today`, if anything.

    `asked` holds (day, voice) for each time that somebody asked, copies counted as one voice (see
    `copies.voices_of`); days after `today` are not known yet. `exposure_share` is people's exposure
    in the last 7 days over that in the 56 before, where both are known (1/8 if nothing changed).
    """
    if watch.waiting:
        return None
    known = [(day, voice) for day, voice in asked if day <= today]
    if not watch.ever:
        return _first_alert(known, today)
    return _surge(known, today, watch.acknowledged_on, dispersion, exposure_share)


def _first_alert(known: list[tuple[int, int]], today: int) -> Alert | None:
    before = _people(known, today - NEW.days - HISTORY_DAYS, today - NEW.days)
    now = _people(known, today - NEW.days, today)
    if len(now) >= NEW.n_people and len(before) < NEW.n_people:
        return Alert("new", today, len(now), NEW.days, tuple(sorted(now)))
    slowly = _people(known, today - SLOW.days, today)
    if len(slowly) >= SLOW.n_people:
        return Alert("slow", today, len(slowly), SLOW.days, tuple(sorted(slowly)))
    return None


def _surge(
    known: list[tuple[int, int]],
    today: int,
    since: int | None,
    dispersion: float,
    exposure_share: float | None,
) -> Alert | None:
    start = today - SURGE_DAYS
    # Who asked in several of the weeks before counts in each, as now in this one.
    n_before = sum(
        len(_people(known, end - SURGE_DAYS, end))
        for end in range(start, start - HISTORY_DAYS, -SURGE_DAYS)
    )
    now = _people(known, start if since is None else max(start, since), today)
    if len(now) < FEWEST_IN_SURGE:
        return None
    share = SURGE_DAYS / HISTORY_DAYS if exposure_share is None else exposure_share
    p_value = surge_p_value(len(now), n_before, share=share, dispersion=dispersion)
    if p_value >= SURGE_P:
        return None
    return Alert(
        kind="surge",
        day=today,
        n_people=len(now),
        days=SURGE_DAYS,
        voices=tuple(sorted(now)),
        expected=share * (n_before + _HALF),
        p_value=p_value,
    )


def _people(known: list[tuple[int, int]], after: int, until: int) -> set[int]:
    return {voice for day, voice in known if after < day <= until}
