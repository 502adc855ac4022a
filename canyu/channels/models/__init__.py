"""Tables of notices and where they are told, what goes out to programs, words from elsewhere."""

from canyu.channels.models.browsers import Browser, Push
from canyu.channels.models.mail import Dispatch, Mailbox
from canyu.channels.models.notices import Notice
from canyu.channels.models.sayings import Guest, Origin, Reply, Saying, Sheet
from canyu.channels.models.webhooks import FeedKey, Sending, Webhook

__all__ = [
    "Browser",
    "Dispatch",
    "FeedKey",
    "Guest",
    "Mailbox",
    "Notice",
    "Origin",
    "Push",
    "Reply",
    "Saying",
    "Sending",
    "Sheet",
    "Webhook",
]
