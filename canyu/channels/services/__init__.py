"""Verbs of the room, one file a family."""

from canyu.channels.services.imports import (
    ImportSummary,
    import_credits,
    import_releases,
    import_reports,
)
from canyu.channels.services.invitations import invite_members, take_back_invitations
from canyu.channels.services.notices import read_notices, write_notices

__all__ = [
    "ImportSummary",
    "import_credits",
    "import_releases",
    "import_reports",
    "invite_members",
    "read_notices",
    "take_back_invitations",
    "write_notices",
]
