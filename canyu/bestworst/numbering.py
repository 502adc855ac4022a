"""Numbering equal values without sorting them.

Answers name few different sets, over and over. A table of the sets met so far
tells the number of the next one in a few steps; sorting a million rows takes
ten times as long.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Iterator

    from numpy.typing import NDArray

CHUNK = 32_768
"""Rows worked on at a time: few enough to stay in the processor's cache."""

_FIRST = 8_192
_MANY = 16_384
"""Of so many different values a table grows slower than sorting."""

_FEW = 2_048
"""So few rows are sorted before a table is made."""

_WORD = 64
_MIN_BITS = 10
_MAX_BITS = 18

# Odd, with bits in no pattern: the multipliers of well-known hash functions.
_MULTIPLIERS = tuple(
    np.uint64(value)
    for value in (
        0x9E3779B97F4A7C15,
        0xBF58476D1CE4E5B9,
        0x94D049BB133111EB,
        0xFF51AFD7ED558CCD,
        0xC4CEB9FE1A85EC53,
        0xC2B2AE3D27D4EB4F,
        0x165667B19E3779F9,
        0x27D4EB2F165667C5,
    )
)


@dataclass(frozen=True, eq=False)
class _Table:
    """Where a value may stand: `place[(value * multiplier) >> shift]` is its number."""

    multiplier: np.uint64
    shift: np.uint64
    place: NDArray[np.int32]

    def slots_of(self, values: NDArray[np.uint64]) -> NDArray[np.int64]:
        """Return the only slot where each of `values` can stand."""
        slot = values * self.multiplier
        slot >>= self.shift
        return slot.view(np.int64)


@dataclass(frozen=True, eq=False)
class _Register:
    """Different values and their numbers; what has no room in a table is in the next."""

    known: NDArray[np.uint64]
    tables: tuple[_Table, ...]

    def numbers_of(self, values: NDArray[np.uint64]) -> tuple[NDArray[np.int32], NDArray[np.intp]]:
        """Return numbers of `values`, and where they are wrong since the value is new."""
        first = self.tables[0]
        found = first.place[first.slots_of(values)]
        wrong = np.flatnonzero(self.known[found] != values)
        for table in self.tables[1:]:
            if not wrong.size:
                break
            rest = values[wrong]
            second = table.place[table.slots_of(rest)]
            found[wrong] = second
            wrong = wrong[self.known[second] != rest]
        return found, wrong


def number_values(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Return the different values in rising order, and for each value its place among them.

    The same as `np.unique(values, return_inverse=True)`, and several times
    faster where up to some ten thousand different values repeat.
    """
    if _is_rising(values[:_FIRST]) and _is_rising(values):
        return _by_steps(values)
    if values.size <= _FEW:
        return _by_sorting(values)
    register = _register(_some_different(values[:_FIRST]))
    numbers = np.empty(values.size, dtype=np.int64)
    for part in _growing_chunks(values.size):
        found, new = register.numbers_of(values[part])
        while new.size:
            late = values[part][new]
            register = _register(np.concatenate([register.known, _some_different(late)]))
            if register.known.size > _MANY:
                return _by_sorting(values)
            found[new], still = register.numbers_of(late)
            new = new[still]
        numbers[part] = found
    order = np.argsort(register.known)
    rank = np.empty_like(order)
    rank[order] = np.arange(order.size)
    for part in chunks(numbers.size):
        numbers[part] = rank[numbers[part]]
    return register.known[order], numbers


def chunks(size: int) -> Iterator[slice]:
    """Cut `size` rows into slices of `CHUNK`."""
    for start in range(0, size, CHUNK):
        yield slice(start, start + CHUNK)


def _growing_chunks(size: int) -> Iterator[slice]:
    """The same, begun small: the first bring most of the new values, which must be sorted."""
    start, length = 0, _FIRST
    while start < size:
        yield slice(start, start + length)
        start, length = start + length, min(2 * length, CHUNK)


def _some_different(values: NDArray[np.uint64]) -> NDArray[np.uint64]:
    """Return different ones of `values`, at least one: nearly all that there are."""
    bits = min(max(int(values.size).bit_length() + 3, _MIN_BITS), _MAX_BITS)
    table, _ = _fill(values, np.arange(values.size, dtype=np.int32), _MULTIPLIERS[0], bits)
    kept: NDArray[np.uint64] = values[table.place[table.slots_of(values)] == np.arange(values.size)]
    return kept


def _is_rising(values: NDArray[np.uint64]) -> bool:
    return bool((values[1:] >= values[:-1]).all())


def _by_steps(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    """Number values that stand in rising order, as those of cells do."""
    new = np.ones(values.size, dtype=np.bool_)
    np.not_equal(values[1:], values[:-1], out=new[1:])
    return values[new], np.cumsum(new) - 1


def _by_sorting(values: NDArray[np.uint64]) -> tuple[NDArray[np.uint64], NDArray[np.int64]]:
    known, numbers = np.unique(values, return_inverse=True)
    return known, numbers.astype(np.int64, copy=False)


def _register(known: NDArray[np.uint64]) -> _Register:
    """Give every one of `known` its room."""
    tables: list[_Table] = []
    left = np.arange(known.size, dtype=np.int32)
    while left.size or not tables:
        table, left = _roomiest(known, left)
        tables.append(table)
    return _Register(known, tuple(tables))


def _roomiest(
    known: NDArray[np.uint64], left: NDArray[np.int32]
) -> tuple[_Table, NDArray[np.int32]]:
    """Return the table with room for most of `left`, and those that it has none for."""
    bits = min(max(2 * int(left.size).bit_length(), _MIN_BITS), _MAX_BITS)
    best = _fill(known, left, _MULTIPLIERS[0], bits)
    for multiplier in _MULTIPLIERS[1:]:
        # In a large table some values always collide, and one more table serves them.
        if not best[1].size or bits == _MAX_BITS:
            break
        best = min(best, _fill(known, left, multiplier, bits), key=lambda trial: trial[1].size)
    return best


def _fill(
    known: NDArray[np.uint64], left: NDArray[np.int32], multiplier: np.uint64, bits: int
) -> tuple[_Table, NDArray[np.int32]]:
    table = _Table(multiplier, np.uint64(_WORD - bits), np.zeros(1 << bits, dtype=np.int32))
    slot = table.slots_of(known[left])
    table.place[slot] = left
    return table, left[table.place[slot] != left]
