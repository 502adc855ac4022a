"""Where a pain point's weeks stand on their picture: bars of people, and the releases between."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from canyu.painpoints.queries.history import Weeks
from canyu.web.charts import place_of

MOST_SHOWN = 26
LEAST_TOP = 4
SHARE_OF_WEEK = 0.7
MOST_LABELS = 6
DAYS = 7


@dataclass(frozen=True, slots=True)
class WeekBar:
    """One whole week: its place, who asked, how many could have, and what went out in it."""

    monday: date
    n: int
    people: int | None
    versions: tuple[str, ...]
    x: str
    width: str
    y: str
    height: str
    middle: str
    label: date | None


@dataclass(frozen=True, slots=True)
class ReleaseMark:
    """Where a release stands; `answers` where it holds what answers the pain point."""

    version: str
    x: str
    answers: bool


@dataclass(frozen=True, slots=True)
class AskingChart:
    """Weeks in order, and releases; `top` is the number at the upper edge."""

    bars: tuple[WeekBar, ...]
    marks: tuple[ReleaseMark, ...]
    top: int


def asking_chart(
    weeks: Weeks, releases: Sequence[tuple[str, datetime]], shipped_at: datetime | None
) -> AskingChart:
    """Place the latest 26 whole weeks and the releases in them."""
    rows = list(zip(weeks.mondays, weeks.askers, weeks.people, strict=True))[-MOST_SHOWN:]
    if not rows:
        return AskingChart((), (), LEAST_TOP)
    top = max(LEAST_TOP, *(n for _, n, _ in rows))
    first, count = rows[0][0], len(rows)
    out = [(version, at) for version, at in releases if 0 <= _week(at, first) < count]
    step = -(-count // MOST_LABELS)
    bars = tuple(
        WeekBar(
            monday=monday,
            n=n,
            people=people,
            versions=tuple(version for version, at in out if int(_week(at, first)) == place),
            x=place_of(place + (1 - SHARE_OF_WEEK) / 2, count),
            width=place_of(SHARE_OF_WEEK, count),
            y=place_of(top - n, top),
            height=place_of(n, top),
            middle=place_of(place + 0.5, count),
            label=monday if place % step == 0 else None,
        )
        for place, (monday, n, people) in enumerate(rows)
    )
    marks = tuple(
        ReleaseMark(version, place_of(_week(at, first), count), answers=at == shipped_at)
        for version, at in out
    )
    return AskingChart(bars, marks, top)


def _week(at: datetime, first: date) -> float:
    since = timedelta(days=(at.date() - first).days, hours=at.hour)
    return since / timedelta(days=DAYS)
