"""Verbs of the room, one file a family."""

from canyu.channels.services.imports import (
    ImportSummary,
    import_credits,
    import_releases,
    import_reports,
)
from canyu.channels.services.invitations import invite_members, take_back_invitations
from canyu.channels.services.notices import read_notices, write_notices
from canyu.channels.services.sending import Wire, send_due
from canyu.channels.services.webhooks import (
    add_webhook,
    change_webhook,
    hear_fact,
    make_feed_key,
    remove_webhook,
    renew_secret,
    send_again,
    try_webhook,
)

__all__ = [
    "ImportSummary",
    "Wire",
    "add_webhook",
    "change_webhook",
    "hear_fact",
    "import_credits",
    "import_releases",
    "import_reports",
    "invite_members",
    "make_feed_key",
    "read_notices",
    "remove_webhook",
    "renew_secret",
    "send_again",
    "send_due",
    "take_back_invitations",
    "try_webhook",
    "write_notices",
]
