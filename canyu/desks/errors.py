"""Refusals of desks."""

from canyu.journal.errors import Refused


class WorkRefused(Refused):
    """No work was moved."""

    status = 400
