"""Refusals about releases."""

from canyu.journal.errors import Refused


class ReleaseRefused(Refused):
    """A release or a change was not written, or not published."""

    status = 400
