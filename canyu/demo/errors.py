"""Refusals of the demo."""

from canyu.journal.errors import Refused


class TravelRefused(Refused):
    """The town did not move."""


class ActRefused(Refused):
    """An act of the story has nothing left to happen to: a visitor took the stage away."""
