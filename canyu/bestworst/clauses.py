"""What each clause of the award rule found, with the numbers a sentence needs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from canyu.bestworst.brigades import LeftOut


@dataclass(frozen=True, slots=True)
class ChanceClause:
    """A1: the chance of the item to be first, and the least that is asked."""

    holds: bool
    p_win: float
    needed: float


@dataclass(frozen=True, slots=True)
class GroupsClause:
    """A2: who is first without each group, and each suspicious hour or pattern.

    It holds when none of those that could be tried makes another item first.
    `hours_known` says whether bursts could be looked for.
    """

    holds: bool
    left_out: tuple[LeftOut, ...]
    hours_known: bool

    @property
    def failed(self) -> tuple[LeftOut, ...]:
        """Return those without whom another item, `winner`, is first."""
        return tuple(one for one in self.left_out if one.changes)


@dataclass(frozen=True, slots=True)
class SmallestClause:
    """A3: the smallest group found without whom another item is first.

    `k_flip` counts its people (None when no leaving out changes anything) and
    `winner` is who is first then; `first_order` is the guess of `k_flip` from
    influences alone. The clause holds when `k_flip` is above `threshold`, the
    smaller of `r` and r * reach + excess, but never below 3; r is the larger
    of 3 and 3% of `n_eff`, the effective number of people.
    """

    holds: bool
    k_flip: int | None
    winner: int | None
    first_order: int | None
    n_people: int
    n_eff: float
    r: float
    reach: float
    excess: float
    threshold: float


@dataclass(frozen=True, slots=True)
class PositionClause:
    """A4: p-values of the test of places for bests and worsts, None where it cannot be asked.

    When one is below the level, worths are fitted with pulls of places
    (`corrected`); `winner` is who is first then, with the chance `p_win`.
    """

    holds: bool | None
    p_best: float | None
    p_worst: float | None
    corrected: bool
    winner: int | None
    p_win: float | None
