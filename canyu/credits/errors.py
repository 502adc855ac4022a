"""Refusals about credits."""

from canyu.journal.errors import Refused


class CreditRefused(Refused):
    """A credit was not entered, withdrawn or marked."""

    status = 400


class LeadRefused(Refused):
    """Nobody was invited, or a decision about somebody was not taken."""

    status = 400
