"""Looking often must not make anybody surer than they may be."""

from __future__ import annotations

import numpy as np
import pytest

from canyu.bestworst import Fit, cells_of, fit_sequential, live_gaps, simulate_rows
from canyu.bestworst.live import widening

EVERY, LAST = 50, 3_000


def looks(truth: list[float], rng: np.random.Generator) -> list[Fit]:
    """Fit a week's answers again after every 50."""
    worth = np.array(truth)
    screen = tuple(range(worth.size))
    rows = simulate_rows(worth, screens=[screen], n=LAST, rng=rng)
    fits, cells = [], None
    for start in range(0, LAST, EVERY):
        more = cells_of(rows.take(np.arange(start, start + EVERY)))
        cells = more if cells is None else cells.plus(more)
        fits.append(fit_sequential(cells))
    return fits


def test_looking_sixty_times_is_wrong_in_at_most_one_week_of_twenty() -> None:
    """4,000 weeks of two equal items, fitted by their log odds: the core's fit of a pair."""
    rng = np.random.default_rng(1)
    n = np.arange(EVERY, LAST + 1, EVERY)
    wins = rng.binomial(EVERY, 0.5, size=(4_000, n.size)).cumsum(axis=1)
    gap = np.log((wins + 0.5) / (n - wins + 0.5))
    strayed = np.abs(gap) / np.sqrt(1 / wins + 1 / (n - wins))
    reach = np.array([widening(int(one), alpha=0.05, sharpest_at=500) for one in n])
    wrong, naive = (strayed > reach).any(axis=1).mean(), (strayed > 1.96).any(axis=1).mean()
    assert 0.01 < wrong < 0.05
    assert naive == pytest.approx(0.32, abs=0.03)


def test_the_first_of_three_is_not_left_out_at_any_look() -> None:
    """Two of three are equals: whoever leaves one of them out was wrong."""
    rng = np.random.default_rng(2)
    wrong = sum(
        any(not {0, 1} <= set(live_gaps(fit).not_ruled_out) for fit in looks([0.2, 0.2, -0.4], rng))
        for _ in range(40)
    )
    assert wrong <= 2


def test_a_clear_lead_is_seen_before_the_close() -> None:
    found = [live_gaps(fit) for fit in looks([0.8, 0.0, -0.8], np.random.default_rng(2))]
    decided = [look.is_decided for look in found]
    assert not decided[0]
    assert all(decided[20:])
    assert found[-1].leader == 0
    assert found[-1].not_ruled_out == (0,)
    assert (found[-1].low[1:] > 0).all()
    assert found[-1].gap[1] == pytest.approx(0.8, abs=0.15)


def test_the_gap_of_the_leader_to_itself_is_nought() -> None:
    found = live_gaps(looks([0.0, 0.5, -0.5], np.random.default_rng(3))[0])
    assert found.low[found.leader] == found.high[found.leader] == found.gap[found.leader] == 0
    assert (found.gap >= 0).all()
    assert found.not_ruled_out[0] == found.leader


@pytest.mark.parametrize(("n", "alpha"), [(60, 0.05), (500, 0.05), (3_000, 0.05 / 11)])
def test_the_half_width_is_the_paper_s(n: int, alpha: float) -> None:
    """Equation for the half-width with sd 1, written out."""
    r2 = (-2 * np.log(alpha) + np.log(-2 * np.log(alpha) + 1)) / 500
    half = np.sqrt(2 * (n * r2 + 1) / (n**2 * r2) * np.log(np.sqrt(n * r2 + 1) / alpha))
    assert widening(n, alpha=alpha, sharpest_at=500) / np.sqrt(n) == pytest.approx(half)


def test_the_price_is_lowest_where_asked() -> None:
    times = [widening(n, alpha=0.05, sharpest_at=500) / 1.959964 for n in (50, 500, 3_000)]
    assert times[1] == min(times)
    assert 1.5 < times[1] < 1.75


def test_a_point_before_the_first_person_is_refused() -> None:
    fit = looks([0.0, 0.5, -0.5], np.random.default_rng(4))[0]
    with pytest.raises(ValueError, match="sharpest_at is 0, must be at least 1"):
        live_gaps(fit, sharpest_at=0)
