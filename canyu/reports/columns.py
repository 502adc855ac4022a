"""Reports as columns: what the tally reads, a million times as cheap as an object each. Pure."""

from collections.abc import Callable, Hashable, Iterable, Sequence
from dataclasses import dataclass, fields
from functools import cached_property
from typing import Any, Generic, TypeVar

import numpy as np
from numpy.typing import NDArray

V_ = TypeVar("V_", bound=Hashable)
W_ = TypeVar("W_", bound=Hashable)

NOTHING = -1
"""Stands in for an id where none was chosen, and for an hour that nobody knows."""
FEWEST_ITEMS = 2

Which = NDArray[np.bool_] | NDArray[np.integer]


@dataclass(frozen=True, eq=False)
class Coded(Generic[V_]):
    """N values of which few differ: `code` (N) is the place of each among those, `values`."""

    values: tuple[V_, ...]
    code: NDArray[np.int32]

    def take(self, which: Which) -> "Coded[V_]":
        """Return the values chosen by a mask or by indices."""
        return Coded(self.values, self.code[which])

    def counts(self) -> dict[V_, int]:
        """How often each value occurs; those that do not are left out."""
        times = np.bincount(self.code, minlength=len(self.values)).tolist()
        return {value: n for value, n in zip(self.values, times, strict=True) if n}

    def recoded(self, recode: Callable[[V_], W_]) -> "Coded[W_]":
        """Return `recode` of each value, asked once for each different one."""
        register: Register[W_] = Register()
        place = np.array([register[recode(one)] for one in self.values], dtype=np.int32)
        return Coded(register.values_met, place[self.code] if place.size else self.code)

    def is_any(self, of: Callable[[V_], bool]) -> NDArray[np.bool_]:
        """Say of each (N) whether `of` holds of its value."""
        return np.array([of(one) for one in self.values] or [False], dtype=np.bool_)[self.code]


class Register(dict[V_, int], Generic[V_]):
    """Numbers for values, in the order in which they are met."""

    def __missing__(self, value: V_) -> int:
        """Give the next number."""
        number = self[value] = len(self)
        return number

    @property
    def values_met(self) -> tuple[V_, ...]:
        """The values, each at the place that its number says."""
        return tuple(self)

    def codes(self, values: Sequence[V_]) -> NDArray[np.int32]:
        """Return the number of each value."""
        return np.fromiter(map(self.__getitem__, values), dtype=np.int32, count=len(values))


@dataclass(frozen=True, eq=False)
class Reports:
    """What the tally needs of N reports, always in the same order.

    `shown` are the changes in the order of each screen, `tried` those of them that were not marked
    as untried. `best`, `worst` and `wanted` are ids or `NOTHING`. `hour` counts hours since 1970
    (UTC) to the moment when these cells were given; `joined_hour` tells the same of the person's
    account, `NOTHING` where it is not known. `inviters` lead from whoever invited the person to
    whoever invited those, upwards. None of it leaves the tally but as the size of a group.
    """

    is_team: NDArray[np.bool_]
    ring: Coded[str]
    mood: Coded[str]
    device: Coded[str]
    shown: Coded[tuple[int, ...]]
    tried: Coded[tuple[int, ...]]
    best: NDArray[np.int64]
    worst: NDArray[np.int64]
    wanted: NDArray[np.int64]
    hour: NDArray[np.int64]
    joined_hour: NDArray[np.int64]
    inviters: Coded[tuple[int, ...]]

    def __len__(self) -> int:
        """Return the number of reports N."""
        return int(self.best.size)

    def take(self, which: Which) -> "Reports":
        """Return the reports chosen by a mask or by indices, in that order."""
        taken: dict[str, Any] = {}
        for one in fields(self):
            column = getattr(self, one.name)
            taken[one.name] = column.take(which) if isinstance(column, Coded) else column[which]
        return Reports(**taken)

    @cached_property
    def is_judging(self) -> NDArray[np.bool_]:
        """Whether each named anything that was liked most or least."""
        return np.asarray((self.best != NOTHING) | (self.worst != NOTHING))

    @cached_property
    def compares(self) -> NDArray[np.bool_]:
        """Whether each has something to fit: whoever tried one change compared nothing."""
        return self.is_judging & self.tried.is_any(lambda tried: len(tried) >= FEWEST_ITEMS)

    @property
    def n_judging(self) -> int:
        """How many said what they liked most or least."""
        return int(self.is_judging.sum())


def tried_of(
    shown: Coded[tuple[int, ...]], untried: Coded[tuple[int, ...]]
) -> Coded[tuple[int, ...]]:
    """Return what was shown and not marked as untried, in the order of each screen."""
    n_untried = max(len(untried.values), 1)
    pairs, code = np.unique(
        shown.code.astype(np.int64) * n_untried + untried.code, return_inverse=True
    )
    left_out = [frozenset(one) for one in untried.values]
    found = Coded(tuple(pairs.tolist()), code.astype(np.int32))

    def tried(pair: int) -> tuple[int, ...]:
        screen, skipped = shown.values[pair // n_untried], left_out[pair % n_untried]
        return tuple(one for one in screen if one not in skipped)

    return found.recoded(tried)


def count_ids(ids: NDArray[np.int64]) -> dict[int, int]:
    """How often each id occurs, `NOTHING` left out, in the order of the ids."""
    found, times = np.unique(ids[ids != NOTHING], return_counts=True)
    return dict(zip(found.tolist(), times.tolist(), strict=True))


def coded(values: Iterable[V_]) -> Coded[V_]:
    """Return values as places among the different ones."""
    register: Register[V_] = Register()
    code = register.codes(list(values))
    return Coded(register.values_met, code)
