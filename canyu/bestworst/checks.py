"""What an answer must be, checked a chunk at a time and explained one answer at a time.

Sound answers, nearly all, cost a few passes over small arrays. Only when a
chunk holds a wrong one are its answers read one by one, to name the first.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import ArrayLike, NDArray

MAX_ITEMS = 60
"""A shown set is one 64-bit mask; four bits are kept free for markers."""

NOT_NAMED = -1
"""Stands in for the best or the worst where the person named none."""

NOT_SHOWN = -1
"""Fills up the rows of `Rows.shown` behind the last item of a shorter screen."""

_ONE = np.uint64(1)
_MASK_BITS = 64
_MIN_SHOWN = 2


def check_n_items(n_items: int) -> None:
    """Raise ValueError unless so many items can be judged."""
    if not _MIN_SHOWN <= n_items <= MAX_ITEMS:
        message = f"n_items is {n_items}, must be from {_MIN_SHOWN} to {MAX_ITEMS}"
        raise ValueError(message)


def check_size(name: str, values: NDArray[Any], size: int) -> None:
    """Raise ValueError unless `values` has one entry an answer."""
    if len(values) != size:
        message = f"{name} has {len(values)} entries, must have {size}, as best has"
        raise ValueError(message)


def whole(name: str, values: ArrayLike) -> NDArray[np.integer]:
    """Return `values` as an array of whole numbers. Raises TypeError for others."""
    numbers = np.asarray(values)
    if not numbers.size:
        return np.zeros(numbers.shape, dtype=np.int64)
    if numbers.dtype.kind not in "iu":
        message = f"{name} holds {numbers.dtype.name} values, must hold whole numbers"
        raise TypeError(message)
    return numbers


def amounts(name: str, values: ArrayLike, size: int, *, of: str = "answer") -> NDArray[np.float64]:
    """Return a copy of `values` as `size` floats. Raises ValueError for negative or mad ones."""
    numbers = np.array(values, dtype=np.float64).ravel()
    check_size(name, numbers, size)
    sane = np.isfinite(numbers) & (numbers >= 0)
    if not sane.all():
        at = int(np.argmin(sane))
        message = f"{of} {at}: {name} is {numbers[at]}, must be a finite number of at least 0"
        raise ValueError(message)
    return numbers


def check_segments(segment: ArrayLike, size: int, *, of: str = "answer") -> NDArray[np.int64]:
    """Return a copy of `segment` as `size` numbers. Raises ValueError for one below 0."""
    numbers = whole("segment", segment).ravel().astype(np.int64)
    check_size("segment", numbers, size)
    if (numbers < 0).any():
        at = int(np.argmax(numbers < 0))
        message = f"{of} {at}: segment is {numbers[at]}, must be at least 0"
        raise ValueError(message)
    return numbers


def bits_of(items: NDArray[np.int8]) -> NDArray[np.uint64]:
    """Return the bit of each item; -1 has none."""
    # As an unsigned byte, -1 is 255, and a bit moved that far falls off the end.
    return np.left_shift(_ONE, items.view(np.uint8).astype(np.uint64))


def masks_of(shown: NDArray[np.int8]) -> NDArray[np.uint64]:
    """Return the sets that the rows of `shown` (N, M), filled up with -1, hold."""
    masks = np.zeros(len(shown), dtype=np.uint64)
    for column in shown.T:
        masks |= bits_of(column)
    return masks


def are_in_range(items: NDArray[np.integer], n_items: int) -> bool:
    """Say whether all of `items` are from -1 to `n_items` - 1."""
    return not items.size or bool(items.min() >= NOT_SHOWN and items.max() < n_items)


def sound_masks(
    shown: NDArray[np.integer],
    best: NDArray[np.integer],
    worst: NDArray[np.integer],
    n_items: int,
) -> NDArray[np.uint64] | None:
    """Return the sets shown; None unless all answers (see `Rows`) are what they must be."""
    if not all(are_in_range(items, n_items) for items in (shown, best, worst)):
        return None
    screen = shown.astype(np.int8, copy=False)
    masks = masks_of(screen)
    n_shown = np.bitwise_count(masks)
    filled = np.full(len(screen), screen.shape[1], dtype=np.int64)
    if screen.size and screen.min() < 0:
        filled = (screen >= 0).sum(axis=1)
        if ((screen[:, 1:] >= 0) & (screen[:, :-1] < 0)).any():
            return None
    sound = (n_shown == filled) & choices_are_sound(masks, best, worst)
    return masks if sound.all() else None


def choices_are_sound(
    masks: NDArray[np.uint64], best: NDArray[np.integer], worst: NDArray[np.integer]
) -> NDArray[np.bool_]:
    """Say which choices, each from -1 to 59, can have been made from the sets `masks`."""
    sound = np.ones(masks.size, dtype=np.bool_)
    for choice in (best, worst):
        bit = bits_of(choice.astype(np.int8))
        sound &= (masks & bit) == bit
    nameless = (best == NOT_NAMED) & (worst == NOT_NAMED)
    sound &= (best != worst) | nameless
    sound &= (np.bitwise_count(masks) >= _MIN_SHOWN) | nameless
    return sound


def complaint(shown: Sequence[int], best: int, worst: int, n_items: int) -> str | None:
    """Say what is wrong with one answer, in words that go on after its number."""
    kept = tuple(item for item in shown if item != NOT_SHOWN)
    strange = [item for item in kept if not 0 <= item < n_items]
    if strange:
        return f"item {strange[0]} was shown, must be from 0 to {n_items - 1}"
    if NOT_SHOWN in shown[: len(kept)]:
        return f"shown is {list(shown)}, -1 may stand only at the end"
    if len(set(kept)) < len(kept):
        return f"shown is {kept}, must hold each item once"
    return _complaint_of_choices(kept, best, worst)


def first_complaint(
    masks: NDArray[np.uint64],
    best: NDArray[np.integer],
    worst: NDArray[np.integer],
    n_items: int,
) -> str:
    """Return number of and complaint about the first wrong one of answers given as columns."""
    ranged = np.ones(masks.size, dtype=np.bool_)
    for choice in (best, worst):
        ranged &= (choice >= NOT_NAMED) & (choice < n_items)
    sound = ranged & (masks >> np.uint64(n_items) == 0)
    sound &= choices_are_sound(
        masks, np.where(ranged, best, NOT_NAMED), np.where(ranged, worst, NOT_NAMED)
    )
    at = int(np.argmin(sound))
    shown = [item for item in range(_MASK_BITS) if int(masks[at]) >> item & 1]
    return f"{at}: {complaint(shown, int(best[at]), int(worst[at]), n_items)}"


def _complaint_of_choices(shown: tuple[int, ...], best: int, worst: int) -> str | None:
    for name, choice in (("best", best), ("worst", worst)):
        if choice != NOT_NAMED and choice not in shown:
            return f"{name} is {choice}, must be one of the shown items {shown}"
    if best == worst != NOT_NAMED:
        rest = tuple(item for item in shown if item != best)
        return f"best and worst are both {best}, worst must be one of the other shown items {rest}"
    if len(shown) < _MIN_SHOWN and (best != NOT_NAMED or worst != NOT_NAMED):
        return f"a choice was made among {shown}, at least {_MIN_SHOWN} items must have been shown"
    return None
