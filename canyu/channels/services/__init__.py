"""Verbs of the room, one file a family."""

from canyu.channels.services.addresses import address_of_product, reply_address
from canyu.channels.services.bounces import take_bounce
from canyu.channels.services.bring import Brought, bring_words
from canyu.channels.services.browsers import forget_browser, forget_browsers_of, tell_browser
from canyu.channels.services.claims import claim_code
from canyu.channels.services.guests import forget_guest, link_guest
from canyu.channels.services.imports import (
    ImportSummary,
    import_credits,
    import_releases,
    import_reports,
)
from canyu.channels.services.invitations import invite_members, take_back_invitations
from canyu.channels.services.letters import Taken, take_letter
from canyu.channels.services.mailboxes import (
    choose_mail,
    confirm_address,
    end_address,
    hear_member_left,
    name_address,
    remove_address,
    stop_mail,
)
from canyu.channels.services.mailing import send_mail_due
from canyu.channels.services.notices import read_notices, write_notices
from canyu.channels.services.place import Placed, place_words, wait_again
from canyu.channels.services.pushes import PushWay, push_due
from canyu.channels.services.replies import mail_reply, mark_carried
from canyu.channels.services.sending import Wire, send_due
from canyu.channels.services.sheets import ReadRow, keep_sheet, read_rows, take_sheet
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
    "Brought",
    "ImportSummary",
    "Placed",
    "PushWay",
    "ReadRow",
    "Taken",
    "Wire",
    "add_webhook",
    "address_of_product",
    "bring_words",
    "change_webhook",
    "choose_mail",
    "claim_code",
    "confirm_address",
    "end_address",
    "forget_browser",
    "forget_browsers_of",
    "forget_guest",
    "hear_fact",
    "hear_member_left",
    "import_credits",
    "import_releases",
    "import_reports",
    "invite_members",
    "keep_sheet",
    "link_guest",
    "mail_reply",
    "make_feed_key",
    "mark_carried",
    "name_address",
    "place_words",
    "push_due",
    "read_notices",
    "read_rows",
    "remove_address",
    "remove_webhook",
    "renew_secret",
    "reply_address",
    "send_again",
    "send_due",
    "send_mail_due",
    "stop_mail",
    "take_back_invitations",
    "take_bounce",
    "take_letter",
    "take_sheet",
    "tell_browser",
    "try_webhook",
    "wait_again",
    "write_notices",
]
