"""Foresight against tools that others made, and against counting every possibility."""

from itertools import combinations, product

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.stats import false_discovery_control, hypergeom
from scipy.stats.contingency import odds_ratio

from canyu.credits.early import Early
from canyu.credits.foresight import (
    Margin,
    Record,
    foresights_of,
    interval_of,
    margins_of,
    q_values,
    records_of,
    share_at,
)
from canyu.credits.leads import is_sure


def voices(member_id: int, stratum: int, n_true: int, n_false: int) -> list[Early]:
    fates = [True] * n_true + [False] * n_false
    return [
        Early(member_id, 100 * stratum + i, stratum, 0.0, came, 0) for i, came in enumerate(fates)
    ]


def record(n: int, n_all_true: int, n_own: int, n_true: int) -> Record:
    own = voices(1, 0, n_true, n_own - n_true)
    return records_of(own, {0: Margin(n, n_all_true)}, fewest=1)[0]


@pytest.mark.parametrize(
    ("n", "k", "own", "true"), [(20, 8, 6, 5), (400, 90, 12, 7), (30, 15, 9, 1)]
)
def test_one_stratum_is_fishers_test_and_its_exact_interval(
    n: int, k: int, own: int, true: int
) -> None:
    one = record(n, k, own, true)
    assert one.p == pytest.approx(hypergeom.sf(true - 1, n, k, own), rel=1e-9)
    assert one.expected == pytest.approx(own * k / n)
    table = [[true, own - true], [k - true, n - k - (own - true)]]
    held = odds_ratio(table, kind="conditional").confidence_interval(0.95)
    assert np.exp(interval_of(one)) == pytest.approx([held.low, held.high], rel=1e-4)


def test_two_strata_are_every_way_to_give_as_many_voices() -> None:
    truths = ([True, True, False, False, False], [True, False, False, True])
    own = [*voices(1, 0, 2, 0), *voices(1, 1, 1, 1)]
    margins = {place: Margin(len(one), sum(one)) for place, one in enumerate(truths)}
    (one,) = records_of(own, margins, fewest=1)
    draws = [
        sum(truths[0][i] for i in first) + sum(truths[1][i] for i in second)
        for first, second in product(combinations(range(5), 2), combinations(range(4), 2))
    ]
    assert one.n_true == 3
    assert one.p == pytest.approx(sum(n >= 3 for n in draws) / len(draws))
    assert one.expected == pytest.approx(np.mean(draws))


def test_an_end_that_the_counts_cannot_bound_is_infinite() -> None:
    low, high = interval_of(record(20, 8, 5, 5))
    assert high == np.inf
    assert np.isfinite(low)
    assert share_at(record(20, 8, 5, 5), high) == 1.0
    assert interval_of(record(20, 8, 5, 0))[0] == -np.inf


@given(st.lists(st.tuples(st.integers(0, 6), st.integers(0, 6)), min_size=1, max_size=6))
def test_who_voices_everything_has_foreseen_nothing(strata: list[tuple[int, int]]) -> None:
    every = [one for place, (t, f) in enumerate(strata) for one in voices(1, place, t, f)]
    for one in records_of(every, margins_of(every), fewest=1):
        assert one.p == pytest.approx(1.0)
        assert one.expected == pytest.approx(one.n_true)


@given(st.lists(st.floats(0.0, 1.0), min_size=1, max_size=30))
def test_false_discoveries_are_controlled_as_by_scipy(p_values: list[float]) -> None:
    assert q_values(p_values) == pytest.approx(list(false_discovery_control(p_values)))


def test_strata_in_which_nothing_could_differ_say_nothing() -> None:
    own = [*voices(1, 0, 5, 0), *voices(1, 1, 0, 5)]
    assert records_of(own, {0: Margin(9, 9), 1: Margin(9, 0)}, fewest=1) == []


def crowd(n_members: int, *, ahead: int) -> list[Early]:
    """Members of ten voices each, a fifth of which come true; one of whose `ahead` do."""
    rng = np.random.default_rng(3)
    found = voices(0, 0, ahead, 10 - ahead)
    for member in range(1, n_members):
        n_true = int(rng.binomial(10, 0.2))
        found += voices(member, 0, n_true, 10 - n_true)
    return found


def test_one_who_is_ahead_is_found_among_many_and_nobody_else() -> None:
    every = crowd(300, ahead=9)
    found = foresights_of(records_of(every, margins_of(every)))
    assert [one.record.member_id for one in found if is_sure(one)] == [0]
    first = found[0]
    assert first.usual < first.low < first.shrunk < first.share
    # A nose without a need of one's own is not enough.
    assert not is_sure(first, n_said=0)


def test_nobody_is_found_where_all_are_alike() -> None:
    every = crowd(300, ahead=2)
    found = foresights_of(records_of(every, margins_of(every)))
    assert not any(is_sure(one) for one in found)
    # The best of many by chance is shrunk to nearly what is usual.
    best = max(found, key=lambda one: one.share)
    assert best.share - best.usual > 0.3
    assert best.shrunk - best.usual < 0.15
