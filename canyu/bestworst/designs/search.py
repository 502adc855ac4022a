"""The search for base blocks: random starts, then the best single exchange."""

from __future__ import annotations

from itertools import count
from typing import TYPE_CHECKING

import numpy as np

from canyu.bestworst.designs.blocks import BaseBlock
from canyu.bestworst.designs.cyclic import efficiencies

if TYPE_CHECKING:
    from numpy.typing import NDArray


def search_base_block(
    n_items: int,
    size: int,
    rng: np.random.Generator,
    tries: int,
) -> BaseBlock:
    """Search a base block of `size` of `n_items` items with high efficiency.

    From each of `tries` random blocks, exchanges the one item for another that
    raises the efficiency most, until none does. Of equally good blocks the
    smallest in its lowest-numbered turn or mirror image is kept, so that the
    same seed gives the same block on every machine. Random search: good, not
    proven best. Raises ValueError unless 2 <= size <= n_items and tries >= 1.
    """
    if not 2 <= size <= n_items:
        message = f"size is {size}, must be from 2 to n_items, which is {n_items}"
        raise ValueError(message)
    if tries < 1:
        message = f"tries is {tries}, must be at least 1"
        raise ValueError(message)
    found = [_climb(n_items, _random_block(n_items, size, rng)) for _ in range(tries)]
    top = max(value for _, value in found)
    best = min(_lowest_turn(n_items, block) for block, value in found if _same(value, top))
    return BaseBlock(best, round(top, 4))


def _random_block(n_items: int, size: int, rng: np.random.Generator) -> NDArray[np.int64]:
    return np.sort(rng.choice(n_items, size=size, replace=False))


def _climb(n_items: int, block: NDArray[np.int64]) -> tuple[NDArray[np.int64], float]:
    """Exchange items one by one until no exchange helps."""
    value = float(efficiencies(n_items, block[None])[0])
    for _ in count():
        rivals = _exchanges(n_items, block)
        if not len(rivals):
            break
        values = efficiencies(n_items, rivals)
        # The first of equals, by a margin above rounding: same path everywhere.
        at = int(np.argmax(values >= values.max() - 1e-9))
        if values[at] <= value + 1e-9:
            break
        block, value = rivals[at], float(values[at])
    return block, value


def _exchanges(n_items: int, block: NDArray[np.int64]) -> NDArray[np.int64]:
    """Return all blocks that differ from `block` in one item."""
    outside = np.setdiff1d(np.arange(n_items), block)
    rivals = np.tile(block, (len(block) * len(outside), 1))
    rivals[np.arange(len(rivals)), np.repeat(np.arange(len(block)), len(outside))] = np.tile(
        outside, len(block)
    )
    return rivals


def _lowest_turn(n_items: int, block: NDArray[np.int64]) -> tuple[int, ...]:
    """Return the smallest of the equivalent blocks: turns of the block and its mirror."""
    return min(
        tuple(np.sort((mirrored - start) % n_items).tolist())
        for mirrored in (block, -block)
        for start in mirrored
    )


def _same(value: float, other: float) -> bool:
    return abs(value - other) <= 1e-9
