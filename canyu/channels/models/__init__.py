"""Tables of notices, and of words that were said elsewhere."""

from canyu.channels.models.notices import Notice
from canyu.channels.models.sayings import Guest, Origin, Reply, Saying, Sheet

__all__ = ["Guest", "Notice", "Origin", "Reply", "Saying", "Sheet"]
