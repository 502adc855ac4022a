"""Rows are checked once, keep what they were given, and become cells without loss."""

from __future__ import annotations

from collections import Counter, defaultdict
from typing import Any

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import MAX_ITEMS, Rows, cells_of, make_rows
from canyu.bestworst.checks import complaint, sound_masks
from canyu.bestworst.numbering import CHUNK

# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])

J = 5
Said = tuple[tuple[int, ...], int, int, float, int]


@st.composite
def some_rows(draw: st.DrawFn) -> list[Said]:
    """Draw shown, best, worst, weight and segment of valid answers, empty ones among them."""
    said = []
    for _ in range(draw(st.integers(0, 25))):
        shown = draw(st.permutations(range(J)))[: draw(st.integers(0, J))]
        may = shown if len(shown) > 1 else []
        best = draw(st.sampled_from([-1, *may]))
        worst = draw(st.sampled_from([-1, *(item for item in may if item != best)]))
        weight = draw(st.sampled_from([0.0, 0.5, 1.0, 3.25]))
        said.append((tuple(shown), best, worst, weight, draw(st.sampled_from([0, 1, 70]))))
    return said


def as_rows(said: list[Said], *, weighted: bool = True) -> Rows:
    return make_rows(
        [[*shown, *[-1] * (J - len(shown))] for shown, *_ in said],
        [best for _, best, *_ in said],
        [worst for _, _, worst, *_ in said],
        n_items=J,
        weight=[weight for *_, weight, _ in said] if weighted else None,
    )


@given(some_rows(), st.booleans(), st.integers(1, 300))
@CALM
def test_cells_are_the_count_of_a_dictionary(
    said: list[Said],
    weighted: bool,  # noqa: FBT001  # drawn by hypothesis
    times: int,
) -> None:
    """Repeated often enough, the fast roads are taken too."""
    said *= times
    segments = [segment for *_, segment in said]
    cells = cells_of(as_rows(said, weighted=weighted), segment=segments)
    n: Counter[tuple[int, int, int, int]] = Counter()
    sums: defaultdict[tuple[int, int, int, int], list[float]] = defaultdict(lambda: [0.0, 0.0])
    for shown, best, worst, weight, segment in said:
        if best == worst == -1:
            continue
        key = (sum(1 << item for item in shown), segment, best, worst)
        n[key] += 1
        sums[key][0] += weight if weighted else 1
        sums[key][1] += weight**2 if weighted else 1
    keys = list(
        zip(
            cells.masks.tolist(),
            cells.segment.tolist(),
            cells.best.tolist(),
            cells.worst.tolist(),
            strict=True,
        )
    )
    assert keys == sorted(n)
    assert cells.n.tolist() == [n[key] for key in keys]
    assert cells.sum_w.tolist() == pytest.approx([sums[key][0] for key in keys])
    assert cells.sum_w2.tolist() == pytest.approx([sums[key][1] for key in keys])
    assert cells.n_empty == len(said) - n.total()


def test_rows_keep_order_persons_and_weights() -> None:
    rows = make_rows(
        [[2, 0, 1], [1, 2, -1]], [0, -1], [1, 2], n_items=3, weight=[1, 2.5], person=[7, 3]
    )
    assert rows.shown.tolist() == [[2, 0, 1], [1, 2, -1]]
    assert rows.best.tolist() == [0, -1]
    assert rows.weight.tolist() == [1, 2.5]
    assert rows.person is not None
    assert rows.person.tolist() == [7, 3]
    assert rows.masks.tolist() == [0b111, 0b110]
    assert rows.n_persons == len(rows) == 2
    taken = rows.take(np.array([1]))
    assert (taken.masks.tolist(), taken.worst.tolist(), taken.n_persons) == ([0b110], [2], 1)


def test_rows_are_copies_and_frozen() -> None:
    weight, person = np.ones(1), np.zeros(1, dtype=np.int64)
    rows = make_rows([[0, 1]], [0], [1], n_items=2, weight=weight, person=person)
    weight[0], person[0] = 9, 9
    assert rows.weight.tolist() == [1]
    assert rows.n_persons == 1
    for values in (rows.shown, rows.best, rows.worst, rows.weight, rows.person, rows.masks):
        with pytest.raises(ValueError, match="read-only"):
            values[0] = 0  # type: ignore[index]


def test_other_weights_for_the_same_rows() -> None:
    rows = make_rows([[0, 1], [1, 0]], [0, 1], [1, -1], n_items=2)
    assert rows.with_weight(np.array([2.0, 0.5])).weight.tolist() == [2, 0.5]
    assert rows.weight.tolist() == [1, 1]
    with pytest.raises(ValueError, match=r"answer 1: weight is -1\.0, must be a finite number"):
        rows.with_weight(np.array([2.0, -1.0]))
    with pytest.raises(ValueError, match="weight has 1 entries, must have 2"):
        rows.with_weight(np.ones(1))


def test_masks_of_sixty_items() -> None:
    rows = make_rows([range(MAX_ITEMS), [59, 0, *[-1] * 58]], [0, 59], [59, 0], n_items=MAX_ITEMS)
    assert rows.masks.tolist() == [2**MAX_ITEMS - 1, 2**59 + 1]


@pytest.mark.parametrize("kind", [np.int8, np.uint8, np.int32, np.uint64, np.float64, object])
def test_items_are_whole_numbers_of_any_width(kind: Any) -> None:
    shown = np.array([[0, 2], [1, 2]]).astype(kind)
    if kind in {np.float64, object}:
        with pytest.raises(TypeError, match=r"shown holds .* values, must hold whole numbers"):
            make_rows(shown, [0, 1], [2, 2], n_items=3)
    else:
        assert make_rows(shown, [0, 1], [2, 2], n_items=3).masks.tolist() == [0b101, 0b110]


@pytest.mark.parametrize(
    ("columns", "sentence"),
    [
        (([[0, 1]], [0, 1], [1, 0]), "shown has 1 entries, must have 2, as best has"),
        (([[0, 1], [1, 0]], [0, 1], [1]), "worst has 1 entries, must have 2, as best has"),
        (([[0, 1], [1]], [0, 1], [1, -1]), "inhomogeneous"),
        (
            ([[], []], [0, -1], [-1, -1]),
            r"answer 0: best is 0, must be one of the shown items \(\)",
        ),
    ],
)
def test_lengths_must_agree(columns: tuple[Any, Any, Any], sentence: str) -> None:
    with pytest.raises(ValueError, match=sentence):
        make_rows(*columns, n_items=2)


@pytest.mark.parametrize("name", ["person", "weight"])
def test_persons_and_weights_are_one_an_answer(name: str) -> None:
    with pytest.raises(ValueError, match=f"{name} has 2 entries, must have 1, as best has"):
        make_rows([[0, 1]], [0], [1], n_items=2, **{name: [1, 2]})


def test_nothing_is_rows_too() -> None:
    rows = make_rows([], [], [], n_items=4)
    assert (len(rows), rows.n_persons, rows.masks.tolist()) == (0, 0, [])
    cells = cells_of(rows, segment=[])
    assert (len(cells), cells.n_answers, cells.n_empty) == (0, 0, 0)


# shown, best and worst of an answer about three items, and what is wrong with it.
WRONG = [
    ((0, 3, -1), 0, -1, "item 3 was shown, must be from 0 to 2"),
    ((0, -2, -1), 0, -1, "item -2 was shown, must be from 0 to 2"),
    ((0, 300, -1), 0, -1, "item 300 was shown, must be from 0 to 2"),
    ((0, -1, 1), 0, 1, r"shown is \[0, -1, 1\], -1 may stand only at the end"),
    ((-1, 0, 1), 0, 1, r"shown is \[-1, 0, 1\], -1 may stand only at the end"),
    ((0, 1, 0), 0, 1, r"shown is \(0, 1, 0\), must hold each item once"),
    ((0, 1, -1), 2, 1, r"best is 2, must be one of the shown items \(0, 1\)"),
    ((0, 1, -1), 256, 1, r"best is 256, must be one of the shown items \(0, 1\)"),
    ((0, 1, -1), 0, -2, r"worst is -2, must be one of the shown items \(0, 1\)"),
    ((0, 1, 2), 1, 1, r"best and worst are both 1, .* other shown items \(0, 2\)"),
    ((1, -1, -1), 1, -1, r"a choice was made among \(1,\), at least 2 items"),
]


@pytest.mark.parametrize(("shown", "best", "worst", "words"), WRONG)
@pytest.mark.parametrize("at", [0, 3, CHUNK + 3])
def test_the_first_wrong_row_is_named(
    shown: tuple[int, ...], best: int, worst: int, words: str, at: int
) -> None:
    screens = np.tile([2, 1, 0], (CHUNK + 9, 1))
    bests, worsts = np.full(CHUNK + 9, 2), np.full(CHUNK + 9, 0)
    for wrong in (at, at + 2):
        screens[wrong], bests[wrong], worsts[wrong] = shown, best, worst
    with pytest.raises(ValueError, match=f"^answer {at}: {words}"):
        make_rows(screens, bests, worsts, n_items=3)


@given(st.lists(st.integers(-2, 4), min_size=1, max_size=4), st.integers(-2, 4), st.integers(-2, 4))
@CALM
def test_the_quick_check_and_the_words_agree(shown: list[int], best: int, worst: int) -> None:
    masks = sound_masks(np.array([shown]), np.array([best]), np.array([worst]), n_items=4)
    if masks is None:
        assert complaint(shown, best, worst, n_items=4)
    else:
        assert complaint(shown, best, worst, n_items=4) is None
        assert masks.tolist() == [sum(1 << item for item in shown if item >= 0)]


@pytest.mark.parametrize(
    ("segment", "error", "sentence"),
    [
        ([0, -1], ValueError, "answer 1: segment is -1, must be at least 0"),
        ([0], ValueError, "segment has 1 entries, must have 2, as best has"),
        ([0, 0.5], TypeError, "segment holds float64 values, must hold whole numbers"),
    ],
)
def test_segments_are_numbers_from_nought(
    segment: list[float], error: type[Exception], sentence: str
) -> None:
    rows = make_rows([[0, 1], [1, 0]], [0, 1], [1, 0], n_items=2)
    with pytest.raises(error, match=sentence):
        cells_of(rows, segment=segment)
