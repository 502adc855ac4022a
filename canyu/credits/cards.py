"""What a card is, and who counts as having come by one. Values in, values out."""

from datetime import datetime, timedelta

from canyu.credits.errors import CardRefused
from canyu.journal.errors import gettext_noop

TOKEN_BYTES = 12
# Between making an account and being noted as a guest lies one answer of the server.
NEW_WITHIN = timedelta(hours=1)


def check_guest(
    *, guest_id: int, host_id: int, joined_at: datetime | None, shown_at: datetime, at: datetime
) -> None:
    """Raise `CardRefused` unless somebody came here by a card.

    Nobody comes by their own card, and nobody who was here before: so invitations cannot run in a
    circle, since whoever invites was here before whom they invite.
    """
    if guest_id == host_id:
        raise CardRefused(gettext_noop("Nothing was kept: this card is your own."))
    is_new = joined_at is not None and shown_at <= joined_at and at - joined_at <= NEW_WITHIN
    if not is_new:
        raise CardRefused(gettext_noop("Nothing was kept: you were here before you saw this card."))


def check_may_show(roles: list[str], *, is_named: bool) -> None:
    """Raise `CardRefused` unless somebody brought something about and may be named for it."""
    if not roles:
        raise CardRefused(
            gettext_noop(
                "The card was not made: you are not credited for this change. Cards are for what"
                " you asked for, helped with or made."
            )
        )
    if not is_named:
        raise CardRefused(
            gettext_noop(
                "The card was not made: you chose not to be named. Choose a name in your settings"
                " first; it may be another than your own."
            )
        )
