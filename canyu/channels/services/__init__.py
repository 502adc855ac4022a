"""Verbs of the room, one file a family."""

from canyu.channels.services.imports import ImportSummary, import_releases, import_reports
from canyu.channels.services.notices import read_notices, remove_notices, write_notices

__all__ = [
    "ImportSummary",
    "import_releases",
    "import_reports",
    "read_notices",
    "remove_notices",
    "write_notices",
]
