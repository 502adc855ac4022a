"""Tables of wordings and of pain points."""

from canyu.painpoints.models.pains import (
    Asked,
    Cap,
    Decision,
    DigNote,
    Evidence,
    Grouping,
    Placed,
    Point,
    Proposal,
)
from canyu.painpoints.models.wordings import Earlier, Look, Trace, Wording

__all__ = [
    "Asked",
    "Cap",
    "Decision",
    "DigNote",
    "Earlier",
    "Evidence",
    "Grouping",
    "Look",
    "Placed",
    "Point",
    "Proposal",
    "Trace",
    "Wording",
]
