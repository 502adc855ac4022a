"""Where things stand on a chart: numbers in, places in percent of the drawing's width out.

Nothing here draws: `web/parts/charts/*.html` does, as SVG inside the rows of a table, so that the
numbers stay readable as text. Places are strings such as ``"12.5%"``, which no language setting
can rewrite.
Each row carries the page's own object (`item`) through to the template.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from math import ceil, floor, isfinite, log10
from typing import Generic, TypeVar

T = TypeVar("T")

ROOM_AT_THE_END = 1.06  # so that the last whisker's end and its dot are not cut off
TICKS_WANTED = 6
UNDER, OVER = 0.01, 0.99  # beyond these a chance is said in words, since a draw cannot tell more
FEW = 30


@dataclass(frozen=True, slots=True)
class Span:
    """An estimate and its interval, `low <= value <= high`, in any one unit."""

    value: float
    low: float
    high: float

    def __post_init__(self) -> None:
        """Refuse what cannot be drawn: a chart that lies is worse than none."""
        if not all(isfinite(number) for number in (self.value, self.low, self.high)):
            fault = f"not a finite interval: {self}"
            raise ValueError(fault)
        if not self.low <= self.value <= self.high:
            fault = f"an interval holds its value: {self}"
            raise ValueError(fault)


@dataclass(frozen=True, slots=True)
class Tick:
    """One line of the scale; `anchor` is the SVG text-anchor that keeps its label inside."""

    x: str
    label: str
    anchor: str


@dataclass(frozen=True, slots=True)
class Chance:
    """A chance in whole percent; `side` is "under" or "over", or "" for the figure itself."""

    percent: int
    side: str


@dataclass(frozen=True, slots=True)
class IntervalRow(Generic[T]):
    """One item on the scale; a bracket runs from a row that `leads` over the `tied` ones after."""

    item: T
    span: Span
    x: str
    x_low: str
    x_high: str
    chance: Chance | None
    won: bool
    tied: bool
    leads: bool


@dataclass(frozen=True, slots=True)
class IntervalChart(Generic[T]):
    """Rows on one scale, in the order given."""

    ticks: tuple[Tick, ...]
    rows: tuple[IntervalRow[T], ...]

    @property
    def has_ties(self) -> bool:
        """True if any bracket is drawn, so that the page explains it."""
        return any(row.tied for row in self.rows)


@dataclass(frozen=True, slots=True)
class Scored(Generic[T]):
    """What `interval_rows` takes: an item, its score, and the chance (0 to 1) of being first."""

    item: T
    score: Span
    chance: float | None = None
    won: bool = False


@dataclass(frozen=True, slots=True)
class Bar:
    """One bar from the middle line outwards, with the ends of its whisker."""

    span: Span
    x: str
    width: str
    x_low: str
    x_high: str


@dataclass(frozen=True, slots=True)
class LoveHurtRow(Generic[T]):
    """One item: hurt to the left of the middle line, love to the right, one scale for both."""

    item: T
    love: Bar
    hurt: Bar


@dataclass(frozen=True, slots=True)
class LoveHurtChart(Generic[T]):
    """Rows about one middle line at `zero`."""

    zero: str
    rows: tuple[LoveHurtRow[T], ...]


@dataclass(frozen=True, slots=True)
class MoodRow(Generic[T]):
    """One mood on a scale that all moods share."""

    item: T
    span: Span
    x: str
    x_low: str
    x_high: str


@dataclass(frozen=True, slots=True)
class DotsTowards:
    """How far `n` answers are on the way to `of`: one flag per dot."""

    n: int
    of: int
    dots: tuple[bool, ...]


def interval_rows(scored: Sequence[Scored[T]]) -> IntervalChart[T]:
    """Place scores (any unit from 0 up) on one scale with round ticks, keeping their order."""
    if not scored:
        return IntervalChart(ticks=(), rows=())
    end = (max(one.score.high for one in scored) or 1.0) * ROOM_AT_THE_END
    joined = [_cannot_be_ordered(above, below) for above, below in pairwise(scored)]
    rows = tuple(
        IntervalRow(
            item=one.item,
            span=one.score,
            x=place_of(one.score.value, end),
            x_low=place_of(one.score.low, end),
            x_high=place_of(one.score.high, end),
            chance=None if one.chance is None else chance_in_words(one.chance),
            won=one.won,
            tied=to_above or to_below,
            leads=to_below and not to_above,
        )
        for one, to_above, to_below in zip(scored, [False, *joined], [*joined, False], strict=True)
    )
    return IntervalChart(ticks=ticks_to(end), rows=rows)


def love_hurt_rows(items: Sequence[tuple[T, Span, Span]]) -> LoveHurtChart[T]:
    """Place (item, love, hurt) about a middle line; both in percent of those who saw the item."""
    if not items:
        return LoveHurtChart(zero="50%", rows=())
    left = max(hurt.high for _, _, hurt in items) * ROOM_AT_THE_END
    right = max(love.high for _, love, _ in items) * ROOM_AT_THE_END
    whole = left + right or 1.0

    def bar(span: Span, direction: int) -> Bar:
        ends = sorted((left, left + direction * span.value))
        whisker = sorted((left + direction * span.low, left + direction * span.high))
        return Bar(
            span=span,
            x=place_of(ends[0], whole),
            width=place_of(ends[1] - ends[0], whole),
            x_low=place_of(whisker[0], whole),
            x_high=place_of(whisker[1], whole),
        )

    return LoveHurtChart(
        zero=place_of(left, whole),
        rows=tuple(
            LoveHurtRow(item=item, love=bar(love, 1), hurt=bar(hurt, -1))
            for item, love, hurt in items
        ),
    )


def mood_rows(moods: Sequence[tuple[T, Span]]) -> tuple[MoodRow[T], ...]:
    """Place each mood's share (percent) on a scale that all of them share."""
    end = (max((span.high for _, span in moods), default=0.0) or 1.0) * ROOM_AT_THE_END
    return tuple(
        MoodRow(
            item=item,
            span=span,
            x=place_of(span.value, end),
            x_low=place_of(span.low, end),
            x_high=place_of(span.high, end),
        )
        for item, span in moods
    )


def dots_towards(n: int, of: int = FEW) -> DotsTowards:
    """Return one dot per answer that is needed, those that came first filled in."""
    return DotsTowards(n=n, of=of, dots=tuple(place < n for place in range(of)))


def chance_in_words(chance: float) -> Chance:
    """Round a chance (0 to 1) to whole percent, never claiming never (0%) or always (100%)."""
    if chance < UNDER:
        return Chance(percent=round(UNDER * 100), side="under")
    if chance > OVER:
        return Chance(percent=round(OVER * 100), side="over")
    return Chance(percent=round(chance * 100), side="")


def _cannot_be_ordered(above: Scored[T], below: Scored[T]) -> bool:
    """Whether each score lies in the other's interval, and the award does not part them."""
    one, other = above.score, below.score
    inside = one.low <= other.value <= one.high and other.low <= one.value <= other.high
    return inside and above.won == below.won


def place_of(value: float, end: float) -> str:
    """Return where a value stands on a scale from 0 to `end`, as a percentage of its width."""
    share = min(max(value / end, 0.0), 1.0) * 100
    return f"{round(share, 1):g}%"


def ticks_to(end: float) -> tuple[Tick, ...]:
    """Return round steps (1, 2, 2.5 or 5 times a power of ten) from 0 that fit below `end`."""
    power = 10.0 ** floor(log10(end / TICKS_WANTED))
    step = next(
        part * power for part in (1, 2, 2.5, 5, 10) if part * power >= end / TICKS_WANTED * 0.99
    )
    count = ceil(end / step)
    values = [number * step for number in range(count) if number * step <= end]
    return tuple(
        Tick(x=place_of(value, end), label=f"{round(value, 10):g}", anchor=_anchor(value / end))
        for value in values
    )


def _anchor(share: float) -> str:
    near_an_edge = 0.03
    if share < near_an_edge:
        return "start"
    return "end" if share > 1 - near_an_edge else "middle"
