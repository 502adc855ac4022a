"""Refusals about pain points."""

from canyu.journal.errors import Refused


class PainPointRefused(Refused):
    """Something about a pain point was not done."""

    status = 400
