"""What becomes of a write, in a form that also goes from process to process."""

from collections.abc import Sequence
from typing import Protocol

from msgspec import Struct


class Refusal(Struct, frozen=True, tag=True):
    """Why one write was not taken, and is not by being sent again unchanged.

    `sentence` is not translated yet and not filled with its `params`. Where `wait` is not 0, it
    only came too often and may come again after so many seconds.
    """

    status: int
    sentence: str
    params: dict[str, str | int | float | None] = {}
    wait: float = 0.0


class Failure(Struct, frozen=True, tag=True):
    """A write that could not be made; where `is_unsure`, it may stand all the same."""

    is_unsure: bool = False


Outcome = int | Refusal | Failure
"""A receipt, or why there is none."""


class Group(Struct, frozen=True):
    """One commit as it went: how many writes, how long it took, and whether it succeeded."""

    size: int
    seconds: float
    is_done: bool


class Body(Protocol):
    """Writes groups, one at a time."""

    fewest: int
    """A group of fewer is not worth a commit of its own where others wait as well."""

    def __call__(self, bodies: Sequence[bytes]) -> Sequence[Outcome]:
        """Write them all in one transaction; their outcomes in the same order.

        What was written is on disk on return. Raises `StoreAway` where the store could take none
        of them, and anything else where some of them may be to blame; then nothing was written.
        """

    def close(self) -> None:
        """Be done: there will be no more groups."""
