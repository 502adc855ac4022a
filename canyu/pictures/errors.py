"""What this room refuses."""

from canyu.journal.errors import Refused


class PictureRefused(Refused):
    """Something was not stored as a picture."""

    status = 400
