"""Refusals about remarks."""

from canyu.journal.errors import Refused


class RemarkRefused(Refused):
    """A remark was not written, changed or removed."""

    status = 400
