"""What many say in the town, and what the team decides on it: acts from data/pains.json. Pure.

Pain points themselves are in no file: the product finds them, or the decision finds nothing.
"""

import json
from collections.abc import Iterator, Mapping
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from canyu.demo.story import slot_of

Loose = tuple[datetime, str, Mapping[str, Any]]
HOUR = timedelta(hours=1)
# The product looks on Thursday, an hour before the meeting decides.
LOOKS_BEFORE = 32 * HOUR
DECIDES_BEFORE = 31 * HOUR
FIRST_SAID_BEFORE = 140 * HOUR
APART = 11
# On Monday, so that a week of asking is one.
JOINS_BEFORE = 92 * HOUR


@cache
def read_pains(story: Path) -> Mapping[str, Any]:
    """What stands beside a story; nothing where nothing does."""
    path = story.with_name("pains.json")
    if not path.exists():
        return {"remarks": [], "voices": [], "decisions": []}
    found: Mapping[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return found


def digging_of(story: Path, n_weeks: int) -> Iterator[Loose]:
    """Every act of it, in no order."""
    pains = read_pains(story)
    for place, said in enumerate(pains["remarks"]):
        at = slot_of(said["week"]) - FIRST_SAID_BEFORE + (place * APART % 90) * HOUR
        yield at, "say_it_too", {"said": said, "place": place}
    for given in pains["voices"]:
        yield slot_of(given["week"]) - JOINS_BEFORE, "join_late", {"given": given}
    if pains["remarks"]:
        for week in range(1, n_weeks + 1):
            yield slot_of(week) - LOOKS_BEFORE, "look_for_pains", {}
    for decided in pains["decisions"]:
        yield slot_of(decided["week"]) - DECIDES_BEFORE, "decide_on_pain", {"decided": decided}
