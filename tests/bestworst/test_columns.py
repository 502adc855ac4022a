"""Columns and counters become the same cells as rows, and are refused as rows are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
import pytest

from canyu.bestworst import (
    Rows,
    cells_from_counts,
    cells_of,
    cells_of_columns,
    screens,
    simulate_rows,
)

if TYPE_CHECKING:
    from canyu.bestworst import Cells

J = 9


@pytest.fixture(scope="module")
def rows() -> Rows:
    found = simulate_rows(
        np.linspace(-1, 1, J),
        screens=screens(J),
        n=3_000,
        rng=np.random.default_rng(1),
        p_best_only=0.2,
        p_worst_only=0.1,
        p_empty=0.05,
    )
    weight = np.random.default_rng(2).choice([0.0, 0.25, 1.0, 4.0], size=len(found))
    return found.with_weight(weight)


def segments_of(rows: Rows) -> np.ndarray[tuple[int], np.dtype[np.int64]]:
    return np.arange(len(rows)) % 3


def listed(cells: Cells) -> list[tuple[float, ...]]:
    columns = (cells.masks, cells.segment, cells.best, cells.worst, cells.n)
    sums = (np.round(cells.sum_w, 9), np.round(cells.sum_w2, 9))
    return list(zip(*(column.tolist() for column in (*columns, *sums)), strict=True))


def same(cells: Cells, other: Cells) -> None:
    assert listed(cells) == listed(other)
    assert (cells.n_items, cells.n_empty) == (other.n_items, other.n_empty)


def test_columns_are_rows_without_order(rows: Rows) -> None:
    segment = segments_of(rows)
    same(
        cells_of_columns(
            rows.masks, rows.best, rows.worst, n_items=J, weight=rows.weight, segment=segment
        ),
        cells_of(rows, segment=segment),
    )
    unweighted = cells_of_columns(rows.masks.astype(np.int64), rows.best, rows.worst, n_items=J)
    same(unweighted, cells_of(rows.with_weight(np.ones(len(rows)))))


def test_counters_are_cells_again_in_whatever_order(rows: Rows) -> None:
    cells = cells_of(rows, segment=segments_of(rows))
    order = np.random.default_rng(3).permutation(len(cells))
    names = ("masks", "best", "worst", "n", "sum_w", "sum_w2")
    again = cells_from_counts(
        *(getattr(cells, name)[order] for name in names),
        n_items=J,
        n_empty=cells.n_empty,
        segment=cells.segment[order],
    )
    same(again, cells)


def test_counters_of_the_same_choices_are_added_up() -> None:
    cells = cells_from_counts(
        [0b11, 0b11, 0b11, 0b11], [0, 0, 1, -1], [1, 1, 0, -1], [2, 3, 0, 4], n_items=2, n_empty=5
    )
    assert listed(cells) == [(0b11, 0, 0, 1, 5, 5.0, 5.0)]
    assert cells.n_empty == 9


def test_segments_come_apart_and_together(rows: Rows) -> None:
    segment = segments_of(rows)
    cells = cells_of(rows, segment=segment)
    assert cells.segments.tolist() == [0, 1, 2]
    same(cells.merged(), cells_of(rows))
    for one in range(3):
        part = cells.in_segment(one)
        assert set(part.segment.tolist()) == {one}
        assert part.n_empty == 0
        assert listed(part.merged()) == listed(cells_of(rows.take(segment == one)))
    assert len(cells.in_segment(7)) == 0


def test_cells_leave_and_come_back(rows: Rows) -> None:
    segment = segments_of(rows)
    everybody = cells_of(rows, segment=segment)
    some = cells_of(rows.take(segment != 1), segment=segment[segment != 1])
    rest = everybody.minus(some)
    same(rest, cells_of(rows.take(segment == 1), segment=segment[segment == 1]))
    same(rest.plus(some), everybody)
    assert len(everybody.minus(everybody)) == 0


def test_what_is_not_there_cannot_leave(rows: Rows) -> None:
    cells = cells_of(rows)
    with pytest.raises(ValueError, match="answers to leave out are not all among the answers"):
        cells.in_segment(7).minus(cells)
    with pytest.raises(ValueError, match="the others are about 2 items, these about 9"):
        cells.minus(cells_from_counts([0b11], [0], [1], [1], n_items=2))


def many_sets(n: int) -> tuple[np.ndarray[Any, Any], ...]:
    """Draw all kinds of answers about sets of four of twenty, which are 4,845."""
    rng = np.random.default_rng(5)
    shown = rng.random((n, 20)).argsort(axis=1)[:, :4]
    masks = (1 << shown).sum(axis=1).astype(np.uint64)
    best, worst = shown[:, 0].copy(), shown[:, 1].copy()
    best[rng.random(n) < 0.2] = -1
    worst[rng.random(n) < 0.2] = -1
    return masks, best, worst


@pytest.mark.parametrize("n", [500, 30_000])
def test_many_sets_are_added_up_too(n: int) -> None:
    masks, best, worst = many_sets(n)
    weight, segment = np.arange(n) % 5 / 2, np.arange(n) % 2 * 9
    cells = cells_of_columns(masks, best, worst, n_items=20, weight=weight, segment=segment)
    expected: dict[tuple[int, ...], list[float]] = {}
    for *key, w in zip(masks, segment, best, worst, weight, strict=True):
        total = expected.setdefault(tuple(map(int, key)), [0, 0, 0])
        for place, amount in enumerate((1, w, w**2)):
            total[place] += amount
    n_empty = sum(total[0] for key, total in expected.items() if key[2:] == (-1, -1))
    named = {key: total for key, total in expected.items() if key[2:] != (-1, -1)}
    assert listed(cells) == [(*key, *total) for key, total in sorted(named.items())]
    assert cells.n_empty == n_empty > 0


@pytest.mark.parametrize("mask", [0b111, 2**63 + 0b1110])
def test_a_wrong_one_is_named_among_many_sets(mask: int) -> None:
    masks, best, worst = many_sets(30_000)
    masks[29_000], best[29_000], worst[29_000] = mask, 3, 2
    with pytest.raises(ValueError, match=r"^answer 29000: (best is 3|item 63 was shown), must be"):
        cells_of_columns(masks, best, worst, n_items=20)


# A row of columns about three items, and what is wrong with it.
WRONG = [
    (0b1011, 0, 1, "item 3 was shown, must be from 0 to 2"),
    (2**63, -1, -1, "item 63 was shown, must be from 0 to 2"),
    (0b011, 2, 0, r"best is 2, must be one of the shown items \(0, 1\)"),
    (0b011, 0, 300, r"worst is 300, must be one of the shown items \(0, 1\)"),
    (0b011, -2, 0, r"best is -2, must be one of the shown items \(0, 1\)"),
    (
        0b111,
        1,
        1,
        r"best and worst are both 1, worst must be one of the other shown items \(0, 2\)",
    ),
    (0b100, 2, -1, r"a choice was made among \(2,\), at least 2 items"),
]


@pytest.mark.parametrize(("mask", "best", "worst", "words"), WRONG)
@pytest.mark.parametrize("at", [0, 2])
def test_the_first_wrong_row_is_named(
    mask: int, best: int, worst: int, words: str, at: int
) -> None:
    masks, bests, worsts = np.full(9, 7, dtype=np.uint64), np.full(9, 1), np.full(9, 2)
    for wrong in (at, at + 1, 8):
        masks[wrong], bests[wrong], worsts[wrong] = mask, best, worst
    with pytest.raises(ValueError, match=f"^answer {at}: {words}"):
        cells_of_columns(masks, bests, worsts, n_items=3)
    with pytest.raises(ValueError, match=f"^counter {at}: {words}"):
        cells_from_counts(masks, bests, worsts, np.ones(9, dtype=int), n_items=3)


@pytest.mark.parametrize(
    ("changed", "error", "sentence"),
    [
        ({"n": [1, -1]}, ValueError, r"counter 1: n is -1\.0, must be a finite number"),
        ({"n": [1, 1.5]}, TypeError, "n holds float64 values, must hold whole numbers"),
        ({"n": [1]}, ValueError, "n has 1 entries, must have 2, as best has"),
        ({"masks": [3]}, ValueError, "masks has 1 entries, must have 2, as best has"),
        ({"worst": [1, 0.5]}, TypeError, "worst holds float64 values, must hold whole numbers"),
        ({"sum_w": [1, 1]}, ValueError, "sum_w and sum_w2 must be given both or not at all"),
        (
            {"sum_w": [1, float("nan")], "sum_w2": [1, 1]},
            ValueError,
            "counter 1: sum_w is nan, must be a finite number",
        ),
        (
            {"sum_w": [1, 3], "sum_w2": [1, 1]},
            ValueError,
            r"counter 1: no 2 weights have the sum 3\.0 and the sum of squares 1\.0",
        ),
        (
            {"sum_w": [1, 1], "sum_w2": [1, 2]},
            ValueError,
            r"counter 1: no 2 weights have the sum 1\.0 and the sum of squares 2\.0",
        ),
        ({"n_items": 61}, ValueError, "n_items is 61, must be from 2 to 60"),
        ({"n_empty": -1}, ValueError, "n_empty is -1, must be at least 0"),
        ({"segment": [0, -3]}, ValueError, "counter 1: segment is -3, must be at least 0"),
    ],
)
def test_wrong_counters_are_refused(
    changed: dict[str, Any], error: type[Exception], sentence: str
) -> None:
    given = {"masks": [3, 3], "best": [0, 1], "worst": [1, 0], "n": [1, 2], "n_items": 2}
    assert len(cells_from_counts(**given)) == 2
    with pytest.raises(error, match=sentence):
        cells_from_counts(**(given | changed))


def test_a_wrong_weight_is_named() -> None:
    with pytest.raises(ValueError, match="answer 1: weight is inf, must be a finite number"):
        cells_of_columns([3, 3], [0, 1], [1, 0], n_items=2, weight=[1, float("inf")])
