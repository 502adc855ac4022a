"""The two ends of the scale: who is first there, by how much, and who comes next."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    Array = NDArray[np.float64]

End = Literal["top", "bottom"]
"""Which end of the scale is asked about: the liked most, or the liked least."""

TIE = 1e-9
"""Worths this close count as equal: nobody is first then."""


def leader(worth: Array, end: End) -> int:
    """Return the item at the end asked about, the first by number among equals."""
    return int(np.argmax(worth) if end == "top" else np.argmin(worth))


def is_first(worth: Array, item: int, end: End) -> bool:
    """Say whether `item` stands at that end alone."""
    gap = ahead(worth, item, end)
    return bool((np.delete(gap, item) > TIE).all())


def ahead(worth: Array, item: int, end: End) -> Array:
    """Return by how much `item` is ahead of each (J)."""
    gap: Array = worth[item] - worth
    return gap if end == "top" else -gap


def next_one(worth: Array, item: int, end: End) -> int:
    """Return who is first but for `item`."""
    gap = ahead(worth, item, end)
    gap[item] = np.inf
    return int(np.argmin(gap))


def towards(n_items: int, item: int, rivals: Sequence[int], end: End) -> Array:
    """Return the directions (J, K) in which `item` gets ahead of each rival."""
    towards = np.zeros((n_items, len(rivals)))
    towards[item] = 1.0
    towards[rivals, np.arange(len(rivals))] = -1.0
    return towards if end == "top" else -towards
