"""Refusals of the demo."""

from canyu.journal.errors import Refused


class TravelRefused(Refused):
    """The town did not move."""
