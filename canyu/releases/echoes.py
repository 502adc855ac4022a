"""What counts as an echo of a change. Pure."""

import re
from datetime import timedelta

FIRST_HOUR = timedelta(hours=1)
STILL_NEWS = timedelta(days=1)
"""Later than this, nobody is told that an hour has ended."""
MOST_MENTIONED = 20
"""Changes that one topic may name; a list of all of them is no echo of any."""
_ADDRESS = re.compile(r"/p/([-a-zA-Z0-9_]{1,40})/changes/([0-9]{1,15})(?![0-9])")


def changes_named(text: str, *, slug: str) -> list[int]:
    """The changes of this product whose addresses stand in a text, each once, in their order."""
    found = [int(one) for product, one in _ADDRESS.findall(text) if product == slug]
    return list(dict.fromkeys(found))[:MOST_MENTIONED]
