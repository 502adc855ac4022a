"""Places on charts: inside the drawing, in order, on one scale, claiming no more than is known."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.web.charts import (
    Scored,
    Span,
    chance_in_words,
    dots_towards,
    interval_rows,
    love_hurt_rows,
    mood_rows,
)

# A week with a change that won, two pairs that cannot be put in order, and two apart.
WEEK = (
    ("notes", Span(22.6, 20.4, 24.9)),
    ("handwriting", Span(19.8, 17.8, 22.0)),
    ("faster", Span(18.1, 16.2, 20.1)),
    ("labels", Span(13.0, 11.4, 14.7)),
    ("share", Span(12.6, 11.0, 14.3)),
    ("breaks", Span(9.6, 8.3, 11.1)),
    ("toolbar", Span(4.3, 3.5, 5.2)),
)
numbers = st.floats(min_value=0, max_value=1e6, allow_nan=False)
spans = (
    st.tuples(numbers, numbers, numbers)
    .map(sorted)
    .map(lambda three: Span(three[1], three[0], three[2]))
)


def percent(place: str) -> float:
    assert place.endswith("%")
    return float(place[:-1])


def test_a_bracket_joins_what_cannot_be_put_in_order() -> None:
    """Neighbours inside each other's interval share a bracket; the first of them leads it."""
    chart = interval_rows([Scored(name, span) for name, span in WEEK])
    assert [row.item for row in chart.rows if row.tied] == [
        "handwriting",
        "faster",
        "labels",
        "share",
    ]
    assert [row.item for row in chart.rows if row.leads] == ["handwriting", "labels"]
    assert chart.has_ties


def test_a_winner_is_not_bracketed_with_who_did_not_win() -> None:
    """The award told them apart, so the chart does as well; two who share it stay together."""
    close = Span(20, 10, 30)
    alone = interval_rows([Scored("a", close, won=True), Scored("b", close)])
    assert not alone.has_ties
    shared = interval_rows([Scored("a", close, won=True), Scored("b", close, won=True)])
    assert [row.won and row.tied for row in shared.rows] == [True, True]


def test_ticks_are_round_and_stay_inside() -> None:
    """Up to 24.9 the scale says 0, 5, 10 … 25; labels at the ends do not hang over."""
    chart = interval_rows([Scored(name, span) for name, span in WEEK])
    assert [tick.label for tick in chart.ticks] == ["0", "5", "10", "15", "20", "25"]
    assert chart.ticks[0].anchor == "start"
    assert (chart.ticks[0].x, chart.rows[0].x) == ("0%", "85.6%")


@given(st.lists(spans, max_size=12))
def test_every_place_is_inside_and_in_order(found: list[Span]) -> None:
    """Whatever the numbers: low, value and high in that order, between 0 and 100 percent."""
    chart = interval_rows([Scored(place, span) for place, span in enumerate(found)])
    assert [row.item for row in chart.rows] == list(range(len(found)))
    for row in chart.rows:
        assert 0 <= percent(row.x_low) <= percent(row.x) <= percent(row.x_high) <= 100
    ticks = [percent(tick.x) for tick in chart.ticks]
    assert ticks == sorted(set(ticks))
    assert len(ticks) <= 7
    assert len(ticks) >= 3 or not found
    for mood in mood_rows(list(enumerate(found))):
        assert 0 <= percent(mood.x_low) <= percent(mood.x) <= percent(mood.x_high) <= 100


@given(st.lists(st.tuples(spans, spans), min_size=1, max_size=12))
def test_love_goes_right_and_hurt_left_on_one_scale(found: list[tuple[Span, Span]]) -> None:
    """Bars start at the middle line, stay inside, and equal shares have equal length."""
    chart = love_hurt_rows([(place, love, hurt) for place, (love, hurt) in enumerate(found)])
    zero = percent(chart.zero)
    for row in chart.rows:
        assert percent(row.love.x) == pytest.approx(zero, abs=0.11)
        assert percent(row.hurt.x) + percent(row.hurt.width) == pytest.approx(zero, abs=0.11)
        assert percent(row.love.x) + percent(row.love.width) <= 100.1
        assert percent(row.hurt.x_low) <= percent(row.hurt.x_high) <= zero
        assert zero <= percent(row.love.x_low) <= percent(row.love.x_high)
    same = love_hurt_rows(
        [("same", found[0][0], found[0][0]), *[("", a, b) for a, b in found]]
    ).rows[0]
    assert percent(same.love.width) == pytest.approx(percent(same.hurt.width), abs=0.11)


@pytest.mark.parametrize(
    "wrong", [(5, 6, 7), (5, 1, 4), (float("nan"), 0, 1), (1, 0, float("inf"))]
)
def test_an_interval_that_does_not_hold_its_value_is_refused(
    wrong: tuple[float, float, float],
) -> None:
    """Nothing false is drawn: the mistake is found where it is made."""
    with pytest.raises(ValueError, match="interval"):
        Span(*wrong)


def test_a_chance_never_claims_never_or_always() -> None:
    """0.0004 is "under 1%" and 0.9996 "over 99%"; between, whole percent."""
    assert [
        (chance_in_words(c).percent, chance_in_words(c).side)
        for c in (0, 0.0004, 0.012, 0.953, 0.9996, 1)
    ] == [(1, "under"), (1, "under"), (1, ""), (95, ""), (99, "over"), (99, "over")]


def test_dots_fill_up_towards_what_is_needed() -> None:
    """21 of 30 fill 21 dots; more than are needed fill all and no more."""
    assert sum(dots_towards(21).dots) == 21
    assert len(dots_towards(21).dots) == 30
    assert dots_towards(44).dots == (True,) * 30
    assert dots_towards(0, of=5).dots == (False,) * 5


def test_an_empty_week_draws_nothing() -> None:
    """A release without answers gives charts without rows, not an error."""
    assert interval_rows([]).rows == ()
    assert love_hurt_rows([]).rows == ()
    assert mood_rows([]) == ()
    assert interval_rows([Scored("zero", Span(0, 0, 0))]).rows[0].x == "0%"
