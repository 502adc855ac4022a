"""Tables of notices, of what goes out to programs, and of words that were said elsewhere."""

from canyu.channels.models.mail import Dispatch, Mailbox
from canyu.channels.models.notices import Notice
from canyu.channels.models.sayings import Guest, Origin, Reply, Saying, Sheet
from canyu.channels.models.webhooks import FeedKey, Sending, Webhook

__all__ = [
    "Dispatch",
    "FeedKey",
    "Guest",
    "Mailbox",
    "Notice",
    "Origin",
    "Reply",
    "Saying",
    "Sending",
    "Sheet",
    "Webhook",
]
