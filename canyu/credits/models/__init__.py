"""Tables of credits and of leads."""

from canyu.credits.models.leads import Lead, LeadNight, LeftAlone
from canyu.credits.models.ledger import Credit, Entry, Mark, Named, Noted

__all__ = ["Credit", "Entry", "Lead", "LeadNight", "LeftAlone", "Mark", "Named", "Noted"]
