"""Screens from a base block, and how good a base block is."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.designs.blocks import BASE_BLOCKS
from canyu.bestworst.rows import MAX_ITEMS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

MIN_SCREENED = 3
"""With fewer items there is no best and worst to ask for."""

MAX_SCREENED = MAX_ITEMS

_ALL_UP_TO = 7
_SIX_FROM = 40


def screen_size(n_items: int) -> int:
    """Return how many of `n_items` a person is shown: all up to 7, then 5, 6 from 40 on.

    Raises ValueError unless 3 <= n_items <= 60.
    """
    if not MIN_SCREENED <= n_items <= MAX_SCREENED:
        message = f"n_items is {n_items}, must be from {MIN_SCREENED} to {MAX_SCREENED}"
        raise ValueError(message)
    if n_items <= _ALL_UP_TO:
        return n_items
    return 5 if n_items < _SIX_FROM else 6


def screens(n_items: int) -> tuple[tuple[int, ...], ...]:
    """Return the `n_items` fixed screens for `n_items` items, in cyclic order.

    Every item is on screen_size(n_items) of them, once in every position.
    Draw a screen and an order for each person, and number the items afresh
    each week. Raises ValueError unless 3 <= n_items <= 60.
    """
    size = screen_size(n_items)
    block = tuple(range(size)) if size == n_items else BASE_BLOCKS[n_items].items
    return tuple(tuple((item + turn) % n_items for item in block) for turn in range(n_items))


def efficiency(n_items: int, block: Sequence[int]) -> float:
    """Return the A-efficiency of the cyclic screens made from `block`, from 0 to 1.

    Average precision of the differences between items, over that of a design
    in which all pairs meet equally often; 1 is a balanced incomplete block
    design, 0 one that leaves groups of items uncompared. The information of
    cyclic screens about equal worths is a circulant matrix, so its eigenvalues
    are m^2 - |sum_k exp(2 pi i f a_k / J)|^2, f = 1 .. J-1 (John, "Cyclic
    Designs", 1987); the efficiency is their harmonic over arithmetic mean.
    Raises ValueError when `block` is not 2 or more different items of 0 to J-1.
    """
    inside = all(0 <= item < n_items for item in block)
    if len(block) < 2 or len(set(block)) < len(block) or not inside:
        message = (
            f"block is {tuple(block)}, must hold at least 2 different items from 0 to {n_items - 1}"
        )
        raise ValueError(message)
    return float(efficiencies(n_items, np.array([block]))[0])


def efficiencies(n_items: int, blocks: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the efficiency of each row of `blocks` (n_blocks, m), unchecked."""
    # Conjugate frequencies have equal eigenvalues; half of them, twice, will do.
    frequency = np.arange(1, n_items // 2 + 1)
    times = np.where(2 * frequency == n_items, 1.0, 2.0)
    angle = 2 * np.pi / n_items * (frequency[:, None] * np.arange(n_items) % n_items)
    real, imaginary = np.cos(angle), np.sin(angle)
    size = blocks.shape[1]
    power = real[:, blocks].sum(axis=2) ** 2 + imaginary[:, blocks].sum(axis=2) ** 2
    eigenvalue = size**2 - power
    connected = eigenvalue.min(axis=0) > 1e-9 * size**2
    inverse = times @ np.where(connected, 1 / np.where(connected, eigenvalue, 1.0), np.inf)
    result: NDArray[np.float64] = (n_items - 1) ** 2 / (inverse * (times @ eigenvalue))
    return result
