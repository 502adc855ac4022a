"""What people of the town say elsewhere, and the team brings: acts from data/elsewhere.json. Pure.

Most of it waits, so that whoever looks around can give it its place.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from canyu.demo.digging import HOUR, Loose
from canyu.demo.story import slot_of

# On the morning of the release's day.
BROUGHT_BEFORE = 8 * HOUR


def heard_elsewhere(story: Path) -> Iterator[Loose]:
    """Every act of it; nothing where no such file stands beside the story."""
    path = story.with_name("elsewhere.json")
    if not path.exists():
        return
    told: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    for place in told["places"]:
        yield slot_of(place["week"]) - BROUGHT_BEFORE, "bring_words", {"place": place}
