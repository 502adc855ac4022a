"""Whether the asking stopped: the interval, the answers, and what may not be said."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from canyu.textmine.verified import History, rate_ratio, verify

EVEN = 1000.0


def history(before: list[int], after: list[int], people: float | None = EVEN) -> History:
    askers = (*before, 3, *after)
    told = None if people is None else (people,) * len(askers)
    return History(askers, len(before), told)


def test_the_interval_by_hand() -> None:
    """8 weeks of 5 against 4 of 1, k = 3: se^2 = 1/4.5 + 1/40.5 + (1/4 + 1/8) / 3."""
    one = history([5] * 8, [1] * 4)
    found = rate_ratio(one, range(8), range(9, 13), dispersion=1 / 3)
    assert found is not None
    se = math.sqrt(1 / 4.5 + 1 / 40.5 + 0.375 / 3)
    assert found.ratio == pytest.approx((4.5 / 4) / (40.5 / 8))
    assert found.low == pytest.approx(found.ratio * math.exp(-1.959964 * se), rel=1e-6)
    assert found.high == pytest.approx(found.ratio * math.exp(1.959964 * se), rel=1e-6)
    assert (found.after, found.before, found.weeks_after, found.weeks_before) == (4, 40, 4, 8)
    assert found.adjusted


@pytest.mark.parametrize(
    ("before", "after", "answer"),
    [
        ([10] * 8, [0] * 4, "gone"),
        ([10] * 8, [4] * 6, "less"),
        ([40] * 20, [41] * 20, "unchanged"),
        ([10] * 8, [30] * 8, "unchanged"),
        ([1] * 8, [0] * 4, "too early"),
        ([10] * 8, [0] * 2, "too early"),
        ([10] * 2, [0] * 9, "too early"),
        ([], [], "too early"),
    ],
)
def test_what_is_said(before: list[int], after: list[int], answer: str) -> None:
    assert verify(history(before, after), dispersion=0.1).answer == answer


def test_fourteen_askers_in_nine_weeks_are_gone_after_a_quarter_of_silence() -> None:
    before = [1, 2, 1, 2, 1, 2, 2, 1, 2]
    said = [verify(history(before, [0] * weeks), dispersion=0.1).answer for weeks in range(27)]
    assert said[:4] == ["too early"] * 4
    assert "less" in said
    assert said[26] == "gone"
    # Silence never takes back what was said.
    order = {"too early": 0, "less": 1, "gone": 2}
    assert [order[each] for each in said] == sorted(order[each] for each in said)


@pytest.mark.parametrize("exposure", [None, "empty", "mostly"])
def test_without_exposure_no_more_than_fewer_voices(exposure: str | None) -> None:
    askers = (*[10] * 8, 3, *[0] * 8)
    told: tuple[float | None, ...] | None = None
    if exposure == "empty":
        told = (None,) * 17
    elif exposure == "mostly":
        told = (EVEN,) * 8 + (None,) * 6 + (EVEN,) * 3
    found = verify(History(askers, 8, told), dispersion=0.1, claimed_at=10)
    assert found.answer == "fewer voices"
    assert found.ratio is not None
    assert not found.ratio.adjusted


@given(
    st.lists(st.integers(0, 60), min_size=0, max_size=20),
    st.lists(st.integers(0, 60), min_size=1, max_size=20),
    st.floats(0, 2),
)
def test_without_exposure_nothing_stronger_is_ever_said(
    before: list[int], after: list[int], dispersion: float
) -> None:
    one = history(before, after, None)
    found = verify(one, dispersion=dispersion, claimed_at=len(before) + 1)
    assert found.answer in {"fewer voices", "too early"}


def test_fewer_people_are_no_success() -> None:
    askers = (*[20] * 8, 12, *[12] * 8)
    told = (*[1000.0] * 8, 600.0, *[600.0] * 8)
    found = verify(History(askers, 8, told), dispersion=0.02)
    assert found.ratio is not None
    assert found.ratio.ratio == pytest.approx(1, abs=0.02)
    assert found.answer == "unchanged"
    assert verify(History(askers, 8), dispersion=0.02).answer == "fewer voices"


def test_where_everything_is_asked_less_nothing_is_claimed() -> None:
    one = history([20] * 8, [5] * 8)
    fallen = verify(one, dispersion=0.05, others=[200] * 8 + [50] * 9)
    assert fallen.answer == "fewer voices"
    assert fallen.with_the_rest
    steady = verify(one, dispersion=0.05, others=[200] * 17)
    assert steady.answer in {"gone", "less"}
    assert steady.control is not None
    assert steady.control.ratio == pytest.approx(1, abs=0.01)
    assert steady.against_control is not None
    assert not steady.with_the_rest


def test_a_neighbour_that_rises_is_named() -> None:
    near = {7: [2] * 8 + [20] * 9, 8: [10] * 17, 9: [0] * 17}
    found = verify(history([20] * 8, [2] * 8), dispersion=0.05, near=near)
    assert found.near == (7,)


def test_what_was_gone_comes_back() -> None:
    before, quiet = [10] * 8, [0] * 8
    claimed_at = 8 + 8
    for n_weeks, answer in ((0, "gone"), (1, "gone"), (4, "came back")):
        one = history(before, quiet + [10] * n_weeks)
        found = verify(one, dispersion=0.1, claimed_at=claimed_at)
        assert found.answer == answer, n_weeks
    assert found.back is not None
    assert found.back.low > 1
    # Without a claim there is nothing to come back from.
    assert verify(one, dispersion=0.1).answer != "came back"


def test_a_small_rise_from_nothing_is_no_return() -> None:
    one = history([40] * 8, [0] * 12 + [8] * 4)
    assert verify(one, dispersion=0.05, claimed_at=12).answer == "gone"


@given(
    st.lists(st.integers(0, 40), min_size=3, max_size=12),
    st.lists(st.integers(0, 40), min_size=3, max_size=12),
    st.floats(0, 1),
    st.floats(0.1, 1e6),
)
def test_only_proportions_of_exposure_count_and_the_limits_hold_the_ratio(
    before: list[int], after: list[int], dispersion: float, unit: float
) -> None:
    found = verify(history(before, after), dispersion=dispersion)
    again = verify(history(before, after, unit), dispersion=dispersion)
    assert found.answer == again.answer
    assert found.ratio is not None
    assert found.ratio.low < found.ratio.ratio < found.ratio.high
    wider = verify(history(before, after), dispersion=dispersion + 0.5)
    assert wider.ratio is not None
    assert wider.ratio.high > found.ratio.high


@pytest.mark.parametrize(
    ("askers", "shipped", "exposure", "words"),
    [
        ((1, 2), 2, None, "none of the 2 weeks"),
        ((1, 2), 0, (1.0,), "exposure of 1"),
        ((1, -2), 0, None, "not -2"),
    ],
)
def test_what_is_no_history_is_refused(
    askers: tuple[int, ...], shipped: int, exposure: tuple[float, ...] | None, words: str
) -> None:
    with pytest.raises(ValueError, match=words):
        History(askers, shipped, exposure)


@pytest.mark.parametrize(("k", "people"), [(None, 1.0), (None, 0.6), (3.0, 1.0), (3.0, 0.6)])
def test_coverage_and_false_claims_in_simulation(k: float | None, people: float) -> None:
    """30 voices in 8 weeks, 4 weeks after; bench/asking.py says the same at length."""
    rng = np.random.default_rng(17)
    n, held, false = 500, 0, 0
    exposure = np.array([EVEN] * 8 + [EVEN * people] * 5)
    mean = np.broadcast_to(30 / 8 * exposure / EVEN, (n, 13))
    drawn = rng.poisson(mean if k is None else rng.gamma(k, 1 / k, mean.shape) * mean)
    told = tuple(exposure.tolist())
    for askers in drawn.tolist():
        found = verify(History(tuple(askers), 8, told), dispersion=0.0 if k is None else 1 / k)
        assert found.ratio is not None
        held += found.ratio.low <= 1 <= found.ratio.high
        false += found.answer in {"gone", "less"}
    assert held / n >= 0.93
    assert false / n <= 0.035
