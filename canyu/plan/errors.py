"""Refusals about the plan."""

from canyu.journal.errors import Refused


class PlanRefused(Refused):
    """A plan item was not written."""

    status = 400
