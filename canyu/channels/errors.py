"""What channels refuse."""

from canyu.journal.errors import Invalid

__all__ = ["FormatUnknown"]


class FormatUnknown(Invalid):
    """A file whose form could not be told from its name and beginning."""
