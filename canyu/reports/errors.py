"""Refusals about reports, tallies and repairs."""

from canyu.journal.errors import Refused


class ReportRefused(Refused):
    """A report was not taken."""

    status = 400


class WindowRefused(Refused):
    """A report was not opened or not closed."""


class RepairRefused(Refused):
    """A repair was not answered or not changed."""

    status = 400
