"""Reading notices, words that were said elsewhere, and what goes back there."""

from canyu.channels.queries.notices import (
    NoticeView,
    n_unread_notices,
    notices_for,
    notices_for_export,
)
from canyu.channels.queries.people import elsewhere_of_person
from canyu.channels.queries.replies import (
    ReplyView,
    n_to_carry,
    replies_after,
    replies_carried,
    replies_to_carry,
)
from canyu.channels.queries.sayings import (
    GuestView,
    OriginView,
    SayingPage,
    SayingView,
    SheetView,
    Whereabouts,
    fates_of,
    guest_of,
    guests_of_member,
    n_by_fate,
    n_waiting,
    origins_of,
    sayings_in,
    sheet_of,
    whereabouts_in,
)

__all__ = [
    "GuestView",
    "NoticeView",
    "OriginView",
    "ReplyView",
    "SayingPage",
    "SayingView",
    "SheetView",
    "Whereabouts",
    "elsewhere_of_person",
    "fates_of",
    "guest_of",
    "guests_of_member",
    "n_by_fate",
    "n_to_carry",
    "n_unread_notices",
    "n_waiting",
    "notices_for",
    "notices_for_export",
    "origins_of",
    "replies_after",
    "replies_carried",
    "replies_to_carry",
    "sayings_in",
    "sheet_of",
    "whereabouts_in",
]
