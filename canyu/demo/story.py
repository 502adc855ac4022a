"""The story as it stands in data/story.json. Pure: it knows no database and no clock."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

Texts = Mapping[str, str]
SEED = 20130816
"""The day on which MIUI users could first judge a whole week: any number would do."""

# A Friday, 17:00 in Shanghai: the first slot of the town's train.
FIRST_SLOT = datetime(2026, 8, 21, 9, 0, tzinfo=UTC)
ZONE = "Asia/Shanghai"
WEEK = timedelta(days=7)


@dataclass(frozen=True)
class Story:
    """All of the story; the lists hold the objects of the file as they are."""

    product: Mapping[str, Any]
    team: tuple[Mapping[str, Any], ...]
    areas: tuple[Mapping[str, Any], ...]
    people: tuple[Mapping[str, Any], ...]
    family_names: Mapping[str, list[str]]
    given_names: Mapping[str, list[str]]
    devices: tuple[str, ...]
    topics: tuple[Mapping[str, Any], ...]
    plan: tuple[Mapping[str, Any], ...]
    wanted_words: Mapping[str, list[str]]
    weeks: tuple[Mapping[str, Any], ...]
    n_people: int = 3_000
    """Everybody in the town: the team, the people with a story, and the crowd."""
    n_past_weeks: int = 12
    """The week in which a visitor arrives; those after it are still to come."""

    def truths_of(self, version: str) -> dict[str, float]:
        """{change key: true worth in logits} of a release of the story; empty for others."""
        for week in self.weeks:
            for release in (week, week.get("hotfix") or {}):
                if release.get("version") == version:
                    return {
                        str(place): float(change["truth"])
                        for place, change in enumerate(release["changes"], 1)
                    }
        return {}


@cache
def read_story(path: Path) -> Story:
    """Read a story once."""
    data = json.loads(path.read_text(encoding="utf-8"))
    tuples = ("team", "areas", "people", "devices", "topics", "plan", "weeks")
    return Story(**{**data, **{name: tuple(data[name]) for name in tuples}})


def slot_of(week: int) -> datetime:
    """When the release of a week of the story goes out; weeks count from 1."""
    return FIRST_SLOT + (week - 1) * WEEK
