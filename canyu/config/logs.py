"""How log entries are written, and what is left out of them."""

import json
import logging
from datetime import UTC, datetime
from typing import Any


class AsJson(logging.Formatter):
    """One JSON object a line: time, level, logger, message, and exception where there is one."""

    def format(self, record: logging.LogRecord) -> str:
        """Return the line."""
        told = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "message": record.getMessage(),
        }
        if record.exc_info:
            told["exception"] = self.formatException(record.exc_info)
        return json.dumps(told, ensure_ascii=False)


class NoAddresses(logging.Filter):
    """Name a page by its pattern: its address may hold a person's handle, or a link that signs in.

    Django names the address of what went wrong, and gives the request along.
    """

    def filter(self, record: logging.LogRecord) -> bool:
        """Let every entry through, changed where it has to be."""
        request = getattr(record, "request", None)
        path = getattr(request, "path", None)
        if path and isinstance(record.args, tuple):
            record.args = tuple(_pattern(request) if one == path else one for one in record.args)
        return True


def _pattern(request: Any) -> str:  # noqa: ANN401 - whatever a library called its request
    match = getattr(request, "resolver_match", None)
    if match is not None:
        return f"/{match.route}"
    # No page of ours: its first part says enough to find who asks.
    first = str(request.path).lstrip("/").partition("/")[0]
    return f"/{first[:40]}…"
