"""Numbering says what sorting says, whatever the values, and whichever way it goes."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import numbering
from canyu.bestworst.numbering import number_values

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

MASKS = st.integers(0, 2**64 - 1)


@pytest.mark.parametrize(
    ("n_values", "size"),
    [
        (1, 100_000),
        (60, 100_000),
        (4_845, 100_000),  # some have no room in the first table
        (15_504, 100_000),  # more come up after the first chunk
        (16_300, 400_000),  # so many that sorting takes over on the way
        (90_000, 100_000),  # so many that sorting is begun with
        (50, 60),
        (1, 1),
        (1, 0),
    ],
)
def test_the_same_as_sorting(n_values: int, size: int) -> None:
    rng = np.random.default_rng(n_values)
    kinds = rng.integers(0, 2**64, size=n_values, dtype=np.uint64)
    values = kinds[rng.integers(n_values, size=size)]
    same(values)


def test_values_that_come_late_are_numbered_in_order() -> None:
    values = np.repeat(np.arange(40, 0, -1, dtype=np.uint64), 10_000)
    same(values)


def test_neighbouring_masks_find_room() -> None:
    """Sets of four of twenty differ in two bits at least: no hash may be bad at these."""
    bits = np.uint64(1) << np.arange(20, dtype=np.uint64)
    every = np.arange(1 << 20, dtype=np.uint64)
    fours = every[np.bitwise_count(every) == 4]
    assert fours.size == 4_845
    assert len(numbering._register(fours).tables) <= 3
    same(np.tile(np.concatenate([fours, bits]), 20))


@given(st.lists(MASKS, min_size=1, max_size=40, unique=True), st.randoms(use_true_random=False))
@CALM
def test_any_values(kinds: list[int], random: object) -> None:
    values = np.array(kinds * 100, dtype=np.uint64)
    random.shuffle(values)  # type: ignore[attr-defined]
    same(values)


def same(values: np.ndarray[tuple[int], np.dtype[np.uint64]]) -> None:
    known, numbers = number_values(values)
    expected, places = np.unique(values, return_inverse=True)
    assert known.dtype == np.uint64
    assert numbers.dtype == np.int64
    assert np.array_equal(known, expected)
    assert np.array_equal(numbers, places)
