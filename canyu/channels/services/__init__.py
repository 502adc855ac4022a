"""Verbs of the room, one file a family."""

from canyu.channels.services.addresses import address_of_product, reply_address
from canyu.channels.services.bring import Brought, bring_words
from canyu.channels.services.claims import claim_code
from canyu.channels.services.guests import forget_guest, link_guest
from canyu.channels.services.imports import ImportSummary, import_releases, import_reports
from canyu.channels.services.invitations import invite_members, take_back_invitations
from canyu.channels.services.letters import Taken, take_letter
from canyu.channels.services.notices import read_notices, write_notices
from canyu.channels.services.place import Placed, place_words, wait_again
from canyu.channels.services.replies import mark_carried
from canyu.channels.services.sheets import ReadRow, keep_sheet, read_rows, take_sheet

__all__ = [
    "Brought",
    "ImportSummary",
    "Placed",
    "ReadRow",
    "Taken",
    "address_of_product",
    "bring_words",
    "claim_code",
    "forget_guest",
    "import_releases",
    "import_reports",
    "invite_members",
    "keep_sheet",
    "link_guest",
    "mark_carried",
    "place_words",
    "read_notices",
    "read_rows",
    "reply_address",
    "take_back_invitations",
    "take_letter",
    "take_sheet",
    "wait_again",
    "write_notices",
]
