"""Refusals about credits."""

from canyu.journal.errors import Refused


class CreditRefused(Refused):
    """A credit was not entered, withdrawn or marked."""

    status = 400


class CardRefused(Refused):
    """A card was not made, or nobody was noted as having come by it."""


class CardGone(Refused):
    """A card was taken back, or there is nobody any more who shows it."""

    status = 410


class LeadRefused(Refused):
    """Nobody was invited, or a decision about somebody was not taken."""

    status = 400
