"""Screens are fair to every item and every position."""

from __future__ import annotations

from itertools import combinations

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from canyu.bestworst import (
    BASE_BLOCKS,
    efficiency,
    screen_size,
    screens,
    search_base_block,
)
from canyu.bestworst.designs.__main__ import main

ALL_SIZES = range(3, 61)
# A busy machine may be slow; that is no fault of the code.
CALM = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@pytest.mark.parametrize(("n_items", "size"), [(3, 3), (7, 7), (8, 5), (39, 5), (40, 6), (60, 6)])
def test_how_many_are_shown(n_items: int, size: int) -> None:
    assert screen_size(n_items) == size


@pytest.mark.parametrize("n_items", [-1, 0, 2, 61])
def test_numbers_without_screens_are_refused(n_items: int) -> None:
    for function in (screen_size, screens):
        with pytest.raises(ValueError, match=f"n_items is {n_items}, must be from 3 to 60"):
            function(n_items)


@pytest.mark.parametrize("n_items", ALL_SIZES)
def test_each_item_is_shown_equally_and_once_in_every_position(n_items: int) -> None:
    found = screens(n_items)
    assert len(found) == n_items
    assert all(len(set(screen)) == screen_size(n_items) for screen in found)
    for position in zip(*found, strict=True):
        assert sorted(position) == list(range(n_items))


@pytest.mark.parametrize("n_items", ALL_SIZES)
def test_every_pair_of_items_can_be_compared(n_items: int) -> None:
    joined = {0}
    while True:
        wider = joined.union(*(screen for screen in screens(n_items) if joined & set(screen)))
        if wider == joined:
            break
        joined = wider
    assert joined == set(range(n_items))


def test_the_table_says_its_efficiency() -> None:
    assert set(BASE_BLOCKS) == set(range(8, 61))
    for n_items, block in BASE_BLOCKS.items():
        assert efficiency(n_items, block.items) == pytest.approx(block.efficiency, abs=5e-5)
        assert block.efficiency > 0.975


# Perfect difference sets (Singer 1938) and the biplane of squares mod 11.
@pytest.mark.parametrize(
    ("n_items", "block"),
    [
        (7, (0, 1, 3)),
        (13, (0, 1, 3, 9)),
        (21, (3, 6, 7, 12, 14)),
        (31, (1, 5, 11, 24, 25, 27)),
        (11, (1, 3, 4, 5, 9)),
    ],
)
def test_balanced_designs_are_fully_efficient(n_items: int, block: tuple[int, ...]) -> None:
    assert efficiency(n_items, block) == pytest.approx(1)


def test_a_block_that_splits_the_items_is_worth_nothing() -> None:
    assert efficiency(8, (0, 2, 4)) == 0


@given(st.integers(4, 14), st.data())
@CALM
def test_efficiency_is_that_of_the_screens_information(n_items: int, data: st.DataObject) -> None:
    """Against the definition: mean variance of a difference, by the pseudo-inverse."""
    size = data.draw(st.integers(2, n_items - 1))
    block = data.draw(st.permutations(range(n_items)))[:size]
    information = np.zeros((n_items, n_items))
    for turn in range(n_items):
        shown = np.zeros(n_items)
        shown[[(item + turn) % n_items for item in block]] = 1
        information += np.diag(shown) * size - np.outer(shown, shown)
    eigenvalues = np.linalg.eigvalsh(information)[1:]
    if eigenvalues.min() < 1e-9:
        assert efficiency(n_items, block) == 0
        return
    inverse = np.linalg.pinv(information)
    variance = np.mean(
        [
            inverse[a, a] + inverse[b, b] - 2 * inverse[a, b]
            for a, b in combinations(range(n_items), 2)
        ]
    )
    ideal = 2 * (n_items - 1) / np.trace(information)
    assert efficiency(n_items, block) == pytest.approx(ideal / variance)


@given(st.integers(8, 30), st.integers(0, 29), st.data())
@CALM
def test_turned_and_mirrored_blocks_are_as_good(
    n_items: int, turn: int, data: st.DataObject
) -> None:
    block = data.draw(st.permutations(range(n_items)))[:5]
    turned = [(turn - item) % n_items for item in block]
    assert efficiency(n_items, turned) == pytest.approx(efficiency(n_items, block))


@pytest.mark.parametrize("n_items", [8, 9, 10, 11, 12, 13, 14, 15, 16])
def test_stored_blocks_are_the_best_there_are(n_items: int) -> None:
    """All blocks tried; done once up to 39 items, too slow to repeat here."""
    best = max(efficiency(n_items, (0, *others)) for others in combinations(range(1, n_items), 4))
    assert BASE_BLOCKS[n_items].efficiency == pytest.approx(best, abs=5e-5)


@pytest.mark.parametrize("block", [(0,), (0, 0, 1), (0, 9), (-1, 3)])
def test_what_is_no_block_is_refused(block: tuple[int, ...]) -> None:
    with pytest.raises(ValueError, match="must hold at least 2 different items from 0 to 8"):
        efficiency(9, block)


def test_the_search_refuses_what_it_cannot_do() -> None:
    rng = np.random.default_rng(1)
    with pytest.raises(ValueError, match="size is 9, must be from 2 to n_items, which is 8"):
        search_base_block(8, 9, rng, 3)
    with pytest.raises(ValueError, match="tries is 0, must be at least 1"):
        search_base_block(8, 5, rng, 0)


def test_the_search_can_show_everything() -> None:
    found = search_base_block(5, 5, np.random.default_rng(1), 2)
    assert found.items == (0, 1, 2, 3, 4)
    assert found.efficiency == 1


def test_the_command_makes_the_stored_lines_again(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["8", "21", "40"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines[1] == f"    8: BaseBlock({BASE_BLOCKS[8].items}, {BASE_BLOCKS[8].efficiency}),"
    assert len(lines) == 5


def test_the_command_names_what_it_does_not_know(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["7"]) == 2
    assert capsys.readouterr().err == (
        "There is no base block for 7; ask for numbers of items from 8 to 60.\n"
    )
