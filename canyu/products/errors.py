"""What this room refuses."""

from dataclasses import dataclass

from canyu.journal.errors import Refused


class ProductRefused(Refused):
    """Something about a product was not done."""

    status = 400


class TeamRefused(Refused):
    """Something about a team was not done."""


class AreaRefused(Refused):
    """Something about an area was not done."""

    status = 400


class RingRefused(Refused):
    """Something about a ring was not done."""


@dataclass(frozen=True)
class LineProblem:
    """Why one line cannot be taken. `line` counts from 1."""

    line: int
    refusal: Refused


class ExposureRefused(Refused):
    """Nothing of an exposure table was recorded. `problems` says why, line by line."""

    status = 400
    problems: tuple[LineProblem, ...] = ()


class HoursRefused(Refused):
    """The hours of a team stay as they were."""

    status = 400
