"""Tables of notices, and of what goes out to programs."""

from canyu.channels.models.notices import Notice
from canyu.channels.models.webhooks import FeedKey, Sending, Webhook

__all__ = ["FeedKey", "Notice", "Sending", "Webhook"]
