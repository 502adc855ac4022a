"""Verbs of the room: founding the town, and travelling in its time."""

from canyu.demo.services.found import found_town
from canyu.demo.services.travel import travel, travel_to

__all__ = ["found_town", "travel", "travel_to"]
