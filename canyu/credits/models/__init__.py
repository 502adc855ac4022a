"""Tables of credits, of cards and of leads."""

from canyu.credits.models.cards import Card, Guest
from canyu.credits.models.leads import Lead, LeadNight, LeftAlone
from canyu.credits.models.ledger import Credit, Entry, Mark, Named, Noted

__all__ = [
    "Card",
    "Credit",
    "Entry",
    "Guest",
    "Lead",
    "LeadNight",
    "LeftAlone",
    "Mark",
    "Named",
    "Noted",
]
