"""Addresses of static files that change when the file does."""

import hashlib
from functools import cache
from pathlib import Path
from urllib.parse import urlsplit

from django.contrib.staticfiles import finders
from django.contrib.staticfiles.storage import StaticFilesStorage

VERSION_LENGTH = 8


class StaticStorage(StaticFilesStorage):
    """Files are served from the packages that hold them: nothing is collected before a start.

    The version stands behind a question mark, so an address in an old page still finds the file.
    """

    def url(self, name: str | None) -> str:
        """Return the address of a static file, with the first signs of its content's hash."""
        address = super().url(name)
        version = version_of_file(name or "")
        # A fragment or a query of its own means that somebody else decides.
        if not version or urlsplit(address).fragment or "?" in address:
            return address
        return f"{address}?v={version}"


@cache
def version_of_file(name: str) -> str:
    """Return 8 hex digits that stand for the content of a static file, "" if there is none."""
    path = finders.find(name) if name else None
    if not path:
        return ""
    return hashlib.sha256(Path(path).read_bytes()).hexdigest()[:VERSION_LENGTH]
