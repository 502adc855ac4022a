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
from canyu.painpoints.models.wordings import Wording

__all__ = [
    "Asked",
    "Cap",
    "Decision",
    "DigNote",
    "Evidence",
    "Grouping",
    "Placed",
    "Point",
    "Proposal",
    "Wording",
]
