"""Reading notices, and what goes out to programs."""

from canyu.channels.queries.notices import (
    NoticeView,
    n_unread_notices,
    notices_for,
    notices_for_export,
)
from canyu.channels.queries.webhooks import (
    SendingView,
    WebhookView,
    member_of_feed_key,
    product_of_webhook,
    sendings_of,
    webhook_of,
    webhooks_of,
)

__all__ = [
    "NoticeView",
    "SendingView",
    "WebhookView",
    "member_of_feed_key",
    "n_unread_notices",
    "notices_for",
    "notices_for_export",
    "product_of_webhook",
    "sendings_of",
    "webhook_of",
    "webhooks_of",
]
