"""Love against hurt as a picture, and raw scores beside weighted ones: places only.

As in `charts`, nothing here draws, and places are strings such as ``"12.5%"``.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from math import ceil, exp, hypot
from typing import Generic, TypeVar

from canyu.web.charts import ROOM_AT_THE_END, Span, Tick, place_of, ticks_to

T = TypeVar("T")

# The picture is thought of as so many pixels when numbers look for a free place beside dots.
WIDE, HIGH = 320.0, 300.0
APART = 15.0
AROUND = ((0, -14), (13, -9), (-13, -9), (15, 4), (-15, 4), (0, 19), (13, 15), (-13, 15))
LEAST_REACH = 1.0


@dataclass(frozen=True, slots=True)
class Divided(Generic[T]):
    """What `field_of` takes: an item with love and hurt in logits, and what is said of it."""

    item: T
    love: Span
    hurt: Span
    says: str


@dataclass(frozen=True, slots=True)
class Spot(Generic[T]):
    """One numbered dot: love to the right, hurt upwards; `dx`, `dy` lead to its number, in pixels.

    `love_times` and `hurt_times` say how many times as often as an average change it is chosen.
    """

    number: int
    item: T
    says: str
    love_times: Span
    hurt_times: Span
    x: str
    y: str
    x_low: str
    x_high: str
    y_low: str
    y_high: str
    dx: int
    dy: int


@dataclass(frozen=True, slots=True)
class Field(Generic[T]):
    """The picture: dots in the order given, about the lines of an average change."""

    spots: tuple[Spot[T], ...]


@dataclass(frozen=True, slots=True)
class BesideRow(Generic[T]):
    """One item with two estimates on one scale."""

    item: T
    raw: Span
    weighted: Span
    raw_x: tuple[str, str, str]
    weighted_x: tuple[str, str, str]


@dataclass(frozen=True, slots=True)
class Beside(Generic[T]):
    """Two estimates of each item, in the order given."""

    ticks: tuple[Tick, ...]
    rows: tuple[BesideRow[T], ...]


def field_of(items: Sequence[Divided[T]]) -> Field[T]:
    """Place items by love and hurt; both scales are one, with 0 in the middle."""
    values = [abs(end) for one in items for end in (one.love.value, one.hurt.value)]
    reach = ceil(max([*values, LEAST_REACH]) * ROOM_AT_THE_END * 2) / 2
    dots = [
        ((one.love.value + reach) / (2 * reach), (reach - one.hurt.value) / (2 * reach))
        for one in items
    ]
    numbers = _free_places([(x * WIDE, y * HIGH) for x, y in dots])
    return Field(
        tuple(
            Spot(
                number=number,
                item=one.item,
                says=one.says,
                love_times=_times(one.love),
                hurt_times=_times(one.hurt),
                x=place_of(x, 1.0),
                y=place_of(y, 1.0),
                x_low=place_of(one.love.low + reach, 2 * reach),
                x_high=place_of(one.love.high + reach, 2 * reach),
                y_low=place_of(reach - one.hurt.low, 2 * reach),
                y_high=place_of(reach - one.hurt.high, 2 * reach),
                dx=dx,
                dy=dy,
            )
            for number, (one, (x, y), (dx, dy)) in enumerate(
                zip(items, dots, numbers, strict=True), 1
            )
        )
    )


def beside_rows(items: Sequence[tuple[T, Span, Span]]) -> Beside[T]:
    """Place (item, raw, weighted) scores on one scale from 0."""
    highest = max((max(raw.high, weighted.high) for _, raw, weighted in items), default=0.0)
    end = (highest or 1.0) * ROOM_AT_THE_END
    return Beside(
        ticks=ticks_to(end),
        rows=tuple(
            BesideRow(item, raw, weighted, _ends(raw, end), _ends(weighted, end))
            for item, raw, weighted in items
        ),
    )


def _times(span: Span) -> Span:
    return Span(exp(span.value), exp(span.low), exp(span.high))


def _ends(span: Span, end: float) -> tuple[str, str, str]:
    return place_of(span.low, end), place_of(span.value, end), place_of(span.high, end)


def _free_places(dots: Sequence[tuple[float, float]]) -> list[tuple[int, int]]:
    """Choose for each dot the first place around it that is clear of dots and other numbers."""
    taken = list(dots)
    found = []
    for x, y in dots:

        def room(offset: tuple[int, int], x: float = x, y: float = y) -> float:
            at = (x + offset[0], y + offset[1])
            if not (APART / 2 < at[0] < WIDE - APART / 2 and APART / 2 < at[1] < HIGH):
                return -1.0
            others = (hypot(at[0] - u, at[1] - v) for u, v in taken if (u, v) != (x, y))
            return min(others, default=APART)

        clear = next((one for one in AROUND if room(one) >= APART), None)
        offset = clear or max(AROUND, key=room)
        taken.append((x + offset[0], y + offset[1]))
        found.append(offset)
    return found
