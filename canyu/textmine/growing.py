"""Arrays that grow at their end without being copied at each step."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

_FIRST = 1_024


def with_room(array: NDArray[Any], n: int, axis: int = 0) -> NDArray[Any]:
    """Return `array`, or a copy at least twice as long, with room for `n` along `axis`."""
    room = array.shape[axis]
    if n <= room:
        return array
    shape = list(array.shape)
    shape[axis] = max(n, 2 * room, _FIRST)
    larger = np.zeros(shape, dtype=array.dtype)
    larger[(slice(None),) * axis + (slice(0, room),)] = array
    return larger
