"""Sets are added up, and softmax over them is exact however far worths lie apart."""

from __future__ import annotations

import numpy as np
import pytest

from canyu.bestworst import Answer, gather_cells
from canyu.bestworst.choices import CHUNK, add_up_sets, chances, logit
from canyu.bestworst.fit import look

ROWS = [
    Answer((0, 1, 2), 0, 2, 2.0),
    Answer((0, 1, 2), 1, None),
    Answer((1, 2), None, 2),
    Answer((2, 3), 3, 2, 0.0),
]


def test_what_was_chosen_is_taken_out_of_the_sets() -> None:
    cells = gather_cells(ROWS, n_items=4)
    choices = look(cells, cells.sum_w, "sequential")
    keys = zip(choices.masks, choices.best, choices.worst, strict=True)
    left = dict(zip(map(tuple, keys), choices.masks_left.tolist(), strict=True))
    assert left == {(7, 0, 2): 6, (7, 1, -1): 5, (6, -1, 2): 6, (12, 3, 2): 4}
    right = dict(zip(choices.masks.tolist(), choices.masks_right.tolist(), strict=True))
    assert right[6] == 2
    assert choices.target.tolist() == [2, 1, -3, 0]
    assert choices.shown.tolist() == [True, True, True, False]
    assert (choices.named.sum(), choices.counted.sum()) == (4, 3)


def test_a_model_of_bests_sees_no_worsts() -> None:
    cells = gather_cells(ROWS, n_items=4)
    bests, worsts = (look(cells, cells.sum_w, model) for model in ("best", "worst"))
    assert bests.target.tolist() == [2, 1, 0, 0]
    assert worsts.target.tolist() == [0, 0, -3, 0]
    assert (bests.named.sum(), worsts.named.sum()) == (3, 3)


def test_equal_sets_are_one_and_weightless_ones_none() -> None:
    masks = np.array([3, 5, 3, 6], dtype=np.uint64)
    sets = add_up_sets(masks, np.array([1.0, 2.0, 0.5, 0.0]), n_items=3, sign=-1)
    assert sets.members.tolist() == [[True, True, False], [True, False, True]]
    assert sets.weight.tolist() == [1.5, 2]
    assert sets.sign == -1


@pytest.mark.parametrize("far", [1.0, 100.0, 5_000.0])
def test_chances_are_softmax(far: float) -> None:
    members = np.array([[True, True, False], [False, True, True], [True, True, True]])
    utility = np.array([far, -far, -far + 1])
    ((part, chance, log_sum),) = chances(members, utility)
    assert part == slice(0, CHUNK)
    for row, inside in zip(chance, members, strict=True):
        pull = utility[inside] - utility[inside].max()
        np.testing.assert_allclose(row[inside], np.exp(pull) / np.exp(pull).sum())
        assert not row[~inside].any()
    expected = [np.logaddexp.reduce(utility[inside]) for inside in members]
    np.testing.assert_allclose(log_sum, expected)


def test_many_sets_come_in_chunks() -> None:
    members = np.ones((CHUNK + 5, 2), dtype=np.bool_)
    sizes = [len(chance) for _, chance, _ in chances(members, np.zeros(2))]
    assert sizes == [CHUNK, 5]


@pytest.mark.parametrize("spread", [0.0, 2.0, 59.0, 61.0, 500.0])
def test_the_logit_adds_up_the_chances_of_its_sets(spread: float) -> None:
    """Near worths and far ones go different ways."""
    masks = np.arange(3, 3 + 2 * CHUNK, dtype=np.uint64)
    weight = np.arange(masks.size) % 7 / 2
    side = add_up_sets(masks, weight, n_items=15)
    utility = np.linspace(0, spread, 15)[np.arange(15) * 4 % 15]
    log_sums, expected, information = logit(side, utility)
    chance = np.concatenate([some for _, some, _ in chances(side.members, utility)])
    sums = np.concatenate([some for *_, some in chances(side.members, utility)])
    assert log_sums == pytest.approx(side.weight @ sums)
    np.testing.assert_allclose(expected, side.weight @ chance, rtol=1e-9)
    each = np.diag(side.weight @ chance) - (chance * side.weight[:, None]).T @ chance
    np.testing.assert_allclose(information, each, rtol=1e-9, atol=1e-9 * side.weight.sum())
