"""How long people wait: of those who were answered, and of those who wait still."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import groupby

FEW = 30


@dataclass(frozen=True)
class Wait:
    """One person's wait: how long it took, or how long it has lasted where it is not over."""

    lasted: timedelta
    is_over: bool


@dataclass(frozen=True)
class Clock:
    """Median and ninth decile of waits; None where too many wait still to know it."""

    n: int
    n_over: int
    median: timedelta | None
    ninetieth: timedelta | None

    @property
    def is_few(self) -> bool:
        """Whether it stands on so few that another month may tell something else."""
        return self.n < FEW


def wait_of(since: datetime, over_at: datetime | None, at: datetime) -> Wait:
    """The wait that began at `since`, as it is known at `at`."""
    if over_at is not None and over_at <= at:
        return Wait(max(over_at - since, timedelta()), is_over=True)
    return Wait(max(at - since, timedelta()), is_over=False)


def clock_of(waits: Sequence[Wait]) -> Clock:
    """Median and ninth decile by the estimator of Kaplan and Meier (1958).

    Whoever waits still has waited at least so long. Leaving them out would make a team look quick
    that answers what is easy and nothing else.
    """
    return Clock(
        n=len(waits),
        n_over=sum(one.is_over for one in waits),
        median=_when_left(waits, 0.5),
        ninetieth=_when_left(waits, 0.1),
    )


def _when_left(waits: Sequence[Wait], share: float) -> timedelta | None:
    """The earliest moment at which at most this share still waits."""
    left, at_risk = 1.0, len(waits)
    in_order = sorted(waits, key=_lasted)
    for lasted, some in groupby(in_order, key=_lasted):
        here = tuple(some)
        n_over = sum(one.is_over for one in here)
        left *= 1 - n_over / at_risk
        at_risk -= len(here)
        # Products of fractions miss a half by a hair.
        if n_over and left <= share + 1e-9:
            return lasted
    return None


def _lasted(wait: Wait) -> timedelta:
    return wait.lasted
