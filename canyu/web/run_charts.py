"""Where a run of scores stands on its charts: multiples of an even share, week after week.

As in `charts`, nothing here draws, and places are strings such as ``"12.5%"``.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Generic, TypeVar

from canyu.web.charts import ROOM_AT_THE_END, Span, Tick, place_of, ticks_to

T = TypeVar("T")

EVEN = 1.0
# The scale reaches at least so far, so that a thin run does not look like a steep one.
LEAST_END = 2.0


@dataclass(frozen=True, slots=True)
class Told(Generic[T]):
    """What `run_of` takes: a change of one week; `worth` is None where its week has no scores."""

    item: T
    version: str
    closed_at: datetime
    worth: Span | None
    won: bool = False


@dataclass(frozen=True, slots=True)
class RunRow(Generic[T]):
    """One change of the run; the places are empty where there is no score."""

    item: T
    version: str
    closed_at: datetime
    worth: Span | None
    won: bool
    begins_week: bool
    across: str = ""
    down: str = ""
    down_low: str = ""
    down_high: str = ""
    x: str = ""
    x_low: str = ""
    x_high: str = ""


@dataclass(frozen=True, slots=True)
class WeekMark:
    """Where a week stands on the picture; `label` is empty where there is no room for one."""

    across: str
    label: str


@dataclass(frozen=True, slots=True)
class Run(Generic[T]):
    """A run in time order: `rows` for the table, and for the picture ticks upwards and weeks."""

    rows: tuple[RunRow[T], ...]
    ticks: tuple[Tick, ...]
    levels: tuple[Tick, ...]
    weeks: tuple[WeekMark, ...]
    even: str
    even_down: str

    @property
    def n_scored(self) -> int:
        """How many changes have a score."""
        return sum(row.worth is not None for row in self.rows)

    @property
    def n_weeks(self) -> int:
        """How many weeks these are."""
        return len({row.version for row in self.rows})


def run_of(told: Sequence[Told[T]], *, most_labels: int = 6) -> Run[T]:
    """Place changes, which come in time order, on one scale from 0; a week is a column."""
    highest = max((one.worth.high for one in told if one.worth is not None), default=0.0)
    end = max(highest, LEAST_END) * ROOM_AT_THE_END
    versions = list(dict.fromkeys(one.version for one in told))
    sizes = Counter(one.version for one in told)
    seen: Counter[str] = Counter()
    rows = []
    for one in told:
        begins = not seen[one.version]
        seen[one.version] += 1
        # Changes of one week stand side by side in its column.
        within = seen[one.version] / (sizes[one.version] + 1)
        across = (versions.index(one.version) + within) / len(versions)
        rows.append(_row(one, end, across=across, begins=begins))
    return Run(
        rows=tuple(rows),
        ticks=ticks_to(end),
        levels=tuple(
            Tick(x=place_of(end - float(tick.label), end), label=tick.label, anchor="end")
            for tick in ticks_to(end)
        ),
        weeks=_weeks(versions, most_labels),
        even=place_of(EVEN, end),
        even_down=place_of(end - EVEN, end),
    )


def _row(one: Told[T], end: float, *, across: float, begins: bool) -> RunRow[T]:
    worth = one.worth
    if worth is None:
        return RunRow(one.item, one.version, one.closed_at, None, one.won, begins)
    return RunRow(
        item=one.item,
        version=one.version,
        closed_at=one.closed_at,
        worth=worth,
        won=one.won,
        begins_week=begins,
        across=place_of(across, 1.0),
        down=place_of(end - worth.value, end),
        down_low=place_of(end - worth.low, end),
        down_high=place_of(end - worth.high, end),
        x=place_of(worth.value, end),
        x_low=place_of(worth.low, end),
        x_high=place_of(worth.high, end),
    )


def _weeks(versions: Sequence[str], most_labels: int) -> tuple[WeekMark, ...]:
    step = -(-len(versions) // most_labels) or 1
    return tuple(
        WeekMark(
            across=place_of((week + 0.5) / len(versions), 1.0),
            label=version if week % step == 0 else "",
        )
        for week, version in enumerate(versions)
    )
