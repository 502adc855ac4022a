from itertools import combinations
from math import hypot

from canyu.web.charts import Span
from canyu.web.divide_charts import HIGH, WIDE, Divided, beside_rows, field_of


def around(value: float) -> Span:
    return Span(value, value - 0.2, value + 0.2)


def divided(love: float, hurt: float, says: str = "") -> Divided[str]:
    return Divided("It", around(love), around(hurt), says)


def test_what_is_loved_stands_right_and_what_hurts_stands_high() -> None:
    loved, hurt, split, cold = field_of(
        [divided(1, -1), divided(-1, 1), divided(1, 1, "divides"), divided(-1, -1)]
    ).spots
    assert [spot.number for spot in (loved, hurt, split, cold)] == [1, 2, 3, 4]
    assert float(loved.x[:-1]) > 50 > float(hurt.x[:-1])
    assert float(hurt.y[:-1]) < 50 < float(loved.y[:-1])
    assert (split.x, split.y) == (loved.x, hurt.y)
    assert (cold.x, cold.y) == (hurt.x, loved.y)
    assert split.says == "divides"
    assert loved.love_times.value > 1 > loved.hurt_times.value


def test_an_average_change_stands_in_the_middle() -> None:
    (spot,) = field_of([divided(0, 0)]).spots
    assert (spot.x, spot.y) == ("50%", "50%")
    assert field_of([]).spots == ()


def test_numbers_keep_clear_of_one_another() -> None:
    field = field_of([divided(place / 20, -place / 20) for place in range(10)])
    numbers = [
        (float(spot.x[:-1]) / 100 * WIDE + spot.dx, float(spot.y[:-1]) / 100 * HIGH + spot.dy)
        for spot in field.spots
    ]
    apart = [hypot(a[0] - b[0], a[1] - b[1]) for a, b in combinations(numbers, 2)]
    assert min(apart) > 7


def test_raw_and_weighted_share_a_scale() -> None:
    chart = beside_rows([("It", Span(30, 20, 40), Span(20, 10, 50))])
    (row,) = chart.rows
    assert float(row.raw_x[1][:-1]) > float(row.weighted_x[1][:-1])
    assert float(row.weighted_x[2][:-1]) < 100
    assert beside_rows([]).rows == ()
