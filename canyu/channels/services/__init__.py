"""Verbs of the room, one file a family."""

from canyu.channels.services.notices import read_notices, write_notices

__all__ = ["read_notices", "write_notices"]
