"""Answers are checked, and added up without losing any."""

from __future__ import annotations

from collections import Counter, defaultdict

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import MAX_ITEMS, Answer, gather_cells
from canyu.bestworst.cells import members_of
from canyu.bestworst.rows import NOT_NAMED

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@st.composite
def some_answers(draw: st.DrawFn, n_items: int = 5) -> list[Answer]:
    """Draw valid answers, partial and empty ones among them."""
    rows = []
    for _ in range(draw(st.integers(0, 25))):
        shown = draw(st.permutations(range(n_items)))[: draw(st.integers(2, n_items))]
        best = draw(st.sampled_from([None, *shown]))
        worst = draw(st.sampled_from([None, *(item for item in shown if item != best)]))
        weight = draw(st.sampled_from([0.0, 0.5, 1.0, 3.25]))
        rows.append(Answer(tuple(shown), best, worst, weight))
    return rows


def test_equal_answers_share_a_cell_whatever_the_order_on_screen() -> None:
    cells = gather_cells(
        [Answer((0, 1, 2), 0, 2, 2.0), Answer((2, 0, 1), 0, 2, 0.5), Answer((0, 1, 2), 1, 2)],
        n_items=3,
    )
    assert cells.best.tolist() == [0, 1]
    assert cells.worst.tolist() == [2, 2]
    assert cells.n.tolist() == [2, 1]
    assert cells.sum_w.tolist() == [2.5, 1.0]
    assert cells.sum_w2.tolist() == [4.25, 1.0]
    assert cells.masks.tolist() == [0b111, 0b111]
    assert len(cells) == 2


def test_partial_answers_are_kept_and_empty_ones_counted() -> None:
    cells = gather_cells(
        [
            Answer((0, 1), 0, None),
            Answer((0, 1), None, 0),
            Answer((0, 1), None, None),
            Answer((1,), None, None),
            Answer((), None, None),
        ],
        n_items=2,
    )
    assert sorted(zip(cells.best.tolist(), cells.worst.tolist(), strict=True)) == [(-1, 0), (0, -1)]
    assert cells.n_answers == 2
    assert cells.n_empty == 3


def test_no_answers_make_no_cells() -> None:
    cells = gather_cells([], n_items=4)
    assert len(cells) == 0
    assert cells.n_answers == 0
    assert cells.n_empty == 0


def test_sixty_items_fit_in_a_mask() -> None:
    everything = tuple(range(MAX_ITEMS))
    cells = gather_cells([Answer(everything, 0, MAX_ITEMS - 1)], n_items=MAX_ITEMS)
    assert members_of(cells.masks, MAX_ITEMS).all()
    assert cells.worst.tolist() == [MAX_ITEMS - 1]


def test_cells_cannot_be_changed() -> None:
    cells = gather_cells([Answer((0, 1), 0, 1)], n_items=2)
    with pytest.raises(ValueError, match="read-only"):
        cells.n[0] = 7


@given(some_answers())
@CALM
def test_cells_say_the_same_as_rows(rows: list[Answer]) -> None:
    cells = gather_cells(rows, n_items=5)
    expected: Counter[tuple[frozenset[int], int, int]] = Counter()
    weight: defaultdict[tuple[frozenset[int], int, int], float] = defaultdict(float)
    for row in rows:
        if row.best is None and row.worst is None:
            continue
        key = (
            frozenset(row.shown),
            NOT_NAMED if row.best is None else row.best,
            NOT_NAMED if row.worst is None else row.worst,
        )
        expected[key] += 1
        weight[key] += row.weight
    keys = [
        (frozenset(np.flatnonzero(member).tolist()), best, worst)
        for member, best, worst in zip(
            members_of(cells.masks, 5), cells.best.tolist(), cells.worst.tolist(), strict=True
        )
    ]
    assert dict(zip(keys, cells.n.tolist(), strict=True)) == dict(expected)
    assert dict(zip(keys, cells.sum_w.tolist(), strict=True)) == pytest.approx(dict(weight))
    assert cells.n_answers + cells.n_empty == len(rows)


@given(some_answers(), st.randoms(use_true_random=False))
@CALM
def test_the_order_of_answers_does_not_matter(rows: list[Answer], random: object) -> None:
    shuffled = list(rows)
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    cells, again = gather_cells(rows, n_items=5), gather_cells(shuffled, n_items=5)
    assert cells.masks.tolist() == again.masks.tolist()
    assert cells.best.tolist() == again.best.tolist()
    assert cells.worst.tolist() == again.worst.tolist()
    assert cells.sum_w2.tolist() == pytest.approx(again.sum_w2.tolist())


@pytest.mark.parametrize(
    ("bad", "sentence"),
    [
        (Answer((0, 3), 0, 3), r"answer 1: item 3 was shown, must be from 0 to 2"),
        (Answer((-1, 2), 2, None), r"answer 1: item -1 was shown, must be from 0 to 2"),
        (Answer((0, 1, 0), 0, 1), r"answer 1: shown is \(0, 1, 0\), must hold each item once"),
        (Answer((0, 1), 2, 1), r"answer 1: best is 2, must be one of the shown items \(0, 1\)"),
        (Answer((0, 1), 0, 2), r"answer 1: worst is 2, must be one of the shown items \(0, 1\)"),
        (Answer((0, 1), -1, 0), r"answer 1: best is -1, must be one of the shown items \(0, 1\)"),
        (Answer((0, 1), 0, 99), r"answer 1: worst is 99, must be one of the shown items \(0, 1\)"),
        (Answer((0, 1, 2), 1, 1), r"both 1, worst must be one of the other shown items \(0, 2\)"),
        (Answer((1,), 1, None), r"answer 1: a choice was made among \(1,\), at least 2 items"),
        (Answer((0, 1), 0, 1, -0.5), r"answer 1: weight is -0.5, must be a finite number"),
        (Answer((0, 1), 0, 1, float("nan")), r"answer 1: weight is nan, must be a finite number"),
        (Answer((0, 1), 0, 1, float("inf")), r"answer 1: weight is inf, must be a finite number"),
    ],
)
def test_a_wrong_answer_is_named_with_its_value(bad: Answer, sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        gather_cells([Answer((0, 1, 2), 0, 1), bad], n_items=3)


@pytest.mark.parametrize("n_items", [-1, 0, 1, 61])
def test_the_number_of_items_is_bounded(n_items: int) -> None:
    with pytest.raises(ValueError, match=f"n_items is {n_items}, must be from 2 to 60"):
        gather_cells([], n_items=n_items)


def test_items_are_whole_numbers() -> None:
    with pytest.raises(TypeError):
        gather_cells([Answer((0, 1.5), 0, None)], n_items=2)  # type: ignore[arg-type]
