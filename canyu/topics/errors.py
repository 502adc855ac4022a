"""Refusals about topics."""

from canyu.journal.errors import Refused


class TopicRefused(Refused):
    """A topic, a voice or a status was not taken."""

    status = 400
