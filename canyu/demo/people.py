"""Thousands of people who are nobody: names from lists, drawn from a seed."""

import random
from collections.abc import Iterator
from dataclasses import dataclass

from canyu.demo.story import SEED, Story

RINGS = (("everyone", 0.62), ("weekly", 0.34), ("daily", 0.04))
P_CHINESE = 0.55


@dataclass(frozen=True)
class Person:
    """Somebody in the town."""

    handle: str
    name: str
    language: str
    ring: str
    device: str
    about: str = ""


def people_of(story: Story) -> Iterator[Person]:
    """Everybody who is not in the team: first the named ones, then the crowd."""
    for one in story.people:
        yield Person(
            handle=one["handle"],
            name=one["name"],
            language=one["language"],
            ring=one["ring"],
            device=one.get("device", story.devices[0]),
            about=one.get("about", ""),
        )
    rng = random.Random(SEED)
    for number in range(1, story.n_people - len(story.people) - len(story.team) + 1):
        language = "zh-hans" if rng.random() < P_CHINESE else "en"
        family = rng.choice(story.family_names[language])
        given = rng.choice(story.given_names[language])
        yield Person(
            handle=f"reader-{number}",
            name=f"{family}{given}" if language == "zh-hans" else f"{given} {family}",
            language=language,
            ring=rng.choices([ring for ring, _ in RINGS], [share for _, share in RINGS])[0],
            device=rng.choice(story.devices),
        )
