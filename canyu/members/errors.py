"""What this room refuses."""

from canyu.journal.errors import Refused


class HandleRefused(Refused):
    """Words that cannot be somebody's handle."""

    status = 400


class PasswordRefused(Refused):
    """A password that is too easily guessed."""

    status = 400


class MemberRefused(Refused):
    """Something about a member was not changed."""

    status = 400


class InvitationRefused(Refused):
    """A link that does not let anybody in, or cannot be made."""

    status = 403


class KeyRefused(Refused):
    """A key that cannot be made or does not open anything."""

    status = 401
