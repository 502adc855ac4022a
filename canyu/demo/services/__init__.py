"""Verbs of the room: founding the town, and travelling in its time."""

from canyu.demo.services.enlarge import enlarge_town, is_town_large
from canyu.demo.services.found import found_town
from canyu.demo.services.travel import travel, travel_to

__all__ = ["enlarge_town", "found_town", "is_town_large", "travel", "travel_to"]
