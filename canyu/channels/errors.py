"""What channels refuse."""

from canyu.journal.errors import Invalid, Refused

__all__ = ["AddressRefused", "FormatUnknown", "WebhookRefused"]


class FormatUnknown(Invalid):
    """A file whose form could not be told from its name and beginning."""


class AddressRefused(Invalid):
    """An address that must not, or cannot, be reached from here."""


class WebhookRefused(Refused):
    """Something about what is sent to programs was not done."""
