"""Refusals about awards."""

from canyu.journal.errors import Refused


class AwardRefused(Refused):
    """An award was not certified or not changed."""

    status = 400
